"""The buttons that make the next video of a finished one: Extend, Change, Continue and Finish, and their forms."""

import asyncio
from functools import partial

from bot.domain.chain import NextStep
from bot.domain.models import Catalogue
from bot.domain.next_steps import StepInput
from bot.domain.prices import PriceList
from bot.studio.intake.next_videos import NextVideos
from bot.ui.chain_texts import STEPS
from bot.ui.next_forms import NextForm, step_input_of
from cogs.conversation import LOOK_SECONDS, Conversation, Outdated
from cogs.router import Router


class NextVideoButtons:
    """Handlers of the buttons, and of the forms that all but Finish open."""

    def __init__(self, next_videos: NextVideos, catalogue: Catalogue, prices: PriceList, router: Router) -> None:
        self._next_videos = next_videos
        self._catalogue = catalogue
        self._prices = prices
        for step, row in STEPS.items():
            if step is NextStep.FINISH:
                router.press(row, self._finish)
            else:
                router.press(row, partial(self._open_form, step))
                router.form(row, partial(self._submit, step))

    async def _open_form(self, step: NextStep, conversation: Conversation, job_id: str) -> None:
        # A form can only be the first answer: what it shows is read before, from our own disk.
        async with asyncio.timeout(LOOK_SECONDS):
            source = await self._next_videos.find(conversation.caller, job_id, step)
        await conversation.ask(NextForm(conversation.language, source, step, self._catalogue, self._prices))

    async def _submit(self, step: NextStep, conversation: Conversation, job_id: str) -> None:
        try:
            step_input = step_input_of(conversation.form, step)
        except ValueError:
            raise Outdated("a next video") from None
        await self._make(step, conversation, job_id, step_input)

    async def _finish(self, conversation: Conversation, job_id: str) -> None:
        await self._make(NextStep.FINISH, conversation, job_id, StepInput(""))

    async def _make(self, step: NextStep, conversation: Conversation, job_id: str, step_input: StepInput) -> None:
        reply = await conversation.open_reply(private=conversation.keeps_private)
        await self._next_videos.make(conversation.caller, job_id, step, step_input, conversation.id, reply)
