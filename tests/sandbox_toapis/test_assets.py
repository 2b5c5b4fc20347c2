"""Groups and assets: made, processed, active or failed, and used in generations."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from sandbox.faults import Garbled
from sandbox.toapis.errors import REFUSALS, SHAPES
from tests.sandbox_toapis.client import Answer, Client, client, files, still_clock
from tests.sandbox_toapis.samples import REFERENCE, sound, video

AVATARS = "/v1/videos/doubao-seedance-2-0"
PRIVATE = f"{AVATARS}/private-avatar"


async def group(asks: Client, name: str = "Mira", **fields: Any) -> str:
    return (await asks.ask("POST", f"{PRIVATE}/groups", json={"name": name, **fields})).json["data"]["group_id"]


async def add(asks: Client, url: str, kind: str = "image", **fields: Any) -> Answer:
    body = {"group_id": await group(asks), "asset_type": kind, "source_url": url, **fields}
    return await asks.ask("POST", f"{PRIVATE}/assets", json=body)


async def look(asks: Client, asset_id: str) -> dict[str, Any]:
    answer = await asks.ask("GET", f"{PRIVATE}/assets/{asset_id}")
    assert (answer.status, answer.json["success"]) == (200, True)
    return answer.json["data"]


async def judged(asks: Client, asset_id: str) -> None:
    """Wait until what is behind the asset's source was looked at."""
    source = asks.provider.assets.all[asset_id].source
    await asks.provider.ledger.until(source.done, what="the end of the source")


def uses(asset_id: str, role: str = "reference_image") -> dict[str, Any]:
    kind = role.removeprefix("reference_") if role.startswith("reference") else "image"
    return {f"{kind}_with_roles": [{"url": f"asset://{asset_id}", "role": role}]}


