"""The provider's state, and what a test or the demo's strip of controls may do to it."""

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from sandbox.clock import Clock
from sandbox.ledger import Ledger
from sandbox.toapis.account import CREDITS_PER_SECOND, Account
from sandbox.toapis.answers import FORMS, NUMBER_ID
from sandbox.toapis.assets import Assets
from sandbox.toapis.behavior import Behavior
from sandbox.toapis.clips import ClipOrder, ClipTrouble
from sandbox.toapis.errors import REFUSALS, SHAPES, Refusal, Refused
from sandbox.toapis.fetching import Fetcher
from sandbox.toapis.file_store import FileStore
from sandbox.toapis.footage import Footage
from sandbox.toapis.judging import MAX_BYTES, Judge, Unusable
from sandbox.toapis.media import Kind, Seen
from sandbox.toapis.reception import Reception
from sandbox.toapis.request import GenerationRequest
from sandbox.toapis.settings import ProviderSettings
from sandbox.toapis.tasks import Status, Task
from sandbox.toapis.uploads import Uploads
from sandbox.toapis.verification import Verifications

_SLOWER = 6.0
"""How many times longer everything takes at a slow provider."""


class Family(StrEnum):
    """The provider's APIs, as far as each has errors of its own."""

    GENERATIONS = "generations"
    UPLOADS = "uploads"
    ASSETS = "assets"


