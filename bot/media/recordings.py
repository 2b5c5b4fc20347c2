"""Look at a video or a sound that goes into a request: whether it can be read to its end, and how long it really is."""

import asyncio
from pathlib import Path

from bot.domain.media import Kind, MediaFormat
from bot.media.boxes import is_cut_short, said_seconds
from bot.media.inspect import Broken, Facts, OtherKind
from bot.media.probe import decode_pictures, decode_sound, list_packets

_DEMUXERS = {MediaFormat.MP4: "mov", MediaFormat.MOV: "mov", MediaFormat.MP3: "mp3", MediaFormat.WAV: "wav"}
_DECODED_MOST = 60
"""Whole pictures of a video that are decoded: several a second of one as long as the provider takes."""
_HEARD_MOST = 60.0
"""Seconds of a sound that are decoded: far above what the provider takes, and soon done in hours of silence."""
# A sound that ends so much before its own word for its length was cut off; its first and last frames may go missing.
_CUT_OFF = 0.5


async def inspect_recording(path: Path, form: MediaFormat) -> Facts:
    """Let ffmpeg read a video or a sound to its end, in a bounded process that sees nothing else.

    Every packet of a video is read and its whole pictures are decoded; a sound is decoded, for a minute at most. The
    length is that of what is there, whatever the file's header says: the greatest time to which a packet plays. A
    video's sides are those that its viewer sees. Raises OtherKind (an MP4 without pictures), Broken or Unchecked.
    """
    return await (_video if form.kind is Kind.VIDEO else _sound)(path, form)


async def _video(path: Path, form: MediaFormat) -> Facts:
    if await asyncio.to_thread(is_cut_short, path):
        raise Broken("the file is shorter than its own boxes say")
    streams = await list_packets(path, _DEMUXERS[form])
    if streams and not any(stream.shows for stream in streams):
        raise OtherKind("M4A")
    picture = await decode_pictures(path, _DEMUXERS[form], _DECODED_MOST)
    return Facts(picture.width, picture.height, max(stream.end for stream in streams))


async def _sound(path: Path, form: MediaFormat) -> Facts:
    said = await asyncio.to_thread(said_seconds, path)
    seconds = (await decode_sound(path, _DEMUXERS[form], _HEARD_MOST)).end
    # Within a second of where ffmpeg was told to stop, it did.
    if seconds > _HEARD_MOST - 1:
        return Facts(0, 0, max(seconds, said or 0.0))
    if said is not None and seconds < said - _CUT_OFF:
        raise Broken(f"it ends after {seconds:g} s and says {said:g} s")
    return Facts(0, 0, seconds)
