"""What a clip is made into to fit a limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.media.facts import Facts
from bot.media.shrink import BITS_PER_PIXEL, SHORTEST, Plan, overhead, plan_shrink

MIB = 1024 * 1024


def clip(seconds: float, width: int, height: int, rate: float, *, has_sound: bool) -> Facts:
    return Facts(width, height, seconds, rate=rate, has_sound=has_sound)


FULL_HD = clip(15.0, 1920, 1080, 24.0, has_sound=True)

sources = st.builds(
    clip,
    seconds=st.floats(0.5, 120),
    width=st.integers(2, 8000),
    height=st.integers(2, 8000),
    rate=st.floats(1, 120),
    has_sound=st.booleans(),
)
limits = st.integers(1, 200 * MIB)


def planned(seconds: float, limit: int, width: int = 1920, height: int = 1080) -> tuple[int, int] | None:
    plan = plan_shrink(clip(seconds, width, height, 24.0, has_sound=False), limit)
    return None if plan is None else (plan.width, plan.height)


@pytest.mark.parametrize(
    ("seconds", "limit", "sides"),
    [
        (15.0, 10 * MIB, (1920, 1080)),
        (15.0, 8 * MIB, (1920, 1080)),
        (15.0, 5 * MIB, (1760, 990)),
        (15.0, 2 * MIB, (1120, 630)),
        (4.0, 600_000, (1120, 630)),
        (15.0, 400_000, (480, 270)),
        (15.0, 200_000, (320, 180)),
        (15.0, 150_000, None),
        (15.0, 10_000, None),
    ],
)
def test_the_picture_is_as_large_as_its_bits_carry(seconds, limit, sides):
    assert planned(seconds, limit) == sides


def test_every_ratio_stays_exact():
    at_most = 2 * MIB
    assert planned(15.0, at_most, 1080, 1920) == (630, 1120)
    assert planned(15.0, at_most, 1080, 1080) == (810, 810)
    assert planned(15.0, at_most, 1440, 1080) == (960, 720)
    assert planned(15.0, at_most, 2520, 1080) == (1260, 540)


def test_a_small_clip_keeps_its_sides_made_even():
    assert planned(4.0, 300_000, 405, 229) == (404, 228)


def test_sound_is_kept_and_is_modest():
    assert plan_shrink(FULL_HD, 10 * MIB).audio_bitrate == 128_000
    assert plan_shrink(FULL_HD, 400_000).audio_bitrate == 32_000
    assert plan_shrink(FULL_HD, 200_000) is None
    assert plan_shrink(clip(15.0, 1920, 1080, 24.0, has_sound=False), 10 * MIB).audio_bitrate is None


@pytest.mark.parametrize(
    "broken",
    [clip(0, 9, 9, 24, has_sound=False), clip(5, 0, 9, 24, has_sound=False), clip(5, 9, 9, 0, has_sound=False)],
)
def test_what_has_no_length_or_no_sides_cannot_be_planned(broken):
    assert plan_shrink(broken, MIB) is None


def size(plan: Plan, source: Facts) -> float:
    return (plan.video_bitrate + (plan.audio_bitrate or 0)) * source.seconds / 8 + overhead(source)


@given(sources, limits)
def test_a_plan_fits_and_is_worth_looking_at(source, limit):
    plan = plan_shrink(source, limit)
    if plan is None:
        return
    assert size(plan, source) <= limit
    assert (plan.audio_bitrate is not None) is source.has_sound
    assert plan.width % 2 == plan.height % 2 == 0
    assert plan.width <= source.width
    assert plan.height <= source.height
    assert min(plan.width, plan.height) >= min(SHORTEST, min(source.width, source.height) - 1)
    assert plan.video_bitrate >= plan.width * plan.height * source.rate * BITS_PER_PIXEL


@given(sources, limits, limits)
def test_more_room_never_makes_less_of_it(source, one, other):
    less, more = (plan_shrink(source, limit) for limit in sorted((one, other)))
    if less is not None:
        assert more is not None
        assert more.video_bitrate >= less.video_bitrate
        assert (more.audio_bitrate or 0) >= (less.audio_bitrate or 0)
        assert (more.width, more.height) >= (less.width, less.height)


@given(sources, limits)
def test_a_planned_picture_keeps_its_shape(source, limit):
    plan = plan_shrink(source, limit)
    if plan is not None and (plan.width, plan.height) != (source.width, source.height):
        longer, shorter = max(plan.width, plan.height), min(plan.width, plan.height)
        ratio = max(source.width, source.height) / min(source.width, source.height)
        # Each side is off by less than two pixels.
        assert (longer - 2) / (shorter + 2) <= ratio <= (longer + 2) / max(shorter - 2, 1)
