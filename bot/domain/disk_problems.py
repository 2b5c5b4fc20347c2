"""Why a request is refused for the sake of the disk."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoSpace:
    """Too little disk is free to take new work; `missing` in bytes, 0 where that is not known."""

    missing: int = 0


@dataclass(frozen=True, slots=True)
class CannotSave:
    """Nothing can be saved now, and not for want of room."""


@dataclass(frozen=True, slots=True)
class FilesQuota:
    """With these files the member's would take `size` bytes, more than one member may have."""

    size: int
    maximum: int


@dataclass(frozen=True, slots=True)
class ClipsQuota:
    """The member's stored clips take `size` bytes, more than one member may have."""

    size: int
    maximum: int


DiskProblem = NoSpace | CannotSave | FilesQuota | ClipsQuota
