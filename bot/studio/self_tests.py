"""Test every form of a reply in a channel, and take away what a test has left there, also after a restart."""

import json
import logging
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from functools import partial
from typing import Final, Protocol

from bot.domain.errors import StoreFull
from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.self_test import IN_PRIVATE_ANSWER, ReplyForm, SelfTestRun, TriedForm
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock
from bot.studio.ports.stores import NoteStore

log = logging.getLogger(__name__)

NOTE: Final = "self-tests"


class FormTests(Protocol):
    """What tries the forms, each once, and takes messages away."""

    def begin(self, reply: Reply, user_id: int, interaction_id: int) -> Job:
        """Make the job that is shown."""
        ...

    def in_private(self, job: Job) -> AsyncIterator[TriedForm]:
        """Try the forms of a private answer."""
        ...

    def in_public(self, job: Job) -> AsyncIterator[TriedForm]:
        """Try the forms of a public answer."""
        ...

    def as_bot(self, job: Job) -> AsyncIterator[TriedForm]:
        """Try the bot's own messages."""
        ...

    async def left(self, run: SelfTestRun) -> tuple[int, ...]:
        """Search for messages that a test has left."""
        ...

    async def delete(self, channel_id: int, message_ids: tuple[int, ...], reply: Reply | None = None) -> TriedForm:
        """Take messages away, as the bot or by the reply's token."""
        ...


class SelfTests:
    """Tests of replies that cost nothing; what is under way is on record, so that the next start takes it away.

    `note`: where that is, which is another place for each process that has a next start of its own.
    """

    def __init__(self, forms: FormTests, notes: NoteStore, clock: Clock, note: str = NOTE) -> None:
        self._forms = forms
        self._notes = notes
        self._note = note
        self._tasks = BackgroundTasks(clock)
        self._runs: dict[int, SelfTestRun] = {}

    async def of_private_answer(self, reply: Reply, user_id: int, interaction_id: int) -> list[TriedForm]:
        """Test a private answer and the bot's own messages, and take these away; return what Discord answered."""
        job = self._forms.begin(reply, user_id, interaction_id)
        await self._record(SelfTestRun(interaction_id, reply.channel_id, job.id))
        tried = await self._try(job, self._forms.in_private(job))
        # The bot's own messages are public, whatever the answer is.
        public = replace(job, reply=replace(reply, private=False, message_id=None))
        tried += await self._try(public, self._forms.as_bot(public))
        return [*tried, await self.take_away(interaction_id, reply)]

    async def of_public_answer(self, reply: Reply, user_id: int, interaction_id: int) -> list[TriedForm]:
        """Test a public answer; it stays until `take_away`."""
        job = self._forms.begin(reply, user_id, interaction_id)
        known = () if reply.message_id is None else (reply.message_id,)
        await self._record(SelfTestRun(interaction_id, reply.channel_id, job.id, known))
        return [TriedForm(ReplyForm.UPLOAD), *await self._try(job, self._forms.in_public(job))]

    async def take_away(self, interaction_id: int, reply: Reply | None = None) -> TriedForm:
        """Delete the messages of a test, and forget it."""
        run = self._runs[interaction_id]
        deleted = await self._forms.delete(run.channel_id, run.message_ids, reply)
        del self._runs[interaction_id]
        await self._write()
        return deleted

    async def recover(self) -> None:
        """Take away, in the background, what tests have left that the last run did not finish."""
        for values in json.loads(await self._notes.get(self._note) or "[]"):
            run = SelfTestRun(**{**values, "message_ids": tuple(values["message_ids"])})
            self._runs[run.interaction_id] = run
            number = run.interaction_id
            self._tasks.start(str(number), f"the end of self-test {number}", partial(self._end, run))

    async def close(self) -> None:
        """Stop; it goes on at the next start."""
        await self._tasks.close()

    async def _end(self, run: SelfTestRun, _again: bool) -> None:  # noqa: FBT001 - as tasks call
        self._runs[run.interaction_id] = replace(run, message_ids=await self._forms.left(run))
        deleted = await self.take_away(run.interaction_id)
        log.info("A self-test was cut off by the restart; its messages are deleted. %s", deleted.problem)

    async def _try(self, job: Job, forms: AsyncIterator[TriedForm]) -> list[TriedForm]:
        tried = []
        async for form in forms:
            tried.append(form)
            if form.message_id is not None and form.form not in IN_PRIVATE_ANSWER:
                run = self._runs[job.interaction_id]
                known = dict.fromkeys((*run.message_ids, form.message_id))
                await self._record(replace(run, message_ids=tuple(known)))
        return tried

    async def _record(self, run: SelfTestRun) -> None:
        self._runs[run.interaction_id] = run
        await self._write()

    async def _write(self) -> None:
        try:
            await self._notes.put(self._note, json.dumps([asdict(run) for run in self._runs.values()]))
        except StoreFull:
            log.warning("A self-test couldn't be written down; it's cleaned up only if the bot goes on running.")
