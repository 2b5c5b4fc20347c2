"""What a bench's table says of its figures."""

from inspect import iscoroutinefunction

import pytest

from bench.__main__ import NAMES, bench_of, main
from bench.measure import Aim, Effort, Figure, Of, percentile

DOUBLE = Figure("a wait", "ms", (2.0, 4.0, 9.0), (1.0, 2.0, 3.0), Aim(1.25))


def test_a_ratio_is_taken_pair_by_pair_and_its_median_is_judged():
    assert DOUBLE.ratios == (2.0, 2.0, 3.0)
    assert not DOUBLE.is_met
    assert DOUBLE.cells() == ("a wait", "4 (2 to 9) ms", "2 ms", "2 (2 to 3)", "≤ 1.25 x", "no")


def test_an_aim_about_the_value_looks_at_ours_alone():
    figure = Figure("a stall", "ms", (12.0,), (20.0,), Aim(10.0, Of.VALUE))
    assert (figure.judged, figure.is_met) == (12.0, False)
    assert figure.cells()[-2:] == ("≤ 10 ms", "no")


def test_an_aim_may_be_a_floor_and_a_figure_may_have_neither():
    assert Figure("a rate", "MB/s", (0.8,), (1.0,), Aim(0.7, at_least=True)).is_met
    alone = Figure("a count", "commits", (14.0,))
    assert (alone.is_met, alone.cells()) == (True, ("a count", "14 commits", "-", "-", "-", "-"))


async def test_pairs_are_interleaved_and_take_turns(tmp_path):
    order = []

    async def ours():
        order.append("ours")
        return 1

    async def beside():
        order.append("beside")
        return 2

    assert await Effort(tmp_path, pairs=3).interleaved(ours, beside) == ([1, 1, 1], [2, 2, 2])
    assert order == ["ours", "beside", "beside", "ours", "ours", "beside"]


def test_a_profile_is_taken_where_it_is_wanted(tmp_path):
    with Effort(tmp_path).profiled("none"):
        pass
    assert Effort(tmp_path).module("bot") == ("bot",)
    with Effort(tmp_path, profile=tmp_path).profiled("one"):
        pass
    assert [file.name for file in tmp_path.iterdir()] == ["one-0.prof"]


def test_a_percentile_needs_no_order():
    assert [percentile([3, 1, 2, 4], part) for part in (0.0, 0.5, 0.99, 1.0)] == [1, 3, 4, 4]


@pytest.mark.parametrize("arguments", [["nothing"], ["--pairs", "0"], ["ack", "speed"]])
def test_a_bench_that_does_not_exist_and_no_pairs_are_refused(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "there" in capsys.readouterr().err or "--pairs" in arguments


@pytest.mark.parametrize("name", NAMES)
def test_every_bench_is_there(name):
    assert iscoroutinefunction(bench_of(name))
