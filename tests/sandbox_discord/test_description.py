"""Bodies held against Discord's own description."""

import pytest

from sandbox.discord import DiscordStandIn
from sandbox.discord.openapi import OpenApi
from tests.sandbox_discord.conftest import OPENAPI, Raw


@pytest.fixture
def description() -> OpenApi:
    if not OPENAPI.exists():
        pytest.skip("Discord's OpenAPI description is not here")
    return OpenApi(OPENAPI)


async def test_a_request_that_breaks_it_is_noted(stand_in: DiscordStandIn, raw: Raw, description: OpenApi) -> None:
    await raw("POST", "/channels/3001/messages", {"content": "x", "tts": "loud"})
    assert len(stand_in.violations) == 1
    assert "tts" in stand_in.violations[0]
    assert [one.route for one in stand_in.ledger.of("violation")] == stand_in.violations
    stand_in.violations.clear()


def test_what_the_library_sends_as_numbers_is_read_as_text(description: OpenApi) -> None:
    body = {"attachments": [{"id": 0, "filename": "a"}], "allowed_mentions": {"parse": [], "users": [1001]}}
    assert description.request("POST", "/channels/{channel_id}/messages", body) == []
    assert description.request("POST", "/users/@me/channels", {"recipient_id": 1001}) == []


def test_an_answer_that_breaks_it_is_named_with_its_place(description: OpenApi) -> None:
    (wrong,) = description.answer("GET", "/gateway", 200, {"address": "x"})
    assert wrong.startswith("GET /gateway answer 200")
    assert "url" in wrong


def test_without_it_nothing_is_checked() -> None:
    assert OpenApi(None).request("POST", "/users/@me/channels", 5) == []
    assert OpenApi(None).answer("POST", "/users/@me/channels", 429, {}) == []
