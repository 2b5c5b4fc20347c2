"""From a job to its card. Pure: the same job, forecast and time give the same card."""

import math

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
from bot.ui.components import Card, action_button, action_row, date_time, link_button, message_link, relative_time, text
from bot.ui.failure_texts import failure, remedies
from bot.ui.input_media import media_line, with_media
from bot.ui.language import Language
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


def job_card(  # noqa: PLR0913 - what a card can say
    language: Language,
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
        items.append(text(language.text("ping.here", member=f"<@{job.user_id}>")))
    opened = clip or provider_link(job, forecast, now)
    written = written_links(language, job, opened, now)
    items += _head(language, job, now, _room_for_prompt(written), hides_prompt=hides_prompt)
    if running is None and job.submitted is not None:
        running = now - job.submitted
    slow = running is not None and running >= SLOW_AFTER
    items += [
        text(line) for line in _state_lines(language, job, forecast, now, clip, slow=slow, copy_expires=copy_expires)
    ]
    where = _original_line(language, clip, copy_expires)
    items += [text(line) for line in (written, f"-# {where}" if where else "") if line]
    if isinstance(clip, Attachment):
        gallery = MediaGallery[LayoutView]()
        items.append(gallery.add_item(media=f"attachment://{clip.name}"))
    links = [*clip_buttons(language, opened), *picture_buttons(language, job, now)]
    if buttons := [*links, *_buttons(language, job, now)]:
        items.append(action_row(buttons))
    return Card(_COLOURS[job.stage], items)


def status_card(
    language: Language,
    job: Job,
    forecast: Forecast,
    now: float,
    has_clip: bool,  # noqa: FBT001 - a fact of the job
) -> Card:
    """Draw the private card of `/status`: the job as it is at `now` (UTC seconds), and what can be asked of it."""
    link = provider_link(job, forecast, now)
    written = written_links(language, job, link, now)
    items = _head(language, job, now, _room_for_prompt(written))
    slow = job.submitted is not None and now - job.submitted >= SLOW_AFTER
    items += [text(line) for line in _state_lines(language, job, forecast, now, None, slow=slow)]
    if written:
        items.append(text(written))
    times = [language.text("card.requested", when=date_time(job.created))]
    if job.stage is Stage.DELIVERED:
        times.append(language.text("card.posted", when=relative_time(job.changed)))
    items.append(text(f"-# {' · '.join(times)}"))
    buttons = [] if job.ended else [action_button(language, custom_ids.REFRESH, job.id)]
    if has_clip:
        buttons.append(action_button(language, custom_ids.CLIP, job.id))
    buttons += [
        button for button in _buttons(language, job, now, has_own_reply=False) if button.custom_id not in _ids(buttons)
    ]
    if url := message_link(job):
        buttons.append(link_button(language.text("button.message"), url))
    if buttons := [*buttons, *clip_buttons(language, link), *picture_buttons(language, job, now)][:MAX_ROW_BUTTONS]:
        items.append(action_row(buttons))
    return Card(_COLOURS[job.stage], items)


def _room_for_prompt(written: str) -> int:
    return max(_MIN_PROMPT, PROMPT_SHOWN - len(written))


def _head(
    language: Language, job: Job, now: float, max_prompt: int, *, hides_prompt: bool = False
) -> list[Item[LayoutView]]:
    title = f"### {texts.state_word(language, job)} · `#{job.short}`"
    prompt = [code_block(job.request.prompt, max_prompt)] if job.request.prompt and not hides_prompt else []
    lines = [title, *prompt]
    if hides_prompt:
        lines.append(f"-# {language.text('card.hidden-prompt')}")
    if not job.other_version:
        lines.append(f"-# {request_line(language, job.request)}")
    if media := media_line(language, job.request):
        lines.append(f"-# {language.text('card.with', media=media)}")
    return with_media(language, lines, job, now)


def request_line(language: Language, request: VideoRequest) -> str:
    """Write a request's choices in one line; those that were left to the provider are not named."""
    parts = [request.model.value, language.seconds(request.duration), request.ratio.value]
    if request.resolution is not None:
        parts.append(request.resolution.value)
    if request.sound is not None:
        parts.append(language.text("card.with-sound" if request.sound else "card.without-sound"))
    if request.seed is not None:
        parts.append(language.text("card.seed", seed=str(request.seed)))
    if request.last_picture:
        parts.append(language.text("card.with-last-frame"))
    if request.web_search:
        parts.append(language.text("card.web-search"))
    return " · ".join(parts)


def _state_lines(
    language: Language,
    job: Job,
    forecast: Forecast,
    now: float,
    clip: Clip | None,
    *,
    slow: bool,
    copy_expires: float | None = None,
) -> list[str]:
    match job.stage:
        case Stage.DELIVERED:
            return _clip_lines(language, job, clip)
        case Stage.HELD:
            return (
                _clip_lines(language, job, clip)
                if clip
                else [texts.held(language, job, copy_expires), *_incomplete_line(language, job)]
            )
        case Stage.FAILED | Stage.CANCELLED:
            link = provider_link(job, forecast, now)
            left = (
                [language.text("card.link-left", until=date_time(link.dies), when=relative_time(link.dies))]
                if link and link.dies
                else []
            )
            return [failure(language, job), *left]
        case _:
            return (
                _clip_lines(language, job, clip) if clip else _progress_lines(language, job, forecast, now, slow=slow)
            )


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


def _original_line(language: Language, clip: Clip | None, copy_expires: float | None) -> str:
    """Say where the clip is as it came, when it is not in the message."""
    if clip is None or (isinstance(clip, Attachment) and clip.shrunk is None):
        return ""
    ways = []
    if isinstance(clip, Attachment) and clip.original and clip.original.dies and opens_original(clip):
        ways.append(language.text("delivery.original-link", until=date_time(clip.original.dies)))
    if copy_expires is not None:
        ways.append(language.text("delivery.original-kept", until=date_time(copy_expires)))
    return " ".join(ways)


def _progress_lines(language: Language, job: Job, forecast: Forecast, now: float, *, slow: bool) -> list[str]:
    if job.stage is Stage.WAITING and (forecast.paused or forecast.silent):
        return [language.text("card.paused" if forecast.paused else "card.silent")]
    held_up = [] if forecast.holdup is None else [texts.held_up(language, job, forecast.holdup)]
    # A running job shows both; one that waits, or is rendered, only what holds it up.
    lines = [] if held_up and job.stage not in AT_PROVIDER else [texts.progress(language, job, forecast.place)]
    lines += held_up
    if provider_link(job, forecast, now):
        lines.append(language.text("card.link-meanwhile"))
    if job.stage in AT_PROVIDER:
        if job.percent is not None:
            lines.append(progress_bar(language, job.percent))
        if forecast.ready_at is not None and not forecast.silent:
            lines.append(language.text("card.expected", when=relative_time(forecast.ready_at)))
        if forecast.silent:
            lines.append(language.text("card.silent"))
        elif forecast.overdue:
            lines.append(language.text("card.overdue"))
        elif slow:
            lines.append(language.text("card.slow"))
    if needs_new_token(job, now):
        lines.append(_token_notice(language, job.reply, job.reply.token_at + TOKEN_SECONDS - now))
    return ["\n".join(lines)]


def _token_notice(language: Language, reply: Reply, left: float) -> str:
    """Say where a video goes that is not ready when the reply's token dies, in `left` seconds."""
    minutes = language.duration(max(1, math.ceil(left / 60)) * 60)
    if reply.private or not reply.bot_reaches:
        return language.text("card.move-private", left=minutes)
    return language.text("card.move-no-files", left=minutes)


def progress_bar(language: Language, percent: int) -> str:
    """Draw the provider's own percent."""
    full = round(_BAR * percent / 100)
    return f"`{'█' * full}{'░' * (_BAR - full)}` {language.percent(percent)}"


def needs_new_token(job: Job, now: float) -> bool:
    """Tell whether only its token can surely bring a running job's video to its reply, and that is 13 min old."""
    reply = job.reply
    only_token = reply.private or not reply.bot_reaches or not reply.attach_files
    return only_token and not job.ended and now - job.reply.token_at >= MOVE_AFTER


def _buttons(language: Language, job: Job, now: float, *, has_own_reply: bool = True) -> list[Button[LayoutView]]:
    if job.other_version:
        return []
    if job.stage is Stage.WAITING:
        buttons = [action_button(language, custom_ids.CANCEL, job.id)]
    elif job.stage is Stage.HELD:
        return [action_button(language, custom_ids.CLIP, job.id)]
    elif job.stage in ENDS:
        return [action_button(language, action, job.id) for action in remedies(job)]
    else:
        buttons = []
    if has_own_reply and needs_new_token(job, now):
        buttons.append(action_button(language, custom_ids.BRING, job.id))
    return buttons


def _ids(buttons: list[Button[LayoutView]]) -> set[str | None]:
    return {button.custom_id for button in buttons}
