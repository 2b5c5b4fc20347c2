"""Upload assets: each from our disk to the provider, until it is active and its member was notified.

Nothing here costs money: a step whose answer was lost is made once more.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.domain.assets import Asset, AssetSnapshot, AssetStage
from bot.domain.backoff import Backoff, jittered
from bot.domain.clip_errors import FileStoreDown
from bot.domain.errors import SeedreelError, StoreFull, UploadFailed, UploadRefused
from bot.domain.media import InputUrl, StoredFile
from bot.studio.lifecycle.deadline import Deadline
from bot.studio.lifecycle.retry import retry, send
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock
from bot.studio.ports.asset_provider import AssetNotifier, AssetProvider
from bot.studio.ports.files import Media
from bot.studio.ports.stores import AssetRows, CharacterLookup
from bot.studio.running.uploads import FileUploader

log = logging.getLogger(__name__)

# The provider's clients look every 5 s; for an asset that takes long, a minute apart is often enough. Scaled seconds.
_MIN_PACE, _MAX_PACE = 5.0, 60.0
_SLOWER_BY_AGE = 1 / 30
# Real seconds between two looks for assets that other processes were given.
_LOOK_EVERY = 10.0
# After so long without an answer it is given up, in scaled seconds.
_GIVEN_UP_AFTER = 24 * 3600.0
# So often in a row the provider has to say that it does not know an asset of which it gave us the id.
_MAX_UNKNOWN = 3


class AssetGone(SeedreelError):
    """The asset's row was moved or removed meanwhile."""


