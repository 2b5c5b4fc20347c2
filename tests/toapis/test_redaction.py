"""A provider that quotes the key is stored and shown without it; addresses stay as they are."""

import pytest

from bot.domain.errors import SubmitRefused
from bot.domain.models import Dialect
from bot.toapis.responses import redacted, redaction
from tests.toapis.fakes import KEY, a_job, provider, scripted_server

SIGNED = f"https://files.example/a.mp4?key={KEY}&X-Tos-Signature=q%2Bz"


def test_an_address_is_left_byte_for_byte_and_every_other_text_is_redacted() -> None:
    answer = {"url": SIGNED, "error": {"message": [f"{SIGNED} is bad"]}, "n": 7, "x": KEY}
    hidden = redacted(answer, redaction(lambda text: text.replace(KEY, "*")))
    assert hidden["url"] == SIGNED
    assert KEY not in str(hidden["error"]) + hidden["x"]
    assert hidden["n"] == 7


async def test_the_provider_s_sentence_does_not_tell_the_key() -> None:
    async with scripted_server() as server, provider(server.url, dialect=Dialect.VIDEO) as api:
        for status in (401, 422, 200):
            server.says((status, {"error": {"code": "unauthorized", "message": f"Invalid key {KEY} given"}}))
            with pytest.raises(SubmitRefused) as refused:
                await api.submit(a_job())
            assert KEY not in refused.value.provider_message
            assert "Invalid key" in refused.value.provider_message
