"""Decode one image to its end, in a process of its own: python image_check.py PATH MOST_PIXELS.

Writes one line of JSON: `{"width", "height", "animated"}` of an image that decodes, or `{"pixels"}` of one that has
too many and was not decoded. Ends with an error of any kind when the image does not decode. Imports nothing of this
project.
"""

import json
import sys
from pathlib import Path

from PIL import Image

_FORMATS = ("JPEG", "PNG", "WEBP")


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


def check(path: Path, most_pixels: int) -> dict[str, int | bool]:
    """Decode the image unless it has more pixels than `most_pixels`; raises whatever Pillow raises."""
    with path.open("rb") as file:
        size = webp_size(file.read(30))
    # Pillow makes room for a WebP's whole canvas as soon as it opens one.
    if size is not None and size[0] * size[1] > most_pixels:
        return {"pixels": size[0] * size[1]}
    Image.MAX_IMAGE_PIXELS = None  # the limit here is the caller's
    with Image.open(path, formats=_FORMATS) as image:
        width, height = image.size
        if width * height > most_pixels:
            return {"pixels": width * height}
        animated = image.format == "WEBP" and bool(getattr(image, "is_animated", False))
        image.load()
    return {"width": width, "height": height, "animated": animated}


if __name__ == "__main__":
    print(json.dumps(check(Path(sys.argv[1]), int(sys.argv[2]))))  # noqa: T201 - its answer to the caller
