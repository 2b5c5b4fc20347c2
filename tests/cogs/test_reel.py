"""`/reel`: looked up before the answer that all read, and handed on with what it is joined of."""

from bot.domain.errors import Refusal
from bot.domain.share_problems import NothingToJoin
from tests.cogs.fakes import MARA, WAITING


async def test_a_reel_is_a_share_of_what_was_found_in_a_public_answer(app):
    mara = app.member("Mara")
    named = await mara.use("/reel", video="k3f9a2")
    shared = await app.asked(app.sharing, "share")
    assert app.sharing.calls("check_reel")[0][:2] == [MARA, "k3f9a2"]
    assert shared[-2:] == ["first", WAITING.id]
    assert not named.reply.ephemeral
    await mara.use("/reel")
    assert app.sharing.calls("check_reel")[1][:2] == [MARA, None]


async def test_what_can_not_be_joined_is_said_in_private(app):
    app.sharing.fails["check_reel"] = Refusal(NothingToJoin())
    told = await (await app.member("Mara").use("/reel")).replied()
    assert told.ephemeral
    assert "nothing to join" in told.content
    assert app.sharing.calls("share") == []
