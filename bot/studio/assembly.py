"""Put the work on jobs together: one place for the app and for every test that runs it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.domain.alerts import Alert
from bot.domain.job import Job
from bot.domain.limits import OwnerLimits
from bot.domain.spending import SpendingRules
from bot.studio.delivery.aspect_ratio import AspectRatioCheck
from bot.studio.delivery.choosing import TakeChoice
from bot.studio.delivery.deliver import Deliverer
from bot.studio.delivery.fetch import Fetch
from bot.studio.delivery.notify import Notifier, Pings, as_usual
from bot.studio.delivery.payload import Clips, Covers, never_covered
from bot.studio.delivery.restore_check import RestoreCheck
from bot.studio.delivery.takes import Takes
from bot.studio.intake.memberships import Memberships
from bot.studio.intake.spending import Spending
from bot.studio.lifecycle.account_watch import AccountWatch, ProviderAccount
from bot.studio.lifecycle.balance_note import OwnBalanceNote
from bot.studio.lifecycle.balance_pause import BalancePause
from bot.studio.lifecycle.forecasts import Forecasts
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.lifecycle.line import Line
from bot.studio.lifecycle.line_supervisor import LineSupervisor
from bot.studio.lifecycle.owner import Owner, OwnerMessages
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.lifecycle.poster_maker import PosterMaker
from bot.studio.lifecycle.queue import Queue
from bot.studio.lifecycle.sharing import SharedParts, SharedRows
from bot.studio.lifecycle.shutdown import ShutdownGuard
from bot.studio.ports import Clock, Provider, Replies
from bot.studio.ports.files import Media
from bot.studio.ports.members import Members
from bot.studio.ports.metrics import Metrics, NoMetrics
from bot.studio.ports.pauses import PauseStore
from bot.studio.ports.stores import Charges, HeldJobs, JobRows, LiveJobs, NoteStore, PastRuns, UsedSeconds
from bot.studio.ports.takes import NoTakes, TakeStore
from bot.studio.running.actions import Cards, Driver, JobActions, PrivateSender
from bot.studio.running.elsewhere import DrivenElsewhere, HeldWhileSent, ShownElsewhere
from bot.studio.running.input_urls import InputUrls
from bot.studio.running.pipeline import Pipeline
from bot.studio.running.runner import JobRunner
from bot.studio.running.scenes import Scenes
from bot.studio.running.submitter import Submitter
from bot.studio.running.unclear_submits import UnclearSubmits
from bot.studio.running.uploads import FileUploader


class Jobs(JobRows, LiveJobs, UsedSeconds, PastRuns, Protocol):
    """The store of jobs, as far as running them needs it."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What the work stands on: our stores, our disk, the clock, and what is counted for operators.

    `covers` as in PayloadBuilder, `pings` as in Notifier.
    """

    jobs: Jobs
    notes: NoteStore
    pauses: PauseStore
    media: Media
    clock: Clock
    metrics: Metrics = field(default_factory=NoMetrics)
    covers: Covers = never_covered
    pings: Pings = as_usual
    takes: TakeStore = field(default_factory=NoTakes)


class Assembly:
    """The parts that know of every live job; what reaches the outside is connected afterwards, by `connect`.

    `slots`: jobs at the provider at once. `no_storage` returns anything but None while no clip could be saved. `show`
    wakes a job's card. `tell_owner` tells the bot's owner what they have to see to. `shared`: where many processes
    share the line.
    """

    def __init__(
        self,
        resources: Resources,
        slots: int,
        no_storage: Callable[[], Awaitable[object | None]],
        show: Callable[[Job], None],
        tell_owner: Callable[[Alert], None],
        shared: SharedRows | None = None,
    ) -> None:
        jobs, clock = resources.jobs, resources.clock
        self._resources = resources
        self._tell_owner = tell_owner
        self.shutdown = ShutdownGuard()
        self.pauses = Pauses(resources.pauses, clock, no_storage)
        self._shared = None if shared is None else SharedParts(shared, slots, jobs, clock, self.pauses, tell_owner)
        if self._shared is None:
            note = OwnBalanceNote(resources.notes)
            self.balance = BalancePause(self.pauses, note, clock, tell_owner, self._look_at_line)
            self.queue: Line = Queue(slots, jobs, clock, show, self.pauses, self.balance)
        else:
            self.balance, self.queue = self._shared.balance, self._shared.line
        self.forecasts = Forecasts(jobs, self.queue, self.pauses, clock, show)
        self.posters = PosterMaker(resources.media, clock)
        self.job_moves = JobMoves(jobs, clock, self.forecasts.wait_for_room, resources.metrics)

    async def _look_at_line(self) -> None:
        await self.queue.look()

    def line_supervisor(self, show: Callable[[Job], None], let_go: Callable[[str], Awaitable[None]]) -> LineSupervisor:
        """Make what grants turns for all processes; `show` and `let_go` are those of the cards. Needs `shared`."""
        if self._shared is None:
            raise RuntimeError("one process alone grants turns in its queue")
        return self._shared.supervisor(self.job_moves, show, let_go)

    def connect(
        self,
        provider: Provider,
        replies: Replies,
        uploader: FileUploader,
        server: str,
        *,
        uploads_first: bool,
        ended: Callable[[Job], None] = lambda _: None,
        scenes: Scenes | None = None,
    ) -> "Running":
        """Connect provider (at `server`) and replies; `uploads_first` as in InputUrls; `ended` hears of each end."""
        notes, media, clock = self._resources.notes, self._resources.media, self._resources.clock
        moves, queue, shutdown = self.job_moves, self.queue, self.shutdown
        fetch = Fetch(provider, media, self.posters, moves, self.forecasts, clock)
        deliverer, notifier, takes = self._delivery(replies, fetch, scenes)
        input_urls = InputUrls(replies, media, uploader, moves, clock, uploads_first=uploads_first)
        pipeline = Pipeline(
            provider=provider,
            queue=queue,
            pauses=self.pauses,
            balance=self.balance,
            job_moves=moves,
            input_urls=input_urls,
            submitter=self._submitter(provider, input_urls),
            unclear_submits=UnclearSubmits(provider, notes, queue, moves, clock, server),
            fetch=fetch,
            aspect_ratio=AspectRatioCheck(media, notes),
            deliverer=deliverer,
            restore_check=RestoreCheck(replies, moves, clock),
            takes=takes,
            replies=replies,
            forecasts=self.forecasts,
            shutdown=shutdown,
            clock=clock,
            ended=ended,
        )
        runner, choice = self._runner(pipeline), TakeChoice(self._resources.jobs, self._resources.takes, replies, clock)
        actions = self._actions(runner, deliverer, replies)
        return Running(fetch, deliverer, notifier, input_urls, pipeline, runner, actions, runner, choice)

    def through_rows(self, running: "Running", held: HeldJobs, process_id: Callable[[], str]) -> "Running":
        """Have what members do act on rows alone, which any of many processes may drive.

        `process_id` returns this process's id as it is now, by which it holds a job while it sends its clip.
        """
        jobs, moves, clock = self._resources.jobs, self.job_moves, self._resources.clock
        driver, sender = DrivenElsewhere(jobs, clock), HeldWhileSent(running.deliverer, held, process_id)
        actions = self._actions(driver, sender, ShownElsewhere(moves))
        return replace(running, actions=actions, driver=driver)

    def _delivery(self, replies: Replies, fetch: Fetch, scenes: Scenes | None) -> tuple[Deliverer, Notifier, Takes]:
        """Put together what brings a clip to its member, and what tells of the end, or goes on to the next scene."""
        resources, moves, clock = self._resources, self.job_moves, self._resources.clock

        def made(moves: JobMoves, clips: Clips) -> Deliverer:
            return Deliverer(replies, resources.media, moves, clips, self.shutdown, clock, resources.covers)

        notifier = Notifier(replies, moves, self.shutdown, clock, resources.pings)
        ends = notifier if scenes is None else scenes.ends(notifier, replies)
        return made(moves, fetch), notifier, Takes(resources.takes, replies, fetch, ends, moves, made, clock)

    def _submitter(self, provider: Provider, input_urls: InputUrls) -> Submitter:
        return Submitter(
            provider=provider,
            queue=self.queue,
            balance=self.balance,
            job_moves=self.job_moves,
            input_urls=input_urls,
            clock=self._resources.clock,
            tell_owner=self._tell_owner,
        )

    def _actions(self, driver: Driver, sender: PrivateSender, cards: Cards) -> JobActions:
        resources = self._resources
        stores = (resources.media, resources.clock, resources.takes)
        return JobActions(resources.jobs, self.job_moves, driver, sender, cards, *stores)

    def _runner(self, pipeline: Pipeline) -> JobRunner:
        return JobRunner(
            jobs=self._resources.jobs,
            job_moves=self.job_moves,
            queue=self.queue,
            pipeline=pipeline,
            shutdown=self.shutdown,
            clock=self._resources.clock,
            tell_owner=self._tell_owner,
        )

    def ownership(
        self,
        messages: OwnerMessages,
        members: Members,
        account: ProviderAccount,
        rules: SpendingRules,
        limits: OwnerLimits,
        charges: Charges,
        low_balance: int,
    ) -> "Ownership":
        """Put together what concerns the bot's owner, who is told when fewer credits than `low_balance` are left."""
        clock = self._resources.clock
        owner = Owner(messages, self._resources.notes, clock)
        memberships = Memberships(members, rules.home_servers, clock)
        spending = Spending(rules, limits, owner, memberships, charges, self.shutdown, clock)
        watch = AccountWatch(account, owner, self.balance, clock, low_balance)
        return Ownership(owner, memberships, spending, watch)


@dataclass(frozen=True, slots=True)
class Ownership:
    """The bot's owner, who may spend what they pay for, and the watch over their account."""

    owner: Owner
    memberships: Memberships
    spending: Spending
    account_watch: AccountWatch

    async def start(self, owner_ids: frozenset[int]) -> None:
        """Take in who owns the application; begin to ask and to watch."""
        self.learn(owner_ids)
        await self.account_watch.start()

    def learn(self, owner_ids: frozenset[int]) -> None:
        """Take in who owns the application, and begin to ask who is a member where; another process watches."""
        self.owner.learn(owner_ids)
        self.memberships.start()

    async def close(self) -> None:
        """Ask, watch and tell no more."""
        await self.account_watch.close()
        await self.memberships.close()
        await self.owner.close()


@dataclass(frozen=True, slots=True)
class Running:
    """The steps of a job's way, and what runs them."""

    fetch: Fetch
    deliverer: Deliverer
    notifier: Notifier
    input_urls: InputUrls
    pipeline: Pipeline
    runner: JobRunner
    actions: JobActions
    driver: Driver  # of accepted jobs
    take_choice: TakeChoice
