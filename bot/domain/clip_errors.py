"""Why a finished clip could not be fetched to our disk.

::

    ClipError
    ├── ClipGone       its URL is dead, or not alive yet: ask for a fresh one
    ├── ClipUnusable   what came is no video
    ├── ClipDamaged    what came may be a part of the video; it is held back
    ├── ClipTooMuch    it is larger, or comes more slowly, than anything that is fetched
    ├── ClipForbidden  it comes from where the settings forbid to fetch from
    ├── ClipUnreachable  the connection failed: try again later
    └── ClipUnkeepable our own folder takes no file: only its link can go out
    FileStoreDown     not of the clip: the store in which files are kept for all processes does not answer
"""

from bot.domain.errors import SeedreelError


class ClipError(SeedreelError):
    """A finished clip that did not come; `detail` is for the log."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class ClipGone(ClipError):
    """The URL is dead, or not alive yet (403, 404, 410)."""


class ClipUnusable(ClipError):
    """What came is no video: a page, an error in JSON, nothing at all, or no picture that can be decoded."""


class ClipDamaged(ClipError):
    """What came begins like a video and is not whole by its own account; `same`: the same bytes as the last time.

    It is held back, and can be repaired once it is clear that no more will come.
    """

    def __init__(self, detail: str, *, same: bool = False) -> None:
        super().__init__(detail)
        self.same = same


class ClipTooMuch(ClipError):
    """It is larger, or comes more slowly, than anything that is fetched."""


class ClipForbidden(ClipError):
    """It comes, perhaps by a redirect, from where the settings forbid to fetch from."""


class ClipUnreachable(ClipError):
    """The connection failed, or the server answered with an error of its own."""


class ClipUnkeepable(ClipError):
    """Our folder of clips cannot be written to, and not for want of room."""


class FileStoreDown(OSError):
    """The store of files does not answer, or takes nothing; `detail` is for the log.

    `size`: bytes of the clip that lies on our own disk all the same; None where it does not. `lasts`: no other try is
    of use before a setting is changed.
    """

    def __init__(self, detail: str, size: int | None = None, *, lasts: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.size = size
        self.lasts = lasts
