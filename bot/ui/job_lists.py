"""Many jobs on one card: what runs and what came of the latest, and a page of everything."""

from collections.abc import Sequence

from discord.ui import Item, LayoutView

from bot.discord_limits import MAX_CHOICE_NAME
from bot.domain.assets import Asset
from bot.domain.job import Job
from bot.domain.stages import Stage
from bot.studio.ports.stores import JobPage
from bot.ui import custom_ids, texts
from bot.ui.components import NEUTRAL, Card, message_link, paging, relative_time, text
from bot.ui.custom_ids import HistoryPage
from bot.ui.language import Language
from bot.ui.sanitize import code_line, visible_line

# Ten lines with their links stay under MAX_CARD_TEXT.
MAX_SHOWN = 10
_PROMPT_SHOWN = 90


def overview_card(language: Language, jobs: Sequence[Job], user_id: int) -> Card:
    """Draw the private card of `/status` without a job: those running, then the latest of the others."""
    mine = [job for job in jobs if job.user_id == user_id]
    if not mine:
        return Card(NEUTRAL, [text(f"### Your jobs\n{texts.NOTHING_RUNNING}")])
    running = [job for job in mine if not job.ended and job.stage is not Stage.HELD]
    others = [job for job in mine if job not in running]
    items: list[Item[LayoutView]] = [text("### Your jobs")]
    items += [text(job_line(language, job)) for job in [*running, *others][:MAX_SHOWN]]
    items.append(text("-# `/status` with a job shows its card and hands you its clip · `/history` lists everything"))
    return Card(NEUTRAL, items)


def history_card(language: Language, page: JobPage, search: str, user_id: int) -> Card:
    """Draw a page of `/history`; `search` as typed, or empty."""
    search = custom_ids.search_text(search)
    found = f" with {code_line(search, custom_ids.MAX_SEARCH)}" if search else ""
    if not page.jobs:
        nothing = f"No prompt of yours{found}. Try another word." if search else texts.NOTHING_YET
        return Card(NEUTRAL, [text(f"### Your history\n{nothing}")])
    count = "1 job" if page.total == 1 else f"{page.total:,} jobs"
    items: list[Item[LayoutView]] = [text(f"### Your history\n-# {count}{found} · page {page.number} of {page.pages}")]
    items += [text(job_line(language, job)) for job in page.jobs[:MAX_SHOWN]]
    if page.pages > 1:
        items.append(
            paging(
                page.number, page.pages, lambda number: custom_ids.HISTORY.encode(HistoryPage(user_id, number, search))
            )
        )
    return Card(NEUTRAL, items)


def job_line(language: Language, job: Job) -> str:
    """Write a job in two lines: what; stage, when, id and where. Its age counts by itself in Discord."""
    parts = [f"**{texts.state_word(language, job)}**", relative_time(job.created), f"`#{job.short}`"]
    if url := message_link(job):
        parts.append(f"[message]({url})")
    return f"{code_line(job.request.prompt, _PROMPT_SHOWN)}\n-# {' · '.join(parts)}"


def job_choice(language: Language, job: Job, now: float) -> str:
    """Name a job in an autocomplete list, in at most 100 characters: prompt, stage, age."""
    tail = f" · {texts.state_word(language, job)} · {age(now - job.created)} · #{job.short}"
    return visible_line(job.request.prompt, MAX_CHOICE_NAME - len(tail)) + tail


def asset_choice(asset: Asset) -> str:
    """Name an asset in a list of choices, in at most 100 characters: its name, and what it is."""
    tail = f" · {asset.kind}"
    return visible_line(asset.name, MAX_CHOICE_NAME - len(tail)) + tail


def age(seconds: float) -> str:
    """Write a span in seconds in its largest unit."""
    for length, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length:
            return f"{int(seconds // length)} {unit} ago"
    return "just now"
