"""What a member does with characters and assets of their own; what takes long is left to `register`."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.asset_problems import (
    ConsentMissing,
    NameTaken,
    NoSuchAsset,
    NoSuchCharacter,
    OnlyImages,
    ServerOnly,
    TooManyAssets,
)
from bot.domain.assets import MAX_CHARACTERS, Asset, Character
from bot.domain.caller import Caller
from bot.domain.errors import Refusal, StoreFull
from bot.domain.ids import new_job_id as new_id
from bot.domain.media import AttachmentInput, Kind, StoredFile
from bot.domain.media_problems import AudioAlone, MediumTooLarge
from bot.domain.models import Capability
from bot.domain.naming import fit_name, name_of_file
from bot.domain.reply import Reply
from bot.domain.request import max_size
from bot.domain.rules import assign, broken_rules
from bot.studio.assets.imports import AssetImports
from bot.studio.assets.numbering import add_numbered
from bot.studio.assets.provider_calls import asked
from bot.studio.assets.register import AssetRegister
from bot.studio.intake.disk_quota import DiskQuota
from bot.studio.intake.spending import Spending
from bot.studio.lifecycle.shutdown import ShutdownGuard
from bot.studio.ports import Clock
from bot.studio.ports.asset_provider import AssetProvider
from bot.studio.ports.characters import OwnCharacters
from bot.studio.ports.pages import AssetPage
from bot.studio.ports.stores import OwnAssets, UploadStore

log = logging.getLogger(__name__)

PAGE_SIZE = 5


@dataclass(frozen=True, slots=True)
class AssetList:
    """A page of a member's assets, and where pictures are, by our ids; `empty`: on page 1, characters without any."""

    page: AssetPage
    pictures: dict[str, str]
    empty: Sequence[Character] = ()


