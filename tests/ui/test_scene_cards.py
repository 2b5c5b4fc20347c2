"""What cards say of scenes, and the question before any of them is made."""

from dataclasses import replace

from bot.domain.drafts import Draft
from bot.domain.models import Dialect, Model, Ratio
from bot.domain.money import Price
from bot.domain.progress import Forecast
from bot.domain.request import RequestDraft
from bot.domain.scenes import Scene, ScenesNotConfirmed
from bot.domain.stages import Reason, Stage
from bot.toapis.model_table import catalogue
from bot.ui.clip_links import Attachment
from bot.ui.custom_ids import AGAIN, AGAIN_SCENES, EDIT, EDIT_SCENES
from bot.ui.fix_form import FixForm, fixed, refused_card
from bot.ui.form import SentForm
from bot.ui.job_cards import job_card, status_card
from tests.languages import ENGLISH
from tests.ui.drawn import buttons, labels, words
from tests.ui.jobs import JOB_ID, NOW, a_job

CATALOGUE = catalogue(Dialect.VIDEOS)
SECOND = Scene(2, ("the fox sleeps",))
REQUEST = RequestDraft("a fox wakes", Model.SEEDANCE_2, 4, Ratio.WIDE)
DRAFT = Draft("d" * 20, 1, NOW, REQUEST, scene=Scene(1, ("the fox runs", "the fox sleeps")))


def drawn(stage, **fields):
    return job_card(ENGLISH, replace(a_job(stage), scene=SECOND, **fields), Forecast(), NOW)


def test_a_card_says_which_scene_it_is_and_one_that_failed_can_be_made_with_those_after_it():
    assert "scene 2 of 3" in words(drawn(Stage.RENDERING))
    failed = drawn(Stage.FAILED, reason=Reason.GENERATION)
    assert labels(failed)[0] == "Make the missing scenes"
    [edit] = [button["custom_id"] for button in buttons(failed) if button["label"] == "Edit"]
    assert edit == f"seedreel:edit:scenes:{JOB_ID}"
    assert "Make the missing scenes" not in labels(drawn(Stage.RENDERING))
    kept = status_card(ENGLISH, replace(a_job(Stage.HELD), scene=SECOND), Forecast(), NOW, True)
    assert "posted together with the others" in words(kept)
    assert "Get the video" in labels(kept)
    # Nothing went wrong with it.
    assert "**Done** · This scene is finished" in words(kept)
    colours = [
        status_card(ENGLISH, job, Forecast(), NOW, True).to_components()[0]["accent_color"]
        for job in (replace(a_job(Stage.HELD), scene=SECOND), a_job(Stage.DELIVERED), a_job(Stage.HELD))
    ]
    assert colours[0] == colours[1] != colours[2]


def test_what_was_joined_says_how_many_they_are_and_goes_on_where_one_is_missing():
    shared = {"share": "s" * 20, "reel": ("first", JOB_ID)}
    clip = Attachment(f"seedreel-{JOB_ID}.mp4")
    whole = replace(a_job(Stage.DELIVERED), scene=Scene(2), **shared)
    assert "2 scenes for <@" in words(job_card(ENGLISH, whole, Forecast(), NOW, clip=clip))
    card = job_card(ENGLISH, whole, Forecast(), NOW, clip=clip)
    assert "Make the missing scenes" not in labels(card)
    # What is made again is what the message holds, and of one scene's own card that scene.
    assert [each["custom_id"] for each in buttons(card)] == [AGAIN_SCENES.encode(JOB_ID), EDIT_SCENES.encode(JOB_ID)]
    assert [each["custom_id"] for each in buttons(drawn(Stage.DELIVERED))] == [
        AGAIN.encode(JOB_ID),
        EDIT.encode(JOB_ID),
    ]
    part = replace(whole, scene=SECOND)
    assert labels(job_card(ENGLISH, part, Forecast(), NOW, clip=clip))[0] == "Make the missing scenes"


def test_seconds_and_price_are_asked_about_with_all_lines():
    asked = refused_card(ENGLISH, DRAFT, [ScenesNotConfirmed(3, 12, Price(600_000, "USD"))])
    assert labels(asked) == ["Make it for $0.60", "Cancel"]
    assert "3 scenes, 12 seconds in all, cost **$0.60**" in words(asked)
    assert "a fox wakes\nthe fox runs\nthe fox sleeps" in words(asked)
    assert labels(refused_card(ENGLISH, DRAFT, [ScenesNotConfirmed(3, 12)])) == ["Make 3 scenes", "Cancel"]


def test_the_form_that_fixes_them_has_all_lines_and_asks_again():
    form = FixForm(ENGLISH, replace(DRAFT, wrong=("duration",)), CATALOGUE).to_dict()
    assert form["components"][0]["component"]["value"] == "a fox wakes\nthe fox runs\nthe fox sleeps"
    sent = SentForm(
        {"prompt": "a wolf wakes\n\nthe wolf runs"}, {"duration": ["5"]}, {}, frozenset({"prompt", "duration"})
    )
    after = fixed(replace(DRAFT, agreed=Price(1, "USD")), sent)
    assert (after.request.prompt, after.scene, after.agreed) == ("a wolf wakes", Scene(1, ("the wolf runs",)), None)
    assert after.request.duration == 5
