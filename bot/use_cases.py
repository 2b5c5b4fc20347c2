"""The use cases that the cogs call and the work behind them, composed from what they stand on."""

from collections.abc import Callable, Sequence
from functools import partial

from bot.charts import Charts
from bot.config import Settings
from bot.domain.chain import NextStep
from bot.domain.job import Job
from bot.domain.models import Catalogue, Dialect
from bot.domain.next_steps import next_steps
from bot.domain.privacy import StorageDays
from bot.domain.processes import Role
from bot.infrastructure import Infrastructure
from bot.media.archives import ZipArchives
from bot.media.disk_media import DiskMedia
from bot.media.probe import SAMPLE
from bot.replies.discord_api import DiscordApi
from bot.replies.export_messages import DiscordExports
from bot.replies.notices import Notices
from bot.replies.replies import DiscordReplies
from bot.replies.self_test import SelfTest
from bot.replies.server_log_messages import ServerLogMessages
from bot.studio.administration import Administration
from bot.studio.assembly import Ownership, Running
from bot.studio.assets.register import RegisteredElsewhere
from bot.studio.assets.service import AssetService
from bot.studio.assets.uploader import AssetUploader
from bot.studio.assets.verification import VerificationService
from bot.studio.delivery.cleanup import Cleanup
from bot.studio.delivery.deleted_elsewhere import DeletedElsewhere
from bot.studio.delivery.deletion import Deletion
from bot.studio.delivery.reels import Reels
from bot.studio.delivery.share_ends import ShareEnds
from bot.studio.delivery.sharing import Sharing
from bot.studio.delivery.showcase import Showcase
from bot.studio.exports import Exports
from bot.studio.forgetting import Forgetting
from bot.studio.history import History
from bot.studio.intake.accept import Intake
from bot.studio.intake.asset_lookup import AssetLookup
from bot.studio.intake.collecting import Collecting
from bot.studio.intake.drafts import Drafts
from bot.studio.intake.next_videos import NextVideos
from bot.studio.intake.other_processes import OtherProcesses
from bot.studio.intake.others_media import OthersMediaCheck
from bot.studio.intake.pending_replies import PendingReplies
from bot.studio.intake.spending import Spending
from bot.studio.lifecycle.server_log import ServerLog
from bot.studio.privacy import Privacy
from bot.studio.running.scenes import Scenes, Terms
from bot.studio.running.server_videos import ServerVideos
from bot.studio.self_tests import SelfTests
from bot.studio.usage import UsageReports
from bot.toapis.model_table import catalogue
from cogs import UseCases


def make_server_log(base: Infrastructure, api: DiscordApi) -> ServerLog:
    """Connect the logs of servers to Discord."""
    tables, posters, messages = base.tables, base.assembly.posters, ServerLogMessages(base.languages, api)
    rows = (tables.audit, tables.notes, tables.log_lines)
    return ServerLog(base.server_settings, *rows, posters, messages, base.clock)


def make_running(
    settings: Settings, base: Infrastructure, replies: DiscordReplies, server_log: ServerLog, sharing: Sharing
) -> Running:
    """Connect the work on jobs to the provider and to Discord."""
    dialect, prices = base.provider.dialect, settings.price_list

    def start(job: Job) -> None:
        # Among many processes it is in line, and the one that leads grants it a turn.
        if base.shared is None:
            running.runner.start(job)

    terms = Terms(lambda: _available(settings, base), prices.price)
    tables, moves = base.tables, base.assembly.job_moves
    scenes = Scenes(tables.scenes, sharing, base.media, moves, terms, base.clock, start)
    running = base.assembly.connect(
        *(base.provider, replies, base.uploader, settings.toapis_base_url),
        uploads_first=dialect.value is Dialect.VIDEOS,
        ended=server_log.ended,
        scenes=scenes,
    )
    dialect.listeners.append(running.input_urls.change_dialect)
    return running


def make_asset_uploader(base: Infrastructure, notices: Notices) -> AssetUploader:
    """Connect the work on assets to the provider and to their members."""
    tables, provider = base.tables, base.provider.assets
    return AssetUploader(tables.assets, tables.characters, provider, base.uploader, base.media, notices, base.clock)


