"""Real files of every kind, made by ffmpeg and Pillow, tiny and each once; and what can be done to them."""

import struct
import subprocess
from pathlib import Path

from bot.domain.media import MediaFormat
from tests.media.places import a_picture, maker

RATE = 24
_QUICK = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


class Made:
    """Makes files in a folder and remembers them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[str, ...], bytes] = {}

    def of(self, form: MediaFormat, seconds: float = 3.0) -> bytes:
        """Something of that format; seconds of a video in whole pictures, 24 a second."""
        if form.kind == "image":
            return a_picture(form.name, (320, 320))
        return self.video(seconds, form.suffix) if form.kind == "video" else self.sound(seconds, form.suffix)

    def video(
        self,
        seconds: float,
        suffix: str = ".mp4",
        *options: str,
        codec: tuple[str, ...] = _QUICK,
        size: str = "64x48",
    ) -> bytes:
        source = ("-f", "lavfi", "-i", f"testsrc=size={size}:rate={RATE}", "-frames:v", str(round(seconds * RATE)))
        return self.by(suffix, *source, *codec, *options)

    def sound(self, seconds: float, suffix: str, *options: str) -> bytes:
        return self.by(suffix, "-f", "lavfi", "-i", f"sine=sample_rate=44100:duration={seconds}", *options)

    def with_sound(self, seconds: float, suffix: str = ".mp4") -> bytes:
        sound = ("-f", "lavfi", "-i", f"sine=duration={seconds}")
        picture = ("-f", "lavfi", "-i", f"testsrc=size=64x48:rate={RATE}:duration={seconds}")
        return self.by(suffix, *picture, *sound, *_QUICK)

    def by(self, suffix: str, *options: str) -> bytes:
        """What ffmpeg makes of these options."""
        known = (suffix, *options)
        if known not in self._known:
            path = self._folder / f"{len(self._known)}{suffix}"
            subprocess.run([maker(), "-nostdin", "-y", "-v", "error", *options, path], check=True)
            self._known[known] = path.read_bytes()
        return self._known[known]

    def from_file(self, body: bytes, suffix: str, *options: str, before: tuple[str, ...] = ()) -> bytes:
        """What ffmpeg makes of a file, its streams as they are; `before` are options of the input."""
        path = self._folder / f"given-{abs(hash(body))}"
        path.write_bytes(body)
        return self.by(suffix, *before, "-i", str(path), *options, "-c", "copy")


def padded(body: bytes, form: MediaFormat, size: int) -> bytes:
    """The file, made longer to exactly that many bytes, in a way that its format allows."""
    more = size - len(body)
    assert more >= 10
    match form:
        case MediaFormat.MP4 | MediaFormat.MOV:
            return body + struct.pack(">I", more) + b"free" + bytes(more - 8)
        case MediaFormat.WAV:
            grown = body + b"JUNK" + struct.pack("<I", more - 8) + bytes(more - 8)
            return grown[:4] + struct.pack("<I", size - 8) + grown[8:]
        case MediaFormat.MP3:
            tag = more - 10
            return b"ID3\x04\x00\x00" + bytes(tag >> shift & 0x7F for shift in (21, 14, 7, 0)) + bytes(tag) + body
        case _:
            return body + bytes(more)


def saying(body: bytes, seconds: float) -> bytes:
    """An MP4 whose headers all say another length; what is in it stays as it is."""
    lying = bytearray(body)
    for name in (b"mvhd", b"mdhd"):
        for at in _places(body, name):
            scale = int.from_bytes(body[at + 16 : at + 20], "big")
            lying[at + 20 : at + 24] = struct.pack(">I", round(scale * seconds))
    for at in _places(body, b"tkhd"):
        lying[at + 24 : at + 28] = struct.pack(">I", round(1000 * seconds))
    # Lists of edits repeat the length.
    return bytes(lying).replace(b"edts", b"free")


def saying_frames(body: bytes, times: float) -> bytes:
    """An MP3 whose first frame counts so many times the frames that follow."""
    at = next(place for word in (b"Xing", b"Info") for place in _places(body, word))
    frames = int.from_bytes(body[at + 8 : at + 12], "big")
    return body[: at + 8] + struct.pack(">I", round(frames * times)) + body[at + 12 :]


def with_content(body: bytes, content: bytes) -> bytes:
    """An MP4 whose samples are overwritten, from their beginning."""
    at = body.index(b"mdat") + 4
    length = int.from_bytes(body[at - 8 : at - 4], "big") - 8
    return body[:at] + (content * (length // len(content) + 1))[:length] + body[at + length :]


def _places(body: bytes, word: bytes) -> list[int]:
    found, at = [], body.find(word)
    while at >= 0:
        found.append(at)
        at = body.find(word, at + 1)
    return found
