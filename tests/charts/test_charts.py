"""A chart is drawn to scale, small, off the event loop, and can be read on any background."""

import asyncio
from io import BytesIO

import pytest
from PIL import Image

from bot.charts import COLOURS, GROUND, RULE, TEXT, WIDTH, Charts, drawn, scale_top
from bot.domain.chart import MAX_DAYS, MAX_SERIES, Chart, Panel, Series

DAYS = 30


def panel(*values, unit="s"):
    return Panel(unit, tuple(Series(str(at + 1), tuple(each)) for at, each in enumerate(values)))


def pixels(picture: bytes) -> Image.Image:
    opened = Image.open(BytesIO(picture))
    opened.load()
    assert (opened.format, opened.mode) == ("PNG", "RGB")
    return opened


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def heights(picture: Image.Image, colour: str, rows: range) -> dict[int, int]:
    """Count, in each column of pixels that has any, the pixels of a colour."""
    found = {at: sum(picture.getpixel((at, row)) == rgb(colour) for row in rows) for at in range(112, WIDTH)}
    return {at: count for at, count in found.items() if count}


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = [one / 255 for one in rgb(colour)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_columns_are_as_high_as_their_values():
    values = [0] * 27 + [25, 50, 100]
    picture = pixels(drawn(Chart((panel(values),))))
    found = list(heights(picture, COLOURS[0], range(350)).values())
    quarter, half, whole = sorted(set(found))
    assert whole - 1 <= 2 * half <= whole + 3
    assert whole - 3 <= 4 * quarter <= whole + 5
    # The scale ends at 100, so the highest column ends at its uppermost rule.
    assert picture.getpixel((114, 60)) == rgb(RULE)
    assert picture.getpixel((WIDTH - 25, 60)) == rgb(COLOURS[0])
    assert picture.getpixel((WIDTH - 25, 59)) == rgb(GROUND)


def test_the_newest_day_is_at_the_right_and_parts_stand_on_each_other():
    first, second = [0] * 29 + [30], [0] * 29 + [30]
    picture = pixels(drawn(Chart((panel(first, second),))))
    low, high = heights(picture, COLOURS[0], range(350)), heights(picture, COLOURS[1], range(350))
    assert low.keys() == high.keys()
    assert min(low) > WIDTH - 45
    column = [picture.getpixel((WIDTH - 30, row)) for row in range(350)]
    assert max(row for row, one in enumerate(column) if one == rgb(COLOURS[1])) < column.index(rgb(COLOURS[0]))


def test_little_beside_much_can_still_be_seen():
    picture = pixels(drawn(Chart((panel([1_000_000] + [0] * 28 + [1]),))))
    assert heights(picture, COLOURS[0], range(350))[WIDTH - 30] == 1


def test_every_part_stands_in_the_legend_by_its_colour():
    values = [[number + 1] * DAYS for number in range(MAX_SERIES)]
    picture = pixels(drawn(Chart((panel(*values), panel(*values, unit="USD")))))
    below = [picture.getpixel((at, row)) for row in range(704, picture.height) for at in range(WIDTH)]
    assert {rgb(colour) for colour in COLOURS} <= set(below)
    assert rgb(TEXT) in below


@pytest.mark.parametrize("values", [[], [[]], [[0] * DAYS], [[0]], [[5]]])
def test_there_is_a_picture_of_nothing_too(values):
    assert pixels(drawn(Chart((panel(*values),)))).width == WIDTH


def test_long_labels_go_on_in_a_second_row():
    names = ("seedance-2", "seedance-2-fast", "seedance-2-mini", "Veo3.1-quality-official")
    chart = Chart((Panel("s", tuple(Series(name, (1,)) for name in names)),))
    assert pixels(drawn(chart)).height == pixels(drawn(Chart((panel([1]),)))).height + 52


def test_a_chart_holds_no_more_than_can_be_read():
    for panels in ((), (panel([1]),) * 3, (panel(*[[1]] * (MAX_SERIES + 1)),), (panel([1] * (MAX_DAYS + 1)),)):
        with pytest.raises(ValueError, match=r"at most|1 to 2"):
            Chart(panels)
    with pytest.raises(ValueError, match="same"):
        Chart((panel([1], [1, 2]),))


@pytest.mark.parametrize(
    ("highest", "top"),
    [(0, 2), (1, 1), (1.1, 1.2), (9.9, 10), (101, 120), (288, 300), (0.034, 0.04), (2401, 3000), (10_500, 12_000)],
)
def test_the_scale_ends_at_a_round_number(highest, top):
    assert scale_top(highest) == pytest.approx(top)


def test_letters_and_colours_stand_out_from_their_ground():
    assert contrast(TEXT, GROUND) > 7
    for colour in COLOURS:
        # WCAG 2.2, 1.4.11: what is needed to understand a graphic.
        assert contrast(colour, GROUND) > 3, colour
    assert len(set(COLOURS)) == MAX_SERIES


async def test_it_is_drawn_beside_the_event_loop():
    values = [[at * number % 17 for at in range(MAX_DAYS)] for number in range(MAX_SERIES)]
    charts, steps = Charts(), 0
    drawing = asyncio.create_task(charts.draw(Chart((panel(*values), panel(*values)))))
    while not drawing.done():
        steps += 1
        await asyncio.sleep(0)
    assert steps > 3
    picture = await drawing
    assert picture is not None
    assert len(picture) < 64 * 1024
    assert pixels(picture).width == WIDTH


async def test_one_that_takes_too_long_is_left_out(caplog):
    charts = Charts(seconds=0)
    assert await charts.draw(Chart((panel([1]),))) is None
    assert "is left out" in caplog.text
