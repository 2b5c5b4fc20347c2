"""Which contents requests hold that are not written down yet: what one of them gives up another may be using."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable


class Holds:
    """Counts by sha256; to be used from any thread.

    A content is deleted in three steps: it is `marked` once nobody holds it, looked for in the store, and `delete`d
    if nobody has taken it since.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held = Counter[str]()
        self._marked: set[str] = set()

    def take(self, sha256: str) -> None:
        """Hold a content; whatever is about to delete it no longer will."""
        with self._lock:
            self._held[sha256] += 1
            self._marked.discard(sha256)

    def release(self, contents: Iterable[str]) -> None:
        """Let go of contents."""
        with self._lock:
            self._release(contents)

    def mark(self, contents: Iterable[str]) -> set[str]:
        """Let go of contents, and mark those that nobody holds; returns them."""
        with self._lock:
            free = {sha256 for sha256 in self._release(contents) if sha256 not in self._held}
            self._marked |= free
        return free

    def delete(self, marked: Iterable[str], unlink: Callable[[str], None], *, but: set[str]) -> None:
        """Take marks off, and call `unlink` for what still bore one and is not in `but`."""
        with self._lock:
            for sha256 in marked:
                if sha256 in self._marked:
                    self._marked.discard(sha256)
                    if sha256 not in but:
                        unlink(sha256)

    def spare(self, sha256: str, unlink: Callable[[], None]) -> bool:
        """Call `unlink` where nobody holds that content; returns whether it was called."""
        with self._lock:
            if sha256 in self._held:
                return False
            unlink()
            return True

    def _release(self, contents: Iterable[str]) -> list[str]:
        each = list(contents)
        self._held.subtract(each)
        for sha256 in each:
            if self._held[sha256] <= 0:
                del self._held[sha256]
        return each
