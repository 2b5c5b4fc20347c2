"""Take in the media of a request: assets by their id, everything else fetched; all of it judged."""

import asyncio
from collections.abc import Iterable, Sequence

from sandbox.toapis.assets import Assets
from sandbox.toapis.errors import invalid
from sandbox.toapis.fetching import Fetcher, NotFetched
from sandbox.toapis.judging import LONGEST, MAX_BYTES, MB, OVER, Judge, Unusable, check_footage, check_role
from sandbox.toapis.media import Kind, Medium, Seen

_PLAIN_IMAGE = 10 * MB
"""Bytes of a first frame in `image_urls`."""
_AT_ONCE = 4


class Reception:
    """What a request's media must pass before it is paid; `footage`: videos by their pixels and rate too."""

    def __init__(self, fetcher: Fetcher, judge: Judge, assets: Assets, *, footage: bool) -> None:
        self._footage = footage
        self._fetcher = fetcher
        self._judge = judge
        self._assets = assets

    async def receive(
        self, media: Sequence[Medium], longest: float = LONGEST, together: float | None = LONGEST
    ) -> tuple[Seen, ...]:
        """Return what is behind all media. Raises Refused for the first one that will not do.

        `longest`: seconds of a video; `together`: of all videos, and of all sounds, where these are limited.
        """
        turns = asyncio.Semaphore(_AT_ONCE)

        async def one(medium: Medium) -> Seen:
            async with turns:
                return await self._asset(medium) if medium.asset_id else await self._foreign(medium, longest)

        found = await asyncio.gather(*map(one, media), return_exceptions=True)
        for answer in found:
            if isinstance(answer, BaseException):
                raise answer
        seen = tuple(answer for answer in found if isinstance(answer, Seen))
        if together is not None:
            _check_lengths(seen, together)
        return seen

    async def _foreign(self, medium: Medium, longest: float) -> Seen:
        max_bytes = _PLAIN_IMAGE if medium.place.startswith("image_urls") else MAX_BYTES[medium.role.kind]
        try:
            seen = await self._judge.look(await self._fetcher.fetch(medium.url, medium.place, max_bytes))
            check_role(seen, medium.role, longest)
            if self._footage and seen.kind is Kind.VIDEO:
                check_footage(seen)
        except NotFetched as failed:
            raise invalid(str(failed)) from failed
        except Unusable as wrong:
            raise invalid(f"{medium.place} {wrong}") from wrong
        return seen

    async def _asset(self, medium: Medium) -> Seen:
        asset = self._assets.found(medium.asset_id)
        if asset is None:
            raise invalid(f"{medium.place}: asset {medium.asset_id} was not found")
        if not asset.is_active:
            raise invalid(f"{medium.place}: asset {medium.asset_id} is not active")
        if asset.kind is not medium.role.kind:
            raise invalid(f"{medium.place}: asset {medium.asset_id} is not {_article(medium.role.kind)}")
        return await self._assets.shown(asset)


def _check_lengths(seen: Iterable[Seen], together: float) -> None:
    lengths = {Kind.VIDEO: 0.0, Kind.AUDIO: 0.0}
    for one in seen:
        if one.kind in lengths:
            lengths[one.kind] += one.seconds
    for kind, seconds in lengths.items():
        if seconds > together + OVER:
            raise invalid(f"{kind}_with_roles must be at most {together:g} seconds long together, not {seconds:.1f}")


def _article(kind: Kind) -> str:
    return f"a {kind}" if kind is Kind.VIDEO else f"an {kind}"
