"""What the studio needs from outside, as protocols. Each is fulfilled by one room with one foreign library."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.domain.job import DeliveryAttempt, Job
from bot.domain.media import InputUrl, StoredFile
from bot.domain.models import Dialect
from bot.domain.progress import NotKnown, Silence, Snapshot
from bot.domain.reply import Route
from bot.domain.run_lengths import RunLengths


class Clock(Protocol):
    """Time; TIME_SCALE divides every wait and stretches every age, never the calendar.

    It does not jump with the machine's clock, and ages count what has really gone by.
    """

    def now(self) -> float:
        """Return UTC seconds."""
        ...

    def age(self, since: float) -> float:
        """Return the real seconds that have gone by since a UTC time, at least none."""
        ...

    def ago(self, seconds: float) -> float:
        """Return a UTC time such that whatever was written down before it is at least so many real seconds of age."""
        ...

    def elapsed(self, since: float) -> float:
        """Return the scaled seconds that have gone by since a UTC time."""
        ...

    def later(self, seconds: float) -> float:
        """Return the UTC time at which a wait of that many scaled seconds ends."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait that many scaled seconds."""
        ...

    async def until(self, when: float) -> None:
        """Wait until a UTC time."""
        ...


class Provider(Protocol):
    """The paid API."""

    async def submit(self, job: Job) -> str:
        """Send the job once and return the task's id.

        The files are at `job.input_url_of(file)`. Raises NotAccepted, SubmitRefused, MediaUnfetched or SubmitUnclear,
        nothing else.
        """
        ...

    async def find_by_own_id(self, job: Job) -> str | NotKnown | Silence:
        """Ask once, by the job's own id, whether a submit of it counted; returns the task's id if so.

        Only where the dialect sends our id along.
        """
        ...

    async def choose_dialect(self) -> Dialect:
        """Return the dialect in which the next job is sent; as long as that is not sure, it is asked for."""
        ...

    def can_find_by_own_id(self, job: Job) -> bool:
        """Tell whether a task of this job can be asked for by our own id: whether its submit carried it."""
        ...

    def follow(self, job: Job, lengths: RunLengths) -> AsyncGenerator[Snapshot | Silence]:
        """Yield what the provider says of the job's task until it says COMPLETED or FAILED.

        `lengths` of comparable runs tell when an end is likely, and from when on it is asked less often.
        The waits, the pace and the retries are inside; it never gives up by itself, and a failed question yields
        Silence at most once for each time the provider falls silent.
        """
        ...

    async def ask(self, task_id: str, dialect: Dialect | None) -> Snapshot | Silence:
        """Ask once for a task, now, in the dialect that it was sent in, where that is known; for a fresh clip URL."""
        ...


@dataclass(frozen=True, slots=True)
class Posted:
    """Discord has accepted it, in that message."""

    channel_id: int
    message_id: int

    def __str__(self) -> str:
        """Say it for the log."""
        return f"posted as message {self.message_id}"


