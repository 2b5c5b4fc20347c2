"""`/admin check` and `/admin self-test`: the bot's permissions in a channel, and a test of its replies there."""

from collections.abc import Iterable
from typing import Any

import discord
from discord import app_commands

from bot.studio.self_tests import SelfTests
from bot.ui import custom_ids
from bot.ui.channel_cards import ChannelRights, UploadForm, rights_card, self_test_card
from bot.ui.language import Language
from cogs.conversation import Conversation
from cogs.options import command
from cogs.router import Router
from cogs.translations import texts_of


class AdminChannel:
    """The commands of `/admin` about the channel that they are used in."""

    def __init__(self, self_tests: SelfTests, router: Router) -> None:
        self._self_tests = self_tests
        self._open = router.conversations.open
        router.press(custom_ids.SELF_TEST, self._ask)
        router.form(custom_ids.SELF_TEST, self._go_on)

    def commands(self, language: Language) -> Iterable[app_commands.Command[Any, ..., None]]:
        """Make the commands."""
        say = texts_of(language)
        return [
            command("check", say("command.admin-check"), [], self._check),
            command("self-test", say("command.admin-self-test"), [], self._self_test),
        ]

    async def _check(self, interaction: discord.Interaction, _values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            if interaction.guild_id is None:
                await conversation.say(conversation.language.text("admin.only-in-channel"))
            else:
                await conversation.show(rights_card(conversation.language, rights_of(interaction)))

    async def _self_test(self, interaction: discord.Interaction, _values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            if interaction.guild_id is None:
                await conversation.say(conversation.language.text("admin.only-in-channel"))
                return
            reply = await conversation.open_reply(private=True, spends=False)
            user_id = conversation.caller.user_id
            tried = await self._self_tests.of_private_answer(reply, user_id, conversation.id)
            await conversation.show(self_test_card(conversation.language, tried, user_id), [])

    async def _ask(self, conversation: Conversation, user_id: int) -> None:
        await conversation.ask(UploadForm(conversation.language, user_id), spends=False)

    async def _go_on(self, conversation: Conversation, user_id: int) -> None:
        reply = await conversation.open_reply(spends=False)
        tried = await self._self_tests.of_public_answer(reply, user_id, conversation.id)
        await conversation.say(self_test_card(conversation.language, tried))
        await self._self_tests.take_away(conversation.id, reply)


def rights_of(interaction: discord.Interaction) -> ChannelRights:
    """Read what Discord says with an interaction of the bot's permissions in its channel."""
    may, channel = interaction.app_permissions, interaction.channel
    in_thread = isinstance(channel, discord.Thread)
    is_spoken_in = isinstance(channel, discord.VoiceChannel | discord.StageChannel)
    return ChannelRights(
        view=may.view_channel,
        send=may.send_messages_in_threads if in_thread else may.send_messages,
        attach_files=may.attach_files,
        read_history=may.read_message_history,
        connect=may.connect if is_spoken_in else None,
        in_thread=in_thread,
        limit=interaction.filesize_limit,
    )