class Provider:
    """Tasks, assets and verifications, and everything about them that can be moved by hand. Answers no request."""

    def __init__(self, *, clock: Clock, ledger: Ledger, settings: ProviderSettings, folder: Path) -> None:
        self.clock, self.ledger, self.settings = clock, ledger, settings
        self.key = "sk-sandbox-0123456789abcdefghijklmnop"
        self.clip_bytes = settings.clip_bytes
        self.behavior = Behavior()
        self._rng = random.Random(settings.seed)
        self._footage = Footage(folder / "footage", settings)
        files = FileStore(folder / "media")
        self._judge = Judge(files.folder)
        self.uploads = Uploads(files=files, judge=self._judge, ledger=ledger, seed=settings.seed)
        self._fetcher = Fetcher(files, ledger, self.uploads.behind)
        self.assets = Assets(clock=clock, ledger=ledger, settings=settings, files=files, source=self._begin_source)
        self.verifications = Verifications(clock=clock, ledger=ledger, settings=settings, assets=self.assets)
        self._reception = Reception(self._fetcher, self._judge, self.assets, footage=settings.judges_footage)
        self._tasks: dict[str, Task] = {}
        self._refusals: dict[Family, deque[Refusal]] = defaultdict(deque)
        self._troubles: list[ClipOrder] = []
        self.account = Account(self._used)
        self._held = self._slow = self._limiter_down = False
        self._working = self.signature = ""
        self._handed_out: set[str] = set()
        self.files_late(0.0)
        self._form = "documented"
        self._shapes = dict.fromkeys(Family, settings.asset_shape) | {Family.GENERATIONS: settings.shape}

    @property
    def tasks(self) -> Mapping[str, Task]:
        """Every task ever created, that is paid, by id and in order, as they stand now."""
        self._settle()
        return MappingProxyType(self._tasks)

    def finish_now(self, task_id: str | None = None) -> None:
        """Let a task, or all that run, end as soon as its footage is there."""
        for task in self._running(task_id):
            task.pinned, task.worked = False, task.total

    def fail(
        self, task_id: str | None = None, code: str = "generation_failed", message: str = "The model could not finish"
    ) -> None:
        """Let a task, or all that run, fail."""
        for task in self._running(task_id):
            task.fail(code, message)
        self.ledger.touch()

    def end_review(self, task_id: str | None = None) -> None:
        """Let the private review of a task's media, or of all, be over."""
        for task in self._running(task_id):
            task.worked = max(task.worked, task.review)

    def refuse_next(self, kind: str, times: int = 1, *, of: str = "generations", message: str = "") -> None:
        """Refuse the next valid requests with a row of `errors.REFUSALS`, such as "policy" or "balance".

        `of` is one of `Family`: submits, uploads, or whatever begins something of assets and persons. `message` takes
        the place of the row's own.
        """
        refusal = REFUSALS[kind].saying(message) if message else REFUSALS[kind]
        self._refusals[Family(of)].extend([refusal] * times)

    def cannot_fetch(self, *, on: bool = True) -> None:
        """Reach nothing outside: of all media only the provider's own uploads can be fetched."""
        self._fetcher.cut_off = on

    def limiter_down(self, *, on: bool) -> None:
        """Answer every submit with `rate_limit_unavailable` while queries go on."""
        self._limiter_down = on

    def be_slow(self, *, on: bool) -> None:
        """Let everything take six times as long."""
        self._settle()
        self._slow = on

    def hold(self) -> None:
        """Leave all tasks where they are, also those yet to come."""
        self._settle()
        self._held = True

    def release(self, task_id: str | None = None) -> None:
        """Let one task go on from where `stage` pinned it, or all tasks."""
        self._settle()
        if task_id is None:
            self._held = False
        for task in self._running(task_id):
            task.pinned = False

    def stage(self, task_id: str, status: str, progress: int) -> None:
        """Pin a task to "queued" or "in_progress" with a percentage, until it is released, finished or failed."""
        if Status(status) in {Status.COMPLETED, Status.FAILED}:
            raise ValueError("a task ends by finish_now or fail")
        for task in self._running(task_id):
            task.pinned, task.status, task.progress = True, Status(status), progress
            task.worked = task.review + task.run * progress / 100

    def unknown_status(self, word: str) -> None:
        """Say `word` in place of "in_progress" from now on; "" ends it."""
        self._working = word

    def answer_as(self, form: str) -> None:
        """Give task answers in one of `answers.FORMS`."""
        if form not in FORMS:
            raise KeyError(form)
        self._form = form

    def refuse_as(self, shape: str, *, of: str = "generations") -> None:
        """Give the errors of one `Family` in one of `errors.SHAPES`."""
        if shape not in SHAPES:
            raise KeyError(shape)
        self._shapes[Family(of)] = shape

    def answer_clip_with(
        self, trouble: str | None, value: str = "", *, task_id: str | None = None, times: int | None = 1
    ) -> None:
        """Spoil the next downloads, of one task or of any; None makes all well again.

        `value` is the URL of "redirect", the code of "status", the length of "huge", the pace of "slow". `times` None
        has no end.
        """
        if trouble is None:
            self._troubles.clear()
        else:
            self._troubles.append(ClipOrder(ClipTrouble(trouble), task_id, times, value))

    def files_late(self, seconds: float, trouble: str = "status", value: str = "404") -> None:
        """Answer downloads with a trouble until so many seconds (of the provider's pace) after a task is completed.

        0 has every file there at once.
        """
        self._late, self._late_order = seconds, ClipOrder(ClipTrouble(trouble), None, None, value)

    def sign_as(self, shape: str) -> None:
        """Sign the clips' URLs in one of `downloads.SIGNATURES`, and compare each request line byte for byte."""
        self.signature = shape

    def hand_out(self, target: str) -> str:
        """Remember a target that was handed out."""
        if self.signature:
            self._handed_out.add(target)
        return target

    def signed_so(self, target: str) -> bool:
        """Tell whether that target was handed out byte for byte, where that is compared."""
        return not self.signature or target in self._handed_out

    def change_key(self, key: str) -> None:
        """Accept only this key from now on."""
        self.key = key

    def expire_urls(self, task_id: str | None = None, *, for_good: bool = False) -> None:
        """Let the URLs handed out die now; asking again gives a living one, unless `for_good`."""
        self._settle()
        for task in self._chosen(task_id):
            task.signature += 1
            task.gone = task.gone or for_good
            task.expires_at = min(task.expires_at, self.clock.now())

    def lose(self, task_id: str | None = None, *, lost: bool = True) -> None:
        """Let a task, or all, be not found for as long as `lost` says."""
        for task in self._chosen(task_id):
            task.lost = lost

    def create(self, request: GenerationRequest, seen: Sequence[Seen]) -> Task:
        """Begin a paid task; `seen` is what is behind its media."""
        now = self.clock.now()
        task = Task(
            id=self._new_id(),
            request=request,
            created_at=now,
            settled_at=now,
            run=self.behavior.run(self._rng.uniform(*self.settings.run_seconds)),
            review=self._rng.uniform(*self.settings.review_seconds) if request.review else 0.0,
            footage=self._footage.start(self.behavior.taken(request), seen, self.clip_bytes),
        )
        task.footage.add_done_callback(lambda _: self.ledger.touch())
        self._tasks[task.id] = task
        return task

    def _new_id(self) -> str:
        if self._form == NUMBER_ID:
            return str(10**12 + self._rng.getrandbits(39))
        return f"tsk_vid_{self._rng.getrandbits(80):020x}"

    def found(self, name: str) -> Task | None:
        """Return the task of this id, or the latest of this business id, brought up to date; with a fresh URL."""
        task = self._tasks.get(name) or next(
            (task for task in reversed(self._tasks.values()) if name and task.request.business_id == name), None
        )
        if task is None or task.lost:
            return None
        self._settle([task])
        now = self.clock.now()
        if task.status is Status.COMPLETED and task.expires_at <= now and not task.gone:
            task.signature += 1
            task.expires_at = now + self.settings.url_seconds
        return task

    def trouble_for(self, task_id: str) -> ClipOrder | None:
        """Return what spoils this download of the task's clip, and count it."""
        there_at = self._tasks[task_id].completed_at + self._late / self.settings.time_scale
        if self.clock.now() < there_at:
            return self._late_order
        return next((order for order in self._troubles if order.takes(task_id)), None)

    def _used(self) -> int:
        return CREDITS_PER_SECOND * sum(task.request.duration for task in self._tasks.values())

    def _charge(self, request: GenerationRequest) -> None:
        """Raise Refused where the account or the key has too little left."""
        if not self.account.covers(request.duration):
            raise Refused(REFUSALS["balance"])

    def _admit(self, family: Family) -> None:
        """Raise Refused where `refuse_next` asked for it."""
        if waiting := self._refusals[family]:
            raise Refused(waiting.popleft())

    def _begin_source(self, url: str, kind: Kind) -> "asyncio.Task[Seen]":
        return asyncio.create_task(self._source(url, kind), name=f"source {url}")

    async def _source(self, url: str, kind: Kind) -> Seen:
        seen = await self._judge.look(await self._fetcher.fetch(url, "source_url", MAX_BYTES[kind]))
        if seen.kind is not kind:
            raise Unusable(f"The file behind source_url is of the kind {seen.kind}, not {kind}")
        return seen

    def _settle(self, tasks: Iterable[Task] | None = None) -> None:
        pace = 0.0 if self._held else self.settings.time_scale / (_SLOWER if self._slow else 1.0)
        now = self.clock.now()
        for task in self._tasks.values() if tasks is None else tasks:
            task.settle(now, pace, self.settings.url_seconds)

    def _chosen(self, task_id: str | None) -> list[Task]:
        return list(self._tasks.values()) if task_id is None else [self._tasks[task_id]]

    def _running(self, task_id: str | None) -> list[Task]:
        self._settle()
        return [task for task in self._chosen(task_id) if not task.ended]
