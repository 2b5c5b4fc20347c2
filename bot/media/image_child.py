"""Look at one still picture, or make a copy of it, in a process of its own.

    python image_child.py look PATH BUDGET
    python image_child.py copy PATH BUDGET TARGET FORMAT WIDTH HEIGHT MOST_BYTES

BUDGET: bytes that the pixels may take in memory. Sides are those that a viewer sees: a picture that lies on its side by
its EXIF has been turned. Writes one line of JSON: `{"width", "height", "needs", "turned", "animated", "transparent"}`;
`needs` in bytes where that is more than the budget and nothing was decoded, else 0. A copy is upright, has no metadata
but its colour profile, and has at most MOST_BYTES: where the asked sides give more, it is made smaller. Ends with an
error of any kind when the picture does not decode. Imports nothing of this project.
"""

import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pi_heif
from PIL import Image, ImageFile, PngImagePlugin

# What is opened at all: none of these runs a program or opens another file.
_FORMATS = (
    *("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"),
    *("JPEG2000", "ICO", "ICNS", "PSD", "PPM", "QOI", "DDS", "SGI", "PCX"),
)
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION = 0x0112
_UNREADABLE = (ArithmeticError, LookupError, OSError, SyntaxError, TypeError, ValueError, struct.error)
# Bytes of memory for a pixel while it is decoded, measured with Pillow 13: the decoder's own picture and Pillow's.
_A_PIXEL = {"WEBP": 16, "AVIF": 10, "HEIF": 5, "TIFF": 8, "JPEG2000": 12, "PSD": 8}
_MODES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2}
# Names of the qualities that are tried before a JPEG is made smaller.
_QUALITIES = (95, 88, 80)
_TRIES = 6
_SMALLER = 0.75
_STRIP = 256
_PROFILE_MOST = 4 * 1024 * 1024


class _TooMuch(Exception):
    """It needs more memory than it may have."""


