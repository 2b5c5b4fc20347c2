"""Whether work gets done: what broke unexpectedly since anything last worked."""

from typing import Final

# One job that breaks again and again says nothing about the others.
_MAX_BROKEN: Final = 3


class Health:
    """Counts different jobs and interactions that broke with no success between them."""

    def __init__(self) -> None:
        self._broken: set[str] = set()

    def worked(self) -> None:
        """Note that a job or an interaction was seen through, whatever its outcome."""
        self._broken.clear()

    def broke(self, what: str) -> None:
        """Note that one ended with an unexpected error."""
        if len(self._broken) < _MAX_BROKEN:
            self._broken.add(what)

    @property
    def is_working(self) -> bool:
        """Tell whether not all of the latest work has failed."""
        return len(self._broken) < _MAX_BROKEN