async def test_a_group_is_made(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        body = {"name": "Mira", "description": "the keeper"}
        answer = (await asks.ask("POST", f"{PRIVATE}/groups", json=body)).json
        group_id = answer["data"].pop("group_id")
        assert answer == {"success": True, "data": body}
        assert group_id.startswith("pg_")
        (entry,) = asks.provider.ledger.of("group")
        assert (entry.route, entry.detail) == (f"POST {PRIVATE}/groups", {"group": group_id, "body": body})
        assert asks.provider.assets.groups[group_id].name == "Mira"


async def test_an_asset_is_processed_and_then_active(tmp_path: Path) -> None:
    clock = still_clock()
    async with client(tmp_path, clock=clock, asset_seconds=(20.0, 20.0)) as asks, files({"a": REFERENCE}) as place:
        answer = (await add(asks, f"{place}/a", name="front", description="from the front")).json["data"]
        asset_id, group_id = answer["asset_id"], next(iter(asks.provider.assets.groups))
        assert answer == {
            "asset_id": asset_id,
            "asset_url": f"asset://{asset_id}",
            "group_id": group_id,
            "asset_type": "image",
            "source_url": f"{place}/a",
            "status": "processing",
            "name": "front",
        }
        await judged(asks, asset_id)
        clock.advance(19)
        assert (await look(asks, asset_id))["status"] == "processing"
        assert "is not active" in (await asks.submit(**uses(asset_id))).json["error"]["message"]
        clock.advance(2)
        assert await look(asks, asset_id) == {**answer, "status": "active"}
        assert (await asks.submit(**uses(asset_id))).status == 200
        (medium,) = asks.provider.ledger.of("paid")[0].detail["media"]
        assert (medium["url"], medium["bytes"]) == (f"asset://{asset_id}", len(REFERENCE))
        (ended,) = asks.provider.ledger.of("asset_ended")
        assert ended.detail == {"asset": asset_id, "status": "active", "reason": ""}


async def test_time_scale_shortens_processing(tmp_path: Path) -> None:
    clock = still_clock()
    async with client(tmp_path, clock=clock, time_scale=100) as asks, files({"a": REFERENCE}) as place:
        asset_id = (await add(asks, f"{place}/a")).json["data"]["asset_id"]
        await judged(asks, asset_id)
        clock.advance(0.5)
        assert (await look(asks, asset_id))["status"] == "active"


BAD_SOURCES = [
    ("none", "image", "Failed to download the file from source_url: HTTP 404"),
    ("picture", "video", "The file behind source_url is of the kind image, not video"),
    ("clip", "audio", "The file behind source_url is of the kind video, not audio"),
    ("text", "image", "has an unsupported format"),
]


async def test_a_source_that_will_not_do_fails_the_asset(tmp_path: Path) -> None:
    served = {"picture": REFERENCE, "clip": video(), "text": b"text"}
    async with client(tmp_path) as asks, files(served) as place:
        for name, kind, reason in BAD_SOURCES:
            asset_id = (await add(asks, f"{place}/{name}", kind)).json["data"]["asset_id"]
            await judged(asks, asset_id)
            asks.provider.assets.finish(asset_id)
            answer = await look(asks, asset_id)
            assert answer["status"] == "failed"
            assert reason in answer["reason"]
            assert "is not active" in (await asks.submit(**uses(asset_id))).json["error"]["message"]


async def test_a_source_may_be_judged_before_the_answer(tmp_path: Path) -> None:
    async with client(tmp_path, judges_sources_first=True) as asks, files({"a": REFERENCE}) as place:
        answer = await add(asks, f"{place}/none")
        said = "Failed to download the file from source_url: HTTP 404"
        assert (answer.status, answer.json) == (400, {"success": False, "message": said})
        assert asks.provider.assets.all == {}
        assert (await add(asks, f"{place}/a")).status == 200


async def test_an_asset_of_an_upload_while_nothing_else_can_be_fetched(tmp_path: Path) -> None:
    async with client(tmp_path) as asks, files({"a": REFERENCE}) as place:
        asks.provider.cannot_fetch(on=True)
        url = (await asks.ask("POST", "/v1/uploads/audios", data={"file": BytesIO(sound())})).json["data"]["url"]
        ends = []
        for source, kind in ((url, "audio"), (f"{place}/a", "image")):
            asset_id = (await add(asks, source, kind)).json["data"]["asset_id"]
            await judged(asks, asset_id)
            asks.provider.assets.finish()
            ends.append((await look(asks, asset_id))["status"])
        assert ends == ["active", "failed"]


async def test_assets_moved_by_hand(tmp_path: Path) -> None:
    clock = still_clock()
    async with client(tmp_path, clock=clock) as asks, files({"a": REFERENCE}) as place:
        assets = asks.provider.assets
        ids = [(await add(asks, f"{place}/a")).json["data"]["asset_id"] for _ in range(4)]
        for asset_id in ids:
            await judged(asks, asset_id)
        assets.hold()
        clock.advance(1000)
        assert {asset.status for asset in assets.all.values()} == {"processing"}
        assets.finish(ids[0])
        assets.fail(ids[1], "a face is missing")
        assets.fail(ids[2], "too dark", field="message")
        answers = [await look(asks, asset_id) for asset_id in ids]
        assert [answer["status"] for answer in answers] == ["active", "failed", "failed", "processing"]
        assert (answers[1]["reason"], answers[2]["message"]) == ("a face is missing", "too dark")
        assets.hold(on=False)
        clock.advance(50)
        assert (await look(asks, ids[3]))["status"] == "active"
        assets.omit_url()
        assert "asset_url" not in await look(asks, ids[3])
        assets.forget(ids[3])
        assert (await asks.ask("GET", f"{PRIVATE}/assets/{ids[3]}")).status == 404
        assert "was not found" in (await asks.submit(**uses(ids[3]))).json["error"]["message"]


async def test_assets_made_elsewhere_are_known(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        assets = asks.provider.assets
        for kind, word in (("image", "img"), ("video", "vid"), ("audio", "aud")):
            assets.know(f"asset_{word}_01KXXXXXXX", kind)
        fields = {
            **uses("asset_img_01KXXXXXXX"),
            **uses("asset_vid_01KXXXXXXX", "reference_video"),
            **uses("asset_aud_01KXXXXXXX", "reference_audio"),
        }
        assert (await asks.submit(**fields)).status == 200
        paid = asks.provider.ledger.of("paid")[0].detail["media"]
        assert [medium["kind"] for medium in paid] == ["image", "video", "audio"]
        wrong = await asks.submit(**uses("asset_vid_01KXXXXXXX"))
        assert "asset asset_vid_01KXXXXXXX is not an image" in wrong.json["error"]["message"]
        for status in ("processing", "failed"):
            assets.know("other", "image", status, reason="no face")
            answer = await look(asks, "other")
            assert (answer["status"], answer.get("reason", "")) == (status, "no face" * (status == "failed"))
            assert "is not active" in (await asks.submit(**uses("other", "first_frame"))).json["error"]["message"]
        assets.know("other", "image", "processing")
        assets.finish("other")
        assert (await look(asks, "other"))["status"] == "active"


BAD_ASSETS: list[tuple[dict[str, Any], str, int]] = [
    ({"asset_type": "text"}, "asset_type must be one of image, video, audio", 400),
    ({"asset_type": None}, "asset_type must be a string", 400),
    ({"source_url": ""}, "source_url is required", 400),
    ({"source_url": "data:image/png;base64,AA"}, "source_url must be a public http(s) URL", 400),
    ({"source_url": "asset://mine"}, "source_url must be a public http(s) URL", 400),
    ({"source_url": "file:///etc/passwd"}, "source_url must be a public http(s) URL", 400),
    ({"group_id": "pg_none"}, "Group not found", 404),
    ({"group_id": 7}, "group_id must be a string", 400),
    ({"name": 7}, "name must be a string", 400),
]


@pytest.mark.parametrize("shape", ["success_false", "success_false_200"])
async def test_what_is_refused(tmp_path: Path, shape: str) -> None:
    async with client(tmp_path, asset_shape=shape) as asks:
        for fields, sentence, code in BAD_ASSETS:
            answer = await add(asks, "https://example.com/a.png", **fields)
            assert answer.status == (200 if shape == "success_false_200" else code)
            assert answer.json == {"success": False, "message": sentence}
        for body in ({}, {"name": " "}, {"name": 7}, {"name": "a", "description": 7}):
            answer = await asks.ask("POST", f"{PRIVATE}/groups", json=body)
            assert answer.json["success"] is False
        assert (await asks.ask("GET", f"{PRIVATE}/assets/none")).json["message"] == "Asset not found"
        assert asks.provider.ledger.of("asset") == []


async def test_the_next_one_refused_and_other_answers(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        asks.provider.refuse_next("privacy", of="assets", message="no consent")
        answer = await asks.ask("POST", f"{PRIVATE}/groups", json={"name": "Mira"})
        assert (answer.status, answer.json) == (400, {"success": False, "message": "no consent"})
        asks.provider.faults.add(f"POST {PRIVATE}/groups", Garbled(lambda whole: whole["data"]))
        answer = await asks.ask("POST", f"{PRIVATE}/groups", json={"name": "Mira"})
        assert sorted(answer.json) == ["description", "group_id", "name"]
        answer = await asks.ask("POST", f"{PRIVATE}/groups", key="sk-wrong", json={"name": "Mira"})
        assert (answer.status, answer.json["error"]["code"]) == (401, "unauthorized")
        assert len(asks.provider.ledger.of("group")) == 1


async def test_ids_and_lengths_repeat_with_their_seed(tmp_path: Path) -> None:
    made = []
    for seed in (3, 3, 4):
        async with client(tmp_path, seed=seed) as asks, files({"a": REFERENCE}) as place:
            await add(asks, f"{place}/a")
            (asset,) = asks.provider.assets.all.values()
            made.append((asset.id, asset.run, asset.group_id))
    assert made[0] == made[1] != made[2]


async def test_every_shape_of_an_error(tmp_path: Path) -> None:
    async with client(tmp_path, limited=False) as asks:
        for shape in SHAPES:
            for family, path in (("assets", f"{PRIVATE}/groups"), ("uploads", "/v1/uploads/images")):
                asks.provider.refuse_as(shape, of=family)
                answer = await asks.ask("POST", path, json={})
                expected, body = SHAPES[shape](REFUSALS["invalid"], "")
                assert answer.status == expected
                assert bool(answer.body) == (body is not None)
                assert (answer.json is None) == (not isinstance(body, dict))
        assert (await asks.submit(prompt="")).json["error"]["code"] == "invalid_request"


async def test_asset_calls_are_limited_like_the_others(tmp_path: Path) -> None:
    async with client(tmp_path, clock=still_clock()) as asks:
        codes = [(await asks.ask("POST", f"{PRIVATE}/groups", json={})).status for _ in range(51)]
        assert codes == [400] * 50 + [429]
        answer = await asks.ask("GET", f"{PRIVATE}/assets/none")
        assert (answer.status, answer.headers["X-RateLimit-Category"]) == (404, "async_query")
