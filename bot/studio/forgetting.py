"""Forget a member: their videos, files and everything else, but for what limits and blocks need.

Who asked stands in a row until it is done, so a restart goes on. What is being made is finished and posted first, and
forgotten then; what waits is cancelled. Everything that was there when they asked goes, and nothing that came after.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Final

from bot.domain.backoff import jittered
from bot.domain.caller import Caller
from bot.domain.clip_errors import FileStoreDown
from bot.domain.errors import Refusal, StoreFull
from bot.domain.privacy import LEFT_SECONDS, BeingForgotten, StorageDays, StoredRows
from bot.log_lines import counted
from bot.studio.lifecycle.retry import send
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock, NotNow, Posted, Unclear
from bot.studio.ports.files import Media
from bot.studio.ports.opt_outs import OptOutStore
from bot.studio.ports.privacy import ForgettingStore, LineEdits, LogLineStore, PrivacyStore
from bot.studio.running.actions import JobActions

log = logging.getLogger(__name__)

# Real seconds between two looks for who is being forgotten.
_LOOK_EVERY: Final = 5.0
_AT_ONCE: Final = 100
# Lines of servers' logs that are edited before others have their turn again, each at the channel's pace.
_LINES_AT_ONCE: Final = 20
_TRIES: Final = 4
# Scaled seconds after a video's end in which a server's log may be about to tell of it.
_TELLING: Final = 10.0
# Real seconds after which a video's end is as well told as it will be.
_SETTLED: Final = 60.0
_DAY: Final = 86_400.0
_SWEEP_EVERY: Final = 3600.0


class Forgetting:
    """What members have forgotten, and the work behind that, which one process does for all."""

    def __init__(  # noqa: PLR0913 - all that is a member's
        self,
        stored: PrivacyStore,
        rows: ForgettingStore,
        opt_outs: OptOutStore,
        lines: LogLineStore,
        actions: JobActions,
        media: Media,
        edits: LineEdits,
        clock: Clock,
        *,
        settings_changed: Callable[[int], None],
        files_in_use: Callable[[], Awaitable[set[str]]],
        days: StorageDays,
    ) -> None:
        self.days = days
        self._stored = stored
        self._rows = rows
        self._opt_outs = opt_outs
        self._lines = lines
        self._edits = edits
        self._actions = actions
        self._media = media
        self._settings_changed = settings_changed
        self._files_in_use = files_in_use
        self._clock = clock
        self._woken = asyncio.Event()
        # Looking through all videos takes long: once for each, when nothing is left to make others from, and then only
        # through those that are still being made, by their ids.
        self._unnamed: dict[BeingForgotten, set[str]] = {}
        self._sweep_at = 0.0
        self._tasks = BackgroundTasks(clock)

    async def stored(self, caller: Caller) -> StoredRows:
        """Count what is stored about the caller."""
        return await self._stored.stored(caller.user_id, self._clock.now(), self._clock.ago(self.days.inputs * _DAY))

    async def forget(self, caller: Caller) -> StoredRows:
        """Write down that everything about the caller goes, and return what there is now."""
        stored = await self.stored(caller)
        await self._rows.ask(caller.user_id, self._clock.now())
        # Where this process does it, and has the settings; other ones hear of both.
        self._settings_changed(caller.user_id)
        self.wake()
        return stored

    async def opt_out(self, caller: Caller, *, out: bool) -> StoredRows:
        """Write down that others may not use the caller's media, or may again; return what there is now."""
        await self._opt_outs.set_opted_out(caller.user_id, self._clock.now(), out=out)
        return await self.stored(caller)

    def wake(self) -> None:
        """Look at once for who is being forgotten."""
        self._woken.set()

    def start(self) -> None:
        """Begin to forget, in the background."""
        self._tasks.start("forgetting", "forgetting members", lambda _: self.follow())

    async def close(self) -> None:
        """Forget no one more; the next start goes on."""
        await self._tasks.close()

    async def follow(self) -> None:
        """Forget who asks for it, until cancelled."""
        said = ""
        while True:
            self._woken.clear()
            try:
                await self._look()
                said = ""
            except (StoreFull, FileStoreDown, OSError) as error:
                if said != (said := str(error)):
                    log.warning("Members who asked for it can't be forgotten now; trying again: %s", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(jittered(_LOOK_EVERY)):
                    await self._woken.wait()

    async def _look(self) -> None:
        if self._clock.now() >= self._sweep_at:
            self._sweep_at = self._clock.now() + _SWEEP_EVERY
            await self._rows.drop_counted(self._clock.now() - LEFT_SECONDS)
        members = await self._rows.asked()
        for member in members:
            await self._drop(member)
        self._unnamed = {member: again for member, again in self._unnamed.items() if member in members}
        left = [each for each in members if self._unnamed.get(each) != set() or not await self._rows.finish(each)]
        if await self._rows.rewrite() and (done := len(members) - len(left)):
            log.info("Forgot %s.", counted(done, "member"))
        for member in left:
            await self._blank_lines(member)

    async def _drop(self, member: BeingForgotten) -> None:
        """Delete as much of a member's as can be now."""
        for job_id in await self._rows.waiting(member):
            with suppress(Refusal):
                await self._actions.cancel(Caller(member.user_id), job_id)
        await self._drop_jobs(member)
        await self._delete_files(await self._rows.drop_rest(member))
        if not await self._rows.is_left(member):
            self._unnamed[member] = await self._rows.unname(member, self._unnamed.get(member))

    async def _blank_lines(self, member: BeingForgotten) -> None:
        """Take a member's name out of some lines of servers' logs, as far as those can be reached."""
        for line in await self._lines.of(member.user_id, _LINES_AT_ONCE):
            await self._clock.sleep(self._edits.reserve_line(line.channel_id))
            outcome = await send(partial(self._edits.blank_line, line), self._clock, max_tries=_TRIES)
            if isinstance(outcome, NotNow | Unclear):
                return
            if not isinstance(outcome, Posted):
                log.info("A line of a server's log can't be edited: %s", outcome)
            await self._lines.drop(member.user_id, line)
            self.wake()

    async def _drop_jobs(self, member: BeingForgotten) -> None:
        """Delete the videos that are over. Files go first: without their rows no sweep would find them."""
        done: set[str] = set()
        now = self._clock.now()
        settled, quiet = self._clock.ago(_SETTLED), 2 * now - self._clock.later(_TELLING)
        while found := await self._rows.over(member, settled, quiet, _AT_ONCE):
            if done.issuperset(found):
                return
            for job_id in found:
                await self._media.delete_clip(job_id, poster=True)
            await self._delete_files(await self._rows.drop_jobs(found, now - LEFT_SECONDS))
            done |= set(found)

    async def _delete_files(self, contents: set[str]) -> None:
        if contents:
            await self._media.delete_inputs(contents, self._files_in_use)
            await self._rows.forget_uploads(sorted(contents - await self._files_in_use()))
