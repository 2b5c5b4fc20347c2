"""Drafts: a refused request to be fixed in a form, and a request whose price has to be confirmed."""

import asyncio
from dataclasses import replace

from bot.domain.drafts import Purpose
from bot.domain.models import Catalogue
from bot.studio.intake.accept import Intake
from bot.ui import custom_ids
from bot.ui.custom_ids import AgreedPrice
from bot.ui.fix_form import FixForm, choice_fields, fixed
from bot.ui.price_cards import discarded_card
from cogs.conversation import LOOK_SECONDS, Conversation, Outdated
from cogs.router import Router
from cogs.video import submit


class DraftButtons:
    """Handlers of the buttons on a refusal and on the question about a price, and of the form that the first opens."""

    def __init__(self, intake: Intake, catalogue: Catalogue, router: Router) -> None:
        self._intake = intake
        self._catalogue = catalogue
        router.press(custom_ids.FIX, self._open_form)
        router.form(custom_ids.FIX, self._submit)
        router.press(custom_ids.MAKE, self._open_whole_form)
        router.press(custom_ids.CONFIRM, self._make)
        router.press(custom_ids.DISCARD, self._discard)

    async def _open_form(self, conversation: Conversation, draft_id: str) -> None:
        async with asyncio.timeout(LOOK_SECONDS):
            draft = await self._intake.find_draft(conversation.caller, draft_id)
        await conversation.ask(FixForm(conversation.language, draft, self._catalogue))

    async def _open_whole_form(self, conversation: Conversation, draft_id: str) -> None:
        """Ask for the prompt and every choice of a draft whose media were collected."""
        async with asyncio.timeout(LOOK_SECONDS):
            draft = await self._intake.find_draft(conversation.caller, draft_id)
        draft = replace(draft, wrong=choice_fields(self._catalogue))
        await conversation.ask(FixForm(conversation.language, draft, self._catalogue))

    async def _submit(self, conversation: Conversation, draft_id: str) -> None:
        async with asyncio.timeout(LOOK_SECONDS):
            draft = await self._intake.find_draft(conversation.caller, draft_id)
        try:
            draft = fixed(draft, conversation.form)
        except ValueError:
            raise Outdated("a fixed request") from None
        if draft.purpose is Purpose.COLLECT:
            draft = replace(draft, private=conversation.private_by_setting)
        await submit(self._intake, conversation, draft)

    async def _make(self, conversation: Conversation, agreed: AgreedPrice) -> None:
        async with asyncio.timeout(LOOK_SECONDS):
            draft = await self._intake.find_draft(conversation.caller, agreed.draft_id)
        await submit(self._intake, conversation, replace(draft, agreed=agreed.price))

    async def _discard(self, conversation: Conversation, draft_id: str) -> None:
        await conversation.acknowledge()
        await self._intake.discard_draft(conversation.caller, draft_id)
        await conversation.show(discarded_card(conversation.language))
