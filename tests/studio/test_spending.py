"""Who may spend: by place, by membership, and by what Discord said last."""

import asyncio

import pytest

from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.spending import Elsewhere, Membership, MembershipNotKnown, MembersOnly, NotAllowedHere, SpendingRules
from bot.studio.intake.memberships import MAX_ANSWERS, REMEMBERED, Memberships
from bot.studio.intake.spending import Spending
from tests.studio.conftest import Studio
from tests.studio.fakes import JumpingClock, reply, until
from tests.studio.spending_fakes import OWNER, ScriptedMembers, spending_by
from tests.studio.test_runner import TYPED, intake_of

HOME, ELSEWHERE = 10, 20
MEMBER, STRANGER = 1, 2
NAMES = (f"Server {HOME}",)
PLACES = {
    "home": {"guild_id": HOME},
    "home, by their own installation": {"guild_id": HOME, "user_installed_only": True},
    "elsewhere": {"guild_id": ELSEWHERE},
    "elsewhere, by their own installation": {"guild_id": ELSEWHERE, "user_installed_only": True},
    "direct": {},
}
AT_HOME = frozenset({"home", "home, by their own installation"})


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
def members() -> ScriptedMembers:
    return ScriptedMembers(s10={MEMBER})


def spending_with(elsewhere: Elsewhere | None, members: ScriptedMembers, clock: JumpingClock) -> Spending:
    return spending_by(SpendingRules.of(frozenset({HOME}), elsewhere), members, clock)


async def refused(spending: Spending, caller: Caller) -> object | None:
    try:
        await spending.check(caller)
    except Refusal as refusal:
        return refusal.problem
    return None


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("elsewhere", [*Elsewhere, None])
async def test_who_may_spend_where(elsewhere, place, members, clock) -> None:
    spending = spending_with(elsewhere, members, clock)
    told = {user: await refused(spending, Caller(user, **PLACES[place])) for user in (MEMBER, STRANGER, OWNER)}
    assert told[OWNER] is None
    match elsewhere:
        case _ if place in AT_HOME:
            assert (told[MEMBER], told[STRANGER]) == (None, None)
        case Elsewhere.ALL:
            assert (told[MEMBER], told[STRANGER]) == (None, None)
        case Elsewhere.NO_ONE:
            assert (told[MEMBER], told[STRANGER]) == (NotAllowedHere(()), NotAllowedHere(()))
        case _:  # members is what it is with home servers
            assert (told[MEMBER], told[STRANGER]) == (None, MembersOnly(()))


@pytest.mark.parametrize("place", PLACES)
async def test_without_home_servers_every_server_that_added_the_bot_is_one(place, members, clock) -> None:
    everywhere = spending_by(SpendingRules.of(frozenset(), None), members, clock)
    assert await refused(everywhere, Caller(STRANGER, **PLACES[place])) is None
    only_servers = spending_by(SpendingRules.of(frozenset(), Elsewhere.NO_ONE), members, clock)
    expected = None if place in {"home", "elsewhere"} else NotAllowedHere(())
    assert await refused(only_servers, Caller(STRANGER, **PLACES[place])) == expected
    assert members.asked == []


async def test_an_answer_is_remembered_for_an_hour(members, clock) -> None:
    spending = spending_with(None, members, clock)
    for user in (MEMBER, STRANGER, MEMBER, STRANGER):
        await refused(spending, Caller(user))
    assert members.asked == [(HOME, MEMBER), (HOME, STRANGER)]
    clock.at += REMEMBERED - 1
    members.members[HOME] = {STRANGER}
    assert await refused(spending, Caller(MEMBER)) is None
    clock.at += 1
    assert await refused(spending, Caller(MEMBER)) == MembersOnly(())
    assert await refused(spending, Caller(STRANGER)) is None


