"""Takes through kills between any two steps: each paid for once, all that have a clip in one message, the end told."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import SubmitRefused
from bot.domain.job import DeliveryAttempt, Job
from bot.domain.progress import NotKnown, Snapshot, TaskStatus
from bot.domain.reply import Route, Variant
from bot.domain.run_lengths import RunLengths
from bot.domain.stages import Reason, Stage
from bot.domain.takes import numbered, posted
from bot.storage import SqliteJobs, SqlitePauses, SqliteTakes, SqliteUploads, Store
from bot.storage.note_store import SqliteNotes
from bot.studio.assembly import Assembly, Resources, Running
from bot.studio.ports import CardRefused, Closed, NotNow, NotThere, Outcome, Posted, TooLarge, Unclear
from bot.studio.running.uploads import FileUploader
from tests.new_database import new_database
from tests.storage.samples import up_to
from tests.studio.fakes import JumpingClock, ScriptedProvider, ScriptedReplies, completed, job, until
from tests.studio.folder_media import FolderMedia

ENDS = ("made", "made", "made", "failed", "refused")
DROPS = ("posted", "posted", "answer lost", "never came", "not now", "too large", "card refused", "closed")


@dataclass
class World:
    """What is outside, and outlives the bot: the provider's tasks, one reply, and what else was posted."""

    rng: random.Random
    ends: dict[str, str] = field(default_factory=dict)
    paid: Counter[str] = field(default_factory=Counter)
    reply: frozenset[str] = frozenset()
    posts: dict[str, frozenset[str]] = field(default_factory=dict)
    told: int = 0
    pings: set[str] = field(default_factory=set)
    fuse: int = 0
    dead: asyncio.Event = field(default_factory=asyncio.Event)

    async def burns(self) -> None:
        """Let the bot die here, once its fuse has burnt down: what comes after is never reached."""
        await asyncio.sleep(0)
        self.fuse -= 1
        if self.fuse == 0:
            self.dead.set()
        if self.dead.is_set():
            await asyncio.Event().wait()

    @property
    def shown(self) -> Counter[str]:
        """Count in how many messages each clip stands."""
        return Counter(name for message in (self.reply, *self.posts.values()) for name in message)


@dataclass
class WorldProvider(ScriptedProvider):
    world: World | None = None

    async def submit(self, job: Job) -> str:
        await self.world.burns()
        if self.world.ends[job.id] == "refused":
            raise SubmitRefused(Reason.REFUSED, "no")
        self.world.paid[job.id] += 1
        await self.world.burns()
        return f"task-{job.id}"

    async def find_by_own_id(self, job: Job) -> str | NotKnown:
        await self.world.burns()
        return f"task-{job.id}" if self.world.paid[job.id] else NotKnown()

    async def follow(self, job: Job, lengths: RunLengths) -> AsyncIterator[Snapshot]:
        for _ in range(self.world.rng.randrange(3)):
            await self.world.burns()
            yield Snapshot(TaskStatus.WORKING, 10)
        await self.world.burns()
        yield completed() if self.world.ends[job.id] == "made" else Snapshot(TaskStatus.FAILED)


@dataclass
class WorldReplies(ScriptedReplies):
    world: World | None = None

    async def deliver(self, job: Job, attempt: DeliveryAttempt, clip: Path | None, *others: Path | None) -> Outcome:
        assert clip is not None
        assert None not in others
        assert len(others) == len(posted(job)) - 1
        assert attempt.variant is not Variant.LINK
        drawn = self.world.rng.choice(DROPS)
        await self.world.burns()
        if drawn in {"posted", "answer lost"}:
            self._hold(attempt, frozenset(take.clip_name for take in posted(job)))
        await self.world.burns()
        outcomes = {
            "posted": Posted(20, 900),
            "not now": NotNow(1.0, "429"),
            "too large": TooLarge(),
            "card refused": CardRefused("50035"),
            "closed": Closed("50001"),
        }
        return outcomes.get(drawn, Unclear(drawn))

    def _hold(self, attempt: DeliveryAttempt, clips: frozenset[str]) -> None:
        if attempt.route in {Route.TOKEN, Route.BOT}:
            self.world.reply = clips
        else:
            # A nonce makes it one.
            at = len(self.world.posts) if attempt.route is Route.FOLLOW_UP else attempt.nonce
            self.world.posts.setdefault(f"{attempt.route} {at}", clips)

    async def find_delivery(self, job: Job, attempt: DeliveryAttempt, until: float | None = None) -> object:
        await self.world.burns()
        names = {take.clip_name for take in posted(job)}
        on_reply = attempt.route in {Route.TOKEN, Route.BOT}
        messages = [self.world.reply] if on_reply else list(self.world.posts.values())
        return Posted(20, 900) if any(names & message for message in messages) else NotThere()

    async def show_end(self, job: Job, route: Route) -> Outcome:
        await self.world.burns()
        assert not self.world.reply
        assert len(job.group) == job.takes
        self.world.told += 1
        await self.world.burns()
        return Posted(20, 900)

    async def ping(self, job: Job) -> Outcome:
        await self.world.burns()
        self.world.pings.add(job.nonce("p"))
        await self.world.burns()
        return Posted(20, 901)

    async def show_chosen(self, job: Job) -> Outcome:
        self.world.reply = frozenset({job.clip_name})
        return Posted(20, 900)


