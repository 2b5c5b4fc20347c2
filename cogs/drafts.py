"""Fix and try again: a form of a refused request, and the request once more as it was filled in."""

import asyncio
from typing import Final

from bot.domain.models import Catalogue
from bot.studio.intake.accept import Intake
from bot.ui import custom_ids
from bot.ui.fix_form import FixForm, fixed
from cogs.conversation import Conversation, Outdated
from cogs.router import Router
from cogs.video import submit

# Discord waits 3 s for the form, and for the first response to one that was sent.
_LOOK_SECONDS: Final = 1.5


class DraftButtons:
    """Handlers of the button on a refusal, and of the form that it opens."""

    def __init__(self, intake: Intake, catalogue: Catalogue, router: Router) -> None:
        self._intake = intake
        self._catalogue = catalogue
        router.press(custom_ids.FIX, self._open_form)
        router.form(custom_ids.FIX, self._submit)

    async def _open_form(self, conversation: Conversation, draft_id: str) -> None:
        async with asyncio.timeout(_LOOK_SECONDS):
            draft = await self._intake.find_draft(conversation.caller, draft_id)
        await conversation.ask(FixForm(conversation.language, draft, self._catalogue))

    async def _submit(self, conversation: Conversation, draft_id: str) -> None:
        async with asyncio.timeout(_LOOK_SECONDS):
            draft = await self._intake.find_draft(conversation.caller, draft_id)
        try:
            draft = fixed(draft, conversation.form)
        except ValueError:
            raise Outdated("a fixed request") from None
        await submit(self._intake, conversation, draft)
