"""Presses and forms that the version before has sent reach their handlers; what no handler takes is outdated."""

import pytest

from bot.domain.edits import WithoutSound
from bot.domain.models import DEFAULT_MODEL, DEFAULT_RATIO, Dialect
from bot.domain.next_steps import StepInput
from bot.domain.request import RequestDraft
from bot.toapis import model_table
from tests.cogs.fakes import JOB_ID, MARA
from tests.languages import ENGLISH
from tests.ui.test_custom_ids import FORGED, SENT_BEFORE


@pytest.fixture
def catalogue():
    return model_table.catalogue(Dialect.VIDEOS)


async def press(app, custom_id: str):
    button = {"type": 2, "style": 2, "label": "Old", "custom_id": custom_id}
    card = await app.post_raw([{"type": 1, "components": [button]}], private_to=MARA)
    return await app.member("Mara").press(card, label="Old")


def is_outdated(told) -> bool:
    return told is not None and told.ephemeral and ENGLISH.text("reply.outdated") in told.content


EXAMPLE = RequestDraft(
    "a fox: red", DEFAULT_MODEL, model_table.catalogue(Dialect.VIDEOS).widest.default_seconds, DEFAULT_RATIO
)
PRESSES = [
    ("seedreel:cancel:k3f9a2k3f9a2k3f9a2ab", "runner", "cancel", [JOB_ID, MARA]),
    ("seedreel:again:k3f9a2k3f9a2k3f9a2ab", "intake", "submit_again", [JOB_ID, MARA]),
    ("seedreel:again:takes:k3f9a2k3f9a2k3f9a2ab", "intake", "submit_again", [JOB_ID, MARA]),
    ("seedreel:edit:takes:k3f9a2k3f9a2k3f9a2ab", "intake", "find_source", [JOB_ID, MARA]),
    ("seedreel:fix:k3f9a2k3f9a2k3f9a2ab", "intake", "find_draft", [JOB_ID, MARA]),
    ("seedreel:confirm:k3f9a2k3f9a2k3f9a2ab:1200000:USD", "intake", "find_draft", [JOB_ID, MARA]),
    ("seedreel:make:k3f9a2k3f9a2k3f9a2ab", "intake", "find_draft", [JOB_ID, MARA]),
    ("seedreel:addfiles:k3f9a2k3f9a2k3f9a2ab", "intake", "find_draft", [JOB_ID, MARA]),
    ("seedreel:part:k3f9a2k3f9a2k3f9a2ab", "intake", "find_draft", [JOB_ID, MARA]),
    ("seedreel:choose:k3f9a2k3f9a2k3f9a2ab", "collecting", "choose", [MARA, JOB_ID]),
    ("seedreel:discard:k3f9a2k3f9a2k3f9a2ab", "intake", "discard_draft", [JOB_ID, MARA]),
    ("seedreel:edit:k3f9a2k3f9a2k3f9a2ab", "intake", "find_source", [JOB_ID, MARA]),
    ("seedreel:retry:k3f9a2k3f9a2k3f9a2ab", "intake", "submit_again", [JOB_ID, MARA]),
    ("seedreel:silent:k3f9a2k3f9a2k3f9a2ab", "intake", "submit_again", [JOB_ID, MARA]),
    ("seedreel:refresh:k3f9a2k3f9a2k3f9a2ab", "history", "find", [MARA, JOB_ID]),
    ("seedreel:clip:k3f9a2k3f9a2k3f9a2ab", "runner", "send_privately", [JOB_ID, MARA]),
    ("seedreel:bring:k3f9a2k3f9a2k3f9a2ab", "runner", "move_here", [JOB_ID, MARA]),
    ("seedreel:share:k3f9a2k3f9a2k3f9a2ab", "sharing", "share", [JOB_ID, MARA]),
    ("seedreel:keep:k3f9a2k3f9a2k3f9a2ab", "take_choice", "keep", [JOB_ID, MARA]),
    ("seedreel:show-off:k3f9a2k3f9a2k3f9a2ab", "showcase", "show", [JOB_ID, MARA]),
    ("seedreel:scenes:rest:k3f9a2k3f9a2k3f9a2ab", "intake", "find_source", [JOB_ID, MARA]),
    ("seedreel:again:scenes:k3f9a2k3f9a2k3f9a2ab", "intake", "find_scenes", [JOB_ID, MARA]),
    ("seedreel:edit:scenes:k3f9a2k3f9a2k3f9a2ab", "intake", "find_scenes", [JOB_ID, MARA]),
    ("seedreel:delete:k3f9a2k3f9a2k3f9a2ab", "deletion", "check", [MARA, JOB_ID]),
    ("seedreel:deleted:k3f9a2k3f9a2k3f9a2ab", "deletion", "delete", [MARA, JOB_ID]),
    ("seedreel:extend:k3f9a2k3f9a2k3f9a2ab", "next_videos", "find", [JOB_ID, MARA, "extend"]),
    ("seedreel:change:k3f9a2k3f9a2k3f9a2ab", "next_videos", "find", [JOB_ID, MARA, "change"]),
    ("seedreel:continue:k3f9a2k3f9a2k3f9a2ab", "next_videos", "find", [JOB_ID, MARA, "continue"]),
    ("seedreel:finish:k3f9a2k3f9a2k3f9a2ab", "next_videos", "make", [JOB_ID, MARA, "finish"]),
    ("seedreel:star:k3f9a2k3f9a2k3f9a2ab", "history", "star", [MARA, JOB_ID, True]),
    ("seedreel:unstar:k3f9a2k3f9a2k3f9a2ab", "history", "star", [MARA, JOB_ID, False]),
    ("seedreel:starred:1001:2:a fox", "history", "favourites", [MARA, "a fox", 2]),
    ("seedreel:starred:open:1001:2:a fox", "history", "favourites", [MARA, "a fox", 2]),
    ("seedreel:overview:1001", "history", "overview", [MARA]),
    ("seedreel:overview:open:1001", "history", "overview", [MARA]),
    ("seedreel:overview:cancel:k3f9a2k3f9a2k3f9a2ab", "runner", "cancel", [JOB_ID, MARA]),
    ("seedreel:open:1001:2:a fox", "history", "history", [MARA, "a fox", 2]),
    ("seedreel:page:1001:2:", "history", "history", [MARA, "", 2]),
    ("seedreel:page:1001:2:a red: fox | 狐", "history", "history", [MARA, "a red: fox | 狐", 2]),
    ("seedreel:older:k3f9a2k3f9a2k3f9a2ab:1:a fox", "history", "history", [MARA, "a fox", 1, JOB_ID]),
    ("seedreel:openold:k3f9a2k3f9a2k3f9a2ab:1:a fox", "history", "history", [MARA, "a fox", 1, JOB_ID]),
    ("seedreel:usage:server", "usage", "of", [MARA, "server"]),
    ("seedreel:setting:model", "settings", "put", [MARA, "model", None]),
    ("seedreel:export:1001", "exports", "ask", [MARA, True]),
    ("seedreel:optout:1001", "forgetting", "opt_out", [MARA, True]),
    ("seedreel:optin:1001", "forgetting", "opt_out", [MARA, False]),
    ("seedreel:forget:1001", "forgetting", "stored", [MARA]),
    ("seedreel:forgotten:1001", "forgetting", "forget", [MARA]),
    ("seedreel:managed:2001:2", "server_videos", "page", [2001, 2]),
    ("seedreel:managed:cancel:2001:2:k3f9a2k3f9a2k3f9a2ab", "server_videos", "cancel", [2001, MARA, JOB_ID]),
    ("seedreel:assets:page:3", "assets", "page", [MARA, 3]),
    ("seedreel:assets:remove:k3f9a2k3f9a2k3f9a2ab:2", "assets", "page", [MARA, 2]),
    ("seedreel:assets:removed:k3f9a2k3f9a2k3f9a2ab:2", "assets", "remove", [MARA, JOB_ID]),
    ("seedreel:agree:Mara: the 2nd", "verifications", "agree", [MARA, "Mara: the 2nd", 1, ""]),
    ("seedreel:consent:2:pt-BR:Mara", "verifications", "agree", [MARA, "Mara", 2, "pt-BR"]),
    ("seedreel:example:a fox: red", "intake", "submit", [EXAMPLE, MARA]),
    ("seedreel:verify:open:k3f9a2k3f9a2k3f9a2ab", "verifications", "link", [MARA, JOB_ID]),
    ("seedreel:verify:again:k3f9a2k3f9a2k3f9a2ab", "verifications", "again", [MARA, JOB_ID]),
    ("seedreel:verify:finished:k3f9a2k3f9a2k3f9a2ab", "verifications", "finished", [MARA, JOB_ID]),
]