@dataclass
class Life:
    """One run of the bot."""

    store: Store
    jobs: SqliteJobs
    takes: SqliteTakes
    running: Running
    replies: WorldReplies
    clock: JumpingClock


@asynccontextmanager
async def living(tmp_path: Path, world: World, clock: JumpingClock) -> AsyncIterator[Life]:
    """Run a bot; it ends as a process that is killed does, in the middle of whatever it waits for."""
    world.dead = asyncio.Event()
    provider, replies = WorldProvider(knows_our_ids=True, world=world), WorldReplies(world=world)
    path = tmp_path / "seedreel.db"
    async with Store(path if path.exists() else new_database(path)) as store:
        jobs, takes, media = SqliteJobs(store), SqliteTakes(store), FolderMedia(tmp_path)
        resources = Resources(jobs, SqliteNotes(store), SqlitePauses(store), media, clock, takes=takes)
        assembly = Assembly(resources, 2, media.trouble, replies.show, lambda _: None)
        uploader = FileUploader(provider, SqliteUploads(store), clock)
        running = assembly.connect(provider, replies, uploader, "https://toapis.test", uploads_first=True)
        yield Life(store, jobs, takes, running, replies, clock)
        await running.runner.let_go_all()
        await running.runner.drain(0)
        await assembly.posters.close()


async def lived(tmp_path: Path, world: World, lead: Job, fuse: int) -> bool:
    """Let the bot live until its fuse has burnt down or all is done; tell whether all is."""
    world.fuse = fuse
    async with living(tmp_path, world, JumpingClock()) as life:
        if not await life.takes.of(lead.id):
            others = [job(n, interaction_id=lead.interaction_id, charged=5) for n in range(2, lead.takes + 1)]
            first, *rest = numbered([replace(lead, take=1, takes=1), *others])
            await life.jobs.accept(first, up_to(9), None, rest)
        await life.running.runner.resume()
        await until(lambda: world.dead.is_set() or not life.running.runner.live())
        return not world.dead.is_set()


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32))
async def test_in_every_order_of_ends_and_kills_each_is_paid_once_and_all_are_in_one_message(seed):
    with TemporaryDirectory() as folder:
        await all_end(Path(folder), seed)


async def all_end(tmp_path: Path, seed: int) -> None:
    """Let the bot be killed until all takes have ended, and see what is outside."""
    rng = random.Random(seed)
    world, count = World(rng), rng.randrange(2, 5)
    lead = replace(job(1), takes=count, charged=5)
    made = [job(n) for n in range(1, count + 1)]
    world.ends = {each.id: rng.choice(ENDS) for each in made}
    while not await lived(tmp_path, world, lead, rng.randrange(1, 30)):
        pass
    async with living(tmp_path, world, JumpingClock()) as life:
        rows = await life.takes.of(lead.id)
    for row in rows:
        assert world.paid[row.id] <= 1
        assert row.notified_at is not None
        is_made = world.ends[row.id] == "made" and world.paid[row.id] == 1
        assert row.stage in {Stage.DELIVERED, Stage.HELD} if is_made else row.stage is Stage.FAILED
        assert bool(row.charged) is (is_made or row.reason is Reason.UNCLEAR)
        # Unclear is only what a kill has cut off before it was paid.
        assert row.reason is not Reason.UNCLEAR or not world.paid[row.id]
    delivered = {row.clip_name for row in rows if row.stage is Stage.DELIVERED}
    assert set(world.shown) == delivered
    assert set(world.shown.values()) <= {1}
    # All in one message, or none.
    assert len({row.stage for row in rows if row.stage in {Stage.DELIVERED, Stage.HELD}}) <= 1
    assert [message for message in (world.reply, *world.posts.values()) if message] == [delivered] * bool(delivered)
    assert bool(world.told) is not bool(delivered)
    assert len(world.pings) <= 1
