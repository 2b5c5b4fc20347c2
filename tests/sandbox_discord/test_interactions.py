"""Answering interactions: in time, once, with a token that dies."""

from dataclasses import replace
from typing import Any

import discord
import pytest

from sandbox.clock import Clock
from sandbox.discord import DiscordRefused, DiscordStandIn, Member, Settings
from tests.sandbox_discord.conftest import LIFTED, Raw
from tests.sandbox_discord.film_bot import Card, FilmBot, film


async def deferring(interaction: discord.Interaction, _options: dict[str, Any]) -> None:
    await interaction.response.defer(thinking=True)


def code(error: pytest.ExceptionInfo[discord.HTTPException]) -> tuple[int, int]:
    return error.value.status, error.value.code


async def test_an_answer_after_three_seconds_is_to_an_unknown_interaction(
    stand_in: DiscordStandIn, clock: Clock, raw: Raw, bot: FilmBot, mara: Member
) -> None:
    bot.on_video = _nothing
    use = await mara.use("video", prompt="late", wait=False)
    clock.advance(3)
    await use.answered()
    assert use.state == "failed"
    status, _, body = await raw("POST", f"/interactions/{use.id}/{use.token}/callback", {"type": 5})
    assert (status, body["code"], body["message"]) == (404, 10062, "Unknown interaction")
    status, _, body = await raw("PATCH", f"/webhooks/{stand_in.application_id}/{use.token}/messages/@original", {})
    assert (status, body["code"]) == (404, 10015)


async def _nothing(_interaction: discord.Interaction, _options: dict[str, Any]) -> None:
    return


async def test_a_second_answer_is_refused(raw: Raw, bot: FilmBot, mara: Member) -> None:
    bot.on_video = deferring
    use = await mara.use("video", prompt="twice")
    status, _, body = await raw("POST", f"/interactions/{use.id}/{use.token}/callback", {"type": 5})
    assert (status, body["code"]) == (400, 40060)


async def test_a_token_dies_after_fifteen_minutes_and_the_bots_own_token_goes_on(
    stand_in: DiscordStandIn, clock: Clock, bot: FilmBot, mara: Member
) -> None:
    kept: list[discord.Interaction] = []

    async def make(interaction: discord.Interaction, _options: dict[str, Any]) -> None:
        kept.append(interaction)
        await interaction.response.defer(thinking=True)
        await interaction.edit_original_response(view=Card("rendering"))

    bot.on_video = make
    use = await mara.use("video", prompt="slow")
    message = await use.replied()
    clock.advance(899)
    await kept[0].edit_original_response(view=Card("nearly"))
    clock.advance(1)
    with pytest.raises(discord.HTTPException) as refused:
        await kept[0].edit_original_response(view=Card("too late"))
    assert code(refused) == (401, 50027)
    partial = bot.get_partial_messageable(int(message.channel_id)).get_partial_message(int(message.id))
    await partial.edit(view=Card("finished"), attachments=[film()])
    assert message.texts() == "finished"


async def test_a_deferral_takes_no_flag_but_ephemeral(raw: Raw, bot: FilmBot, mara: Member) -> None:
    bot.on_video = _nothing
    use = await mara.use("video", prompt="flags", wait=False)
    path = f"/interactions/{use.id}/{use.token}/callback"
    status, _, body = await raw("POST", path, {"type": 5, "data": {"flags": 1 << 15}})
    assert (status, body["code"]) == (400, 50035)
    assert "flags" in body["errors"]["data"]
    status, _, text = await raw("POST", path, {"type": 5, "data": {"flags": 64}})
    assert (status, text) == (204, "")
    assert use.reply is not None
    assert (use.reply.ephemeral, use.reply.loading) == (True, True)


