"""The button **Keep** on a message with several takes."""

from bot.studio.delivery.choosing import TakeChoice
from bot.ui import custom_ids
from cogs.conversation import Conversation
from cogs.router import Router


class TakeButtons:
    """The handler of the buttons that keep one take; the studio checks who may press them."""

    def __init__(self, take_choice: TakeChoice, router: Router) -> None:
        self._take_choice = take_choice
        router.press(custom_ids.KEEP, self._keep)

    async def _keep(self, conversation: Conversation, job_id: str) -> None:
        reply = await conversation.acknowledge()
        await self._take_choice.keep(conversation.caller, job_id, reply)
