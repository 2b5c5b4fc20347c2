"""**Use as reference** in the menu of a message, and the card of the draft that it adds to; all of it is private."""

import asyncio

import discord
from discord.ext import commands

from bot.domain.collecting import Collected, read_start, too_long
from bot.domain.errors import Refusal
from bot.domain.media_problems import MediumUnreachable
from bot.domain.models import Catalogue
from bot.domain.others_media import USABLE, NothingToUse, StartUnreadable
from bot.studio.intake.accept import Intake
from bot.studio.intake.collecting import Collecting
from bot.studio.intake.others_media import OthersMediaCheck
from bot.ui import custom_ids
from bot.ui.collect_card import FILES, START, AddFilesForm, PartForm, collect_card
from bot.ui.language import Language
from bot.ui.problem_texts import problems_text
from cogs.conversation import LOOK_SECONDS, Conversation, Outdated
from cogs.menus import menu_command, own_id, resolved_message
from cogs.message_media import files_of, find_authors
from cogs.options import CommandCog
from cogs.router import Router
from cogs.translations import texts_of


class CollectCog(CommandCog):
    """The command of the menu, the buttons and the select of its card, and the forms that they open."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        collecting: Collecting,
        intake: Intake,
        others: OthersMediaCheck,
        catalogue: Catalogue,
        router: Router,
        language: Language,
    ) -> None:
        self._collecting = collecting
        self._intake = intake
        self._others = others
        self._catalogue = catalogue
        self._open = router.conversations.open

        async def on_message(interaction: discord.Interaction, message: discord.Message) -> None:
            await self._use(interaction, message.id)

        super().__init__(bot, menu_command(texts_of(language)("command.menu-use-as-reference"), on_message))
        router.press(custom_ids.CHOOSE, self._choose)
        router.press(custom_ids.ADD_FILES, self._open_files)
        router.form(custom_ids.ADD_FILES, self._add_files)
        router.press(custom_ids.PART, self._open_part)
        router.form(custom_ids.PART, self._take_part)

    async def _use(self, interaction: discord.Interaction, message_id: int) -> None:
        """Add the media of a message to the member's draft."""
        async with self._open(interaction) as conversation:
            message = resolved_message(interaction, message_id)
            if not files_of(message):
                raise Refusal(NothingToUse(USABLE))
            await conversation.open_reply(private=True)
            authors = await find_authors(message, own_id(interaction), self._others.authors_of)
            await self._others.check_use(conversation.caller, authors)
            files = files_of(message, authors)
            await self._show(conversation, await self._collecting.suggest(conversation.caller, files))

    async def _choose(self, conversation: Conversation, draft_id: str) -> None:
        await conversation.acknowledge()
        chosen = await self._collecting.choose(conversation.caller, draft_id, conversation.chosen)
        await self._show(conversation, chosen)

    async def _open_files(self, conversation: Conversation, draft_id: str) -> None:
        async with asyncio.timeout(LOOK_SECONDS):
            await self._intake.find_draft(conversation.caller, draft_id)
        await conversation.ask(AddFilesForm(conversation.language, draft_id, self._catalogue))

    async def _add_files(self, conversation: Conversation, draft_id: str) -> None:
        if FILES not in conversation.form.parts:
            raise Outdated("added files")
        await conversation.acknowledge()
        sent = [conversation.form.files.get(file_id) for file_id in conversation.form.values.get(FILES, ())]
        files = [file for file in sent if file is not None]
        if len(files) < len(sent):
            raise Refusal(MediumUnreachable(FILES))
        await self._show(conversation, await self._collecting.add(conversation.caller, draft_id, files))

    async def _open_part(self, conversation: Conversation, draft_id: str) -> None:
        async with asyncio.timeout(LOOK_SECONDS):
            draft = await self._intake.find_draft(conversation.caller, draft_id)
        file = too_long(draft)
        if file is None:
            await conversation.acknowledge()
            await self._show(conversation, Collected(draft))
            return
        await conversation.ask(PartForm(conversation.language, draft_id, file, self._catalogue))

    async def _take_part(self, conversation: Conversation, draft_id: str) -> None:
        if START not in conversation.form.parts:
            raise Outdated("a part of a file")
        start = read_start(conversation.form.texts.get(START, ""))
        if start is None:
            raise Refusal(StartUnreadable())
        await conversation.acknowledge()
        taken = await self._collecting.take_part(conversation.caller, draft_id, start)
        await self._show(conversation, taken)

    async def _show(self, conversation: Conversation, collected: Collected) -> None:
        await conversation.show(collect_card(conversation.language, collected.draft, self._catalogue))
        if collected.problems:
            await conversation.say(problems_text(conversation.language, collected.problems))
