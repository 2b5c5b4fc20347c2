"""Say why a job ended without a video, what that cost, and what helps: a sentence and buttons for each reason."""

import re
from collections.abc import Mapping
from typing import Final

from bot.domain.failures import Cause, blamed, cause, passes_without_sound
from bot.domain.job import Job
from bot.domain.media import Kind
from bot.domain.stages import Reason, Stage
from bot.ui import custom_ids
from bot.ui.custom_ids import CustomId
from bot.ui.input_media import medium_name
from bot.ui.language import Fact, Language
from bot.ui.sanitize import MAX_PROVIDER_MESSAGE, code_line

_YOURS: Final = {
    Kind.IMAGE: "failure.your-image",
    Kind.VIDEO: "failure.your-video",
    Kind.AUDIO: "failure.your-audio",
    None: "failure.your-files",
}
_ONE_OF: Final = {
    Kind.IMAGE: "failure.one-of-images",
    Kind.VIDEO: "failure.one-of-videos",
    Kind.AUDIO: "failure.one-of-audio",
    None: "failure.one-of-files",
}
# What happened. Those that depend on what went along with the prompt are worded by `_what_happened`.
_REASONS: Final = {
    Reason.INVALID: "failure.invalid",
    Reason.NO_BALANCE: "failure.no-balance",
    Reason.KEY: "failure.key",
    Reason.MODEL: "failure.model",
    Reason.GENERATION: "failure.generation",
    Reason.NOT_TAKEN: "failure.not-taken",
    Reason.UNCLEAR: "failure.unclear",
    Reason.UNUSABLE: "failure.unusable",
    Reason.EXPIRED: "failure.expired",
    Reason.LOST: "failure.lost",
    Reason.OWNER: "failure.cancelled",
    Reason.MANAGER: "failure.cancelled-by-manager",
    Reason.OTHER_VERSION: "failure.other-version",
    Reason.TOO_OLD: "failure.too-old",
    Reason.PAUSED: "failure.paused",
}
# What helps; nothing for those where a button says it all.
_REMEDIES: Final = {
    Reason.REFUSED: "failure.change-it",
    Reason.PRIVACY: "failure.change-it",
    Reason.INVALID: "failure.change-it",
    Reason.NO_BALANCE: "failure.tell-owner",
    Reason.KEY: "failure.tell-owner",
    Reason.MODEL: "failure.other-model",
    Reason.INPUT: "failure.attach-again",
}
# What was refused before anything was made.
_NOT_STARTED: Final = frozenset(
    {Reason.REFUSED, Reason.PRIVACY, Reason.INVALID, Reason.NO_BALANCE, Reason.KEY, Reason.MODEL, Reason.INPUT}
)
_CAUSES: Final = {
    Cause.WORDS: ("failure.words", "failure.change-words"),
    Cause.SOUND: ("failure.sound", "failure.without-sound"),
    Cause.CHANCE: ("failure.chance", "failure.may-pass"),
    Cause.CAPACITY: ("failure.capacity", "failure.later"),
    Cause.COMBINATION: ("failure.combination", "failure.change-some"),
}
# What never passes as it is has no Again.
_CHANGE_FIRST: Final = frozenset({Cause.PERSON, Cause.MEDIUM, Cause.WORDS, Cause.COMBINATION})
_FORBIDDEN: Final = frozenset({Reason.REFUSED, Reason.PRIVACY})
_REQUEST_ID: Final = re.compile(r"(?i)\brequest[ _-]?id\b\W{0,3}[\w-]{1,100}\W{0,3}$")
_MAX_REQUEST_ID: Final = 130


def failure(language: Language, job: Job) -> str:
    """Say why a job ended without a video, what it cost, and what to do now."""
    text = " ".join(language.text(message, **facts) for message, facts in _sentences(language, job))
    provider_message = _without_request_id(job.provider_message.strip())
    if not provider_message:
        return text
    quoted = code_line(provider_message, MAX_PROVIDER_MESSAGE)
    return f"{text}\n{language.text('failure.service-said', message=quoted)}"


