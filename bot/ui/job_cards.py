"""From a job to its card. Pure: the same job, forecast and time give the same card.

From the top: the first words of the prompt, whose video it is, how it stands, the video, what of the prompt the title
left out, and in small print the request and the short id.
"""

from collections.abc import Sequence
from typing import Final

import discord
from discord.ui import Button, Item, LayoutView, MediaGallery

from bot.domain.chain import NextStep
from bot.domain.job import Job
from bot.domain.media import Kind
from bot.domain.models import AUTOMATIC, OutputFormat
from bot.domain.money import Price
from bot.domain.next_steps import has_expected_length
from bot.domain.progress import Forecast
from bot.domain.reply import Route
from bot.domain.request import RequestDraft, VideoRequest
from bot.domain.shares import SHAREABLE
from bot.domain.stages import ENDS, Stage
from bot.domain.takes import posted
from bot.ui import custom_ids
from bot.ui.chain_texts import STEPS, of_scenes, origin_line, scene_line
from bot.ui.choices import length_text, price_text
from bot.ui.clip_links import Attachment, Clip, clip_buttons, picture_buttons, provider_link, written_links
from bot.ui.components import STAR_MARK, Card, controls, link_button, message_link, text
from bot.ui.custom_ids import CustomId
from bot.ui.failure_texts import remedies
from bot.ui.input_media import media_line, with_media
from bot.ui.language import Language
from bot.ui.permission_texts import late_line
from bot.ui.sanitize import code_block, heading, is_all_of, visible_line
from bot.ui.settings_card import defaults_line
from bot.ui.state_lines import CardContext, needs_new_token, original_line, state_text, times
from bot.ui.take_texts import called_by, of_takes, price_of_all, retry_buttons, take_buttons, take_text

# Characters of the prompt: in the title, and of MAX_CARD_TEXT below it, beside the longest failure.
_TITLE: Final = 60
PROMPT_SHOWN: Final = 700
# What is left of it beside a link that stands in the text.
_MIN_PROMPT: Final = 200
# Buttons on a finished video that come before Share: Again, Edit, and what goes on with it.
_BEFORE_SHARE: Final = 3
# Characters of the prompt that stand for an image or a video where it cannot be seen.
_ALT: Final = 300

_COLOURS: Final = {
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
    route: Route | None = None,
    running: float | None = None,
    hides_prompt: bool = False,
    spoiler: bool = False,
    steps: Sequence[NextStep] = (),
    shows_off: bool = False,
) -> Card:
    """Draw a job's own card.

    `now`, `clip`, `copy_expires`, `running` as in `CardContext`. `route`: on which the card goes out, where it is not
    just kept up to date; a new message mentions the requester. `hides_prompt`: a filter of the place has blocked the
    prompt. `spoiler`: media are covered. `steps`: what can be made of the video; `shows_off`: it can be shown.
    """
    context = CardContext(forecast, now, running, clip, copy_expires)
    several = take_buttons(language, job)
    opened = None if job.group else clip or provider_link(job, forecast, now)
    written = "" if job.group else written_links(language, job, opened, now)
    mentions = route in {Route.CHANNEL, Route.FOLLOW_UP} and not job.share
    items: list[Item[LayoutView]] = [text(language.text("ping.here", member=f"<@{job.user_id}>"))] if mentions else []
    whose = "" if job.reply.private or mentions or route is Route.DIRECT else _whose(language, job)
    items += _head(language, job, context, whose, hides_prompt=hides_prompt, spoiler=spoiler)
    if isinstance(clip, Attachment):
        items.append(_gallery(language, job, clip.name, hides_prompt=hides_prompt, spoiler=spoiler))
    items += _details(language, job, context, written, hides_prompt=hides_prompt)
    if clip is None and route is None and not job.ended and (line := late_line(language, job.reply, now)):
        items.append(text(f"-# {line}"))
    before, after = several or clip_buttons(language, opened), [] if job.group else picture_buttons(language, job, now)
    actions = [*_actions(job, now), *(STEPS[step] for step in steps), *([custom_ids.SHOW_OFF] if shows_off else [])]
    if clip is not None and _is_shareable_from(job, route):
        actions.insert(_BEFORE_SHARE, custom_ids.SHARE)
    actions, before = of_takes(job, actions, several=bool(several)), [*before, *retry_buttons(language, job)]
    return Card(_colour(job), [*items, *controls(language, job.id, actions, before=before, after=after)])


