"""Say how jobs stand and end. What the provider or a member wrote is sanitized here, and nowhere later."""

from typing import Final

from bot.domain.job import Job
from bot.domain.pauses import PausedBy
from bot.domain.progress import Holdup
from bot.domain.reply import Route, ShrunkClip
from bot.domain.stages import Stage
from bot.ui.failure_texts import failure
from bot.ui.language import Language
from bot.ui.sanitize import code_line

_STAGES: Final = {
    Stage.WAITING: "state.waiting",
    Stage.SUBMITTING: "state.submitting",
    Stage.QUEUED: "state.queued",
    Stage.RENDERING: "state.rendering",
    Stage.READY: "state.ready",
    Stage.DELIVERING: "state.delivering",
    Stage.DELIVERED: "state.delivered",
    Stage.HELD: "state.held",
    Stage.FAILED: "state.failed",
    Stage.CANCELLED: "state.cancelled",
}
_PROGRESS: Final = {
    Stage.WAITING: "card.next",
    Stage.SUBMITTING: "card.submitting",
    Stage.QUEUED: "card.queued",
    Stage.RENDERING: "card.rendering",
    Stage.READY: "card.ready",
    Stage.DELIVERING: "card.delivering",
}
_HOLDUPS: Final = {
    Holdup.NOT_HANDED_OVER: "card.not-handed-over",
    Holdup.IN_PART: "card.in-part",
    Holdup.FORBIDDEN: "card.forbidden",
    Holdup.NO_ROOM: "card.no-room",
    Holdup.CANNOT_SAVE: "card.cannot-save",
    Holdup.STORE_DOWN: "card.store-down",
}
# What is said of a video that is finished already.
_FINISHED: Final = {
    Holdup.NO_ROOM: "card.finished-no-room",
    Holdup.CANNOT_SAVE: "card.finished-cannot-save",
    Holdup.STORE_DOWN: "card.finished-store-down",
}
_PAUSED: Final = {
    PausedBy.STORAGE: "card.paused",
    PausedBy.OWNER: "card.paused-by-owner",
    PausedBy.SERVER: "card.paused-by-server",
    PausedBy.BALANCE: "card.paused-for-credits",
}
_PINGS: Final = {
    Stage.DELIVERED: "ping.delivered",
    Stage.HELD: "ping.held",
    Stage.CANCELLED: "ping.cancelled",
}


def stage_word(language: Language, stage: Stage) -> str:
    """Name where a job stands, as it is written on cards and in lists."""
    return language.text(_STAGES[stage])


def state_word(language: Language, job: Job) -> str:
    """Name where a job stands; of one that this version cannot read that is not known."""
    if job.deleted:
        if job.deleted_by is not None:
            return language.text("state.deleted-by-author", member=f"<@{job.deleted_by}>")
        return language.text("state.deleted")
    if job.other_version:
        return language.text("state.other-version")
    # A scene is kept to be posted with the others, not because it couldn't be.
    is_scene = job.stage is Stage.HELD and job.scene is not None
    return stage_word(language, Stage.DELIVERED if is_scene else job.stage)


def progress(language: Language, job: Job, place: int | None) -> str:
    """Say in a sentence what is happening to a job that has not ended; `place` counts from 1."""
    if job.stage is Stage.WAITING and place is not None and place > 1:
        return language.text("card.place", place=place)
    if job.stage is Stage.READY and job.clip_bytes is not None and job.clip_bytes > job.reply.limit:
        return language.text("card.shrinking")
    message = _PROGRESS.get(job.stage)
    return language.text(message) if message else ""


def held_up(language: Language, job: Job, holdup: Holdup) -> str:
    """Say what keeps a job from going on."""
    finished = _FINISHED.get(holdup) if job.stage is Stage.READY else None
    return language.text(finished or _HOLDUPS[holdup])


def paused(language: Language, by: PausedBy) -> str:
    """Say why a job that waits is not sent though its turn may have come."""
    return language.text(_PAUSED[by])


def held(language: Language, job: Job, until: float | None = None) -> str:
    """Say that a finished clip waits for its owner, and how to get it; `until` (UTC seconds) is when it is deleted."""
    deleted = [language.text("delivery.kept", until=f"<t:{int(until)}:f>")] if until is not None else []
    if job.attempt is not None and job.attempt.route is Route.FOLLOW_UP:
        return " ".join([language.text("delivery.held-unseen"), *deleted])
    if job.clip_bytes is None:
        return language.text("delivery.held-link")
    return " ".join([language.text("delivery.held"), *deleted])


def ping(language: Language, job: Job) -> str:
    """Tell the requester, by mention, that a job has ended; why it did stands on its card."""
    if job.group and job.stage is Stage.DELIVERED:
        return language.text("ping.takes", member=f"<@{job.user_id}>", id=f"`#{job.short}`")
    return language.text(_PINGS.get(job.stage, "ping.failed"), member=f"<@{job.user_id}>", id=f"`#{job.short}`")


def plain(language: Language, job: Job, copy_expires: float | None = None, *, hides_prompt: bool = False) -> str:
    """Say in a line or two how a job ended, for a message without a card."""
    short = f"`#{job.short}`"
    match job.stage:
        case Stage.HELD:
            return f"{short} {held(language, job, copy_expires)}"
        case Stage.FAILED | Stage.CANCELLED:
            return f"{short} {failure(language, job)}"
        case _ if job.request.prompt and not hides_prompt:
            return language.text("delivery.plain-prompt", id=short, prompt=code_line(job.request.prompt, 200))
        case _:
            return language.text("delivery.plain", id=short)


def too_large(language: Language, size: int | None, limit: int | None) -> str:
    """Say why a link stands where the clip would; sizes in bytes, `limit` None where it explains nothing."""
    has, takes = language.size(size or 0), language.size(limit or 0)
    if size and limit and size > limit and has != takes:
        return language.text("delivery.too-large-by", size=has, limit=takes)
    return language.text("delivery.too-large")


def made_smaller(language: Language, size: int | None, shrunk: ShrunkClip) -> str:
    """Say that a clip was made smaller to fit, from `size` bytes to what it is now."""
    has, had = language.size(shrunk.size), language.size(size or 0)
    facts = {"size": has, "sides": f"{shrunk.width} × {shrunk.height}"}  # noqa: RUF001
    if size and has != had:
        return language.text("delivery.made-smaller-from", before=had, **facts)
    return language.text("delivery.made-smaller", **facts)
