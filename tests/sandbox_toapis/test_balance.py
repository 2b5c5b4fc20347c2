"""What is left on the account."""

from pathlib import Path

from tests.sandbox_toapis.client import ORDER, client


async def test_the_balance_falls_with_what_was_made(tmp_path: Path) -> None:
    async with client(tmp_path) as one:
        before = await one.ask("GET", "/v1/balance")
        await one.ask("POST", "/v1/video/generations", json=ORDER)
        after = await one.ask("GET", "/v1/balance")
    assert (before.status, before.json["success"]) == (200, True)
    assert after.json["remain_balance"] < before.json["remain_balance"]


async def test_only_a_key_sees_it(tmp_path: Path) -> None:
    async with client(tmp_path) as one:
        assert (await one.ask("GET", "/v1/balance", key="sk-another")).status == 401


async def test_the_account_and_the_key_s_own_cap_are_told_apart(tmp_path: Path) -> None:
    async with client(tmp_path) as one:
        one.provider.account.leave(700, key=50)
        await one.ask("POST", "/v1/video/generations", json=ORDER)
        used = one.provider.account.used
        assert (await one.ask("GET", "/v1/user/balance")).json["remain_credits"] == 700 - used
        assert (await one.ask("GET", "/v1/balance")).json["remain_credits"] == 50 - used
        one.provider.account.leave(700)
        key = (await one.ask("GET", "/v1/balance")).json
        assert (key["remain_balance"], key["unlimited_quota"]) == (-1, True)


async def test_what_is_left_is_all_that_can_be_spent_until_more_is_added(tmp_path: Path) -> None:
    async with client(tmp_path) as one:
        one.provider.account.leave(0)
        refused = await one.ask("POST", "/v1/video/generations", json=ORDER)
        assert (refused.status, refused.json["error"]["code"]) == (402, "insufficient_quota")
        assert (await one.ask("GET", "/v1/user/balance")).json["remain_credits"] == 0
        one.provider.account.top_up(100)
        assert (await one.ask("POST", "/v1/video/generations", json=ORDER)).status == 200
        assert 0 < (await one.ask("GET", "/v1/user/balance")).json["remain_credits"] < 100
        one.provider.account.cap_unseen(0)
        assert (await one.ask("POST", "/v1/video/generations", json=ORDER)).status == 402
        assert (await one.ask("GET", "/v1/user/balance")).json["remain_credits"] > 0
        one.provider.account.cap_unseen(None)
        assert (await one.ask("POST", "/v1/video/generations", json=ORDER)).status == 200
        assert len(one.provider.ledger.of("paid")) == 2


async def test_it_can_leave_the_question_without_an_answer(tmp_path: Path) -> None:
    async with client(tmp_path) as one:
        one.provider.account.says = "refusal"
        assert (await one.ask("GET", "/v1/balance")).json["success"] is False
        one.provider.account.says = "nothing"
        assert "remain_credits" not in (await one.ask("GET", "/v1/balance")).json
