"""Read the owner's list of prices, a TOML file (`docs/prices.md`), with all mistakes in it."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from babel.numbers import is_currency

from bot.domain.models import Model, Resolution
from bot.domain.money import MILLION
from bot.domain.prices import PriceList, Rate
from bot.parse import Unreadable

_LARGEST: Final = 1024 * 1024  # bytes; a list of every model has two thousand
_MAX_AMOUNT: Final = 1_000_000  # of a second, in whole units
_RATES: Final = {"per_second": "plain", "per_second_with_sound": "with_sound", "per_second_with_video": "with_video"}
_DEFAULT: Final = "default"
_AMOUNT: Final = "write the price of a second as a number of at most six decimals, as 0.05"

Key = tuple[Model, Resolution | None]
Wrong = tuple[str, Unreadable]


class PricesInvalid(Exception):
    """A list of prices has mistakes: where each is (a key; empty: the whole file), and what."""

    def __init__(self, *wrong: Wrong) -> None:
        super().__init__("; ".join(f"{key} {mistake}" for key, mistake in wrong))
        self.wrong = wrong


def read_prices(path: Path) -> PriceList:
    """Read a list. Raises PricesInvalid."""
    document = _document(path)
    wrong: list[Wrong] = []
    currency = _currency(document.pop("currency", None), wrong)
    day = _date(document.pop("date", None), wrong)
    found: dict[Key, dict[str, int]] = {}
    for section, kind in _RATES.items():
        for key, amount in _amounts(section, document.pop(section, {}), wrong):
            found.setdefault(key, {})[kind] = amount
    known = f"use currency, date, {', '.join(_RATES)}"
    wrong.extend((name, Unreadable("isn't known in a list of prices", known)) for name in document)
    if not found and not any(key.startswith("per_second") for key, _ in wrong):
        wrong.append(("per_second", Unreadable("has no price", "write one for each model that members may use")))
    for (model, resolution), rates in found.items():
        name = f"per_second.{model}" + (f".{resolution}" if resolution else "")
        if "plain" not in rates and name not in dict(wrong):
            wrong.append((name, Unreadable("is missing", "write the usual price beside the one with sound or video")))
    if wrong:
        raise PricesInvalid(*wrong)
    return PriceList(currency, {key: Rate(**rates) for key, rates in found.items()}, day)


def _document(path: Path) -> dict[str, Any]:
    try:
        # Opening a pipe would wait for its writer.
        if path.exists() and not path.is_file():
            raise PricesInvalid(("", Unreadable("isn't a file", "name a list of prices")))
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise PricesInvalid(("", Unreadable("names a file that is too large", "name a list of prices")))
        return tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        problem = Unreadable(f"names a file that can't be read ({error.strerror})", "fix the path or its permissions")
    except UnicodeDecodeError:
        problem = Unreadable("names a file that isn't text", "write it as docs/prices.md shows")
    except (ValueError, ArithmeticError, RecursionError) as error:  # also numbers beyond Python's own limits
        why = "a number is too long" if isinstance(error, ArithmeticError) else error
        problem = Unreadable(f"isn't valid TOML ({why})", "fix that line; docs/prices.md has an example")
    raise PricesInvalid(("", problem))


def _currency(value: object, wrong: list[Wrong]) -> str:
    if isinstance(value, str) and is_currency(value):
        return value
    problem = "is missing" if value is None else "isn't the code of one currency"
    wrong.append(("currency", Unreadable(problem, 'write one code in quotes, as "USD" or "EUR"')))
    return ""


def _date(value: object, wrong: list[Wrong]) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    wrong.append(("date", Unreadable("isn't a date", "write it without quotes, as 2026-11-28, or leave it out")))
    return None


def _amounts(section: str, models: object, wrong: list[Wrong]) -> Iterator[tuple[Key, int]]:
    """Read one section: for each model a price, or one for each resolution."""
    if not isinstance(models, Mapping):
        wrong.append((section, Unreadable("isn't a section", f"write [{section}] on a line of its own")))
        return
    for name, value in models.items():
        if name not in {model.value for model in Model}:
            known = ", ".join(model.value for model in Model)
            wrong.append((f"{section}.{name}", Unreadable("isn't a known model", f"use one of {known}")))
            continue
        by_resolution = value if isinstance(value, Mapping) else {_DEFAULT: value}
        for resolution, written in by_resolution.items():
            key = f"{section}.{name}" + (f".{resolution}" if isinstance(value, Mapping) else "")
            if resolution != _DEFAULT and resolution not in {each.value for each in Resolution}:
                known = ", ".join(each.value for each in Resolution)
                wrong.append((key, Unreadable("isn't a known resolution", f"use {known} or {_DEFAULT}")))
            elif (amount := _millionths(written)) is None:
                wrong.append((key, Unreadable("isn't a price", _AMOUNT)))
            else:
                yield (Model(name), None if resolution == _DEFAULT else Resolution(resolution)), amount


def _millionths(value: object) -> int | None:
    """Read an amount; None for text, what is negative or too much, and for finer parts than a millionth."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    amount = Decimal(value)
    if not amount.is_finite() or not 0 <= amount <= _MAX_AMOUNT:
        return None
    millionths = amount * MILLION
    return int(millionths) if millionths == int(millionths) else None
