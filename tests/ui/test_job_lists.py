from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.job import DeliveryAttempt
from bot.domain.pauses import PausedBy
from bot.domain.progress import Forecast, Holdup
from bot.domain.reply import Route
from bot.domain.scenes import Scene
from bot.domain.stages import Reason, Stage
from bot.studio.history import PAGE_SIZE
from bot.studio.ports.pages import JobPage, Listed, ListedPage, Place
from bot.ui import custom_ids
from bot.ui.custom_ids import HistoryPage, ManagedPage
from bot.ui.job_lists import MAX_SHOWN, age, history_card, job_choice, managed_card, overview_card, poster_name
from tests.languages import ENGLISH
from tests.ui.drawn import assert_fits, buttons, labels, parts, words
from tests.ui.jobs import NOW, PLAIN, REPLY, a_job, any_forecast, any_job, nasty_texts

SELECT, SECTION, THUMBNAIL = 3, 9, 11
WORST = replace(
    PLAIN,
    request=replace(PLAIN.request, prompt="\U0001f600" * 6000),
    reply=replace(REPLY, guild_id=2**64 - 1, channel_id=2**64 - 1, message_id=2**64 - 1),
    stage=Stage.HELD,
)


class Every:
    """Every job has a poster."""

    def __contains__(self, _job_id):
        return True


def overview(*listed, now=NOW):
    return overview_card(ENGLISH, listed, 7, now)


def of(job, has_clip=False, **forecast):
    return Listed(job, Forecast(**forecast), has_clip)


def page_of(*jobs, number=1, pages=1, total=None):
    return JobPage(jobs, number, pages, len(jobs) if total is None else total)


def history(page, search="", posters=()):
    return history_card(ENGLISH, page, search, 7, NOW, posters)


def select(card):
    [found] = [part for part in parts(card) if part["type"] == SELECT]
    assert 1 <= len(found["options"]) <= 25
    assert len(found["placeholder"]) <= 150
    for option in found["options"]:
        assert 1 <= len(option["label"]) <= 100
        assert 1 <= len(option["description"]) <= 100
        assert 1 <= len(option["value"]) <= 100
    return found


def several(strategy, most):
    """Lists of jobs, as a store gives them: no id twice."""
    return st.lists(strategy, max_size=most, unique_by=lambda job: job.id)


def test_as_many_are_asked_for_as_are_shown():
    assert PAGE_SIZE == MAX_SHOWN == 8


@settings(max_examples=30)
@given(several(any_job, 12), nasty_texts, st.integers(1, 99_998), st.booleans())
def test_any_page_fits(jobs, search, number, with_posters):
    card = history_card(
        ENGLISH, JobPage(tuple(jobs), number, 10**5, 10**6), search, 2**64 - 1, NOW, Every() if with_posters else ()
    )
    assert_fits(card)
    if jobs:
        assert [option["value"] for option in select(card)["options"]] == [job.id for job in jobs[:8]]


@settings(max_examples=30)
@given(several(any_job, 25), st.lists(any_forecast, min_size=25, max_size=25), st.booleans())
def test_any_overview_fits(jobs, forecasts, has_clip):
    jobs = [replace(job, user_id=7) for job in jobs]
    card = overview(*(Listed(job, forecast, has_clip) for job, forecast in zip(jobs, forecasts, strict=False)))
    assert_fits(card)
    if jobs:
        select(card)


def test_the_fullest_cards_fit_with_a_picture_or_a_button_beside_every_line():
    eight = [replace(WORST, id=f"{at:020}") for at in range(8)]
    ends = Place("n" * 20, NOW), Place("o" * 20, NOW)
    found = JobPage(tuple(eight), 99_999, 10**5, 10**6, *ends)
    page = history_card(ENGLISH, found, "狐" * 56, 2**64 - 1, NOW, Every())
    assert_fits(page)
    assert sum(part["type"] == THUMBNAIL for part in parts(page)) == 8
    assert len(list(parts(page))) == 31
    running = [
        of(replace(job, stage=Stage.RENDERING, percent=100), silent=True, ready_at=NOW + 9 * 86400) for job in eight
    ]
    full = [overview(*(of(job, has_clip=True) for job in eight)), overview(*running)]
    for card in full:
        assert_fits(card)
    assert sum(part["type"] == SECTION for part in parts(full[0])) == 8
    assert len(list(parts(full[0]))) == 31


def test_a_line_says_what_when_where():
    line = words(history(page_of(a_job(Stage.DELIVERED))))
    assert "**a fox in the snow**\n-# Done · " in line
    assert f"<t:{int(NOW) - 60}:R>" in line
    assert "[Jump to message](https://discord.com/channels/33/22/44)" in line


