"""The title card: the prompt and what was ordered, in the upper left, where no player lays its controls."""

import unicodedata

from PIL import Image, ImageDraw, ImageOps

from sandbox.film.fonts import Font, Fonts

_LINES = 3
_INK = (255, 255, 255, 238)
_QUIET = (255, 255, 255, 200)
_ACCENT = (255, 196, 120, 255)


def title_card(prompt: str, label: str, size: tuple[int, int], font: str = "") -> Image.Image:
    """Return a transparent picture of `size` pixels with a dark head and the words on it."""
    width, height = size
    unit = min(width, height) / 720
    card = _shade(size)
    ink = ImageDraw.Draw(card)
    letters, small = Fonts(max(9.0, 42 * unit), font), Fonts(max(7.0, 25 * unit), font)
    margin, step = round(56 * unit), max(12, round(56 * unit))
    bar = max(1, round(4 * unit))
    middle = margin + round(16 * unit)
    ink.rectangle((margin, middle, margin + round(34 * unit), middle + bar), _ACCENT)
    _write(ink, small, label, (margin + round(48 * unit), margin, width - margin), _QUIET)
    top = margin + max(14, round(48 * unit))
    for number, line in enumerate(wrapped(drawable(prompt), letters, width - 2 * margin)):
        _write(ink, letters, line, (margin, top + number * step, width - margin), _INK)
    return card


def drawable(prompt: str) -> str:
    """Return the prompt on one line without what has no shape of its own: controls, joiners, emoji."""
    shown = []
    for letter in prompt[:2000]:
        kind = unicodedata.category(letter)
        emoji = ord(letter) >= 0x1F000 or kind == "So" or 0xFE00 <= ord(letter) <= 0xFE0F
        shown.append(" " if kind[0] in "CZ" else "" if emoji else letter)
    return " ".join("".join(shown).split())


def wrapped(text: str, fonts: Fonts, width: float) -> list[str]:
    """Break text into at most three lines of `width` pixels, at spaces where there are any; the last ends in "…"."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < _LINES:
        fits = len(rest)
        while fits > 1 and fonts.width(rest[:fits]) > width:
            fits -= max(1, fits // 16)
        if fits < len(rest):
            space = rest.rfind(" ", fits // 2, fits + 1)
            fits = space if space > 0 else fits
        lines.append(rest[:fits].strip())
        rest = rest[fits:].strip()
    if rest and lines:
        lines[-1] = lines[-1][: max(1, len(lines[-1]) - 2)].rstrip(" ,.;:") + "…"
    return lines


def _write(
    ink: ImageDraw.ImageDraw, fonts: Fonts, line: str, box: tuple[int, int, int], fill: tuple[int, int, int, int]
) -> None:
    """Write one line between box[0] and box[2] at height box[1], from the right if it begins right to left."""
    left, top, right = box
    pieces: list[tuple[str, Font]] = fonts.runs(line)
    if _right_to_left(line):
        pieces.reverse()
        left = max(left, round(right - fonts.width(line)))
    across = float(left)
    for piece, font in pieces:
        ink.text((across, top), piece, fill=fill, font=font)
        across += font.getlength(piece)


def _right_to_left(line: str) -> bool:
    strong = (unicodedata.bidirectional(letter) for letter in line)
    return next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"


def _shade(size: tuple[int, int]) -> Image.Image:
    """Return darkness at the head and, faintly, in the corners."""
    width, height = size
    fall = Image.linear_gradient("L").point([round(175 * max(0.0, level / 255 - 0.42) ** 1.3) for level in range(256)])
    corners = ImageOps.invert(ImageOps.invert(Image.radial_gradient("L"))).point(
        [round(0.35 * max(0, level - 150)) for level in range(256)]
    )
    alpha = ImageOps.flip(fall).resize(size, Image.Resampling.BICUBIC)
    alpha.paste(255, mask=corners.resize(size, Image.Resampling.BICUBIC))
    shade = Image.new("RGBA", (width, height), (6, 7, 14, 0))
    shade.putalpha(alpha)
    return shade
