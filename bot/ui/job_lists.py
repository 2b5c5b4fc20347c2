"""Many videos on one card: the overview, which shows how each is doing, and a page of the history, with pictures."""

from collections.abc import Container, Sequence

import discord
from discord.ui import ActionRow, Button, Item, LayoutView, Section, Select, TextDisplay, Thumbnail

from bot.discord_limits import MAX_CHOICE_NAME
from bot.domain.job import Job
from bot.domain.pauses import PausedBy
from bot.domain.stages import AT_PROVIDER, Stage
from bot.studio.ports.pages import JobPage, Listed, ListedPage, Place
from bot.ui import custom_ids, texts
from bot.ui.chain_texts import part_text
from bot.ui.components import (
    NEUTRAL,
    STAR_MARK,
    Card,
    action_button,
    action_row,
    date_time,
    message_link,
    page_buttons,
    relative_time,
    text,
)
from bot.ui.custom_ids import CustomId, HistoryPage, ManagedPage, OlderPage
from bot.ui.language import Language
from bot.ui.sanitize import code_line, heading, visible_line
from bot.ui.take_texts import take_text

MAX_SHOWN = 8
"""Videos on one card: their lines stay under MAX_CARD_TEXT, and their parts under Discord's 40 components."""
_PROMPT_SHOWN = 90
# Of a picture: who cannot see it hears this much of the prompt.
_MAX_ALT = 200


def overview_card(language: Language, listed: Sequence[Listed], user_id: int, now: float) -> Card:
    """Draw the private card of `/status` without a video: how those running are doing, then the latest finished ones.

    `now` in UTC seconds.
    """
    mine = [each for each in listed if each.job.user_id == user_id]
    title = f"### {language.text('status.title')}"
    if not mine:
        return Card(NEUTRAL, [text(f"{title}\n{language.text('job-list.empty')}")])
    running = [each for each in mine if _is_running(each.job)]
    shown = [*running, *(each for each in mine if each not in running)][:MAX_SHOWN]
    updated = f"\n-# {language.text('status.updated', time=relative_time(now))}" if running else ""
    items: list[Item[LayoutView]] = [text(title + updated)]
    items += [_overview_row(language, each, now) for each in shown]
    items.append(_open_select(language, [each.job for each in shown], custom_ids.OPEN_LISTED.encode(user_id), now))
    refresh = language.text("button.refresh")
    items.append(action_row([Button[LayoutView](label=refresh, custom_id=custom_ids.OVERVIEW.encode(user_id))]))
    items.append(text(f"-# {language.text('status.footer')}"))
    return Card(NEUTRAL, items)


def history_card(
    language: Language,
    page: JobPage,
    search: str,
    user_id: int,
    now: float,
    posters: Container[str] = (),
    *,
    favourites: bool = False,
) -> Card:
    """Draw a page of `/history`, or of its `favourites`.

    `search` as typed, or empty. `posters`: the ids of the jobs whose pictures go out with the card, each as a file
    named `poster_name`. `now` in UTC seconds.
    """
    search = custom_ids.search_text(search)
    title = f"### {language.text('history.favourites' if favourites else 'history.title')}"
    none = language.text("history.no-favourites") if favourites and not search and not page.jobs else ""
    items: list[Item[LayoutView]] = [text(f"{title}\n{none or _about_page(language, page, search)}")]
    shown = page.jobs[:MAX_SHOWN]
    items += [_history_row(language, job, page, with_poster=job.id in posters) for job in shown]
    if shown:
        if page.before is None:
            opens = custom_ids.OPEN_STARRED if favourites else custom_ids.OPEN_FOUND
            custom_id = opens.encode(HistoryPage(user_id, page.number, search))
        else:
            custom_id = custom_ids.OPEN_OLDER.encode(OlderPage(page.before.job_id, page.number, search))
        items.append(_open_select(language, shown, custom_id, now))
    turns = custom_ids.STARRED if favourites else custom_ids.HISTORY
    if buttons := _history_buttons(language, page, search, user_id, turns):
        items.append(action_row(buttons))
    return Card(NEUTRAL, items)


