"""What buttons and forms remember: each row of the table alone, and what the version before has sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_limits import MAX_CUSTOM_ID, utf16_units
from bot.domain.ids import new_job_id
from bot.domain.limits import Scope
from bot.domain.member_settings import Setting
from bot.domain.money import Price
from bot.ui import custom_ids
from bot.ui.custom_ids import (
    ADD_FILES,
    AGAIN,
    AGREE,
    ASSETS,
    BRING,
    CANCEL,
    CANCEL_LISTED,
    CANCEL_MANAGED,
    CHANGE,
    CHOOSE,
    CLIP,
    COMPOSE,
    CONFIRM,
    CONSENT,
    CONTINUE,
    DELETE,
    DELETE_NOW,
    DISCARD,
    EDIT,
    EXAMPLE,
    EXTEND,
    FINISH,
    FIX,
    HISTORY,
    KEEP,
    MAKE,
    MANAGED,
    MAX_SEARCH,
    MORE,
    OLDER,
    OPEN_FOUND,
    OPEN_LISTED,
    OPEN_OLDER,
    OPEN_STARRED,
    OVERVIEW,
    PART,
    REFRESH,
    REMOVE,
    REMOVE_NOW,
    RETRY,
    SELF_TEST,
    SHARE,
    STAR,
    STARRED,
    UNSTAR,
    USAGE,
    WITHOUT_SOUND,
    AgreedPrice,
    AssetOnPage,
    Consent,
    CustomId,
    HistoryPage,
    ManagedPage,
    OlderPage,
    can_remember,
    chosen_action,
    search_text,
)
from tests.ui.compose_samples import COMPOSED, FULL, PLAIN, QUICKTIME, SILENT, TAKES, WITH_SETTINGS

ROWS = [row for row in vars(custom_ids).values() if isinstance(row, CustomId)]
JOB = "k3f9a2k3f9a2k3f9a2ab"
# Written by the encoders of commit 95d85ea; buttons and forms that bear them are still in channels.
SENT_BEFORE = [
    (FIX, JOB, "seedreel:fix:k3f9a2k3f9a2k3f9a2ab"),
    (CONFIRM, AgreedPrice(JOB, Price(1_200_000, "USD")), "seedreel:confirm:k3f9a2k3f9a2k3f9a2ab:1200000:USD"),
    (MAKE, JOB, "seedreel:make:k3f9a2k3f9a2k3f9a2ab"),
    (ADD_FILES, JOB, "seedreel:addfiles:k3f9a2k3f9a2k3f9a2ab"),
    (PART, JOB, "seedreel:part:k3f9a2k3f9a2k3f9a2ab"),
    (CHOOSE, JOB, "seedreel:choose:k3f9a2k3f9a2k3f9a2ab"),
    (custom_ids.REST_OF_SCENES, JOB, "seedreel:scenes:rest:k3f9a2k3f9a2k3f9a2ab"),
    (DISCARD, JOB, "seedreel:discard:k3f9a2k3f9a2k3f9a2ab"),
    (CANCEL, JOB, "seedreel:cancel:k3f9a2k3f9a2k3f9a2ab"),
    (SHARE, JOB, "seedreel:share:k3f9a2k3f9a2k3f9a2ab"),
    (custom_ids.SHOW_OFF, JOB, "seedreel:show-off:k3f9a2k3f9a2k3f9a2ab"),
    (DELETE, JOB, "seedreel:delete:k3f9a2k3f9a2k3f9a2ab"),
    (DELETE_NOW, JOB, "seedreel:deleted:k3f9a2k3f9a2k3f9a2ab"),
    (EXTEND, JOB, "seedreel:extend:k3f9a2k3f9a2k3f9a2ab"),
    (CHANGE, JOB, "seedreel:change:k3f9a2k3f9a2k3f9a2ab"),
    (CONTINUE, JOB, "seedreel:continue:k3f9a2k3f9a2k3f9a2ab"),
    (FINISH, JOB, "seedreel:finish:k3f9a2k3f9a2k3f9a2ab"),
    (STAR, JOB, "seedreel:star:k3f9a2k3f9a2k3f9a2ab"),
    (UNSTAR, JOB, "seedreel:unstar:k3f9a2k3f9a2k3f9a2ab"),
    (STARRED, HistoryPage(1001, 2, "a: fox"), "seedreel:starred:1001:2:a: fox"),
    (OPEN_STARRED, HistoryPage(1001, 2, "a: fox"), "seedreel:starred:open:1001:2:a: fox"),
    (AGAIN, JOB, "seedreel:again:k3f9a2k3f9a2k3f9a2ab"),
    (EDIT, JOB, "seedreel:edit:k3f9a2k3f9a2k3f9a2ab"),
    (custom_ids.AGAIN_TAKES, JOB, "seedreel:again:takes:k3f9a2k3f9a2k3f9a2ab"),
    (custom_ids.EDIT_TAKES, JOB, "seedreel:edit:takes:k3f9a2k3f9a2k3f9a2ab"),
    (custom_ids.AGAIN_SCENES, JOB, "seedreel:again:scenes:k3f9a2k3f9a2k3f9a2ab"),
    (custom_ids.EDIT_SCENES, JOB, "seedreel:edit:scenes:k3f9a2k3f9a2k3f9a2ab"),
    (RETRY, JOB, "seedreel:retry:k3f9a2k3f9a2k3f9a2ab"),
    (WITHOUT_SOUND, JOB, "seedreel:silent:k3f9a2k3f9a2k3f9a2ab"),
    (REFRESH, JOB, "seedreel:refresh:k3f9a2k3f9a2k3f9a2ab"),
    (CLIP, JOB, "seedreel:clip:k3f9a2k3f9a2k3f9a2ab"),
    (MORE, JOB, "seedreel:more:k3f9a2k3f9a2k3f9a2ab"),
    (BRING, JOB, "seedreel:bring:k3f9a2k3f9a2k3f9a2ab"),
    (HISTORY, HistoryPage(1001, 2, ""), "seedreel:page:1001:2:"),
    (
        HISTORY,
        HistoryPage(2**64 - 1, 99_999, "a red: fox | 狐"),
        "seedreel:page:18446744073709551615:99999:a red: fox | 狐",
    ),
    (OVERVIEW, 1001, "seedreel:overview:1001"),
    (OPEN_LISTED, 1001, "seedreel:overview:open:1001"),
    (CANCEL_LISTED, JOB, "seedreel:overview:cancel:k3f9a2k3f9a2k3f9a2ab"),
    (OPEN_FOUND, HistoryPage(1001, 2, "a fox"), "seedreel:open:1001:2:a fox"),
    (OLDER, OlderPage(JOB, 2, "a red: fox | 狐"), f"seedreel:older:{JOB}:2:a red: fox | 狐"),
    (OPEN_OLDER, OlderPage(JOB, 99_999, "x" * MAX_SEARCH), f"seedreel:openold:{JOB}:99999:{'x' * MAX_SEARCH}"),
    (USAGE, Scope.SERVER, "seedreel:usage:server"),
    (custom_ids.EXPORT, 1001, "seedreel:export:1001"),
    (custom_ids.OPT_OUT, 1001, "seedreel:optout:1001"),
    (custom_ids.OPT_IN, 1001, "seedreel:optin:1001"),
    (custom_ids.FORGET, 1001, "seedreel:forget:1001"),
    (custom_ids.FORGET_NOW, 1001, "seedreel:forgotten:1001"),
    (SELF_TEST, 1001, "seedreel:self-test:1001"),
    (MANAGED, ManagedPage(2001, 2), "seedreel:managed:2001:2"),
    (MANAGED, ManagedPage(None, 1), "seedreel:managed:0:1"),
    (CANCEL_MANAGED, ManagedPage(2001, 2, JOB), "seedreel:managed:cancel:2001:2:k3f9a2k3f9a2k3f9a2ab"),
    (custom_ids.SCENES, PLAIN, "seedreel:scenes:seedance-2|5|16:9||||0"),
    (COMPOSE, PLAIN, "seedreel:compose:seedance-2|5|16:9||||0"),
    (COMPOSE, FULL, "seedreel:compose:seedance-2-fast|15|adaptive|480p|1|2147483647|1"),
    (COMPOSE, TAKES, "seedreel:compose:seedance-2|5|16:9||||0|x3"),
    (COMPOSE, QUICKTIME, "seedreel:compose:seedance-2-5|5|16:9||||0|x2|mov"),
    (KEEP, JOB, "seedreel:keep:k3f9a2k3f9a2k3f9a2ab"),
    (COMPOSE, SILENT, "seedreel:compose:seedance-2-mini|4|1:1||0|0|0"),
    (COMPOSE, WITH_SETTINGS, "seedreel:compose:seedance-2-mini|4|1:1||0|0|0|1|mrdp|s"),
    (custom_ids.SETTINGS, 2, "seedreel:settings:2"),
    (custom_ids.SETTING, Setting.PING, "seedreel:setting:ping"),
    (ASSETS, 3, "seedreel:assets:page:3"),
    (REMOVE, AssetOnPage(JOB, 2), "seedreel:assets:remove:k3f9a2k3f9a2k3f9a2ab:2"),
    (REMOVE_NOW, AssetOnPage(JOB, 2), "seedreel:assets:removed:k3f9a2k3f9a2k3f9a2ab:2"),
    (AGREE, Consent(1, "", "Mara: the 2nd"), "seedreel:agree:Mara: the 2nd"),
    (CONSENT, Consent(2, "pt-BR", "Mara: the 2nd"), "seedreel:consent:2:pt-BR:Mara: the 2nd"),
    (EXAMPLE, "A fox: red, in snow", "seedreel:example:A fox: red, in snow"),
    (custom_ids.OPEN_LINK, JOB, "seedreel:verify:open:k3f9a2k3f9a2k3f9a2ab"),
    (custom_ids.NEW_LINK, JOB, "seedreel:verify:again:k3f9a2k3f9a2k3f9a2ab"),
    (custom_ids.FINISHED, JOB, "seedreel:verify:finished:k3f9a2k3f9a2k3f9a2ab"),
]
# A button with one of these is answered as outdated.
FORGED = [
    "",
    "seedreel",
    "seedreel:",
    "v0/again/7",
    f"seedreel:explode:{JOB}",
    f"seedreel:levitate:{JOB}",
    "seedreel:cancel:",
    "seedreel:cancel:short",
    f"seedreel:cancel:{JOB}b",
    f"seedreel:cancel:{JOB.upper()}",
    f"seedreel:cancel:{JOB}\n",
    f"Seedreel:cancel:{JOB}",
    f" seedreel:cancel:{JOB}",
    "seedreel:page:x:1:",
    "seedreel:page:1001:x:my secret fox",
    "seedreel:page:1001:123456:fox",
    "seedreel:page:1001:-1:fox",
    "seedreel:page:1001:1",
    "seedreel:compose:sora|5|16:9||||0",
    "seedreel:compose:seedance-2|5|2:3||||0",
    "seedreel:compose:seedance-2|5|16:9|9k|||0",
    "seedreel:compose:seedance-2|5|16:9||2||0",
    "seedreel:compose:seedance-2|5|16:9|||",
    "seedreel:compose:seedance-2|5|16:9||||0|avi",
    "seedreel:compose:",
    "seedreel:assets:explode:1",
    "seedreel:assets:page:x",
    "seedreel:assets:page:12345",
    f"seedreel:assets:remove:{JOB}",
    f"seedreel:assets:remove:{JOB}:x",
    "seedreel:overview:mara",
    "seedreel:overview:open:",
    "seedreel:overview:cancel:1001",
    "seedreel:open:1001:x:",
    "seedreel:older:1001:1:fox",
    f"seedreel:older:{JOB}:fox",
    f"seedreel:openold:{JOB}:123456:fox",
    "seedreel:agree:",
    f"seedreel:verify:eat:{JOB}",
    "seedreel:verify:open:short",
]


@pytest.mark.parametrize(("row", "value", "custom_id"), SENT_BEFORE, ids=lambda each: str(each)[:60])
def test_what_the_version_before_has_sent_is_read_and_still_written_so(row, value, custom_id):
    assert row.decode(custom_id) == value
    assert row.encode(value) == custom_id
    assert [other.name for other in ROWS if other.decode(custom_id) is not None] == [row.name]


def test_every_row_has_been_sent_before_or_is_listed_here():
    assert {row.name for row, _, _ in SENT_BEFORE} == {row.name for row in ROWS}


@pytest.mark.parametrize(
    ("custom_id", "values", "leads_to"),
    [
        (MORE.encode(JOB), ("edit",), EDIT.encode(JOB)),
        (MORE.encode(JOB), ("silent",), WITHOUT_SOUND.encode(JOB)),
        (MORE.encode(JOB), ("agree",), MORE.encode(JOB)),
        (MORE.encode(JOB), (), MORE.encode(JOB)),
        (EDIT.encode(JOB), ("again",), EDIT.encode(JOB)),
        ("seedreel:more:x", ("again",), "seedreel:more:x"),
    ],
)
def test_what_is_chosen_of_a_job_leads_where_its_button_would(custom_id, values, leads_to):
    assert chosen_action(custom_id, values) == leads_to


@pytest.mark.parametrize("custom_id", FORGED)
def test_what_is_malformed_or_forged_is_no_row_s(custom_id):
    assert [row.name for row in ROWS if row.decode(custom_id) is not None] == []


VALUES = st.one_of(
    st.tuples(
        st.sampled_from([row for row in ROWS if row.pattern == CANCEL.pattern]),
        st.builds(new_job_id),
    ),
    st.tuples(st.just(CANCEL_LISTED), st.builds(new_job_id)),
    st.tuples(st.sampled_from([OVERVIEW, OPEN_LISTED]), st.integers(1, 2**64 - 1)),
    st.tuples(st.just(ASSETS), st.integers(0, 9999)),
    st.tuples(
        st.sampled_from([REMOVE, REMOVE_NOW]), st.builds(AssetOnPage, st.builds(new_job_id), st.integers(0, 9999))
    ),
    st.tuples(
        st.just(CONSENT),
        st.builds(
            Consent,
            st.integers(0, 9999),
            st.sampled_from(["", "de", "pt-BR", "en-US"]),
            st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60),
        ).filter(can_remember),
    ),
    st.tuples(st.just(COMPOSE), COMPOSED),
)


@given(VALUES)
def test_a_row_reads_back_what_it_wrote_and_no_other_row_takes_it(case):
    row, value = case
    custom_id = row.encode(value)
    assert utf16_units(custom_id) <= MAX_CUSTOM_ID
    assert row.decode(custom_id) == value
    assert [other.name for other in ROWS if other.decode(custom_id) is not None] == [row.name]


@pytest.mark.parametrize("row", [HISTORY, OPEN_FOUND])
@given(st.integers(1, 2**64 - 1), st.integers(0, 10**9), st.text(max_size=200))
def test_a_page_survives_whatever_was_searched(row, user_id, number, user_input):
    custom_id = row.encode(HistoryPage(user_id, number, user_input))
    assert utf16_units(custom_id) <= MAX_CUSTOM_ID
    page = row.decode(custom_id)
    assert page == HistoryPage(user_id, min(number, 99_999), search_text(user_input))
    assert search_text(page.search) == page.search
    assert [row.name for row in ROWS if row.decode(custom_id) is not None] == [row.name]


@pytest.mark.parametrize("row", [OLDER, OPEN_OLDER])
@given(st.integers(0, 10**9), st.text(max_size=200))
def test_a_page_of_older_ones_does_too(row, number, user_input):
    custom_id = row.encode(OlderPage(JOB, number, user_input))
    assert utf16_units(custom_id) <= MAX_CUSTOM_ID
    assert row.decode(custom_id) == OlderPage(JOB, min(number, 99_999), search_text(user_input))
    assert [row.name for row in ROWS if row.decode(custom_id) is not None] == [row.name]


def test_a_short_search_stays_as_typed_and_a_long_one_is_cut():
    assert search_text("  a  red: fox ") == "a red: fox"
    assert search_text("狐" * 100) == "狐" * MAX_SEARCH


def test_pages_beyond_any_list_are_cut():
    assert ASSETS.decode(ASSETS.encode(10**6)) == 9999
    assert ASSETS.decode(ASSETS.encode(-1)) == 0
    assert REMOVE.decode(REMOVE.encode(AssetOnPage(JOB, 10**6))) == AssetOnPage(JOB, 9999)
    assert HISTORY.decode(HISTORY.encode(HistoryPage(7, -3, ""))) == HistoryPage(7, 0, "")


def test_a_name_that_no_button_can_remember_is_known_as_such():
    assert can_remember(Consent(9999, "zh-CN", "x" * 60))
    long = Consent(2, "en-US", "\N{FOX FACE}" * 60)
    assert not can_remember(long)
    with pytest.raises(ValueError, match="too long"):
        CONSENT.encode(long)
