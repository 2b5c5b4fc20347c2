"""Assets and their groups at the provider: made, processed, active or failed; and what a test may do to them."""

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sandbox.clock import Clock
from sandbox.ledger import Ledger
from sandbox.toapis.file_store import FileStore
from sandbox.toapis.judging import LONGEST
from sandbox.toapis.media import ASSET, Kind, Seen
from sandbox.toapis.placeholders import placeholder
from sandbox.toapis.settings import ProviderSettings

Source = Callable[[str, Kind], "asyncio.Task[Seen]"]


class State(StrEnum):
    """The documented words."""

    PROCESSING = "processing"
    ACTIVE = "active"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Group:
    """One character; `real` for a person who was verified."""

    id: str
    name: str
    description: str = ""
    real: bool = False


@dataclass(slots=True, eq=False, kw_only=True)
class Asset:
    """A file that the provider keeps for re-use.

    `run` and `worked` are seconds of the provider's pace; `hurried` asks for neither. `source` ends in what is behind
    `source_url`; None for an asset that was made elsewhere. `reason_field` is the field of an answer that says why it
    failed.
    """

    id: str
    kind: Kind
    run: float
    settled_at: float
    name: str = ""
    group_id: str = ""
    source_url: str = ""
    real: bool = False
    source: "asyncio.Task[Seen] | None" = None
    seen: Seen | None = None
    seconds: float = 5.0
    status: State = State.PROCESSING
    worked: float = 0.0
    hurried: bool = False
    reason: str = ""
    reason_field: str = "reason"

    @property
    def is_active(self) -> bool:
        """Whether a generation may use it."""
        return self.status is State.ACTIVE

    @property
    def url(self) -> str:
        """The URL that a generation names it by."""
        return f"{ASSET}{self.id}"

    @property
    def sha256(self) -> str:
        """The hash of the file behind `source_url` once it was fetched, else ""."""
        return self.seen.file.sha256 if self.seen else ""

    def settle(self, now: float, pace: float) -> bool:
        """Bring the asset up to date; return whether it has ended just now."""
        passed, self.settled_at = now - self.settled_at, now
        if self.status is not State.PROCESSING:
            return False
        self.worked += passed * pace
        over = self.hurried or (pace > 0 and self.worked >= self.run)
        if not over or self.source is None or not self.source.done():
            return False
        broken = None if self.source.cancelled() else self.source.exception()
        if self.source.cancelled() or broken is not None:
            self.status, self.reason = State.FAILED, str(broken or "The source could not be read")
        else:
            self.status, self.seen = State.ACTIVE, self.source.result()
        return True


