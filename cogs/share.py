"""`/share`, **Share** and **Show it off**: a member's own video once more, here, elsewhere or in the showcase."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import Refusal
from bot.domain.job import Job
from bot.domain.share_problems import ClipGone
from bot.domain.shares import SHAREABLE, SharePlace
from bot.studio.delivery.sharing import Sharing
from bot.studio.delivery.showcase import Showcase
from bot.studio.history import History
from bot.ui import custom_ids
from bot.ui.share_texts import gone_card
from cogs import options
from cogs.address import place_here, place_in
from cogs.autocomplete import OwnVideoChoices
from cogs.conversation import Conversation
from cogs.options import REQUIRED, CommandCog, Option
from cogs.router import Router
from cogs.translations import texts_of

PostedIn = app_commands.AppCommandChannel | app_commands.AppCommandThread

# What is refused is said in private: it is looked up before the answer that all read, for which Discord waits 3 s.
_LOOK_SECONDS: Final = 2.0


class PostingChannel(app_commands.Transformer):
    """A channel that takes messages, as Discord describes it beside the command."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """Return the kind of option."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """List the kinds of channel that can be chosen."""
        kinds = discord.ChannelType
        return [kinds.text, kinds.news, kinds.voice, kinds.public_thread, kinds.private_thread, kinds.news_thread]

    async def transform(self, _interaction: discord.Interaction, value: Any, /) -> PostedIn:
        """Take the channel as it is."""
        found: PostedIn = value
        return found


class ShareCog(CommandCog):
    """The command `/share`, and the button on private cards."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        sharing: Sharing,
        showcase: Showcase,
        history: History,
        now: Callable[[], float],
        router: Router,
    ) -> None:
        languages = router.conversations.languages
        say, own = texts_of(languages.english), OwnVideoChoices(history, languages, now, _may_be_shared)
        video = Option(
            *("video", say("option.share-video"), app_commands.Range[str, 1, 100], REQUIRED),
            autocomplete=own.complete,
        )
        channel = Option("channel", say("option.share-channel"), PostingChannel())
        spoiler = Option("spoiler", say("option.share-spoiler"), bool, default=False)
        super().__init__(bot, options.command("share", say("command.share"), [video, channel, spoiler], self._share))
        self._sharing = sharing
        self._showcase = showcase
        self._open = router.conversations.open
        router.press(custom_ids.SHARE, self._pressed)
        router.press(custom_ids.SHOW_OFF, self._show_off)

    async def _share(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        """Share the named video, here or in the named channel."""
        async with self._open(interaction) as conversation:
            channel: PostedIn | None = values.get("channel")
            if channel is None or channel.id == interaction.channel_id:
                place = place_here(interaction)
            else:
                place = place_in(interaction, channel)
            await self._post(conversation, values["video"], place, spoiler=bool(values.get("spoiler")))

    async def _pressed(self, conversation: Conversation, job_id: str) -> None:
        await self._post(conversation, job_id, place_here(conversation.interaction))

    async def _post(self, conversation: Conversation, video: str, place: SharePlace, *, spoiler: bool = False) -> None:
        async with asyncio.timeout(_LOOK_SECONDS):
            job = await self._sharing.check(conversation.caller, video, place)
        reply = await conversation.open_reply(private=place.channel is not None, spends=False)
        async with _clip_at_hand(conversation, job):
            await self._sharing.share(job, place, conversation.id, reply, spoiler=spoiler)

    async def _show_off(self, conversation: Conversation, job_id: str) -> None:
        async with asyncio.timeout(_LOOK_SECONDS):
            job, place = await self._showcase.check(conversation.caller, job_id)
        reply = await conversation.open_reply(private=True, spends=False)
        async with _clip_at_hand(conversation, job):
            await self._showcase.show(job, place, conversation.id, reply)


@asynccontextmanager
async def _clip_at_hand(conversation: Conversation, job: Job) -> AsyncIterator[None]:
    """Say that the clip is gone, with the button that makes another, where the block finds it so."""
    try:
        yield
    except Refusal as refusal:
        if not isinstance(refusal.problem, ClipGone):
            raise
        await conversation.say(gone_card(conversation.language, job.id))


def _may_be_shared(job: Job) -> bool:
    return job.stage in SHAREABLE and not job.deleted
