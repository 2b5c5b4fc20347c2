"""What is checked about a draft for the model that makes longer videos."""

from dataclasses import replace

import pytest

from bot.domain.errors import DurationOutside, Unsupported
from bot.domain.job import DeliveryAttempt
from bot.domain.models import AUTOMATIC, Dialect, Model, OutputFormat, Ratio
from bot.domain.reply import Route, ShrunkClip
from bot.domain.request import asked_again
from bot.toapis.model_table import catalogue
from tests.domain.test_request import ANY, FIRST, FIRST_ASSET, LAST, asked
from tests.models import capability_of
from tests.studio.fakes import START, job


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


def test_the_newest_model_alone_has_a_choice_of_containers() -> None:
    newest = asked(Dialect.VIDEOS, model=Model.SEEDANCE_2_5, format=OutputFormat.MOV)
    assert (newest.format, asked_again(newest, catalogue(Dialect.VIDEOS)).format) == (OutputFormat.MOV,) * 2
    assert asked(Dialect.VIDEOS, model=Model.SEEDANCE_2, format=OutputFormat.MOV) == [Unsupported("format", "mov", ())]
    # Made again by a model that knows no other, it is an MP4.
    other = replace(newest, model=Model.SEEDANCE_2)
    assert asked_again(other, catalogue(Dialect.VIDEOS)).format is None


def test_a_clip_is_named_as_what_it_is() -> None:
    plain = job(1)
    asked_for = replace(plain, request=replace(plain.request, format=OutputFormat.MOV))
    smaller = DeliveryAttempt(Route.TOKEN, 2, "n", START, shrunk=ShrunkClip(9, 64, 36))
    names = [each.clip_name[-4:] for each in (plain, asked_for, replace(asked_for, attempt=smaller))]
    assert names == [".mp4", ".mov", ".mp4"]
