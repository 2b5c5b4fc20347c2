"""What the background says of a job: everything that `replies` sends is drawn or worded here."""

from collections.abc import Awaitable, Callable, Mapping

from discord.ui import File

from bot.domain.job import Drop, Job
from bot.domain.media import Hosted, Kept
from bot.domain.progress import Outlook
from bot.domain.reply import Form, Rung
from bot.ui import texts
from bot.ui.card import Card
from bot.ui.cards import job_card
from bot.ui.clips import Attachment, Clip, Link
from bot.ui.media import shown_urls

_DAY = 86400.0


class Voice:
    """Speak for jobs; `outlook` looks up what stands around one, `now` gives UTC seconds.

    `clip_days`: how long clips are kept. `elapsed`: the scaled seconds since a UTC time; by `now` when left out.
    """

    def __init__(
        self,
        outlook: Callable[[Job], Awaitable[Outlook]],
        now: Callable[[], float],
        clip_days: float,
        elapsed: Callable[[float], float] | None = None,
    ) -> None:
        self._outlook = outlook
        self._now = now
        self._elapsed = elapsed or (lambda since: now() - since)
        self._clip_seconds = clip_days * _DAY

    async def running(self, job: Job) -> Card:
        """Draw the card of a job that goes on, with the files that it has brought along."""
        names = {hosted.url: name for hosted in job.hosted if (name := job.name_of(hosted))}
        return await self._holding(job, names)

    async def hosting(self, job: Job, names: Mapping[Kept, str]) -> Card:
        """Draw the card that brings input files along, as files of those names."""
        now = self._now()
        here = [Hosted(kept.sha256, f"attachment://{name}", now) for kept, name in names.items()]
        urls = (hosted.url for hosted in here)
        return await self._holding(job.hosting(*here), dict(zip(urls, names.values(), strict=True)))

    async def _holding(self, job: Job, names: Mapping[str, str]) -> Card:
        """Draw the card naming each of these files, by address: what no component names does not stay."""
        now = self._now()
        card = job_card(job, await self._outlook(job), now, running=self._running(job))
        shown = shown_urls(job, now)
        for url, name in names.items():
            if url not in shown:
                card.add_item(File[Card](f"attachment://{name}"))
        return card

    def finished(self, job: Job, drop: Drop) -> Card:
        """Draw the card that brings the clip (FILE) or its link (LINK); in a new message it mentions the requester."""
        shown = job.without_prompt() if drop.hides_prompt else job
        return job_card(
            shown.delivered(drop.message_id or 0, self._now()),
            Outlook(),
            self._now(),
            clip=_clip(job, drop, self._now()),
            kept_until=self._kept_until(job),
            mention=drop.rung in {Rung.CHANNEL, Rung.FOLLOW_UP},
        )

    def ended(self, job: Job) -> Card:
        """Draw the card of a job that ended without a clip, or whose clip is held."""
        return job_card(job, Outlook(), self._now(), kept_until=self._kept_until(job))

    def plain(self, job: Job) -> str:
        """Word how a job ended, for a message without a card."""
        return texts.plain(job, self._kept_until(job))

    def beside(self, job: Job, drop: Drop) -> str:
        """Word what stands beside the file of a message without a card."""
        lines = [texts.plain(job.without_prompt() if drop.hides_prompt else job)]
        if drop.fitted:
            lines.append(texts.made_smaller(job.clip_bytes, drop.fitted))
        if job.incomplete:
            lines.append(texts.INCOMPLETE)
        return "\n".join(lines)

    def ping(self, job: Job) -> str:
        """Word the message that mentions the requester."""
        return texts.ping(job)

    def _kept_until(self, job: Job) -> float | None:
        return None if job.completed is None or job.clip_bytes is None else job.completed + self._clip_seconds

    def _running(self, job: Job) -> float | None:
        return None if job.submitted is None else self._elapsed(job.submitted)


def _clip(job: Job, drop: Drop, now: float) -> Clip | None:
    match drop.form:
        case Form.LINK:
            return Link(job.clip_url, job.clip_dies, drop.limit) if job.clip_url else None
        case Form.FILE | Form.PLAIN:
            lives = drop.fitted is not None and job.clip_dies is not None and job.clip_dies > now
            original = Link(job.clip_url, job.clip_dies) if lives and job.clip_url else None
            return Attachment(job.clip_name, drop.fitted, original)
