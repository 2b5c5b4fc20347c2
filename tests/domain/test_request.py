"""What is checked about a draft before anything else."""

from dataclasses import replace

import pytest

from bot.domain.errors import (
    DurationOutside,
    PromptEmpty,
    PromptTooLong,
    RatioUnknown,
    Refusal,
    SeedOutside,
    Unsupported,
)
from bot.domain.media import AttachmentInput, Kind, Role
from bot.domain.media_problems import (
    FrameGivenTwice,
    FramesWithReferences,
    LastWithoutFirst,
    MediumTooLarge,
    SearchWithMedia,
)
from bot.domain.models import MAX_PROMPT, MAX_SEED, Dialect, Model, Ratio, Resolution
from bot.domain.prompts import clean_prompt
from bot.domain.request import (
    AssetInput,
    RequestDraft,
    VideoRequest,
    asked_again,
    check_draft,
    max_size,
)
from bot.toapis.model_table import catalogue
from tests.models import CAPABILITIES, capability_of

OFFERED = [(dialect, model) for dialect in Dialect for model in CAPABILITIES[dialect]]
MEBIBYTE = 1024 * 1024
PLAIN = RequestDraft("a fox", Model.SEEDANCE_2, 5, Ratio.WIDE)
FIRST = AttachmentInput("https://cdn.test/a", "a", 10, Role.FIRST_FRAME, "image")
LAST = AttachmentInput("https://cdn.test/b", "b", 10, Role.LAST_FRAME, "last_frame")
ANY = AttachmentInput("https://cdn.test/c", "c", 10, None, "reference")
SOUND = AttachmentInput("https://cdn.test/d", "d", 10, Role.REFERENCE_AUDIO, "sounds")
FIRST_ASSET = AssetInput("Kira", Role.FIRST_FRAME, "image_asset")
LAST_ASSET = AssetInput("Kira", Role.LAST_FRAME, "last_frame_asset")
ASSET = AssetInput("Kira")


def asked(dialect: Dialect = Dialect.VIDEO, **changes: object) -> VideoRequest | list[object]:
    """The request, or all that is wrong with the draft."""
    try:
        return check_draft(replace(PLAIN, **changes), catalogue(dialect))
    except Refusal as refusal:
        return list(refusal.problems)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"prompt": " \n\x00 "}, PromptEmpty()),
        ({"prompt": "\u200b\u200b"}, PromptEmpty()),
        ({"prompt": "\u202e \u3164"}, PromptEmpty()),
        ({"prompt": "\u2800\u0301"}, PromptEmpty()),
        ({"prompt": "x" * (MAX_PROMPT + 1)}, PromptTooLong(MAX_PROMPT + 1, MAX_PROMPT)),
        ({"duration": 3}, DurationOutside(3, 4, 15)),
        ({"duration": 16}, DurationOutside(16, 4, 15)),
        # The provider would choose a length by itself.
        ({"duration": 0}, DurationOutside(0, 4, 15)),
        ({"duration": -1}, DurationOutside(-1, 4, 15)),
    ],
)
@pytest.mark.parametrize(("dialect", "model"), OFFERED)
def test_one_past_a_limit_is_refused(
    dialect: Dialect, model: Model, changes: dict[str, object], problem: object
) -> None:
    newest = {3: [DurationOutside(3, 4, 30)], -1: [DurationOutside(-1, 4, 30)]}
    if model is Model.SEEDANCE_2_5 and "duration" in changes:
        came = asked(dialect, model=model, **changes)
        assert isinstance(came, VideoRequest) if changes["duration"] in {0, 16} else came == newest[changes["duration"]]
    else:
        assert asked(dialect, model=model, **changes) == [problem]


@pytest.mark.parametrize("duration", [4, 15])
@pytest.mark.parametrize(("dialect", "model"), OFFERED)
def test_what_is_at_a_limit_is_taken(dialect: Dialect, model: Model, duration: int) -> None:
    for ratio in capability_of(model, dialect).ratios:
        request = asked(dialect, prompt="x" * MAX_PROMPT, model=model, duration=duration, ratio=ratio)
        assert isinstance(request, VideoRequest)
        assert (request.duration, request.model, request.ratio, len(request.prompt)) == (duration, model, ratio, 6000)


@pytest.mark.parametrize(
    ("dialect", "ratios"),
    [
        (Dialect.VIDEO, {"16:9", "9:16", "1:1", "4:3"}),
        (Dialect.VIDEOS, {"21:9", "16:9", "4:3", "1:1", "3:4", "9:16", "adaptive"}),
    ],
)
def test_each_dialect_takes_its_own_ratios(dialect: Dialect, ratios: set[str]) -> None:
    for model in CAPABILITIES[dialect]:
        taken = {ratio for ratio in Ratio if isinstance(asked(dialect, model=model, ratio=ratio), VideoRequest)}
        assert taken == ratios
        refused = [asked(dialect, model=model, ratio=ratio) for ratio in Ratio if ratio not in ratios]
        assert refused == [[RatioUnknown(ratio)] for ratio in Ratio if ratio not in ratios]


