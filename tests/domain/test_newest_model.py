"""What is checked about a draft for the model that makes longer videos."""

import pytest

from bot.domain.errors import DurationOutside
from bot.domain.models import AUTOMATIC, Dialect, Model, Ratio
from tests.domain.test_request import ANY, FIRST, FIRST_ASSET, LAST, asked
from tests.models import capability_of


def test_the_newest_model_makes_up_to_30_seconds_or_chooses_itself() -> None:
    newest = {"dialect": Dialect.VIDEOS, "model": Model.SEEDANCE_2_5}
    assert [asked(**newest, duration=length).duration for length in (AUTOMATIC, 4, 30)] == [AUTOMATIC, 4, 30]
    assert asked(**newest, duration=31) == [DurationOutside(31, 4, 30)]
    capability = capability_of(Model.SEEDANCE_2_5, Dialect.VIDEOS)
    assert [capability.longest(length) for length in (AUTOMATIC, 4, 30)] == [30, 4, 30]


@pytest.mark.parametrize("media", [{"files": (FIRST,)}, {"files": (FIRST, LAST)}, {"assets": (FIRST_ASSET,)}])
def test_frames_decide_the_ratio_of_the_newest_model(media: dict[str, object]) -> None:
    assert asked(Dialect.VIDEOS, model=Model.SEEDANCE_2_5, **media).ratio is Ratio.ADAPTIVE
    assert asked(Dialect.VIDEOS, model=Model.SEEDANCE_2, **media).ratio is Ratio.WIDE
    assert asked(Dialect.VIDEOS, model=Model.SEEDANCE_2_5, files=(ANY,)).ratio is Ratio.WIDE
