"""Delete a video: its messages, our files, its prompt and media; what limits count of it stays.

The owner may, the author of media it was made from, and anyone who manages messages in its server.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from bot.domain.administration import Action
from bot.domain.audit import Change, Fact
from bot.domain.caller import Caller
from bot.domain.errors import NoSuchJob, OtherVersion, Refusal
from bot.domain.job import Job
from bot.domain.reply import Reply, Route
from bot.domain.share_problems import NotDeleted, StillRunning
from bot.domain.shares import Share
from bot.domain.stages import Stage
from bot.domain.takes import in_message
from bot.log_lines import about_job
from bot.studio.lifecycle.retry import send
from bot.studio.ports import Clock, Closed, Outcome, Posted
from bot.studio.ports.files import Media
from bot.studio.ports.shares import DeletionStore
from bot.studio.ports.stores import OwnJobs
from bot.studio.ports.takes import NoTakes, TakeStore

log = logging.getLogger(__name__)

_TRIES = 4


class MessageDeletions(Protocol):
    """What deletes messages; every method makes one attempt."""

    async def delete_message(self, channel_id: int, message_id: int) -> Outcome:
        """Delete a message of ours as the bot."""
        ...

    async def delete_by_token(self, reply: Reply, message_id: int) -> Outcome:
        """Delete a reply through its token."""
        ...


@dataclass(frozen=True, slots=True)
class _Message:
    """A message with the video; without `channel_id` only the token of its reply reaches it."""

    message_id: int
    channel_id: int | None


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was deleted: a video, or only the `reels` that end with it; `everywhere`: no message with it is left."""

    everywhere: bool
    reels: bool = False