def webp_size(head: bytes) -> tuple[int, int] | None:
    """Read a WebP's width and height from its first 30 bytes (RFC 9649); None for anything else."""
    if len(head) < 30 or head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    match head[12:16]:
        case b"VP8X":
            return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(head[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (26, 28))
            return width, height
        case _:
            return None


class Picture:
    """One opened file: a Pillow image, or a HEIF that is read in strips, since Pillow would hold it twice."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            head = file.read(32)
        self.webp = webp_size(head)
        self.image: Any = None
        if self.webp is not None and self.webp[0] * self.webp[1] > 4_000_000:
            # Pillow makes room for a WebP's whole canvas as soon as it opens one.
            self.form, self.size, self.mode, self.info = "WEBP", self.webp, "RGBA", {}
        elif head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS and b"avif" not in head:
            heif = pi_heif.open_heif(path)
            self.image = heif[heif.primary_index]
            self.form, self.size, self.mode, self.info = "HEIF", self.image.size, self.image.mode, self.image.info
        else:
            self.image = Image.open(path, formats=_FORMATS)
            self.form, self.size, self.info = self.image.format or "", self.image.size, self.image.info
            self.mode = self.image.mode
        self._path = path

    def open(self) -> None:
        """Open what was only measured."""
        if self.image is None:
            self.image = Image.open(self._path, formats=("WEBP",))
            self.info, self.mode = self.image.info, self.image.mode

    @property
    def orientation(self) -> int:
        """Return the EXIF's word for how it lies, 1 for upright. The decoders of HEIF and TIFF turn them."""
        if self.form in {"HEIF", "TIFF"}:
            return 1
        try:
            exif = Image.Exif()
            exif.load(self.info.get("exif") or b"")
            found = exif.get(_ORIENTATION, 1)
        except _UNREADABLE:
            return 1  # as every viewer shows it
        return found if found in _UPRIGHT else 1

    @property
    def animated(self) -> bool:
        """Tell whether it moves; further pages of a TIFF and further views of a JPEG do not."""
        return self.form in {"GIF", "WEBP", "PNG", "AVIF"} and bool(getattr(self.image, "is_animated", False))

    @property
    def transparent(self) -> bool:
        """Tell whether something may show through."""
        return self.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in self.info

    def needs(self, sides: tuple[int, int]) -> int:
        """Return about how many bytes a picture of these sides, as stored, takes while it is decoded."""
        pixels = sides[0] * sides[1]
        if self.form != "JPEG":
            return pixels * _A_PIXEL.get(self.form, _MODES.get(self.mode, 4))
        held = pixels * _MODES.get(self.mode, 4)
        if "progressive" not in self.info and "progression" not in self.info:
            return held
        # Every coefficient of a progressive one is kept until the last has come.
        layers: list[int] = [across * down for _, across, down, _ in self.image.layer]
        whole = self.size[0] * self.size[1]
        return held + sum(2 * whole * each // max(layers) for each in layers)

    def drafted(self, sides: tuple[int, int]) -> tuple[int, int]:
        """Ask a JPEG's decoder for a smaller picture, not below these sides; returns the sides that will be decoded."""
        if self.form != "JPEG":
            return self.size
        # None: the mode stays as it is.
        self.image.draft(None, sides)
        width, height = self.image.size
        return width, height


def look(path: Path, budget: int) -> dict[str, int | bool]:
    """Tell what it is; decodes it to its end where the provider may get it as it is. Raises what Pillow raises."""
    picture = Picture(path)
    size = picture.size
    if (needs := picture.needs(picture.drafted((1, 1)))) > budget:
        return _facts(picture, size, needs)
    picture.open()
    facts = _facts(picture, size)
    if picture.form in {"JPEG", "MPO", "PNG", "WEBP"}:
        picture.image.load()
    return facts


def _facts(picture: Picture, size: tuple[int, int], needs: int = 0) -> dict[str, int | bool]:
    orientation = picture.orientation
    width, height = size[::-1] if orientation >= 5 else size
    return {
        "width": width,
        "height": height,
        "needs": needs,
        "turned": orientation != 1,
        "animated": picture.animated,
        "transparent": picture.transparent,
    }


def copy(path: Path, budget: int, target: Path, form: str, sides: tuple[int, int], most: int) -> dict[str, int | bool]:
    """Make an upright copy of the first picture, of these sides (as seen) or smaller ones."""
    picture = Picture(path)
    orientation = picture.orientation
    stored = sides[::-1] if orientation >= 5 else sides
    full = picture.size
    needs = picture.needs(picture.drafted(stored))
    whole = needs + (4 * stored[0] * stored[1] if full != stored or orientation != 1 else 0)
    if whole > budget:
        return _facts(picture, full, whole)
    picture.open()
    image = _in_strips(picture, stored) if picture.form == "HEIF" else picture.image
    profile = picture.info.get("icc_profile")
    image = _plain(image, form, keep=image.size == stored)
    if image.size != stored:
        image = image.resize(stored, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if orientation != 1:
        image = image.transpose(_UPRIGHT[orientation])
    image = _written(image, target, form, most, profile if len(profile or b"") < _PROFILE_MOST else None)
    return {
        "width": image.width,
        "height": image.height,
        "needs": 0,
        "transparent": form == "PNG" and _shows_through(image),
    }


def _in_strips(picture: Picture, stored: tuple[int, int]) -> Image.Image:
    """Decode a HEIF and hand on as little of it as the copy needs."""
    image = picture.image
    width, height = image.size
    factor = max(1, min(width // stored[0], height // stored[1]))
    data, stride = memoryview(image.data), image.stride
    small = Image.new(image.mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, _STRIP * factor):
        rows = min(_STRIP * factor, height - top)
        part = data[top * stride : (top + rows) * stride]
        strip = Image.frombytes(image.mode, (width, rows), part, "raw", image.mode, stride)
        small.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    return small


def _plain(image: Image.Image, form: str, *, keep: bool) -> Image.Image:
    """Bring an image to a mode that the format can hold, and in which it can be made smaller."""
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    elif image.mode in {"I", "F"}:
        low, high = (float(each) for each in image.getextrema())  # type: ignore[arg-type]
        scale = 255 / ((high - low) or 1)
        image = image.point(lambda value: value * scale - low * scale).convert("L")
    if form == "JPEG":
        return image if image.mode in {"L", "RGB"} else image.convert("RGB")
    if image.mode in {"L", "LA", "RGB", "RGBA"} or (keep and image.mode in {"1", "P"}):
        return image
    return image.convert("RGBA" if image.mode in {"P", "PA", "RGBa", "La"} or "transparency" in image.info else "RGB")


def _shows_through(image: Image.Image) -> bool:
    return image.mode in {"RGBA", "LA"} or "transparency" in image.info


def _written(image: Image.Image, target: Path, form: str, most: int, profile: bytes | None) -> Image.Image:
    """Write an image, smaller and smaller until it has no more bytes than it may have; returns it as it was written."""
    for options in _ways(form):
        image.save(target, form, icc_profile=profile, exif=b"", **options)
        if target.stat().st_size <= most:
            return image
    for _ in range(_TRIES):
        sides = [max(1, int(side * _SMALLER)) for side in image.size]
        image = _plain(image, form, keep=False).resize((sides[0], sides[1]), Image.Resampling.LANCZOS)
        image.save(target, form, icc_profile=profile, exif=b"", **next(_ways(form)))
        if target.stat().st_size <= most:
            return image
    raise _TooMuch(f"{target.stat().st_size} bytes at {image.size}")


def _ways(form: str) -> Iterator[dict[str, Any]]:
    if form == "JPEG":
        yield from ({"quality": quality, "subsampling": 0} for quality in _QUALITIES)
    else:
        yield {}


def _lenient() -> None:
    """Read past metadata that Pillow calls too large; picture generators and printers write megabytes of it."""
    Image.MAX_IMAGE_PIXELS = None  # the limit here is the caller's
    stream = PngImagePlugin.PngStream

    def skip(self: Any, _position: int, length: int) -> bytes:
        return ImageFile._safe_read(self.fp, length)  # noqa: SLF001 - as every other chunk is read there

    def profile(self: Any, position: int, length: int) -> bytes:
        start = self.fp.tell()
        try:
            return original(self, position, length)
        except (ValueError, SyntaxError):
            # Too large once it is unpacked, or packed in a way that does not exist.
            self.fp.seek(start)
            return skip(self, position, length)

    original = stream.chunk_iCCP
    for kind, reader in {"iCCP": profile, "tEXt": skip, "zTXt": skip, "iTXt": skip}.items():
        setattr(stream, f"chunk_{kind}", reader)


def main(arguments: list[str]) -> dict[str, int | bool]:
    """Do what is asked."""
    _lenient()
    deed, path, budget = arguments[0], Path(arguments[1]), int(arguments[2])
    if deed == "look":
        return look(path, budget)
    target, form, width, height, most = arguments[3:]
    return copy(path, budget, Path(target), form, (int(width), int(height)), int(most))


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))  # noqa: T201 - its answer to the caller
