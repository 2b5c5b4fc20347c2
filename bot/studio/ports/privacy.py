"""What privacy needs written down, as `stores`."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from bot.domain.privacy import BeingForgotten, Export, ExportStage, StoredRows
from bot.domain.server_log import PostedLine
from bot.studio.ports import Outcome


class PrivacyStore(Protocol):
    """For a member who asks what is stored about them."""

    async def stored(self, user_id: int, now: float, files_since: float) -> StoredRows: ...


class ForgettingStore(Protocol):
    """For forgetting members, in steps that may be done again."""

    async def ask(self, user_id: int, at: float) -> None: ...
    async def asked(self) -> Sequence[BeingForgotten]: ...
    async def waiting(self, member: BeingForgotten) -> Sequence[str]: ...
    async def over(self, member: BeingForgotten, settled: float, quiet: float, maximum: int) -> Sequence[str]: ...
    async def drop_jobs(self, job_ids: Sequence[str], counted_since: float) -> set[str]: ...
    async def drop_rest(self, member: BeingForgotten) -> set[str]: ...
    async def forget_uploads(self, contents: Sequence[str]) -> None: ...
    async def unname(self, member: BeingForgotten, among: Collection[str] | None = None) -> set[str]: ...
    async def is_left(self, member: BeingForgotten) -> bool: ...
    async def finish(self, member: BeingForgotten) -> bool: ...
    async def rewrite(self) -> bool: ...
    async def drop_counted(self, before: float) -> int: ...


class LogLineStore(Protocol):
    """For lines of servers' logs: where they are that name a member."""

    async def note(self, user_ids: Collection[int], line: PostedLine) -> None: ...
    async def of(self, user_id: int, maximum: int) -> Sequence[PostedLine]: ...
    async def drop(self, user_id: int, line: PostedLine) -> None: ...


class LineEdits(Protocol):
    """What takes a member's name out of a line."""

    def reserve_line(self, channel_id: int) -> float:
        """Reserve an edit in that channel; return in how many seconds it may go out."""
        ...

    async def blank_line(self, line: PostedLine) -> Outcome:
        """Make one attempt to put a line without names in a line's place."""
        ...


class ExportStore(Protocol):
    """For exports, and for every row about a member that goes into one."""

    async def ask(self, export: Export) -> Export | None: ...
    async def take(self) -> Export | None: ...
    async def stopped(self) -> Sequence[Export]: ...
    async def end(self, export: Export, stage: ExportStage) -> None: ...
    async def rows(self, name: str, user_id: int, page: int, size: int) -> Sequence[Mapping[str, Any]]: ...


class Archive(Protocol):
    """A file on our disk that holds others, and opens by itself."""

    async def add(self, name: str, content: bytes | Path) -> bool:
        """Add a file; False where it would be too much."""
        ...

    async def close(self) -> Path | None:
        """Return the whole file; None where nothing was added."""
        ...


class Archives(Protocol):
    """Makes archives."""

    async def clear(self) -> None:
        """Delete all that an earlier run has left."""
        ...

    async def begin(self, maximum: int) -> Archive:
        """Begin one of at most so many bytes."""
        ...


class ExportMessages(Protocol):
    """What hands an export over; every method makes one attempt."""

    async def send_part(self, export: Export, number: int, part: Path, *, last: bool, directly: bool) -> Outcome:
        """Send one file of it: after the private answer, or directly."""
        ...

    async def tell_stopped(self, export: Export, *, directly: bool) -> Outcome:
        """Say that it will not come, or not whole, and can be asked for again."""
        ...