@pytest.mark.parametrize(("custom_id", "fake", "name", "arguments"), PRESSES, ids=[row[0][:40] for row in PRESSES])
async def test_a_button_that_the_version_before_has_sent_is_handled(app, custom_id, fake, name, arguments):
    use = await press(app, custom_id)
    asked = await app.asked(getattr(app, fake), name)
    assert asked[: len(arguments)] == arguments
    assert any(isinstance(each, WithoutSound) for each in asked) is custom_id.startswith("seedreel:silent:")
    assert not is_outdated(use.reply)
    assert not any(is_outdated(told) for told in use.followups)


OF_NO_CARD = {"fix", "make", "addfiles", "part", "choose", "discard", "deleted", "keep"}
OF_A_JOB = [
    (row[0].split(":")[1], *row[1:])
    for row in PRESSES
    if row[0].endswith(f":{JOB_ID}") and row[0].count(":") == 2 and row[0].split(":")[1] not in OF_NO_CARD
]


@pytest.mark.parametrize(("action", "fake", "name", "arguments"), OF_A_JOB, ids=[row[0] for row in OF_A_JOB])
async def test_what_is_chosen_under_more_is_handled_as_its_button_is(app, action, fake, name, arguments):
    options = [{"label": each, "value": each} for each, *_ in OF_A_JOB]
    select = {"type": 3, "custom_id": f"seedreel:more:{JOB_ID}", "options": options}
    card = await app.post_raw([{"type": 1, "components": [select]}], private_to=MARA)
    use = await app.member("Mara").press(card, custom_id=f"seedreel:more:{JOB_ID}", values=[action])
    asked = await app.asked(getattr(app, fake), name)
    assert asked[: len(arguments)] == arguments
    assert any(isinstance(each, WithoutSound) for each in asked) is (action == "silent")
    assert not is_outdated(use.reply)