def _about_page(language: Language, page: JobPage, search: str) -> str:
    """Say how many there are, or were found so far, between which times, and which page this is."""
    looked_for = code_line(search, custom_ids.MAX_SEARCH)
    so_far = page.searched_to is not None
    places = [language.text("history.before", time=date_time(page.before.created))] if page.before else []
    if page.searched_to:
        places.append(language.text("history.searched-to", time=date_time(page.searched_to.created)))
    if not page.jobs:
        if not search:
            return language.text("job-list.empty")
        missing = "history.nothing-so-far" if so_far else "history.nothing-older" if places else "history.nothing-found"
        nothing = language.text(missing, search=looked_for)
        return f"{nothing}\n-# {' · '.join(places)}" if places else nothing
    if search:
        found = "history.found-so-far" if so_far else "history.found"
        count = language.text(found, count=page.total, search=looked_for)
    else:
        count = language.text("history.count", count=page.total)
    if so_far:
        where = language.text("history.page-so-far", number=page.number)
    else:
        where = language.text("history.page", number=page.number, pages=page.pages)
    return f"-# {' · '.join([count, *places, where])}"


def _history_buttons(
    language: Language, page: JobPage, search: str, user_id: int, turns: CustomId[HistoryPage]
) -> list[Button[LayoutView]]:
    """Make the buttons to other pages; beyond the last of what was found so far the search goes on."""

    def to(number: int, before: Place | None) -> str:
        if before is None:
            return turns.encode(HistoryPage(user_id, number, search))
        return custom_ids.OLDER.encode(OlderPage(before.job_id, number, search))

    def button(label: str, custom_id: str, *, disabled: bool = False) -> Button[LayoutView]:
        return Button[LayoutView](label=language.text(label), custom_id=custom_id, disabled=disabled)

    number, pages, buttons = page.number, page.pages, []
    if page.before and number <= 1:
        buttons.append(button("button.newest", to(1, None)))
    elif pages > 1:
        buttons.append(button("button.newer", to(number - 1, page.before), disabled=number <= 1))
    if page.searched_to and number >= pages:
        buttons.append(button("button.search-older", to(1, page.searched_to)))
    elif pages > 1:
        buttons.append(button("button.older", to(number + 1, page.before), disabled=number >= pages))
    return buttons


def managed_card(language: Language, page: ListedPage, guild_id: int | None, now: float) -> Card:
    """Draw what is being made in a server, or (None) anywhere, for one who manages it; `now` in UTC seconds.

    Of what only its member sees, the prompt is hidden and no message linked.
    """
    title = f"### {language.text('admin.videos' if guild_id is not None else 'admin.videos-everywhere')}"
    count = language.text("history.count", count=page.total)
    where = language.text("history.page", number=page.number, pages=page.pages)
    updated = language.text("status.updated", time=relative_time(now))
    about = f"-# {count} · {where} · {updated}" if page.listed else language.text("admin.no-videos")
    items: list[Item[LayoutView]] = [text(f"{title}\n{about}")]
    items += [
        _managed_row(language, each, ManagedPage(guild_id, page.number, each.job.id), now) for each in page.listed
    ]
    refresh = custom_ids.MANAGED.encode(ManagedPage(guild_id, page.number))
    items.append(action_row([Button[LayoutView](label=language.text("button.refresh"), custom_id=refresh)]))
    if page.pages > 1:

        def encode(number: int) -> str:
            return custom_ids.MANAGED.encode(ManagedPage(guild_id, number))

        items.append(page_buttons(language, page.number, page.pages, encode))
    return Card(NEUTRAL, items)


def _managed_row(language: Language, listed: Listed, at: ManagedPage, now: float) -> Item[LayoutView]:
    job = listed.job
    only_theirs = job.reply.private or job.reply.guild_id is None
    progress = [*_progress(language, listed, now), language.text("card.for", member=f"<@{job.user_id}>")]
    line = _line(language, job, progress, language.text("admin.private-video") if only_theirs else "")
    if job.stage is not Stage.WAITING or job.other_version:
        return line
    cancel = language.text("button.cancel")
    return _with(line, Button[LayoutView](label=cancel, custom_id=custom_ids.CANCEL_MANAGED.encode(at)))


def poster_name(job_id: str) -> str:
    """Name the file of a job's poster, as it goes out with a card."""
    return f"poster-{job_id}.jpg"


