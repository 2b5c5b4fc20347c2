"""Everything that can go wrong, as a code and typed facts; `ui.problem_texts` speaks the sentence.

::

    SeedreelError
    ├── Duplicate          an interaction that has come before: it is answered already
    ├── Refusal            the request cannot be met; nothing was spent or lost (its kept draft: see `drafts`)
    ├── SubmitError        a POST to the provider did not end in a task id
    │   ├── NotAccepted    it definitely did not count: the job goes back to WAITING
    │   ├── SubmitRefused  the provider refused it: the job fails
    │   ├── MediaUnfetched the provider cannot fetch the media from where they are: nothing counted
    │   └── SubmitUnclear  whether it counted is not known: it is never sent again on its own
    ├── ClipError          a finished clip could not be fetched: see `clip_errors`
    ├── UploadError        a file or an asset could not be uploaded
    │   ├── UploadRefused  the provider does not take it (`provider_message` is its own sentence)
    │   └── UploadFailed   the connection or the provider failed: try again later
    ├── TaskTaken          the provider gave a task's id that another job has
    ├── StoreFull          the disk is full: nothing new can be written down
    │   └── StoreClosed    nothing can be written for another reason: locked, read-only, gone
    ├── StoreInUse         another bot holds the database
    └── StoreUnusable      the database is corrupt or from a newer version
        ├── FolderUnusable what is in DATA_DIR cannot be read or written
        └── StoreUnreachable  the database's server cannot be reached: see `store_errors`
"""

import re
from dataclasses import dataclass

from bot.domain.administration import AdminProblem
from bot.domain.asset_problems import AssetProblem
from bot.domain.chain import ChainProblem
from bot.domain.disk_problems import CannotSave, DiskProblem, NoSpace
from bot.domain.media_problems import MediaProblem
from bot.domain.money import PriceNotConfirmed
from bot.domain.scenes import ScenesProblem
from bot.domain.share_problems import ShareProblem
from bot.domain.spending import SpendingProblem
from bot.domain.stages import Reason, Stage


@dataclass(frozen=True, slots=True)
class PromptEmpty:
    """Nothing but space was written."""


@dataclass(frozen=True, slots=True)
class PromptTooLong:
    """Lengths in characters."""

    length: int
    maximum: int


@dataclass(frozen=True, slots=True)
class DurationOutside:
    """Lengths in seconds."""

    given: int
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class RatioUnknown:
    """The model does not make this ratio."""

    given: str


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The model does not know this option, or not this choice of it; `choices` are those that it knows."""

    option: str
    given: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeedOutside:
    """A seed is a whole number from 0."""

    given: int
    maximum: int


@dataclass(frozen=True, slots=True)
class TooManyWaiting:
    """The member has as many waiting jobs as allowed."""

    maximum: int


@dataclass(frozen=True, slots=True)
class NoSuchJob:
    """No job of this member has that id; whether another's has is not said."""


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """Another version of the bot wrote this job down, and this one cannot read it."""


@dataclass(frozen=True, slots=True)
class NotYours:
    """Another member pressed what only the requester may press."""


