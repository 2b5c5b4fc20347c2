"""Bringing a wish's media together: files fetched and looked at, assets found, and every mistake named at once."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.domain.caller import Caller
from bot.domain.errors import NotOffered, Refusal, TooManyWaiting, Why
from bot.domain.media import AssetUse, Hosted, Kept, Medium, Offered
from bot.domain.media_whys import AssetUnderReview, AssetUnknown, MediumTooLarge, SoundAlone
from bot.domain.models import Capability, Offer, capability
from bot.domain.request import AssetWish, VideoRequest, Wish, check_wish
from bot.domain.rules import Placed, broken_rules, in_order, placed
from bot.studio.ports import Clock
from bot.studio.shelf import Shelf

_AT_ONCE = 3
# Of one member: so many wishes may have their files fetched and looked at at the same time.
_WISHES_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Gathered:
    """A wish's media in the order of their roles, and where Discord keeps the files for now."""

    media: tuple[Medium, ...]
    hosted: tuple[Hosted, ...]


def to_be_looked_at(wish: Wish, known: Sequence[Why]) -> bool:
    """Tell whether a wish with these mistakes may have more: files and assets that nobody has looked at yet."""
    if any(isinstance(why, NotOffered) and why.option == "model" for why in known):
        return False  # by which rules, nobody knows
    too_large = {why.which for why in known if isinstance(why, MediumTooLarge)}
    return bool(wish.assets) or any(file.option not in too_large for file in wish.files)


class Files(Protocol):
    """Where the files of one request are kept."""

    async def keep(self, offered: Offered, able: Capability) -> Kept:
        """Keep a file; raises Refusal."""
        ...


class Gather:
    """Gathers media; what cannot go together is refused with all that is wrong."""

    def __init__(self, shelf: Shelf, clock: Clock, offer: Offer) -> None:
        self._shelf = shelf
        self._clock = clock
        self._offer = offer
        self._under_way = Counter[int]()

    def offer_anew(self, offer: Offer) -> None:
        """Offer something else from now on: another dialect is in force."""
        self._offer = offer

    async def request_of(self, caller: Caller, wish: Wish, files: Files) -> tuple[VideoRequest, Gathered]:
        """Make a wish a request, its files kept and its assets found. Raises Refusal with all that is wrong."""
        if self._under_way[caller.user_id] >= _WISHES_AT_ONCE:
            raise Refusal(TooManyWaiting(_WISHES_AT_ONCE))
        self._under_way[caller.user_id] += 1
        try:
            return await self._request_of(caller, wish, files)
        finally:
            self._under_way[caller.user_id] -= 1
            if not self._under_way[caller.user_id]:
                del self._under_way[caller.user_id]

    async def _request_of(self, caller: Caller, wish: Wish, files: Files) -> tuple[VideoRequest, Gathered]:
        request, known = None, tuple[Why, ...]()
        try:
            request = check_wish(wish, self._offer)
        except Refusal as refusal:
            if not to_be_looked_at(wish, refusal.whys):
                raise
            known = refusal.whys
        gathered, whys = await self._media_of(caller, wish, known, files)
        if request is None or whys:
            raise Refusal(*dict.fromkeys((*known, *whys)))
        return replace(request, media=gathered.media), gathered

    async def _media_of(
        self, caller: Caller, wish: Wish, known: Sequence[Why], keeper: Files
    ) -> tuple[Gathered, list[Why]]:
        """Keep the wish's files and find its assets, as far as nothing is known against them; name their mistakes."""
        able = capability(wish.model, self._offer.dialect)
        turn = asyncio.Semaphore(_AT_ONCE)
        too_large = {why.which for why in known if isinstance(why, MediumTooLarge)}
        given = [file for file in wish.files if file.option not in too_large]
        files = await asyncio.gather(*(self._file(file, able, turn, keeper) for file in given))
        assets = [await self._asset(caller, asset, able) for asset in wish.assets]
        found = [each for each in (*files, *assets) if isinstance(each, Placed)]
        whys = [why for each in (*files, *assets) if isinstance(each, tuple) for why in each]
        # Beside what could not be looked at, nobody knows whether a sound would have been alone.
        unseen = bool(whys or too_large)
        whys += [why for why in broken_rules(found, able) if not (unseen and isinstance(why, SoundAlone))]
        return Gathered(in_order(found), self._hosted(given, files)), whys

    async def usable(self, caller: Caller, assets: Sequence[AssetUse]) -> None:
        """Check that the caller may use these assets now. Raises Refusal."""
        found = [(asset, await self._resolve(caller, asset.url)) for asset in assets]
        if whys := [_by_name(why, asset) for asset, each in found if isinstance(each, tuple) for why in each]:
            raise Refusal(*whys)

    async def _file(
        self, file: Offered, able: Capability, turn: asyncio.Semaphore, keeper: Files
    ) -> Placed | tuple[Why, ...]:
        try:
            async with turn:
                kept = await keeper.keep(file, able)
        except Refusal as refusal:
            return refusal.whys
        return placed(file.option, kept, file.role, able)

    async def _asset(self, caller: Caller, asset: AssetWish, able: Capability) -> Placed | tuple[Why, ...]:
        use = await self._resolve(caller, asset.typed)
        return use if isinstance(use, tuple) else placed(asset.option, use, asset.role, able)

    async def _resolve(self, caller: Caller, typed: str) -> AssetUse | tuple[Why, ...]:
        try:
            asset = await self._shelf.resolve(caller, typed)
        except Refusal as refusal:
            return refusal.whys
        if asset.use is None or self._offer.review:
            return (AssetUnderReview(asset.name),)
        return asset.use

    def _hosted(self, files: Sequence[Offered], found: Sequence[Placed | tuple[Why, ...]]) -> tuple[Hosted, ...]:
        now = self._clock.now()
        return tuple(
            Hosted(each.medium.source.sha256, file.url, now)
            for file, each in zip(files, found, strict=True)
            # What Discord has of a converted file is not what the provider is to get.
            if isinstance(each, Placed) and isinstance(each.medium.source, Kept) and not each.medium.source.original
        )


def _by_name(why: Why, asset: AssetUse) -> Why:
    """Name an asset as its card does: its id at the provider is for those who may use it."""
    return AssetUnknown(asset.name) if isinstance(why, AssetUnknown) else why
