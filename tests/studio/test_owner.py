"""What the owner is told: each kind once a day, over restarts too, and when the provider gives reason for it."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.account import Account, KeyNotAccepted
from bot.domain.alerts import KeyRefused, LowBalance, NoBalance, ProviderDown
from bot.domain.errors import SubmitRefused
from bot.domain.stages import Reason, Stage
from bot.storage import Store
from bot.storage.note_store import SqliteNotes
from bot.studio.lifecycle.account_watch import DOWN_AFTER, LOOK_EVERY, AccountWatch
from bot.studio.lifecycle.owner import DAY, Owner
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.ports import Closed, NotNow, Unclear
from tests.studio.conftest import Studio
from tests.studio.fakes import HeldClock, JumpingClock, KeptPauses, job, until
from tests.studio.folder_media import FolderMedia
from tests.studio.spending_fakes import ListedMessages, NoNotes, balance_with

LOW = LowBalance(3, 500)


async def told(owner: Owner, messages: ListedMessages, *alerts) -> list:
    """Tell the owner, and wait until all was told or left out."""
    for alert in alerts:
        owner.tell(alert)
        await until(lambda: not any(task.get_name().startswith("alert") for task in asyncio.all_tasks()))
    return messages.told


def owner_of(messages: ListedMessages, notes, clock, *ids: int) -> Owner:
    owner = Owner(messages, notes, clock)
    owner.learn(frozenset(ids or (7,)))
    return owner


async def test_each_kind_is_told_once_a_day_also_by_the_next_run(tmp_path: Path) -> None:
    clock, messages = JumpingClock(), ListedMessages()
    async with Store(tmp_path / "seedreel.db") as store:
        notes = SqliteNotes(store)
        await told(owner_of(messages, notes, clock), messages, NoBalance(), NoBalance(), LOW)
        assert messages.told == [(7, NoBalance()), (7, LOW)]
        again = owner_of(messages, notes, clock)
        clock.at += DAY - 10
        assert len(await told(again, messages, NoBalance(), LOW)) == 2
        clock.at += 10
        assert (await told(again, messages, NoBalance()))[2:] == [(7, NoBalance())]
        # Of a clock that was years ahead.
        await notes.put("owner told key-refused", str(clock.at + 1000 * DAY))
        assert (await told(again, messages, KeyRefused()))[3:] == [(7, KeyRefused())]


async def test_every_member_of_a_team_is_told() -> None:
    messages = ListedMessages()
    await told(owner_of(messages, NoNotes(), JumpingClock(), 8, 7), messages, LOW, LOW)
    assert messages.told == [(7, LOW), (8, LOW)]


async def test_it_is_sent_again_until_it_is_clear_and_not_where_messages_are_closed() -> None:
    messages = ListedMessages()
    messages.outcomes = [NotNow(3.0, "slow"), Unclear("reset")]
    await told(owner_of(messages, NoNotes(), JumpingClock()), messages, LOW)
    assert len(messages.told) == 3
    messages.outcomes = [Closed("403/50007")]
    await told(owner_of(messages, NoNotes(), JumpingClock()), messages, LOW, LOW)
    assert len(messages.told) == 4


class ScriptedAccount:
    """Says what a test sets; `looks` counts the questions."""

    def __init__(self) -> None:
        self.says: Account | KeyNotAccepted | None = Account(20_000, 20_000)
        self.troubled_since: float | None = None
        self.there = True
        self.looks = 0

    async def account(self):
        self.looks += 1
        return self.says

    async def answers(self) -> bool:
        return self.there


class Watched:
    """A watch in a time that stands still until it is moved."""

    def __init__(self) -> None:
        self.clock, self.messages, self.account = HeldClock(), ListedMessages(), ScriptedAccount()
        owner = owner_of(self.messages, NoNotes(), self.clock)
        balance = balance_with(Pauses(KeptPauses(), self.clock, FolderMedia(Path()).trouble), self.clock, owner.tell)
        self.watch = AccountWatch(self.account, owner, balance, self.clock, 500)

    async def minutes(self, count: int) -> None:
        for _ in range(count):
            self.clock.advance(70.0)
            for _ in range(20):
                await asyncio.sleep(0)

    @property
    def told(self) -> list:
        return [alert for _, alert in self.messages.told]


@pytest.fixture
async def watched():
    made = Watched()
    yield made
    await made.watch.close()


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        (Account(499.9, 20_000), [LowBalance(499, 500)]),
        (Account(20_000, 3), [LowBalance(3, 500)]),
        (Account(-5, None), [LowBalance(0, 500)]),
        (Account(500, float("inf")), []),
        (Account(float("inf"), float("inf")), []),
        (Account(), []),
        (KeyNotAccepted(), [KeyRefused()]),
    ],
)
async def test_the_account_is_looked_at_from_the_start_and_every_hour(watched, account, expected) -> None:
    await watched.watch.start()
    await until(lambda: watched.account.looks == 1)
    assert watched.told == []
    watched.account.says = account
    await watched.minutes(int(LOOK_EVERY / 70) - 1)
    assert watched.account.looks == 1
    await watched.minutes(2)
    await until(lambda: watched.account.looks == 2)
    await until(lambda: watched.told == expected)


async def test_a_provider_that_is_down_for_ten_minutes_is_told_of_and_a_short_silence_is_not(watched) -> None:
    watched.account.says, watched.account.there = None, False
    await watched.watch.start()
    await watched.minutes(5)
    watched.account.there = True
    await watched.minutes(20)
    assert watched.told == []
    # Queries for tasks fail; the account, which another server may answer, does not count then.
    watched.account.troubled_since = watched.clock.now()
    watched.account.says, watched.account.there = Account(20_000), False
    await watched.minutes(int(DOWN_AFTER / 70) - 1)
    assert watched.told == []
    await watched.minutes(3)
    [down] = watched.told
    assert isinstance(down, ProviderDown)
    assert DOWN_AFTER <= down.seconds < 2 * DOWN_AFTER


async def test_a_submit_that_is_refused_for_the_key_is_told(studio: Studio) -> None:
    studio.provider.submits = [SubmitRefused(Reason.KEY, "401")]
    studio.runner.start(await studio.stored(job(1)))
    await until(lambda: studio.runner.live() == 0)
    assert (await studio.row(job(1))).stage is Stage.FAILED
    assert studio.alerts == [KeyRefused()]
