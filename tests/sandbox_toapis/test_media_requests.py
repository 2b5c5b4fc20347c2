"""Media in requests: which are taken in which dialect, and which are refused before anything is paid."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox_toapis.client import ORDER, Client, client, files
from tests.sandbox_toapis.samples import REFERENCE, sound, video

FILES = {"image": "ref.png", "video": "clip.mp4", "audio": "voice.wav"}


def samples() -> dict[str, bytes]:
    return {"ref.png": REFERENCE, "clip.mp4": video(), "voice.wav": sound()}


def with_roles(place: str, **numbers: int) -> dict[str, Any]:
    """The three arrays with so many media of each role."""
    body: dict[str, list[dict[str, str]]] = {}
    for role, number in numbers.items():
        kind = role.removeprefix("reference_") if role.startswith("reference") else "image"
        entry = {"url": f"{place}/{FILES[kind]}", "role": role}
        body.setdefault(f"{kind}_with_roles", []).extend([entry] * number)
    return body


def order(word: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    own = {"ratio": None, "aspect_ratio": "16:9", "resolution": "480p"} if word == "videos" else {}
    return {**own, **fields}


async def said(asks: Client, word: str, fields: Mapping[str, Any]) -> str:
    """The refusal's sentence; nothing may have been paid."""
    answer = await asks.submit(word, **order(word, fields))
    assert (answer.status, answer.json["error"]["code"]) == (400, "invalid_request"), answer.json
    assert asks.provider.ledger.of("paid") == []
    return answer.json["error"]["message"]


TAKEN = [
    {"first_frame": 1},
    {"first_frame": 1, "last_frame": 1},
    {"reference_image": 1},
    {"reference_image": 9, "reference_video": 3, "reference_audio": 3},
    {"reference_video": 1, "reference_audio": 1},
    {"reference_video": 3},
]


@pytest.mark.parametrize("word", ["video", "videos"])
async def test_every_role_that_may_come_is_taken_in_its_order(tmp_path: Path, word: str) -> None:
    async with client(tmp_path, limited=False) as asks, files(samples()) as place:
        for numbers in TAKEN:
            fields = order(word, with_roles(place, **numbers))
            answer = await asks.submit(word, **fields)
            assert answer.status == 200, (numbers, answer.json)
            paid = asks.provider.ledger.of("paid")[-1].detail
            sent = {name: value for name, value in {**ORDER, **fields}.items() if value is not None}
            assert (paid["body"], list(paid["body"])) == (sent, list(sent))
            assert [medium["role"] for medium in paid["media"]] == [
                role for role, number in numbers.items() for _ in range(number)
            ]
            assert all(medium["sha256"] and medium["bytes"] for medium in paid["media"])


REFUSED = [
    ({"first_frame": 2}, "At most 1 first_frame"),
    ({"first_frame": 1, "last_frame": 2}, "At most 1 last_frame"),
    ({"reference_image": 10}, "At most 9 reference_image"),
    ({"reference_video": 4}, "At most 3 reference_video"),
    ({"reference_image": 1, "reference_audio": 4}, "At most 3 reference_audio"),
    ({"last_frame": 1}, "last_frame requires first_frame"),
    ({"reference_audio": 1}, "reference_audio requires"),
    ({"first_frame": 1, "reference_image": 1}, "cannot be used together with reference media"),
    ({"first_frame": 1, "last_frame": 1, "reference_video": 1}, "cannot be used together with reference media"),
    ({"first_frame": 1, "reference_audio": 1}, "cannot be used together with reference media"),
]


@pytest.mark.parametrize("word", ["video", "videos"])
async def test_what_cannot_go_together_is_refused(tmp_path: Path, word: str) -> None:
    async with client(tmp_path, limited=False) as asks:
        for numbers, sentence in REFUSED:
            assert sentence in await said(asks, word, with_roles("http://127.0.0.1:1", **numbers))
        assert asks.provider.ledger.of("fetched") == []


MALFORMED: list[tuple[Any, str]] = [
    ("x", "image_with_roles must be an array"),
    ([7], "image_with_roles[0].url is required"),
    ([{"role": "first_frame"}], "image_with_roles[0].url is required"),
    ([{"url": "https://e.com/a"}], "image_with_roles[0].role must be one of"),
    ([{"url": "https://e.com/a", "role": "reference_video"}], "image_with_roles[0].role must be one of"),
    ([{"url": "https://e.com/a", "role": ["first_frame"]}], "image_with_roles[0].role must be one of"),
    ([{"url": "data:image/png;base64,AA", "role": "first_frame"}], "image_with_roles[0].url must be a URL, base64"),
    ([{"url": "DATA:image/png,AA", "role": "first_frame"}], "image_with_roles[0].url must be a URL, base64"),
    ([{"url": "asset://", "role": "first_frame"}], "image_with_roles[0].url names no asset"),
    ([{"url": "http://example.com/a", "role": "first_frame"}], "image_with_roles[0].url must be a public https URL"),
    ([{"url": "ftp://example.com/a", "role": "first_frame"}], "image_with_roles[0].url must be a public https URL"),
]


