"""The simulated day in small; `python -m bench.soak` runs it in full."""

from pathlib import Path

import pytest

from bench.soak import growth, soak


@pytest.mark.timeout(300)
async def test_a_small_day_with_faults_everywhere(tmp_path: Path, seed: int) -> None:
    soaked = await soak(50, seed, tmp_path)
    print(f"\n{soaked}")
    soaked.zeros.hold(seed, soaked.log)
    assert soaked.jobs == 50
    assert soaked.struck > 0
    # So short a run is still warming up: what it would catch is a leak of every job's clip or connection.
    assert growth(soaked.samples.memory) < 1.5
    assert growth(soaked.samples.files) < 3.0


def test_growth_compares_the_last_quarter_with_the_second() -> None:
    assert growth([9, 9, 2, 2, 5, 5, 3, 3]) == pytest.approx(1.5)
