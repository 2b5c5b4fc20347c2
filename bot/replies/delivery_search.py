"""Find out whether a delivery has arrived, before anything is sent again.

`attachments` is empty on a message whose files sit in Components V2, so the media of its components are read; a
message in the older form is read too.
"""

import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import discord
from discord import components

from bot.domain.job import SHORT, DeliveryAttempt, Job
from bot.domain.reply import Route, Variant
from bot.domain.takes import posted
from bot.replies.api_errors import SendFailure, classify
from bot.replies.discord_api import DiscordApi
from bot.replies.sender import MAX_UPLOAD
from bot.studio.ports import CannotSearch, Clock, Closed, NotThere, Posted

SEARCH_SECONDS = 30.0
# A job is saved within seconds of its interaction; and no clock runs evenly.
_BEFORE = 60.0
# An upload is given up after its time, and what had left by then may still be applied.
_AFTER = MAX_UPLOAD + 300.0
# A channel with more messages in that time is not read any further.
MAX_MESSAGES = 2000

SearchResult = Posted | NotThere | CannotSearch
_Component = discord.Component
_LINK = re.compile(r"\]\((https?://[^\s()]+)\)")


class DeliverySearch:
    """Search once the place that a delivery was sent to."""

    def __init__(self, api: DiscordApi, clock: Clock) -> None:
        self._api = api
        self._messages = api.messages
        self._clock = clock

    async def find(self, job: Job, attempt: DeliveryAttempt, until: float | None = None) -> SearchResult:
        """Tell whether the clip (or its link) has arrived, about `attempt.at` or up to `until`."""
        if attempt.variant is Variant.LINK and not job.clip_url:
            return CannotSearch("the link is not known")
        seen = await self._api.call(SEARCH_SECONDS, lambda: self._search(job, attempt, until or attempt.at))
        return seen if isinstance(seen, Posted | NotThere | CannotSearch) else _not_found(seen)

    async def clip_url(self, job: Job) -> str | SendFailure:
        """Fetch the message that holds the job's clip again, and return the URL that its file has now."""
        at = job.clip_message
        if at is None:
            return Closed("only its member could see a message with it")
        fetch = self._messages.fetch_as_bot
        message = await self._api.call(SEARCH_SECONDS, lambda: fetch(at.channel_id, at.message_id))
        if not isinstance(message, discord.Message):
            return message
        return file_url(message, job.clip_name) or Closed("the message holds no video")

    async def _search(self, job: Job, attempt: DeliveryAttempt, until: float) -> SearchResult:
        match attempt.route:
            case Route.TOKEN | Route.ASKED:
                return await self._in_reply(job, attempt)
            case Route.BOT:
                return await self._at_message(job, attempt, attempt.message_id or job.reply.message_id)
            case Route.CHANNEL:
                if attempt.message_id is not None:
                    return await self._at_message(job, attempt, attempt.message_id)
                return await self._in_channel(attempt.channel_id, job, attempt, until)
            case Route.FOLLOW_UP:
                return await self._after_reply(job, attempt, until)
            case Route.DIRECT:
                return await self._in_channel(await self._messages.direct_channel(job.user_id), job, attempt, until)

    async def _in_reply(self, job: Job, attempt: DeliveryAttempt) -> SearchResult:
        """Search by the token while it lives, and as the bot where that is possible and the token is dead."""
        reply, message_id = job.reply, attempt.message_id or job.reply.message_id
        bot_sees = message_id is not None and not reply.private and reply.bot_reaches
        if reply.token is None and not bot_sees:
            return CannotSearch("only a token that is forgotten could reach it", for_good=True)
        if self._api.token_lives(reply) or not bot_sees:
            try:
                return _in_message(await self._messages.fetch_by_token(reply), job, attempt)
            except discord.HTTPException as error:
                failure = classify(error, self._clock.now(), reply.token_at)
                if not isinstance(failure, Closed) or failure.message_gone or not bot_sees:
                    return _not_found(failure)
        return await self._at_message(job, replace(attempt, channel_id=reply.channel_id), message_id)

    async def _after_reply(self, job: Job, attempt: DeliveryAttempt, until: float) -> SearchResult:
        """Search the reply, which a follow-up fills while it still loads, and then for a message of its own."""
        in_reply = await self._in_reply(job, attempt)
        reply = job.reply
        if isinstance(in_reply, Posted) or (isinstance(in_reply, CannotSearch) and not in_reply.for_good):
            return in_reply
        if reply.private or not reply.bot_reaches:
            return CannotSearch("only its member could see such a message", for_good=True)
        return await self._in_channel(reply.channel_id, job, attempt, until)

    async def _at_message(self, job: Job, attempt: DeliveryAttempt, message_id: int | None) -> SearchResult:
        if message_id is None:
            return CannotSearch("the message is not known", for_good=True)
        return _in_message(await self._messages.fetch_as_bot(attempt.channel_id, message_id), job, attempt)

    async def _in_channel(self, channel_id: int, job: Job, attempt: DeliveryAttempt, until: float) -> SearchResult:
        """Read the messages of the time in which the upload can have been applied.

        Messages carry Discord's time and an attempt carries ours. The job's interaction carries both, so that each
        difference is taken between two times of one clock.
        """
        first = _later(job.interaction_id, self._between(job.created, attempt.at) - _BEFORE)
        last = _later(job.interaction_id, self._between(job.created, until) + _AFTER)
        read = 0
        async for message in self._messages.since(channel_id, first, MAX_MESSAGES):
            if message.id > last:
                return NotThere()
            read += 1
            # A file of that name may be posted by another member; only our own message counts.
            if message.author.id == self._messages.our_id and _is_delivery(message, job, attempt):
                return Posted(message.channel.id, message.id)
        if read == 0 and attempt.route is not Route.DIRECT:
            await self._require_history(channel_id, job)
        return NotThere() if read < MAX_MESSAGES else CannotSearch("too many messages since")

    def _between(self, earlier: float, later: float) -> float:
        """Return the seconds from one of our times to the other, however the calendar has jumped in between."""
        return max(0.0, self._clock.age(earlier) - self._clock.age(later))

    async def _require_history(self, channel_id: int, job: Job) -> None:
        """Raise discord.Forbidden where the bot may not read the channel's history.

        Discord's "Get Channel Messages": without Read Message History the list is empty, which looks like a channel
        without messages. To ask for one message without it is an error, whether there is one or not.
        """
        with contextlib.suppress(discord.NotFound):
            await self._messages.fetch_as_bot(channel_id, job.reply.message_id or job.interaction_id)


