"""Probes: the one waiting job that is sent to see whether the provider takes videos again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from bot.domain.media import StoredFile
from bot.domain.pauses import PauseKind
from bot.domain.stages import Reason, Stage
from bot.studio.lifecycle.balance_pause import PROBE_EVERY
from bot.studio.lifecycle.pauses import LONGEST_PAUSED, Pauses
from bot.studio.lifecycle.queue import Queue
from tests.studio.fakes import START, HeldClock, KeptPauses, ScriptedProvider, job, picture, until
from tests.studio.folder_media import FolderMedia
from tests.studio.spending_fakes import NoNotes, balance_with
from tests.studio.test_balance_pause import EMPTY, ENDLESS, REFUSED, THREE, opened
from tests.studio.test_queue import NoHistory


async def test_only_one_probe_is_on_its_way_however_long_its_answer_takes(tmp_path: Path) -> None:
    async with opened(tmp_path, ENDLESS) as purse:
        purse.studio.provider.submits = [REFUSED]
        await purse.start(*THREE)
        gate = purse.studio.provider.gate = asyncio.Event()
        await purse.passes(3 * PROBE_EVERY)
        assert purse.posts == 2
        gate.set()
        await purse.settle()
        await purse.all_delivered(*THREE)


async def test_the_next_run_goes_on_with_the_pause_and_probes_when_that_is_due(tmp_path: Path) -> None:
    clock = HeldClock()
    async with opened(tmp_path, ENDLESS, clock=clock) as purse:
        purse.studio.provider.submits = [REFUSED] * 2
        await purse.start(*THREE)
        await purse.passes(PROBE_EVERY + 300)
        assert purse.posts == 2
    async with opened(tmp_path, ENDLESS, clock=clock) as purse:
        await purse.studio.runner.resume()
        await purse.passes(PROBE_EVERY - 420)
        assert (purse.posts, await purse.stages(*THREE)) == (0, [Stage.WAITING] * 3)
        await purse.passes(500)
        await purse.all_delivered(*THREE)
        assert purse.posts == 3


class PausedInBetween(ScriptedProvider):
    """A provider that takes a file, while the bot's owner pauses everything."""

    pause: Callable[[], Awaitable[object]]

    async def upload(self, stored: StoredFile, path: Path) -> str:
        await self.pause()
        return await super().upload(stored, path)


async def test_a_probe_is_not_sent_once_the_owner_has_paused_everything(tmp_path: Path) -> None:
    provider = PausedInBetween(knows_our_ids=True)
    async with opened(tmp_path, ENDLESS, provider=provider) as purse:
        studio = purse.studio
        provider.pause = lambda: studio.assembly.pauses.begin(PauseKind.OWNER, studio.clock.now())
        studio.media.copies[picture().source.sha256] = tmp_path / "a.png"
        with_file = job(request=replace(job().request, media=(picture(),)))
        await studio.assembly.balance.refused()
        await purse.start(with_file)
        await purse.passes(PROBE_EVERY + 300)
        assert (provider.uploaded, purse.posts) == ([picture().source.sha256], 0)
        assert await purse.stages(with_file) == [Stage.WAITING]


class SlowNotes(NoNotes):
    """Notes that are written for as long as `gate` is closed."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.writes = 0

    async def put(self, key: str, value: str) -> None:
        self.writes += 1
        await self.gate.wait()


async def test_a_video_that_is_cancelled_just_as_it_becomes_the_probe_leaves_the_next_one_its_turn() -> None:
    clock, notes = HeldClock(), SlowNotes()
    pauses = Pauses(KeptPauses(), clock, FolderMedia(Path()).trouble)
    await pauses.begin(PauseKind.BALANCE, START)
    clock.advance(PROBE_EVERY + 1)
    balance = balance_with(pauses, clock, notes=notes)
    line = Queue(2, NoHistory(), clock, lambda _: None, pauses, balance)
    first = asyncio.create_task(line.wait_for_slot(THREE[0]))
    await until(lambda: notes.writes == 1)
    line.remove(THREE[0].id)
    notes.gate.set()
    assert not await first
    assert (line.running, balance.probe_due) == (0, False)
    second = asyncio.create_task(line.wait_for_slot(THREE[1]))
    await until(lambda: line.place(THREE[1].id) is not None)
    clock.advance(PROBE_EVERY + 1)
    assert await second
    assert balance.is_probe(THREE[1].id)


async def test_with_few_credits_left_the_next_video_waits_for_the_answer_to_the_one_before(tmp_path: Path) -> None:
    async with opened(tmp_path, EMPTY) as purse:
        gate = purse.studio.provider.gate = asyncio.Event()
        purse.studio.provider.submits = [REFUSED]
        await purse.start(*THREE)
        assert purse.posts == 1
        gate.set()
        await purse.settle()
        assert (purse.posts, await purse.stages(*THREE)) == (1, [Stage.WAITING] * 3)


async def test_after_a_long_pause_a_video_still_has_its_twelve_hours() -> None:
    clock, kept = HeldClock(), KeptPauses()
    pauses = Pauses(kept, clock, FolderMedia(Path()).trouble)
    await pauses.begin(PauseKind.BALANCE, START)
    clock.advance(LONGEST_PAUSED + 1)
    assert pauses.given_up(job()) is Reason.PAUSED
    await pauses.end(PauseKind.BALANCE)
    assert pauses.given_up(job()) is None
