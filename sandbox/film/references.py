"""Small pictures of a request's references on the title card, each with the name that a prompt calls it by."""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont, ImageOps

_A_ROW = 8
_LABEL = 95
"""Width in parts of 720 that a label needs below its picture."""
_INK = (255, 255, 255, 238)


def lay_references(card: Image.Image, references: Sequence[tuple[str, str]]) -> None:
    """Lay pictures, given as (label, path), in rows on the card, below the words."""
    if not references:
        return
    width, height = card.size
    unit = min(width, height) / 720
    margin, gap = round(56 * unit), max(1, round(10 * unit))
    across = width - 2 * margin
    columns = max(1, min(_A_ROW, len(references), int(across / (_LABEL * unit))))
    side = min(round(130 * unit), across // columns - gap)
    text = max(7, round(20 * unit))
    font, ink = ImageFont.load_default(text), ImageDraw.Draw(card)
    rows = math.ceil(len(references) / columns)
    top = min(round(300 * unit), height - rows * (side + text + gap) - gap)
    for number, (label, path) in enumerate(references):
        left = margin + number % columns * (side + gap)
        down = top + number // columns * (side + text + gap)
        with Image.open(path) as picture:
            card.paste(ImageOps.fit(picture.convert("RGB"), (side, side)), (left, down))
        ink.text((left, down + side), label, fill=_INK, font=font)
