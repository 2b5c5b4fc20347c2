"""What a provider's code says about a failure, as far as that decides what helps. Pure.

From the provider's page "Error codes" and the codes of the model behind it (Volcengine Ark, "Error codes").
"""

import re
from enum import StrEnum

from bot.domain.job import Job
from bot.domain.media import Kind, Medium
from bot.domain.stages import Reason


class Cause(StrEnum):
    """Why the provider refused or failed, where its code says so."""

    PERSON = "person"  # a medium seems to show a real person; the same medium never passes
    MEDIUM = "medium"  # a medium was refused; the same one never passes
    WORDS = "words"  # the prompt was refused; the same one never passes
    SOUND = "sound"  # the sound that was made was refused; luck, and without sound it passes
    CHANCE = "chance"  # the pictures that were made were refused; luck
    CAPACITY = "capacity"  # the provider is full; later it passes
    COMBINATION = "combination"  # these settings or media do not go together


_BY_CODE = (
    (re.compile(r"privacyinformation$"), Cause.PERSON),
    (re.compile(r"^outputaudio"), Cause.SOUND),
    (re.compile(r"^output(?:video|image|text)?(?:sensitive|risk|policy)"), Cause.CHANCE),
    (re.compile(r"^input(?:image|video|audio)"), Cause.MEDIUM),
    (re.compile(r"^inputtext"), Cause.WORDS),
    (re.compile(r"^invalidparameter(?!.*(?:download|fetch|url))"), Cause.COMBINATION),
    (
        re.compile(
            r"serviceoverload|serveroverload|^(?!insufficient|pre_consume).*quotaexceeded|^(?:rate_limit|ratelimit)"
            r"|time_?out|too_?many_?requests|overloaded|^server_?busy|^busy$"
        ),
        Cause.CAPACITY,
    ),
)
_PLACE = re.compile(r"content\[(\d{1,3})\]")
# The order in which a request lists its media, by which the provider counts them.
_LISTED = (Kind.IMAGE, Kind.VIDEO, Kind.AUDIO)


def cause_of(code: str) -> Cause | None:
    """Return what a provider's code says, in any case; None where it says nothing that decides what helps."""
    return next((cause for pattern, cause in _BY_CODE if pattern.search(code.lower())), None)


def cause(job: Job) -> Cause | None:
    """Return why the provider refused or failed a job, where its code says so."""
    explained = job.reason in (Reason.GENERATION, Reason.REFUSED, Reason.PRIVACY, Reason.INVALID, Reason.NOT_TAKEN)
    found = cause_of(job.code) if explained else None
    return Cause.PERSON if found is None and job.reason is Reason.PRIVACY else found


def blamed(job: Job) -> tuple[Medium, int] | None:
    """Return the medium that the provider's sentence names and its number among those of its kind, from 1.

    `content[n]` counts the media from 1, as the prompt comes before them. None where it names none of the job's.
    """
    place = _PLACE.search(job.provider_message)
    listed = [medium for kind in _LISTED for medium in job.request.media if medium.kind is kind]
    if place is None or not job.request.prompt or not 1 <= int(place[1]) <= len(listed):
        return None
    medium = listed[int(place[1]) - 1]
    same = [each for each in listed if each.kind is medium.kind]
    return medium, next(at for at, each in enumerate(same, start=1) if each is medium)


def passes_without_sound(job: Job) -> bool:
    """Tell whether the same request may pass if only its sound is left out, which one dialect can say."""
    return cause(job) is Cause.SOUND and job.request.resolution is not None and job.request.sound is not False
