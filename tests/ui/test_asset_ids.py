"""What the buttons about assets remember."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_limits import MAX_CUSTOM_ID
from bot.domain.ids import new_job_id
from bot.ui import asset_ids, custom_ids
from bot.ui.asset_ids import Agree, Go, Remove, Step, TurnTo
from bot.ui.custom_ids import PageOf, Verb

ids = st.builds(new_job_id)
pages = st.integers(0, 9999)
names = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60).filter(asset_ids.remembers)
presses = st.one_of(
    st.builds(TurnTo, pages),
    st.builds(Remove, ids, pages, sure=st.booleans()),
    st.builds(Agree, names),
    st.builds(Go, st.sampled_from(Step), ids),
)


@given(presses)
def test_a_button_remembers_what_it_is_for(press):
    custom_id = asset_ids.encode(press)
    assert len(custom_id.encode("utf-16-le")) // 2 <= MAX_CUSTOM_ID
    assert asset_ids.decode(custom_id) == press


@given(presses)
def test_no_other_doorman_takes_it(press):
    custom_id = asset_ids.encode(press)
    assert custom_ids.decode(custom_id) is None
    assert custom_ids.decode_page(custom_id) is None


@given(st.sampled_from(Verb), st.text(max_size=60))
def test_it_takes_no_other_doormans(verb, user_input):
    assert asset_ids.decode(custom_ids.encode(verb, new_job_id())) is None
    assert asset_ids.decode(custom_ids.encode_page(PageOf(7, 1, user_input))) is None


@pytest.mark.parametrize(
    "custom_id",
    [
        "",
        "seedreel:agree:",
        "seedreel:verify:eat:" + "a" * 20,
        "seedreel:verify:open:short",
        "seedreel:assets:page:x",
        "seedreel:assets:page:12345",
        "seedreel:assets:remove:" + "a" * 20,
    ],
)
def test_what_is_broken_is_nobodys(custom_id):
    assert asset_ids.decode(custom_id) is None


def test_pages_beyond_any_list_are_cut():
    assert asset_ids.decode(asset_ids.encode(TurnTo(10**6))) == TurnTo(9999)
    assert asset_ids.decode(asset_ids.encode(TurnTo(-1))) == TurnTo(0)


def test_a_name_that_no_button_can_remember_is_known_as_such():
    assert asset_ids.remembers("x" * 60)
    assert not asset_ids.remembers("\N{FOX FACE}" * 60)
    with pytest.raises(ValueError, match="remember"):
        asset_ids.encode(Agree("\N{FOX FACE}" * 60))
