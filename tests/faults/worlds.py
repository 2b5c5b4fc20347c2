"""A provider and a Discord in miniature whose every answer is drawn, and a fuse that ends a life between any two steps.

They remember what really happened, whatever they answered.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.clip_errors import ClipDamaged, ClipForbidden, ClipGone, ClipTooMuch, ClipUnreachable, ClipUnusable
from bot.domain.errors import NotAccepted, SubmitRefused, SubmitUnclear
from bot.domain.job import DeliveryAttempt, Job
from bot.domain.models import Dialect
from bot.domain.progress import NotKnown, Silence, Snapshot, TaskStatus
from bot.domain.reply import Route
from bot.domain.run_lengths import RunLengths
from bot.domain.stages import Reason
from bot.studio.ports import (
    CannotSearch,
    CardRefused,
    Closed,
    NotNow,
    NotThere,
    Outcome,
    PlatformLimits,
    Posted,
    TooLarge,
    Unclear,
)
from tests.studio.fakes import LIMITS, MEGABYTE, START, JumpingClock
from tests.studio.folder_media import FolderMedia

_SUBMITS = ("taken", "not accepted", "lost", "unclear", "refused")
_ANSWERS = ("completed", "silence", "working", "failed")
_CLIP_ERRORS = {
    "unreachable": ClipUnreachable,
    "unusable": ClipUnusable,
    "gone": ClipGone,
    "damaged": ClipDamaged,
    "too much": ClipTooMuch,
    "forbidden": ClipForbidden,
}
_FETCHES = ("here", *_CLIP_ERRORS)
_DROPS = (
    "posted",
    "answer lost",
    "unclear",
    "not now",
    "closed",
    "deleted by a moderator",
    "card refused",
    "too large",
)
_LOOKS = ("the truth", "cannot look", "cannot ever look")
_WORDS = ("posted", "answer lost", "unclear", "not now", "closed")
_NONCE_LIVES = 300.0


@dataclass
class Fuse:
    """Ends a life after so many steps; None never does."""

    left: int | None = None
    blown: asyncio.Event = field(default_factory=asyncio.Event)

    async def burn(self) -> None:
        """Come one step nearer, and never back from the last."""
        if self.left is None:
            return
        self.left -= 1
        if self.left <= 0:
            self.blown.set()
            await asyncio.Event().wait()


class Script:
    """What happens, number by number; once it is at its end, nothing goes wrong any more."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = iter(numbers)

    def number(self, maximum: int) -> int:
        """Return a number from 1 to `maximum`."""
        return 1 + next(self._numbers, 0) % maximum

    def word(self, words: tuple[str, ...]) -> str:
        """Return one of the words: in every other case the first, which is the good one."""
        number = next(self._numbers, 0)
        return words[0] if number % 2 == 0 else words[1 + number // 2 % (len(words) - 1)]


@dataclass
class World:
    """What is true outside the bot: `paid` by task; where the clip is; what was taken back."""

    script: Script
    clock: JumpingClock
    fuse: Fuse = field(default_factory=Fuse)
    can_find_by_own_id: bool = False
    paid: list[str] = field(default_factory=list)
    put_off: int = 0
    reply_holds_clip: bool = False
    reply_deleted: bool = False
    posts: dict[str, float] = field(default_factory=dict)
    taken_back: list[str] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)

    def copies(self) -> int:
        """Count the living messages that hold the clip."""
        return self.reply_holds_clip + len(self.posts)

    async def happens(self, what: str, words: tuple[str, ...]) -> str:
        """Draw what happens to a request that has just left."""
        await self.fuse.burn()
        drawn = self.script.word(words)
        self.happened.append(f"{what}: {drawn}")
        return drawn


@dataclass
class DrawnProvider:
    """Takes, loses, refuses."""

    world: World

    async def submit(self, job: Job) -> str:
        match await self.world.happens("submit", _SUBMITS):
            case "taken":
                return await self._pays(job)
            case "lost":
                await self._pays(job)
                raise SubmitUnclear("the answer was lost")
            case "unclear":
                raise SubmitUnclear("reset")
            case "refused":
                raise SubmitRefused(Reason.REFUSED, "422", "no")
        # Every other time it is for want of credits, which holds everything until a probe is taken.
        self.world.put_off += 1
        if self.world.put_off % 2 == 0:
            raise SubmitRefused(Reason.NO_BALANCE, "402")
        raise NotAccepted("429")

    async def _pays(self, job: Job) -> str:
        self.world.paid.append(job.id)
        await self.world.fuse.burn()
        return f"task-{job.short}"

    async def follow(self, job: Job, lengths: RunLengths) -> AsyncIterator[Snapshot | Silence]:
        while True:
            match await self.world.happens("follow", _ANSWERS):
                case "completed":
                    yield _completed()
                    return
                case "failed":
                    yield Snapshot(TaskStatus.FAILED, provider_message="it could not")
                    return
                case "working":
                    yield Snapshot(TaskStatus.WORKING, 50)
                case _:
                    yield Silence(START)
            await self.world.clock.sleep(10.0)

    async def choose_dialect(self) -> Dialect:
        return Dialect.VIDEO

    def can_find_by_own_id(self, job: Job) -> bool:
        return self.world.can_find_by_own_id

    async def find_by_own_id(self, job: Job) -> str | NotKnown | Silence:
        if await self.world.happens("lookup", ("the truth", "silence")) == "silence":
            return Silence(START)
        return f"task-{job.short}" if job.id in self.world.paid else NotKnown()

    async def ask(self, task_id: str, dialect: Dialect | None) -> Snapshot | Silence:
        answer = await self.world.happens("ask", ("completed", "silence"))
        return _completed() if answer == "completed" else Silence(START)


