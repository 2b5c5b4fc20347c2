"""Draw the still layers of a clip with Pillow: a landscape of light, or the first frame; and the title card.

Runs as a process of its own (`python -m sandbox.film.paint ORDER`), which becomes ffmpeg when the layers are drawn.
"""

import json
import math
import os
import random
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from sandbox.film.card import title_card
from sandbox.film.order import Order, arguments
from sandbox.film.references import lay_references

Color = tuple[int, int, int]
PALETTES: tuple[tuple[Color, Color, Color, Color], ...] = (
    ((28, 20, 58), (226, 106, 92), (255, 205, 138), (30, 17, 42)),
    ((9, 32, 63), (74, 134, 176), (246, 224, 190), (8, 25, 43)),
    ((14, 42, 46), (92, 160, 132), (243, 232, 178), (8, 29, 33)),
    ((18, 16, 48), (110, 72, 170), (255, 160, 190), (16, 11, 36)),
    ((52, 22, 30), (214, 92, 60), (255, 214, 150), (38, 14, 22)),
)
"""Top of the sky, its middle, the light, and the nearest hill."""
LAYERS = 3
"""Hills, one behind the other."""


def mixed(one: Color, other: Color, share: float) -> Color:
    """Return the colour that is `share` (0 to 1) of the way from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def sky(size: tuple[int, int], palette: tuple[Color, Color, Color, Color]) -> Image.Image:
    """Return the colour field: top over middle over light, a little blurred."""
    top, middle, light, _ = palette
    strip = Image.new("RGB", (1, 64))
    for row in range(64):
        share = row / 63
        color = mixed(top, middle, min(1.0, share / 0.4)) if share < 0.4 else mixed(middle, light, (share - 0.4) / 0.6)
        strip.putpixel((0, row), color)
    return strip.resize(size, Image.Resampling.BICUBIC)


def glow(side: int, color: Color, *, heart: bool = True) -> Image.Image:
    """Return a round light that fades to nothing, with a bright `heart` or without."""
    fall = ImageOps.invert(Image.radial_gradient("L"))
    soft = fall.point([round(230 * (max(0, level - 75) / 180) ** 2.6) for level in range(256)])
    picture = Image.new("RGBA", fall.size, (*color, 0))
    picture.putalpha(soft)
    picture = picture.resize((side, side), Image.Resampling.BICUBIC)
    if heart:
        disc = fall.resize((side, side), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(side / 300))
        white = Image.new("RGBA", disc.size, (255, 250, 238, 0))
        white.putalpha(disc.point([round(255 * min(1.0, max(0, level - 230) / 7)) for level in range(256)]))
        picture = Image.alpha_composite(picture, white)
    return picture


def hills(size: tuple[int, int], color: Color, rng: random.Random, *, rough: float) -> Image.Image:
    """Return a transparent picture with a rolling ridge that is filled below, lighter at its crest."""
    width, height = size
    waves = [(rng.uniform(0.6, 1.2) * (2**octave), rng.uniform(0, math.tau), 0.55**octave) for octave in range(5)]
    big = Image.new("L", (width * 2, height * 2))
    ridge = []
    for x in range(0, width * 2 + 8, 8):
        turn = math.tau * x / (height * 2 * 2.4)
        level = sum(math.sin(turn * pace + phase) * weight for pace, phase, weight in waves) / 2
        ridge.append((x, height * (0.5 - level * rough)))
    ImageDraw.Draw(big).polygon([(0, height * 2), *ridge, (width * 2, height * 2)], fill=255)
    strip = Image.new("RGB", (1, 32))
    for row in range(32):
        strip.putpixel((0, row), mixed(color, (0, 0, 0), 0.45 * row / 31))
    picture = strip.resize(size, Image.Resampling.BICUBIC).convert("RGBA")
    picture.putalpha(big.resize(size, Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(0.6)))
    return picture


def paint_landscape(order: Order, folder: Path) -> None:
    """Draw sky, light and hills, chosen by the prompt, into `folder`."""
    rng = random.Random(order.prompt)
    palette = rng.choice(PALETTES)
    sky((order.width, order.height * 11 // 10), palette).save(folder / "sky.png", compress_level=1)
    glow(order.height, palette[2]).save(folder / "glow.png", compress_level=1)
    for layer in range(LAYERS):
        near = (layer + 1) / LAYERS
        size = (order.width + order.drift(layer), round(order.height * (0.42 + 0.06 * layer)))
        picture = hills(size, mixed(palette[1], palette[3], near**0.8), rng, rough=0.16 + 0.1 * near)
        picture.save(folder / f"hills{layer}.png", compress_level=1)


def paint_frames(order: Order, folder: Path) -> None:
    """Fit the frames over the whole picture, the first twice as large so that a slow zoom stays smooth."""
    fitted = _fitted(order, order.image)
    fitted.resize((order.width * 2, order.height * 2), Image.Resampling.BICUBIC).save(
        folder / "first.png", compress_level=1
    )
    glow(order.height, (255, 214, 160), heart=False).save(folder / "glow.png", compress_level=1)
    if order.last:
        _fitted(order, order.last).save(folder / "last.png", compress_level=1)


def _fitted(order: Order, image: str) -> Image.Image:
    with Image.open(image) as picture:
        # As it is stored: whether the real one heeds the EXIF's word for which way is up is not known.
        return ImageOps.fit(picture.convert("RGB"), (order.width, order.height), Image.Resampling.LANCZOS)


def paint(order: Order) -> None:
    """Draw every layer that the order's film needs, beside its output."""
    folder = Path(order.folder)
    if order.image:
        paint_frames(order, folder)
    elif not order.edits:
        paint_landscape(order, folder)
    card = title_card(order.prompt, order.label, (order.width, order.height), order.font)
    lay_references(card, order.references)
    card.save(folder / "card.png", compress_level=1)


def main() -> None:
    """Draw the order in the file named on the command line at low priority, then become ffmpeg."""
    os.nice(10)
    order = Order(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    paint(order)
    command = [order.ffmpeg, *arguments(order)]
    os.execv(order.ffmpeg, command)  # noqa: S606 - the same process, so that stopping it stops ffmpeg


if __name__ == "__main__":
    main()