def status_card(  # noqa: PLR0913 - what a card can say
    language: Language,
    job: Job,
    forecast: Forecast,
    now: float,
    has_clip: bool,  # noqa: FBT001 - a fact of the job
    *,
    starred: bool | None = None,
    steps: Sequence[NextStep] = (),
    shows_off: bool = False,
    parts: int = 1,
) -> Card:
    """Draw the private card of `/status`: the job as it is at `now` (UTC seconds), and what can be asked of it.

    `starred`: whether it has a star; None: it can have none there. `steps`, `shows_off` as in `job_card`. `parts`: how
    many there are by now of the chain that it is in.
    """
    context = CardContext(forecast, now)
    link = provider_link(job, forecast, now)
    items = _head(language, job, context, "", parts)
    items += _details(language, job, context, written_links(language, job, link, now))
    items.append(text(f"-# {times(language, job)}{f' · {STAR_MARK}' if starred else ''}"))
    actions = [] if job.ended else [custom_ids.REFRESH]
    if has_clip:
        actions.append(custom_ids.CLIP)
    if job.stage in SHAREABLE and not (job.other_version or job.deleted) and (has_clip or job.clip_message is not None):
        actions.append(custom_ids.SHARE)
    actions += [action for action in _actions(job, now, has_own_reply=False) if action not in actions]
    actions += [STEPS[step] for step in steps]
    if starred is not None and not (job.other_version or job.deleted):
        showcase = [custom_ids.SHOW_OFF] if shows_off else []
        actions += [custom_ids.UNSTAR if starred else custom_ids.STAR, *showcase, *_deletion(job)]
    url = None if job.deleted else message_link(job)
    message: list[Button[LayoutView]] = [link_button(language.text("button.message"), url)] if url else []
    links = [*clip_buttons(language, link), *picture_buttons(language, job, now)]
    items += controls(language, job.id, actions, after=[*message, *links])
    return Card(_colour(job), items)


def alt_text(language: Language, job: Job, *, hides_prompt: bool = False) -> str:
    """Describe the video for screen readers."""
    shows_prompt = job.request.prompt and not hides_prompt
    return visible_line(job.request.prompt, _ALT) if shows_prompt else language.text("card.untitled")


def request_line(
    language: Language,
    request: VideoRequest | RequestDraft,
    price: Price | None = None,
    made: int | None = None,
    *,
    expected: bool = False,
) -> str:
    """Write a request's choices and its price in one line; choices that were left to the provider are not named.

    `made`: the seconds that the video has, once that is known; until then an automatic length costs up to the price, or
    about that where it is `expected`.
    """
    length = made if made is not None and request.duration == AUTOMATIC else request.duration
    parts = [request.model.value, length_text(language, length), request.ratio.value]
    if request.resolution is not None:
        parts.append(request.resolution.value)
    if request.sound is not None:
        parts.append(language.text("card.with-sound" if request.sound else "card.without-sound"))
    if request.seed is not None:
        parts.append(language.text("card.seed", seed=str(request.seed)))
    if request.last_picture:
        parts.append(language.text("card.with-last-frame"))
    if request.format is OutputFormat.MOV:
        parts.append(request.format.value.upper())
    if request.web_search:
        parts.append(language.text("card.web-search"))
    if price is not None:
        parts.append(price_text(language, price, length, expected=expected))
    return " · ".join(parts)


def _head(
    language: Language,
    job: Job,
    context: CardContext,
    whose: str,
    parts: int = 1,
    *,
    hides_prompt: bool = False,
    spoiler: bool = False,
) -> list[Item[LayoutView]]:
    """Draw the title, whose video it is and how it stands, with the images that go into it."""
    title = "" if hides_prompt else heading(job.request.prompt, _TITLE)
    lines = [f"### {title or language.text('card.untitled')}"]
    about = (whose, scene_line(language, job), origin_line(language, job, parts))
    lines += [" · ".join(filter(None, about))] if any(about) else []
    prompt = "" if hides_prompt else visible_line(job.request.prompt, _ALT)
    state = state_text(language, job, context)
    return with_media(language, "\n".join(lines), state, job, context.now, prompt, spoiler=spoiler)


