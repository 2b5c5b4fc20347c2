"""Which dialect is used where that is to be found out."""

import asyncio

import pytest

from bot.domain.models import Dialect
from bot.toapis.dialects import CheckResult, CurrentDialect, choose

YES, NO, UNSURE = CheckResult.YES, CheckResult.NO, CheckResult.CANNOT_TELL


@pytest.mark.parametrize(
    ("video", "videos", "chosen"),
    [
        (YES, YES, (Dialect.VIDEOS, True)),
        (NO, YES, (Dialect.VIDEOS, True)),
        (UNSURE, YES, (Dialect.VIDEOS, True)),
        (YES, NO, (Dialect.VIDEO, True)),
        (YES, UNSURE, (Dialect.VIDEO, False)),
        (NO, UNSURE, (Dialect.VIDEOS, False)),
        (UNSURE, NO, (None, False)),
        (UNSURE, UNSURE, (None, False)),
        (NO, NO, (None, False)),
    ],
)
def test_what_the_answers_speak_for(video, videos, chosen) -> None:
    assert choose({Dialect.VIDEO: video, Dialect.VIDEOS: videos}) == chosen


class Server:
    """Answers by script, the last answer for ever."""

    def __init__(self, *answers: tuple[CheckResult, CheckResult]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def ask(self) -> dict[Dialect, CheckResult]:
        self.asked += 1
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return dict(zip(Dialect, answer, strict=True))


async def test_one_that_is_set_is_never_asked_for() -> None:
    server = Server((YES, YES))
    assert await CurrentDialect(Dialect.VIDEO, server.ask).choose() is Dialect.VIDEO
    assert server.asked == 0


async def test_one_that_is_not_sure_is_asked_for_again_and_a_change_is_heard_once() -> None:
    server = Server((UNSURE, UNSURE), (YES, UNSURE), (YES, YES))
    current, changes = CurrentDialect(None, server.ask), []
    current.listeners.append(changes.append)
    assert [await current.choose() for _ in range(5)] == [Dialect.VIDEO] * 2 + [Dialect.VIDEOS] * 3
    assert server.asked == 3
    assert changes == [Dialect.VIDEOS]


async def test_many_at_once_ask_once() -> None:
    server = Server((YES, YES))
    current = CurrentDialect(None, server.ask)
    assert set(await asyncio.gather(*(current.choose() for _ in range(20)))) == {Dialect.VIDEOS}
    assert server.asked == 1
