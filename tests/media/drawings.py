"""Pictures whose four corners have colours of their own, stored in every way that a member's may be."""

from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image

CORNERS = ("red", "lime", "blue", "yellow")
"""Of the picture as it is seen: top left, top right, bottom left, bottom right."""

_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
_COLOURS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0)}


def drawn(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """Draw it as it is seen."""
    image = Image.new("RGB", (width, height))
    for number, colour in enumerate(CORNERS):
        image.paste(colour, ((number % 2) * (width // 2), (number // 2) * (height // 2), width, height))
    image.paste("black", (width // 2, height // 2, width, height))
    image.paste("yellow", (width // 2, height // 2, width, height))
    return image.convert(mode)


def stored(kind: str, image: Image.Image | None = None, orientation: int = 1, **options: Any) -> bytes:
    """Write it as a camera does that was held in another way: `orientation` is the EXIF's word (1 to 8)."""
    image = image or drawn()
    turn = _STORED[orientation]
    exif = Image.Exif()
    if orientation != 1:
        exif[0x0112] = orientation
        options["exif"] = exif
    file = BytesIO()
    (image if turn is None else image.transpose(turn)).save(file, kind, **options)
    return file.getvalue()


def heic(image: Image.Image | None = None, **options: Any) -> bytes:
    """Write it as a phone does."""
    file = BytesIO()
    pillow_heif.from_pillow(image or drawn()).save(file, **({"quality": 80} | options))
    return file.getvalue()


def corners(body: bytes, inset: int = 12) -> tuple[str, ...]:
    """Name the colours of the corners, of the pixels as they are stored."""
    with Image.open(BytesIO(body)) as opened:
        image = opened.convert("RGB")
    width, height = image.size
    places = ((inset, inset), (width - inset, inset), (inset, height - inset), (width - inset, height - inset))
    return tuple(_nearest(image.getpixel(place)) for place in places)


def _nearest(pixel: Any) -> str:
    return min(_COLOURS, key=lambda name: sum(abs(a - b) for a, b in zip(_COLOURS[name], pixel, strict=True)))
