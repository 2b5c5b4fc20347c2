"""Posts through the bot's token: permissions, threads, direct messages, nonces, history."""

from dataclasses import replace
from typing import Any

import aiohttp
import discord
import pytest

from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn, Member, Settings
from sandbox.discord.model import Channel, ChannelType
from sandbox.discord.permissions import Permission
from sandbox.discord.resolved import named_by_options
from tests.sandbox_discord.conftest import LIFTED, Raw
from tests.sandbox_discord.film_bot import FilmBot, film


def code(answer: tuple[int, Any, Any]) -> tuple[int, int]:
    return answer[0], answer[2]["code"]


async def test_a_wrong_token_is_unauthorized(raw: Raw) -> None:
    status, _, body = await raw("GET", "/users/@me", token="wrong")
    assert (status, body) == (401, {"message": "401: Unauthorized", "code": 0})


async def test_a_post_with_a_file_pings_whom_it_may(stand_in: DiscordStandIn, bot: FilmBot, mara: Member) -> None:
    channel = bot.get_partial_messageable(3001)
    mentions = discord.AllowedMentions(users=[discord.Object(1001)])
    sent = await channel.send("<@1001> and <@1002> `<@1001>`", file=film(), allowed_mentions=mentions)
    assert [one.id for one in sent.mentions] == [1001]
    assert [one.id for one in mara.pings()] == [str(sent.id)]
    assert stand_in.member("Tomas").pings() == []
    assert await sent.attachments[0].read() == mara.pings()[0].file("clip.mp4")


async def test_the_same_nonce_posts_once(raw: Raw, clock: Clock) -> None:
    body = {"content": "once", "nonce": "job-1-p", "enforce_nonce": True}
    first = (await raw("POST", "/channels/3001/messages", body))[2]
    again = (await raw("POST", "/channels/3001/messages", body))[2]
    assert first["id"] == again["id"]
    clock.advance(600)
    later = (await raw("POST", "/channels/3001/messages", body))[2]
    assert later["id"] != first["id"]
    unforced = (await raw("POST", "/channels/3001/messages", body | {"enforce_nonce": False}))[2]
    assert unforced["id"] not in (first["id"], later["id"])
    assert code(await raw("POST", "/channels/3001/messages", body | {"nonce": "1" * 26})) == (400, 50035)


@pytest.fixture(autouse=True)
def _one_body_breaks_the_description(stand_in: DiscordStandIn):
    yield
    stand_in.violations[:] = [one for one in stand_in.violations if "nonce" not in one]


@pytest.mark.parametrize(
    ("denied", "expected"),
    [("View Channel", 50001), ("Send Messages", 50013), ("Attach Files", 50013)],
)
async def test_permissions_that_are_missing(stand_in: DiscordStandIn, bot: FilmBot, denied: str, expected: int) -> None:
    stand_in.world.channel("videos").permissions.deny(denied, member=stand_in.world.bot.id)
    with pytest.raises(discord.Forbidden) as refused:
        await bot.get_partial_messageable(3001).send("x", file=film())
    assert refused.value.code == expected
    assert f"missing: {denied}" in stand_in.ledger.of("rest", "POST /channels")[-1].detail["error"]


async def test_history_and_one_message(stand_in: DiscordStandIn, raw: Raw, mara: Member) -> None:
    ids = [(await mara.say(str(one))).id for one in range(4)]
    assert [one["id"] for one in (await raw("GET", "/channels/3001/messages?limit=2"))[2]] == [ids[3], ids[2]]
    after = (await raw("GET", f"/channels/3001/messages?after={ids[1]}&limit=1"))[2]
    before = (await raw("GET", f"/channels/3001/messages?before={ids[1]}"))[2]
    around = (await raw("GET", f"/channels/3001/messages?around={ids[1]}&limit=3"))[2]
    assert [one["content"] for one in after] == ["2"]
    assert [one["content"] for one in before] == ["0"]
    assert {one["content"] for one in around} >= {"1"}
    assert (await raw("GET", f"/channels/3001/messages/{ids[0]}"))[2]["content"] == "0"
    assert code(await raw("GET", "/channels/3001/messages/5")) == (404, 10008)
    assert code(await raw("PATCH", f"/channels/3001/messages/{ids[0]}", {"content": "x"})) == (403, 50005)
    stand_in.world.channel("videos").permissions.deny("Read Message History", member=stand_in.world.bot.id)
    assert (await raw("GET", "/channels/3001/messages"))[2] == []
    assert code(await raw("GET", f"/channels/3001/messages/{ids[0]}")) == (403, 50013)


