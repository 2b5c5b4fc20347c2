"""Inspect one still picture, or make a copy of it, in a process of its own.

    python image_child.py inspect PATH BUDGET
    python image_child.py copy PATH BUDGET TARGET FORMAT WIDTH HEIGHT MAX_BYTES

BUDGET: bytes that the pixels may take in memory. Sides are those that a viewer sees: a picture that lies on its side by
its EXIF has been turned. Writes one line of JSON: "width", "height", "turned", "animated", "transparent", "form", and
"needs": bytes where that is more than the budget and nothing was decoded, else 0. A copy is upright, has no metadata
but its colour profile, and has at most MAX_BYTES: where the asked sides give more, it is made smaller. Ends with an
error of any kind when the picture does not decode. Imports nothing of this project.
"""

import json
import math
import struct
import sys
from pathlib import Path
from typing import Any

import pi_heif
from PIL import AvifImagePlugin, Image, ImageFile, PngImagePlugin

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
_SPACES = {"L": b"GRAY", "LA": b"GRAY", "RGB": b"RGB ", "RGBA": b"RGB "}
_UNREADABLE = (ArithmeticError, LookupError, OSError, SyntaxError, TypeError, ValueError, struct.error)
# Bytes of memory for a pixel: at most while it is decoded, and once it is. Measured with Pillow 13 and libheif 1.23.
_A_PIXEL = {"WEBP": (16, 4), "AVIF": (9, 4), "HEIF": (5, 4), "TIFF": (6, 4), "JPEG2000": (14, 4), "PSD": (8, 4)}
_MODES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2}
# What is tried before a JPEG is given smaller sides.
_WAYS: dict[str, list[dict[str, Any]]] = {
    "JPEG": [{"quality": quality, "subsampling": 0} for quality in (95, 88, 80)],
    "PNG": [{}],
}
_TRIES = 8
_SMALLER = 0.75  # of the sides
_BAND, _BESIDE = 64, 4  # rows of a copy that are drawn at once, and those beside them that Lanczos's filter looks at
_MAX_OPENED = 4_000_000  # pixels of a WebP that is opened before it is known what it takes
_MAX_PROFILE = 4 * 1024 * 1024


def webp_header(head: bytes) -> tuple[tuple[int, int], bool] | None:
    """Read a WebP's sides, and whether it has an alpha channel, from its first 30 bytes (RFC 9649); None for others."""
    if len(head) < 30 or head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    match head[12:16]:
        case b"VP8X":
            sides = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
            alpha = bool(head[20] & 0x10)
        case b"VP8L":
            bits = int.from_bytes(head[21:25], "little")
            sides = ((bits >> at & 0x3FFF) + 1 for at in (0, 14))
            alpha = bool(bits >> 28 & 1)
        case b"VP8 ":
            sides = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (26, 28))
            alpha = False
        case _:
            return None
    width, height = sides
    return (width, height), alpha


Answer = dict[str, int | str]


class Picture:
    """One opened file: a Pillow image, or a HEIF that is read in strips, since Pillow would hold it twice."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            head = file.read(32)
        webp = webp_header(head)
        self.image: Any = None
        if webp is not None and math.prod(webp[0]) > _MAX_OPENED:
            # Pillow makes room for a WebP's whole canvas as soon as it opens one.
            self.form, self.size, self.mode, self.info = "WEBP", webp[0], "RGBA" if webp[1] else "RGB", {}
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
        """Return how it lies by its EXIF, 1 for upright. The decoders of HEIF and TIFF turn them."""
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

    def needs(self, sides: tuple[int, int]) -> tuple[int, int]:
        """Return about how many bytes a picture of these stored sides takes while it is decoded, and afterwards."""
        pixels = sides[0] * sides[1]
        during, after = (each * pixels * _MODES.get(self.mode, 4) // 4 for each in _A_PIXEL.get(self.form, (4, 4)))
        if self.form in {"JPEG", "MPO"} and ("progressive" in self.info or "progression" in self.info):
            # Every coefficient of a progressive one is kept until the last has come.
            layers: list[int] = [across * down for _, across, down, _ in self.image.layer]
            during += sum(2 * self.size[0] * self.size[1] * each // max(layers) for each in layers)
        return during, after

    def drafted(self, sides: tuple[int, int]) -> tuple[int, int]:
        """Ask a JPEG's decoder for a smaller picture, not below these sides; returns the sides that will be decoded."""
        if self.form not in {"JPEG", "MPO"}:
            return self.size
        self.image.draft(None, sides)  # None: its mode stays as it is
        width, height = self.image.size
        return width, height

    def rows(self, top: int, bottom: int) -> Image.Image:
        """Return some rows of what has been decoded, as an image of their own."""
        if isinstance(self.image, Image.Image):
            return self.image.crop((0, top, self.image.width, bottom))
        stride, size = self.image.stride, (self.image.size[0], bottom - top)
        data = memoryview(self.image.data)[top * stride : bottom * stride]
        return Image.frombytes(self.mode, size, data, "raw", self.mode, stride)

    def decode(self) -> tuple[int, int]:
        """Decode it, to its end; returns the sides."""
        self.open()
        self.image.load()
        width, height = self.image.size
        return width, height