def test_the_link_leads_to_where_the_clip_is():
    def line(**changes):
        return words(history(page_of(a_job(Stage.DELIVERED, **changes))))

    assert "/33/22/55)" in line(attempt=DeliveryAttempt(Route.CHANNEL, 22, "n", NOW, message_id=55))
    private = replace(REPLY, private=True)
    direct = DeliveryAttempt(Route.DIRECT, 66, "n", NOW, message_id=55)
    assert "/@me/66/55)" in line(reply=private, attempt=direct)
    asked = DeliveryAttempt(Route.ASKED, 22, "n", NOW, message_id=55)
    assert "discord.com" not in line(reply=private, attempt=asked)


def test_running_ones_come_first_and_other_members_never():
    jobs = [a_job(Stage.DELIVERED), a_job(Stage.RENDERING), replace(a_job(Stage.QUEUED), user_id=8)]
    told = words(overview(*map(of, jobs)))
    assert told.index("Rendering") < told.index("Done")
    assert "Queued" not in told


@pytest.mark.parametrize(
    ("stage", "changes", "forecast", "said"),
    [
        (Stage.WAITING, {}, {"place": 1}, "-# Waiting · next in line ·"),
        (Stage.WAITING, {}, {"place": 3}, "-# Waiting · number 3 in line ·"),
        (Stage.WAITING, {}, {"place": 3, "paused": PausedBy.STORAGE}, "· paused, starts automatically ·"),
        (Stage.WAITING, {}, {"place": 3, "paused": PausedBy.BALANCE}, "· waiting for credits, starts automatically ·"),
        (Stage.RENDERING, {"percent": 64}, {"ready_at": NOW + 125}, "· 64% · ready in about 2 minutes ·"),
        (Stage.QUEUED, {}, {"ready_at": NOW + 40}, "-# Queued · ready in about 40 seconds ·"),
        (Stage.RENDERING, {"percent": 97}, {"ready_at": NOW - 5}, "· 97% · ready any moment ·"),
        (Stage.READY, {}, {"holdup": Holdup.NO_ROOM}, "-# Rendered · delayed, open it to see why · <t:"),
        (Stage.RENDERING, {"percent": 0}, {}, "-# Rendering · 0% · <t:"),
        (Stage.RENDERING, {"percent": 9}, {"ready_at": NOW, "silent": True}, "9% · the video service isn't answering"),
        (Stage.RENDERING, {"percent": 9}, {"ready_at": NOW, "overdue": True}, "9% · taking much longer than usual"),
        (Stage.DELIVERED, {"percent": 100}, {}, "-# Done · <t:"),
    ],
)
def test_an_overview_says_how_each_is_doing(stage, changes, forecast, said):
    assert said in words(overview(of(a_job(stage, **changes), **forecast)))


def test_an_overview_that_changes_says_how_old_it_is():
    assert f"Updated <t:{int(NOW)}:R>" in words(overview(of(a_job(Stage.QUEUED))))
    assert "Updated" not in words(overview(of(a_job(Stage.DELIVERED))))


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("has_clip", [False, True])
def test_what_can_be_done_stands_beside_the_line(stage, has_clip):
    card = overview(of(a_job(stage), has_clip))
    expected = {Stage.WAITING: ["Cancel"], Stage.HELD: ["Get the video"]}.get(stage, [])
    if has_clip and stage in {Stage.DELIVERED, Stage.FAILED, Stage.CANCELLED}:
        expected = ["Get the video"]
    assert labels(card) == [*expected, "Refresh"]


def test_what_another_version_wrote_can_only_be_opened():
    card = overview(of(a_job(Stage.FAILED, reason=Reason.OTHER_VERSION), has_clip=True))
    assert labels(card) == ["Refresh"]


def test_a_picture_says_what_it_shows():
    [thumbnail] = [part for part in parts(history(page_of(PLAIN), posters={PLAIN.id})) if part["type"] == THUMBNAIL]
    assert thumbnail["media"]["url"] == f"attachment://{poster_name(PLAIN.id)}"
    assert thumbnail["description"] == "a fox in the snow"
    assert [part for part in parts(history(page_of(PLAIN))) if part["type"] == THUMBNAIL] == []