@pytest.mark.parametrize(
    ("dialect", "model", "sizes"),
    [
        (Dialect.VIDEO, Model.SEEDANCE_2, ()),
        (Dialect.VIDEO, Model.SEEDANCE_2_FAST, ()),
        (Dialect.VIDEOS, Model.SEEDANCE_2, ("480p", "720p", "1080p", "4k")),
        (Dialect.VIDEOS, Model.SEEDANCE_2_FAST, ("480p", "720p")),
        (Dialect.VIDEOS, Model.SEEDANCE_2_MINI, ("480p", "720p")),
        (Dialect.VIDEOS, Model.SEEDANCE_2_5, ("480p", "720p", "1080p")),
    ],
)
def test_each_model_takes_its_own_resolutions(dialect: Dialect, model: Model, sizes: tuple[str, ...]) -> None:
    for size in Resolution:
        came = asked(dialect, model=model, resolution=size)
        if size in sizes:
            assert isinstance(came, VideoRequest)
            assert came.resolution is size
        else:
            assert came == [Unsupported("resolution", size, sizes)]
    left = asked(dialect, model=model)
    assert isinstance(left, VideoRequest)
    assert left.resolution == (Resolution.P720 if sizes else None)


@pytest.mark.parametrize("given", [("sound", True), ("sound", False), ("last_picture", True), ("web_search", True)])
def test_what_only_one_dialect_has_is_asked_for_there_alone(given: tuple[str, bool]) -> None:
    option, value = given
    for dialect, model in OFFERED:
        came = asked(dialect, model=model, **{option: value})
        if dialect is Dialect.VIDEO:
            assert came == [Unsupported(option, "")]
        else:
            assert isinstance(came, VideoRequest)
            assert getattr(came, option) is value


@pytest.mark.parametrize(("seed", "taken"), [(-1, False), (0, True), (MAX_SEED, True), (MAX_SEED + 1, False)])
def test_a_seed_is_a_whole_number_from_0(seed: int, taken: bool) -> None:
    for dialect, model in OFFERED:
        came = asked(dialect, model=model, seed=seed)
        if dialect is Dialect.VIDEO or model is Model.SEEDANCE_2_5:
            assert came == [Unsupported("seed", "")]
        elif taken:
            assert isinstance(came, VideoRequest)
            assert came.seed == seed
        else:
            assert came == [SeedOutside(seed, MAX_SEED)]


def test_a_model_of_the_other_dialect_is_not_offered_and_hides_no_other_mistake() -> None:
    known = (Model.SEEDANCE_2, Model.SEEDANCE_2_FAST)
    assert asked(model=Model.SEEDANCE_2_MINI) == [Unsupported("model", "seedance-2-mini", known)]
    assert asked(model=Model.SEEDANCE_2_MINI, prompt="", duration=99, files=(LAST,)) == [
        Unsupported("model", "seedance-2-mini", known),
        PromptEmpty(),
        DurationOutside(99, 4, 15),
        LastWithoutFirst(),
    ]


@pytest.mark.parametrize(("dialect", "model"), OFFERED)
@pytest.mark.parametrize(
    ("files", "assets"),
    [
        ((), ()),
        ((FIRST,), ()),
        ((), (FIRST_ASSET,)),
        ((FIRST, LAST), ()),
        ((FIRST,), (LAST_ASSET,)),
        ((LAST,), (FIRST_ASSET,)),
        ((), (FIRST_ASSET, LAST_ASSET)),
        ((ANY,), ()),
        ((ANY, SOUND), (ASSET,)),
        ((), (ASSET, ASSET)),
    ],
)
def test_three_modes_are_taken(dialect, model, files, assets) -> None:
    assert isinstance(asked(dialect, model=model, files=files, assets=assets), VideoRequest)


@pytest.mark.parametrize(("dialect", "model"), OFFERED)
@pytest.mark.parametrize(
    ("files", "assets", "problems"),
    [
        ((FIRST, ANY), (), [FramesWithReferences()]),
        ((FIRST, LAST, SOUND), (), [FramesWithReferences()]),
        ((FIRST,), (ASSET,), [FramesWithReferences()]),
        ((ANY,), (FIRST_ASSET,), [FramesWithReferences()]),
        ((), (FIRST_ASSET, LAST_ASSET, ASSET), [FramesWithReferences()]),
        ((LAST,), (), [LastWithoutFirst()]),
        ((), (LAST_ASSET,), [LastWithoutFirst()]),
        ((LAST, ANY), (), [FramesWithReferences(), LastWithoutFirst()]),
        ((FIRST,), (FIRST_ASSET,), [FrameGivenTwice("image")]),
        ((FIRST, LAST), (LAST_ASSET,), [FrameGivenTwice("last_frame")]),
        ((LAST,), (LAST_ASSET,), [FrameGivenTwice("last_frame"), LastWithoutFirst()]),
        ((FIRST, LAST), (FIRST_ASSET, LAST_ASSET), [FrameGivenTwice("image"), FrameGivenTwice("last_frame")]),
        ((FIRST, ANY), (FIRST_ASSET,), [FrameGivenTwice("image"), FramesWithReferences()]),
    ],
)
def test_what_excludes_each_other_is_named(dialect, model, files, assets, problems) -> None:
    assert asked(dialect, model=model, files=files, assets=assets) == problems


