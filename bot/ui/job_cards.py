"""From a job to its card. Pure: the same job, forecast and time give the same card."""

import discord
from discord.ui import Button, Item, LayoutView, MediaGallery

from bot.discord_limits import MAX_ROW_BUTTONS, TOKEN_SECONDS
from bot.domain.job import Job
from bot.domain.progress import Forecast
from bot.domain.reply import Reply, ShrunkClip
from bot.domain.request import VideoRequest
from bot.domain.stages import AT_PROVIDER, ENDS, Stage
from bot.ui import custom_ids, texts
from bot.ui.clip_links import (
    Attachment,
    Clip,
    Link,
    clip_buttons,
    opens_original,
    picture_buttons,
    provider_link,
    written_links,
)
from bot.ui.components import Card, action_row, date_time, job_button, link_button, message_link, relative_time, text
from bot.ui.failure_texts import failure, remedies
from bot.ui.input_media import media_line, with_media
from bot.ui.sanitize import code_block

# Of MAX_CARD_TEXT; the rest holds the longest failure with room to spare.
PROMPT_SHOWN = 1500
# What is left of the prompt beside a link that stands in the text.
_MIN_PROMPT = 200
SLOW_AFTER = 30 * 60.0
# What only a token can reach says so two minutes before it dies.
MOVE_AFTER = TOKEN_SECONDS - 2 * 60.0

_BAR = 16
_COLOURS = {
    Stage.WAITING: discord.Colour(0x8A93A6),
    Stage.SUBMITTING: discord.Colour(0x5B8DEF),
    Stage.QUEUED: discord.Colour(0x5B8DEF),
    Stage.RENDERING: discord.Colour(0x7B5BEF),
    Stage.READY: discord.Colour(0x2FA88A),
    Stage.DELIVERING: discord.Colour(0x2FA88A),
    Stage.DELIVERED: discord.Colour(0x3BA55D),
    Stage.HELD: discord.Colour(0xE0A030),
    Stage.FAILED: discord.Colour(0xD8434F),
    Stage.CANCELLED: discord.Colour(0x8A93A6),
}


def job_card(
    job: Job,
    forecast: Forecast,
    now: float,
    *,
    clip: Clip | None = None,
    copy_expires: float | None = None,
    mention: bool = False,
    running: float | None = None,
    hides_prompt: bool = False,
) -> Card:
    """Draw a job's own card.

    `now` in UTC seconds. `clip` is what this message holds of the video; `copy_expires`, in UTC seconds, is when our
    own copy of the clip goes; `mention` names the requester, for a message that answers nothing; `running` is for how
    many (scaled) seconds the provider has had it, by `now` when left out; `hides_prompt`: a filter of the place has
    blocked the prompt.
    """
    items: list[Item[LayoutView]] = []
    if mention:
        items.append(text(f"<@{job.user_id}> Your video is ready."))
    opened = clip or provider_link(job, forecast, now)
    written = written_links(job, opened, now)
    items += _head(job, now, _room_for_prompt(written), hides_prompt=hides_prompt)
    if running is None and job.submitted is not None:
        running = now - job.submitted
    slow = running is not None and running >= SLOW_AFTER
    items += [text(line) for line in _state_lines(job, forecast, now, clip, slow=slow, copy_expires=copy_expires)]
    if written:
        items.append(text(written))
    if where := _original_line(clip, copy_expires):
        items.append(text(f"-# {where}"))
    if isinstance(clip, Attachment):
        gallery = MediaGallery[LayoutView]()
        items.append(gallery.add_item(media=f"attachment://{clip.name}"))
    if buttons := [*clip_buttons(opened), *picture_buttons(job, now), *_buttons(job, now)]:
        items.append(action_row(buttons))
    return Card(_COLOURS[job.stage], items)


