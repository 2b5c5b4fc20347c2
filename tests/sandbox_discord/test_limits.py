"""Rate limits and links that die."""

from io import BytesIO

import aiohttp
import pytest
from PIL import Image

from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn, Member, Settings, Upload
from tests.sandbox_discord.conftest import Raw
from tests.sandbox_discord.test_forms import form


class TestRates:
    """Discord's own rates."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings()

    async def test_five_posts_in_five_seconds(self, raw: Raw, clock: Clock) -> None:
        answers = [await raw("POST", "/channels/3001/messages", {"content": "x"}) for _ in range(6)]
        assert [one[0] for one in answers] == [200] * 5 + [429]
        assert [one[1]["X-RateLimit-Remaining"] for one in answers] == ["4", "3", "2", "1", "0", "0"]
        _, headers, body = answers[5]
        assert headers["Via"]
        assert headers["Retry-After"] == "5"
        assert 4 < body["retry_after"] <= 5
        assert body["global"] is False
        assert (await raw("POST", "/channels/3002/messages", {"content": "x"}))[0] == 200
        clock.advance(5)
        assert (await raw("POST", "/channels/3001/messages", {"content": "x"}))[0] == 200

    async def test_a_webhook_token_and_the_hidden_limit_of_its_channel(
        self, stand_in: DiscordStandIn, synced: Raw, clock: Clock, mara: Member
    ) -> None:
        async def reply() -> str:
            use = await mara.use("video", prompt="x", wait=False)
            await synced("POST", f"/interactions/{use.id}/{use.token}/callback", {"type": 5})
            return f"/webhooks/{stand_in.application_id}/{use.token}/messages/@original"

        path = await reply()
        assert [(await synced("PATCH", path, {"content": "x"}))[0] for _ in range(6)] == [200] * 5 + [429]
        for _ in range(5):
            path = await reply()
            assert [(await synced("PATCH", path, {"content": "x"}))[0] for _ in range(5)] == [200] * 5
        status, headers, body = await synced("PATCH", await reply(), {"content": "x"})
        assert (status, headers["X-RateLimit-Scope"], headers["X-RateLimit-Remaining"]) == (429, "shared", "4")
        assert 30 < body["retry_after"] <= 60

    async def test_fifty_in_a_second_over_all(self, raw: Raw) -> None:
        codes = [(await raw("GET", f"/channels/{3001 + one % 2}"))[0] for one in range(51)]
        assert codes.count(429) == 1
        assert (await raw("GET", "/users/@me"))[2]["global"] is True


class TestBan:
    """Too many invalid requests."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(invalid_requests=(3, 600.0))

    async def test_the_wall_answers_without_via(self, raw: Raw, clock: Clock) -> None:
        for _ in range(3):
            assert (await raw("GET", "/users/@me", token="wrong"))[0] == 401
        status, headers, _ = await raw("GET", "/users/@me")
        assert status == 429
        assert "Via" not in headers
        clock.advance(1201)
        assert (await raw("GET", "/users/@me"))[0] == 200


async def test_links_are_signed_die_in_a_day_and_come_fresh(stand_in: DiscordStandIn, raw: Raw, clock: Clock) -> None:
    made = (await raw("POST", "/channels/3001/messages", data=form({}, "clip.mp4", size=100)))[2]
    url = made["attachments"][0]["url"]
    async with aiohttp.ClientSession() as session:

        async def get(link: str, **headers: str) -> tuple[int, str, bytes]:
            async with session.get(link, headers=headers) as answer:
                return answer.status, answer.headers["Content-Type"], await answer.read()

        assert await get(url) == (200, "video/mp4", b"x" * 100)
        assert await get(url, Range="bytes=10-19") == (206, "video/mp4", b"x" * 10)
        assert (await get(url.replace("hm=", "hm=0")))[0] == 404
        assert (await get(url.split("?")[0]))[0] == 404
        clock.advance(86_400)
        assert (await get(url))[0] == 404
        fresh = (await raw("GET", f"/channels/3001/messages/{made['id']}"))[2]["attachments"][0]["url"]
        assert (await get(fresh))[0] == 200
    assert [one.detail["status"] for one in stand_in.ledger.of("cdn")] == [200, 206, 404, 404, 404, 200]


async def test_files_of_a_command_are_ephemeral(stand_in: DiscordStandIn, synced: Raw, mara: Member) -> None:
    picture = BytesIO()
    Image.new("P", (5, 6)).save(picture, "GIF")
    await mara.use("video", prompt="x", image=Upload("a.gif", picture.getvalue()), wait=False)
    data = stand_in.ledger.of("interaction", "sent")[0].detail["data"]
    (image,) = data["resolved"]["attachments"].values()
    assert data["options"][1] == {"name": "image", "type": 11, "value": image["id"]}
    assert "/cdn/ephemeral-attachments/" in image["url"]
    assert (image["ephemeral"], image["width"], image["height"]) == (True, 5, 6)
