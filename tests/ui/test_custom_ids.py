import re

import discord
from discord.ui import Button, DynamicItem
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_limits import MAX_CUSTOM_ID
from bot.domain.ids import new_job_id
from bot.ui import custom_ids
from bot.ui.custom_ids import PageOf, Verb


@given(st.sampled_from(Verb))
def test_a_button_remembers_its_verb_and_job(verb):
    job_id = new_job_id()
    custom_id = custom_ids.encode(verb, job_id)
    assert len(custom_id) <= MAX_CUSTOM_ID
    assert custom_ids.decode(custom_id) == (verb, job_id)


@given(st.integers(1, 2**64 - 1), st.integers(0, 10**9), st.text(max_size=200))
def test_a_page_survives_whatever_was_searched(user_id, number, user_input):
    custom_id = custom_ids.encode_page(PageOf(user_id, number, user_input))
    assert len(custom_id.encode("utf-16-le", "surrogatepass")) // 2 <= MAX_CUSTOM_ID
    page = custom_ids.decode_page(custom_id)
    assert page == PageOf(user_id, min(number, 99_999), custom_ids.search_text(user_input))
    assert custom_ids.search_text(page.search) == page.search
    assert custom_ids.decode(custom_id) is None


def test_no_template_matches_what_another_matches():
    job_id = new_job_id()
    for verb in Verb:
        matching = [v for v in Verb if re.fullmatch(custom_ids.template(v), custom_ids.encode(verb, job_id))]
        assert matching == [verb]


def test_a_short_search_stays_as_typed_and_a_long_one_is_cut():
    assert custom_ids.search_text("  a  red: fox ") == "a red: fox"
    assert custom_ids.search_text("狐" * 100) == "狐" * custom_ids.MAX_SEARCH


def test_a_foreign_custom_id_is_nobodys():
    assert custom_ids.decode("seedreel:explode:" + new_job_id()) is None
    assert custom_ids.decode("seedreel:cancel:short") is None
    assert custom_ids.decode_page("seedreel:page:x:1:") is None


def test_the_library_takes_the_templates():
    class Cancel(DynamicItem[Button], template=custom_ids.template(Verb.CANCEL)):
        pass

    class JobPage(DynamicItem[Button], template=custom_ids.PAGE_TEMPLATE):
        pass

    Cancel(discord.ui.Button(custom_id=custom_ids.encode(Verb.CANCEL, new_job_id())))
    JobPage(discord.ui.Button(custom_id=custom_ids.encode_page(PageOf(1, 2, "a:b"))))