async def test_threads_archived_and_locked(stand_in: DiscordStandIn, raw: Raw) -> None:
    thread = stand_in.world.add_thread("videos", "talk")
    path = f"/channels/{thread.id}/messages"
    made = (await raw("POST", path, {"content": "x"}))[2]
    assert (await raw("GET", f"/channels/{thread.id}"))[2]["thread_metadata"]["archived"] is False
    thread.archived = True
    assert code(await raw("PATCH", f"{path}/{made['id']}", {"content": "y"})) == (400, 50083)
    assert (await raw("POST", path, {"content": "opens it"}))[0] == 200
    assert thread.archived is False
    thread.archived = thread.locked = True
    assert code(await raw("POST", path, {"content": "y"})) == (400, 50083)
    thread.archived = False
    stand_in.world.channel("videos").permissions.deny("Send Messages In Threads", member=stand_in.world.bot.id)
    assert code(await raw("POST", path, {"content": "y"})) == (403, 50013)
    stand_in.world.delete_channel(thread.id)
    assert code(await raw("POST", path, {"content": "y"})) == (404, 10003)


async def test_a_message_has_one_thread(stand_in: DiscordStandIn, raw: Raw) -> None:
    made = (await raw("POST", "/channels/3001/messages", {"content": "x"}))[2]
    path = f"/channels/3001/messages/{made['id']}/threads"
    status, _, thread = await raw("POST", path, {"name": "about x"})
    assert (status, thread["id"], thread["name"], thread["parent_id"]) == (201, made["id"], "about x", "3001")
    assert (await raw("POST", f"/channels/{thread['id']}/messages", {"content": "y"}))[0] == 200
    assert code(await raw("POST", path, {"name": "again"})) == (400, 160004)
    other = (await raw("POST", "/channels/3001/messages", {"content": "z"}))[2]
    stand_in.world.channel("videos").permissions.deny("Create Public Threads", member=stand_in.world.bot.id)
    assert code(await raw("POST", f"/channels/3001/messages/{other['id']}/threads", {"name": "n"})) == (403, 50013)


async def test_direct_messages_open_closed_and_without_a_common_server(
    stand_in: DiscordStandIn, bot: FilmBot, raw: Raw, mara: Member
) -> None:
    channel = await bot.create_dm(discord.Object(1001))
    await channel.send("hello")
    assert [one.content for one in mara.sees("dm")] == ["hello"]
    mara.user.dms_open = False
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("x")
    assert refused.value.code == 50007
    mara.user.dms_open = True
    mara.user.app_installed = False
    stand_in.world.guild("Film Club").remove_bot()
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("x")
    assert refused.value.code == 50278
    assert code(await raw("GET", "/channels/3001")) == (403, 50001)
    assert code(await raw("POST", "/users/@me/channels", {"recipient_id": "77"})) == (404, 10013)


async def test_edits_of_old_messages_are_slowed_down(raw: Raw, clock: Clock) -> None:
    made = (await raw("POST", "/channels/3001/messages", {"content": "old"}))[2]
    clock.advance(3601)
    path = f"/channels/3001/messages/{made['id']}"
    answers = [await raw("PATCH", path, {"content": str(one)}) for one in range(4)]
    assert [one[0] for one in answers] == [200, 200, 200, 429]
    assert answers[3][2]["code"] == 30046
    clock.advance(6)
    assert (await raw("PATCH", path, {"content": "x"}))[0] == 200


async def test_a_server_and_what_is_unknown(raw: Raw) -> None:
    assert (await raw("GET", "/guilds/2001"))[2]["name"] == "Film Club"
    assert code(await raw("GET", "/guilds/2002")) == (404, 10004)
    assert code(await raw("GET", "/nowhere")) == (404, 0)
    assert code(await raw("GET", "/channels/x")) == (400, 50035)
    assert (await raw("GET", "/oauth2/applications/@me"))[2]["bot"]["bot"] is True