def _completed() -> Snapshot:
    return Snapshot(TaskStatus.COMPLETED, 100, "https://files.test/clip.mp4", START + 10**7, START + 60)


@dataclass
class DrawnMedia(FolderMedia):
    """Fetches, or not."""

    world: World | None = None

    async def fetch_clip(self, url: str, job_id: str) -> int:
        assert self.world is not None
        drawn = await self.world.happens("fetch", _FETCHES)
        if drawn in _CLIP_ERRORS:
            raise _CLIP_ERRORS[drawn]("drawn")
        (self.folder / f"{job_id}.mp4").write_bytes(b"clip")
        return MEGABYTE


@dataclass
class DrawnReplies:
    """A Discord in which one reply, one channel and one direct message exist; no drawn job has input files."""

    world: World
    limits: PlatformLimits = LIMITS

    def show(self, job: Job) -> None:
        """Cards are not looked at here."""

    async def stop_updates(self, job_id: str) -> None:
        """Nothing is under way."""

    async def deliver(self, job: Job, attempt: DeliveryAttempt, clip: Path | None, *others: Path | None) -> Outcome:
        drawn = await self.world.happens(f"drop on {attempt.route}", _DROPS)
        if drawn == "deleted by a moderator":
            self._delete()
        if attempt.route in {Route.TOKEN, Route.BOT, Route.FOLLOW_UP} and self.world.reply_deleted:
            return Closed("10008", message_gone=True)
        if drawn in {"posted", "answer lost"}:
            self._hold(job, attempt)
            await self.world.fuse.burn()
        return _outcome(drawn, attempt.channel_id)

    def _delete(self) -> None:
        """Let a moderator delete the reply: that is no loss of ours."""
        self.world.reply_deleted, self.world.reply_holds_clip = True, False

    def _hold(self, job: Job, attempt: DeliveryAttempt) -> None:
        if attempt.route in {Route.TOKEN, Route.BOT}:
            self.world.reply_holds_clip = True
        elif attempt.route is Route.FOLLOW_UP:
            # It has no nonce: sent again, it is there again.
            self.world.posts[f"{attempt.route} {len(self.world.posts)}"] = self.world.clock.now()
        elif attempt.route is not Route.ASKED:
            self._post(f"{attempt.route} {attempt.nonce}")

    def _post(self, nonce: str) -> None:
        """Post, but not once more under a nonce that still counts."""
        now = self.world.clock.now()
        young = [key for key, at in self.world.posts.items() if key.startswith(nonce) and now - at < _NONCE_LIVES]
        if not young:
            self.world.posts[f"{nonce} {len(self.world.posts)}"] = now

    async def find_delivery(
        self, job: Job, attempt: DeliveryAttempt, until: float | None = None
    ) -> Posted | NotThere | CannotSearch:
        drawn = await self.world.happens(f"look on {attempt.route}", _LOOKS)
        if drawn != "the truth":
            return CannotSearch(drawn, for_good=drawn == "cannot ever look")
        if attempt.route is Route.FOLLOW_UP and job.reply.private:
            return CannotSearch("only its member could see it", for_good=True)
        on_reply = attempt.route in {Route.TOKEN, Route.BOT}
        # Who reads the channel sees what followed the reply there too.
        seen = (Route.CHANNEL, Route.FOLLOW_UP) if attempt.route is Route.CHANNEL else (attempt.route,)
        there = self.world.reply_holds_clip if on_reply else any(key.startswith(seen) for key in self.world.posts)
        return Posted(attempt.channel_id, 900) if there else NotThere()

    async def show_end(self, job: Job, route: Route) -> Outcome:
        drawn = await self.world.happens(f"end on {route}", _WORDS)
        if route in {Route.TOKEN, Route.BOT} and self.world.reply_deleted:
            return Closed("10008", message_gone=True)
        if drawn in {"posted", "answer lost"}:
            if route in {Route.TOKEN, Route.BOT} and self.world.reply_holds_clip:
                self.world.reply_holds_clip = False
                self.world.taken_back.append(f"{job.stage} on {route}")
            await self.world.fuse.burn()
        return _outcome(drawn, 20)

    async def ping(self, job: Job, *, directly: bool = False) -> Outcome:
        return _outcome(await self.world.happens("ping", _WORDS), 20)


def _outcome(drawn: str, channel_id: int) -> Outcome:
    outcomes: dict[str, Outcome] = {
        "posted": Posted(channel_id, 900),
        "not now": NotNow(1.0, "429"),
        "closed": Closed("50001"),
        "card refused": CardRefused("50035"),
        "too large": TooLarge(),
    }
    return outcomes.get(drawn, Unclear(drawn))