def _later(snowflake: int, seconds: float) -> int:
    """Return the id that Discord would give that many seconds later ("API Reference", "Snowflakes")."""
    return max(0, snowflake + (int(seconds * 1000) << 22))


def _not_found(failure: SendFailure) -> NotThere | CannotSearch:
    match failure:
        case Closed(message_gone=True):
            return NotThere()
        case Closed(problem):
            return CannotSearch(problem, for_good=True)
        case _:
            return CannotSearch(str(failure))


def _in_message(message: discord.Message, job: Job, attempt: DeliveryAttempt) -> Posted | NotThere:
    if attempt.variant is Variant.LINK:
        there = has_link(message, job.clip_url or "")
    else:
        there = any(file_url(message, each.clip_name) is not None for each in (job, *posted(job)))
    return Posted(message.channel.id, message.id) if there else NotThere()


def _is_delivery(message: discord.Message, job: Job, attempt: DeliveryAttempt) -> bool:
    """Tell whether a message of the channel is a delivery, in any variant: a restored row knows of none.

    The reply's card shows the link while the file is waited for, which is no delivery.
    """
    if isinstance(_in_message(message, job, attempt), Posted):
        return True
    is_reply = job.reply.message_id in {None, message.id}
    return bool(job.clip_url) and not is_reply and has_link(message, job.clip_url or "")


def file_url(message: discord.Message, name: str) -> str | None:
    """Return the URL under which the message holds a file of that name; None when it holds none."""
    for url in _files(message):
        if PurePosixPath(urlsplit(url).path).name == name:
            return url
    return None


def _files(message: discord.Message) -> Iterator[str]:
    yield from _media(message.components)
    yield from (attachment.url for attachment in message.attachments)


def names_job(message: discord.Message, job_id: str) -> bool:
    """Tell whether the message is about that job: by its short id in a text, or by its id in the name of a file."""
    texts = (part.content for part in _walk(message.components) if isinstance(part, components.TextDisplay))
    return any(f"#{job_id[:SHORT]}" in text for text in texts) or any(job_id in url for url in _files(message))


def has_link(message: discord.Message, url: str) -> bool:
    """Tell whether a button or a text of the message links to that URL, whatever its signature is."""
    return any(_without_query(link) == _without_query(url) for link in _links(message.components))


def _media(parts: Iterable[_Component]) -> Iterator[str]:
    for part in _walk(parts):
        match part:
            case components.MediaGalleryComponent():
                yield from (item.media.url for item in part.items)
            case components.FileComponent() | components.ThumbnailComponent():
                yield part.media.url
            case _:
                continue


def _links(parts: Iterable[_Component]) -> Iterator[str]:
    for part in _walk(parts):
        match part:
            case components.Button(url=str(url)):
                yield url
            case components.TextDisplay(content=content):
                yield from _LINK.findall(content)
            case _:
                continue


def _walk(parts: Iterable[_Component]) -> Iterator[_Component]:
    for part in parts:
        yield part
        if isinstance(part, components.Container | components.ActionRow | components.SectionComponent):
            yield from _walk(part.children)
        if isinstance(part, components.SectionComponent):
            yield part.accessory


def _without_query(url: str) -> tuple[str, str, str]:
    split = urlsplit(url)
    return split.scheme, split.netloc, unquote(split.path)
