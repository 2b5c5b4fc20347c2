"""What is known of the store of files for a while: whether it answers, its clock, and how full it is."""

import asyncio
import time
from typing import Final

from bot.domain.clip_errors import FileStoreDown
from bot.media.bucket import Bucket

# In real seconds: so long is the last look believed.
_WELL: Final = 30.0
_DOWN: Final = 5.0
_COUNTED: Final = 60.0


class BucketState:
    """Looks at a bucket, once for all who ask at the same time."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._looking = asyncio.Lock()
        self._trouble: str | None = None
        self._until = 0.0
        self._ahead = 0.0
        self._bytes: dict[str, tuple[float, int]] = {}

    @property
    def down(self) -> bool:
        """Tell whether it did not answer when it was last looked at."""
        return self._trouble is not None

    async def trouble(self) -> str | None:
        """Say why nothing can be stored; None where it can."""
        async with self._looking:
            if time.monotonic() >= self._until:
                try:
                    self._ahead = await self._bucket.now() - time.time()
                    self._trouble = None
                except FileStoreDown as error:
                    self._trouble = f"{self._bucket.place} can't be written to ({error.detail})"
                self._until = time.monotonic() + (_DOWN if self._trouble else _WELL)
        return self._trouble

    def failed(self, error: FileStoreDown) -> None:
        """Take in that it has just not done what it should."""
        self._trouble = f"{self._bucket.place} can't be used ({error.detail})"
        self._until = time.monotonic() + _DOWN

    async def now(self) -> float:
        """Return the time by the store's clock, in UTC seconds. Raises FileStoreDown."""
        if (trouble := await self.trouble()) is not None:
            raise FileStoreDown(trouble)
        return time.time() + self._ahead

    async def bytes_in(self, under: str) -> int:
        """Return how many bytes the objects under a name took a short while ago; what was last known, if it is down."""
        counted, taken = self._bytes.get(under, (-_COUNTED, 0))
        if time.monotonic() - counted >= _COUNTED and not self.down:
            try:
                taken = sum(each.size for each in await self._bucket.listed(under))
            except FileStoreDown:
                return taken
            self._bytes[under] = time.monotonic(), taken
        return taken