@dataclass(frozen=True, slots=True)
class TooLateToCancel:
    """The job has been sent: the provider cannot cancel."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class ClipNotStored:
    """The clip is past its days, or never came."""


@dataclass(frozen=True, slots=True)
class ClipNotPosted:
    """The clip is stored, and Discord did not take it just now."""


@dataclass(frozen=True, slots=True)
class AlreadyRetried:
    """A job with an unclear end has been tried again once already."""

    by: str


@dataclass(frozen=True, slots=True)
class DraftGone:
    """A draft was sent already, or its time is over; `was_sent` where it is known to have been sent."""

    was_sent: bool = False


@dataclass(frozen=True, slots=True)
class Restarting:
    """The bot is shutting down."""


_OfVideos = MediaProblem | AssetProblem | ShareProblem | ChainProblem | ScenesProblem
_Elsewhere = _OfVideos | DiskProblem | SpendingProblem | PriceNotConfirmed | AdminProblem
Problem = (
    PromptEmpty
    | PromptTooLong
    | DurationOutside
    | RatioUnknown
    | Unsupported
    | SeedOutside
    | TooManyWaiting
    | NoSuchJob
    | OtherVersion
    | NotYours
    | TooLateToCancel
    | ClipNotStored
    | ClipNotPosted
    | AlreadyRetried
    | DraftGone
    | Restarting
    | _Elsewhere
)


class SeedreelError(Exception):
    """The root of the tree."""


class Duplicate(SeedreelError):
    """An interaction that came a second time, as a resumed session replays it; it is dropped without a word."""


class Refusal(SeedreelError):
    """A request that cannot be accepted; its problems are what the member reads, in the words of `ui`."""

    def __init__(self, *problems: Problem) -> None:
        names = ", ".join(type(problem).__name__ for problem in problems)
        super().__init__(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names).lower())
        self.problems = problems

    @property
    def problem(self) -> Problem:
        """Return the first of them."""
        return self.problems[0]


class SubmitError(SeedreelError):
    """A POST that did not end in a task id; `detail` is for the log, never for a member."""

    def __init__(self, detail: str, provider_message: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.provider_message = provider_message


class NotAccepted(SubmitError):
    """A POST that definitely did not count; `retry_after` in seconds where the provider said so.

    `of_this`: it was said of this request, so that others may be sent; `provider_message` and `code` are given then.
    """

    def __init__(
        self,
        detail: str,
        retry_after: float | None = None,
        *,
        of_this: bool = False,
        provider_message: str = "",
        code: str = "",
    ) -> None:
        super().__init__(detail, provider_message)
        self.retry_after = retry_after
        self.of_this = of_this
        self.code = code


class NotSent(NotAccepted):
    """A POST that never left, and for no reason of the provider's: this process may not send any more."""


class SubmitRefused(SubmitError):
    """A POST that the provider refused; its own sentence, to be sanitized, and its own `code`, in lower case."""

    def __init__(self, reason: Reason, detail: str, provider_message: str = "", code: str = "") -> None:
        super().__init__(detail, provider_message)
        self.reason = reason
        self.code = code


class MediaUnfetched(SubmitError):
    """A POST that the provider refused because it could not fetch a medium; it may fetch it from elsewhere.

    `provider_message` is its own sentence, to be sanitized before it is shown.
    """


class SubmitUnclear(SubmitError):
    """A POST that may have counted; `provider_message` is what the provider said to it, if anything."""


class UploadError(SeedreelError):
    """A call about files, assets or verifications that did not do what it should; `detail` is for the log."""

    def __init__(self, detail: str, provider_message: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.provider_message = provider_message


class UploadRefused(UploadError):
    """The provider looked at it and did not take it; `provider_message` is to be sanitized before it is shown.

    `reason`: of a job that needs it; INPUT where it is the file's fault.
    """

    def __init__(self, detail: str, provider_message: str = "", reason: Reason = Reason.INPUT) -> None:
        super().__init__(detail, provider_message)
        self.reason = reason


class UploadFailed(UploadError):
    """The connection failed, or the provider answered with an error of its own; such a call may be repeated."""


class TaskTaken(SeedreelError):
    """Another job has the task that this one was given: nothing was written."""


class StoreFull(SeedreelError):
    """The disk is full; `problem` is for a member who asks for something new."""

    problem: Problem = NoSpace()


class StoreClosed(StoreFull):
    """Nothing can be written, and not for want of room: another program has it locked, it is read-only or gone."""

    problem: Problem = CannotSave()


class StoreInUse(SeedreelError):
    """Another process holds the database; its text names that."""


class StoreUnusable(SeedreelError):
    """The database cannot be used; `remedy` says what the operator can do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy


class FolderUnusable(StoreUnusable):
    """Something in DATA_DIR cannot be read or written."""
