"""Many jobs on one card: what runs and what came of the latest, and a page of everything."""

from collections.abc import Sequence

import discord
from discord.ui import Button, Item, LayoutView

from bot.discord_limits import MAX_CHOICE_NAME
from bot.domain.assets import Asset
from bot.domain.job import Job
from bot.domain.stages import Stage
from bot.studio.ports import Page
from bot.ui import custom_ids, texts
from bot.ui.card import Card, countdown, row, text
from bot.ui.custom_ids import PageOf
from bot.ui.disarm import one_line, plain_line
from bot.ui.places import message_link

# Ten lines with their links stay under MAX_CARD_TEXT.
SHOWN_MOST = 10
_PROMPT_SHOWN = 90
_COLOUR = discord.Colour(0x5B8DEF)


def overview_card(jobs: Sequence[Job], user_id: int) -> Card:
    """Draw the private card of `/status` without a job: those running, then the latest of the others."""
    mine = [job for job in jobs if job.user_id == user_id]
    if not mine:
        return Card(_COLOUR, [text(f"### Your jobs\n{texts.NOTHING_RUNNING}")])
    running = [job for job in mine if not job.ended and job.stage is not Stage.HELD]
    others = [job for job in mine if job not in running]
    items: list[Item[LayoutView]] = [text("### Your jobs")]
    items += [text(job_line(job)) for job in [*running, *others][:SHOWN_MOST]]
    items.append(text("-# `/status` with a job shows its card and hands you its clip · `/history` lists everything"))
    return Card(_COLOUR, items)


def history_card(page: Page, search: str, user_id: int) -> Card:
    """Draw a page of `/history`; `search` as typed, or empty."""
    search = custom_ids.search_text(search)
    found = f" with {one_line(search, custom_ids.SEARCH_MOST)}" if search else ""
    if not page.jobs:
        nothing = f"No prompt of yours{found}. Try another word." if search else texts.NOTHING_YET
        return Card(_COLOUR, [text(f"### Your history\n{nothing}")])
    count = "1 job" if page.total == 1 else f"{page.total:,} jobs"
    items: list[Item[LayoutView]] = [text(f"### Your history\n-# {count}{found} · page {page.number} of {page.pages}")]
    items += [text(job_line(job)) for job in page.jobs[:SHOWN_MOST]]
    if page.pages > 1:
        items.append(row(_paging(page, search, user_id)))
    return Card(_COLOUR, items)


def job_line(job: Job) -> str:
    """Write a job in two lines: what; stage, when, id and where. Its age counts by itself in Discord."""
    parts = [f"**{texts.state_word(job)}**", countdown(job.created), f"`#{job.short}`"]
    if url := message_link(job):
        parts.append(f"[message]({url})")
    return f"{one_line(job.request.prompt, _PROMPT_SHOWN)}\n-# {' · '.join(parts)}"


def job_choice(job: Job, now: float) -> str:
    """Name a job in an autocomplete list, in at most 100 characters: prompt, stage, age."""
    tail = f" · {texts.state_word(job)} · {age(now - job.created)} · #{job.short}"
    return plain_line(job.request.prompt, MAX_CHOICE_NAME - len(tail)) + tail


def asset_choice(asset: Asset) -> str:
    """Name an asset in a list of choices, in at most 100 characters: its name, and what it is."""
    tail = f" · {asset.kind}"
    return plain_line(asset.name, MAX_CHOICE_NAME - len(tail)) + tail


def age(seconds: float) -> str:
    """Write a span in seconds in its largest unit."""
    for length, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length:
            return f"{int(seconds // length)} {unit} ago"
    return "just now"


def _paging(page: Page, search: str, user_id: int) -> list[Button[LayoutView]]:
    return [
        _turn("Newer", PageOf(user_id, page.number - 1, search), possible=page.number > 1),
        _turn("Older", PageOf(user_id, page.number + 1, search), possible=page.number < page.pages),
    ]


def _turn(label: str, to: PageOf, *, possible: bool) -> Button[LayoutView]:
    return Button[LayoutView](label=label, custom_id=custom_ids.encode_page(to), disabled=not possible)