async def test_send_messages_is_missed_before_attach_files(stand_in: DiscordStandIn, bot: FilmBot) -> None:
    denied = stand_in.world.channel("videos").permissions
    denied.deny("Send Messages", "Attach Files", member=stand_in.world.bot.id)
    with pytest.raises(discord.Forbidden):
        await bot.get_partial_messageable(3001).send("x", file=film())
    assert stand_in.ledger.of("rest", "POST /channels")[-1].detail["error"].endswith("missing: Send Messages")


async def test_no_message_is_answered_without_the_history(raw: Raw, stand_in: DiscordStandIn, mara: Member) -> None:
    said = await mara.say("hello")
    body = {"content": "x", "message_reference": {"message_id": said.id}}
    assert (await raw("POST", "/channels/3001/messages", body))[0] == 200
    stand_in.world.channel("videos").permissions.deny("Read Message History", member=stand_in.world.bot.id)
    assert code(await raw("POST", "/channels/3001/messages", body)) == (403, 160002)


@pytest.mark.parametrize("settings", [LIFTED, replace(LIFTED, edits_need_attach_files=True)])
async def test_edits_with_files_need_attach_files_where_that_is_switched_on(
    stand_in: DiscordStandIn, bot: FilmBot, settings: Settings
) -> None:
    made = await bot.get_partial_messageable(3001).send("x")
    stand_in.world.channel("videos").permissions.deny("Attach Files", member=stand_in.world.bot.id)
    if not settings.edits_need_attach_files:
        await made.edit(attachments=[film()])
        return
    with pytest.raises(discord.Forbidden) as refused:
        await made.edit(attachments=[film()])
    assert refused.value.code == 50013
    await made.edit(content="y")


async def test_a_filter_blocks_the_bot_s_words_and_files_in_its_server_alone(
    stand_in: DiscordStandIn, raw: Raw, mara: Member
) -> None:
    stand_in.world.guild("Film Club").filters = {"fox": 200000, ".mp4": 20009}
    posts = "/channels/3001/messages"
    assert code(await raw("POST", posts, {"content": "a Fox"})) == (400, 200000)
    made = (await raw("POST", posts, {"content": "a bear"}))[2]
    assert code(await raw("PATCH", f"{posts}/{made['id']}", {"content": "foxes"})) == (400, 200000)
    assert (await raw("GET", f"{posts}/{made['id']}"))[2]["content"] == "a bear"
    card = {"flags": 1 << 15, "components": [{"type": 10, "content": "a fox"}]}
    assert code(await raw("POST", posts, card)) == (400, 200000)
    data = aiohttp.FormData()
    data.add_field("payload_json", "{}", content_type="application/json")
    data.add_field("files[0]", b"film", filename="a.mp4")
    assert code(await raw("POST", posts, data=data)) == (400, 20009)
    assert (await raw("POST", "/channels/4001/messages", {"content": "a fox"}))[0] == 200
    assert (await mara.say("a fox")).content == "a fox"


async def test_a_voice_channel_is_read_only_with_connect(stand_in: DiscordStandIn, bot: FilmBot) -> None:
    spoken = Channel(3900, "stage talk", ChannelType.SPOKEN, 2001)
    stand_in.world.channels[spoken.id] = spoken
    channel = await bot.fetch_channel(spoken.id)
    assert isinstance(channel, discord.VoiceChannel)
    await channel.send("hello")
    spoken.permissions.deny("Connect", member=stand_in.world.bot.id)
    with pytest.raises(discord.Forbidden) as refused:
        _ = [one async for one in channel.history(limit=5)]
    assert refused.value.code == 50013


async def test_a_channel_that_an_option_names_comes_with_what_both_may_do_there(stand_in: DiscordStandIn) -> None:
    world, bot = stand_in.world, stand_in.world.bot.id
    world.channel("general").permissions.deny("Attach Files", member=bot)
    option = {"type": 7, "name": "channel", "description": "A channel"}
    named = named_by_options(world, world.channel("videos"), 1002, [option], {"channel": 3002})
    found = named["channels"]["3002"]
    assert Permission.ATTACH_FILES in Permission(int(found["permissions"]))
    assert Permission.ATTACH_FILES not in Permission(int(found["app_permissions"]))
    assert Permission.SEND_MESSAGES in Permission(int(found["app_permissions"]))
