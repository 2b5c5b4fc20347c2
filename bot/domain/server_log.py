"""What is told in the log of a server: videos made and refused, and what was changed."""

from dataclasses import dataclass

from bot.domain.audit import Change
from bot.domain.errors import Problem
from bot.domain.job import Job
from bot.domain.limits import Scope
from bot.domain.stages import Reason, Stage

# The provider looked at the request and did not want it.
_REFUSED = frozenset({Reason.REFUSED, Reason.PRIVACY, Reason.INVALID})


@dataclass(frozen=True, slots=True)
class VideoEnded:
    """A video was made, or the provider refused it; `private`: its prompt, picture and place are not for the log."""

    job: Job
    private: bool


@dataclass(frozen=True, slots=True)
class RequestRefused:
    """A request was refused before it was sent; `prompt` is empty where it is not for the log."""

    user_id: int
    problems: tuple[Problem, ...]
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class LinesDropped:
    """So many lines came faster than they could be posted, and were left out."""

    count: int


@dataclass(frozen=True, slots=True)
class PostedLine:
    """Where a line was posted, and in which language."""

    channel_id: int
    message_id: int
    locale: str = ""


LogLine = VideoEnded | RequestRefused | Change | LinesDropped


def server_of(job: Job) -> int | None:
    """Return the server in whose log a job is told: the one whose account it counts in, else where it was made."""
    return job.charged_to if job.charged_to is not None else job.reply.guild_id


def line_of(job: Job) -> VideoEnded | None:
    """Return what is told of a job that has ended; None for nothing."""
    made = job.stage in {Stage.DELIVERED, Stage.HELD}
    if not made and not (job.stage is Stage.FAILED and job.reason in _REFUSED):
        return None
    return VideoEnded(job, private=job.reply.private or job.reply.guild_id != server_of(job))


def members_of(line: LogLine) -> frozenset[int]:
    """Return the members that a line names."""
    match line:
        case VideoEnded(job):
            return frozenset({job.user_id})
        case RequestRefused(user_id):
            return frozenset({user_id})
        case Change(actor_id=actor_id, facts=facts):
            of_member = ("target_id",) if facts.get("scope") == Scope.MEMBER else ()
            named = [actor_id, *(facts.get(name) for name in ("member", "user_id", *of_member))]
            return frozenset(int(each) for each in named if each)
        case _:
            return frozenset()
