"""Find fonts that can draw a prompt: one per script as far as this machine has them."""

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
_NEVER_A_CHARACTER = "\U0010ffff"
_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/System/Library/Fonts"),
    Path("/Library/Fonts"),
)
_NAMES = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC*.ttf",
    "wqy-*.ttc",
    "DroidSansFallback*.ttf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "DejaVuSans.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "Arial Unicode.ttf",
)
"""Files that cover Chinese, Japanese, Korean, Arabic and Hebrew on Debian and macOS."""


@lru_cache(maxsize=1)
def files() -> tuple[Path, ...]:
    """Return the font files found, best first; none of them is needed, Pillow brings a Latin one."""
    folders = [folder for folder in _FOLDERS if folder.is_dir()]
    return tuple(found for name in _NAMES for folder in folders for found in sorted(folder.rglob(name))[:1])


class Fonts:
    """Fonts of one size in pixels, the first that knows a character draws it."""

    def __init__(self, size: float, preferred: str = "") -> None:
        self._fonts: list[Font] = [ImageFont.truetype(preferred, size)] if preferred else []
        self._fonts.append(ImageFont.load_default(size))
        self._fonts += [ImageFont.truetype(str(path), size) for path in files()]
        self._missing = [bytes(font.getmask(_NEVER_A_CHARACTER)) for font in self._fonts]

    def runs(self, text: str) -> list[tuple[str, Font]]:
        """Cut text into pieces that one font can draw; characters that no font knows stay with the first, as boxes."""
        pieces: list[tuple[str, Font]] = []
        for letter in text:
            font = pieces[-1][1] if pieces and letter == " " else self._for(letter)
            if pieces and pieces[-1][1] is font:
                pieces[-1] = (pieces[-1][0] + letter, font)
            else:
                pieces.append((letter, font))
        return pieces

    def width(self, text: str) -> float:
        """Return how many pixels wide the text is on one line."""
        return sum(font.getlength(piece) for piece, font in self.runs(text))

    def _for(self, letter: str) -> Font:
        for font, missing in zip(self._fonts, self._missing, strict=True):
            if bytes(font.getmask(letter)) != missing:
                return font
        return self._fonts[0]
