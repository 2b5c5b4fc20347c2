"""Whether the provider makes the aspect ratio that was asked for: some servers pass the field over."""

import logging
import math

from bot.domain.errors import StoreFull
from bot.domain.job import Job
from bot.domain.models import Ratio
from bot.studio.ports.files import Media
from bot.studio.ports.stores import NoteStore

log = logging.getLogger(__name__)

RATIO_NOTE = "aspect ratio not made"
"""The note's key; its value says what was asked for and what was made."""
_NAMED = {ratio: int(ratio.value.split(":")[0]) / int(ratio.value.split(":")[1]) for ratio in Ratio if ":" in ratio}


def made_ratio(width: int, height: int) -> Ratio:
    """Return the ratio that is nearest to these sides, in pixels."""
    return min(_NAMED, key=lambda ratio: abs(math.log(width / height / _NAMED[ratio])))


class AspectRatioCheck:
    """Compares each finished clip's sides with its request; what differs is logged once and noted for `check`."""

    def __init__(self, media: Media, notes: NoteStore) -> None:
        self._media = media
        self._notes = notes
        self._logged: set[tuple[Ratio, Ratio]] = set()

    async def look(self, job: Job) -> None:
        """Look at the clip that was fetched for the job just now."""
        sides, asked = self._media.clip_sides(job.id), job.request.ratio
        if sides is None or asked not in _NAMED or min(sides) <= 0:
            return
        made = made_ratio(*sides)
        note = await self._notes.get(RATIO_NOTE)
        if made is not asked:
            words = f"the provider made {made} where {asked} was asked for"
            if (asked, made) not in self._logged:
                self._logged.add((asked, made))
                log.warning("Wrong aspect ratio: %s.", words)
            await self._note(words)
        elif note and note.endswith(f"where {asked} was asked for"):
            await self._note("")

    async def _note(self, words: str) -> None:
        try:
            await self._notes.put(RATIO_NOTE, words)
        except StoreFull:
            log.warning("Which aspect ratio was made couldn't be saved.")
