"""Which limit counts: a member's own, the best of their roles', the settings'; and how far managers may go."""

import pytest

from bot.domain.limits import InForce, Limits, Measure, OwnerLimits, Rule, Rules, Scope, Source

GUILD, ADA, FILM, CREW = 3, 101, 31, 32
SETTINGS = OwnerLimits(
    member=Limits(at_once=5, day=60), server=Limits(day=600), managers=Limits(day=120), total=Limits(month=9000)
)


def rule(scope, target_id, value, measure=Measure.DAY, *, by_owner=False):
    return Rule(GUILD, scope, target_id, measure, value, by_owner)


@pytest.mark.parametrize(
    ("rules", "limit"),
    [
        ([], 60),
        ([rule(Scope.ROLE, FILM, 90)], 90),
        ([rule(Scope.ROLE, FILM, 30)], 30),
        ([rule(Scope.ROLE, FILM, 90), rule(Scope.ROLE, CREW, 100)], 100),
        ([rule(Scope.ROLE, GUILD, 20)], 20),
        ([rule(Scope.ROLE, GUILD, 20), rule(Scope.ROLE, FILM, 10)], 20),
        ([rule(Scope.ROLE, 99, 100)], 60),
        ([rule(Scope.ROLE, FILM, 90), rule(Scope.MEMBER, ADA, 0)], 0),
        ([rule(Scope.MEMBER, 102, 0)], 60),
        ([rule(Scope.ROLE, FILM, 500)], 120),
        ([rule(Scope.MEMBER, ADA, 500)], 120),
        ([rule(Scope.MEMBER, ADA, 500, by_owner=True)], 500),
        ([rule(Scope.MEMBER, ADA, 500, by_owner=True), rule(Scope.MEMBER, ADA, 400)], 400),
        ([rule(Scope.MEMBER, ADA, 80, by_owner=True), rule(Scope.MEMBER, ADA, 100)], 80),
        ([rule(Scope.MEMBER, ADA, 9, Measure.MONTH)], 60),
    ],
)
def test_a_members_limit(rules, limit):
    assert Rules(GUILD, SETTINGS, tuple(rules)).of_member(ADA, {FILM, CREW}, Measure.DAY).value == limit


def test_without_a_ceiling_managers_can_only_lower():
    rules = Rules(GUILD, SETTINGS, (rule(Scope.ROLE, FILM, 50, Measure.AT_ONCE),))
    assert rules.of_member(ADA, {FILM}, Measure.AT_ONCE).value == 5
    assert rules.of_member(ADA, {FILM}, Measure.MONTH).value is None
    freely = Rules(GUILD, SETTINGS, (rule(Scope.ROLE, FILM, 50, Measure.MONTH),))
    assert freely.of_member(ADA, {FILM}, Measure.MONTH).value == 50


@pytest.mark.parametrize(
    ("rules", "limit"),
    [
        ([], 600),
        ([rule(Scope.SERVER, GUILD, 300)], 300),
        ([rule(Scope.SERVER, GUILD, 900)], 600),
        ([rule(Scope.SERVER, GUILD, 900, by_owner=True)], 900),
        ([rule(Scope.SERVER, GUILD, 900, by_owner=True), rule(Scope.SERVER, GUILD, 800)], 800),
    ],
)
def test_a_servers_limit(rules, limit):
    assert Rules(GUILD, SETTINGS, tuple(rules)).of_server(Measure.DAY).value == limit


def test_where_no_server_is_charged_only_the_settings_count():
    rules = Rules(None, SETTINGS)
    assert rules.of_member(ADA, (), Measure.DAY).value == 60
    assert rules.of_server(Measure.DAY).value is None


@pytest.mark.parametrize(
    ("rules", "in_force"),
    [
        ([], InForce(60, Source.SETTINGS)),
        ([rule(Scope.ROLE, FILM, 90)], InForce(90, Source.MANAGERS, FILM)),
        ([rule(Scope.ROLE, FILM, 90), rule(Scope.ROLE, CREW, 95, by_owner=True)], InForce(95, Source.OWNER, CREW)),
        ([rule(Scope.MEMBER, ADA, 30, by_owner=True)], InForce(30, Source.OWNER)),
        ([rule(Scope.MEMBER, ADA, 80, by_owner=True), rule(Scope.MEMBER, ADA, 100)], InForce(80, Source.OWNER)),
    ],
)
def test_it_is_known_who_set_what_is_in_force(rules, in_force):
    assert Rules(GUILD, SETTINGS, tuple(rules)).of_member(ADA, {FILM, CREW}, Measure.DAY) == in_force


def test_the_ceiling_of_managers_is_the_owners_rule_else_the_settings():
    rules = Rules(GUILD, SETTINGS, (rule(Scope.ROLE, FILM, 500, by_owner=True),))
    assert rules.ceiling(Scope.ROLE, FILM, Measure.DAY) == 500
    assert rules.ceiling(Scope.ROLE, CREW, Measure.DAY) == 120
    assert rules.ceiling(Scope.MEMBER, ADA, Measure.AT_ONCE) == 5
    assert rules.ceiling(Scope.SERVER, GUILD, Measure.DAY) == 600
    assert rules.ceiling(Scope.SERVER, GUILD, Measure.MONTH) is None