def _without_request_id(provider_message: str) -> str:
    """Leave out the number at the end of a sentence that only the provider's own people can look up."""
    found = _REQUEST_ID.search(provider_message, max(0, len(provider_message) - _MAX_REQUEST_ID))
    return provider_message[: found.start()].rstrip(" ([,;") if found else provider_message


def remedies(job: Job) -> list[CustomId[str]]:
    """List what a member can do about a job that has ended: only what can help."""
    if job.stage is Stage.FAILED and job.reason is Reason.UNCLEAR:
        return [custom_ids.RETRY]
    # What the provider's rules forbid, they forbid again.
    if cause(job) in _CHANGE_FIRST or job.reason in _FORBIDDEN:
        return [custom_ids.EDIT]
    quietly = [custom_ids.WITHOUT_SOUND] if passes_without_sound(job) else []
    return [*quietly, custom_ids.AGAIN, custom_ids.EDIT]


_Sentence = tuple[str, Mapping[str, Fact]]


def _sentences(language: Language, job: Job) -> list[_Sentence]:
    """List the messages of a failure with their facts: what happened, what it cost, what helps."""
    found = cause(job)
    if found in (Cause.PERSON, Cause.MEDIUM) and (medium := _blamed_medium(language, job)):
        what = "failure.person" if found is Cause.PERSON else "failure.medium"
        return [(what, {"medium": medium}), (_cost(job), {}), ("failure.other-file", {})]
    if found in _CAUSES:
        what, remedy = _CAUSES[found]
        if found is Cause.SOUND and not passes_without_sound(job):
            remedy = "failure.may-pass"
        return [(what, {}), (_cost(job), {}), (remedy, {})]
    if job.reason is Reason.REFUSED and not job.request.media:
        return [_what_happened(language, job), ("failure.not-started", {}), ("failure.reword", {})]
    return [
        _what_happened(language, job),
        *([("failure.not-started", {})] if job.reason in _NOT_STARTED else []),
        *([(_REMEDIES[job.reason], {"count": max(1, len(job.request.media))})] if job.reason in _REMEDIES else []),
    ]


def _cost(job: Job) -> str:
    charged = job.task_id or job.reason is Reason.NOT_TAKEN
    return "failure.not-charged" if charged else "failure.not-started"


def _what_happened(language: Language, job: Job) -> _Sentence:
    yours = _your_media(language, job)
    match job.reason:
        case None:
            return "failure.no-video", {}
        case Reason.REFUSED:
            return ("failure.refused-with", {"media": yours}) if yours else ("failure.refused", {})
        case Reason.PRIVACY:
            return "failure.privacy", {}
        case Reason.INPUT:
            return "failure.input", {"media": yours or language.text("failure.your-files", count=1)}
        case _:
            return _REASONS[job.reason], {}


def _blamed_medium(language: Language, job: Job) -> str:
    """Name the medium that is to blame, as the prompt names it; empty where that is not known."""
    media = job.request.media
    if found := blamed(job):
        medium, number = found
        if sum(each.kind is medium.kind for each in media) > 1:
            return language.text("failure.your-numbered", medium=medium_name(language, medium.kind, number))
        return _capitalized(language.text(_YOURS[medium.kind], count=1))
    if len(media) > 1:
        return language.text(_ONE_OF[_common_kind(job)])
    return _capitalized(_your_media(language, job))


def _capitalized(words: str) -> str:
    return words[:1].upper() + words[1:]


def _your_media(language: Language, job: Job) -> str:
    """Name what went along with a prompt; empty for nothing."""
    count = len(job.request.media)
    return language.text(_YOURS[_common_kind(job)], count=count) if count else ""


def _common_kind(job: Job) -> Kind | None:
    """Return the kind that all media have, None where they differ."""
    kinds = {medium.kind for medium in job.request.media}
    return kinds.pop() if len(kinds) == 1 else None