class AssetUploader:
    """Run one task for each asset that has not ended, or of whose end its member was not notified."""

    def __init__(
        self,
        assets: AssetRows,
        characters: CharacterLookup,
        provider: AssetProvider,
        uploader: FileUploader,
        media: Media,
        notices: AssetNotifier,
        clock: Clock,
    ) -> None:
        self._assets = assets
        self._characters = characters
        self._provider = provider
        self._uploader = uploader
        self._media = media
        self._notices = notices
        self._clock = clock
        self._tasks = BackgroundTasks(clock)

    def start(self, asset: Asset) -> None:
        """Give the asset its task; nothing where it has one, or once a shutdown has begun."""
        self._tasks.start(asset.id, f"asset {asset.id}", partial(self._drive, asset))

    async def resume(self) -> int:
        """Resume every asset that has not ended, or whose member was not notified; return how many."""
        assets = [asset for asset in await self._assets.unfinished() if not asset.hidden]
        for asset in assets:
            self.start(asset)
        return len(assets)

    async def follow(self, woken: asyncio.Event) -> None:
        """Bring what other processes have written down until cancelled; looks when `woken`, and by itself."""
        try:
            while True:
                woken.clear()
                try:
                    await self.resume()
                except StoreFull as error:
                    log.info("The assets can't be looked up: %s", error)
                with suppress(TimeoutError):
                    async with asyncio.timeout(jittered(_LOOK_EVERY)):
                        await woken.wait()
        finally:
            await self._tasks.stop_all()

    async def stop(self, asset_id: str) -> None:
        """Stop the task of an asset that was removed."""
        await self._tasks.stop(asset_id)

    async def close(self) -> None:
        """Stop every task; they are resumed at the next start."""
        await self._tasks.close()

    async def _drive(self, asset: Asset, again: bool) -> None:  # noqa: FBT001 - as BackgroundTasks calls it
        current = await self._assets.find(asset.id) if again else asset
        if current is None or (again and (current.hidden or current.notified_at is not None)):
            return
        try:
            await self._run(current)
        except AssetGone:
            log.info("Asset %s was changed meanwhile; leaving it alone.", asset.id)

    async def _run(self, asset: Asset) -> None:
        if not asset.ended:
            await self._notices.show(asset)
        since = asset.created
        if asset.stage is AssetStage.UPLOADING:
            asset = await self._register(asset)
            since = self._clock.now()
        if asset.stage is AssetStage.PROCESSING:
            asset = await self._follow(asset, since)
        if asset.notified_at is None:
            await self._notify(asset)

    async def _register(self, asset: Asset) -> Asset:
        """Bring it from UPLOADING to PROCESSING, or to FAILED."""
        character = await self._characters.character(asset.owner_id, asset.character_id)
        path = await self._copy(asset.stored) if asset.stored is not None else None
        if asset.stored is None or path is None or character is None:
            log.warning("Asset %s no longer has its file or its character.", asset.id)
            return await self._save(asset.failed(""), AssetStage.UPLOADING)
        began, late = self._clock.now(), partial(_too_late, Deadline(self._clock, asset.created, _GIVEN_UP_AFTER))
        try:
            input_url = await self._uploader.ensure_uploaded(asset.stored, path, late)
            try:
                asset_id = await self._create(asset, character.group_id, input_url, late)
            except UploadRefused:
                if input_url.at >= began:
                    raise
                # It was uploaded long ago: perhaps it is no longer there.
                await self._uploader.forget(asset.stored)
                input_url = await self._uploader.ensure_uploaded(asset.stored, path, late)
                asset_id = await self._create(asset, character.group_id, input_url, late)
        except UploadRefused as error:
            log.info("Asset %s was rejected: %s", asset.id, error.detail)
            return await self._save(asset.failed(error.provider_message), AssetStage.UPLOADING)
        except UploadFailed as error:
            log.warning("Giving up on asset %s, which the provider never accepted: %s", asset.id, error.detail)
            return await self._save(asset.failed(""), AssetStage.UPLOADING)
        except OSError as error:
            log.warning("The file of asset %s can't be read: %s", asset.id, type(error).__name__)
            return await self._save(asset.failed(""), AssetStage.UPLOADING)
        registered = await self._save(asset.registered(asset_id), AssetStage.UPLOADING)
        await self._notices.show(registered)
        return registered

    async def _copy(self, stored: StoredFile) -> Path | None:
        """Have our copy of a file on our disk; None where it is gone."""

        def not_brought(error: FileStoreDown) -> None:
            log.warning("The file of an asset can't be had from the file storage; trying again: %s", error.detail)

        return await retry(lambda: self._media.bring_input(stored), FileStoreDown, not_brought, self._clock)

    async def _create(
        self, asset: Asset, group_id: str, input_url: InputUrl, failed: Callable[[UploadFailed], None]
    ) -> str:
        """Register the uploaded file, tried until it is clear. Raises UploadRefused, or UploadFailed in the end."""

        def not_registered(error: UploadFailed) -> None:
            log.warning("Asset %s couldn't be registered; trying again: %s", asset.id, error.detail)
            failed(error)

        create = self._provider.create_asset
        return await retry(
            lambda: create(group_id, asset.kind, input_url.url, asset.name, real=asset.real),
            UploadFailed,
            not_registered,
            self._clock,
        )

    async def _follow(self, asset: Asset, since: float) -> Asset:
        """Wait for ACTIVE or FAILED; `since`: when the waiting began, in UTC seconds."""
        backoff, unknown, provider_message = Backoff(), 0, ""
        given_up = Deadline(self._clock, since, _GIVEN_UP_AFTER)
        while True:
            await self._clock.sleep(self._pace(since))
            snapshot = None
            try:
                snapshot = await self._provider.ask_asset(asset.asset_id or "", real=asset.real)
                backoff, unknown = Backoff(), 0
            except UploadFailed as error:
                log.warning("The status of asset %s couldn't be checked; trying again: %s", asset.id, error.detail)
                await self._clock.sleep(backoff.next())
            except UploadRefused as error:
                unknown, provider_message = unknown + 1, error.provider_message
            if snapshot is not None and snapshot.stage in {AssetStage.ACTIVE, AssetStage.FAILED}:
                return await self._ended(asset, snapshot)
            if unknown >= _MAX_UNKNOWN or given_up.over:
                log.warning("Giving up on asset %s: the provider never said whether it was accepted.", asset.id)
                return await self._ended(asset, AssetSnapshot(AssetStage.FAILED, provider_message))

    async def _ended(self, asset: Asset, snapshot: AssetSnapshot) -> Asset:
        if snapshot.stage is AssetStage.ACTIVE:
            return await self._save(asset.active(), AssetStage.PROCESSING)
        if asset.stored is not None:
            # Who adds the file again may have it uploaded again: perhaps the address was the trouble.
            await self._uploader.forget(asset.stored)
        return await self._save(asset.failed(snapshot.provider_message), AssetStage.PROCESSING)

    def _pace(self, since: float) -> float:
        seconds = min(max(self._clock.elapsed(since) * _SLOWER_BY_AGE, _MIN_PACE), _MAX_PACE)
        return jittered(seconds)

    async def _save(self, asset: Asset, was: AssetStage) -> Asset:
        """Write a move down, however long the disk is full. Raises AssetGone."""

        def full(_: StoreFull) -> None:
            log.warning("The status of asset %s couldn't be saved; trying again.", asset.id)

        if not await retry(lambda: self._assets.save(asset, was), StoreFull, full, self._clock):
            raise AssetGone
        log.info("Asset %s: %s.", asset.id, asset.stage)
        return asset

    async def _notify(self, asset: Asset) -> None:
        """Tell its member, for as long as that may come through; what does not stands in `/asset list`."""
        began = self._clock.now()
        outcome = await send(
            lambda: self._notices.announce(asset),
            self._clock,
            goes_on=lambda: self._clock.elapsed(began) < _GIVEN_UP_AFTER,
        )
        log.info("Notifying the owner of asset %s: %s", asset.id, outcome)
        try:
            await self._assets.mark_notified(asset.id, self._clock.now())
            # A token is kept no longer than it is needed.
            await self._assets.save_address(replace(asset, reply=None))
        except StoreFull:
            log.warning("Asset %s: that its owner was notified couldn't be saved.", asset.id)


def _too_late(deadline: Deadline, error: UploadFailed) -> None:
    """Raise the error once the asset is given up."""
    if deadline.over:
        raise error
