"""`PRICES` and `CONFIRM_ABOVE`: a list is read as docs/prices.md shows it; every mistake is named by its place."""

import os
import re
from datetime import date
from pathlib import Path

import pytest

from bot.config import SettingsInvalid, read_settings
from bot.domain.models import Model, Resolution
from bot.domain.prices import PriceList, Rate
from bot.spending_check import prices_known
from tests.config.test_settings import NEEDED, mistakes
from tests.conventions.source import ROOT

USD = 'currency = "USD"\n'
GOOD = f"{USD}[per_second]\nseedance-2 = 0.1\n"


@pytest.fixture
def listed(tmp_path):
    """Write a list beside `.env`, and return what is then set by name, with the path of `.env`."""

    def write(text: str | bytes, **more: str):
        (tmp_path / "prices.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        dotenv = tmp_path / ".env"
        dotenv.write_text("PRICES=prices.toml\n" + "".join(f"{name}={value}\n" for name, value in more.items()))
        return NEEDED, dotenv

    return write


def test_the_example_of_the_documents_is_read_as_it_says(listed):
    [example] = re.findall(r"<!-- example -->\n```toml\n(.*?)```", (ROOT / "docs/prices.md").read_text(), re.DOTALL)
    prices = read_settings(*listed(example)).prices
    assert (prices.currency, prices.as_of) == ("USD", date(2026, 11, 28))
    assert prices.rates == {
        (Model.SEEDANCE_2_MINI, None): Rate(30_000),
        (Model.SEEDANCE_2_5, None): Rate(150_000),
        (Model.SEEDANCE_2_FAST, Resolution.P480): Rate(40_000),
        (Model.SEEDANCE_2_FAST, None): Rate(80_000),
        (Model.SEEDANCE_2, Resolution.P480): Rate(50_000),
        (Model.SEEDANCE_2, Resolution.P720): Rate(100_000),
        (Model.SEEDANCE_2, Resolution.P1080): Rate(250_000),
        (Model.SEEDANCE_2, Resolution.UHD): Rate(600_000),
    }


def test_sound_and_reference_videos_may_cost_another_sum(listed):
    more = "[per_second_with_sound]\nkling-v3-omni.720p = 0.112\n[per_second_with_video]\nkling-v3-omni.720p = 0.126\n"
    prices = read_settings(*listed(f"{GOOD}kling-v3-omni.720p = 0.084\n{more}")).prices
    assert prices.rates[Model.KLING_V3_OMNI, Resolution.P720] == Rate(84_000, 112_000, 126_000)


def test_without_a_list_there_are_no_prices_and_nothing_is_asked(tmp_path):
    settings = read_settings(NEEDED, None)
    assert (settings.prices, settings.confirm_above) == (PriceList(), None)
    assert settings.price_list == PriceList()


def test_a_path_from_the_environment_is_where_the_bot_runs(listed, tmp_path, monkeypatch):
    _, dotenv = listed(GOOD)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "prices.toml").write_text(GOOD.replace("USD", "EUR"))
    monkeypatch.chdir(elsewhere)
    assert read_settings({**NEEDED, "PRICES": "prices.toml"}, dotenv).prices.currency == "EUR"


@pytest.mark.parametrize(("text", "amount"), [("1.5", 1_500_000), ("0", 0), ("20", 20_000_000)])
def test_the_price_that_asks_is_read_in_millionths(listed, text, amount):
    settings = read_settings(*listed(GOOD, CONFIRM_ABOVE=text))
    assert settings.confirm_above == settings.price_list.confirm_above == amount


@pytest.mark.parametrize("text", ["$5", "-1", "five", "nan", "inf", "1e12", "1,5"])
def test_a_price_that_is_none_is_a_mistake(listed, text):
    given, dotenv = listed(GOOD, CONFIRM_ABOVE=text)
    assert list(mistakes(given, dotenv)) == ["CONFIRM_ABOVE"]


def test_asking_above_a_price_needs_prices():
    found = mistakes({**NEEDED, "CONFIRM_ABOVE": "1"})
    assert found["CONFIRM_ABOVE"].remedy == "set PRICES too"


