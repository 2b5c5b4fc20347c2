"""Every model is a row of a table: those that are not offered have bodies that keep their contract too."""

import json
from dataclasses import replace

import pytest
from jsonschema_rs import Draft202012Validator

from bot.domain.errors import Refusal, SubmitRefused, Unsupported
from bot.domain.media import AttachmentInput, Medium, Role
from bot.domain.media_problems import FramesWithReferences, Lacking, LastWithoutFirst, NotTogether, TooManyMedia
from bot.domain.models import Dialect, Feature, Model, Ratio, Resolution
from bot.domain.request import RequestDraft, VideoRequest, check_draft
from bot.domain.rules import AssignedMedium, broken_rules
from bot.toapis import model_table
from bot.toapis.model_table import MODELS, URL, MediumField, ModelRow, catalogue
from bot.toapis.request_body import request_body, unsupported_option
from tests.toapis.contract_schema import OTHER_SUBMITS
from tests.toapis.fakes import IMAGE, SOUND, VIDEO, a_job, address, provider, scripted_server

KLING, VEO = Model.KLING_V3_OMNI, Model.VEO_3_1_OFFICIAL
NOT_OFFERED = [KLING, VEO]
FIRST, LAST = Medium(Role.FIRST_FRAME, IMAGE), Medium(Role.LAST_FRAME, IMAGE)
LARGE = replace(VIDEO, width=1280, height=720)
PICTURE, CLIP = Medium(Role.REFERENCE_IMAGE, IMAGE), Medium(Role.REFERENCE_VIDEO, LARGE)
AUDIO = Medium(Role.REFERENCE_AUDIO, SOUND)


def body(model, *media, prompt="p", duration=8, **choices):
    choices = {"ratio": Ratio.WIDE, "resolution": Resolution.P720, **choices}
    request = VideoRequest(prompt, model, duration, media=media, **choices)
    urls = [address(medium.source) for medium in media]
    made = request_body(request, urls, "job-1", Dialect.VIDEOS, review=True)
    if model.value in OTHER_SUBMITS:
        Draft202012Validator(OTHER_SUBMITS[model.value]).validate(json.loads(json.dumps(made)))
    return made


@pytest.mark.parametrize("model", NOT_OFFERED)
@pytest.mark.parametrize("resolution", [Resolution.P720, Resolution.P1080])
@pytest.mark.parametrize("sound", [None, True, False])
@pytest.mark.parametrize("media", [(), (FIRST,), (FIRST, LAST), (PICTURE,), (PICTURE, PICTURE, PICTURE)])
def test_the_bodies_of_models_that_are_not_offered_keep_their_contract(model, resolution, sound, media) -> None:
    for ratio in MODELS[Dialect.VIDEOS][model].capability.ratios:
        body(model, *media, resolution=resolution, sound=sound, ratio=ratio)


def test_kling_s_images_sit_in_its_metadata_and_in_its_prompt() -> None:
    made = body(KLING, PICTURE, PICTURE, prompt="Let Image 2 follow image 1, not image 3", resolution=Resolution.P1080)
    assert list(made.items()) == [
        ("model", "kling-v3-omni"),
        ("prompt", "Let <<<image_2>>> follow <<<image_1>>>, not image 3"),
        ("duration", 8),
        ("aspect_ratio", "16:9"),
        ("mode", "pro"),
        ("audio", False),
        ("metadata", {"image_list": [{"image_url": address(IMAGE)}] * 2}),
    ]


def test_a_reference_that_kling_s_prompt_does_not_mention_is_mentioned_at_its_end() -> None:
    made = body(KLING, PICTURE, PICTURE, CLIP, prompt="image 2 dances")
    assert made["prompt"] == "<<<image_2>>> dances <<<image_1>>> <<<video_1>>>"
    assert body(KLING, FIRST, LAST, prompt="a fox")["prompt"] == "a fox"


def test_kling_s_frames_have_their_types() -> None:
    url = address(IMAGE)
    assert body(KLING, FIRST, LAST)["metadata"] == {
        "image_list": [{"image_url": url, "type": "first_frame"}, {"image_url": url, "type": "end_frame"}]
    }


def test_kling_s_sound_excludes_its_video() -> None:
    made = body(KLING, CLIP)
    assert made["audio"] is False
    assert made["video_list"] == [{"video_url": address(LARGE), "refer_type": "feature"}]
    capability = MODELS[Dialect.VIDEOS][KLING].capability
    media = [AssignedMedium("reference", CLIP)]
    assert broken_rules(media, capability, sound=True) == [NotTogether("sound", "videos")]
    assert broken_rules(media, capability) == broken_rules(media, capability, sound=False) == []


def test_kling_takes_no_audio_and_one_video() -> None:
    capability = MODELS[Dialect.VIDEOS][KLING].capability
    media = [AssignedMedium("reference", each) for each in (CLIP, replace(CLIP), AUDIO)]
    problems = broken_rules(media, capability)
    assert [type(problem) for problem in problems] == [TooManyMedia, TooManyMedia]
    assert [(problem.kind, problem.given, problem.maximum) for problem in problems] == [
        ("video", 2, 1),
        ("audio", 1, 0),
    ]


def test_veo_s_body_has_its_own_names_and_paths() -> None:
    url = address(IMAGE)
    made = body(VEO, FIRST, LAST, resolution=Resolution.UHD, sound=False, ratio=Ratio.TALL)
    assert made == {
        "model": "Veo3.1-quality-official",
        "prompt": "p",
        "duration": 8,
        "size": "9:16",
        "resolution": "4k",
        "image_urls": [url],
        "metadata": {"generateAudio": False, "lastFrame": url},
    }
    assert body(VEO, PICTURE, PICTURE)["metadata"] == {"generateAudio": True, "referenceImages": [url, url]}


