"""What `replies` needs drawn and worded; whoever builds the bot fulfils it."""

from collections.abc import Mapping
from typing import Protocol

from discord.ui import LayoutView

from bot.domain.job import Drop, Job
from bot.domain.media import Kept


class Cards(Protocol):
    """Cards and sentences of jobs."""

    async def running(self, job: Job) -> LayoutView:
        """Draw the card of a job that goes on."""
        ...

    async def hosting(self, job: Job, names: Mapping[Kept, str]) -> LayoutView:
        """Draw that card with every one of these input files on it, as `attachment://<name>`."""
        ...

    def finished(self, job: Job, drop: Drop) -> LayoutView:
        """Draw the card that shows `attachment://<job.clip_name>` (FILE) or links to `job.clip_url` (LINK).

        On the rungs CHANNEL and FOLLOW_UP it mentions the requester.
        """
        ...

    def ended(self, job: Job) -> LayoutView:
        """Draw the card of a job that ended without a clip, or whose clip is held."""
        ...

    def plain(self, job: Job) -> str:
        """Word how a job ended, in one text."""
        ...

    def beside(self, job: Job, drop: Drop) -> str:
        """Word what stands beside the file of a message without a card, in one text."""
        ...

    def ping(self, job: Job) -> str:
        """Word the message that mentions the requester."""
        ...
