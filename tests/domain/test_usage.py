"""What was used, summed up by day, member and model."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chart import MAX_SERIES
from bot.domain.limits import Measure, Scope
from bot.domain.usage import DAYS, OTHERS, Amount, Standing, Usage, Used

amounts = st.builds(
    lambda videos, seconds, code, cost: Amount(videos, seconds, videos if code else 0, {code: cost} if code else {}),
    *(st.integers(1, 9), st.integers(1, 99), st.sampled_from(["", "USD", "EUR"]), st.integers(0, 10**7)),
)
used = st.builds(
    Used,
    ago=st.integers(0, DAYS - 1),
    user_id=st.integers(1, 12),
    model=st.sampled_from("abc"),
    amount=amounts,
)


def a_day(ago=0, user_id=1, model="seedance-2", seconds=5, **amount):
    return Used(ago, user_id, model, Amount(1, seconds, **amount))


@given(st.lists(used, max_size=60))
def test_nothing_is_lost_or_counted_twice_however_it_is_cut(rows):
    usage = Usage.of(rows)
    for shares in (usage.members, usage.models):
        assert sum(share.total.seconds for share in shares) == sum(row.amount.seconds for row in rows)
        assert sum(share.total.videos for share in shares) == sum(row.amount.videos for row in rows)
    for code in ("USD", "EUR"):
        assert usage.month.costs.get(code, 0) == sum(row.amount.costs.get(code, 0) for row in rows)
    assert usage.today.seconds == sum(row.amount.seconds for row in rows if row.ago == 0)
    assert [day.seconds for day in usage.days][::-1] == [
        sum(row.amount.seconds for row in rows if row.ago == ago) for ago in range(DAYS)
    ]


@given(st.lists(used, max_size=60))
def test_those_who_used_most_come_first_and_the_rest_is_one(rows):
    members = Usage.of(rows).members
    everyone = {row.user_id for row in rows}
    assert len(members) <= MAX_SERIES
    assert sum(share.count for share in members) == len(everyone)
    named = [share for share in members if share.name is not None]
    assert [share.total.seconds for share in named] == sorted((s.total.seconds for s in named), reverse=True)
    assert [share.name for share in members].count(None) == (len(everyone) > MAX_SERIES)


def test_a_chart_numbers_members_and_names_models():
    usage = Usage.of(a_day(user_id=user_id, seconds=100 - user_id) for user_id in range(1, 10))
    [panel] = usage.chart_of_members.panels
    assert [one.label for one in panel.series] == ["1", "2", "3", "4", "5", "6", OTHERS]
    assert [one.values[-1] for one in panel.series] == [99, 98, 97, 96, 95, 94, 93 + 92 + 91]
    [panel] = usage.chart_of_models.panels
    assert [(one.label, sum(one.values)) for one in panel.series] == [("seedance-2", 855)]
    assert (panel.unit, panel.days) == ("s", DAYS)


def test_the_cost_is_drawn_below_the_seconds_in_the_currency_of_now():
    usage = Usage.of(
        [
            a_day(ago=9, priced=1, costs={"EUR": 9_000_000}),
            a_day(ago=1, priced=1, costs={"USD": 2_500_000}),
            a_day(ago=0, seconds=7),
        ]
    )
    seconds, cost = usage.chart_of_models.panels
    assert (seconds.unit, cost.unit) == ("s", "USD")
    assert [value for one in cost.series for value in one.values if value] == [2.5]
    assert [seconds.series[0].values[at] for at in (-10, -2, -1)] == [5, 5, 7]


def test_of_nothing_there_is_an_empty_chart():
    assert Usage().month == Usage.of([]).today == Amount()
    assert Usage().chart_of_members.panels[0].highest == 0


def test_what_is_left_of_a_limit_that_was_lowered_is_nothing():
    assert Standing(Scope.MEMBER, Measure.DAY, 60, 75).left == 0
    assert Standing(Scope.MEMBER, Measure.DAY, 60, 45).left == 15
