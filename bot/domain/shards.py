"""Which shards of the bot's gateway one process keeps connected."""

import re
from dataclasses import dataclass
from typing import Final

from bot.domain.errors import SeedreelError

_FORM: Final = "give them as 0-3/16: the first to the last, and how many there are in all"
_PART: Final = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?", re.ASCII)


class ShardsInvalid(SeedreelError):
    """The text names no shards; it says why, and what to write."""


@dataclass(frozen=True, slots=True)
class Shards:
    """Shards by number, out of `count`: every process with the token counts alike."""

    numbers: tuple[int, ...]
    count: int

    def __str__(self) -> str:
        shown = ",".join(map(str, self.numbers))
        return f"{shown}/{self.count}"


def parse_shards(text: str) -> Shards:
    """Read shards such as `0-3/16` or `0,4-7/16`; raises ShardsInvalid."""
    listed, slash, total = text.replace(" ", "").partition("/")
    if not slash or not re.fullmatch(r"\d{1,6}", total, re.ASCII):
        raise ShardsInvalid(f"{text!r} doesn't say how many shards there are: {_FORM}")
    count, numbers = int(total), [number for part in listed.split(",") for number in _range(part, text)]
    if count == 0:
        raise ShardsInvalid(f"{text!r} has no shards: {_FORM}")
    if beyond := [number for number in numbers if number >= count]:
        raise ShardsInvalid(f"there is no shard {beyond[0]} of {count}: they are numbered 0 to {count - 1}")
    if twice := [number for number in numbers if numbers.count(number) > 1]:
        raise ShardsInvalid(f"shard {twice[0]} is there twice: name each shard once")
    return Shards(tuple(sorted(numbers)), count)


def _range(part: str, text: str) -> range:
    found = _PART.fullmatch(part)
    if found is None:
        raise ShardsInvalid(f"{text!r} names no shards: {_FORM}")
    first, last = int(found[1]), int(found[2] or found[1])
    if last < first:
        raise ShardsInvalid(f"{part} goes backwards: write {last}-{first}")
    return range(first, last + 1)
