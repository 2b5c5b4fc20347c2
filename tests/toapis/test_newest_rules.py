"""The newest model's rules, the bot's held against the stand-in's: what one refuses, the other does too.

The bot's stand in its table of models, the stand-in's in its reading of a body; neither knows the other. What the bot
refuses is sent nevertheless.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chain import LengthStays, NextStep, NothingLeft, Operation, OperationUnsupported, SourceMissing
from bot.domain.drafts import Draft
from bot.domain.errors import DurationOutside, Refusal, Unsupported
from bot.domain.job import Job
from bot.domain.media import AttachmentInput, Kind, MediaFormat, Role, StoredFile
from bot.domain.media_problems import (
    FrameGivenTwice,
    FramesWithReferences,
    LastWithoutFirst,
    SearchWithMedia,
    TooManyMedia,
)
from bot.domain.models import AUTOMATIC, Dialect, Model, OutputFormat, Ratio, Resolution
from bot.domain.next_steps import StepInput, draft_of
from bot.domain.request import RequestDraft, VideoRequest, check_draft
from bot.domain.rules import AssignedMedium, assign, broken_rules, in_order
from bot.domain.stages import Stage
from bot.toapis.model_table import catalogue
from bot.toapis.request_body import Body, request_body
from sandbox.toapis import media as theirs
from sandbox.toapis.dialect_videos import read_videos
from sandbox.toapis.errors import Refused
from sandbox.toapis.operations import settled
from tests.storage.samples import job

OFFERED = catalogue(Dialect.VIDEOS)
FILES = {
    Kind.IMAGE: StoredFile("a" * 64, MediaFormat.PNG, 1000, 640, 480),
    Kind.VIDEO: StoredFile("b" * 64, MediaFormat.MP4, 1000, 1280, 720, 15.0),
    Kind.AUDIO: StoredFile("c" * 64, MediaFormat.MP3, 1000, 0, 0, 15.0),
}
FIRST, LAST, IMAGE, VIDEO, AUDIO = Role
Roles = tuple[Role, ...]
MOST = (IMAGE,) * 30 + (VIDEO,) * 10 + (AUDIO,) * 10
MEDIA: list[Roles] = [
    *[(), (FIRST,), (LAST,), (FIRST, LAST), (FIRST, FIRST), (FIRST, LAST, LAST)],
    *[(IMAGE,), (VIDEO,), (AUDIO,), (IMAGE, AUDIO), (VIDEO, AUDIO), (IMAGE, VIDEO, AUDIO)],
    *[(FIRST, IMAGE), (FIRST, VIDEO), (FIRST, AUDIO), (FIRST, LAST, VIDEO), (LAST, IMAGE)],
    *[(IMAGE,) * 30, (IMAGE,) * 31, (VIDEO,) * 10, (VIDEO,) * 11, (AUDIO,) * 10, (AUDIO,) * 11],
    *[MOST, (*MOST, IMAGE), (*MOST, VIDEO), (*MOST, AUDIO)],
]
LENGTHS = (AUTOMATIC, 3, 4, 30, 31)
OPTIONS: dict[str, tuple[Any, ...]] = {
    "resolution": tuple(Resolution),
    "format": tuple(OutputFormat),
    "sound": (True, False),
    "seed": (7,),
    "last_picture": (True,),
    "ratio": (Ratio.ADAPTIVE,),
}
PLAIN = RequestDraft("a fox", Model.SEEDANCE_2_5, 5, Ratio.WIDE)
GENERATE, EXTEND, EDIT = Operation
# The documented error for a body that cannot be.
INVALID = "400 invalid_request: "


@cache
def media_of(roles: Roles) -> tuple[AssignedMedium, ...]:
    return tuple(assign(f"{role} {number}", FILES[role.kind], role) for number, role in enumerate(roles))


@cache
def files_of(roles: Roles) -> tuple[AttachmentInput, ...]:
    return tuple(AttachmentInput("https://cdn.test/a", "a", 9, role, f"{role} {n}") for n, role in enumerate(roles))


def drafted(roles: Roles, **choices: Any) -> RequestDraft:
    return replace(PLAIN, files=files_of(roles), **choices)


def wrong_by_ours(draft: RequestDraft, roles: Roles) -> list[object]:
    """List what the bot finds wrong, as it does before anything is sent."""
    problems: list[object] = []
    try:
        check_draft(draft, OFFERED)
    except Refusal as refusal:
        problems += refusal.problems
    capability = OFFERED.capabilities[draft.model].for_operation(draft.operation)
    return [*problems, *broken_rules(media_of(roles), capability, sound=draft.sound)]


def body_of(draft: RequestDraft, roles: Roles) -> Body:
    """Build what the bot would send, if it sent what is wrong too; beside frames and videos it sends no ratio."""
    decided = draft.operation is not GENERATE or bool({FIRST, LAST} & set(roles))
    request = VideoRequest(
        draft.prompt,
        draft.model,
        draft.duration,
        Ratio.ADAPTIVE if decided else draft.ratio,
        in_order(media_of(roles)),
        **{name: getattr(draft, name) for name in (*OPTIONS.keys() - {"ratio"}, "web_search", "operation")},
    )
    return written(request)


def written(request: VideoRequest) -> Body:
    return request_body(request, ["https://files.test/a"] * len(request.media), "own", Dialect.VIDEOS, review=False)


def wrong_by_theirs(body: Body) -> str:
    """Return what the stand-in refuses a body with; empty where it takes it."""
    try:
        read_videos(body)
    except Refused as refused:
        return f"{refused.refusal.status} {refused.refusal.code}: {refused.refusal.message}"
    return ""


def combinations() -> Iterator[tuple[Roles, dict[str, Any]]]:
    """Yield every combination of what depends on each other, with each of the other options, and without any."""
    alone = [{}, *({name: value} for name, values in OPTIONS.items() for value in values)]
    for roles, operation, duration, search, option in product(MEDIA, Operation, LENGTHS, (False, True), alone):
        # Which of several videos is extended or changed no page says, so the bot sends one: see below.
        if operation is GENERATE or roles.count(VIDEO) < 2:
            choices = {"operation": operation, "duration": duration, "web_search": search}
            yield roles, choices | option


def agree(roles: Roles, choices: dict[str, Any]) -> bool:
    """Tell whether it is refused, which must be the same for both."""
    draft = drafted(roles, **choices)
    ours, body = wrong_by_ours(draft, roles), body_of(draft, roles)
    if not ours:
        # What is sent is what was checked.
        body = written(replace(check_draft(draft, OFFERED), media=in_order(media_of(roles))))
    said = wrong_by_theirs(body)
    assert bool(ours) == said.startswith(INVALID) == bool(said), (roles, choices, ours, said)
    return bool(ours)


def test_whatever_is_combined_one_refuses_what_the_other_does() -> None:
    refused = [agree(roles, choices) for roles, choices in combinations()]
    assert len(refused) > 6000
    assert refused.count(False) > 500


@given(
    st.sampled_from([roles for roles in MEDIA if roles.count(VIDEO) < 2]),
    st.fixed_dictionaries(
        {"duration": st.integers(1, 40) | st.just(AUTOMATIC), "ratio": st.sampled_from(Ratio)},
        optional={
            "operation": st.sampled_from(Operation),
            "web_search": st.booleans(),
            **{name: st.sampled_from((None, *OPTIONS[name])) for name in ("resolution", "format", "sound", "seed")},
            "last_picture": st.booleans(),
        },
    ),
)
def test_all_options_at_once_are_judged_alike(roles: Roles, choices: dict[str, Any]) -> None:
    agree(roles, choices)


NOT_MADE = "duration must be between 4 and 30"
ALONE = "cannot be used together with reference media"
LACKS = "requires at least one video_with_roles"
SIZES = ("480p", "720p", "1080p")


@pytest.mark.parametrize(
    ("roles", "choices", "ours", "said"),
    [
        ((), {"duration": 3}, [DurationOutside(3, 4, 30)], NOT_MADE),
        ((), {"duration": 31}, [DurationOutside(31, 4, 30)], NOT_MADE),
        ((), {"resolution": Resolution.UHD}, [Unsupported("resolution", "4k", SIZES)], "resolution must be one of"),
        ((), {"seed": 7}, [Unsupported("seed", "")], "seed is not supported"),
        ((IMAGE,), {"web_search": True}, [SearchWithMedia()], "web_search is only supported"),
        ((FIRST,), {"web_search": True}, [SearchWithMedia()], "web_search is only supported"),
        ((FIRST, IMAGE), {}, [FramesWithReferences()], ALONE),
        ((FIRST, LAST, VIDEO), {}, [FramesWithReferences()], ALONE),
        ((FIRST, AUDIO), {}, [FramesWithReferences()], ALONE),
        ((LAST,), {}, [LastWithoutFirst()], "last_frame requires first_frame"),
        ((FIRST, FIRST), {}, [FrameGivenTwice("first_frame 0")], "At most 1 first_frame"),
        ((FIRST, LAST, LAST), {}, [FrameGivenTwice("last_frame 1")], "At most 1 last_frame"),
        ((IMAGE,) * 31, {}, [TooManyMedia(Kind.IMAGE, 31, 30)], "At most 30 reference_image"),
        ((VIDEO,) * 11, {}, [TooManyMedia(Kind.VIDEO, 11, 10)], "At most 10 reference_video"),
        ((AUDIO,) * 11, {}, [TooManyMedia(Kind.AUDIO, 11, 10)], "At most 10 reference_audio"),
        (
            (*MOST, VIDEO),
            {},
            [TooManyMedia(Kind.VIDEO, 11, 10), TooManyMedia(None, 51, 50)],
            "At most 10 reference_video",
        ),
        ((), {"operation": EXTEND}, [SourceMissing(EXTEND)], LACKS),
        ((IMAGE,), {"operation": EDIT, "duration": AUTOMATIC}, [SourceMissing(EDIT)], LACKS),
        ((FIRST,), {"operation": EXTEND}, [SourceMissing(EXTEND)], LACKS),
        ((FIRST, VIDEO), {"operation": EXTEND}, [FramesWithReferences()], ALONE),
        ((VIDEO,), {"operation": EDIT}, [LengthStays()], "duration must be -1"),
        ((VIDEO,), {"operation": EXTEND, "duration": 31}, [DurationOutside(31, 4, 30)], NOT_MADE),
        ((VIDEO,), {"operation": EXTEND, "web_search": True}, [SearchWithMedia()], "web_search is only supported"),
        # What no other model has.
        ((), {"format": OutputFormat.MOV, "model": Model.SEEDANCE_2}, [Unsupported("format", "mov", ())], "output_"),
        ((), {"duration": 16, "model": Model.SEEDANCE_2}, [DurationOutside(16, 4, 15)], "between 4 and 15"),
        ((VIDEO,), {"operation": EXTEND, "model": Model.SEEDANCE_2}, [OperationUnsupported(EXTEND)], "not supported"),
    ],
)
def test_what_cannot_be_is_named_and_sent_nevertheless_refused(
    roles: Roles, choices: dict[str, Any], ours: list[object], said: str
) -> None:
    draft = drafted(roles, **choices)
    assert wrong_by_ours(draft, roles) == ours
    refused = wrong_by_theirs(body_of(draft, roles))
    assert refused.startswith(INVALID)
    assert said in refused


@pytest.mark.parametrize(
    ("roles", "choices"),
    [
        ((), {"duration": AUTOMATIC, "ratio": Ratio.ADAPTIVE, "format": OutputFormat.MOV, "web_search": True}),
        ((), {"duration": 30, "resolution": Resolution.P1080, "last_picture": True, "sound": False}),
        ((AUDIO,), {}),
        ((AUDIO,) * 10, {"ratio": Ratio.ADAPTIVE}),
        ((FIRST,), {"duration": 30}),
        ((FIRST, LAST), {"duration": AUTOMATIC}),
        # Ten videos of fifteen seconds, and as many sounds.
        (MOST, {"format": OutputFormat.MOV, "last_picture": True}),
        ((VIDEO,), {"operation": EDIT, "duration": AUTOMATIC, "format": OutputFormat.MOV}),
        ((VIDEO, IMAGE, AUDIO), {"operation": EXTEND, "duration": AUTOMATIC}),
        ((VIDEO,), {"operation": EXTEND, "duration": 30, "last_picture": True}),
    ],
)
def test_what_can_be_is_taken_by_both(roles: Roles, choices: dict[str, Any]) -> None:
    assert not agree(roles, choices)


@pytest.mark.parametrize(
    ("roles", "choices"),
    [((FIRST,), {}), ((FIRST, LAST), {}), ((VIDEO,), {"operation": EDIT, "duration": AUTOMATIC})],
)
def test_a_ratio_beside_frames_or_an_operation_is_never_sent(roles: Roles, choices: dict[str, Any]) -> None:
    body = body_of(drafted(roles, **choices), roles)
    assert check_draft(drafted(roles, **choices), OFFERED).ratio is Ratio.ADAPTIVE
    assert wrong_by_theirs(body) == ""
    assert "aspect_ratio must be adaptive" in wrong_by_theirs(body | {"aspect_ratio": "16:9"})


def test_of_several_videos_none_is_extended() -> None:
    # The page of the model asks for one at the least, and does not say which of several it is.
    for operation, duration in ((EXTEND, 30), (EDIT, AUTOMATIC)):
        draft = drafted((VIDEO, VIDEO), operation=operation, duration=duration)
        assert wrong_by_ours(draft, (VIDEO, VIDEO)) == [TooManyMedia(Kind.VIDEO, 2, 1)]
        assert wrong_by_theirs(body_of(draft, (VIDEO, VIDEO))) == ""


def kept_from_extending(source: Job, added: int) -> object:
    """Return what is wrong with adding so many seconds to a video, if anything is."""
    draft = Draft("d" * 20, 1, 0.0, PLAIN)
    try:
        check_draft(draft_of(draft, source, NextStep.EXTEND, StepInput("on", added), OFFERED).request, OFFERED)
    except Refusal as refusal:
        return refusal.problem
    return None


def test_an_extension_that_would_be_too_short_or_too_long_is_refused_by_both() -> None:
    refused = 0
    for before, added in product(range(1, 31), range(1, 31)):
        request = VideoRequest("a fox", Model.SEEDANCE_2_5, before, Ratio.WIDE)
        source = job(request=request, stage=Stage.DELIVERED, charged=before, clip_bytes=9)
        ours = kept_from_extending(source, added)
        body = body_of(drafted((VIDEO,), operation=EXTEND, duration=before + added), (VIDEO,))
        assert (ours is not None) == bool(wrong_by_theirs(body)), (before, added)
        if ours is None:
            file = theirs.StoredFile(Path("a"), "b", 9)
            seen = theirs.Seen(file, theirs.Kind.VIDEO, "MP4", (64, 36), float(before), Path("a"))
            assert settled(read_videos(body), [seen]).duration == before + added
        else:
            assert isinstance(ours, NothingLeft if before + added > 30 else DurationOutside)
            refused += 1
    assert refused == 30 * 31 // 2 + 3
