"""From a job to what is sent about it: cards, and texts for where no card can be shown."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from discord.ui import File, LayoutView

from bot.domain.chain import NextStep
from bot.domain.job import DeliveryAttempt, Job
from bot.domain.media import InputUrl, StoredFile
from bot.domain.progress import Forecast
from bot.domain.reply import Reply, Route, Variant
from bot.domain.takes import posted, to_show
from bot.ui import texts
from bot.ui.clip_links import Attachment, Clip, Link
from bot.ui.components import Card, text, text_only
from bot.ui.input_media import shown_urls
from bot.ui.job_cards import alt_text, job_card
from bot.ui.language import Language, Languages

_DAY = 86400.0
# Where a whole channel sees what a public reply holds.
_FOR_ALL = frozenset({Route.TOKEN, Route.BOT, Route.CHANNEL, Route.FOLLOW_UP})


class Presenter:
    """Draw and word what is sent about jobs; `forecast` looks up what is expected of one, `now` gives UTC seconds.

    `clip_days`: how long clips are kept. `elapsed`: the scaled seconds since a UTC time; by `now` when left out.
    `covers` tells whether what a reply shows is covered until a member clicks on it; never when left out. `takes` looks
    up the takes of a request by the first one's id. `steps` tells what can be made of a finished video. `ai_label`:
    what holds a video says that it was made with AI. `shows_off` tells whether what stands there can be shown off.
    """

    def __init__(  # noqa: PLR0913 - what a card can say
        self,
        languages: Languages,
        forecast: Callable[[Job], Awaitable[Forecast]],
        now: Callable[[], float],
        clip_days: float,
        elapsed: Callable[[float], float] | None = None,
        covers: Callable[[Reply], Awaitable[bool]] | None = None,
        takes: Callable[[str], Awaitable[Sequence[Job]]] | None = None,
        *,
        steps: Callable[[Job], Sequence[NextStep]] = lambda _: (),
        ai_label: bool = False,
        shows_off: Callable[[Reply], bool] = lambda _: False,
    ) -> None:
        self._languages = languages
        self._forecast = forecast
        self._now = now
        self._elapsed = elapsed or (lambda since: now() - since)
        self._clip_seconds = clip_days * _DAY
        self._covers = covers
        self._ai_label = ai_label
        self._takes = takes
        self._steps = steps
        self._shows_off = shows_off

    async def progress_card(self, job: Job, *, hides_prompt: bool = False) -> Card:
        """Draw the card of a running job, with the input files that are attached to the reply; of takes, of all."""
        if (
            not job.share
            and job.lead_id is not None
            and self._takes is not None
            and (takes := await self._takes(job.lead_id))
        ):
            job = replace(to_show(takes), reply=job.reply)
        names = {input_url.url: name for input_url in job.input_urls if (name := job.name_of(input_url))}
        return await self._with_files(job, names, hides_prompt=hides_prompt)

    async def inputs_card(self, job: Job, names: Mapping[StoredFile, str]) -> Card:
        """Draw the card that attaches input files, under those names."""
        now = self._now()
        here = [InputUrl(file.sha256, f"attachment://{name}", now) for file, name in names.items()]
        urls = (input_url.url for input_url in here)
        return await self._with_files(job.with_input_urls(*here), dict(zip(urls, names.values(), strict=True)))

    async def _with_files(self, job: Job, names: Mapping[str, str], *, hides_prompt: bool = False) -> Card:
        """Draw the card with each of these files (name by URL): Discord removes a file that no component names."""
        now = self._now()
        running = None if job.submitted is None else self._elapsed(job.submitted)
        language, forecast = self._of(job), await self._forecast(job)
        spoiler = self._covers is not None and await self._covers(job.reply)
        card = job_card(language, job, forecast, now, running=running, hides_prompt=hides_prompt, spoiler=spoiler)
        shown = shown_urls(language, job, now)
        for url, name in names.items():
            if url not in shown:
                card.add_item(File[Card](f"attachment://{name}", spoiler=spoiler))
        return card

    def delivery(self, job: Job, attempt: DeliveryAttempt) -> LayoutView:
        """Draw the card with the clip (FILE) or its link (LINK), or a text and the clip's file (PLAIN).

        A new message mentions the requester.
        """
        language = self._of(job, attempt.route)
        if attempt.variant is Variant.PLAIN:
            words = f"<@{job.user_id}> " if attempt.route in {Route.CHANNEL, Route.FOLLOW_UP} or job.share else ""
            view = text_only(words + _plain(language, job, attempt))
            for name in (job.clip_name, *(take.clip_name for take in posted(job) if take.id != job.id)):
                view.add_item(File[LayoutView](f"attachment://{name}", spoiler=attempt.spoiler))
            return self._labelled(view, language)
        now = self._now()
        delivered = job.delivered(attempt.message_id or 0, now)
        card = job_card(
            language,
            delivered,
            Forecast(),
            now,
            clip=_clip(job, attempt, now),
            copy_expires=self._copy_expires(job),
            route=attempt.route,
            hides_prompt=attempt.hides_prompt,
            spoiler=attempt.spoiler,
            steps=self._steps(delivered),
            shows_off=not job.share and attempt.route in _FOR_ALL and self._shows_off(job.reply),
        )
        return self._labelled(card, language)

    def _labelled(self, view: LayoutView, language: Language) -> LayoutView:
        return view.add_item(text(f"-# {language.text('card.ai-made')}")) if self._ai_label else view

    def chosen_card(self, job: Job) -> LayoutView:
        """Draw the card of the take that a message with several was left to, by the file that is on it already."""
        now, attempt = self._now(), job.attempt
        card = job_card(
            self._of(job),
            job,
            Forecast(),
            now,
            clip=None if attempt is None else _clip(job, attempt, now),
            copy_expires=self._copy_expires(job),
            hides_prompt=attempt is not None and attempt.hides_prompt,
            spoiler=attempt is not None and attempt.spoiler,
            steps=self._steps(job),
        )
        return self._labelled(card, self._of(job))

    def end_card(self, job: Job, route: Route) -> Card:
        """Draw the card of a job that ended without a clip, or whose clip is held."""
        language, copy_expires = self._of(job, route), self._copy_expires(job)
        return job_card(language, job, Forecast(), self._now(), copy_expires=copy_expires, route=route)

    def end_text(self, job: Job, route: Route) -> LayoutView:
        """Say the same as `end_card` in a text."""
        return text_only(texts.plain(self._of(job, route), job, self._copy_expires(job)))

    def alt_text(self, job: Job, attempt: DeliveryAttempt) -> str | None:
        """Describe the clip's file where no gallery does."""
        if attempt.variant is not Variant.PLAIN:
            return None
        return alt_text(self._of(job, attempt.route), job, hides_prompt=attempt.hides_prompt)

    def ping(self, job: Job, route: Route) -> str:
        """Tell the requester that a job has ended."""
        return texts.ping(self._of(job, route), job)

    def _of(self, job: Job, route: Route | None = None) -> Language:
        """Return the language of what stands there: a direct message is in the member's."""
        return self._languages.of(job.reply.locale if route is Route.DIRECT else job.reply.language_tag)

    def _copy_expires(self, job: Job) -> float | None:
        return None if job.completed is None or job.clip_bytes is None else job.completed + self._clip_seconds


def _plain(language: Language, job: Job, attempt: DeliveryAttempt) -> str:
    lines = [texts.plain(language, job, hides_prompt=attempt.hides_prompt)]
    if attempt.shrunk:
        lines.append(texts.made_smaller(language, job.clip_bytes, attempt.shrunk))
    if job.incomplete:
        lines.append(language.text("delivery.incomplete"))
    return "\n".join(lines)


def _clip(job: Job, attempt: DeliveryAttempt, now: float) -> Clip | None:
    if attempt.variant is Variant.LINK:
        return Link(job.clip_url, job.clip_dies, attempt.limit) if job.clip_url else None
    lives = attempt.shrunk is not None and job.clip_dies is not None and job.clip_dies > now
    original = Link(job.clip_url, job.clip_dies) if lives and job.clip_url else None
    return Attachment(job.clip_name, attempt.shrunk, original)