def make_cleanup(settings: Settings, base: Infrastructure, replies: DiscordReplies) -> Cleanup:
    """Connect what removes files and tokens whose time is over."""
    return Cleanup(
        *(base.tables.jobs, base.tables.assets, base.tables.drafts, base.media, base.assembly.job_moves, base.clock),
        clip_days=settings.clip_days,
        input_days=settings.input_days,
        token_seconds=replies.limits.token_seconds,
    )


def make_deleted_elsewhere(base: Infrastructure) -> DeletedElsewhere | None:
    """Connect what deletes our copies of what others deleted; None where all processes have one folder."""
    if isinstance(base.media, DiskMedia):
        return None
    return DeletedElsewhere(base.tables.deletions, base.media, base.disk_quota.files_in_use, base.clock)


def _intake(
    settings: Settings,
    base: Infrastructure,
    running: Running,
    pending_replies: PendingReplies,
    ownership: Ownership,
    available: Catalogue,
    server_log: ServerLog,
    drafts: Drafts,
) -> Intake:
    return Intake(
        jobs=base.tables.jobs,
        drafts=drafts,
        disk_quota=base.disk_quota,
        asset_lookup=AssetLookup(base.tables.assets),
        runner=running.runner,
        driver=running.driver,
        pending_replies=pending_replies,
        spending=ownership.spending,
        clock=base.clock,
        catalogue=available,
        prices=settings.price_list,
        is_shared=base.tables.shares.is_shared,
        others=OthersMediaCheck(settings.others_media, base.tables.opt_outs, base.tables.shares.authors_of),
        refused=server_log.refused,
    )


def _administration(base: Infrastructure, ownership: Ownership) -> Administration:
    tables, limits, look = base.tables, ownership.spending.limits, base.assembly.queue.look
    return Administration(tables.rules, tables.audit, limits, lambda: ownership.owner.ids, base.clock.now, look)


def make_steps(settings: Settings, base: Infrastructure) -> Callable[[Job], Sequence[NextStep]]:
    """Return what tells what can be made of a finished video, in the dialect of that moment."""
    return lambda job: next_steps(job, _available(settings, base))


def _available(settings: Settings, base: Infrastructure) -> Catalogue:
    return catalogue(base.provider.dialect.value, review=settings.private_asset_review)


def _next_videos(settings: Settings, base: Infrastructure, intake: Intake, replies: DiscordReplies) -> NextVideos:
    moves, available = base.assembly.job_moves, partial(_available, settings, base)
    return NextVideos(intake, replies, base.media, moves, base.clock, available)


def _history(settings: Settings, base: Infrastructure) -> History:
    tables, assembly = base.tables, base.assembly
    parts = (base.media, assembly.posters, assembly.forecasts, assembly.job_moves, base.clock)
    steps, settings_of = make_steps(settings, base), base.server_settings.of
    return History(tables.own_jobs, tables.favourites, *parts, steps=steps, settings=settings_of)


def _deletion(base: Infrastructure, api: DiscordApi) -> Deletion:
    tables, clock = base.tables, base.clock
    notices, token_seconds = Notices(base.languages, api, clock), DiscordReplies.limits.token_seconds
    return Deletion(tables.own_jobs, tables.deletions, notices, base.media, clock, token_seconds, tables.takes)


def _server_videos(base: Infrastructure, running: Running) -> ServerVideos:
    forecasts, moves = base.assembly.forecasts, base.assembly.job_moves
    return ServerVideos(base.tables.server_jobs, forecasts, moves, running.actions, base.clock)


def _assets(base: Infrastructure, uploader: AssetUploader, spending: Spending) -> AssetService:
    tables, provider, quota = base.tables, base.provider.assets, base.disk_quota
    # What a gateway's members make, another process brings to the provider.
    is_gateway = base.shared is not None and base.shared.role is Role.GATEWAY
    register = RegisteredElsewhere() if is_gateway else uploader
    return AssetService(
        *(tables.assets, tables.characters, provider, tables.uploads, quota, register),
        *(base.assembly.shutdown, base.clock),
        spending=spending,
        # An asset's file is uploaded in both dialects.
        capability=catalogue(Dialect.VIDEOS).widest,
    )


