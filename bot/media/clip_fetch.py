"""Download a finished clip, and say in the studio's words why it did not come."""

from pathlib import Path
from typing import Final

from bot.domain.clip_errors import ClipForbidden, ClipGone, ClipTooMuch, ClipUnreachable, ClipUnusable
from bot.media.clips import check_head
from bot.media.download import BadStatus, Fetcher, FetchError, Forbidden, TooManyBytes, TooSlow

_DEAD: Final = frozenset({403, 404, 410})


async def fetch_clip_file(fetcher: Fetcher, url: str, clip: Path, max_bytes: int, seconds: float) -> Path:
    """Download what is to be a clip into a `.part` file beside it. Raises ClipError, or OSError of the disk."""
    try:
        return await fetcher.fetch(url, clip.parent, max_bytes, seconds, check_head, of=clip.stem)
    except BadStatus as error:
        if error.status in _DEAD:
            raise ClipGone(str(error)) from error
        if 200 <= error.status < 300:
            raise ClipUnusable(str(error)) from error
        raise ClipUnreachable(str(error)) from error
    except (TooManyBytes, TooSlow) as error:
        raise ClipTooMuch(str(error)) from error
    except Forbidden as error:
        raise ClipForbidden(f"{error}. {error.remedy}".strip(". ")) from error
    except FetchError as error:
        raise ClipUnreachable(str(error)) from error
