"""The log of a server: what is told there is posted from the background, and never holds a video up.

A line is posted at most once: what still waits when the bot stops is gone.
"""

import logging
from collections import Counter, deque
from functools import partial
from typing import Final, Protocol

from bot.domain.audit import Change
from bot.domain.errors import StoreFull
from bot.domain.ids import new_job_id
from bot.domain.job import Job
from bot.domain.server_log import (
    LinesDropped,
    LogLine,
    PostedLine,
    RequestRefused,
    VideoEnded,
    line_of,
    members_of,
    server_of,
)
from bot.domain.server_settings import LogChannel, ServerSettings
from bot.studio.lifecycle.poster_maker import PosterMaker
from bot.studio.lifecycle.retry import send
from bot.studio.lifecycle.server_settings import ServerSettingsService
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock, Closed, Outcome, Posted
from bot.studio.ports.privacy import LogLineStore
from bot.studio.ports.stores import Changes, NoteStore

log = logging.getLogger(__name__)

MAX_LINES: Final = 50
"""Lines of one server that wait to be posted; what comes then is counted and left out."""
# Scaled seconds between two looks at what was changed, in Discord or from the command line.
LOOK_EVERY: Final = 60.0
_CHANGES_AT_ONCE: Final = 50
_MAX_TRIES: Final = 6
_MAX_UNCLEAR: Final = 3
_NOTE: Final = "server log change"


class LogMessages(Protocol):
    """What posts the lines."""

    def reserve_line(self, channel_id: int) -> float:
        """Reserve a message in that channel; return in how many seconds it may go out."""
        ...

    async def post_line(
        self, channel: LogChannel, line: LogLine, nonce: str, poster: bytes | None, *, spoiler: bool
    ) -> Outcome:
        """Make one attempt to post a line, which the nonce makes one; it mentions no one."""
        ...


class ServerLog:
    """Keeps one writer for each server that has something to tell."""

    def __init__(
        self,
        settings: ServerSettingsService,
        changes: Changes,
        notes: NoteStore,
        lines: LogLineStore,
        posters: PosterMaker,
        messages: LogMessages,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._changes = changes
        self._notes = notes
        self._posted = lines
        self._posters = posters
        self._messages = messages
        self._clock = clock
        self._lines: dict[int, deque[LogLine]] = {}
        self._dropped: Counter[int] = Counter()
        self._tasks = BackgroundTasks(clock, ended=self._continue)

    def start(self) -> None:
        """Begin to tell what is changed from now on, and what was changed since the last run."""
        self._tasks.start("changes", "the changes for servers' logs", lambda _: self.follow_changes())

    async def close(self) -> None:
        """Post nothing more."""
        await self._tasks.close()

    def ended(self, job: Job) -> None:
        """Tell of a job that has just ended."""
        guild_id, line = server_of(job), line_of(job)
        if guild_id is not None and line is not None:
            self.add(guild_id, line)

    def refused(self, guild_id: int | None, line: RequestRefused) -> None:
        """Tell that a request was refused; nothing where it was in no server."""
        if guild_id is not None:
            self.add(guild_id, line)

    def add(self, guild_id: int, line: LogLine) -> None:
        """Have a line posted, where the server has a channel for it."""
        lines = self._lines.setdefault(guild_id, deque())
        if len(lines) >= MAX_LINES:
            self._dropped[guild_id] += 1
            return
        lines.append(line)
        self._write(guild_id)

    def _write(self, guild_id: int) -> None:
        self._tasks.start(str(guild_id), f"the log of server {guild_id}", lambda _: self._post_all(guild_id))

    def _continue(self, key: str) -> None:
        """Post what came while its writer was ending."""
        if key.isdigit() and self._lines.get(int(key)):
            self._write(int(key))

    async def _post_all(self, guild_id: int) -> None:
        lines = self._lines[guild_id]
        while lines:
            try:
                settings = await self._settings.of(guild_id)
                if settings.log_channel is None or not await self._post(
                    settings, settings.log_channel, lines.popleft()
                ):
                    await self._give_up(guild_id, settings.log_channel)
            except StoreFull as error:
                log.warning("The log of server %d isn't written while the database can't be read: %s", guild_id, error)
                lines.clear()
            if not lines and (count := self._dropped.pop(guild_id, 0)):
                log.warning("The log of server %d left out %d lines, which came too fast.", guild_id, count)
                lines.append(LinesDropped(count))
        del self._lines[guild_id]

    async def _give_up(self, guild_id: int, channel: LogChannel | None) -> None:
        """Forget what waits; where the channel takes nothing any more, turn the log off."""
        self._lines[guild_id].clear()
        self._dropped.pop(guild_id, None)
        if channel is not None:
            await self._settings.close_log(guild_id, channel.channel_id)
            log.warning("The log of server %d is off: channel %d takes no messages.", guild_id, channel.channel_id)

    async def _post(self, settings: ServerSettings, channel: LogChannel, line: LogLine) -> bool:
        """Post a line at the channel's pace; False where the channel takes nothing any more."""
        poster = await self._poster(line)
        covered = settings.spoilers.cover(age_restricted=channel.age_restricted)
        await self._clock.sleep(self._messages.reserve_line(channel.channel_id))
        post = partial(self._messages.post_line, channel, line, _nonce(line), poster, spoiler=covered)
        outcome = await send(post, self._clock, max_tries=_MAX_TRIES, max_unclear=_MAX_UNCLEAR)
        if isinstance(outcome, Posted):
            await self._posted.note(
                members_of(line), PostedLine(outcome.channel_id, outcome.message_id, channel.locale)
            )
        else:
            log.warning("A line of a server's log wasn't posted in channel %d: %s", channel.channel_id, outcome)
        return not isinstance(outcome, Closed)

    async def _poster(self, line: LogLine) -> bytes | None:
        if not isinstance(line, VideoEnded) or line.private:
            return None
        return (await self._posters.of([line.job.id])).get(line.job.id)

    async def follow_changes(self) -> None:
        """Tell what is changed until cancelled; one process does so for all."""
        last = None
        while True:
            try:
                last = await self._last_logged() if last is None else await self._tell_changes(last)
            except StoreFull as error:
                log.debug("What was changed can't be read now: %s", error)
            await self._clock.sleep(LOOK_EVERY)

    async def _last_logged(self) -> int:
        """Return the change that was logged last; the last one there is where none was."""
        note = await self._notes.get(_NOTE)
        return int(note) if note is not None and note.isdigit() else await self._changes.last_id()

    async def _tell_changes(self, last: int) -> int:
        changes = await self._changes.since(last, _CHANGES_AT_ONCE)
        if not changes:
            return last
        # Noted first: what a crash comes between is not told, and nothing is told twice.
        await self._notes.put(_NOTE, str(changes[-1].id))
        for change in changes:
            if change.guild_id:
                self.add(change.guild_id, change)
        return changes[-1].id


def _nonce(line: LogLine) -> str:
    match line:
        case VideoEnded(job):
            return job.nonce("l")
        case Change():
            return f"change-{line.id}"
        case _:
            return f"{new_job_id()}l"
