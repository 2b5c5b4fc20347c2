"""Saying, in a reply that was opened, that its wish was not taken on."""

from discord.ui import LayoutView, TextDisplay

from bot.domain.reply import Reply
from bot.replies.attempts import CALL_SECONDS, posted
from bot.replies.calls import Calls
from bot.replies.messages import Body
from bot.studio.ports import Outcome


class Withdraw:
    """Speaks through interactions' tokens; `words` is what it says."""

    def __init__(self, calls: Calls, words: str) -> None:
        self._calls = calls
        self._words = words

    async def withdraw(self, reply: Reply) -> Outcome:
        """Make one attempt."""
        view = LayoutView(timeout=None).add_item(TextDisplay(self._words))
        edit = self._calls.messages.edit_by_token
        return posted(await self._calls.make(CALL_SECONDS, lambda: edit(reply, Body(view)), reply))
