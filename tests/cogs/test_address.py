"""Where a reply is, as Discord says it and not as it was asked for."""

import pytest

from bot.domain.disk_problems import NoSpace
from bot.domain.errors import Refusal
from bot.ui.problem_texts import problem_text
from tests.cogs.app import gives_back
from tests.cogs.fakes import MARA, NOW, TOMAS
from tests.languages import ENGLISH

MIB = 1024 * 1024


async def address(app, channel):
    use = await app.member("Mara").use("/video", channel=channel, prompt="a fox")
    *_, reply = await app.asked(app.intake, "submit")
    return use, reply


async def test_in_a_server(app):
    app.discord.world.guild("Film Club").size_limit = 50 * MIB
    use, reply = await address(app, "videos")
    assert (reply.application_id, reply.guild_id, reply.channel_id) == (app.discord.world.bot.id, 2001, 3001)
    assert (str(reply.message_id), reply.token) == (use.reply.id, use.token)
    assert (reply.private, reply.bot_reaches, reply.limit) == (False, True, 50 * MIB)
    assert (reply.bot_added, reply.in_thread, reply.external_apps) == (True, False, True)


async def test_a_token_ages_by_our_own_clock_whatever_discord_s_says(app):
    app.discord.clock.advance(7200)
    _, reply = await address(app, "videos")
    assert reply.token_at == NOW


async def test_in_a_thread(app):
    thread = app.discord.world.add_thread("videos", "rushes")
    _, reply = await address(app, thread.id)
    assert (reply.channel_id, reply.guild_id, reply.bot_reaches, reply.in_thread) == (thread.id, 2001, True, True)


async def test_in_a_direct_message_with_the_bot(app):
    _, reply = await address(app, "dm")
    assert (reply.channel_id, reply.guild_id) == (4001, None)
    assert (reply.private, reply.bot_reaches) == (False, True)


async def test_between_two_people_the_bot_reaches_nothing(app):
    _, reply = await address(app, "private")
    assert (reply.channel_id, reply.guild_id) == (4101, None)
    assert (reply.private, reply.bot_reaches) == (False, False)


async def test_in_a_server_that_only_the_member_brought_the_app_to(app):
    _, reply = await address(app, "lounge")
    assert (reply.guild_id, reply.private, reply.bot_reaches) == (2002, False, False)
    assert (reply.bot_added, reply.external_apps) == (False, True)


async def test_what_discord_made_private_is_private(app):
    app.discord.world.channel("lounge").permissions.deny("Use External Apps", member=MARA)
    use, reply = await address(app, "lounge")
    assert use.reply.ephemeral
    assert (reply.private, reply.bot_reaches, reply.external_apps) == (True, False, False)


async def test_a_channel_hidden_from_the_bot_is_out_of_its_reach(app):
    app.discord.world.channel("videos").permissions.deny("View Channel", member=app.discord.world.bot.id)
    _, reply = await address(app, "videos")
    assert (reply.private, reply.bot_reaches, reply.bot_added) == (False, False, True)


@pytest.mark.parametrize("channel", ["lounge", "private", "dm"])
async def test_everywhere_a_refusal_leaves_nothing_behind(app, channel):
    app.intake.fails["submit"] = Refusal(NoSpace())
    mara = app.member("Mara")
    use = await mara.use("/video", channel=channel, prompt="a fox")
    told = await use.followed()
    assert (told.content, told.ephemeral) == (gives_back(problem_text(ENGLISH, NoSpace())), True)
    await app.removed(use)
    assert mara.sees(channel) == [told]


async def test_a_refusal_in_a_reply_that_discord_made_private_stands_in_it(app):
    app.discord.world.channel("lounge").permissions.deny("Use External Apps", member=MARA)
    app.intake.fails["submit"] = Refusal(NoSpace())
    use = await app.member("Mara").use("/video", channel="lounge", prompt="a fox")
    told = await use.replied()
    assert (told.content, told.ephemeral) == (gives_back(problem_text(ENGLISH, NoSpace())), True)
    assert use.followups == []


@pytest.mark.parametrize("command", ["/status", "/history"])
@pytest.mark.parametrize("channel", ["videos", "dm", "private", "lounge"])
async def test_lists_are_private_everywhere(app, command, channel):
    use = await app.member("Mara").use(command, channel=channel)
    reply = await use.replied()
    assert reply.ephemeral
    assert "a fox in the snow" in reply.texts()


@pytest.mark.parametrize("channel", ["videos", "dm"])
async def test_where_nothing_is_denied_the_bot_may_post_files(app, channel):
    _, reply = await address(app, channel)
    assert (reply.attach_files, reply.send_messages) == (True, True)


async def test_what_the_bot_may_not_do_in_a_channel_is_kept(app):
    app.discord.world.channel("videos").permissions.deny("Attach Files", member=app.discord.world.bot.id)
    _, reply = await address(app, "videos")
    assert (reply.attach_files, reply.send_messages) == (False, True)


@pytest.mark.parametrize(("denied", "sends"), [("Send Messages In Threads", False), ("Send Messages", True)])
async def test_in_a_thread_the_permission_for_threads_counts(app, denied, sends):
    thread = app.discord.world.add_thread("videos", "rushes")
    thread.permissions.deny(denied, member=app.discord.world.bot.id)
    _, reply = await address(app, thread.id)
    assert (reply.attach_files, reply.send_messages) == (True, sends)


async def test_the_caller_is_described_as_discord_describes_them_there(app):
    app.discord.world.guild("Film Club").roles[TOMAS] = [7001, 7002]
    tomas = app.member("Tomas")
    tomas.user.locale = "de"
    await tomas.use("/video", channel="videos", prompt="a fox")
    await app.asked(app.intake, "submit")
    caller = app.intake.caller
    assert (caller.user_id, caller.guild_id, caller.locale) == (TOMAS, 2001, "de")
    assert caller.role_ids == {7001, 7002}
    assert "send_messages" in caller.permissions
    assert not caller.manages_guild


async def test_outside_of_a_server_a_caller_has_no_roles_and_manages_nothing(app):
    await address(app, "dm")
    caller = app.intake.caller
    assert (caller.user_id, caller.guild_id, caller.role_ids) == (MARA, None, frozenset())
    assert not caller.manages_guild
