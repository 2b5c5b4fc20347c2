"""The commands in the menus of messages and members: **Animate image** and **Animate avatar**.

Each opens a form, whose answer is an ordinary request. What it is about stands in a draft, since no custom id holds an
address; so the form can be sent after a restart too.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.drafts import PICK, Purpose
from bot.domain.errors import Refusal
from bot.domain.media import AttachmentInput, Kind, Role
from bot.domain.models import Catalogue
from bot.domain.others_media import NoAvatar, NothingToUse
from bot.domain.request import RequestDraft
from bot.studio.intake.accept import Intake
from bot.studio.intake.others_media import OthersMediaCheck
from bot.ui.fix_form import FixForm, choice_fields
from bot.ui.language import Language
from cogs.conversation import LOOK_SECONDS, Conversation
from cogs.message_media import MessageMedium, find_authors, media_of
from cogs.options import CommandCog
from cogs.router import Router
from cogs.translations import texts_of

_AVATAR_SIDE: Final = 1024
_CONTEXTS: Final = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
_INSTALLS: Final = app_commands.AppInstallationType(guild=True, user=True)


class MenuCog(CommandCog):
    """The commands of menus, as far as they make a picture move."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        intake: Intake,
        others: OthersMediaCheck,
        catalogue: Catalogue,
        router: Router,
        language: Language,
    ) -> None:
        self._intake = intake
        self._others = others
        self._catalogue = catalogue
        self._open = router.conversations.open
        say = texts_of(language)

        async def on_message(interaction: discord.Interaction, message: discord.Message) -> None:
            await self._animate_image(interaction, message.id)

        async def on_member(interaction: discord.Interaction, member: discord.User | discord.Member) -> None:
            await self._animate_avatar(interaction, member)

        super().__init__(
            bot,
            menu_command(say("command.menu-animate-image"), on_message),
            menu_command(say("command.menu-animate-avatar"), on_member),
        )

    async def _animate_image(self, interaction: discord.Interaction, message_id: int) -> None:
        """Ask what should happen in an image of a message."""
        async with self._open(interaction) as conversation:
            message = resolved_message(interaction, message_id)
            if not any(each.kind is Kind.IMAGE for each in media_of(message)):
                raise Refusal(NothingToUse((Kind.IMAGE,)))
            async with asyncio.timeout(LOOK_SECONDS):
                authors = await find_authors(message, own_id(interaction), self._others.authors_of)
                await self._others.check_use(conversation.caller, authors)
            await self._ask(conversation, [each for each in media_of(message, authors) if each.kind is Kind.IMAGE])

    async def _animate_avatar(self, interaction: discord.Interaction, member: discord.User | discord.Member) -> None:
        """Ask what should happen in a member's avatar."""
        async with self._open(interaction) as conversation:
            author_ids = () if member.bot else (member.id,)
            async with asyncio.timeout(LOOK_SECONDS):
                await self._others.check_use(conversation.caller, author_ids, avatar=True)
            if member.display_avatar == member.default_avatar:
                raise Refusal(NoAvatar(member.id))
            picture = member.display_avatar.replace(format="png", size=_AVATAR_SIDE)
            file = AttachmentInput(picture.url, "avatar.png", 0, author_ids=author_ids)
            await self._ask(conversation, [MessageMedium(Kind.IMAGE, file, _AVATAR_SIDE, _AVATAR_SIDE)])

    async def _ask(self, conversation: Conversation, images: Sequence[MessageMedium]) -> None:
        request, private = _request(images, self._catalogue), conversation.private_by_setting
        draft = self._intake.new_draft(conversation.caller, request, private=private)
        fields = choice_fields(self._catalogue)
        # A form has five rows; where an image has to be picked, the last choice is left as it is.
        fields = (PICK, *fields[:3]) if len(images) > 1 else fields
        draft = replace(draft, purpose=Purpose.ANIMATE, wrong=fields)
        async with asyncio.timeout(LOOK_SECONDS):
            draft = await self._intake.keep_draft(conversation.caller, draft)
        await conversation.ask(FixForm(conversation.language, draft, self._catalogue))


def menu_command(name: app_commands.locale_str, handle: Any) -> app_commands.ContextMenu:
    """Make a command of a menu, offered wherever the others are.

    `handle` takes the interaction and what it is used on: a message or a member, as its annotation says.
    """
    return app_commands.ContextMenu(name=name, callback=handle, allowed_contexts=_CONTEXTS, allowed_installs=_INSTALLS)


def own_id(interaction: discord.Interaction) -> int | None:
    """Return the bot's own id as a user."""
    return interaction.client.user.id if interaction.client.user else None


def resolved_message(interaction: discord.Interaction, message_id: int) -> dict[str, Any]:
    """Return the message that a command was used on, as Discord describes it."""
    data = cast("dict[str, Any]", interaction.data or {})
    found: dict[str, Any] = data.get("resolved", {}).get("messages", {}).get(str(message_id), {})
    return found


def _request(images: Sequence[MessageMedium], catalogue: Catalogue) -> RequestDraft:
    """Ask for a video whose first frame is one of these images."""
    model, capability = catalogue.default
    files = [
        replace(each.file, role=Role.FIRST_FRAME, option=f"{Kind.IMAGE} {at}") for at, each in enumerate(images, 1)
    ]
    if len(files) == 1:
        files = [replace(files[0], option="image")]
    ratio = capability.ratio_of(images[0].width, images[0].height)
    return RequestDraft(
        "", model, capability.default_seconds, ratio, tuple(files), resolution=capability.default_resolution
    )
