"""What a card says of how its job stands: the state and the bar in one line, and what else is true of it now."""

import math
from dataclasses import dataclass
from typing import Final

from bot.discord_limits import TOKEN_SECONDS
from bot.domain.job import Job
from bot.domain.progress import Forecast
from bot.domain.reply import Reply, ShrunkClip
from bot.domain.stages import AT_PROVIDER, Stage
from bot.domain.takes import is_settled
from bot.ui import texts
from bot.ui.clip_links import Attachment, Clip, Link, opens_original, provider_link
from bot.ui.components import date_time, relative_time
from bot.ui.failure_texts import failure
from bot.ui.language import Language
from bot.ui.take_texts import take_lines, takes_state

SLOW_AFTER: Final = 30 * 60.0
# What only a token can reach says so two minutes before it dies.
MOVE_AFTER: Final = TOKEN_SECONDS - 2 * 60.0
# Cells of a bar. They are letters of the text, so they show in its colour, on dark and light alike. So many fit,
# with the state and the percent, on a line of a phone.
_CELLS: Final = 8
_FULL, _EMPTY = "▰", "▱"


@dataclass(frozen=True, slots=True)
class CardContext:
    """What a job's card shows beside the job itself.

    `now` in UTC seconds. `running`: for how many (scaled) seconds the provider has had it, by `now` when left out.
    `clip` is what this message holds of the video; `copy_expires`, in UTC seconds, is when our own copy of it goes.
    """

    forecast: Forecast
    now: float
    running: float | None = None
    clip: Clip | None = None
    copy_expires: float | None = None

    def is_slow(self, job: Job) -> bool:
        """Tell whether the provider has had it for longer than usual."""
        running = self.running
        if running is None and job.submitted is not None:
            running = self.now - job.submitted
        return running is not None and running >= SLOW_AFTER


def state_text(language: Language, job: Job, context: CardContext) -> str:
    """Say how a job stands, in a line or several; the first begins with its state."""
    if job.group and not job.deleted:
        return _takes_text(language, job, context)
    state = f"**{texts.state_word(language, job)}**"
    lines = [] if job.deleted else _lines(language, job, context)
    if not lines:
        return state
    between = " " if lines[0].startswith((_FULL, _EMPTY)) else " · "
    return "\n".join([f"{state}{between}{lines[0]}", *lines[1:]])


def _takes_text(language: Language, job: Job, context: CardContext) -> str:
    """Say how the takes of a request stand that are shown together, one line each."""
    lines = [f"**{takes_state(language, job.group)}**", *take_lines(language, job)]
    if context.clip is None and not is_settled(job):
        forecast = context.forecast
        if forecast.paused:
            lines.append(texts.paused(language, forecast.paused))
        elif forecast.silent:
            lines.append(language.text("card.silent"))
        elif forecast.ready_at is not None:
            lines.append(language.text("card.expected", when=relative_time(forecast.ready_at)))
    if context.clip is None and needs_new_token(job, context.now):
        lines.append(_token_notice(language, job.reply, job.reply.token_at + TOKEN_SECONDS - context.now))
    return "\n".join(lines)


def original_line(language: Language, clip: Clip | None, copy_expires: float | None) -> str:
    """Say where the clip is as it came, when it is not in the message."""
    if clip is None or (isinstance(clip, Attachment) and clip.shrunk is None):
        return ""
    ways = []
    if isinstance(clip, Attachment) and clip.original and clip.original.dies and opens_original(clip):
        ways.append(language.text("delivery.original-link", until=date_time(clip.original.dies)))
    if copy_expires is not None:
        ways.append(language.text("delivery.original-kept", until=date_time(copy_expires)))
    return " ".join(ways)


def times(language: Language, job: Job) -> str:
    """Say when a job was requested, and when its video was posted."""
    said = [language.text("card.requested", when=date_time(job.created))]
    if job.stage is Stage.DELIVERED:
        said.append(language.text("card.posted", when=relative_time(job.changed)))
    return " · ".join(said)


def progress_bar(language: Language, percent: int) -> str:
    """Draw the provider's own percent: something from its first percent on, and not all before its last."""
    full = round(_CELLS * percent / 100)
    if 0 < percent < 100:
        full = min(max(full, 1), _CELLS - 1)
    return f"{_FULL * full}{_EMPTY * (_CELLS - full)}\N{NO-BREAK SPACE}{language.percent(percent)}"