def status_card(job: Job, forecast: Forecast, now: float, has_clip: bool) -> Card:  # noqa: FBT001 - a fact of the job
    """Draw the private card of `/status`: the job as it is at `now` (UTC seconds), and what can be asked of it."""
    link = provider_link(job, forecast, now)
    written = written_links(job, link, now)
    items = _head(job, now, _room_for_prompt(written))
    slow = job.submitted is not None and now - job.submitted >= SLOW_AFTER
    items += [text(line) for line in _state_lines(job, forecast, now, None, slow=slow)]
    if written:
        items.append(text(written))
    posted = f" · posted {relative_time(job.changed)}" if job.stage is Stage.DELIVERED else ""
    items.append(text(f"-# Asked for {date_time(job.created)}{posted}"))
    buttons = [] if job.ended else [job_button(custom_ids.REFRESH, job.id)]
    if has_clip:
        buttons.append(job_button(custom_ids.CLIP, job.id))
    buttons += [button for button in _buttons(job, now, has_own_reply=False) if button.custom_id not in _ids(buttons)]
    if url := message_link(job):
        buttons.append(link_button("Go to the message", url))
    if buttons := [*buttons, *clip_buttons(link), *picture_buttons(job, now)][:MAX_ROW_BUTTONS]:
        items.append(action_row(buttons))
    return Card(_COLOURS[job.stage], items)


def _room_for_prompt(written: str) -> int:
    return max(_MIN_PROMPT, PROMPT_SHOWN - len(written))


def _head(job: Job, now: float, max_prompt: int, *, hides_prompt: bool = False) -> list[Item[LayoutView]]:
    title = f"### {texts.state_word(job)} · `#{job.short}`"
    prompt = [code_block(job.request.prompt, max_prompt)] if job.request.prompt and not hides_prompt else []
    lines = [title, *prompt]
    if hides_prompt:
        lines.append("-# This server's filter blocked the prompt, so it isn't shown here.")
    if not job.other_version:
        lines.append(f"-# {request_line(job.request)}")
    if media := media_line(job.request):
        lines.append(f"-# With {media}")
    return with_media(lines, job, now)


def request_line(request: VideoRequest) -> str:
    """Write a request's choices in one line; those that were left to the provider are not named."""
    parts = [request.model.value, f"{request.duration} s", request.ratio.value]
    if request.resolution is not None:
        parts.append(request.resolution.value)
    if request.sound is not None:
        parts.append("with sound" if request.sound else "without sound")
    if request.seed is not None:
        parts.append(f"seed {request.seed}")
    if request.last_picture:
        parts.append("last picture")
    if request.web_search:
        parts.append("web search")
    return " · ".join(parts)


def _state_lines(
    job: Job, forecast: Forecast, now: float, clip: Clip | None, *, slow: bool, copy_expires: float | None = None
) -> list[str]:
    match job.stage:
        case Stage.DELIVERED:
            return _clip_lines(job, clip)
        case Stage.HELD:
            return _clip_lines(job, clip) if clip else [texts.held(job, copy_expires), *_incomplete_line(job)]
        case Stage.FAILED | Stage.CANCELLED:
            link = provider_link(job, forecast, now)
            left = (
                [f"{texts.LINK_LEFT} until {date_time(link.dies)} ({relative_time(link.dies)})."]
                if link and link.dies
                else []
            )
            return [failure(job), *left]
        case _:
            return _clip_lines(job, clip) if clip else _progress_lines(job, forecast, now, slow=slow)


def _clip_lines(job: Job, clip: Clip | None) -> list[str]:
    match clip:
        case Link(_, dies, limit):
            until = f" It works until {date_time(dies)} ({relative_time(dies)})." if dies else ""
            reason = texts.NOT_SAVED if job.clip_bytes is None else texts.too_large(job.clip_bytes, limit)
            return [reason + until, *_incomplete_line(job)]
        case Attachment(_, ShrunkClip() as shrunk):
            return [texts.made_smaller(job.clip_bytes, shrunk), *_incomplete_line(job)]
        case _:
            return _incomplete_line(job)