WRONG = [
    ("", {"currency": "is missing", "per_second": "has no price"}),
    ("[per_second]\nseedance-2 = 0.1\n", {"currency": "is missing"}),
    ('currency = ["USD", "EUR"]\n[per_second]\nseedance-2 = 1\n', {"currency": "isn't the code of one currency"}),
    ('currency = "dollars"\n[per_second]\nseedance-2 = 1\n', {"currency": "isn't the code of one currency"}),
    (f'{USD}date = "today"\n[per_second]\nseedance-2 = 1\n', {"date": "isn't a date"}),
    (f"{USD}date = 2026-11-28T10:00:00\n[per_second]\nseedance-2 = 1\n", {"date": "isn't a date"}),
    (f"{USD}per_second = 0.1\n", {"per_second": "isn't a section"}),
    (
        f"{USD}[per_minute]\nseedance-2 = 1\n",
        {"per_minute": "isn't known in a list of prices", "per_second": "has no price"},
    ),
    (f"{USD}[per_second]\nsedance = 1\n", {"per_second.sedance": "isn't a known model"}),
    (f"{USD}[per_second]\nseedance-2.721p = 1\n", {"per_second.seedance-2.721p": "isn't a known resolution"}),
    (f"{USD}[per_second]\nseedance-2.720p.x = 1\n", {"per_second.seedance-2.720p": "isn't a price"}),
    *(
        (f"{USD}[per_second]\nseedance-2 = {value}\n", {"per_second.seedance-2": "isn't a price"})
        for value in ("-0.1", '"0.10"', "true", "nan", "inf", "0.0000001", "1000001", "[1]")
    ),
    (
        f"{USD}[per_second]\nseedance-2 = 1\n[per_second_with_sound]\nseedance-2-fast = 1\n",
        {"per_second.seedance-2-fast": "is missing"},
    ),
    (
        f"{USD}[per_second]\nseedance-2 = -1\n[per_second_with_sound]\nseedance-2 = 1\n",
        {"per_second.seedance-2": "isn't a price"},
    ),
    (
        'currency = "?"\n[per_second]\nseedance-2 = -1\nfox.720p = 1\n',
        {
            "currency": "isn't the code of one currency",
            "per_second.seedance-2": "isn't a price",
            "per_second.fox": "isn't a known model",
        },
    ),
]


@pytest.mark.parametrize(("text", "problems"), WRONG)
def test_every_mistake_in_a_list_is_named_by_its_key(listed, text, problems):
    given, dotenv = listed(text)
    found = mistakes(given, dotenv)
    assert {name: mistake.problem for name, mistake in found.items()} == {
        f"PRICES: {key}": problem for key, problem in problems.items()
    }
    assert all(mistake.remedy for mistake in found.values())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{USD}currency = 'EUR'\n", "line 2"),
        (f"{USD}[per_second\n", "line 2"),
        ("prices: cheap\n", "line 1"),
        (b"\xff\xfe\x00", "isn't text"),
        ("#" * (1 << 20) + "\n", "too large"),
        # Numbers that Python itself does not read, and a depth.
        (f"{USD}[per_second]\nseedance-2 = {'9' * 5000}\n", "digits"),
        (f"{USD}[per_second]\nseedance-2 = 1e{'9' * 20}\n", "a number is too long"),
        (f"{USD}[per_second]\nseedance-2 = 1e-{'9' * 20}\n", "a number is too long"),
        (f"{USD}x = {'[' * 100_000}\n", "recursion"),
    ],
)
def test_what_is_no_list_at_all_is_one_mistake(listed, text, words):
    given, dotenv = listed(text)
    found = mistakes(given, dotenv)
    assert list(found) == ["PRICES"]
    assert words in found["PRICES"].problem


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_what_is_no_file_is_a_mistake_at_once(make, tmp_path):
    make(tmp_path / "prices")
    found = mistakes({**NEEDED, "PRICES": str(tmp_path / "prices")}, None)
    assert found["PRICES"].problem == "isn't a file"


def test_a_missing_file_and_every_other_mistake_come_together(tmp_path):
    with pytest.raises(SettingsInvalid) as caught:
        read_settings({**NEEDED, "PRICES": str(tmp_path / "none.toml"), "CLIP_DAYS": "0"}, None)
    assert [mistake.name for mistake in caught.value.mistakes] == ["CLIP_DAYS", "PRICES"]
    assert "No such file" in caught.value.mistakes[1].problem


def test_check_says_which_prices_are_shown_and_which_are_missing(listed):
    others = "".join(f"seedance-2-{name} = 0.1\n" for name in ("fast", "mini", "5"))
    complete = read_settings(*listed(GOOD + others, CONFIRM_ABOVE="2.5"))
    assert list(map(str, prices_known(complete))) == [
        "✓ Members see prices in USD; above 2.5 the member is asked first"
    ]
    some = f"{USD}date = 2026-11-28\n[per_second]\nseedance-2.default = 0.1\nseedance-2-fast.480p = 0.1\n"
    shown, missing = map(str, prices_known(read_settings(*listed(some, TOAPIS_DIALECT="videos"))))
    assert shown == "✓ Members see prices in USD of 2026-11-28"
    assert (
        "for seedance-2-fast at 720p, seedance-2-mini at 480p, seedance-2-mini at 720p, seedance-2-5 at 480p, "
        in missing
    )
    _, missing = map(str, prices_known(read_settings(*listed(some, TOAPIS_DIALECT="video"))))
    assert "for seedance-2-fast without a resolution. " in missing
    assert list(prices_known(read_settings(NEEDED, None))) == []
