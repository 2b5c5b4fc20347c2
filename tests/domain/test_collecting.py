"""What a draft is after media were added to it: how they are named, what is too many, and which model takes them."""

import pytest

from bot.domain.collecting import added, read_start, too_long, with_candidates
from bot.domain.drafts import Draft, Purpose
from bot.domain.media import AttachmentInput, Kind, MediaFormat, StoredFile
from bot.domain.media_problems import TooManyMedia
from bot.domain.models import Dialect, Model, Ratio, Resolution
from bot.domain.request import RequestDraft
from bot.toapis.model_table import catalogue

VIDEOS = catalogue(Dialect.VIDEOS)
EMPTY = Draft("d" * 20, 1, 5.0, RequestDraft("", Model.SEEDANCE_2, 5, Ratio.WIDE), purpose=Purpose.COLLECT)


def kept(form: MediaFormat, number: int = 0, seconds: float | None = None) -> AttachmentInput:
    stored = StoredFile(f"{form.name}{number}", form, 9, 640, 640, seconds)
    return AttachmentInput(f"https://cdn/{number}", f"{number}{form.suffix}", 9, option="x", stored=stored)


def images(count: int) -> list[AttachmentInput]:
    return [kept(MediaFormat.PNG, number) for number in range(count)]


def test_media_are_named_as_a_prompt_counts_them_and_go_on_counting():
    first = added(EMPTY, [kept(MediaFormat.MP3, seconds=3.0), *images(2)], VIDEOS).draft
    then = added(first, [kept(MediaFormat.PNG, 9)], VIDEOS).draft
    assert [file.option for file in then.request.files] == ["audio 1", "image 1", "image 2", "image 3"]


def test_the_model_is_one_that_takes_them_and_stays_where_it_does():
    assert added(EMPTY, images(9), VIDEOS).draft.request.model is Model.SEEDANCE_2
    tenth = added(EMPTY, images(10), VIDEOS).draft.request
    assert (tenth.model, tenth.resolution) == (Model.SEEDANCE_2_5, Resolution.P720)
    assert added(EMPTY, [kept(MediaFormat.MP3, seconds=3.0)], VIDEOS).draft.request.model is Model.SEEDANCE_2_5


def test_what_no_model_takes_is_left_out_and_said():
    full = added(EMPTY, images(31), VIDEOS)
    assert len(full.draft.request.files) == 30
    assert full.problems == (TooManyMedia(Kind.IMAGE, 31, 30),)
    films = [kept(MediaFormat.MP4, at, 2.0) for at in range(10)]
    sounds = [kept(MediaFormat.MP3, at, 2.0) for at in range(11)]
    assert added(full.draft, [*films, *sounds], VIDEOS).problems == (TooManyMedia(Kind.AUDIO, 11, 10),)


def test_fifty_go_together_and_the_next_of_each_kind_is_named():
    films = [kept(MediaFormat.MP4, at, 15.0) for at in range(11)]
    sounds = [kept(MediaFormat.MP3, at, 15.0) for at in range(11)]
    full = added(EMPTY, [*images(30), *films[:10], *sounds[:10]], VIDEOS)
    request = full.draft.request
    assert (len(request.files), request.model, full.problems) == (50, Model.SEEDANCE_2_5, ())
    for one_more, kind, limit in (
        (images(1)[0], Kind.IMAGE, 30),
        (films[10], Kind.VIDEO, 10),
        (sounds[10], Kind.AUDIO, 10),
    ):
        more = added(full.draft, [one_more], VIDEOS)
        assert (more.draft.request, more.problems) == (request, (TooManyMedia(kind, limit + 1, limit),))


def test_what_was_suggested_waits_until_it_is_chosen_and_what_is_too_long_until_a_part_is():
    files = [AttachmentInput(f"https://cdn/{at}", f"{at}.png", 9) for at in range(3)]
    draft = with_candidates(EMPTY, files)
    names = [file.option for file in draft.candidates]
    assert len(set(names)) == 3
    assert too_long(draft) is None
    long = AttachmentInput("https://cdn/v", "voice.ogg", 9, seconds=20.0)
    # None of the others was chosen with it: they are let go.
    draft = added(draft, [], VIDEOS, long=[long], chosen=names[:1]).draft
    assert [file.name for file in draft.candidates] == ["voice.ogg"]
    assert [file.name for file in with_candidates(draft, files).candidates] == ["voice.ogg", "0.png", "1.png", "2.png"]
    done = added(draft, [kept(MediaFormat.MP3, seconds=15.0)], VIDEOS, chosen=[too_long(draft).option]).draft
    assert done.candidates == ()


@pytest.mark.parametrize(
    ("typed", "start"),
    [("42", 42.0), (" 1:05 ", 65.0), ("0:03,5", 3.5), ("12 s", 12.0), ("", None), ("later", None), ("-3", None)],
)
def test_a_start_is_seconds_or_minutes_and_seconds(typed, start):
    assert read_start(typed) == start