async def test_a_follow_up_right_after_a_deferral_fills_the_loading_message(
    stand_in: DiscordStandIn, bot: FilmBot, mara: Member, tomas: Member
) -> None:
    async def make(interaction: discord.Interaction, _options: dict[str, Any]) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        await interaction.followup.send("first")
        await interaction.followup.send("second")

    bot.on_video = make
    use = await mara.use("video", prompt="follow")
    second = await use.followed()
    assert use.reply is not None
    # Ephemerality is what the deferral made of it, whatever a follow-up asks for.
    assert (use.reply.content, use.reply.ephemeral, use.reply.loading) == ("first", True, False)
    assert (second.content, second.ephemeral) == ("second", False)
    assert [one.content for one in tomas.sees("videos")] == ["second"]
    assert second.raw()["message_reference"]["message_id"] == use.reply.id


async def test_an_ephemeral_reply_is_out_of_the_bot_tokens_reach(
    stand_in: DiscordStandIn, bot: FilmBot, mara: Member, tomas: Member, raw: Raw
) -> None:
    async def make(interaction: discord.Interaction, _options: dict[str, Any]) -> None:
        answer = await interaction.response.send_message(view=Card("secret"), ephemeral=True)
        assert answer.is_ephemeral()

    bot.on_video = make
    use = await mara.use("video", prompt="private")
    assert use.reply is not None
    assert tomas.sees("videos") == []
    assert mara.sees("videos") == [use.reply]
    for method in ("GET", "PATCH", "DELETE"):
        body = {"content": "x"} if method == "PATCH" else None
        status, _, answer = await raw(method, f"/channels/3001/messages/{use.reply.id}", body)
        assert (status, answer["code"]) == (404, 10008)
    assert (await raw("GET", "/channels/3001/messages"))[2] == []
    mara.restart_client()
    assert mara.sees("videos") == []


async def test_a_deleted_reply_is_an_unknown_message(stand_in: DiscordStandIn, bot: FilmBot, mara: Member) -> None:
    kept: list[discord.Interaction] = []

    async def make(interaction: discord.Interaction, _options: dict[str, Any]) -> None:
        kept.append(interaction)
        await interaction.response.send_message("here")

    bot.on_video = make
    use = await mara.use("video", prompt="gone")
    assert use.reply is not None
    with pytest.raises(DiscordRefused):
        stand_in.member("Tomas").delete(use.reply)
    mara.delete(use.reply)
    with pytest.raises(discord.NotFound) as refused:
        await kept[0].edit_original_response(content="x")
    assert code(refused) == (404, 10008)
    stand_in.world.delete_channel("videos")
    with pytest.raises(discord.NotFound) as refused:
        await kept[0].edit_original_response(content="x")
    assert code(refused) == (404, 10003)