def inspect(path: Path, budget: int) -> Answer:
    """Tell what it is; decodes it to its end where the provider may get it as it is. Raises what Pillow raises."""
    picture = Picture(path)
    size = picture.size
    needs, _ = picture.needs(picture.drafted((1, 1)))
    if needs > budget:
        return _facts(picture, size, needs)
    picture.open()
    facts = _facts(picture, size)
    if picture.form in {"JPEG", "MPO", "PNG", "WEBP"}:
        picture.decode()
    return facts


def _facts(picture: Picture, size: tuple[int, int], needs: int = 0) -> Answer:
    orientation = picture.orientation
    width, height = size[::-1] if orientation >= 5 else size
    return {
        "width": width,
        "height": height,
        "needs": needs,
        "turned": orientation != 1,
        "animated": picture.animated,
        "transparent": picture.transparent,
        "form": picture.form,
    }


def copy(path: Path, budget: int, target: Path, form: str, sides: tuple[int, int], max_bytes: int) -> Answer:
    """Make an upright copy of the first picture, of these sides (as seen) or smaller ones."""
    picture = Picture(path)
    full = picture.size
    if picture.image is None and (needs := picture.needs(full)[0]) > budget:
        return _facts(picture, full, needs)
    picture.open()
    orientation = picture.orientation
    stored = sides[::-1] if orientation >= 5 else sides
    needs, holds = picture.needs(picture.drafted(stored))
    drawn = 4 * stored[0] * stored[1]
    whole = max(needs, holds + drawn, 2 * drawn if orientation != 1 else 0)
    if whole > budget:
        return _facts(picture, full, whole)
    profile = picture.info.get("icc_profile")
    image = _drawn(picture, stored, form)
    picture.image = None
    if orientation != 1:
        image = image.transpose(_UPRIGHT[orientation])
    # A profile speaks of the colours that it was made for: ink's mean nothing to a picture made of light.
    fits = profile and len(profile) < _MAX_PROFILE and profile[16:20] == _SPACES[image.mode]
    image = _written(image, target, form, max_bytes, profile if fits else None)
    return {"width": image.width, "height": image.height, "needs": 0}


def _drawn(picture: Picture, sides: tuple[int, int], form: str) -> Image.Image:
    """Draw what was decoded in these sides, some rows at a time: what is between takes little memory so."""
    width, height = picture.decode()
    levels, scale = picture.image.getextrema() if picture.mode in {"I", "F"} else None, height / sides[1]
    drawn: Image.Image | None = None
    for top in range(0, sides[1], _BAND):
        bottom = min(top + _BAND, sides[1])
        first, last = max(0, top - _BESIDE), min(sides[1], bottom + _BESIDE)
        above, below = int(first * scale), min(height, math.ceil(last * scale))
        band = _plain(picture.rows(above, below), form, levels)
        if (width, height) != sides:
            box = (0, first * scale - above, width, last * scale - above)
            band = band.resize((sides[0], last - first), Image.Resampling.LANCZOS, box)
        band = band.crop((0, top - first, sides[0], bottom - first))
        drawn = drawn or Image.new(band.mode, sides)
        drawn.paste(band, (0, top))
    return drawn or Image.new("L", sides)


def _plain(image: Image.Image, form: str, levels: tuple[float, float] | None) -> Image.Image:
    """Bring an image to a mode that the format can hold and that can be made smaller."""
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    elif levels is not None:
        low, high = levels
        scale = 255 / ((high - low) or 1)
        image = image.point(lambda value: value * scale - low * scale).convert("L")
    if form == "JPEG":
        return image if image.mode in {"L", "RGB"} else image.convert("RGB")
    if image.mode in {"L", "LA", "RGB", "RGBA"} and "transparency" not in image.info:
        return image
    see_through = image.mode in {"PA", "RGBa", "La"} or "transparency" in image.info
    return image.convert("RGBA" if see_through else "RGB")


def _written(image: Image.Image, target: Path, form: str, max_bytes: int, profile: bytes | None) -> Image.Image:
    """Write an image, smaller and smaller until it has no more bytes than it may have; returns it as it was written."""
    for number in range(_TRIES):
        if number >= len(_WAYS[form]):
            width, height = (max(1, int(side * _SMALLER)) for side in image.size)
            image = image.resize((width, height), Image.Resampling.LANCZOS)
        options = _WAYS[form][min(number, len(_WAYS[form]) - 1)]
        image.save(target, form, icc_profile=profile, exif=b"", **options)
        if target.stat().st_size <= max_bytes:
            return image
    raise ValueError(f"{target.stat().st_size} bytes at {image.size}")


def _lenient() -> None:
    """Read past metadata that Pillow calls too large; picture generators and printers write megabytes of it."""
    Image.MAX_IMAGE_PIXELS = None  # the limit here is the caller's
    # Each thread of a decoder would reserve more address space than a whole picture takes.
    pi_heif.options.DECODE_THREADS = AvifImagePlugin.DEFAULT_MAX_THREADS = 1
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


def main(arguments: list[str]) -> Answer:
    """Do what is asked."""
    _lenient()
    action, path, budget = arguments[0], Path(arguments[1]), int(arguments[2])
    if action == "inspect":
        return inspect(path, budget)
    target, form, width, height, max_bytes = arguments[3:]
    return copy(path, budget, Path(target), form, (int(width), int(height)), int(max_bytes))


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))  # noqa: T201 - its answer to the caller
