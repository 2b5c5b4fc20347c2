"""Draw charts as PNGs with Pillow, in a thread.

Why Pillow: measured for one picture with two panels of 30 stacked columns (two cores, November 2026):

===================  ==========  ======  ============  ======  ====================================================
library              to install  import  draw (first)  memory  and
===================  ==========  ======  ============  ======  ====================================================
Pillow 13            nothing     20 ms   15 (28) ms    21 MB   is a dependency already; has a font of its own
pygal 3.1, resvg     5 MB        45 ms   140 (150) ms  23 MB   no letter is drawn where no fonts are installed
pygal 3.1, CairoSVG  27 MB       190 ms  220 (250) ms  53 MB   the same, and needs the system's Cairo
matplotlib 3.11      173 MB      410 ms  270 (310) ms  91 MB   has fonts of its own
plotly 7, kaleido 1  79 MB       35 ms   2.5 (4.2) s   44 MB   starts a Chromium, which has to be installed as well
===================  ==========  ======  ============  ======  ====================================================

The letters are those of Pillow's own font (Aileron: Latin letters, digits); names of members, which may be in any
script, never stand in a picture. It has a ground of its own, so it reads alike on Discord's dark and light themes. The
colours can be told apart by those who see some colours alike: Okabe and Ito's set, "Color Universal Design" (2008).
"""

import asyncio
import logging
from io import BytesIO
from math import floor, log10
from typing import TYPE_CHECKING, Final

from bot.domain.chart import Chart, Panel

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

    Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

# On a phone a picture is as wide as 280 to 340 of its points: letters of 34 are 12 to 14 high there.
WIDTH: Final = 800
_PANEL, _LETTERS, _LINE = 350, 34, 52
_LEFT, _RIGHT, _ABOVE, _BELOW = 112, 16, 60, 56
_GAP: Final = 4  # between columns
_EDGE: Final = 2  # of the ground, between what stands on each other
_MARK: Final = 28  # a side of a colour in the legend
_STEPS: Final = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10, 12)
_EVERY: Final = 10  # days between two that are written below

GROUND, TEXT, RULE = "#2B2D31", "#DBDEE1", "#4E5058"
COLOURS: Final = ("#56B4E9", "#E69F00", "#1FBF92", "#F0E442", "#E58BBE", "#E8743B", "#A3A8B0")

# How long a picture may take, with those before it.
_SECONDS: Final = 10.0


class Charts:
    """Draws one picture at a time, off the event loop."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._turn = asyncio.Lock()

    async def draw(self, chart: Chart) -> bytes | None:
        """Return the chart as a PNG; None where that takes longer than `seconds`, as on an overloaded machine."""
        try:
            # A thread cannot be stopped, but a chart is small by its own bounds.
            async with asyncio.timeout(self._seconds), self._turn:
                return await asyncio.to_thread(drawn, chart)
        except TimeoutError:
            log.warning("A chart wasn't drawn within %g s and is left out.", self._seconds)
            return None


def drawn(chart: Chart) -> bytes:
    """Draw a chart. Blocks for some ms: for a thread."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(_LETTERS)
    legend = _legend(chart.panels[0], font)
    picture = Image.new("RGB", (WIDTH, len(chart.panels) * _PANEL + len(legend) * _LINE + _GAP), GROUND)
    pen = ImageDraw.Draw(picture)
    for number, panel in enumerate(chart.panels):
        _draw_panel(pen, font, panel, number * _PANEL)
    for row, marks in enumerate(legend):
        top = len(chart.panels) * _PANEL + row * _LINE
        for left, colour, label in marks:
            pen.rectangle((left, top + 8, left + _MARK, top + 8 + _MARK), fill=colour)
            pen.text((left + _MARK + 10, top), label, fill=TEXT, font=font)
    made = BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def scale_top(highest: float) -> float:
    """Return the top of a scale that holds a height: a round number whose half is round as well."""
    if highest <= 0:
        return 2
    power: float = 10.0 ** floor(log10(highest))
    return next(step * power for step in _STEPS if step * power >= highest)


def _draw_panel(pen: "ImageDraw.ImageDraw", font: "Font", panel: Panel, top: int) -> None:
    """Draw the scale, its rules and its unit, the days below, and the columns."""
    highest, low, high = scale_top(panel.highest), top + _PANEL - _BELOW, top + _ABOVE
    pen.text((_LEFT, top + _ABOVE - 6), panel.unit, fill=TEXT, font=font, anchor="lb")
    for part in (0, 0.5, 1):
        level = round(low - part * (low - high))
        pen.line((_LEFT, level, WIDTH - _RIGHT, level), fill=RULE, width=2)
        pen.text((_LEFT - 10, level), _number(part * highest), fill=TEXT, font=font, anchor="rm")
    width = (WIDTH - _LEFT - _RIGHT) / max(panel.days, 1)
    for day in range(panel.days):
        left = round(_LEFT + day * width)
        right = round(_LEFT + (day + 1) * width) - _GAP
        ago = panel.days - 1 - day
        if ago % _EVERY == 0:
            place, anchor = ((left + right) / 2, "mt") if ago else (WIDTH - _RIGHT, "rt")
            pen.text((place, low + 10), f"-{ago} d" if ago else "0 d", fill=TEXT, font=font, anchor=anchor)
        _draw_column(pen, panel, day, (left, right), low, (low - high) / highest)


def _draw_column(
    pen: "ImageDraw.ImageDraw", panel: Panel, day: int, sides: tuple[int, int], low: int, scale: float
) -> None:
    """Stack one day's values, the first one lowest; what is not 0 can be seen."""
    bottom, total = low, 0.0
    for number, one in enumerate(panel.series):
        if one.values[day] <= 0:
            continue
        total += one.values[day]
        head = min(round(low - total * scale), bottom - 1)
        # The ground shows between two parts, as far as there is room for it.
        foot = bottom - (_EDGE if bottom < low and bottom - head > 2 * _EDGE else 0) - 1
        pen.rectangle((sides[0], head, sides[1], foot), fill=COLOURS[number])
        bottom = head


def _legend(panel: Panel, font: "Font") -> list[list[tuple[float, str, str]]]:
    """Lay out the legend in rows of (left side, colour, label); one series that has no label needs none."""
    rows: list[list[tuple[float, str, str]]] = []
    left = float(WIDTH)
    for one, colour in zip(panel.series, COLOURS, strict=False):
        width = _MARK + 10 + font.getlength(one.label) + 26
        if left + width > WIDTH:
            rows.append([])
            left = 16.0
        rows[-1].append((left, colour, one.label))
        left += width
    return rows


def _number(value: float) -> str:
    """Write a number of a scale in at most five letters: 1.5k for 1,500."""
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if value >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"
