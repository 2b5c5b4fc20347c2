"""Look at a video or a sound that goes into a request: whether it can be read to its end, and how long it really is."""

import asyncio
from pathlib import Path

from bot.domain.media import Kind
from bot.media.boxes import is_cut_short, said_seconds
from bot.media.containers import MOV, Container
from bot.media.inspect import Broken, Facts
from bot.media.probe import decode_pictures, decode_sound, list_packets

_MAX_DECODED = 60
"""Whole pictures of a video that are decoded: several a second of one as long as the provider takes."""
_MAX_HEARD = 60.0
"""Seconds of a sound that are decoded: far above what the provider takes, and soon done in hours of silence."""
# A sound that ends so much before its own word for its length was cut off; its first and last frames may go missing.
_CUT_OFF = 0.5


async def inspect_recording(path: Path, container: Container) -> Facts:
    """Let ffmpeg read a video or a sound to its end, in a bounded process that sees nothing else.

    Every packet of a video is read and its whole pictures are decoded; a sound is decoded, for a minute at most. The
    length is that of what is there, whatever the file's header says: the greatest time to which a packet plays. A
    video's sides are those that its viewer sees; what has no moving pictures has none. Raises Broken or Unchecked.
    """
    if container is MOV and await asyncio.to_thread(is_cut_short, path):
        raise Broken("the file is shorter than its own boxes say")
    if Kind.VIDEO in container.kinds:
        streams = await list_packets(path, container.demuxer)
        shown = next((stream for stream in streams if stream.shows), None)
        if shown is not None:
            picture = await decode_pictures(path, container.demuxer, _MAX_DECODED)
            return Facts(
                picture.width,
                picture.height,
                max(stream.end for stream in streams),
                animated=container.name == "GIF",
                rate=shown.rate,
                codec=shown.codec,
            )
    return await _sound(path, container)


async def _sound(path: Path, container: Container) -> Facts:
    said = await asyncio.to_thread(said_seconds, path)
    sound = await decode_sound(path, container.demuxer, _MAX_HEARD)
    # Within a second of where ffmpeg was told to stop, it did.
    if sound.end > _MAX_HEARD - 1:
        return Facts(0, 0, max(sound.end, said or 0.0))
    if said is not None and sound.end < said - _CUT_OFF:
        raise Broken(f"it ends after {sound.end:g} s and says {said:g} s")
    return Facts(0, 0, sound.end)
