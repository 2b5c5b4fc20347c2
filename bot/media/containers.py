"""Files that hold videos and sounds: how they begin, what people call them, and which demuxer of ffmpeg reads them.

A file is only ever read by the demuxer named here: none of these opens another file or a playlist.
"""

from dataclasses import dataclass

from bot.domain.media import Kind

_EITHER = frozenset({Kind.VIDEO, Kind.AUDIO})
_SOUND = frozenset({Kind.AUDIO})


@dataclass(frozen=True, slots=True)
class Container:
    """A way to store streams: its `name` for people, ffmpeg's `demuxer`, and the kinds of medium that it may hold."""

    name: str
    demuxer: str
    kinds: frozenset[Kind] = _SOUND


MOV = Container("MOV", "mov", _EITHER)
"""ISO base media files: MP4, MOV, M4A, 3GP."""
MP3 = Container("MP3", "mp3")
WAV = Container("WAV", "wav")

_GIF = Container("GIF", "gif", frozenset({Kind.VIDEO}))
_BEGINNINGS: tuple[tuple[bytes, Container], ...] = (
    (b"fLaC", Container("FLAC", "flac")),
    (b"#!AMR", Container("AMR", "amr")),
    (b"caff", Container("CAF", "caf")),
    (b".snd", Container("AU", "au")),
    (b"wvpk", Container("WV", "wv")),
    (b"MAC ", Container("APE", "ape")),
    (b"TTA1", Container("TTA", "tta")),
    (b"\x0b\x77", Container("AC3", "ac3")),
    (b"riff\x2e\x91\xcf\x11", Container("W64", "w64")),
    (b"FLV\x01", Container("FLV", "flv", _EITHER)),
    # The header object of Windows Media (ASF).
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Container("WMV", "asf", _EITHER)),
    (b"\x00\x00\x01\xba", Container("MPG", "mpeg", _EITHER)),
    (b".RMF", Container("RM", "rm", _EITHER)),
    (b"GIF87a", _GIF),
    (b"GIF89a", _GIF),
)
_AVI = Container("AVI", "avi", _EITHER)
_TS, _M2TS = Container("TS", "mpegts", _EITHER), Container("M2TS", "mpegts", _EITHER)
_AAC, _AIFF, _MP2 = Container("AAC", "aac"), Container("AIFF", "aiff"), Container("MP2", "mp3")
_OGG, _OPUS = Container("OGG", "ogg", _EITHER), Container("Opus", "ogg")
_MKV, _WEBM = Container("MKV", "matroska", _EITHER), Container("WebM", "matroska", _EITHER)
_BY_NAME = {
    each.name: each
    for each in (
        *(container for _, container in _BEGINNINGS),
        *(MP3, WAV, _AVI, _TS, _M2TS, _AAC, _AIFF, _MP2, _OGG, _OPUS, _MKV, _WEBM),
    )
} | dict.fromkeys(("MP4", "MOV", "M4A", "3GP"), MOV)


def named(name: str) -> Container | None:
    """Look a container up by its name for people; None for what holds neither videos nor sounds."""
    return _BY_NAME.get(name)


def container_of(head: bytes) -> Container | None:
    """Tell what begins like this, but for ISO base media files; a tag in front of it has been taken away."""
    for beginning, container in _BEGINNINGS:
        if head.startswith(beginning):
            return container
    return _by_type(head) or _by_sync(head)


def _by_type(head: bytes) -> Container | None:
    """Know what names its own type behind its first bytes."""
    match head[:4], head[8:12]:
        case b"OggS", _:
            found = _OPUS if head[28:36] == b"OpusHead" else _OGG
        case b"\x1a\x45\xdf\xa3", _:
            found = _WEBM if b"webm" in head[:64] else _MKV
        case ((b"RIFF" | b"RF64" | b"BW64"), b"WAVE"):
            found = WAV
        case b"RIFF", b"AVI ":
            found = _AVI
        case b"FORM", (b"AIFF" | b"AIFC"):
            found = _AIFF
        case _:
            return None
    return found


def _by_sync(head: bytes) -> Container | None:
    """Know what has no beginning of its own, but the same few bits at the start of each of its parts."""
    if len(head) > 188 * 2 and head[0] == head[188] == head[376] == 0x47:
        return _TS
    if len(head) > 192 * 2 + 4 and head[4] == head[196] == head[388] == 0x47:
        return _M2TS
    if len(head) < 4 or head[0] != 0xFF:
        return None
    # ADTS: twelve bits set, layer 0, and a sample rate that exists (ISO 13818-7).
    if head[1] & 0xF6 == 0xF0 and head[2] >> 2 & 15 < 13:
        return _AAC
    if head[1] & 0xE0 != 0xE0 or head[1] & 0x18 == 0x08 or head[2] & 0xF0 == 0xF0 or head[2] & 0x0C == 0x0C:
        return None
    return {0x02: MP3, 0x04: _MP2}.get(head[1] & 0x06)