def _verifications(settings: Settings, base: Infrastructure, spending: Spending) -> VerificationService:
    parts = (base.tables.characters, base.provider.assets, base.assembly.shutdown, base.clock)
    return VerificationService(*parts, settings.verify_callback_url or "", spending)


def _self_tests(base: Infrastructure, api: DiscordApi) -> SelfTests:
    test = SelfTest(api, base.languages, base.clock, SAMPLE)
    return SelfTests(test, base.tables.notes, base.clock, base.self_test_note)


def _drafts(base: Infrastructure) -> Drafts:
    return Drafts(base.tables.drafts, base.disk_quota, base.clock)


def _showcase(base: Infrastructure, sharing: Sharing) -> Showcase:
    return Showcase(sharing, base.tables.own_jobs, base.tables.shares, base.server_settings.of)


def make_sharing(base: Infrastructure, replies: DiscordReplies, notices: Notices) -> Sharing:
    """Connect what posts a video once more."""
    tables, assembly = base.tables, base.assembly
    ends = ShareEnds(
        shares=tables.shares,
        answers=notices,
        replies=replies,
        shutdown=assembly.shutdown,
        clock=base.clock,
        pings=base.member_settings.ping,
    )
    return Sharing(
        shares=tables.shares,
        jobs=tables.own_jobs,
        reels=Reels(tables.jobs),
        replies=replies,
        ends=ends,
        media=base.media,
        job_moves=assembly.job_moves,
        shutdown=assembly.shutdown,
        clock=base.clock,
        covers=base.server_settings.covers,
    )


def make_privacy(settings: Settings, base: Infrastructure, running: Running, api: DiscordApi) -> Privacy:
    """Connect what forgets members, and what hands over to them what is stored."""
    tables, messages = base.tables, DiscordExports(base.languages, api)
    forgetting = Forgetting(
        *(tables.privacy, tables.forgetting, tables.opt_outs, tables.log_lines),
        *(running.actions, base.media, ServerLogMessages(base.languages, api), base.clock),
        settings_changed=base.member_settings.changed,
        files_in_use=base.disk_quota.files_in_use,
        days=StorageDays(settings.clip_days, settings.input_days, settings.backup_days),
    )
    archives = ZipArchives(settings.data_dir / "exports")
    exports = Exports(tables.exports, base.media, archives, messages, base.clock, DiscordReplies.limits)
    return Privacy(forgetting, exports)


def make_use_cases(  # noqa: PLR0913, PLR0917 - what the cogs call is gathered here, once
    settings: Settings,
    base: Infrastructure,
    running: Running,
    pending_replies: PendingReplies,
    uploader: AssetUploader,
    ownership: Ownership,
    api: DiscordApi,
    server_log: ServerLog,
    posting: tuple[DiscordReplies, Sharing],
) -> UseCases:
    """Put together what the cogs call."""
    return UseCases(
        catalogue=(available := _available(settings, base)),
        collecting=Collecting(drafts := _drafts(base), base.disk_quota, running.runner.visit, available),
        intake=(intake := _intake(settings, base, running, pending_replies, ownership, available, server_log, drafts)),
        next_videos=_next_videos(settings, base, intake, posting[0]),
        history=_history(settings, base),
        runner=running.runner,
        actions=running.actions,
        now=base.clock.now,
        prices=settings.price_list,
        asset_lookup=AssetLookup(base.tables.assets),
        assets=_assets(base, uploader, ownership.spending),
        other_processes=OtherProcesses(base.clock, siblings=base.shared is not None),
        languages=base.languages,
        spending=ownership.spending,
        administration=_administration(base, ownership),
        server_videos=_server_videos(base, running),
        server_settings=base.server_settings,
        member_settings=base.member_settings,
        sharing=posting[1],
        take_choice=running.take_choice,
        showcase=_showcase(base, posting[1]),
        deletion=_deletion(base, api),
        privacy=make_privacy(settings, base, running, api),
        usage=UsageReports(base.tables.usage, Charts(), ownership.spending, ownership.owner, base.clock),
        self_tests=_self_tests(base, api),
        verifications=_verifications(settings, base, ownership.spending),
    )
