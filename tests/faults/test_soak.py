"""What `python -m bench.soak`, the simulated day that is run by hand, makes of its samples."""

import pytest

from bench.soak import growth


def test_growth_compares_the_last_quarter_with_the_second() -> None:
    assert growth([9, 9, 2, 2, 5, 5, 3, 3]) == pytest.approx(1.5)
