"""Try this machine's ffmpeg on a small clip of our own: what fails there is the tool's failure, and no clip's."""

import asyncio
import logging
import time
from pathlib import Path

from bot.domain.clip_errors import ClipError
from bot.media.clip_look import VideoFacts, look_at_clip

log = logging.getLogger(__name__)

SAMPLE = Path(__file__).with_name("sample.mp4")
REMEDY = "Install a complete ffmpeg, or the package imageio-ffmpeg with its binary."
_FACTS = VideoFacts(0.5, 64, 36)
# A tool that was mended is noticed after so long, in real seconds; a broken one may take a minute to show it.
_BELIEVED = 300.0


class SelfTest:
    """Remembers for a while how the last trial went."""

    def __init__(self) -> None:
        self._trying = asyncio.Lock()
        self._tried_at: float | None = None
        self._problem: str | None = None

    async def problem(self) -> str | None:
        """Say what is wrong with ffmpeg; None when it can look at a clip."""
        async with self._trying:
            if self._tried_at is None or time.monotonic() - self._tried_at >= _BELIEVED:
                self._problem = await try_ffmpeg()
                self._tried_at = time.monotonic()
        return self._problem

    async def report(self) -> None:
        """Try it now, and say in the log where it does not work."""
        if (problem := await self.problem()) is not None:
            log.warning("%s. Clips go out unchecked, and none is made smaller. %s", problem, REMEDY)


async def try_ffmpeg() -> str | None:
    """Look at the sample; returns what went wrong, None when nothing did."""
    try:
        facts = await look_at_clip(SAMPLE)
    except (ClipError, OSError) as error:
        return f"ffmpeg cannot read the bot's own sample: {error}"
    return None if facts == _FACTS else f"ffmpeg misreads the bot's own sample: {facts}"