@pytest.mark.parametrize("model", CAPABILITIES[Dialect.VIDEOS])
@pytest.mark.parametrize("given", [{"files": (FIRST,)}, {"files": (ANY,)}, {"assets": (ASSET,)}])
def test_web_search_is_for_text_alone(model: Model, given: dict[str, object]) -> None:
    assert asked(Dialect.VIDEOS, model=model, web_search=True, **given) == [SearchWithMedia()]
    # In the other dialect it is not there at all, which is one mistake and not two.
    assert asked(Dialect.VIDEO, web_search=True, **given) == [Unsupported("web_search", "")]


# Of what is larger than the provider takes a smaller copy is made.
MAX = {
    Role.FIRST_FRAME: 50 * MEBIBYTE,
    Role.LAST_FRAME: 50 * MEBIBYTE,
    Role.REFERENCE_IMAGE: 50 * MEBIBYTE,
    Role.REFERENCE_VIDEO: 200 * MEBIBYTE,
    Role.REFERENCE_AUDIO: 100 * MEBIBYTE,
    None: 200 * MEBIBYTE,
}


@pytest.mark.parametrize(("dialect", "model"), OFFERED)
@pytest.mark.parametrize("role", [*Role, None])
def test_a_size_that_discord_states_is_judged_before_a_byte_is_fetched(dialect, model, role) -> None:
    maximum = MAX[role]
    beside = (replace(FIRST, option="first"),) if role is Role.LAST_FRAME else ()
    at, past = (AttachmentInput("https://cdn.test/x", "x", size, role, "mine") for size in (maximum, maximum + 1))
    assert max_size(at, capability_of(model, dialect)) == maximum
    assert isinstance(asked(dialect, model=model, files=(*beside, at)), VideoRequest)
    assert asked(dialect, model=model, files=(*beside, past)) == [MediumTooLarge("mine", maximum + 1, maximum)]


def test_every_mistake_is_named_at_once() -> None:
    large = replace(ANY, size=201 * MEBIBYTE)
    wrong = {"prompt": "", "duration": 1, "ratio": Ratio.CINEMA, "resolution": Resolution.UHD, "sound": False}
    assert asked(files=(LAST, large, large), seed=-1, web_search=True, last_picture=True, **wrong) == [
        PromptEmpty(),
        DurationOutside(1, 4, 15),
        RatioUnknown("21:9"),
        Unsupported("resolution", "4k"),
        Unsupported("sound", ""),
        Unsupported("seed", ""),
        Unsupported("last_picture", ""),
        Unsupported("web_search", ""),
        FramesWithReferences(),
        LastWithoutFirst(),
        MediumTooLarge("reference", 201 * MEBIBYTE, 200 * MEBIBYTE),
        MediumTooLarge("reference", 201 * MEBIBYTE, 200 * MEBIBYTE),
    ]


@pytest.mark.parametrize("prompt", ["🦊", "狐", "?", "7", "ع", "e\u0301"])
def test_a_single_sign_is_a_prompt(prompt: str) -> None:
    assert asked(prompt=prompt) == VideoRequest(prompt, Model.SEEDANCE_2, 5, Ratio.WIDE)


def test_a_prompt_keeps_everything_that_can_be_written() -> None:
    text = "**bold** @everyone \u202e 狐狸 🦊 ‎مرحبا\n`code`"
    assert clean_prompt(f" {text}\x00\ud83e ") == text


@pytest.mark.parametrize(("dialect", "model"), OFFERED)
def test_a_reference_of_each_kind_has_its_role(dialect: Dialect, model: Model) -> None:
    capability = capability_of(model, dialect)
    assert [role for role in map(Role.of_reference, Kind) if capability.takes(role)] == [
        Role.REFERENCE_IMAGE,
        Role.REFERENCE_VIDEO,
        Role.REFERENCE_AUDIO,
    ]


def test_asked_again_in_a_dialect_that_knows_less_leaves_out_what_only_tunes() -> None:
    tuned = VideoRequest(
        "a fox", Model.SEEDANCE_2, 5, Ratio.WIDE, resolution=Resolution.UHD, sound=False, seed=7, last_picture=True
    )
    draft = asked_again(tuned, catalogue(Dialect.VIDEO))
    assert draft == RequestDraft("a fox", Model.SEEDANCE_2, 5, Ratio.WIDE)
    assert asked_again(tuned, catalogue(Dialect.VIDEOS)).seed == 7
    with pytest.raises(Refusal) as refused:
        check_draft(asked_again(replace(tuned, web_search=True), catalogue(Dialect.VIDEO)), catalogue(Dialect.VIDEO))
    assert refused.value.problems == (Unsupported("web_search", ""),)
