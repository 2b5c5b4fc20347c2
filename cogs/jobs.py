"""The buttons on a job: cancel it, make it again as it was or edited, fetch its clip, move it here.

Whose job it is, the studio checks.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from bot.domain.edits import Edit, WithoutSound
from bot.domain.models import Catalogue, Model, Ratio, Resolution
from bot.domain.prices import PriceList
from bot.studio.history import History
from bot.studio.intake.accept import Intake
from bot.studio.running.actions import JobActions
from bot.ui import custom_ids
from bot.ui.custom_ids import CustomId
from bot.ui.form import MAX_SHOWN, EditForm, Part, SentForm
from bot.ui.take_texts import cancelled_text
from cogs.conversation import LOOK_SECONDS, Conversation, Outdated
from cogs.router import Router
from cogs.status_history import card_now


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
        router.press(custom_ids.AGAIN, self._ask_again)
        router.press(custom_ids.RETRY, self._ask_again)
        router.press(custom_ids.WITHOUT_SOUND, self._without_sound)
        router.press(custom_ids.AGAIN_TAKES, partial(self._ask_again, takes=True))
        for row, takes in ((custom_ids.EDIT, False), (custom_ids.EDIT_TAKES, True)):
            router.press(row, partial(self._open_form, row))
            router.form(row, partial(self._edit, takes=takes))
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

    async def _without_sound(self, conversation: Conversation, job_id: str) -> None:
        await self._ask_again(conversation, job_id, WithoutSound())

    async def _open_form(self, row: CustomId[str], conversation: Conversation, job_id: str) -> None:
        # A form can only be the first answer: what it shows is read before, from our own disk.
        async with asyncio.timeout(LOOK_SECONDS):
            source = await self._intake.find_source(conversation.caller, job_id)
        form = EditForm(conversation.language, row.encode(job_id), source.request, self._catalogue, self._prices)
        await conversation.ask(form)

    async def _edit(self, conversation: Conversation, job_id: str, *, takes: bool) -> None:
        await self._ask_again(conversation, job_id, _edit_of(conversation.form), takes=takes)

    async def _ask_again(
        self,
        conversation: Conversation,
        job_id: str,
        edit: Edit | WithoutSound | None = None,
        *,
        takes: bool = False,
    ) -> None:
        caller, private = conversation.caller, conversation.keeps_private
        # What is refused or asked then comes in private and alone; a database that is slow keeps no one waiting.
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._intake.check_again(caller, job_id, edit, takes=takes, private=private)
        reply = await conversation.open_reply(private=private)
        await self._intake.submit_again(caller, job_id, conversation.id, reply, edit, takes=takes)

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