async def test_a_choice_of_another_version_is_outdated(app):
    select = {
        "type": 3,
        "custom_id": f"seedreel:more:{JOB_ID}",
        "options": [{"label": "Levitate", "value": "levitate"}],
    }
    card = await app.post_raw([{"type": 1, "components": [select]}], private_to=MARA)
    use = await app.member("Mara").press(card, custom_id=f"seedreel:more:{JOB_ID}", values=["levitate"])
    assert is_outdated(use.reply)


def test_every_kind_of_button_is_among_these():
    # A form, a select, a press that opens a form, and one that shows what is known: no question to the studio.
    kinds = {
        row.name for row, _, _ in SENT_BEFORE if row.name not in {"compose", "scenes", "more", "self-test", "settings"}
    }
    assert {row.name for row, _, _ in SENT_BEFORE for each in PRESSES if row.decode(each[0]) is not None} == kinds


async def form(app, custom_id: str, **fields):
    mara = app.member("Mara")
    opened = await mara.use("/compose")
    opened.interaction.modal["custom_id"] = custom_id
    return await mara.submit(opened, **fields)


async def test_a_compose_form_that_the_version_before_has_opened_is_taken(app):
    await form(app, "seedreel:compose:seedance-2-fast|15|adaptive|480p|1|2147483647|1", prompt="a fox")
    draft, user_id, *_ = await app.asked(app.intake, "submit")
    assert (user_id, draft.prompt, draft.model, draft.duration, draft.seed) == (
        MARA,
        "a fox",
        "seedance-2-fast",
        15,
        2**31 - 1,
    )


async def test_an_edit_form_that_the_version_before_has_opened_is_taken(app):
    opened = await press(app, "seedreel:edit:k3f9a2k3f9a2k3f9a2ab")
    assert opened.modal["custom_id"] == "seedreel:edit:k3f9a2k3f9a2k3f9a2ab"
    filled = {"prompt": "a wolf", "duration": ["8"], "ratio": ["1:1"], "model": ["seedance-2"], "resolution": ["480p"]}
    await app.member("Mara").submit(opened, **filled)
    job_id, user_id, *_, edit = await app.asked(app.intake, "submit_again")
    assert (job_id, user_id, edit.prompt, edit.duration, edit.resolution) == (JOB_ID, MARA, "a wolf", 8, "480p")


@pytest.mark.parametrize("step", ["extend", "change", "continue"])
async def test_a_form_of_what_comes_next_that_the_version_before_has_opened_is_taken(app, step):
    opened = await press(app, f"seedreel:{step}:{JOB_ID}")
    chosen = {} if step == "change" else {"added": ["4"]}
    await app.member("Mara").submit(opened, prompt="a wolf", **chosen)
    made = await app.asked(app.next_videos, "make")
    assert made[:4] == [JOB_ID, MARA, step, StepInput("a wolf", 4 if chosen else 0)]


async def test_a_button_that_no_handler_takes_is_outdated(app):
    # Discord itself keeps a custom id to 1 to 100 characters; a form's own is none of a button's.
    for custom_id in [*filter(None, FORGED), "seedreel:compose:seedance-2|5|16:9||||0"]:
        told = await (await press(app, custom_id)).replied()
        assert (told.content, told.ephemeral) == (ENGLISH.text("reply.outdated"), True), custom_id


async def test_a_form_that_no_handler_takes_is_outdated_and_gives_back_its_prompt(app):
    buttons = (row[0] for row in PRESSES if row[0].split(":")[1] not in {"edit", "fix", "extend", "change", "continue"})
    for custom_id in [*filter(None, FORGED), *buttons]:
        told = await (await form(app, custom_id, prompt="a fox")).replied()
        expected = (
            f"{ENGLISH.text('reply.outdated')}\n{ENGLISH.text('problem.what-you-wrote')}\n```\na fox\n```",
            True,
        )
        assert (told.content, told.ephemeral) == expected, custom_id
    assert app.intake.calls("submit") == []
    assert app.intake.calls("submit_again") == []
