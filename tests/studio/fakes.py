"""Hand-written fakes at the studio's ports: each keeps a ledger of what it was asked to do, and answers by script."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.discord_limits import MAX_FILES, MAX_REQUEST, TOKEN_USE_SECONDS, USUAL_FILE_LIMIT
from bot.domain.assets import Asset
from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.job import DeliveryAttempt, Job
from bot.domain.media import InputUrl, MediaFormat, Medium, Role, StoredFile
from bot.domain.media_problems import AssetUnknown
from bot.domain.models import Dialect, Model, Ratio
from bot.domain.pauses import Pause, PauseKind
from bot.domain.progress import NotKnown, Silence, Snapshot, TaskStatus
from bot.domain.reply import Reply, Route
from bot.domain.request import VideoRequest
from bot.domain.run_lengths import RunLengths
from bot.studio.ports import NotThere, Outcome, PlatformLimits, Posted

MEGABYTE = 1024 * 1024
START = 1_800_000_000.0
LIMITS = PlatformLimits(MAX_FILES, USUAL_FILE_LIMIT, TOKEN_USE_SECONDS, MAX_REQUEST)


class JumpingClock:
    """Time that jumps over every wait, in the order of the waits."""

    def __init__(self) -> None:
        self.at = START
        self.still = False  # a clock that stands still never comes to the end of a wait
        self.slept: list[float] = []

    def now(self) -> float:
        return self.at

    def age(self, since: float) -> float:
        return max(self.at - since, 0.0)

    def ago(self, seconds: float) -> float:
        return self.at - seconds

    def elapsed(self, since: float) -> float:
        return self.at - since

    def later(self, seconds: float) -> float:
        return self.at + seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await self.until(self.at + seconds)

    async def until(self, when: float) -> None:
        await (asyncio.Event().wait() if self.still else asyncio.sleep(0))
        self.at = max(self.at, when)


class HeldClock(JumpingClock):
    """Time that stands still until the test moves it."""

    def __init__(self) -> None:
        super().__init__()
        self._moved = asyncio.Event()

    async def until(self, when: float) -> None:
        while self.at < when:
            await self._moved.wait()

    def advance(self, seconds: float) -> None:
        self.at += seconds
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()


@dataclass
class ScriptedProvider:
    """Answers submits and questions from lists; an exception in a list is raised."""

    submits: list[str | Exception] = field(default_factory=list)
    snapshots: list[Snapshot | Silence] = field(default_factory=list)
    answers: list[Snapshot | Silence] = field(default_factory=list)
    submitted: list[Job] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    asked_in: list[Dialect | None] = field(default_factory=list)
    gate: asyncio.Event | None = None
    knows_our_ids: bool = False
    found_by_our_id: list[str | NotKnown | Silence] = field(default_factory=list)
    asked_by_our_id: list[str] = field(default_factory=list)
    uploads: list[str | Exception] = field(default_factory=list)
    uploaded: list[str] = field(default_factory=list)

    async def submit(self, job: Job) -> str:
        self.submitted.append(job)
        if self.gate is not None:
            await self.gate.wait()
        answer = self.submits.pop(0) if self.submits else f"task-{job.short}"
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def follow(self, job: Job, lengths: RunLengths) -> AsyncIterator[Snapshot | Silence]:
        for snapshot in self.snapshots or [completed()]:
            yield snapshot

    async def choose_dialect(self) -> Dialect:
        return Dialect.VIDEO

    def can_find_by_own_id(self, job: Job) -> bool:
        return self.knows_our_ids

    async def find_by_own_id(self, job: Job) -> str | NotKnown | Silence:
        self.asked_by_our_id.append(job.id)
        return self.found_by_our_id.pop(0) if self.found_by_our_id else NotKnown()

    async def upload(self, stored: StoredFile, path: Path) -> str:
        self.uploaded.append(stored.sha256)
        answer = self.uploads.pop(0) if self.uploads else f"https://files.test/uploads/{len(self.uploaded)}"
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def ask(self, task_id: str, dialect: Dialect | None) -> Snapshot | Silence:
        self.asked.append(task_id)
        self.asked_in.append(dialect)
        return self.answers.pop(0) if self.answers else completed()


def completed(url: str = "https://files.test/clip.mp4", dies: float = START + 86400) -> Snapshot:
    return Snapshot(TaskStatus.COMPLETED, 100, url, dies, START + 60)


@dataclass
class ScriptedReplies:
    """Answers drops, looks and tellings from lists; posts them when a list is empty."""

    attempts: list[Outcome] = field(default_factory=list)
    looks: list[object] = field(default_factory=list)
    ends: dict[Route, list[Outcome]] = field(default_factory=dict)
    pings: list[Outcome] = field(default_factory=list)
    input_urls: list[object] = field(default_factory=list)
    ledger: list[tuple[str, Job | str, object]] = field(default_factory=list)
    files: list[str | None] = field(default_factory=list)
    on_show: Callable[[Job], object] | None = None
    before_ping: Callable[[], object] | None = None
    before_drop: Callable[[Job], Awaitable[None]] | None = None
    limits: PlatformLimits = LIMITS

    def show(self, job: Job) -> None:
        self.ledger.append(("show", job, None))
        if self.on_show is not None:
            self.on_show(job)

    async def stop_updates(self, job_id: str) -> None:
        """Have nothing under way."""
        self.ledger.append(("settle", job_id, None))

    async def deliver(self, job: Job, attempt: DeliveryAttempt, clip: Path | None, *others: Path | None) -> Outcome:
        self.ledger.append(("drop", job, attempt))
        self.files.extend(path and path.name for path in (clip, *others))
        if self.before_drop is not None:
            await self.before_drop(job)
        return self.attempts.pop(0) if self.attempts else Posted(job.reply.channel_id, 900)

    async def find_delivery(self, job: Job, attempt: DeliveryAttempt, until: float | None = None) -> object:
        self.ledger.append(("look", job, attempt))
        return self.looks.pop(0) if self.looks else NotThere()

    async def show_end(self, job: Job, route: Route) -> Outcome:
        self.ledger.append(("end", job, route))
        script = self.ends.get(route)
        return script.pop(0) if script else Posted(job.reply.channel_id, 900)

    async def ping(self, job: Job, *, directly: bool = False) -> Outcome:
        self.ledger.append(("ping", job, None))
        if self.before_ping is not None:
            self.before_ping()
        return self.pings.pop(0) if self.pings else Posted(job.reply.channel_id, 901)

    async def attach_inputs(self, job: Job, files: Mapping[StoredFile, Path]) -> object:
        self.ledger.append(("host", job, tuple(files.values())))
        if self.input_urls:
            return self.input_urls.pop(0)
        return tuple(InputUrl(stored.sha256, f"https://cdn.test/{stored.file_name}", START) for stored in files)

    def did(self, kind: str) -> list[object]:
        return [detail for name, _, detail in self.ledger if name == kind]

    def routes(self) -> list[Route]:
        return [attempt.route for attempt in self.did("drop")]


class KeptPauses:
    """Pauses that are kept in memory, so that the next run finds them."""

    def __init__(self) -> None:
        self.rows: list[Pause] = []

    async def begin(self, kind: PauseKind, guild_id: int | None, at: float) -> bool:
        self.rows.append(Pause(kind, guild_id, at))
        return True

    async def end(self, kind: PauseKind, guild_id: int | None, at: float) -> bool:
        ended = [one for one in self.rows if one.until is None and (one.kind, one.guild_id) == (kind, guild_id)]
        self.rows = [replace(one, until=at) if one in ended else one for one in self.rows]
        return bool(ended)

    async def since(self, time: float) -> list[Pause]:
        return [one for one in self.rows if one.until is None or one.until > time]


class NoDrafts:
    """A store that no draft comes into, as far as sweeping goes."""

    async def files_in_use(self) -> set[str]:
        return set()

    async def delete_before(self, before: float) -> int:
        return 0


class NoAssets:
    """A store without assets, as far as sweeping and requests go."""

    async def files_in_use(self) -> set[str]:
        return set()

    async def files_of(self, owner_id: int) -> dict[str, int]:
        return {}

    async def resolve(self, caller: Caller, user_input: str) -> Asset:
        raise Refusal(AssetUnknown(user_input))


def picture(name: str = "a", role: Role = Role.FIRST_FRAME) -> Medium:
    """Make an image in its role, known by a content of its own."""
    return Medium(role, StoredFile(name * 64, MediaFormat.PNG, 100, 640, 480))


def reply(**changes: object) -> Reply:
    fresh = Reply(
        application_id=1,
        channel_id=20,
        guild_id=30,
        message_id=40,
        token="token",
        token_at=START,
        private=False,
        bot_reaches=True,
        limit=10 * MEGABYTE,
    )
    return replace(fresh, **changes)


def job(number: int = 1, user_id: int = 1001, **changes: object) -> Job:
    request = VideoRequest("a fox in snow", Model.SEEDANCE_2, 5, Ratio.WIDE)
    made = Job(
        f"{number:020d}"[::-1], user_id, 10_000 + number, request, reply(), created=START + number / 1000, changed=START
    )
    return replace(made, **changes)


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until the condition holds."""
    for _ in range(100_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to that")
