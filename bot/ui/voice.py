"""What the background says of a job: everything that `replies` sends is drawn or worded here."""

from collections.abc import Awaitable, Callable

from bot.domain.job import Drop, Job
from bot.domain.progress import Outlook
from bot.domain.reply import Form, Rung
from bot.ui import texts
from bot.ui.card import Card
from bot.ui.cards import Attachment, Clip, Link, job_card


class Voice:
    """Speak for jobs; `outlook` looks up what stands around one, `now` gives UTC seconds."""

    def __init__(self, outlook: Callable[[Job], Awaitable[Outlook]], now: Callable[[], float]) -> None:
        self._outlook = outlook
        self._now = now

    async def running(self, job: Job) -> Card:
        """Draw the card of a job that goes on."""
        return job_card(job, await self._outlook(job), self._now())

    async def hosting(self, job: Job, file_name: str) -> Card:
        """Draw the card that brings the input image along, as a file of that name."""
        return job_card(job, await self._outlook(job), self._now(), image=f"attachment://{file_name}")

    def finished(self, job: Job, drop: Drop) -> Card:
        """Draw the card that brings the clip (FILE) or its link (LINK); in a new message it mentions the requester."""
        return job_card(
            job.delivered(drop.message_id or 0, self._now()),
            Outlook(),
            self._now(),
            clip=_clip(job, drop),
            mention=drop.rung is Rung.CHANNEL,
        )

    def ended(self, job: Job) -> Card:
        """Draw the card of a job that ended without a clip, or whose clip is held."""
        return job_card(job, Outlook(), self._now())

    def plain(self, job: Job) -> str:
        """Word how a job ended, for a message without a card."""
        return texts.plain(job)

    def ping(self, job: Job) -> str:
        """Word the message that mentions the requester."""
        return texts.ping(job)


def _clip(job: Job, drop: Drop) -> Clip | None:
    match drop.form:
        case Form.LINK:
            return Link(job.clip_url, job.clip_dies) if job.clip_url else None
        case Form.FILE | Form.PLAIN:
            return Attachment(job.clip_name)
