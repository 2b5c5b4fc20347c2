"""Verifying a real person, from the session to the group and its assets."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.sandbox_toapis.client import Answer, Client, client, files, still_clock
from tests.sandbox_toapis.samples import REFERENCE

REAL = "/v1/videos/doubao-seedance-2-0/real-avatar"
LINKS = {"session_seconds": (2.0, 2.0)}


async def begun(asks: Client, **fields: Any) -> str:
    body = {"callback_url": asks.provider.callback_url, "locale": "zh", "biz_id": "member-7", **fields}
    answer = (await asks.ask("POST", f"{REAL}/verify-tasks", json=body)).json
    assert answer["success"] is True
    return answer["data"]["task_id"]


async def session(asks: Client, task_id: str) -> dict[str, Any]:
    return (await asks.ask("GET", f"{REAL}/verify-tasks/{task_id}")).json["data"]


async def result(asks: Client, **query: str) -> dict[str, Any]:
    return (await asks.ask("GET", f"{REAL}/verify-results", params=query)).json["data"]


async def press(asks: Client, link: str, outcome: str) -> Answer:
    return await asks.ask("POST", link, data={"outcome": outcome})


async def test_a_session_gets_its_link_after_a_moment(tmp_path: Path) -> None:
    clock = still_clock()
    async with client(tmp_path, clock=clock, **LINKS) as asks:
        task_id = await begun(asks)
        assert await session(asks, task_id) == {"task_id": task_id, "status": "processing"}
        clock.advance(2)
        told = await session(asks, task_id)
        known = asks.provider.verifications.all[task_id]
        assert told == {
            "task_id": task_id,
            "status": "completed",
            "byted_token": known.token,
            "h5_link": f"{asks.provider.url}/verify/{task_id}?token={known.link_key}",
            "expires_at": int(known.expires_at),
            "biz_id": "member-7",
        }
        assert told["expires_at"] - clock.now() == pytest.approx(120, abs=2)
        (entry,) = asks.provider.ledger.of("verification")
        assert entry.detail["body"] == {"callback_url": known.callback_url, "locale": "zh", "biz_id": "member-7"}


@pytest.mark.parametrize(("outcome", "code", "status"), [("pass", "10000", "verified"), ("fail", "10001", "failed")])
async def test_a_person_answers_and_is_sent_back(tmp_path: Path, outcome: str, code: str, status: str) -> None:
    async with client(tmp_path, **LINKS) as asks:
        task_id = await begun(asks, callback_url=f"{asks.provider.callback_url}?state=a%26b")
        asks.provider.clock.advance(3)
        told = await session(asks, task_id)
        link, token = told["h5_link"], told["byted_token"]
        assert (await result(asks, task_id=task_id, result_code="10000"))["verify_status"] == "pending"
        assert b"Is it really you?" in (await asks.ask("GET", link)).body
        answer = await press(asks, link, outcome)
        assert answer.status == 303
        back = f"{asks.provider.callback_url}?state=a%26b&resultCode={code}&bytedToken={token}"
        assert answer.headers["Location"] == back
        page = await asks.ask("GET", back)
        assert (page.status, b"You can go back to Discord now" in page.body) == (200, True)
        (came,) = asks.provider.ledger.of("callback")
        assert came.detail["query"] == {"state": "a&b", "resultCode": code, "bytedToken": token}
        answers = [await result(asks, task_id=task_id, result_code="10000"), await result(asks, byted_token=token)]
        assert [one["verify_status"] for one in answers] == [status, status]
        assert [bool(one.get("group_id")) for one in answers] == [outcome == "pass"] * 2
        again = await press(asks, link, "pass")
        assert (again.status, b"This check is finished" in again.body) == (409, True)
        (ended,) = asks.provider.ledger.of("verified")
        assert (ended.detail["verification"], ended.detail["code"]) == (task_id, int(code))


async def test_a_link_dies_after_two_minutes(tmp_path: Path) -> None:
    clock = still_clock()
    async with client(tmp_path, clock=clock, **LINKS) as asks:
        task_id = await begun(asks)
        clock.advance(2)
        link = (await session(asks, task_id))["h5_link"]
        clock.advance(118)
        assert (await asks.ask("GET", link)).status == 200
        clock.advance(3)
        for answer in (await asks.ask("GET", link), await press(asks, link, "pass")):
            assert (answer.status, b"This link has expired" in answer.body) == (410, True)
        assert (await result(asks, task_id=task_id, result_code="10000"))["verify_status"] == "expired"
        assert asks.provider.ledger.of("verified") == []


async def test_by_hand_without_a_browser(tmp_path: Path) -> None:
    async with client(tmp_path, session_seconds=(0.0, 0.0)) as asks:
        people = asks.provider.verifications
        passed, failed, late = [await begun(asks) for _ in range(3)]
        people.expire_link()
        assert (await asks.ask("GET", (await session(asks, late))["h5_link"])).status == 410
        assert "resultCode=10000" in people.pass_now(passed)
        assert "resultCode=10001" in people.fail_now(failed)
        assert "resultCode=10000" in people.fail_now(passed), "an end is an end"
        words = [(await result(asks, task_id=one, result_code="10000"))["verify_status"] for one in (passed, failed)]
        assert words == ["verified", "failed"]
        assert (await result(asks, task_id=passed, result_code="10002"))["verify_status"] == "failed"


async def test_a_verified_person_gets_assets(tmp_path: Path) -> None:
    async with client(tmp_path, session_seconds=(0.0, 0.0)) as asks, files({"a": REFERENCE}) as place:
        task_id = await begun(asks)
        asks.provider.verifications.pass_now()
        group_id = (await result(asks, task_id=task_id, result_code="10000"))["group_id"]
        body = {"group_id": group_id, "asset_type": "image", "source_url": f"{place}/a", "name": "me"}
        made = (await asks.ask("POST", f"{REAL}/assets", json=body)).json["data"]
        asset = asks.provider.assets.all[made["asset_id"]]
        assert (made["status"], asset.real) == ("processing", True)
        await asks.provider.ledger.until(asset.source.done, what="the end of the source")
        asks.provider.assets.finish(asset.id)
        assert (await asks.ask("GET", f"{REAL}/assets/{asset.id}")).json["data"]["status"] == "active"
        private = f"{REAL.replace('real', 'private')}/assets"
        assert (await asks.ask("GET", f"{private}/{asset.id}")).status == 404
        assert (await asks.ask("POST", private, json=body)).json["message"] == "Group not found"
        wrong = await asks.ask("POST", f"{REAL}/assets", json={**body, "asset_type": "video"})
        assert wrong.json["message"] == "asset_type must be one of image"
        media = [{"url": f"asset://{asset.id}", "role": "first_frame"}]
        assert (await asks.submit(image_with_roles=media)).status == 200


async def test_what_is_refused(tmp_path: Path) -> None:
    async with client(tmp_path, session_seconds=(0.0, 0.0)) as asks:
        for fields in ({"callback_url": ""}, {"callback_url": "javascript:alert(1)"}, {"biz_id": 7}, {"locale": 7}):
            body = {"callback_url": "https://example.com/back", **fields}
            answer = await asks.ask("POST", f"{REAL}/verify-tasks", json=body)
            assert (answer.status, answer.json["success"]) == (400, False)
        task_id = await begun(asks)
        cases = [
            ({}, 400),
            ({"task_id": task_id}, 400),
            ({"task_id": "none", "result_code": "10000"}, 404),
            ({"byted_token": "none"}, 404),
        ]
        for query, code in cases:
            answer = await asks.ask("GET", f"{REAL}/verify-results", params=query)
            assert (answer.status, answer.json["success"]) == (code, False)
        assert (await asks.ask("GET", f"{REAL}/verify-tasks/none")).status == 404
        link = (await session(asks, task_id))["h5_link"]
        for forged in (link[:-1], link.split("?")[0], f"{asks.provider.url}/verify/none?token=x"):
            assert (await asks.ask("GET", forged)).status == 404
            assert (await press(asks, forged, "pass")).status == 404
        assert (await press(asks, link, "perhaps")).status == 400
        assert asks.provider.verifications.all[task_id].outcome is None


async def test_the_way_back_can_be_followed_by_a_client(tmp_path: Path) -> None:
    async with client(tmp_path, session_seconds=(0.0, 0.0)) as asks, aiohttp.ClientSession() as browser:
        task_id = await begun(asks)
        link = (await session(asks, task_id))["h5_link"]
        async with browser.post(link, data={"outcome": "pass"}) as landed:
            assert landed.status == 200
            assert "You passed the check" in await landed.text()