class Assets:
    """Every asset and group. Knows nothing of HTTP.

    The ledger gets "asset_ended" (`asset`, `status`, `reason`) when an end is first seen.

    Args:
        clock: runs the processing.
        ledger: where ends are written.
        settings: seed, pace, lengths.
        files: keeps the pictures of assets that were made elsewhere.
        source: begins to fetch and judge a URL.
    """

    def __init__(
        self, *, clock: Clock, ledger: Ledger, settings: ProviderSettings, files: FileStore, source: Source
    ) -> None:
        self._clock, self._ledger, self._settings, self._files = clock, ledger, settings, files
        self._source = source
        self._rng = random.Random(f"{settings.seed} assets")
        self._assets: dict[str, Asset] = {}
        self._groups: dict[str, Group] = {}
        self._held = False
        self.omits_url = False

    @property
    def all(self) -> Mapping[str, Asset]:
        """Every asset by id, in order, as it stands now."""
        self._settle()
        return MappingProxyType(self._assets)

    @property
    def groups(self) -> Mapping[str, Group]:
        """Every group by id, in order."""
        return MappingProxyType(self._groups)

    def know(
        self,
        asset_id: str,
        kind: str,
        status: str = "active",
        *,
        real: bool = False,
        reason: str = "",
        seconds: float = 5.0,
    ) -> Asset:
        """Have an asset that was made elsewhere; an older one of this id is replaced.

        A "processing" one stays so until `finish` or `fail`. `seconds` is the length of a video or sound.
        """
        if not 0 < seconds <= LONGEST:
            raise ValueError(f"seconds must be above 0 and at most {LONGEST:g}")
        asset = Asset(
            id=asset_id,
            kind=Kind(kind),
            run=0.0,
            settled_at=self._clock.now(),
            real=real,
            seconds=seconds,
            status=State(status),
            reason=reason,
        )
        self._assets[asset_id] = asset
        return asset

    def finish(self, asset_id: str | None = None) -> None:
        """Let an asset, or all, end as soon as its source was judged; a bad source still fails it."""
        for asset in self._processing(asset_id):
            asset.hurried = True
            if asset.source is None:
                asset.status = State.ACTIVE
                self._ended(asset)
        self._settle()
        self._ledger.touch()

    def fail(
        self, asset_id: str | None = None, reason: str = "The file could not be processed", *, field: str = "reason"
    ) -> None:
        """Let an asset, or all, fail; `field` of the answer, "reason" or "message", says why."""
        for asset in self._processing(asset_id):
            asset.status, asset.reason, asset.reason_field = State.FAILED, reason, field
            self._ended(asset)

    def hold(self, *, on: bool = True) -> None:
        """Leave all assets in processing, also those yet to come, until `on` is False."""
        self._settle()
        self._held = on

    def omit_url(self, *, on: bool = True) -> None:
        """Leave `asset_url` out of answers."""
        self.omits_url = on

    def forget(self, asset_id: str) -> None:
        """Never have had this asset."""
        del self._assets[asset_id]

    def new_group(self, name: str, description: str = "", *, real: bool = False) -> Group:
        """Make a group."""
        group = Group(f"{'rg' if real else 'pg'}_{self._new_id()}", name, description, real)
        self._groups[group.id] = group
        return group

    def begin(self, *, group: Group, kind: Kind, source_url: str, name: str) -> Asset:
        """Begin to process what is behind a URL."""
        source = self._source(source_url, kind)
        source.add_done_callback(self._heard)
        asset = Asset(
            id=f"{'ra' if group.real else 'pa'}_{self._new_id()}",
            kind=kind,
            run=self._rng.uniform(*self._settings.asset_seconds),
            settled_at=self._clock.now(),
            name=name,
            group_id=group.id,
            source_url=source_url,
            real=group.real,
            source=source,
        )
        self._assets[asset.id] = asset
        return asset

    def found(self, asset_id: str) -> Asset | None:
        """Return the asset of this id, brought up to date."""
        asset = self._assets.get(asset_id)
        if asset is not None:
            self._settle([asset])
        return asset

    async def shown(self, asset: Asset) -> Seen:
        """Return the file of an active asset; of one made elsewhere a picture with its id."""
        if asset.seen is None:
            file = await asyncio.to_thread(lambda: self._files.keep_bytes(placeholder(asset.id)))
            seconds = 0.0 if asset.kind is Kind.IMAGE else asset.seconds
            asset.seen = Seen(file, asset.kind, "PNG", (640, 640), seconds, file.path)
        return asset.seen

    async def close(self) -> None:
        """Stop whatever is being fetched."""
        sources = [asset.source for asset in self._assets.values() if asset.source is not None]
        for source in sources:
            source.cancel()
        await asyncio.gather(*sources, return_exceptions=True)

    def _heard(self, source: "asyncio.Task[Seen]") -> None:
        """Take note of a source's end, so that one that is not asked for is not called forgotten."""
        if not source.cancelled():
            source.exception()
        self._ledger.touch()

    def _processing(self, asset_id: str | None) -> list[Asset]:
        self._settle()
        chosen = self._assets.values() if asset_id is None else [self._assets[asset_id]]
        return [asset for asset in chosen if asset.status is State.PROCESSING]

    def _settle(self, assets: Iterable[Asset] | None = None) -> None:
        pace, now = 0.0 if self._held else self._settings.time_scale, self._clock.now()
        for asset in list(self._assets.values()) if assets is None else assets:
            if asset.settle(now, pace):
                self._ended(asset)

    def _ended(self, asset: Asset) -> None:
        self._ledger.write("asset_ended", "", asset=asset.id, status=str(asset.status), reason=asset.reason)

    def _new_id(self) -> str:
        return f"{self._rng.getrandbits(64):016x}"
