"""ID3 tags, which some programs put in front of sounds that are no MP3."""

import shutil
from pathlib import Path

from bot.media.boxes import tags_length
from bot.media.containers import MP3, container_of
from bot.media.disk import PART
from bot.media.kinds import HEAD

_MAX_TAGS = 4


def strip_tags(path: Path) -> None:
    """Take away the ID3 tags that stand in front of what is no MP3, whose readers do not expect them.

    Blocks: for a thread.
    """
    at, head = 0, b""
    with path.open("rb") as file:
        for _ in range(_MAX_TAGS):
            head = file.read(HEAD)
            if not (length := tags_length(head)):
                break
            at += length
            file.seek(at)
        if not at or container_of(head) in (None, MP3):
            return
        stripped = path.with_name(f"{path.name}{PART}")
        file.seek(at)
        try:
            with stripped.open("wb") as target:
                shutil.copyfileobj(file, target)
            stripped.replace(path)
        finally:
            stripped.unlink(missing_ok=True)