async def test_pressing_again_brings_the_same_message_under_a_new_token(
    stand_in: DiscordStandIn, clock: Clock, bot: FilmBot, mara: Member
) -> None:
    async def make(interaction: discord.Interaction, _options: dict[str, Any]) -> None:
        await interaction.response.send_message(view=Card("private card"), ephemeral=True)

    async def pressed(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(view=Card("pressed", custom_id="other"))

    bot.on_video, bot.on_other = make, pressed
    use = await mara.use("video", prompt="press")
    assert use.reply is not None
    clock.advance(3600)
    press = await mara.press(use.reply, label="Again")
    message = await press.replied(lambda one: one.texts() == "pressed")
    assert message == use.reply
    assert message.buttons() == [("Again", "other", False, None)]
    with pytest.raises(DiscordRefused):
        await mara.press(message, custom_id="again")


async def test_autocomplete(bot: FilmBot, mara: Member) -> None:
    assert await mara.complete("video", "job", prompt="", job="k3") == [{"name": "job k3", "value": "#k3"}]


async def test_autocomplete_offers_25_choices_at_most_and_not_after_three_seconds(
    stand_in: DiscordStandIn, synced: Raw, clock: Clock, mara: Member
) -> None:
    use = mara.completing("video", "job", "videos", {"job": "x"})
    choices = [{"name": str(one), "value": str(one)} for one in range(26)]
    path = f"/interactions/{use.id}/{use.token}/callback"
    status, _, body = await synced("POST", path, {"type": 8, "data": {"choices": choices}})
    stand_in.violations.clear()
    assert (status, body["code"]) == (400, 50035)
    assert body["errors"]["data"]["choices"]["_errors"][0]["code"] == "BASE_TYPE_MAX_LENGTH"
    assert (await synced("POST", path, {"type": 4, "data": {"content": "x"}}))[2]["code"] == 50035
    clock.advance(3)
    assert (await use.answered()).state == "failed"
    assert use.choices is None


async def test_a_forced_private_answer_where_external_apps_are_denied(
    stand_in: DiscordStandIn, synced: Raw, mara: Member
) -> None:
    stand_in.world.channel("lounge").permissions.deny("Use External Apps")
    use = await mara.use("video", channel="lounge", prompt="x", wait=False)
    path = f"/interactions/{use.id}/{use.token}/callback?with_response=true"
    status, headers, body = await synced("POST", path, {"type": 4, "data": {"content": "hello"}})
    assert status == 200
    assert headers["Content-Type"] == "application/json"
    assert body["interaction"]["response_message_ephemeral"] is True
    assert body["resource"]["message"]["flags"] & 64
    assert use.reply is not None
    assert use.reply.ephemeral


async def test_five_follow_ups_where_only_the_user_installed_the_application(
    stand_in: DiscordStandIn, synced: Raw, mara: Member
) -> None:
    use = await mara.use("video", channel="lounge", prompt="x", wait=False)
    await synced("POST", f"/interactions/{use.id}/{use.token}/callback", {"type": 4, "data": {"content": "hello"}})
    path = f"/webhooks/{stand_in.application_id}/{use.token}"
    for _ in range(5):
        assert (await synced("POST", path, {"content": "more"}))[0] == 200
    status, _, body = await synced("POST", path, {"content": "more"})
    assert (status, body["code"]) == (400, 40094)
    status, _, body = await synced("GET", "/channels/3101/messages")
    assert (status, body["code"]) == (403, 50001)


@pytest.mark.parametrize("settings", [LIFTED, replace(LIFTED, followups_need_original=True)])
@pytest.mark.parametrize("cleared", [False, True])
async def test_what_follows_a_deleted_loading_message(
    stand_in: DiscordStandIn, bot: FilmBot, mara: Member, settings: Settings, cleared: bool
) -> None:
    kept: list[discord.Interaction] = []

    async def make(interaction: discord.Interaction, _options: dict[str, Any]) -> None:
        await interaction.response.defer(thinking=True)
        if cleared:
            await interaction.edit_original_response(content="…")
        kept.append(interaction)
        stand_in.ledger.touch()

    bot.on_video = make
    use = await mara.use("video", prompt="gone")
    await stand_in.ledger.until(lambda: kept, what="the deferral")
    assert use.reply is not None
    stand_in.messages.delete(use.reply.stored)
    if settings.followups_need_original and not cleared:
        with pytest.raises(discord.NotFound) as refused:
            await kept[0].followup.send("here", ephemeral=True)
        assert code(refused) == (404, 10008)
        return
    await kept[0].followup.send("here", ephemeral=True)
    assert [one.content for one in mara.sees("videos")] == ["here"]


async def test_what_is_replayed_is_the_same_interaction(stand_in: DiscordStandIn, bot: FilmBot, mara: Member) -> None:
    seen: list[tuple[int, str]] = []

    async def make(interaction: discord.Interaction, _options: dict[str, Any]) -> None:
        seen.append((interaction.id, interaction.token))
        if len(seen) == 1:
            await interaction.response.send_message("here")
        else:
            with pytest.raises(discord.HTTPException) as refused:
                await interaction.response.defer()
            assert code(refused) == (400, 40060)
        stand_in.ledger.touch()

    bot.on_video = make
    use = await mara.use("video", prompt="twice")
    use.replay()
    await stand_in.ledger.until(lambda: len(seen) == 2, what="the replay")
    assert seen == [(int(use.id), use.token)] * 2
