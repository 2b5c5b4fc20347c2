"""Say why a job ended without a video, what that cost, and what helps: a sentence and buttons for each reason."""

import re

from bot.domain.failures import Cause, blamed, cause, passes_without_sound
from bot.domain.job import Job
from bot.domain.media import Kind
from bot.domain.request import VideoRequest
from bot.domain.stages import Reason, Stage
from bot.ui import custom_ids
from bot.ui.custom_ids import CustomId
from bot.ui.sanitize import MAX_PROVIDER_MESSAGE, code_line

_OFFER_AGAIN = "Press **Again** to make it once more."
_FREE = "Nothing was made and nothing was counted."
_NOT_CHARGED = "The video service usually doesn't charge for this."
_TELL_OWNER = "Please tell the person who runs me."
OTHER_VERSION = (
    "This video was requested with another version of the bot, and this version can't read it. I left it as "
    "it is, and nothing more is charged for it. Please tell the bot's owner."
)
_NOUNS = {Kind.IMAGE: "image", Kind.VIDEO: "video", Kind.AUDIO: "audio"}
_SEVERAL = {Kind.IMAGE: "images", Kind.VIDEO: "videos", Kind.AUDIO: "audio files"}
# Those that depend on what went along with the prompt are worded by `_failure_text`.
_REASONS = {
    Reason.INVALID: f"The provider did not accept this request. {_FREE} Change it a little and use `/video` again.",
    Reason.NO_BALANCE: f"The provider's account has run out of credit. {_FREE} {_TELL_OWNER}",
    Reason.KEY: f"The provider does not accept my key. {_FREE} {_TELL_OWNER}",
    Reason.MODEL: f"This model is not open to me right now. {_FREE} Use `/video` with another model.",
    Reason.GENERATION: f"The video couldn't be made. {_NOT_CHARGED}",
    Reason.NOT_TAKEN: f"The video service answered with an error and didn't start your video. {_NOT_CHARGED}",
    Reason.UNCLEAR: (
        "I sent this, but I can't tell whether the video service took it. I didn't send it again, because that could "
        "cost twice. You decide."
    ),
    Reason.UNUSABLE: (
        "The provider reported a finished video, but what it handed out cannot be played or is more than I can fetch. "
        "It may have cost. "
        f"{_OFFER_AGAIN}"
    ),
    Reason.EXPIRED: (
        "The video was made and it counted, but it is gone: it is kept for a limited time only, and nobody could fetch "
        f"it before that ended. {_OFFER_AGAIN} That counts again."
    ),
    Reason.LOST: (
        "The provider took this a day ago and still shows no end, so I have stopped waiting. It may have cost. "
        f"{_OFFER_AGAIN}"
    ),
    Reason.OWNER: "Cancelled. Nothing was sent, so it cost nothing.",
    Reason.OTHER_VERSION: OTHER_VERSION,
    Reason.TOO_OLD: f"It waited too long for its turn, so I did not send it. It cost nothing. {_OFFER_AGAIN}",
}
_CAUSES = {
    Cause.WORDS: ("The words of your prompt were refused.", "The same words won't pass, so please change them."),
    Cause.SOUND: ("The sound that was made for your video was refused.", "Without sound it should pass."),
    Cause.CHANCE: (
        "The video that was made was refused by the video service's own rules.",
        "That can be chance: the same request may pass next time.",
    ),
    Cause.CAPACITY: ("The video service is full right now.", "It should work again in a few minutes."),
    Cause.COMBINATION: (
        "The video service doesn't take this combination of settings and media.",
        "Please change some of them.",
    ),
}
# What never passes as it is has no Again.
_CHANGE_FIRST = frozenset({Cause.PERSON, Cause.MEDIUM, Cause.WORDS, Cause.COMBINATION})
_FORBIDDEN = frozenset({Reason.REFUSED, Reason.PRIVACY})
_REQUEST_ID = re.compile(r"(?i)\brequest[ _-]?id\b\W{0,3}[\w-]{1,100}\W{0,3}$")
_MAX_REQUEST_ID = 130


def failure(job: Job) -> str:
    """Say why a job ended without a video, what it cost, and what to do now."""
    text = _failure_text(job)
    provider_message = _without_request_id(job.provider_message.strip())
    return (
        f"{text}\nThe provider said: {code_line(provider_message, MAX_PROVIDER_MESSAGE)}" if provider_message else text
    )


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


def _failure_text(job: Job) -> str:
    found = cause(job)
    if found in (Cause.PERSON, Cause.MEDIUM) and (medium_words := _blamed_medium(job)):
        what = f"{medium_words} seems to show a real person" if found is Cause.PERSON else f"{medium_words} was refused"
        money = _cost(job)
        return f"{what}. {money} The same file won't pass, so please use another one."
    if found in _CAUSES:
        what, remedy = _CAUSES[found]
        if found is Cause.SOUND and not passes_without_sound(job):
            remedy = "That can be chance: the same request may pass next time."
        return f"{what} {_cost(job)} {remedy}"
    return _by_reason(job)


def _cost(job: Job) -> str:
    return _NOT_CHARGED if job.task_id or job.reason is Reason.NOT_TAKEN else _FREE


def _blamed_medium(job: Job) -> str:
    """Name the medium that is to blame, as the prompt names it; empty where that is not known."""
    if found := blamed(job):
        medium, number = found
        many = sum(each.kind is medium.kind for each in job.request.media) > 1
        return f"Your {_NOUNS[medium.kind]}{f' {number}' if many else ''}"
    noun, many = _media_noun(job.request)
    return f"One of your {noun}" if many else f"Your {noun}" if noun else ""


def _by_reason(job: Job) -> str:
    noun, many = _media_noun(job.request)
    yours = f"your {noun}" if noun else ""
    match job.reason:
        case None:
            return f"This job ended without a video. {_OFFER_AGAIN}"
        case Reason.REFUSED:
            what = f"this prompt or {yours}" if yours else "this prompt"
            return f"The provider's content rules do not allow {what}. {_FREE} Change it and use `/video` again."
        case Reason.PRIVACY:
            return f"The provider sees a real person in this, and does not allow that. {_FREE} Change it and try again."
        case Reason.INPUT:
            attach = "attach them" if many else "attach it"
            return f"I could not show {yours or 'your file'} to the provider. {_FREE} Use `/video` and {attach} again."
        case _:
            return _REASONS[job.reason]


def _media_noun(request: VideoRequest) -> tuple[str, bool]:
    """Name what went along with a prompt, and tell whether that was more than one; empty for nothing."""
    kinds = [medium.kind for medium in request.media]
    many = len(kinds) > 1
    if not kinds:
        return "", False
    if len(set(kinds)) > 1:
        return "files", many
    return (_SEVERAL if many else _NOUNS)[kinds[0]], many
