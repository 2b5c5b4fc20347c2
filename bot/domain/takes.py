"""Takes: up to four videos of one request, paid for one by one, that share a card and are posted in one message.

Each is a job of its own, and the first of them leads: its card is that of all. What they wait for is decided here, from
how they stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.job import Job
from bot.domain.reply import Route
from bot.domain.request import VideoRequest
from bot.domain.stages import Stage

MAX_TAKES: Final = 4


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The result of a cancel: the job it was asked for, and the numbers of the takes that were cancelled.

    `too_late`: the numbers of the takes that are being made.
    """

    job: Job
    takes: tuple[int, ...] = ()
    too_late: tuple[int, ...] = ()


def requests_of(request: VideoRequest, takes: int) -> list[VideoRequest]:
    """List the requests of so many takes: a seed that was chosen is the first one's, the others take the next."""
    if request.seed is None:
        return [request] * takes
    return [replace(request, seed=request.seed + number) for number in range(takes)]


def numbered(jobs: Sequence[Job]) -> list[Job]:
    """Make takes of the jobs of one request; one that is alone is none."""
    if len(jobs) < 2:
        return list(jobs)
    lead_id = jobs[0].id
    return [replace(job, take=number, takes=len(jobs), lead_id=lead_id) for number, job in enumerate(jobs, 1)]


def is_settled(job: Job) -> bool:
    """Tell whether a take waits for nothing but the others: its clip is here, or there will be none to post.

    Of what this version cannot read that is not known: who can goes on with all of them.
    """
    return not job.other_version and (has_clip(job) or job.ended or job.stage is Stage.HELD)


def has_clip(job: Job) -> bool:
    """Tell whether a take's clip is here and is to be posted."""
    if job.stage is Stage.DELIVERING:
        return not _is_asked_for(job)
    return job.stage is Stage.READY and job.clip_bytes is not None


def _is_asked_for(job: Job) -> bool:
    """Tell whether a take that was held goes, or went, to its owner by itself: no message with the others has it."""
    return job.attempt is not None and job.attempt.route is Route.ASKED


def to_post(takes: Sequence[Job]) -> Job | None:
    """Return the first of the takes that go out in one message, with all; None where none has a clip."""
    first = next((job for job in takes if has_clip(job)), None)
    return None if first is None else replace(first, group=tuple(takes))


def to_tell_of(takes: Sequence[Job]) -> Job:
    """Return the take by which the end of all is told, with the others: a posted one, one that is held, any other.

    What this version cannot read tells of nothing, and one that its owner has by itself of itself alone.
    """
    known = [job for job in takes if not job.other_version]
    # The same one also where the message was left to another since: a ping that is repeated has to be known as that.
    went_out = [job for job in known if job.stage is Stage.DELIVERED and not _is_asked_for(job)]
    without_clip = [job for stage in (Stage.HELD, Stage.FAILED, Stage.CANCELLED) for job in known if job.stage is stage]
    return replace([*went_out, *without_clip, *known, *takes][0], group=tuple(takes))


def to_show(takes: Sequence[Job]) -> Job:
    """Return the take whose stage the common card shows while takes are in progress, with the others."""
    running = [job for job in takes if not (is_settled(job) or job.other_version)]
    if running:
        return replace(running[-1], group=tuple(takes))
    return to_post(takes) or to_tell_of(takes)


def posted(job: Job) -> list[Job]:
    """List the takes that go out, or went out, with a job; one that is alone is none."""
    return [take for take in job.group if has_clip(take)] or in_message(job.group)


def in_message(takes: Sequence[Job]) -> list[Job]:
    """List the takes whose clips the common message holds."""
    return [
        job
        for job in takes
        if job.stage is Stage.DELIVERED and not (job.out_of_message or job.deleted or _is_asked_for(job))
    ]


def size_limits(sizes: Sequence[int], each: int, together: int) -> list[int]:
    """Return how large each file may be at the most, so that all go into one message; all in bytes.

    `each`: what a file may have, `together`: all of them. What is small leaves its room to the others.
    """
    limits, left = [0] * len(sizes), together
    for done, at in enumerate(sorted(range(len(sizes)), key=lambda at: sizes[at])):
        limits[at] = min(left // (len(sizes) - done), each)
        left -= min(sizes[at], limits[at])
    return limits
