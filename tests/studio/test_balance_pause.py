"""No credits: one pause for everybody, what ends it, and what becomes of the jobs that wait meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.account import Account, KeyNotAccepted
from bot.domain.alerts import Alert, KeyCapReached, NoBalance
from bot.domain.caller import Caller
from bot.domain.errors import SubmitRefused, UploadRefused
from bot.domain.job import Job
from bot.domain.pauses import PausedBy, PauseKind
from bot.domain.stages import Reason, Stage
from bot.studio.lifecycle.balance_pause import PROBE_EMPTY_EVERY, PROBE_EVERY
from bot.studio.lifecycle.pauses import LONGEST_PAUSED, OLDEST, Pauses
from tests.studio.conftest import Studio, built
from tests.studio.fakes import START, HeldClock, JumpingClock, KeptPauses, ScriptedProvider, job, picture, until
from tests.studio.folder_media import FolderMedia
from tests.studio.test_owner import ScriptedAccount

HOUR = 3600.0
EMPTY, FULL, ENDLESS = Account(0, 0), Account(20_000, 20_000), Account(float("inf"), float("inf"))
REFUSED = SubmitRefused(Reason.NO_BALANCE, "HTTP 402 insufficient_quota", "Insufficient balance")
THREE = tuple(job(number, user_id=number) for number in (1, 2, 3))


class Purse:
    """A studio in a time that stands still until it is moved, and the account that pays."""

    def __init__(self, studio: Studio, account: ScriptedAccount) -> None:
        self.studio, self.account = studio, account

    @property
    def posts(self) -> int:
        return len(self.studio.provider.submitted)

    @property
    def alerts(self) -> list[Alert]:
        return self.studio.alerts

    async def settle(self) -> None:
        """Let everything happen that needs no time."""
        for _ in range(25):
            await self.studio.store.run(lambda _: None)
            await asyncio.sleep(0)

    async def passes(self, seconds: float) -> None:
        for _ in range(int(seconds // 60)):
            self.studio.clock.advance(60.0)
            await self.settle()

    async def start(self, *jobs: Job) -> None:
        for each in jobs:
            self.studio.runner.start(await self.studio.stored(each))
        await self.settle()

    async def stages(self, *jobs: Job) -> list[Stage]:
        return [(await self.studio.row(each)).stage for each in jobs]

    async def all_delivered(self, *jobs: Job) -> None:
        await until(lambda: self.studio.runner.live() == 0)
        assert await self.stages(*jobs) == [Stage.DELIVERED] * len(jobs)


@asynccontextmanager
async def opened(
    folder: Path,
    says: Account | KeyNotAccepted | None,
    *,
    provider: ScriptedProvider | None = None,
    clock: JumpingClock | None = None,
) -> AsyncIterator[Purse]:
    async with built(folder, provider or ScriptedProvider(), clock=clock or HeldClock()) as studio:
        account = ScriptedAccount()
        account.says = says
        balance = studio.assembly.balance
        await balance.start(account, 500)
        if isinstance(says, Account):
            balance.seen(says)
        yield Purse(studio, account)
        await balance.close()


async def test_three_videos_on_an_empty_account_are_one_submit_and_go_out_once_it_is_topped_up(tmp_path: Path) -> None:
    async with opened(tmp_path, EMPTY) as purse:
        purse.studio.provider.submits = [REFUSED]
        await purse.start(*THREE)
        assert (purse.posts, await purse.stages(*THREE)) == (1, [Stage.WAITING] * 3)
        rows = [await purse.studio.row(each) for each in THREE]
        assert {purse.studio.forecasts.now(row).paused for row in rows} == {PausedBy.BALANCE}
        shown = {shown.id for kind, shown, _ in purse.studio.replies.ledger if kind == "show"}
        assert shown == {each.id for each in THREE}
        assert purse.alerts == [NoBalance()]
        await purse.passes(HOUR)
        assert (purse.posts, await purse.stages(*THREE)) == (1, [Stage.WAITING] * 3)
        # Asked at growing waits.
        assert 5 <= purse.account.looks <= 12
        # A look that names no number takes nothing back.
        purse.account.says = Account()
        await purse.passes(HOUR / 3)
        purse.account.says = Account(300, 300)
        await purse.passes(HOUR / 3)
        await purse.all_delivered(*THREE)
        assert purse.posts == 4
        assert not purse.studio.assembly.balance.lasts
        # What comes later has a pause of its own.
        purse.studio.provider.submits, purse.account.says = [REFUSED], EMPTY
        await purse.start(job(4))
        assert await purse.stages(job(4)) == [Stage.WAITING]


async def test_after_a_pause_one_goes_first_and_the_others_follow_its_answer(tmp_path: Path) -> None:
    async with opened(tmp_path, EMPTY) as purse:
        purse.studio.provider.submits = [REFUSED]
        await purse.start(*THREE)
        gate = purse.studio.provider.gate = asyncio.Event()
        purse.account.says = FULL
        await purse.passes(HOUR / 3)
        assert purse.posts == 2
        gate.set()
        await purse.settle()
        await purse.all_delivered(*THREE)


@pytest.mark.parametrize(
    ("says", "told"),
    [
        (FULL, KeyCapReached(20_000)),
        (ENDLESS, KeyCapReached(None)),
        (Account(), KeyCapReached(None)),
        (Account(20_000, float("inf")), KeyCapReached(20_000)),
        (None, NoBalance()),
        (KeyNotAccepted(), NoBalance()),
    ],
)
async def test_where_the_balance_does_not_explain_it_one_video_is_tried_every_quarter_of_an_hour(
    tmp_path: Path, says: Account | KeyNotAccepted | None, told: Alert
) -> None:
    async with opened(tmp_path, says) as purse:
        purse.studio.provider.submits = [REFUSED] * 3
        await purse.start(THREE[0])
        await purse.start(*THREE[1:])
        assert (purse.posts, purse.alerts) == (1, [told])
        await purse.passes(PROBE_EVERY - 60)
        assert purse.posts == 1
        await purse.passes(300)
        assert purse.posts == 2
        await purse.passes(PROBE_EVERY - 300)
        assert purse.posts == 2
        await purse.passes(300)
        assert (purse.posts, await purse.stages(*THREE)) == (3, [Stage.WAITING] * 3)
        # The next one is taken, which ends it.
        await purse.passes(PROBE_EVERY + 300)
        await purse.all_delivered(*THREE)
        assert purse.posts == 6
        assert set(purse.alerts) == {told}


async def test_the_key_s_own_cap_is_told_as_such_and_ends_when_it_is_raised(tmp_path: Path) -> None:
    async with opened(tmp_path, Account(20_000, 3)) as purse:
        purse.studio.provider.submits = [REFUSED]
        await purse.start(*THREE)
        await purse.passes(PROBE_EVERY + 300)
        # What is told explains it, so nothing is tried.
        assert (purse.posts, purse.alerts) == (1, [KeyCapReached(20_000)])
        purse.account.says = Account(20_000, 4000)
        await purse.passes(PROBE_EVERY)
        await purse.all_delivered(*THREE)


async def test_a_balance_that_is_told_wrongly_does_not_hold_everybody_for_ever(tmp_path: Path) -> None:
    async with opened(tmp_path, EMPTY) as purse:
        purse.studio.provider.submits = [REFUSED]
        await purse.start(*THREE)
        await purse.passes(PROBE_EMPTY_EVERY + 300)
        await purse.all_delivered(*THREE)


async def test_what_was_added_while_the_bot_was_off_ends_the_pause_at_its_start(tmp_path: Path) -> None:
    clock = HeldClock()
    async with opened(tmp_path, EMPTY, clock=clock) as purse:
        purse.studio.provider.submits = [REFUSED]
        await purse.start(*THREE)
    async with opened(tmp_path, Account(100, 100), clock=clock) as purse:
        await purse.studio.runner.resume()
        await purse.settle()
        await purse.all_delivered(*THREE)


async def test_a_waiting_video_can_be_cancelled_and_a_new_one_waits_too(tmp_path: Path) -> None:
    async with opened(tmp_path, EMPTY) as purse:
        purse.studio.provider.submits = [REFUSED]
        await purse.start(*THREE[:2])
        await purse.studio.actions.cancel(Caller(1), THREE[0].id)
        await purse.start(THREE[2])
        assert await purse.stages(*THREE) == [Stage.CANCELLED, Stage.WAITING, Stage.WAITING]
        assert purse.posts == 1


async def test_after_seven_days_they_are_told_and_cancelled_unspent(tmp_path: Path) -> None:
    async with opened(tmp_path, EMPTY) as purse:
        purse.studio.provider.submits = [REFUSED] * 500
        await purse.start(*THREE)
        for _ in range(27):
            purse.studio.clock.advance(LONGEST_PAUSED / 28)
            await purse.settle()
        assert await purse.stages(*THREE) == [Stage.WAITING] * 3
        purse.studio.clock.advance(LONGEST_PAUSED / 28)
        # Those that look at it for the first time look twice.
        await purse.passes(HOUR)
        await until(lambda: purse.studio.runner.live() == 0)
        rows = [await purse.studio.row(each) for each in THREE]
        assert {(row.stage, row.reason) for row in rows} == {(Stage.CANCELLED, Reason.PAUSED)}
        assert all(row.notified_at is not None for row in rows)
        assert len(purse.studio.replies.did("end")) == 3
        assert purse.posts <= 29
        assert purse.studio.provider.snapshots == []


async def test_the_twelve_hours_stand_still_while_a_pause_lasts() -> None:
    clock, kept = JumpingClock(), KeptPauses()
    pauses = Pauses(kept, clock, FolderMedia(Path()).trouble)
    await pauses.begin(PauseKind.BALANCE, START + HOUR)
    clock.at = START + 100 * HOUR
    assert pauses.given_up(job()) is None
    assert pauses.of(job()) is PausedBy.BALANCE
    await pauses.end(PauseKind.BALANCE)
    clock.at += OLDEST - HOUR - 1
    assert (pauses.given_up(job()), pauses.of(job())) == (None, None)
    clock.at += 2
    assert pauses.given_up(job()) is Reason.TOO_OLD


async def test_an_upload_that_is_refused_for_want_of_credits_waits_too(tmp_path: Path) -> None:
    async with opened(tmp_path, EMPTY, provider=ScriptedProvider(knows_our_ids=True)) as purse:
        purse.studio.media.copies[picture().source.sha256] = tmp_path / "a.png"
        with_file = job(request=replace(job().request, media=(picture(),)))
        purse.studio.provider.uploads = [UploadRefused("HTTP 402", "", Reason.NO_BALANCE)]
        await purse.start(with_file)
        await purse.passes(HOUR)
        assert (purse.posts, await purse.stages(with_file)) == (0, [Stage.WAITING])
        assert len(purse.studio.provider.uploaded) == 1
        purse.account.says = FULL
        await purse.passes(HOUR)
        await purse.all_delivered(with_file)
