"""`/delete` and the button **Delete**: a member's own video, or one in a server whose messages they manage."""

from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.job import Job
from bot.studio.delivery.deletion import Deletion
from bot.studio.history import History
from bot.ui import custom_ids
from bot.ui.components import Card
from bot.ui.share_texts import deleted_text, deletion_card
from cogs import options
from cogs.autocomplete import OwnVideoChoices
from cogs.conversation import Conversation
from cogs.options import REQUIRED, CommandCog, Option
from cogs.router import Router
from cogs.translations import texts_of


class DeleteCog(CommandCog):
    """The command `/delete`, and the buttons that ask and do it; every answer is private."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        deletion: Deletion,
        history: History,
        now: Callable[[], float],
        router: Router,
    ) -> None:
        languages = router.conversations.languages
        say, own = texts_of(languages.english), OwnVideoChoices(history, languages, now, _is_over)
        video = Option(
            *("video", say("option.delete-video"), app_commands.Range[str, 1, 100], REQUIRED),
            autocomplete=own.complete,
        )
        super().__init__(bot, options.command("delete", say("command.delete"), [video], self._delete))
        self._deletion = deletion
        self._open = router.conversations.open
        router.press(custom_ids.DELETE, self._ask)
        router.press(custom_ids.DELETE_NOW, self._delete_now)

    async def _delete(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        """Ask whether to delete the named video."""
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            job = await self._deletion.check(conversation.caller, values["video"])
            await conversation.show(await self._question(conversation, job))

    async def _ask(self, conversation: Conversation, job_id: str) -> None:
        await conversation.acknowledge()
        job = await self._deletion.check(conversation.caller, job_id)
        await conversation.add(await self._question(conversation, job))

    async def _question(self, conversation: Conversation, job: Job) -> Card:
        if await self._deletion.has_reels_alone(conversation.caller, job):
            return deletion_card(conversation.language, job, reels=True)
        return deletion_card(conversation.language, job, await self._deletion.others_in_message(job))

    async def _delete_now(self, conversation: Conversation, job_id: str) -> None:
        await conversation.acknowledge()
        deleted = await self._deletion.delete(conversation.caller, job_id)
        await conversation.say(deleted_text(conversation.language, everywhere=deleted.everywhere, reels=deleted.reels))


def _is_over(job: Job) -> bool:
    return job.ended and not job.deleted