def test_what_is_opened_is_chosen_by_what_was_asked_for():
    found = select(history(page_of(a_job(Stage.DELIVERED), number=2, pages=3, total=17), "fox"))
    [option] = found["options"]
    assert (option["label"], option["value"]) == ("a fox in the snow", PLAIN.id)
    assert option["description"] == f"Done · 1 minute ago · #{PLAIN.short}"
    assert custom_ids.OPEN_FOUND.decode(found["custom_id"]) == HistoryPage(7, 2, "fox")
    listed = select(overview(of(PLAIN)))
    assert custom_ids.OPEN_LISTED.decode(listed["custom_id"]) == 7


@pytest.mark.parametrize(("number", "disabled"), [(1, [True, False]), (2, [False, False]), (3, [False, True])])
def test_paging_ends_where_the_pages_end(number, disabled):
    card = history(page_of(PLAIN, number=number, pages=3, total=21), "fox")
    assert [button["disabled"] for button in buttons(card)] == disabled
    pages = [custom_ids.HISTORY.decode(button["custom_id"]) for button in buttons(card)]
    assert [(page.user_id, page.number, page.search) for page in pages] == [
        (7, number - 1, "fox"),
        (7, number + 1, "fox"),
    ]


@pytest.mark.parametrize(
    ("total", "search", "said"),
    [
        (1, "", "1 video · page 1 of 1"),
        (1234, "", "1,234 videos · page 1 of 155"),
        (1, "fox", "1 video matches `fox` · page 1 of 1"),
        (9, "fox", "9 videos match `fox` · page 1 of 2"),
    ],
)
def test_a_page_says_how_many_there_are(total, search, said):
    assert said in words(history(page_of(PLAIN, pages=-(-total // 8), total=total), search))


def test_emptiness_says_what_to_do():
    for card in (history(page_of()), overview()):
        assert "Nothing here yet. Type `/video`" in words(card)
    assert "No videos match `fox`." in words(history(page_of(), "fox"))


@given(any_job)
def test_a_choice_has_at_most_100_characters(job):
    name = job_choice(ENGLISH, job, NOW)
    assert len(name) <= 100
    assert name.endswith(f"#{job.short}")


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [(5, "just now"), (61, "1 minute ago"), (7200, "2 hours ago"), (90000, "1 day ago"), (-3, "just now")],
)
def test_ages_are_said_in_their_largest_unit(seconds, sentence):
    assert age(ENGLISH, seconds) == sentence


def managed(*listed, guild_id=2001, number=1, pages=1):
    return managed_card(ENGLISH, ListedPage(listed, number, pages, len(listed)), guild_id, NOW)


def test_managers_see_whose_videos_are_made_and_cancel_those_that_wait():
    waiting = replace(PLAIN, stage=Stage.WAITING, user_id=8)
    private = replace(
        a_job(Stage.RENDERING, percent=40), id="b" * 20, user_id=9, reply=replace(PLAIN.reply, private=True)
    )
    card = managed(of(waiting, place=2), of(private))
    said = words(card)
    assert ENGLISH.text("admin.videos") in said
    assert PLAIN.request.prompt in said
    assert "<@8>" in said
    # What only its member sees: neither what was asked for, nor where.
    [_, row] = said.split("**Private video**")
    assert "<@9>" in row
    assert "40" in row
    assert private.request.prompt not in row
    assert "discord.com" not in row
    at = ManagedPage(2001, 1, waiting.id)
    assert custom_ids.CANCEL_MANAGED.encode(at) in [button.get("custom_id") for button in buttons(card)]
    assert labels(card).count("Cancel") == 1


def test_the_fullest_page_of_a_server_s_videos_fits():
    waiting = [replace(WORST, stage=Stage.WAITING, id=f"{number:020}") for number in range(PAGE_SIZE)]
    worst = [of(each, place=9999, holdup=Holdup.NO_ROOM) for each in waiting]
    card = managed(*worst, guild_id=2**64 - 1, number=99_998, pages=99_999)
    assert_fits(card)
    assert labels(card)[-3:] == ["Refresh", "Newer", "Older"]
    assert ENGLISH.text("admin.no-videos") in words(managed(guild_id=None))


def test_a_line_says_which_part_of_how_many_it_is_by_now():
    alone, second = a_job(Stage.DELIVERED), a_job(Stage.DELIVERED, id="b" * 20, part=2)
    scene = a_job(Stage.HELD, id="c" * 20, part=2, scene=Scene(2, ("on",)))
    lengths = {alone.id: 1, second.id: 3, scene.id: 2}
    page = replace(page_of(alone, second, scene), parts=lengths)
    listed = (Listed(each, Forecast(), has_clip=False, parts=lengths[each.id]) for each in page.jobs)
    for card in (history(page), overview(*listed)):
        told = words(card)
        assert told.count("part 2 of 3") == told.count("scene 2 of 3") == 1
        assert "part 1" not in told