@dataclass(frozen=True, slots=True)
class Closed:
    """That route will not take it, whatever is tried; `problem` is for the log.

    `message_gone`: the message that was to be edited was deleted. `token_over`: so is all that goes through it.
    """

    problem: str
    message_gone: bool = False
    token_over: bool = False

    def __str__(self) -> str:
        """Say it for the log."""
        return f"not possible ({self.problem})"


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The place takes no file of this size."""

    def __str__(self) -> str:
        """Say it for the log."""
        return "the file is too large there"


@dataclass(frozen=True, slots=True)
class CardRefused:
    """Discord calls the card's form wrong (400): the plain variant may still go through.

    `blocked`: a filter of the place stopped what it says or shows; without the prompt it may still go through.
    """

    problem: str
    blocked: bool = False

    def __str__(self) -> str:
        """Say it for the log."""
        return f"blocked by a filter of the server ({self.problem})" if self.blocked else f"refused ({self.problem})"


@dataclass(frozen=True, slots=True)
class NotNow:
    """Definitely not applied; may be tried again after that many seconds.

    `everywhere`: until then Discord takes no call of ours at all.
    """

    after: float
    problem: str
    everywhere: bool = False

    def __str__(self) -> str:
        """Say it for the log."""
        return f"not now ({self.problem}); trying again in {self.after:.0f} s or more"


@dataclass(frozen=True, slots=True)
class Unclear:
    """Whether Discord applied it is not known."""

    problem: str

    def __str__(self) -> str:
        """Say it for the log."""
        return f"unclear whether it arrived ({self.problem})"


Outcome = Posted | Closed | TooLarge | CardRefused | NotNow | Unclear


@dataclass(frozen=True, slots=True)
class NotThere:
    """The place was looked at, and the clip is not in it."""

    def __str__(self) -> str:
        """Say it for the log."""
        return "not there"


@dataclass(frozen=True, slots=True)
class CannotSearch:
    """The place cannot be searched; `for_good`: nor will it ever be."""

    problem: str
    for_good: bool = False

    def __str__(self) -> str:
        """Say it for the log."""
        return f"can't be searched ({self.problem})"


@dataclass(frozen=True, slots=True)
class PlatformLimits:
    """What the platform allows.

    `max_files` of one message, and `request_bytes` of all together; `usual_file_bytes` of a file where no server
    raises that, as in a direct message;
    `token_seconds` for which an interaction's token is used.
    """

    max_files: int
    usual_file_bytes: int
    token_seconds: float
    request_bytes: int


class Replies(Protocol):
    """What we say in Discord from the background. Every call ends in its own time; none raises for Discord's sake."""

    @property
    def limits(self) -> PlatformLimits:
        """Return what Discord allows."""
        ...

    def show(self, job: Job) -> None:
        """Wake the one writer of the job's card: it edits when the content changed, at its pace; the latest wins."""
        ...

    async def stop_updates(self, job_id: str) -> None:
        """Stop the job's writer and wait until no edit of it is under way."""
        ...

    async def deliver(self, job: Job, attempt: DeliveryAttempt, clip: Path | None, *others: Path | None) -> Outcome:
        """Make one attempt on one route to deliver the finished card, with the file (FILE, PLAIN) or its link (LINK).

        `clip` is the file to upload, under the clip's own name; `others` are those of the takes that go out with it, in
        their order. `job.reply` is the address as it is now. The file is
        opened for this attempt.
        """
        ...

    async def find_delivery(
        self, job: Job, attempt: DeliveryAttempt, until: float | None = None
    ) -> Posted | NotThere | CannotSearch:
        """Search once for the delivery: a component's media URL (or the link) names the job's clip.

        It came at about `attempt.at`, or at any time up to `until`, both in UTC seconds.
        """
        ...

    async def clip_url(self, job: Job) -> str | Outcome:
        """Fetch the message that holds the job's clip again, and return the URL that its file has now.

        Closed where the message, or the file on it, is gone or out of reach.
        """
        ...

    async def show_end(self, job: Job, route: Route) -> Outcome:
        """Make one attempt on one route (TOKEN, BOT, DIRECT) to show an end that has no clip, or that it is held."""
        ...

    async def show_chosen(self, job: Job) -> Outcome:
        """Make one attempt to leave the message at `job.reply`, by its token, to one of the takes that it holds."""
        ...

    async def ping(self, job: Job, *, directly: bool = False) -> Outcome:
        """Tell the requester, in a message of its own beside the reply that mentions them, that the job has ended.

        `directly`: in a direct message, and nowhere but there.
        """
        ...

    async def attach_inputs(self, job: Job, files: Mapping[StoredFile, Path]) -> tuple[InputUrl, ...] | Outcome:
        """Attach input files to the job's reply and return the URLs under which Discord keeps them."""
        ...
