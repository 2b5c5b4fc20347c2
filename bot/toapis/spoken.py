"""Which of the API's two forms is spoken: as it is set, or as free questions find out."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from bot.domain.models import Dialect
from bot.toapis.probe import Answer

log = logging.getLogger(__name__)


def choose(answers: Mapping[Dialect, Answer]) -> tuple[Dialect | None, bool]:
    """Return what the answers speak for, if anything, and whether that is sure.

    Where both answer it is VIDEOS, in which an unclear submit can be looked up.
    """
    video, videos = answers[Dialect.VIDEO], answers[Dialect.VIDEOS]
    if videos is Answer.YES:
        return Dialect.VIDEOS, True
    if video is Answer.YES:
        return Dialect.VIDEO, videos is Answer.NO
    if video is Answer.NO and videos is Answer.CANNOT_TELL:
        return Dialect.VIDEOS, False
    return None, False


class Spoken:
    """The dialect in force. `dialect` None: `ask` finds out; VIDEO until then. Listeners hear of each change."""

    def __init__(self, dialect: Dialect | None, ask: Callable[[], Awaitable[Mapping[Dialect, Answer]]]) -> None:
        self.now = dialect or Dialect.VIDEO
        self.sure = dialect is not None
        self.listeners: list[Callable[[Dialect], None]] = []
        self._ask = ask
        self._settling = asyncio.Lock()

    def speak(self, dialect: Dialect) -> None:
        """Speak that dialect from now on."""
        if dialect is not self.now:
            self.now = dialect
            for hears in self.listeners:
                hears(dialect)

    async def settle(self) -> Dialect:
        """Return the dialect in force; as long as it is not sure, it is asked for once more."""
        if not self.sure:
            async with self._settling:
                if not self.sure:
                    await self._find_out()
        return self.now

    async def _find_out(self) -> None:
        answers = await self._ask()
        said = ", ".join(f"{dialect}: {answer}" for dialect, answer in answers.items())
        chosen, self.sure = choose(answers)
        self.speak(chosen or self.now)
        if self.sure:
            log.info("Dialect auto: %s is spoken (%s).", self.now, said)
        else:
            log.warning("Dialect auto: %s for now, asked again before the next submit (%s).", self.now, said)
