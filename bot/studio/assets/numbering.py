"""Add an asset or a character under a name that is free."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from bot.domain.asset_problems import NameTaken
from bot.domain.assets import Asset, Character
from bot.domain.errors import Refusal
from bot.domain.naming import numbered

_NAMES_TRIED = 50
_Named = TypeVar("_Named", Asset, Character)


async def add_numbered(named: _Named, add: Callable[[_Named], Awaitable[None]]) -> _Named:
    """Add something, with a number at the end of its name where that is taken; returns it as it was added."""
    tried = named
    for number in range(2, _NAMES_TRIED):
        try:
            await add(tried)
        except Refusal as refusal:
            if not isinstance(refusal.problem, NameTaken):
                raise
            tried = replace(named, name=numbered(named.name, number))
        else:
            return tried
    raise Refusal(NameTaken(named.name))