def _gallery(language: Language, job: Job, name: str, *, hides_prompt: bool, spoiler: bool) -> MediaGallery[LayoutView]:
    """Show the clip under its name, and those of the takes that go out with it."""
    alt = alt_text(language, job, hides_prompt=hides_prompt)
    names = [name, *(take.clip_name for take in posted(job) if take.id != job.id)]
    shown = (discord.MediaGalleryItem(f"attachment://{each}", description=alt, spoiler=spoiler) for each in names)
    return MediaGallery[LayoutView](*shown)


def _details(
    language: Language, job: Job, context: CardContext, written: str, *, hides_prompt: bool = False
) -> list[Item[LayoutView]]:
    """Draw what of the prompt the title left out, links that no button can hold, and the small print."""
    prompt = job.request.prompt
    items: list[Item[LayoutView]] = []
    if prompt and not hides_prompt and not is_all_of(heading(prompt, _TITLE), prompt):
        items.append(text(code_block(prompt, max(_MIN_PROMPT, PROMPT_SHOWN - len(written)))))
    if written:
        items.append(text(written))
    media = "" if job.reel else media_line(language, job.request)
    lines = [
        language.text("card.hidden-prompt") if hides_prompt else "",
        original_line(language, context.clip, context.copy_expires),
        language.text("card.with", media=media) if media else "",
        _credit(language, job),
        # Of what this version cannot read, the request is not known; a reel is of several.
        "" if job.other_version or job.reel else _request_line(language, job),
        *defaults_line(language, job.request.defaults),
        f"#{called_by(job).short}",
    ]
    items.append(text("\n".join(f"-# {line}" for line in lines if line)))
    return items


def _colour(job: Job) -> discord.Colour:
    """Return the colour of how a job stands; a scene that waits for the others lacks nothing."""
    return _COLOURS[Stage.DELIVERED if job.stage is Stage.HELD and job.scene is not None else job.stage]


def _credit(language: Language, job: Job) -> str:
    """Name those whose media go into the video, beside its own member; no one is pinged by it."""
    authors = job.request.others(job.user_id)
    if not authors:
        return ""
    theirs = [file for file in job.request.stored if not {*file.author_ids}.isdisjoint(authors)]
    picture = len(authors) == 1 and all(file.kind is Kind.IMAGE for file in theirs)
    members = language.all_of([f"<@{author}>" for author in authors])
    return language.text("card.image-by" if picture else "card.media-by", members=members)


def _request_line(language: Language, job: Job) -> str:
    """Write a job's choices and price in one line; of takes that are shown together, those of the first, and how many.

    What they cost is the sum.
    """
    request = job.group[0].request if job.group else job.request
    line = request_line(language, request, price_of_all(job), job.made_seconds, expected=has_expected_length(job))
    about = language.text("card.takes", count=job.takes) if job.group else take_text(language, job)
    return " · ".join(filter(None, (about, line)))


def _whose(language: Language, job: Job) -> str:
    member = f"<@{job.user_id}>"
    if job.reel:
        return language.text("card.scenes-for" if job.scene else "card.reel-by", count=len(job.reel), member=member)
    return language.text("card.shared-by" if job.share else "card.for", member=member)


def _is_shareable_from(job: Job, route: Route | None) -> bool:
    """Tell whether its owner has the clip to themselves, in a place where others are."""
    with_others = job.reply.guild_id is not None or not job.reply.bot_reaches
    return with_others and (route is Route.ASKED or (job.reply.private and route is not Route.DIRECT))


def _deletion(job: Job) -> list[CustomId[str]]:
    return [custom_ids.DELETE] if (job.ended or job.stage is Stage.HELD) and not job.other_version else []


def _actions(job: Job, now: float, *, has_own_reply: bool = True) -> list[CustomId[str]]:
    if job.other_version or job.deleted:
        return []
    if job.stage is Stage.HELD:
        return [custom_ids.CLIP]
    if job.stage in ENDS:
        # What was posted of scenes before one that is missing goes on from there.
        missing = job.scene is not None and (job.stage is not Stage.DELIVERED or (job.share and job.scene.to_come))
        rest = [custom_ids.REST_OF_SCENES] if missing else []
        return [*rest, *of_scenes(job, remedies(job))]
    waits = any(take.stage is Stage.WAITING for take in job.group or (job,))
    actions = [custom_ids.CANCEL] if waits else []
    if has_own_reply and needs_new_token(job, now):
        actions.append(custom_ids.BRING)
    return actions
