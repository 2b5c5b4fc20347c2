"""What a member can use: one cog for each group of commands, one handler for each button and form.

Each parses, makes one call to the studio, and answers; no work is done here. `router` leads presses and forms to their
handlers, `conversation` is how an interaction is answered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from discord.ext import commands

from bot.domain.models import Catalogue
from bot.domain.prices import PriceList
from bot.studio.administration import Administration
from bot.studio.assets.service import AssetService
from bot.studio.assets.verification import VerificationService
from bot.studio.delivery.choosing import TakeChoice
from bot.studio.delivery.deletion import Deletion
from bot.studio.delivery.sharing import Sharing
from bot.studio.delivery.showcase import Showcase
from bot.studio.history import History
from bot.studio.intake.accept import Intake
from bot.studio.intake.asset_lookup import AssetLookup
from bot.studio.intake.collecting import Collecting
from bot.studio.intake.next_videos import NextVideos
from bot.studio.intake.other_processes import OtherProcesses
from bot.studio.intake.spending import Spending
from bot.studio.lifecycle.member_settings import MemberSettingsService
from bot.studio.lifecycle.server_settings import ServerSettingsService
from bot.studio.privacy import Privacy
from bot.studio.running.actions import JobActions
from bot.studio.running.runner import JobRunner
from bot.studio.running.server_videos import ServerVideos
from bot.studio.self_tests import SelfTests
from bot.studio.usage import UsageReports
from bot.ui.language import Languages
from cogs.admin import AdminCog, AdminPart, AdminRules
from cogs.admin_channel import AdminChannel
from cogs.admin_server import AdminServer
from cogs.asset_buttons import AssetButtons
from cogs.asset_commands import AssetsCog
from cogs.autocomplete import AssetChoices
from cogs.collecting import CollectCog
from cogs.conversations import Conversations
from cogs.delete import DeleteCog
from cogs.drafts import DraftButtons
from cogs.help import HelpCog
from cogs.jobs import JobButtons
from cogs.length_choices import LengthChoices
from cogs.menus import MenuCog
from cogs.next_videos import NextVideoButtons
from cogs.preferences import Preferences
from cogs.privacy import PrivacyCog
from cogs.reel import ReelCog
from cogs.router import Router
from cogs.scenes import ScenesCog
from cogs.settings import SettingsCog
from cogs.share import ShareCog
from cogs.status_history import HistoryCog
from cogs.takes import TakeButtons
from cogs.translations import CommandTranslator
from cogs.usage import UsageCog
from cogs.video import ComposeCog, RequestDependencies, VideoCog
from cogs.video_defaults import VideoDefaults

_BY_CATALOGUE: Final = tuple(
    cog.__name__ for cog in (VideoCog, ComposeCog, ScenesCog, HelpCog, SettingsCog, AssetsCog, MenuCog, CollectCog)
)


@dataclass(frozen=True, slots=True)
class UseCases:
    """What the handlers call: the use cases, the models and their prices, the languages, the time in UTC seconds."""

    intake: Intake
    history: History
    runner: JobRunner
    actions: JobActions
    now: Callable[[], float]
    catalogue: Catalogue
    prices: PriceList
    asset_lookup: AssetLookup
    assets: AssetService
    verifications: VerificationService
    other_processes: OtherProcesses
    languages: Languages
    spending: Spending
    server_videos: ServerVideos
    server_settings: ServerSettingsService
    usage: UsageReports
    administration: Administration
    self_tests: SelfTests
    sharing: Sharing
    take_choice: TakeChoice
    showcase: Showcase
    deletion: Deletion
    next_videos: NextVideos
    member_settings: MemberSettingsService
    collecting: Collecting
    privacy: Privacy


async def install(bot: commands.Bot | commands.AutoShardedBot, use_cases: UseCases) -> Router:
    """Install the commands, buttons and forms, and the answer to any error in them."""
    router = Router(
        Conversations(
            use_cases.runner.health,
            use_cases.other_processes,
            use_cases.now,
            use_cases.intake.record_reply,
            Preferences(use_cases.languages, use_cases.member_settings),
            use_cases.spending.check_known,
            use_cases.runner.answering,
        )
    )
    bot.tree.error(router.answer_failed_command)
    # Where there is English alone, the library would ask for every text in every language of Discord in vain.
    translator = CommandTranslator(use_cases.languages) if use_cases.languages.others else None
    await bot.tree.set_translator(translator)
    await bot.add_cog(router)
    await bot.add_cog(HistoryCog(bot, use_cases.history, use_cases.actions, use_cases.now, router))
    shares = (use_cases.sharing, use_cases.showcase, use_cases.history)
    await bot.add_cog(ShareCog(bot, *shares, use_cases.now, router))
    await bot.add_cog(ReelCog(bot, use_cases.sharing, use_cases.history, use_cases.now, router))
    await bot.add_cog(DeleteCog(bot, use_cases.deletion, use_cases.history, use_cases.now, router))
    await bot.add_cog(PrivacyCog(bot, use_cases.privacy, router))
    await bot.add_cog(UsageCog(bot, use_cases.usage, router, use_cases.languages.english))
    parts: list[AdminPart] = [
        AdminRules(use_cases.administration, router.conversations),
        AdminChannel(use_cases.self_tests, router),
        AdminServer(
            *(use_cases.administration, use_cases.server_videos, use_cases.server_settings, use_cases.now, router)
        ),
    ]
    await bot.add_cog(AdminCog(bot, use_cases.languages.english, parts))
    TakeButtons(use_cases.take_choice, router)
    AssetButtons(use_cases.assets, use_cases.verifications, router)
    await _install_catalogue(bot, use_cases, router)
    return router


async def change_catalogue(bot: commands.Bot | commands.AutoShardedBot, use_cases: UseCases, router: Router) -> None:
    """Install the cogs that depend on the catalogue again; commands in progress are still answered."""
    for name in _BY_CATALOGUE:
        await bot.remove_cog(name)
    await _install_catalogue(bot, use_cases, router)


async def _install_catalogue(bot: commands.Bot | commands.AutoShardedBot, use_cases: UseCases, router: Router) -> None:
    languages, prices = use_cases.languages, use_cases.prices
    # Without prices and an automatic length there is nothing to say of one.
    suggests = bool(prices.rates) or use_cases.catalogue.widest.automatic
    lengths = (
        LengthChoices(prices, use_cases.catalogue, router.conversations.preferences).complete if suggests else None
    )
    assets, english = AssetChoices(use_cases.asset_lookup, languages), languages.english
    defaults = VideoDefaults(use_cases.member_settings, use_cases.catalogue)
    deps = RequestDependencies(use_cases.intake, use_cases.catalogue, assets, lengths, defaults, router, english)
    for cog in (VideoCog, ComposeCog, ScenesCog):
        await bot.add_cog(cog(bot, deps))
    await bot.add_cog(SettingsCog(bot, use_cases.member_settings, use_cases.catalogue, router))
    shared = (use_cases.intake, use_cases.intake.others_media, use_cases.catalogue, router, english)
    await bot.add_cog(MenuCog(bot, *shared))
    await bot.add_cog(CollectCog(bot, use_cases.collecting, *shared))
    limits = use_cases.spending.limits
    await bot.add_cog(HelpCog(bot, use_cases.intake, use_cases.catalogue, prices, router, english, limits))
    DraftButtons(use_cases.intake, use_cases.catalogue, router)
    JobButtons(
        *(use_cases.intake, use_cases.history, use_cases.actions, use_cases.catalogue, prices),
        *(use_cases.now, router),
    )
    NextVideoButtons(use_cases.next_videos, use_cases.catalogue, prices, router)
    if not use_cases.catalogue.review:
        # Where media are reviewed first no asset can be used, so none is to be made.
        await bot.add_cog(AssetsCog(bot, english, use_cases.assets, use_cases.verifications, router.conversations))
