"""Real pictures, good and bad, as members pick them."""

import io
import struct
import zlib

from PIL import Image

from sandbox.discord import Upload


def picture(form: str, width: int = 640, height: int = 360, **options: object) -> bytes:
    """Draw a picture and write it in a format of Pillow's."""
    return written(Image.linear_gradient("L").resize((width, height)).convert("RGB"), form, **options)


def written(made: Image.Image, form: str, **options: object) -> bytes:
    """Write a picture in a format of Pillow's."""
    file = io.BytesIO()
    made.save(file, form, **options)
    return file.getvalue()


def png() -> Upload:
    """Return a plain PNG."""
    return Upload("fox.png", picture("PNG"))


def padded(size: int) -> bytes:
    """Return a PNG of so many bytes."""
    made = picture("PNG")
    return made + bytes(size - len(made))


def huge() -> bytes:
    """Return a small PNG that decodes to 400 megapixels, each of them black."""
    head = struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(20_000 * (1 + 20_000 // 8)), 1)
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, (b"IHDR", b"IDAT", b"IEND"), (head, pixels, b"")))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect width="9" height="9"/></svg>'
TEXT = b"I am no picture at all.\n" * 40