def needs_new_token(job: Job, now: float) -> bool:
    """Tell whether only its token can surely bring a running job's video to its reply, and that is 13 min old."""
    reply = job.reply
    only_token = reply.private or not reply.bot_reaches or not reply.attach_files
    return only_token and not job.ended and now - job.reply.token_at >= MOVE_AFTER


def _lines(language: Language, job: Job, context: CardContext) -> list[str]:
    match job.stage:
        case Stage.DELIVERED:
            return _clip_lines(language, job, context.clip)
        case Stage.HELD if context.clip is None and job.scene is not None:
            return [language.text("card.scene-done"), *_incomplete_line(language, job)]
        case Stage.HELD if context.clip is None:
            return [texts.held(language, job, context.copy_expires), *_incomplete_line(language, job)]
        case Stage.FAILED | Stage.CANCELLED:
            return _failure_lines(language, job, context)
        case _ if context.clip is not None:
            return _clip_lines(language, job, context.clip)
        case _:
            return _progress_lines(language, job, context)


def _failure_lines(language: Language, job: Job, context: CardContext) -> list[str]:
    link = provider_link(job, context.forecast, context.now)
    if link is None or link.dies is None:
        return [failure(language, job)]
    left = language.text("card.link-left", until=date_time(link.dies), when=relative_time(link.dies))
    return [failure(language, job), left]


def _clip_lines(language: Language, job: Job, clip: Clip | None) -> list[str]:
    match clip:
        case Link(_, dies, limit):
            unsaved = job.clip_bytes is None
            said = [
                language.text("delivery.not-saved") if unsaved else texts.too_large(language, job.clip_bytes, limit)
            ]
            if dies:
                said.append(language.text("delivery.link-until", until=date_time(dies), when=relative_time(dies)))
            return [" ".join(said), *_incomplete_line(language, job)]
        case Attachment(_, ShrunkClip() as shrunk):
            return [texts.made_smaller(language, job.clip_bytes, shrunk), *_incomplete_line(language, job)]
        case _:
            return _incomplete_line(language, job)


def _incomplete_line(language: Language, job: Job) -> list[str]:
    return [language.text("delivery.incomplete")] if job.incomplete else []


def _progress_lines(language: Language, job: Job, context: CardContext) -> list[str]:
    forecast = context.forecast
    if job.stage is Stage.WAITING and (forecast.paused or forecast.silent):
        return [texts.paused(language, forecast.paused) if forecast.paused else language.text("card.silent")]
    held_up = [] if forecast.holdup is None else [texts.held_up(language, job, forecast.holdup)]
    if job.lead_id is not None and is_settled(job):
        return [language.text("card.waits-for-takes")]
    # A running job shows both; one that waits, or is rendered, only what holds it up.
    lines = [] if held_up and job.stage not in AT_PROVIDER else [_progress(language, job, forecast)]
    lines += held_up
    if provider_link(job, forecast, context.now):
        lines.append(language.text("card.link-meanwhile"))
    if job.stage in AT_PROVIDER:
        if forecast.ready_at is not None and not forecast.silent:
            lines.append(language.text("card.expected", when=relative_time(forecast.ready_at)))
        if forecast.silent:
            lines.append(language.text("card.silent"))
        elif forecast.overdue:
            lines.append(language.text("card.overdue"))
        elif context.is_slow(job):
            lines.append(language.text("card.slow"))
    if needs_new_token(job, context.now):
        lines.append(_token_notice(language, job.reply, job.reply.token_at + TOKEN_SECONDS - context.now))
    return lines


def _progress(language: Language, job: Job, forecast: Forecast) -> str:
    if job.stage in AT_PROVIDER and job.percent is not None:
        return progress_bar(language, job.percent)
    return texts.progress(language, job, forecast.place)


def _token_notice(language: Language, reply: Reply, left: float) -> str:
    """Say where a video goes that is not ready when the reply's token dies, in `left` seconds."""
    minutes = language.duration(max(1, math.ceil(left / 60)) * 60)
    if reply.private or not reply.bot_reaches:
        return language.text("card.move-private", left=minutes)
    missing = language.text("permission.attach-files")
    if left <= 0:
        return language.text("card.move-now-no-files", permission=missing)
    return language.text("card.move-no-files", left=minutes, permission=missing)