class Deletion:
    """Deletes videos for members who are allowed to."""

    def __init__(
        self,
        jobs: OwnJobs,
        deletions: DeletionStore,
        messages: MessageDeletions,
        media: Media,
        clock: Clock,
        token_seconds: float,
        takes: TakeStore | None = None,
    ) -> None:
        self._jobs = jobs
        self._deletions = deletions
        self._messages = messages
        self._media = media
        self._clock = clock
        self._token_seconds = token_seconds
        self._takes = takes or NoTakes()

    async def check(self, caller: Caller, text: str) -> Job:
        """Find a video that the caller may delete, by its id or short id; raises Refusal.

        One may also be what ends a reel that they may delete: see `has_reels_alone`.
        """
        job = await self._find(caller, text) or await self._deletions.find_in_reel(caller.user_id, text)
        if job is None or job.deleted:
            raise Refusal(NoSuchJob())
        if job.other_version:
            raise Refusal(OtherVersion())
        if not job.ended and job.stage is not Stage.HELD:
            raise Refusal(StillRunning(job.stage))
        return job

    async def has_reels_alone(self, caller: Caller, job: Job) -> bool:
        """Tell whether of such a video the caller may only delete reels, with media of theirs from an earlier part."""
        return await self._find(caller, job.id) is None

    async def _find(self, caller: Caller, text: str) -> Job | None:
        return (
            await self._jobs.find_mine(caller.user_id, text)
            or await self._deletions.find_made_from(caller.user_id, text)
            or await self._managed(caller, text)
        )

    async def _managed(self, caller: Caller, text: str) -> Job | None:
        """Find another member's video whose message the caller may delete themselves, too.

        Their permissions are known in the current channel only; in other channels only the server's managers may.
        """
        if caller.guild_id is None or "manage_messages" not in caller.permissions:
            return None
        job = await self._deletions.find_in(caller.guild_id, text)
        return job if job and (caller.manages_guild or job.reply.channel_id == caller.channel_id) else None

    async def others_in_message(self, job: Job) -> int:
        """Count the other takes that the message with a take holds, and that go from it with that message."""
        takes = in_message(await self._of_request(job))
        return len(takes) - 1 if any(take.id == job.id for take in takes) else 0

    async def _of_request(self, job: Job) -> Sequence[Job]:
        return () if job.lead_id is None else await self._takes.of(job.lead_id)

    async def _messages_to_delete(self, job: Job, copies: Sequence[tuple[int, int]]) -> list[_Message]:
        """List the messages to delete with a job, without a reply that other takes alone need, now or soon."""
        takes, messages = await self._of_request(job), _messages(job, copies)
        held = in_message(takes)
        others = any(take.id != job.id and (take in held or not take.ended) for take in takes)
        if not others or any(take.id == job.id for take in held):
            return messages
        return [each for each in messages if each.message_id != job.reply.message_id]

    async def delete(self, caller: Caller, job_id: str) -> Deleted:
        """Delete a video, or the reels that the caller may delete of it; raises Refusal.

        Messages go first: where Discord does not answer nothing else is deleted, and it can be asked for again. With
        what was made from the caller's media go the reels that hold it.
        """
        job = await self.check(caller, job_id)
        with about_job(job.id):
            if await self.has_reels_alone(caller, job):
                return await self._delete_reels(caller, job)
            copies = await self._deletions.copies(job.id)
            others = await self.others_in_message(job)
            by_author = caller.user_id if caller.user_id in job.request.others(job.user_id) else None
            reels: Sequence[Share] = () if by_author is None else await self._deletions.reels_holding(job.id)
            reached = [await self._is_gone(job, each) for each in await self._messages_to_delete(job, copies)]
            reached += await self._are_gone(job, reels)
            await self._delete_files(job)
            erased = job.erased(self._clock.now(), by_author)
            if not await self._deletions.erase(erased, job.stage, copies, self._change(caller, job)):
                raise Refusal(NotDeleted())
            await self._deletions.erase_reels(reels, None)
            if others and job.lead_id is not None:
                await self._takes.choose(job.lead_id, job.take)
            who = "its owner" if job.user_id == caller.user_id else "a manager"
            log.info("Deleted by %s.", "the author of its media" if by_author else who)
        return Deleted(everywhere=all(reached))

    async def _delete_reels(self, caller: Caller, job: Job) -> Deleted:
        reels = await self._deletions.reels_with(caller.user_id, job.id)
        reached = await self._are_gone(job, reels)
        await self._deletions.erase_reels(reels, self._change(caller, job))
        log.info("Deleted from %d of its messages by the author of media in a part before.", len(reached))
        return Deleted(everywhere=all(reached), reels=True)

    async def _are_gone(self, job: Job, reels: Sequence[Share]) -> list[bool]:
        """Delete the messages with reels; tell of each whether it is gone. Raises Refusal where that is not clear."""
        places = [reel.message for reel in reels]
        return [await self._is_gone(job, _Message(at.message_id, at.channel_id)) for at in places if at is not None]

    async def _delete_files(self, job: Job) -> None:
        try:
            await self._media.delete_clip(job.id, poster=True)
        except OSError as error:
            log.warning("The video's files couldn't be deleted: %s", error)
            raise Refusal(NotDeleted()) from error

    def _change(self, caller: Caller, job: Job) -> Change | None:
        """Say what another than its owner has done, without the prompt."""
        if job.user_id == caller.user_id:
            return None
        facts: dict[str, Fact] = {"video": job.short, "member": job.user_id}
        return Change(self._clock.now(), job.reply.guild_id or 0, caller.user_id, Action.DELETE, facts)

    async def _is_gone(self, job: Job, at: _Message) -> bool:
        """Delete one message; tell whether it is gone. Raises Refusal where that is not clear."""
        if at.channel_id is not None:
            delete = partial(self._messages.delete_message, at.channel_id, at.message_id)
        elif job.reply.token_lives(self._clock.now(), self._token_seconds):
            delete = partial(self._messages.delete_by_token, job.reply, at.message_id)
        else:
            return False
        match await send(delete, self._clock, max_tries=_TRIES):
            case Posted():
                return True
            case Closed(message_gone=gone):
                return gone
            case _:
                raise Refusal(NotDeleted())


def _messages(job: Job, copies: Sequence[tuple[int, int]]) -> list[_Message]:
    """List the messages with the video: its reply, where its clip went, and where it was shared."""
    if job.out_of_message:
        return [_Message(message_id, channel_id) for channel_id, message_id in copies]
    reply, attempt = job.reply, job.attempt
    as_bot = reply.channel_id if reply.bot_reaches and not reply.private else None
    found = [] if reply.message_id is None else [_Message(reply.message_id, as_bot)]
    if attempt is not None and attempt.message_id is not None and attempt.message_id != reply.message_id:
        reached = attempt.route in {Route.CHANNEL, Route.DIRECT} or as_bot is not None
        found.append(_Message(attempt.message_id, attempt.channel_id if reached else None))
    return [*found, *(_Message(message_id, channel_id) for channel_id, message_id in copies)]