def job_choice(language: Language, job: Job, now: float) -> str:
    """Name a job in an autocomplete list, in at most 100 characters: prompt, stage, age."""
    take = f" · {take_text(language, job)}" if job.lead_id is not None else ""
    tail = f" · {texts.state_word(language, job)}{take} · {age(language, now - job.created)} · #{job.short}"
    return visible_line(job.request.prompt, MAX_CHOICE_NAME - len(tail)) + tail


def age(language: Language, seconds: float) -> str:
    """Write how long ago something was, in its largest unit."""
    if seconds < 60:
        return language.text("job-list.just-now")
    return language.text("job-list.age", duration=language.duration(seconds))


def _is_running(job: Job) -> bool:
    return not job.ended and job.stage is not Stage.HELD


def _overview_row(language: Language, listed: Listed, now: float) -> Item[LayoutView]:
    job = listed.job
    line = _line(language, job, _progress(language, listed, now), parts=listed.parts)
    if job.other_version:
        return line
    if job.stage is Stage.WAITING:
        return _with(line, action_button(language, custom_ids.CANCEL_LISTED, job.id))
    if not _is_running(job) and (listed.has_clip or job.stage is Stage.HELD):
        button = action_button(language, custom_ids.CLIP, job.id)
        button.style = discord.ButtonStyle.secondary  # one among many
        return _with(line, button)
    return line


def _history_row(language: Language, job: Job, page: JobPage, *, with_poster: bool) -> Item[LayoutView]:
    line = _line(language, job, [STAR_MARK] if job.id in page.starred else [], parts=page.parts.get(job.id, 1))
    if not with_poster:
        return line
    alt = visible_line(job.request.prompt, _MAX_ALT)
    return _with(line, Thumbnail[LayoutView](f"attachment://{poster_name(job.id)}", description=alt))


def _with(line: TextDisplay[LayoutView], beside: Item[LayoutView]) -> Section[LayoutView]:
    return Section[LayoutView](line, accessory=beside)


def _line(
    language: Language, job: Job, progress: list[str], hidden: str = "", parts: int = 1
) -> TextDisplay[LayoutView]:
    """Write a job in two lines: what; its stage, how it is doing, when, id and where. Its age counts by itself.

    `hidden` stands in place of a prompt that is not for the reader. `parts` as in `Listed`.
    """
    state = (texts.state_word(language, job), take_text(language, job), part_text(language, job, parts))
    about = [*filter(None, state), *progress, relative_time(job.created), f"`#{job.short}`"]
    if (url := message_link(job)) and not (hidden or job.deleted):
        about.append(f"[{language.text('button.message')}]({url})")
    title = hidden or heading(job.request.prompt, _PROMPT_SHOWN) or language.text("card.untitled")
    return text(f"**{title}**\n-# {' · '.join(about)}")


def _progress(language: Language, listed: Listed, now: float) -> list[str]:
    """Say how a running job is doing, as far as it is known."""
    job, forecast, parts = listed.job, listed.forecast, []
    if forecast.holdup is not None:
        parts.append(language.text("status.delayed"))
    if job.stage is Stage.WAITING:
        if by := forecast.paused:
            return [language.text("status.paused-for-credits" if by is PausedBy.BALANCE else "status.paused")]
        if forecast.place is not None:
            parts.append(
                language.text("status.place", place=forecast.place)
                if forecast.place > 1
                else language.text("status.next")
            )
    if job.stage not in AT_PROVIDER:
        return parts
    if job.percent is not None:
        parts.append(language.percent(job.percent))
    if forecast.silent:
        parts.append(language.text("status.silent"))
    elif forecast.overdue:
        parts.append(language.text("status.overdue"))
    elif forecast.ready_at is not None:
        left = forecast.ready_at - now
        parts.append(
            language.text("status.ready-in", duration=language.duration(left))
            if left >= 1
            else language.text("status.ready-soon")
        )
    return parts


def _open_select(language: Language, jobs: Sequence[Job], custom_id: str, now: float) -> ActionRow[LayoutView]:
    options = [
        discord.SelectOption(
            label=visible_line(job.request.prompt, MAX_CHOICE_NAME),
            value=job.id,
            description=f"{texts.state_word(language, job)} · {age(language, now - job.created)} · #{job.short}",
        )
        for job in jobs
    ]
    placeholder = language.text("job-list.open")
    return ActionRow[LayoutView](Select[LayoutView](custom_id=custom_id, placeholder=placeholder, options=options))
