"""The card of what is collected, and its forms, as large as they come."""

from dataclasses import replace

from bot.domain.collecting import added, with_candidates
from bot.domain.media import AttachmentInput, MediaFormat
from bot.ui.collect_card import AddFilesForm, PartForm, collect_card
from tests.domain.test_collecting import EMPTY, VIDEOS, images, kept
from tests.languages import ENGLISH


def full():
    files = [replace(file, name="n" * 200, author_ids=(2**62,)) for file in images(30)]
    films = [replace(kept(MediaFormat.MP4, at, 2.0), author_ids=(2**62,)) for at in range(10)]
    sounds = [kept(MediaFormat.MP3, at, 2.0) for at in range(10)]
    draft = added(EMPTY, [*files, *films, *sounds], VIDEOS).draft
    long = AttachmentInput("https://cdn/v", "v" * 200, 9, seconds=900.0)
    return with_candidates(draft, [long, *(AttachmentInput(f"https://cdn/o{at}", "o" * 200, 9) for at in range(40))])


def test_the_fullest_card_fits():
    card = collect_card(ENGLISH, full(), VIDEOS)
    assert card.content_length() <= 4000
    assert card.total_children_count <= 40
    [select] = [each for each in card.walk_children() if hasattr(each, "options")]
    assert (len(select.options), select.max_values) == (25, 25)
    labels = [each.label for each in card.walk_children() if hasattr(each, "label")]
    assert labels == ["Choose the part", "Make the video", "Add files", "Discard"]


def test_a_draft_with_nothing_in_it_makes_no_video():
    card = collect_card(ENGLISH, with_candidates(EMPTY, [AttachmentInput("https://cdn/1", "1.png", 9)]), VIDEOS)
    assert [each.label for each in card.walk_children() if hasattr(each, "label")] == ["Add files", "Discard"]


def test_the_forms_say_what_they_take():
    form = AddFilesForm(ENGLISH, EMPTY.id, VIDEOS).to_components()
    assert form[0]["component"]["max_values"] == 10
    part = PartForm(ENGLISH, EMPTY.id, AttachmentInput("https://cdn/v", "v.ogg", 9, seconds=75.0), VIDEOS)
    assert (
        "75 seconds" in part.to_components()[0]["description"] or "1 minute" in part.to_components()[0]["description"]
    )