def _incomplete_line(job: Job) -> list[str]:
    return [texts.INCOMPLETE] if job.incomplete else []


def _original_line(clip: Clip | None, copy_expires: float | None) -> str:
    """Say where the clip is as it came, when it is not in the message."""
    if clip is None or (isinstance(clip, Attachment) and clip.shrunk is None):
        return ""
    ways = []
    if isinstance(clip, Attachment) and clip.original and clip.original.dies and opens_original(clip):
        ways.append(
            f"opens with the {'button' if clip_buttons(clip) else 'link'} until {date_time(clip.original.dies)}"
        )
    if copy_expires is not None:
        ways.append(f"is kept until {date_time(copy_expires)}, and `/status` brings it where larger files are allowed")
    return f"The original {'; it '.join(ways)}." if ways else ""


def _progress_lines(job: Job, forecast: Forecast, now: float, *, slow: bool) -> list[str]:
    if job.stage is Stage.WAITING and (forecast.paused or forecast.silent):
        return [texts.PAUSED if forecast.paused else texts.SILENT]
    held_up = [] if forecast.holdup is None else [texts.held_up(job, forecast.holdup)]
    # A running job shows both; one that waits, or is rendered, only what holds it up.
    lines = [] if held_up and job.stage not in AT_PROVIDER else [texts.progress(job, forecast.place)]
    lines += held_up
    if provider_link(job, forecast, now):
        lines.append(texts.LINK_MEANWHILE)
    if job.stage in AT_PROVIDER:
        if job.percent is not None:
            lines.append(progress_bar(job.percent))
        if forecast.ready_at is not None and not forecast.silent:
            lines.append(f"Expected {relative_time(forecast.ready_at)}")
        if forecast.silent:
            lines.append(texts.SILENT)
        elif forecast.overdue:
            lines.append(texts.OVERDUE)
        elif slow:
            lines.append(texts.SLOW)
    if needs_new_token(job, now):
        lines.append(_token_notice(job.reply, job.reply.token_at + TOKEN_SECONDS))
    return ["\n".join(lines)]


def _token_notice(reply: Reply, dies: float) -> str:
    """Say where a video goes that is not ready when the reply's token dies, at `dies` in UTC seconds."""
    if reply.private or not reply.bot_reaches:
        return (
            f"I can update this message only until {relative_time(dies)}. After that, your video comes as a direct "
            "message unless you press **Bring it here**."
        )
    return (
        "I don't have permission to attach files in this channel. If your video isn't ready "
        f"{relative_time(dies)}, it may come as a direct message unless you press **Bring it here**."
    )


def progress_bar(percent: int) -> str:
    """Draw the provider's own percent."""
    full = round(_BAR * percent / 100)
    return f"`{'█' * full}{'░' * (_BAR - full)}` {percent} %"


def needs_new_token(job: Job, now: float) -> bool:
    """Tell whether only its token can surely bring a running job's video to its reply, and that is 13 min old."""
    reply = job.reply
    only_token = reply.private or not reply.bot_reaches or not reply.attach_files
    return only_token and not job.ended and now - job.reply.token_at >= MOVE_AFTER


def _buttons(job: Job, now: float, *, has_own_reply: bool = True) -> list[Button[LayoutView]]:
    if job.other_version:
        return []
    if job.stage is Stage.WAITING:
        buttons = [job_button(custom_ids.CANCEL, job.id)]
    elif job.stage is Stage.HELD:
        return [job_button(custom_ids.CLIP, job.id)]
    elif job.stage in ENDS:
        return [job_button(action, job.id) for action in remedies(job)]
    else:
        buttons = []
    if has_own_reply and needs_new_token(job, now):
        buttons.append(job_button(custom_ids.BRING, job.id))
    return buttons


def _ids(buttons: list[Button[LayoutView]]) -> set[str | None]:
    return {button.custom_id for button in buttons}