class AssetService:
    """A member's characters and assets."""

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        assets: OwnAssets,
        characters: OwnCharacters,
        provider: AssetProvider,
        uploads: UploadStore,
        disk_quota: DiskQuota,
        register: AssetRegister,
        shutdown: ShutdownGuard,
        clock: Clock,
        *,
        spending: Spending,
        capability: Capability,
    ) -> None:
        self._assets = assets
        self._characters = characters
        self._provider = provider
        self._uploads = uploads
        self._disk_quota = disk_quota
        self._register = register
        self._shutdown = shutdown
        self._clock = clock
        self._spending = spending
        # What a reference may be: every asset is used as one later.
        self._capability = capability
        self._imports = AssetImports(assets, characters, provider, shutdown, clock, spending)

    async def characters(
        self, caller: Caller, user_input: str, *, growing: bool = False, hidden: bool = False
    ) -> Sequence[Character]:
        """List the caller's own characters with `user_input` in their names, newest first.

        `growing`: only those that take more assets, which what was imported does not. `hidden`: hidden ones too.
        """
        wanted = user_input.strip().casefold()
        found = [one for one in await self._characters.characters(caller.user_id) if wanted in one.name.casefold()]
        return [one for one in found if (one.group_id or not growing) and (hidden or not one.hidden)]

    async def create_character(self, caller: Caller, user_input: str) -> Character:
        """Make a virtual character.

        Raises Refusal (NameUnfit, NameTaken, TooManyAssets, ProviderRefused, ProviderAway).
        """
        await self._spending.check(caller)
        name = fit_name(user_input)
        if await self._characters.character(caller.user_id, name) is not None:
            raise Refusal(NameTaken(name))
        if len(await self._characters.characters(caller.user_id)) >= MAX_CHARACTERS:
            raise Refusal(TooManyAssets(MAX_CHARACTERS))
        async with self._shutdown.visit(), asked():
            group_id = await self._provider.create_group(name)
            character = Character(new_id(), caller.user_id, name, group_id, self._clock.now(), guild_id=caller.guild_id)
            await self._characters.add_character(character)
        log.info("Character %s was created.", character.id)
        return character

    async def add(
        self, caller: Caller, user_input: str, attachment: AttachmentInput, name: str | None, reply: Reply
    ) -> Asset:
        """Store a file and have it registered as an asset of a character; the reply shows how that goes.

        Raises Refusal.
        """
        await self._spending.check(caller)
        given = None if name is None else fit_name(name)
        if attachment.size > (maximum := max_size(attachment, self._capability)):
            raise Refusal(MediumTooLarge(attachment.option, attachment.size, maximum))
        character = await self._own(caller, user_input)
        if not character.group_id:
            raise Refusal(NoSuchCharacter(character.name))
        if character.real and not await self._characters.consented(caller.user_id, character.id):
            raise Refusal(ConsentMissing())
        async with self._disk_quota.reserve(caller.user_id, attachment.size) as held:
            async with self._shutdown.visit():
                stored = await held.keep(attachment, self._capability)
            _check_file(attachment, stored, character, self._capability)
            asset = Asset(
                new_id(),
                character.id,
                caller.user_id,
                given or name_of_file(attachment.name, stored.kind.value),
                stored.kind,
                self._clock.now(),
                stored=stored,
                real=character.real,
                reply=reply,
            )
            asset = await self._write_down(asset, numbering=given is None)
        self._register.start(asset)
        return asset

    async def page(self, caller: Caller, number: int) -> AssetList:
        """Return one page of the caller's own assets, newest first; `number` from 1."""
        page = await self._assets.mine(caller.user_id, number, PAGE_SIZE)
        pictures: dict[str, str] = {}
        for asset in page.assets:
            if asset.stored is None or asset.kind is not Kind.IMAGE:
                continue
            if (input_url := await self._uploads.remembered(asset.stored.sha256)) is not None:
                pictures[asset.id] = input_url.url
        return AssetList(page, pictures, await self._characters.empty(caller.user_id) if page.number == 1 else ())

    async def remove(self, caller: Caller, asset_id: str) -> None:
        """Take an asset of the caller's off the list and out of use. Raises Refusal (NoSuchAsset)."""
        async with asked():
            if not await self._assets.hide(caller.user_id, asset_id):
                raise Refusal(NoSuchAsset())
        await self._register.stop(asset_id)
        log.info("Asset %s was removed by its owner.", asset_id)

    async def share(self, caller: Caller, user_input: str, *, is_open: bool) -> Character:
        """Open a character of one's own to the server, or close it. Raises Refusal (ServersOnly, NoSuchCharacter)."""
        if caller.guild_id is None:
            raise Refusal(ServerOnly())
        character = await self._own(caller, user_input)
        shared_in = caller.guild_id if is_open else None
        async with asked():
            await self._characters.share(character.id, shared_in)
        return replace(character, shared_in=shared_in)

    async def rename(self, caller: Caller, user_input: str, name: str) -> Character:
        """Give a character of one's own another name. Raises Refusal (NoSuchCharacter, NameUnfit, NameTaken)."""
        renamed = replace(await self._own(caller, user_input), name=fit_name(name))
        async with asked():
            await self._characters.rename(renamed)
        return renamed

    async def hide(self, caller: Caller, user_input: str, *, hidden: bool) -> Character:
        """Hide a character of one's own, which closes it, or show it again. Raises Refusal (NoSuchCharacter)."""
        character = await self._own(caller, user_input)
        async with asked():
            await self._characters.hide(character.id, hidden=hidden)
        return replace(character, hidden=hidden)

    async def import_asset(self, caller: Caller, user_input: str, name: str, kind: Kind) -> Asset:
        """Take in an asset that was made elsewhere with the same key; raises Refusal as `AssetImports.take_in`."""
        return await self._imports.take_in(caller, user_input, name, kind)

    async def _own(self, caller: Caller, user_input: str) -> Character:
        character = await self._characters.character(caller.user_id, user_input.strip())
        if character is None:
            raise Refusal(NoSuchCharacter(user_input.strip()))
        return character

    async def _write_down(self, asset: Asset, *, numbering: bool) -> Asset:
        """Write an asset down; a name that was not typed gets a number where it is taken."""
        try:
            if numbering:
                return await add_numbered(asset, self._assets.add)
            await self._assets.add(asset)
        except StoreFull as error:
            raise Refusal(error.problem) from error
        return asset


def _check_file(attachment: AttachmentInput, stored: StoredFile, character: Character, capability: Capability) -> None:
    """Judge a file as the reference that it is to be. Raises Refusal with everything that is wrong."""
    if character.real and stored.kind is not Kind.IMAGE:
        raise Refusal(OnlyImages())
    problems = broken_rules([assign(attachment.option, stored, None)], capability)
    # Whether anything stands beside a sound is seen when it goes into a video; the bytes were fetched as one of these.
    if problems := [problem for problem in problems if not isinstance(problem, AudioAlone)]:
        raise Refusal(*problems)
