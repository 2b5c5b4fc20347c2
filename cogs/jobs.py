"""The buttons on a job: cancel it, make it again as it was or edited, fetch its clip, move it here.

Whose job it is, the studio checks.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from bot.domain.models import Catalogue, Model, Ratio, Resolution
from bot.domain.prices import PriceList
from bot.domain.request import Edit, WithoutSound
from bot.studio.history import History
from bot.studio.intake.accept import Intake
from bot.studio.running.actions import JobActions
from bot.ui import custom_ids
from bot.ui.form import MAX_SHOWN, EditForm, Part, SentForm
from bot.ui.take_texts import cancelled_text
from cogs.conversation import Conversation, Outdated
from cogs.router import Router
from cogs.status_history import card_now

# Discord waits 3 s for the form; a store that answers later than this is said to be in trouble.
_LOOK_SECONDS: Final = 1.5


class JobButtons:
    """Handlers of the buttons on a job's cards."""

    def __init__(
        self,
        intake: Intake,
        history: History,
        actions: JobActions,
        catalogue: Catalogue,
        prices: PriceList,
        now: Callable[[], float],
        router: Router,
    ) -> None:
        self._intake = intake
        self._history = history
        self._actions = actions
        self._catalogue = catalogue
        self._prices = prices
        self._now = now
        router.press(custom_ids.CANCEL, self._cancel)
        router.press(custom_ids.AGAIN, self._again)
        router.press(custom_ids.RETRY, self._again)
        router.press(custom_ids.WITHOUT_SOUND, self._without_sound)
        router.press(custom_ids.EDIT, self._open_form)
        router.form(custom_ids.EDIT, self._edit)
        router.press(custom_ids.CLIP, self._fetch_clip)
        router.press(custom_ids.BRING, self._move_here)

    async def _cancel(self, conversation: Conversation, job_id: str) -> None:
        reply = await conversation.acknowledge()
        # First the new token: without it an old private reply could not show that its job is cancelled.
        await self._actions.renew(conversation.caller, job_id, reply)
        cancelled = await self._actions.cancel(conversation.caller, job_id)
        if cancelled.job.reply.message_id != reply.message_id:
            await conversation.show(await card_now(conversation.language, self._history, cancelled.job, self._now()))
        if sentence := cancelled_text(conversation.language, cancelled):
            await conversation.say(sentence)

    async def _again(self, conversation: Conversation, job_id: str) -> None:
        await self._ask_again(conversation, job_id, None)

    async def _without_sound(self, conversation: Conversation, job_id: str) -> None:
        await self._ask_again(conversation, job_id, WithoutSound())

    async def _open_form(self, conversation: Conversation, job_id: str) -> None:
        # A form can only be the first answer: what it shows is read before, from our own disk.
        async with asyncio.timeout(_LOOK_SECONDS):
            source = await self._intake.find_source(conversation.caller, job_id)
        form = EditForm(conversation.language, job_id, source.request, self._catalogue, self._prices)
        await conversation.ask(form)

    async def _edit(self, conversation: Conversation, job_id: str) -> None:
        await self._ask_again(conversation, job_id, _edit_of(conversation.form))

    async def _ask_again(self, conversation: Conversation, job_id: str, edit: Edit | WithoutSound | None) -> None:
        reply = await conversation.open_reply(private=conversation.keeps_private)
        await self._intake.submit_again(conversation.caller, job_id, conversation.id, reply, edit)

    async def _fetch_clip(self, conversation: Conversation, job_id: str) -> None:
        reply = await conversation.defer(private=True)
        await self._actions.send_privately(conversation.caller, job_id, reply)

    async def _move_here(self, conversation: Conversation, job_id: str) -> None:
        reply = await conversation.acknowledge()
        if not await self._actions.move_here(conversation.caller, job_id, reply):
            job = await self._history.find(conversation.caller, job_id)
            await conversation.show(await card_now(conversation.language, self._history, job, self._now()))


def _edit_of(form: SentForm) -> Edit:
    """Read a form; raises Outdated for one of another version."""
    try:
        size = form.choice(Part.RESOLUTION)
        return Edit(
            form.prompt,
            Model(form.choice(Part.MODEL)),
            int(form.choice(Part.DURATION)),
            Ratio(form.choice(Part.RATIO)),
            Resolution(size) if size else None,
            MAX_SHOWN,
        )
    except ValueError:
        raise Outdated("an edited request") from None
