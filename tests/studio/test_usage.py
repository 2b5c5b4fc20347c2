"""Who may see whose usage, and which limits a report is about."""

import pytest

from bot.domain.administration import OwnerOnly
from bot.domain.asset_problems import NeedsManageServer
from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.limits import Measure, Scope
from bot.domain.spending import Elsewhere, SpendingRules
from bot.domain.usage import Amount, Picture, Standing, Usage, Used
from bot.studio.usage import UsageReports
from tests.studio.fakes import JumpingClock
from tests.studio.spending_fakes import OWNER, ScriptedMembers, spending_by

HOME, OTHER, MARA = 10, 20, 101
MANAGES = frozenset({"manage_guild"})
MEMBER = Caller(MARA, HOME)
MANAGER = Caller(MARA, HOME, permissions=MANAGES)
DIRECT = Caller(MARA)


class ListedUsage:
    """Says of each question what it was, by the name of its one model; every limit is 60 s with `left` left of it."""

    def __init__(self) -> None:
        self.left = {HOME: 7, OTHER: 30}

    async def of_member(self, user_id, now, day):
        return self._named(f"member {user_id}")

    async def of_server(self, guild_id, now, day):
        return self._named(f"server {guild_id}")

    async def of_all(self, now, day):
        return self._named("all")

    async def standings(self, payer, membership, user_id, now):
        used = 60 - (self.left[membership.guild_id] if membership else 0)
        return [Standing(scope, Measure.DAY, 60, used) for scope in (Scope.MEMBER, Scope.SERVER, Scope.TOTAL)]

    def _named(self, name):
        return Usage.of([Used(0, MARA, name, Amount(1, 5))])


class Drawer:
    async def draw(self, chart):
        return chart.panels[0].series[0].label.encode()


class SlowDrawer:
    async def draw(self, chart):
        return None


def reports(drawer=None, elsewhere=Elsewhere.MEMBERS, home=(HOME, OTHER)):
    clock, members = JumpingClock(), ScriptedMembers(s10={MARA}, s20={MARA})
    spending = spending_by(SpendingRules.of(frozenset(home), elsewhere), members, clock)
    return UsageReports(ListedUsage(), drawer or Drawer(), spending, spending._owner, clock)  # noqa: SLF001


def asked(report):
    return report.usage.models[0].name


async def test_everyone_sees_their_own_and_no_picture():
    report = await reports().of(MEMBER, Scope.MEMBER)
    assert (asked(report), report.open_to, report.pictures) == (f"member {MARA}", (Scope.MEMBER,), {})
    assert [(one.scope, one.left) for one in report.standings] == [
        (Scope.MEMBER, 7),
        (Scope.SERVER, 7),
        (Scope.TOTAL, 7),
    ]


async def test_in_a_direct_message_the_home_server_with_most_left_counts():
    report = await reports().of(DIRECT, Scope.MEMBER)
    assert {one.left for one in report.standings} == {30}


@pytest.mark.parametrize("caller", [Caller(OWNER, HOME), Caller(OWNER), Caller(999), Caller(999, 77)])
async def test_who_is_exempt_or_may_not_spend_has_no_limits(caller):
    assert (await reports().of(caller, Scope.MEMBER)).standings == ()


async def test_a_server_is_seen_by_its_managers_with_its_own_limits():
    report = await reports().of(MANAGER, Scope.SERVER)
    assert (asked(report), report.open_to) == (f"server {HOME}", (Scope.MEMBER, Scope.SERVER))
    assert [one.scope for one in report.standings] == [Scope.SERVER]
    assert report.pictures == {Picture.MEMBERS: b"1", Picture.MODELS: f"server {HOME}".encode()}


@pytest.mark.parametrize(
    ("caller", "scopes"),
    [
        (Caller(OWNER, HOME), (Scope.MEMBER, Scope.SERVER, Scope.TOTAL)),
        (Caller(OWNER), (Scope.MEMBER, Scope.TOTAL)),
        (Caller(MARA, OTHER, permissions=MANAGES, user_installed_only=True), (Scope.MEMBER,)),
        (Caller(MARA, permissions=MANAGES), (Scope.MEMBER,)),
    ],
)
async def test_whose_may_be_seen_where(caller, scopes):
    assert (await reports().of(caller, Scope.MEMBER)).open_to == scopes
    for scope in {Scope.SERVER, Scope.TOTAL} - set(scopes):
        with pytest.raises(Refusal) as refused:
            await reports().of(caller, scope)
        assert refused.value.problem == (NeedsManageServer() if scope is Scope.SERVER else OwnerOnly())


async def test_the_owner_sees_everything_with_the_whole_bots_limits():
    report = await reports().of(Caller(OWNER), Scope.TOTAL)
    assert (asked(report), [one.scope for one in report.standings]) == ("all", [Scope.TOTAL])


async def test_what_is_not_drawn_in_time_is_left_out():
    report = await reports(SlowDrawer()).of(MANAGER, Scope.SERVER)
    assert (report.pictures, asked(report)) == ({}, f"server {HOME}")
