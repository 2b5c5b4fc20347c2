"""A finished clip on our disk: what lies beside it, whether it is a whole video, and how a damaged one is repaired.

Browsers give up at the first broken sample of a file that was cut short, and play it once that sample is left out.
"""

import asyncio
import logging
import time
from dataclasses import replace
from pathlib import Path

from bot.domain.clip_errors import ClipDamaged, ClipUnusable
from bot.domain.reply import RepairedClip
from bot.domain.storage_limits import REEL
from bot.media import ai_mark
from bot.media.bounded import only, run_ffmpeg
from bot.media.disk import changed, delete_unfinished, digest_of, put_in_place, size_of, work_folder
from bot.media.facts import Broken, Facts, NoMemory, Unchecked
from bot.media.headers import is_cut_short, movie_seconds
from bot.media.probe import BOUNDS, decoded_seconds, inspect_video
from bot.media.sniff import MOV, clip_container, is_iso_media, may_be_video, name_kind, read_head

log = logging.getLogger(__name__)

_DAMAGED, _SHRUNK = ".held", ".fit-"
# Longer than any clip is asked for: the job that waited for it has ended.
_OLD_SECONDS = 8 * 86400.0
_BOUNDS = replace(BOUNDS, processor=60, seconds=60.0)
_REPAIR_BOUNDS = replace(BOUNDS, processor=120, seconds=120.0)
# A clip that ends so many seconds before it says is not whole; its sound may outlast its pictures by less.
_MISSING_SECONDS = 0.3


def damaged_path(clip: Path) -> Path:
    """Say where a damaged clip is held back until no better one can come: beside it."""
    return clip.with_suffix(_DAMAGED)


def shrunk_path(clip: Path, limit: int) -> Path:
    """Say where a clip lies that was made to fit that many bytes: beside the original."""
    return clip.with_name(f"{clip.stem}{_SHRUNK}{limit}{clip.suffix}")


def delete_clip(clip: Path) -> None:
    """Delete a clip, and all that was made of it or was begun to be. Blocks: for a thread."""
    delete_unfinished(clip)
    for shrunk in clip.parent.glob(f"{clip.stem}{_SHRUNK}*{clip.suffix}"):
        shrunk.unlink(missing_ok=True)
    damaged_path(clip).unlink(missing_ok=True)
    # Last, so that a death half-way leaves the clip for the next sweep to find.
    clip.unlink(missing_ok=True)


def sweep_leftovers(folder: Path) -> int:
    """Delete damaged clips that no job waits for, joined ones that were posted, and shrunk ones without their original.

    Returns how many. Blocks: for a thread.
    """
    old = time.time() - _OLD_SECONDS
    left = [path for end in (_DAMAGED, f"{REEL}.mp4") for path in folder.glob(f"*{end}") if changed(path) < old]
    # These first: what another process shrinks meanwhile has its original, and is not among them.
    shrunk = list(folder.glob(f"*{_SHRUNK}*.mp4"))
    clips = {path.stem for path in folder.iterdir() if _SHRUNK not in path.name}
    left += [path for path in shrunk if path.name.partition(_SHRUNK)[0] not in clips]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def check_head(head: bytes) -> None:
    """Raise ClipUnusable for what does not even begin like a video."""
    if not head:
        raise ClipUnusable("an empty file")
    if not may_be_video(head) and (kind := name_kind(head) or _no_box(head)):
        raise ClipUnusable(f"not a video but {kind}")


async def check_form(path: Path) -> None:
    """See whether the file begins like a video and is as long as it says itself; knows nothing of its pictures.

    Raises ClipUnusable or ClipDamaged.
    """
    await asyncio.to_thread(_check_form, path)


def _check_form(path: Path) -> None:
    head = read_head(path)
    check_head(head)
    boxed = is_iso_media(head) or not may_be_video(head)
    if boxed and is_cut_short(path):
        raise ClipDamaged("the file is not as long as its own boxes say")


async def inspect_clip(path: Path) -> Facts:
    """Read a clip and decode its whole pictures.

    Raises ClipUnusable when there is no video in it, and Unchecked when that is not known.
    """
    container = clip_container(await asyncio.to_thread(read_head, path))
    try:
        facts = await inspect_video(path, container, _BOUNDS)
    except NoMemory as error:
        raise Unchecked(str(error)) from error
    except Broken as error:
        raise ClipUnusable(f"ffmpeg finds no video in it: {error}") from error
    if facts is None:
        raise ClipUnusable("it has no moving pictures")
    return facts


def accept(part: Path, clip: Path) -> int:
    """Make a fetched file the clip, in place of any damaged one; returns its bytes. Blocks: for a thread.

    One that another process has fetched meanwhile stays: it may be being read.
    """
    if (size := size_of(clip)) is None:
        size = part.stat().st_size
        put_in_place(part, clip)
    damaged_path(clip).unlink(missing_ok=True)
    return size


def hold_back(part: Path, clip: Path) -> bool:
    """Keep a damaged file as the latest that came; returns whether it is the same as the one before.

    Blocks: for a thread.
    """
    damaged = damaged_path(clip)
    same = damaged.is_file() and digest_of(part) == digest_of(damaged)
    if not same:
        put_in_place(part, damaged)
    return same


async def repair(damaged: Path, clip: Path, *, in_part: bool) -> RepairedClip | None:
    """Write what is whole of a damaged clip into a container of its own, complete or not at all.

    None, with the reason in the log, where nothing of it plays, and where pictures are missing unless `in_part`.
    Raises OSError.
    """
    try:
        async with work_folder(clip) as folder:
            made = folder / "repaired.mp4"
            await _copy_samples(damaged, made)
            await inspect_clip(made)
            stated = await asyncio.to_thread(movie_seconds, damaged)
            incomplete = stated is None or await _decoded_seconds(made) < stated - _MISSING_SECONDS
            if incomplete and not in_part:
                return None
            size = (await asyncio.to_thread(made.stat)).st_size
            await asyncio.to_thread(put_in_place, made, clip)
    except (Broken, Unchecked, ClipUnusable) as error:
        log.warning("The video couldn't be repaired: %s", error)
        return None
    return RepairedClip(size, incomplete)


async def _copy_samples(damaged: Path, made: Path) -> None:
    size = (await asyncio.to_thread(damaged.stat)).st_size
    bounds = replace(_REPAIR_BOUNDS, file_size=2 * size + 1024**2)
    form = (*ai_mark.COMMENT, "-movflags", "+faststart", "-f", "mp4")
    writing = ("-map", "0:v:0", "-map", "0:a?", "-c", "copy", *form, f"file:{made}")
    reading = ("-loglevel", "error", "-y", "-fflags", "+discardcorrupt", *only(damaged, MOV.demuxer))
    await run_ffmpeg((*reading, *writing), bounds)
    await asyncio.to_thread(ai_mark.mark, made)


async def _decoded_seconds(made: Path) -> float:
    """Return the time to which its pictures can be decoded; 0 where that takes too long."""
    try:
        return await decoded_seconds(made, MOV, _REPAIR_BOUNDS)
    except (Broken, Unchecked):
        return 0.0


def _no_box(head: bytes) -> str:
    """Name what does not even begin with a box, as all of MP4's family does; empty for what does, whatever its name."""
    kind = head[4:8]
    box = len(kind) == 4 and head[0] == 0 and kind.isascii() and kind.decode().isprintable()
    return "" if box else "nothing known"
