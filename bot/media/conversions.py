"""Whether a file goes out as it is, or a copy of it, and which. Pure: what it is and what may be in, a conversion out.

Carried out by `copies`, which keeps one copy for each content and conversion.
"""

from dataclasses import dataclass

from bot.domain.media import Kind, MediaFormat
from bot.domain.models import MediumRule
from bot.media.inspect import Facts
from bot.media.kinds import Found
from bot.media.recode_plan import AsSound, AsVideo, plan_copy

LONGEST_SIDE = 4096
"""Pixels of the longer side of a picture that is made smaller: more than the largest video has (4k: 3840)."""

# A picture that is only to be turned may have so many: it is held twice in memory meanwhile.
_MAX_TURNED = 30_000_000


@dataclass(frozen=True, slots=True)
class AsImage:
    """A still picture, upright, of these sides (pixels, as its viewer sees them) and at most so many bytes."""

    format: MediaFormat
    width: int
    height: int
    max_bytes: int


Conversion = AsImage | AsVideo | AsSound


def conversion_for(found: Found, facts: Facts, size: int, rule: MediumRule) -> Conversion | None:
    """Choose what is made of a file before it goes out; None where it can go as it is. `size` in bytes."""
    if rule.kind is Kind.IMAGE:
        return _of_image(found, facts, size, rule)
    return plan_copy(found.format, facts, size, rule)


def _of_image(found: Found, facts: Facts, size: int, rule: MediumRule) -> AsImage | None:
    longer = max(facts.width, facts.height)
    outside = rule.sides is not None and longer > rule.sides[1]
    enormous = outside or (facts.turned and facts.width * facts.height > _MAX_TURNED)
    as_it_is = found.format in rule.formats and not (facts.turned or (facts.animated and found.format != "image/png"))
    if as_it_is and not outside and size <= rule.max_bytes:
        return None
    width, height = facts.width, facts.height
    if enormous and longer > LONGEST_SIDE:
        # Half of a JPEG is decoded in a quarter of the memory.
        halved = found.format is MediaFormat.JPEG and longer <= 2 * LONGEST_SIDE
        longest = longer // 2 if halved else LONGEST_SIDE
        width, height = (max(1, round(side * longest / longer)) for side in (width, height))
    lossless = found.format is MediaFormat.PNG and not outside and size <= rule.max_bytes
    form = MediaFormat.PNG if facts.transparent or lossless else MediaFormat.JPEG
    return AsImage(form, width, height, rule.max_bytes)
