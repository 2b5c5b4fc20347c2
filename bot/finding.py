"""One line of `check`."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether something holds, in words; `remedy` says what to do where it does not, or where it is a risk."""

    holds: bool
    what: str
    remedy: str = ""
    warns: bool = False

    @classmethod
    def warning(cls, what: str, remedy: str) -> Self:
        """Make one of something that holds, and that the operator should know about all the same."""
        return cls(True, what, remedy, warns=True)

    def __str__(self) -> str:
        if self.holds and not self.warns:
            return f"✓ {self.what}"
        return f"{'!' if self.warns else '✗'} {self.what}. {self.remedy}"