async def test_arrays_with_roles_that_are_malformed(tmp_path: Path) -> None:
    async with client(tmp_path, limited=False) as asks:
        for value, sentence in MALFORMED:
            assert sentence in await said(asks, "video", {"image_with_roles": value})
        both = {"image_urls": ["https://e.com/a"], **with_roles("https://e.com", first_frame=1)}
        for word in ("video", "videos"):
            assert await said(asks, word, both) == "image_urls cannot be used together with image_with_roles"
        role = {"url": "https://e.com/a", "role": "reference_image"}
        assert "video_with_roles[0].role must be one of" in await said(asks, "video", {"video_with_roles": [role]})


BAD_OPTIONS: list[dict[str, Any]] = [
    {"seed": "7"},
    {"seed": True},
    {"seed": 1.5},
    {"seed": None},
    {"return_last_frame": 1},
    {"generate_audio": "yes"},
    {"private_asset_review": "true"},
    {"tools": []},
    {"tools": [{"type": "code"}]},
    {"tools": {"type": "web_search"}},
    {"tools": [{"type": "web_search"}, {"type": "web_search"}]},
    {"tools": [{"type": "web_search", "more": 1}]},
]


async def test_the_options_of_videos_are_judged_there_and_passed_over_in_video(tmp_path: Path) -> None:
    async with client(tmp_path, limited=False) as asks:
        for fields in BAD_OPTIONS:
            body = {**{k: v for k, v in order("videos", ORDER).items() if k != "ratio"}, **fields}
            answer = await asks.ask("POST", "/v1/videos/generations", json=body)
            assert answer.status == 400, fields
            assert asks.provider.ledger.of("paid") == []
        for fields in [*BAD_OPTIONS, {"resolution": "9k"}, {"aspect_ratio": 7}, {"client_business_id": 7}]:
            answer = await asks.ask("POST", "/v1/video/generations", json={**ORDER, **fields})
            assert answer.status == 200, fields
            assert "client_business_id" not in answer.json


async def test_good_options_are_kept(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        fields = {
            "seed": -5,
            "tools": [{"type": "web_search"}],
            "generate_audio": False,
            "return_last_frame": True,
            "private_asset_review": True,
        }
        answer = await asks.submit("videos", **order("videos", fields))
        (task,) = asks.provider.tasks.values()
        assert answer.json["id"] == task.id
        kept = task.request
        assert (kept.seed, kept.web_search, kept.audio, kept.return_last_frame) == (-5, True, False, True)
        assert (kept.review, task.review) == (False, 0.0), "a review is of media"


async def test_web_search_is_for_text_only(tmp_path: Path) -> None:
    async with client(tmp_path) as asks, files(samples()) as place:
        fields = {"tools": [{"type": "web_search"}], **with_roles(place, reference_image=1)}
        assert "web_search is only supported" in await said(asks, "videos", fields)


async def test_a_medium_without_a_prompt_will_do_in_videos_only(tmp_path: Path) -> None:
    async with client(tmp_path) as asks, files(samples()) as place:
        fields = {"prompt": None, **with_roles(place, reference_image=1)}
        assert await said(asks, "video", fields) == "prompt is required"
        assert (await asks.submit("videos", **order("videos", fields))).status == 200


async def test_a_private_review_keeps_the_task_queued(tmp_path: Path) -> None:
    async with client(tmp_path, review_seconds=(600.0, 600.0)) as asks, files(samples()) as place:
        fields = order("videos", {"private_asset_review": True, **with_roles(place, reference_image=1)})
        tasks = [(await asks.submit("videos", **fields)).json["id"] for _ in range(2)]
        asks.provider.clock.advance(599)
        for task in tasks:
            assert (await asks.look(task, "videos")).json["status"] == "queued"
        asks.provider.clock.advance(51)
        assert (await asks.look(tasks[0], "videos")).json["progress"] == pytest.approx(46, abs=3)
        fresh = (await asks.submit("videos", **fields)).json["id"]
        asks.provider.end_review(fresh)
        asks.provider.clock.advance(50)
        assert (await asks.look(fresh, "videos")).json["progress"] == pytest.approx(46, abs=3)


async def test_a_private_review_knows_no_assets(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        asks.provider.assets.know("mine", "image")
        media = {"image_with_roles": [{"url": "asset://mine", "role": "first_frame"}]}
        assert "asset:// is not supported" in await said(asks, "videos", {"private_asset_review": True, **media})
        assert (await asks.submit("videos", **order("videos", {**media, "private_asset_review": False}))).status == 200


async def test_a_repeated_id_is_answered_although_its_media_are_gone(tmp_path: Path) -> None:
    async with client(tmp_path) as asks, files(samples()) as place:
        fields = order("videos", {"client_business_id": "mine", **with_roles(place, reference_image=1)})
        first = await asks.submit("videos", **fields)
        asks.provider.cannot_fetch()
        assert (await asks.submit("videos", **fields)).json["id"] == first.json["id"]
        assert len(asks.provider.ledger.of("paid")) == 1
