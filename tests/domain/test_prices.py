"""What a video costs by a list, when its price is settled, and when a member is asked first."""

from dataclasses import replace

import pytest

from bot.domain.media import MediaFormat, Medium, Role, StoredFile
from bot.domain.models import Model, Ratio, Resolution
from bot.domain.money import Price
from bot.domain.prices import PriceList, Rate
from bot.domain.request import VideoRequest

REQUEST = VideoRequest("a fox", Model.SEEDANCE_2, 5, Ratio.WIDE, resolution=Resolution.P720)
CLIP = Medium(Role.REFERENCE_VIDEO, StoredFile("a" * 64, MediaFormat.MP4, 100, 64, 48, 3.0))
FRAME = Medium(Role.FIRST_FRAME, StoredFile("b" * 64, MediaFormat.PNG, 100, 64, 48))
LIST = PriceList(
    "USD",
    {
        (Model.SEEDANCE_2, Resolution.P720): Rate(100_000),
        (Model.SEEDANCE_2, None): Rate(250_000),
        (Model.SEEDANCE_2_FAST, Resolution.P720): Rate(40_000),
        (Model.KLING_V3_OMNI, None): Rate(84_000, with_sound=112_000, with_video=126_000),
        (Model.SEEDANCE_2_MINI, None): Rate(0),
    },
)
ONE = Price(1_000_000, "USD")


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({}, 500_000),
        ({"resolution": Resolution.P480}, 1_250_000),
        ({"resolution": None}, 1_250_000),
        ({"model": Model.SEEDANCE_2_FAST}, 200_000),
        ({"model": Model.SEEDANCE_2_MINI}, 0),
        ({"model": Model.KLING_V3_OMNI, "sound": False}, 420_000),
        ({"model": Model.KLING_V3_OMNI, "sound": True}, 560_000),
        ({"model": Model.KLING_V3_OMNI}, 560_000),
        ({"model": Model.KLING_V3_OMNI, "sound": True, "media": (CLIP,)}, 630_000),
        ({"model": Model.KLING_V3_OMNI, "sound": False, "media": (FRAME,)}, 420_000),
        ({"media": (CLIP,), "sound": True}, 500_000),
    ],
)
def test_a_price_is_of_the_model_the_resolution_and_what_goes_along(changes, amount):
    assert LIST.price(replace(REQUEST, **changes), 5) == Price(amount, "USD")


def test_what_is_not_in_the_list_has_no_price():
    assert LIST.price(replace(REQUEST, model=Model.SEEDANCE_2_FAST, resolution=Resolution.P480), 5) is None
    assert PriceList().price(REQUEST, 5) is None


def test_a_price_is_settled_to_the_seconds_that_were_made():
    price = Price(500_000, "USD")
    assert price.settled(5, 5) == price
    assert price.settled(5, 4) == Price(400_000, "USD")
    assert Price(100, "USD").settled(3, 2) == Price(67, "USD")
    assert price.settled(0, 4) == price


def test_only_what_is_dearer_than_the_limit_asks_and_only_until_its_price_was_agreed_to():
    asking = replace(LIST, confirm_above=1_000_000)
    dearer = Price(1_000_001, "USD")
    assert not asking.asks(ONE, None)
    assert asking.asks(dearer, None)
    assert asking.asks(dearer, ONE)
    assert asking.asks(dearer, Price(2_000_000, "EUR"))
    assert not asking.asks(dearer, dearer)
    assert not asking.asks(dearer, Price(2_000_000, "USD"))
    assert not asking.asks(None, None)
    assert not LIST.asks(dearer, None)
    assert replace(LIST, confirm_above=0).asks(ONE, None)