@pytest.fixture
def veo_offered(monkeypatch):
    row = replace(MODELS[Dialect.VIDEOS][VEO], enabled=True)
    monkeypatch.setitem(model_table.MODELS[Dialect.VIDEOS], VEO, row)


def problems_of(**changes):
    draft = RequestDraft(**{"prompt": "p", "model": VEO, "duration": 8, "ratio": Ratio.WIDE, **changes})
    try:
        return check_draft(draft, catalogue(Dialect.VIDEOS))
    except Refusal as refusal:
        return list(refusal.problems)


@pytest.mark.usefixtures("veo_offered")
def test_switching_a_row_on_offers_it_with_its_own_lengths() -> None:
    assert [problems_of(duration=seconds).duration for seconds in (4, 6, 8)] == [4, 6, 8]
    assert problems_of(duration=5) == [Unsupported("duration", "5", ("4", "6", "8"))]
    assert problems_of().resolution is Resolution.P720
    assert unsupported_option(problems_of(), Dialect.VIDEOS) is None


@pytest.mark.parametrize("model", NOT_OFFERED)
@pytest.mark.parametrize("dialect", Dialect)
def test_a_model_that_is_switched_off_is_in_no_catalogue_and_is_refused(model, dialect) -> None:
    available = catalogue(dialect)
    assert model not in available.models
    with pytest.raises(Refusal) as refused:
        check_draft(RequestDraft("p", model, 8, Ratio.WIDE), available)
    assert refused.value.problems[0] == Unsupported("model", model, available.models)


@pytest.mark.parametrize("model", NOT_OFFERED)
async def test_a_stored_job_of_a_model_that_is_switched_off_is_never_sent(model) -> None:
    async with scripted_server() as server, provider(server.url, dialect=Dialect.VIDEOS) as api:
        with pytest.raises(SubmitRefused):
            await api.submit(a_job(choices={"model": model}, dialect=Dialect.VIDEOS))
        assert server.ledger.entries == []


# Rows for other models of the provider's pages, as one would add them.
HAILUO = replace(
    MODELS[Dialect.VIDEOS][VEO],
    capability=replace(MODELS[Dialect.VIDEOS][VEO].capability, seconds=(6, 10), sound=False, resolutions=()),
    media={
        Role.FIRST_FRAME: MediumField("image_urls"),
        Role.LAST_FRAME: MediumField("metadata.last_frame_image", single=True),
    },
    ratio=None,
)
WAN = replace(
    MODELS[Dialect.VIDEOS][VEO],
    media={
        Role.FIRST_FRAME: MediumField("image_urls"),
        Role.REFERENCE_VIDEO: MediumField("metadata.reference_urls"),
        Role.REFERENCE_AUDIO: MediumField("audio_with_roles", {"url": URL, "role": "reference_audio"}),
    },
    ratio="aspect_ratio",
    ratio_beside_images=False,
    sound="audio",
    sizes={Resolution.P720: "720P"},
)


@pytest.mark.parametrize(
    ("row", "media", "fields"),
    [
        (HAILUO, (FIRST, LAST), {"image_urls": [address(IMAGE)], "metadata": {"last_frame_image": address(IMAGE)}}),
        (HAILUO, (), {}),
        (WAN, (FIRST,), {"resolution": "720P", "audio": True, "image_urls": [address(IMAGE)]}),
        (
            WAN,
            (CLIP, AUDIO),
            {
                "aspect_ratio": "16:9",
                "resolution": "720P",
                "audio": True,
                "metadata": {"reference_urls": [address(LARGE)]},
                "audio_with_roles": [{"url": address(SOUND), "role": "reference_audio"}],
            },
        ),
    ],
)
def test_another_model_needs_a_row_and_no_code(row: ModelRow, media, fields, monkeypatch) -> None:
    monkeypatch.setitem(model_table.MODELS[Dialect.VIDEOS], VEO, row)
    resolution = Resolution.P720 if row.capability.resolutions else None
    request = VideoRequest("p", VEO, 6, Ratio.WIDE, media, resolution=resolution)
    made = request_body(request, [address(each.source) for each in media], "job-1", Dialect.VIDEOS, review=False)
    assert made == {"model": VEO.value, "prompt": "p", "duration": 6, **fields}


@pytest.mark.usefixtures("veo_offered")
def test_what_a_model_has_no_role_for_is_refused_before_anything_is_fetched(monkeypatch) -> None:
    row = replace(HAILUO, enabled=True, capability=replace(HAILUO.capability, rules={}, max_count={}))
    monkeypatch.setitem(model_table.MODELS[Dialect.VIDEOS], VEO, row)
    file = AttachmentInput("https://a.example", "f", 10**12, Role.LAST_FRAME, "last_frame")
    problems = problems_of(duration=6, files=(file, replace(file, role=None, option="reference")))
    assert problems == [
        Unsupported("last_frame", ""),
        Unsupported("reference", ""),
        FramesWithReferences(),
        LastWithoutFirst(),
    ]


def test_a_model_may_need_an_image() -> None:
    capability = replace(HAILUO.capability, needs={Feature.PROMPT: (Feature.IMAGES,)})
    assert broken_rules([], capability) == [Lacking(Feature.PROMPT, (Feature.IMAGES,))]
    assert broken_rules([AssignedMedium("image", FIRST)], capability) == []


def test_every_role_has_a_field_and_a_count() -> None:
    for rows in MODELS.values():
        for row in rows.values():
            assert row.capability.rules.keys() <= row.media.keys()
            assert row.capability.rules.keys() <= row.capability.max_count.keys()
            assert row.capability.default_seconds in row.capability.seconds
            assert {feature for pair in row.capability.excludes for feature in pair} <= set(Feature)
