"""Bodies to the letter: each dialect's fields in their order, and the examples of the provider's page."""

import json

import pytest

from bot.domain.media import AssetUse, Kind, Medium, Role
from bot.domain.models import Dialect, Model, Ratio, Resolution
from bot.domain.request import VideoRequest
from bot.toapis.request_body import request_body, unsupported_option
from tests.toapis.fakes import IMAGE, SOUND, VIDEO, address, asset

# From the page "POST /v1/video/generations", as they stand there.
TEXT = """{
    "model": "seedance-2",
    "prompt": "A calm sunrise over the ocean, with gentle waves and cinematic lighting.",
    "duration": 10,
    "ratio": "16:9"
  }"""
ONE_ASSET = """{
  "model": "seedance-2",
  "prompt": "Keep the same person from image 1 and let them slowly turn around in front of a floor-to-ceiling window with a gentle camera push-in.",
  "image_with_roles": [
    {
      "url": "asset://asset_img_01KXXXXXXX",
      "role": "reference_image"
    }
  ]
}"""  # noqa: E501 - as it stands there
THREE_ASSETS = """{
  "model": "seedance-2",
  "prompt": "Keep the character from image 1, follow the camera movement of video 1, and match the rhythm and mood of audio 1 to generate an indoor talking-head video.",
  "image_with_roles": [
    {
      "url": "asset://asset_img_01KXXXXXXX",
      "role": "reference_image"
    }
  ],
  "video_with_roles": [
    {
      "url": "asset://asset_vid_01KXXXXXXX",
      "role": "reference_video"
    }
  ],
  "audio_with_roles": [
    {
      "url": "asset://asset_aud_01KXXXXXXX",
      "role": "reference_audio"
    }
  ]
}"""  # noqa: E501 - as it stands there
ASSETS = (
    asset("asset_img_01KXXXXXXX", Role.REFERENCE_IMAGE),
    asset("asset_vid_01KXXXXXXX", Role.REFERENCE_VIDEO),
    asset("asset_aud_01KXXXXXXX", Role.REFERENCE_AUDIO),
)


def _url(medium):
    source = medium.source
    return f"asset://{source.asset_id}" if isinstance(source, AssetUse) else address(source)


def body(dialect=Dialect.VIDEO, *media, review=False, **choices):
    words = {"prompt": "p", "model": Model.SEEDANCE_2, "duration": 10, "ratio": Ratio.WIDE, **choices}
    request = VideoRequest(media=media, **words)
    urls = [_url(medium) for medium in media]
    return request_body(request, urls, "job-1", dialect, review=review)


@pytest.mark.parametrize(("text", "media"), [(TEXT, ()), (ONE_ASSET, ASSETS[:1]), (THREE_ASSETS, ASSETS)])
def test_the_page_s_own_examples_come_out_but_for_what_we_say_on_top(text, media) -> None:
    documented = json.loads(text)
    made = body(Dialect.VIDEO, *media, prompt=documented["prompt"])
    assert list(made)[2:4] == ["duration", "ratio"]
    for own in ("duration", "ratio"):
        own_id = made.pop(own)
        assert own_id == documented.pop(own, own_id)
    assert json.dumps(made) == json.dumps(documented)


FIRST, LAST = Medium(Role.FIRST_FRAME, IMAGE), Medium(Role.LAST_FRAME, IMAGE)
TOLD = {"model": "seedance-2", "prompt": "p", "duration": 10}


def test_a_first_frame_alone_goes_to_its_documented_place() -> None:
    assert body(Dialect.VIDEO, FIRST) == {**TOLD, "ratio": "16:9", "image_urls": [address(IMAGE)]}


@pytest.mark.parametrize(
    "media",
    [
        (FIRST, LAST),
        (asset("a", Role.FIRST_FRAME),),
        (Medium(Role.REFERENCE_IMAGE, IMAGE),),
    ],
)
def test_all_other_images_go_with_their_roles(media) -> None:
    made = body(Dialect.VIDEO, *media)
    assert list(made) == ["model", "prompt", "duration", "ratio", "image_with_roles"]
    assert [entry["role"] for entry in made["image_with_roles"]] == [medium.role.value for medium in media]


