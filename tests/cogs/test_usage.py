"""`/usage`: private everywhere, and what its buttons show takes the place of what was there."""

from bot.domain.asset_problems import NeedsManageServer
from bot.domain.errors import Refusal
from bot.domain.limits import Scope
from bot.domain.usage import Picture
from bot.ui.problem_texts import problem_text
from bot.ui.usage_card import picture_name
from tests.cogs.fakes import MARA
from tests.languages import ENGLISH

DIRECT, ELSEWHERE, PRIVATE = 4001, 3101, 4101


async def test_it_is_for_me_alone_wherever_i_use_it(app):
    mara = app.member("Mara")
    for channel in ("videos", DIRECT, ELSEWHERE, PRIVATE):
        shown = await (await mara.use("/usage", channel=channel)).replied()
        assert shown.ephemeral
        assert "5 seconds · 1 video" in shown.texts()
        assert [label for label, *_ in shown.buttons()] == ["Refresh"]
        assert shown.media() == []
    callers = app.usage.callers
    assert {caller.user_id for caller in callers} == {MARA}
    assert [caller.guild_id for caller in callers] == [2001, None, 2002, None]
    assert [caller.user_installed_only for caller in callers] == [False, False, True, True]


async def test_a_manager_turns_to_the_servers_and_back(app):
    app.usage.open_to = (Scope.MEMBER, Scope.SERVER)
    mara = app.member("Mara")
    mine = await (await mara.use("/usage")).replied()
    turned = await mara.press(mine, label="Server's usage")
    assert turned.reply == mine
    servers = await turned.replied(lambda reply: "By member" in reply.texts())
    assert servers.media() == [picture_name(about) for about in Picture]
    assert servers.file("usage-by-members.png") == b"members"
    assert "**1** <@1001> · 5 seconds" in servers.texts()
    back = await mara.press(servers, label="My usage")
    again = await back.replied(lambda reply: "By member" not in reply.texts())
    assert again.stored.files == {}
    assert [scope for _, scope in app.usage.calls("of")] == [Scope.MEMBER, Scope.SERVER, Scope.MEMBER]


async def test_who_no_longer_manages_is_told(app):
    app.usage.open_to = (Scope.MEMBER, Scope.SERVER)
    mara = app.member("Mara")
    mine = await (await mara.use("/usage")).replied()
    app.usage.fails["of"] = Refusal(NeedsManageServer())
    told = await (await mara.press(mine, label="Server's usage")).followed()
    assert (told.content, told.ephemeral) == (problem_text(ENGLISH, NeedsManageServer()), True)
    assert "Your usage" in mine.texts()