async def test_what_discord_said_last_counts_while_it_does_not_answer(members, clock) -> None:
    spending = spending_with(None, members, clock)
    for user in (MEMBER, STRANGER):
        await refused(spending, Caller(user))
    clock.at += 100 * REMEMBERED
    members.silent = True
    assert await refused(spending, Caller(MEMBER)) is None
    assert await refused(spending, Caller(STRANGER)) == MembersOnly(())
    assert await refused(spending, Caller(3)) == MembershipNotKnown(())
    # That it did not answer is not remembered.
    members.silent = False
    members.members[HOME].add(3)
    assert await refused(spending, Caller(3)) is None


async def test_a_member_of_any_home_server_may_spend_whatever_the_others_say(clock) -> None:
    members = ScriptedMembers(s10=set(), s11={MEMBER})
    spending = spending_by(SpendingRules.of(frozenset({10, 11}), None), members, clock)
    assert await refused(spending, Caller(MEMBER)) is None
    assert await refused(spending, Caller(STRANGER)) == MembersOnly(())


async def test_who_uses_the_bot_at_home_is_known_as_a_member_from_then_on(members, clock) -> None:
    spending = spending_with(None, members, clock)
    assert await refused(spending, Caller(STRANGER)) == MembersOnly(())
    await spending.check(Caller(STRANGER, HOME, frozenset({7})))
    assert await refused(spending, Caller(STRANGER)) is None
    assert members.asked == [(HOME, STRANGER)]


async def test_all_home_servers_are_asked_for_the_best_one_though_one_is_remembered(clock) -> None:
    members = ScriptedMembers(s10={MEMBER}, s11={MEMBER})
    spending = spending_by(SpendingRules.of(frozenset({10, 11}), None), members, clock)
    await spending.check(Caller(MEMBER, 10, frozenset({7})))
    payer = await spending.payer(Caller(MEMBER))
    assert payer.memberships == (Membership(10, frozenset({7})), Membership(11, frozenset()))
    assert members.asked == [(11, MEMBER)]
    # What is known counts while Discord does not answer for another.
    members.silent = True
    clock.at += 100 * REMEMBERED
    assert (await spending.payer(Caller(MEMBER))).memberships == payer.memberships


async def test_one_question_answers_all_who_wait_for_it(members, clock) -> None:
    spending = spending_with(None, members, clock)
    await asyncio.gather(*(spending.check(Caller(MEMBER)) for _ in range(20)))
    assert members.asked == [(HOME, MEMBER)]


async def test_before_a_first_response_nothing_is_waited_for_and_all_that_is_known_counts(members, clock) -> None:
    spending = spending_with(None, members, clock)
    spending.check_known(Caller(STRANGER))  # not known yet: asked in the background
    await until(lambda: members.asked == [(HOME, STRANGER)])
    with pytest.raises(Refusal):
        spending.check_known(Caller(STRANGER))
    with pytest.raises(Refusal):
        spending_with(Elsewhere.NO_ONE, members, clock).check_known(Caller(STRANGER))


async def test_refusals_name_the_home_servers_that_the_bot_is_in(members, clock) -> None:
    memberships = Memberships(members, {HOME, 99}, clock)
    memberships.start()
    await until(lambda: memberships.names == NAMES)
    await memberships.close()


async def test_answers_are_kept_only_so_many(clock) -> None:
    members = ScriptedMembers(s10=set())
    memberships = Memberships(members, {HOME}, clock)
    for user in range(MAX_ANSWERS + 1):
        await memberships.of(user)
    assert memberships.remembered(0) is None
    assert memberships.remembered(1) == ()


async def test_a_request_that_is_refused_is_not_written_down(studio: Studio, members, clock) -> None:
    intake = intake_of(studio, spending_with(None, members, clock))
    with pytest.raises(Refusal, match="members only"):
        await intake.submit(Caller(STRANGER), TYPED, 100, reply())
    taken = await intake.submit(Caller(MEMBER), TYPED, 101, reply())
    with pytest.raises(Refusal, match="members only"):
        await intake.submit_again(Caller(STRANGER), taken.id, 102, reply())
    assert [one.id for one in await studio.jobs.unfinished()] == [taken.id]