def test_in_videos_a_first_frame_alone_goes_with_its_role_too() -> None:
    made = body(Dialect.VIDEOS, FIRST)
    assert made["image_with_roles"] == [{"url": address(IMAGE), "role": "first_frame"}]
    assert "image_urls" not in made


def test_in_videos_everything_can_be_said() -> None:
    media = [Medium(Role.REFERENCE_IMAGE, IMAGE), ASSETS[0], Medium(Role.REFERENCE_VIDEO, VIDEO)]
    media.append(Medium(Role.REFERENCE_AUDIO, SOUND))
    choices = {"resolution": Resolution.UHD, "sound": False, "seed": 0, "last_picture": True, "ratio": Ratio.ADAPTIVE}
    made = body(Dialect.VIDEOS, *media, review=True, **choices)
    assert list(made.items()) == [
        *TOLD.items(),
        ("aspect_ratio", "adaptive"),
        ("resolution", "4k"),
        ("generate_audio", False),
        (
            "image_with_roles",
            [
                {"url": address(IMAGE), "role": "reference_image"},
                {"url": "asset://asset_img_01KXXXXXXX", "role": "reference_image"},
            ],
        ),
        ("video_with_roles", [{"url": address(VIDEO), "role": "reference_video"}]),
        ("audio_with_roles", [{"url": address(SOUND), "role": "reference_audio"}]),
        ("seed", 0),
        ("return_last_frame", True),
        ("private_asset_review", True),
        ("client_business_id", "job-1"),
    ]


def test_a_review_is_only_asked_for_where_there_is_something_to_review() -> None:
    assert "private_asset_review" not in body(Dialect.VIDEOS, review=True)
    assert body(Dialect.VIDEOS, FIRST, review=True)["private_asset_review"] is True


def test_in_videos_only_what_was_chosen_is_sent() -> None:
    plain = {**TOLD, "aspect_ratio": "16:9", "generate_audio": True, "client_business_id": "job-1"}
    assert body(Dialect.VIDEOS) == plain
    searching = {**plain, "tools": [{"type": "web_search"}]}
    assert body(Dialect.VIDEOS, web_search=True, sound=True) == searching


def test_a_medium_without_an_address_makes_no_body() -> None:
    request = VideoRequest("p", Model.SEEDANCE_2, 5, Ratio.WIDE, (FIRST, LAST))
    with pytest.raises(ValueError, match="zip"):
        request_body(request, ["https://a.example/b"], "job-1", Dialect.VIDEOS, review=False)


@pytest.mark.parametrize(
    ("choices", "option"),
    [
        ({"model": Model.SEEDANCE_2_MINI}, "model"),
        ({"ratio": Ratio.CINEMA}, "ratio"),
        ({"resolution": Resolution.P720}, "resolution"),
        ({"sound": True}, "sound"),
        ({"seed": 0}, "seed"),
        ({"last_picture": True}, "last_picture"),
        ({"web_search": True}, "web_search"),
        ({}, None),
    ],
)
def test_what_only_the_other_dialect_can_say_is_noticed(choices, option) -> None:
    words = {"prompt": "p", "model": Model.SEEDANCE_2, "duration": 5, "ratio": Ratio.WIDE, **choices}
    request = VideoRequest(**words)
    assert unsupported_option(request, Dialect.VIDEO) == option
    assert unsupported_option(request, Dialect.VIDEOS) is None


def test_kinds_are_numbered_by_their_own_fields() -> None:
    media = [asset(f"{kind}{n}", role) for role, kind in ((r, r.kind) for r in Role if r.refers) for n in (1, 2, 3)]
    made = body(Dialect.VIDEOS, *media)
    for kind in Kind:
        assert [entry["url"] for entry in made[f"{kind}_with_roles"]] == [f"asset://{kind}{n}" for n in (1, 2, 3)]
