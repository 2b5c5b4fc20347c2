from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.job import DeliveryAttempt
from bot.domain.reply import Route
from bot.domain.stages import Stage
from bot.studio.ports.stores import JobPage
from bot.ui import custom_ids, texts
from bot.ui.job_lists import age, history_card, job_choice, job_line, overview_card
from tests.languages import ENGLISH
from tests.ui.drawn import assert_fits, buttons, words
from tests.ui.jobs import NOW, PLAIN, REPLY, a_job, any_job, nasty_texts

WORST = replace(
    PLAIN,
    request=replace(PLAIN.request, prompt="\U0001f600" * 6000),
    reply=replace(REPLY, guild_id=2**64 - 1, channel_id=2**64 - 1, message_id=2**64 - 1),
    stage=Stage.HELD,
)


@settings(max_examples=30)
@given(st.lists(any_job, min_size=0, max_size=12), nasty_texts, st.integers(1, 99_998))
def test_any_page_fits(jobs, search, number):
    assert_fits(history_card(ENGLISH, JobPage(tuple(jobs), number, 10**5, 10**6), search, 2**64 - 1))


@settings(max_examples=30)
@given(st.lists(any_job, max_size=25))
def test_any_overview_fits(jobs):
    assert_fits(overview_card(ENGLISH, [replace(job, user_id=7) for job in jobs], 7))


def test_ten_of_the_worst_jobs_fit():
    assert_fits(history_card(ENGLISH, JobPage((WORST,) * 10, 99_999, 99_999, 10**6), "狐" * 56, 2**64 - 1))
    assert_fits(overview_card(ENGLISH, [WORST] * 10, 7))


def test_a_line_says_what_when_where():
    line = job_line(ENGLISH, a_job(Stage.DELIVERED))
    assert "`a fox in the snow`" in line
    assert "**Done**" in line
    assert f"<t:{int(NOW) - 60}:R>" in line
    assert "(https://discord.com/channels/33/22/44)" in line


def test_the_link_leads_to_where_the_clip_is():
    moved = a_job(Stage.DELIVERED, attempt=DeliveryAttempt(Route.CHANNEL, 22, "n", NOW, message_id=55))
    assert "/33/22/55)" in job_line(ENGLISH, moved)
    private = replace(REPLY, private=True)
    direct = a_job(Stage.DELIVERED, reply=private, attempt=DeliveryAttempt(Route.DIRECT, 66, "n", NOW, message_id=55))
    assert "/@me/66/55)" in job_line(ENGLISH, direct)
    asked = a_job(Stage.DELIVERED, reply=private, attempt=DeliveryAttempt(Route.ASKED, 22, "n", NOW, message_id=55))
    assert "discord.com" not in job_line(ENGLISH, asked)


def test_running_jobs_come_first_and_other_members_jobs_never():
    jobs = [a_job(Stage.DELIVERED), a_job(Stage.RENDERING), replace(a_job(Stage.QUEUED), user_id=8)]
    told = words(overview_card(ENGLISH, jobs, 7))
    assert told.index("Rendering") < told.index("Done")
    assert "Queued" not in told


@pytest.mark.parametrize(("number", "disabled"), [(1, [True, False]), (2, [False, False]), (3, [False, True])])
def test_paging_ends_where_the_pages_end(number, disabled):
    card = history_card(ENGLISH, JobPage((PLAIN,), number, 3, 21), "fox", 7)
    assert [button["disabled"] for button in buttons(card)] == disabled
    pages = [custom_ids.HISTORY.decode(button["custom_id"]) for button in buttons(card)]
    assert [(page.user_id, page.number, page.search) for page in pages] == [
        (7, number - 1, "fox"),
        (7, number + 1, "fox"),
    ]


def test_emptiness_says_what_to_do():
    empty = JobPage((), 1, 1, 0)
    assert texts.NOTHING_YET in words(history_card(ENGLISH, empty, "", 7))
    assert "`fox`" in words(history_card(ENGLISH, empty, "fox", 7))
    assert "/video" in words(overview_card(ENGLISH, [], 7))


@given(any_job)
def test_a_choice_has_at_most_100_characters(job):
    name = job_choice(ENGLISH, job, NOW)
    assert len(name) <= 100
    assert name.endswith(f"#{job.short}")


@pytest.mark.parametrize(
    ("seconds", "sentence"), [(5, "just now"), (61, "1 min ago"), (7200, "2 h ago"), (90000, "1 d ago")]
)
def test_ages_are_said_in_their_largest_unit(seconds, sentence):
    assert age(seconds) == sentence
