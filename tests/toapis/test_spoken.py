"""Which dialect is spoken where that is to be found out."""

import asyncio

import pytest

from bot.domain.models import Dialect
from bot.toapis.probe import Answer
from bot.toapis.spoken import Spoken, choose

YES, NO, UNSURE = Answer.YES, Answer.NO, Answer.CANNOT_TELL


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

    def __init__(self, *answers: tuple[Answer, Answer]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def ask(self) -> dict[Dialect, Answer]:
        self.asked += 1
        await asyncio.sleep(0)
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return dict(zip(Dialect, said, strict=True))


async def test_one_that_is_set_is_never_asked_for() -> None:
    server = Server((YES, YES))
    assert await Spoken(Dialect.VIDEO, server.ask).settle() is Dialect.VIDEO
    assert server.asked == 0


async def test_one_that_is_not_sure_is_asked_for_again_and_a_change_is_heard_once() -> None:
    server = Server((UNSURE, UNSURE), (YES, UNSURE), (YES, YES))
    spoken, heard = Spoken(None, server.ask), []
    spoken.listeners.append(heard.append)
    assert [await spoken.settle() for _ in range(5)] == [Dialect.VIDEO] * 2 + [Dialect.VIDEOS] * 3
    assert server.asked == 3
    assert heard == [Dialect.VIDEOS]


async def test_many_at_once_ask_once() -> None:
    server = Server((YES, YES))
    spoken = Spoken(None, server.ask)
    assert set(await asyncio.gather(*(spoken.settle() for _ in range(20)))) == {Dialect.VIDEOS}
    assert server.asked == 1
