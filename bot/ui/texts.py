"""Say how jobs stand and end. What the provider or a member wrote is sanitized here, and nowhere later."""

from bot.domain.job import Job
from bot.domain.progress import Holdup
from bot.domain.reply import Route, ShrunkClip
from bot.domain.stages import Stage
from bot.ui.failure_texts import failure
from bot.ui.sanitize import code_line
from bot.ui.units import megabytes

SILENT = "The provider is not answering right now. Your job is safe, and I keep asking."
NOT_NOW = "The video service can't take this just now. I'll try again."
OVERDUE = "This is taking far longer than usual. I'll keep checking, less often, and you'll get the video if it comes."
SLOW = "This takes longer than usual. I keep watching it, and you will be told."
FITTING = "Your video is here, and too large for this place. I am making it smaller, which may take a few minutes."
NOT_HANDED_OVER = (
    "Your video is finished, but the video service hasn't handed over the file yet. I'll keep asking for it."
)
IN_PART = (
    "Your video is finished, but so far the video service has only handed over a damaged or incomplete file. "
    "I'll keep asking for the rest."
)
FORBIDDEN = (
    "Your video is finished, but I'm not set up to fetch files from where it is. Please tell the bot's owner. "
    "I'll keep trying."
)
FINISHED_NO_ROOM = "Your video is finished, but my disk is full. I'll fetch it as soon as there's room."
FINISHED_UNSAVED = "Your video is finished, but I can't save anything at the moment. I'll post it as soon as I can."
UNSAVED = "I can't save anything at the moment. I'll go on as soon as I can."
NO_ROOM = "My disk is full. I'll go on as soon as there's room."
LINK_MEANWHILE = "If you don't want to wait, try the link: it may work before I get the file."
LINK_LEFT = "The video service's own link may still work"
INCOMPLETE = (
    "The video service handed over only part of this video, even after I asked again and again. This is all there is."
)
NOT_TAKEN_ON = "I was restarted before I could take this on. Nothing was sent, so it cost nothing. Please try again."
NOTHING_YET = "Nothing here yet. Type `/video` and describe what you want to see."
NOTHING_RUNNING = "You have no jobs yet. Type `/video` and describe what you want to see."

_STAGE_WORDS = {
    Stage.WAITING: "Waiting",
    Stage.SUBMITTING: "Sending",
    Stage.QUEUED: "Queued",
    Stage.RENDERING: "Rendering",
    Stage.READY: "Rendered",
    Stage.DELIVERING: "Posting",
    Stage.DELIVERED: "Done",
    Stage.HELD: "Kept for you",
    Stage.FAILED: "Failed",
    Stage.CANCELLED: "Cancelled",
}
_PROGRESS = {
    Stage.WAITING: "Next in line. It starts by itself.",
    Stage.SUBMITTING: "On its way to the provider.",
    Stage.QUEUED: "The provider has it and will start soon.",
    Stage.RENDERING: "The provider is making your video.",
    Stage.READY: "Your video is rendered. I am fetching it.",
    Stage.DELIVERING: "Your video is here. I am posting it.",
}
NOT_SAVED = "I couldn't save this video here, so this is a link to it at the video service."
PAUSED = "I can't save videos at the moment, so I'm not sending this yet. It'll start automatically."


def stage_word(stage: Stage) -> str:
    """Name where a job stands, as it is written on cards and in lists."""
    return _STAGE_WORDS[stage]


def state_word(job: Job) -> str:
    """Name where a job stands; of one that this version cannot read that is not known."""
    return "From another version" if job.other_version else stage_word(job.stage)


def progress(job: Job, place: int | None) -> str:
    """Say in a sentence what is happening to a job that has not ended; `place` counts from 1."""
    if job.stage is Stage.WAITING and place is not None and place > 1:
        return f"Number {place} in line. It starts by itself."
    if job.stage is Stage.READY and job.clip_bytes is not None and job.clip_bytes > job.reply.limit:
        return FITTING
    return _PROGRESS.get(job.stage, "")


def held_up(job: Job, holdup: Holdup) -> str:
    """Say what keeps a job from going on."""
    match holdup:
        case Holdup.NOT_HANDED_OVER:
            return NOT_HANDED_OVER
        case Holdup.IN_PART:
            return IN_PART
        case Holdup.FORBIDDEN:
            return FORBIDDEN
        case Holdup.NO_ROOM:
            return FINISHED_NO_ROOM if job.stage is Stage.READY else NO_ROOM
        case Holdup.CANNOT_SAVE:
            return FINISHED_UNSAVED if job.stage is Stage.READY else UNSAVED


def held(job: Job, until: float | None = None) -> str:
    """Say that a finished clip waits for its owner, and how to get it; `until` (UTC seconds) is when it is deleted."""
    kept = f" I keep it until <t:{int(until)}:f>." if until is not None else ""
    if job.attempt is not None and job.attempt.route is Route.FOLLOW_UP:
        return (
            "Your video is finished, but the connection broke while I was posting it, so I can't tell whether it "
            f"arrived. If you can't see it here, press **Give me the clip**, or type `/status` and choose "
            f"`#{job.short}`.{kept}"
        )
    if job.clip_bytes is None:
        return (
            "Your video is finished, but I couldn't save it, and Discord wouldn't let me post a link to it here. "
            f"Type `/status` and choose `#{job.short}` soon: the link works for about a day."
        )
    return (
        "Your video is finished and safe with me, but Discord would not let me post it here. "
        f"Press **Give me the clip**, or type `/status` and choose `#{job.short}`.{kept}"
    )


def ping(job: Job) -> str:
    """Tell the requester, by mention, that a job has ended; stands beside its card."""
    who, short = f"<@{job.user_id}>", f"`#{job.short}`"
    match job.stage:
        case Stage.DELIVERED:
            return f"{who} Your video is ready {short}"
        case Stage.HELD:
            return f"{who} Your video is finished and kept for you. Type `/status` to get it {short}"
        case Stage.CANCELLED:
            return f"{who} Your job was cancelled {short}"
        case _:
            return f"{who} Your video could not be made {short}\n{failure(job)}"


def plain(job: Job, copy_expires: float | None = None, *, hides_prompt: bool = False) -> str:
    """Say in a line or two how a job ended, for a message without a card."""
    match job.stage:
        case Stage.HELD:
            return f"`#{job.short}` {held(job, copy_expires)}"
        case Stage.FAILED | Stage.CANCELLED:
            return f"`#{job.short}` {failure(job)}"
        case _:
            of = f": {code_line(job.request.prompt, 200)}" if job.request.prompt and not hides_prompt else ""
            return f"Your video `#{job.short}`{of}"


def too_large(size: int | None, limit: int | None) -> str:
    """Say why a link stands where the clip would; sizes in bytes, `limit` None where it explains nothing."""
    has, takes = megabytes(size or 0), megabytes(limit or 0)
    why = f" ({has}, it takes {takes})" if size and limit and size > limit and has != takes else ""
    return f"The clip is too large for this place{why} and could not be made small enough, so here is a link."


def made_smaller(size: int | None, shrunk: ShrunkClip) -> str:
    """Say that a clip was made smaller to fit, from `size` bytes to what it is now."""
    has, had = megabytes(shrunk.size), megabytes(size or 0)
    instead = f" instead of {had}" if size and has != had else ""
    return f"Made smaller to fit here: {has}{instead} ({shrunk.width} × {shrunk.height})."  # noqa: RUF001
