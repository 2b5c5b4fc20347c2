"""A picture for an asset whose file this stand-in never had."""

import hashlib
import io

from PIL import Image, ImageDraw, ImageFont

_SIDE = 640


def placeholder(asset_id: str) -> bytes:
    """Return a PNG in a colour of its own with the id on it."""
    seed = hashlib.sha256(asset_id.encode("utf-8", "replace")).digest()
    picture = Image.new("RGB", (_SIDE, _SIDE), (40 + seed[0] // 3, 40 + seed[1] // 3, 60 + seed[2] // 3))
    shown = asset_id.encode("ascii", "replace").decode()[:32]
    ImageDraw.Draw(picture).text((40, _SIDE // 2 - 20), shown, fill=(255, 255, 255), font=ImageFont.load_default(32))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
