"""Tests of replies: what they make is on record while it is there, and taken away in the end, also after a restart."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.self_test import ReplyForm, SelfTestRun, TriedForm
from bot.studio.self_tests import SelfTests
from tests.studio.fakes import JumpingClock, job, reply

ANSWER, FOLLOWED, POSTED, FOUND = 5, 6, 7, 8
HERE = reply(message_id=ANSWER, private=True)


class Died(BaseException):
    """The process has ended."""


class Notes:
    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.written = asyncio.Event()

    async def get(self, key: str) -> str | None:
        return self.kept.get(key)

    async def put(self, key: str, value: str) -> None:
        self.kept[key] = value
        self.written.set()

    @property
    def messages(self) -> list[list[int]]:
        """Return what is on record to be taken away, by test."""
        return [run["message_ids"] for run in json.loads(self.kept.get("self-tests", "[]"))]


class Forms:
    """Forms that are all taken, or that end with a crash; notes what was deleted, and what was on record then."""

    def __init__(self, notes: Notes, *, crashes: bool = False) -> None:
        self.notes = notes
        self.crashes = crashes
        self.deleted: list[tuple[int, ...]] = []

    def begin(self, reply: Reply, user_id: int, interaction_id: int) -> Job:
        return replace(job(user_id=user_id), reply=reply, interaction_id=interaction_id)

    async def in_private(self, _: Job) -> AsyncIterator[TriedForm]:
        yield TriedForm(ReplyForm.PRIVATE_GALLERY, message_id=ANSWER)
        yield TriedForm(ReplyForm.PRIVATE_PLAIN, "400/50035")
        yield TriedForm(ReplyForm.FOLLOW_UP, message_id=FOLLOWED)

    async def in_public(self, _: Job) -> AsyncIterator[TriedForm]:
        yield TriedForm(ReplyForm.PUBLIC_CARD, message_id=ANSWER)

    async def as_bot(self, tested: Job) -> AsyncIterator[TriedForm]:
        assert not tested.reply.private, "the bot's own messages are public"
        yield TriedForm(ReplyForm.POST_CARD, message_id=POSTED)
        assert self.notes.messages == [[FOLLOWED, POSTED]]
        if self.crashes:
            raise Died
        yield TriedForm(ReplyForm.POST_GALLERY, message_id=POSTED)

    async def left(self, run: SelfTestRun) -> tuple[int, ...]:
        return (*run.message_ids, FOUND)

    async def delete(self, _: int, message_ids: tuple[int, ...], reply: Reply | None = None) -> TriedForm:
        self.deleted.append(message_ids)
        return TriedForm(ReplyForm.DELETE)


async def test_all_but_the_private_answer_is_taken_away() -> None:
    notes = Notes()
    forms = Forms(notes)
    tried = await SelfTests(forms, notes, JumpingClock()).of_private_answer(HERE, 1001, 3)
    assert [one.form for one in tried][-1] is ReplyForm.DELETE
    assert [one.form for one in tried if one.problem] == [ReplyForm.PRIVATE_PLAIN]
    assert forms.deleted == [(FOLLOWED, POSTED)]
    assert notes.messages == []


async def test_a_public_answer_stays_until_it_was_told_how_it_went() -> None:
    notes = Notes()
    forms = Forms(notes)
    tests = SelfTests(forms, notes, JumpingClock())
    tried = await tests.of_public_answer(replace(HERE, private=False), 1001, 3)
    assert [one.form for one in tried] == [ReplyForm.UPLOAD, ReplyForm.PUBLIC_CARD]
    assert (forms.deleted, notes.messages) == ([], [[ANSWER]])
    await tests.take_away(3)
    assert (forms.deleted, notes.messages) == ([(ANSWER,)], [])


async def test_the_next_start_takes_away_what_a_crash_has_left_and_what_was_not_yet_on_record() -> None:
    notes = Notes()
    with pytest.raises(Died):
        await SelfTests(Forms(notes, crashes=True), notes, JumpingClock()).of_private_answer(HERE, 1001, 3)
    forms = Forms(notes)
    notes.written.clear()
    await SelfTests(forms, notes, JumpingClock()).recover()
    await asyncio.wait_for(notes.written.wait(), 5)
    assert (forms.deleted, notes.messages) == ([(FOLLOWED, POSTED, FOUND)], [])


async def test_a_start_leaves_alone_what_another_process_has_under_way() -> None:
    notes = Notes()
    await SelfTests(Forms(notes), notes, JumpingClock(), note="self-tests 0/2").of_public_answer(
        replace(HERE, private=False), 1001, 3
    )
    forms = Forms(notes)
    notes.written.clear()
    other = SelfTests(forms, notes, JumpingClock(), note="self-tests 1/2")
    await other.recover()
    await other.close()
    assert (forms.deleted, notes.written.is_set()) == ([], False)
