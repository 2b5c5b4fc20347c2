"""What the studio needs written down: a narrow protocol for each user of a store.

What a call does stands at its query, in `storage`. All raise StoreFull when nothing can be written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.administration import Authority, Target
from bot.domain.assets import Asset, AssetStage, Character, Verification, VerificationStage
from bot.domain.audit import Change
from bot.domain.drafts import Draft
from bot.domain.job import Job
from bot.domain.limits import Measure, OwnerLimits, Rule
from bot.domain.media import InputUrl, StoredFile
from bot.domain.models import Model, Resolution
from bot.domain.pending_reply import PendingReply
from bot.domain.progress import Forecast
from bot.domain.reply import Reply
from bot.domain.spending import Membership, Payer
from bot.domain.stages import Stage
from bot.domain.usage import Standing, Usage


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of a member's jobs, newest first; `total` counts all pages' jobs."""

    jobs: tuple[Job, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A job in the overview: what can be said of it now, and whether our own copy of its clip is there."""

    job: Job
    forecast: Forecast
    has_clip: bool


@dataclass(frozen=True, slots=True)
class ListedPage:
    """One page of jobs that wait and run, the oldest first; `total` counts all pages' jobs."""

    listed: tuple[Listed, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class AssetPage:
    """One page of a member's assets, newest first, with their characters; `total` counts all pages' assets."""

    assets: tuple[Asset, ...]
    characters: dict[str, Character]
    number: int
    pages: int
    total: int


class NewJobs(Protocol):
    """For accepting: a job is written down, charged to its payer, in one transaction."""

    async def accept(self, job: Job, payer: Payer, fixes: str | None = None) -> Job: ...
    async def find(self, job_id: str) -> Job | None: ...


class Charges(Protocol):
    """For what may be spent: whether blocks, pauses and limits let a video pass."""

    async def check(self, payer: Payer, user_id: int, seconds: int | None, now: float) -> None: ...


class RuleStore(Protocol):
    """For managers and the owner: limits, blocks and pauses, and who changed them."""

    async def rules(self, guild_id: int) -> tuple[Rule, ...]: ...
    async def set_limit(
        self, by: Authority, target: Target, measure: Measure, value: int, limits: OwnerLimits, at: float
    ) -> bool: ...
    async def clear_limit(self, by: Authority, target: Target, measure: Measure, at: float) -> bool: ...
    async def block(self, by: Authority, user_id: int, at: float) -> bool: ...
    async def unblock(self, by: Authority, user_id: int, at: float) -> bool: ...
    async def pause(self, by: Authority, at: float) -> bool: ...
    async def resume(self, by: Authority, at: float) -> bool: ...


class DraftStore(Protocol):
    """For requests that were refused and can be fixed."""

    async def add(self, draft: Draft, maximum: int) -> Sequence[StoredFile]: ...
    async def save(self, draft: Draft) -> bool: ...
    async def delete(self, draft_id: str) -> bool: ...
    async def find(self, draft_id: str) -> Draft | None: ...


class OldDrafts(Protocol):
    """For the sweep: drafts whose time is over."""

    async def delete_before(self, before: float) -> int: ...
    async def files_in_use(self) -> set[str]: ...


class FilesInUse(Protocol):
    """For the sweep, and for what a refused request leaves: files that are used."""

    async def files_in_use(self) -> set[str]: ...


class JobRows(Protocol):
    """For every move of a job: compare-and-set from the stage where its row stands."""

    async def find(self, job_id: str) -> Job | None: ...
    async def save(self, job: Job, was: Stage) -> bool: ...
    async def save_unmoved(self, jobs: Sequence[Job]) -> None: ...
    async def save_address(self, job_id: str, reply: Reply) -> None: ...
    async def mark_notified(self, job_id: str, at: float) -> bool: ...
    async def restored_at(self) -> float | None: ...


class LiveJobs(Protocol):
    """For the runner: what is resumed at a start, and what is cancelled."""

    async def find(self, job_id: str) -> Job | None: ...
    async def unfinished(self) -> Sequence[Job]: ...


class UsedSeconds(Protocol):
    """For the queue: how much each member has used."""

    async def used_since(self, since: float) -> dict[int, int]: ...


class UsageStore(Protocol):
    """For reports: what was used in the 30 days before `now`, and how much of the limits is left."""

    async def of_member(self, user_id: int, now: float, day: float) -> Usage: ...
    async def of_server(self, guild_id: int, now: float, day: float) -> Usage: ...
    async def of_all(self, now: float, day: float) -> Usage: ...
    async def standings(
        self, payer: Payer, membership: Membership | None, user_id: int, now: float
    ) -> Sequence[Standing]: ...


class PastRuns(Protocol):
    """For estimates: how long comparable jobs took."""

    async def runs(
        self, model: Model, duration: int, resolution: Resolution | None, maximum: int
    ) -> Sequence[float]: ...


class OwnJobs(Protocol):
    """For a member's lists."""

    async def find_mine(self, user_id: int, text: str) -> Job | None: ...
    async def mine(self, user_id: int, search: str, page: int, size: int) -> JobPage: ...
    async def latest(self, user_id: int, search: str, maximum: int) -> Sequence[Job]: ...


class ServerJobs(Protocol):
    """For who manages a server: what is being made there, and what of it is cancelled."""

    async def live(self, guild_id: int | None, page: int, size: int) -> JobPage: ...
    async def cancel(self, job: Job, change: Change) -> bool: ...


class JobFiles(Protocol):
    """For quotas: the files of a member, and those that are in use."""

    async def stored_by(self, user_id: int, since: float) -> tuple[dict[str, int], int]: ...
    async def files_in_use(self, since: float) -> set[str]: ...


class OldJobs(Protocol):
    """For the sweep: what is past its time."""

    async def forget_tokens(self, before: float) -> int: ...
    async def stale_clips(self, before: float) -> Sequence[Job]: ...
    async def forget_clip(self, job_id: str) -> None: ...
    async def files_in_use(self, since: float) -> set[str]: ...


class PendingReplyStore(Protocol):
    """Replies that were opened for what is no job yet."""

    def note(self, pending: PendingReply) -> bool: ...
    def close(self) -> None: ...
    async def begin(self, pending: PendingReply) -> None: ...
    async def forget(self, interaction_id: int) -> None: ...
    async def left(self) -> Sequence[PendingReply]: ...


class UploadStore(Protocol):
    """What was uploaded before, by content: the same file goes there once."""

    async def remembered(self, sha256: str) -> InputUrl | None: ...
    async def remember(self, input_url: InputUrl) -> None: ...
    async def forget(self, sha256: str) -> None: ...


class ServerSettingsStore(Protocol):
    """For what managers set for their servers, by name, with the change that is written down of it."""

    async def of(self, guild_id: int) -> Mapping[str, str]: ...
    async def put(self, guild_id: int, values: Mapping[str, str | None], change: Change | None = None) -> None: ...


class Audit(Protocol):
    """For those who look up who changed what."""

    async def latest(self, guild_id: int | None, maximum: int) -> Sequence[Change]: ...


class Changes(Protocol):
    """For the log of a server: what was changed."""

    async def since(self, change_id: int, maximum: int) -> Sequence[Change]: ...
    async def last_id(self) -> int: ...


class NoteStore(Protocol):
    """Small values by key, kept for the next start."""

    async def get(self, key: str) -> str | None: ...
    async def put(self, key: str, value: str) -> None: ...


class OwnCharacters(Protocol):
    """For a member's characters."""

    async def add_character(self, character: Character) -> None: ...
    async def characters(self, owner_id: int) -> Sequence[Character]: ...
    async def character(self, owner_id: int, user_input: str) -> Character | None: ...
    async def share(self, character_id: str, guild_id: int | None) -> None: ...
    async def consented(self, owner_id: int, character_id: str) -> bool: ...


class Verifications(Protocol):
    """For the verification of real persons, with the consent that each rests on."""

    async def character(self, owner_id: int, user_input: str) -> Character | None: ...
    async def begin(self, verification: Verification) -> None: ...
    async def save_verification(self, verification: Verification, was: VerificationStage) -> bool: ...
    async def verification(self, verification_id: str) -> Verification | None: ...
    async def verified(self, verification: Verification, character: Character) -> bool: ...


class OwnAssets(Protocol):
    """For a member's assets: what is added, listed and removed."""

    async def add(self, asset: Asset) -> None: ...
    async def hide(self, owner_id: int, asset_id: str) -> bool: ...
    async def mine(self, owner_id: int, page: int, size: int) -> AssetPage: ...
    async def named(self, user_id: int, guild_id: int | None, user_input: str) -> Asset | None: ...
    async def others_added(self, user_id: int, asset_id: str) -> bool: ...


class AssetRows(Protocol):
    """For every move of an asset: compare-and-set from the stage where its row stands."""

    async def find(self, asset_id: str) -> Asset | None: ...
    async def save(self, asset: Asset, was: AssetStage) -> bool: ...
    async def save_address(self, asset: Asset) -> None: ...
    async def mark_notified(self, asset_id: str, at: float) -> None: ...
    async def unfinished(self) -> Sequence[Asset]: ...


class CharacterLookup(Protocol):
    """For finding the character that an asset is of."""

    async def character(self, owner_id: int, user_input: str) -> Character | None: ...


class UsableAssets(Protocol):
    """For requests: the assets that a member may use there."""

    async def usable(self, user_id: int, guild_id: int | None, user_input: str, maximum: int) -> Sequence[Asset]: ...
    async def named(self, user_id: int, guild_id: int | None, user_input: str) -> Asset | None: ...


class AssetFiles(Protocol):
    """For quotas and the sweep: the files of assets."""

    async def files_of(self, owner_id: int) -> dict[str, int]: ...
    async def files_in_use(self) -> set[str]: ...
