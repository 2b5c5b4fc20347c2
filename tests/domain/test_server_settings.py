import pytest

from bot.domain.reply import Reply
from bot.domain.server_settings import Spoilers

IN_SERVER = Reply(1, 2, 3, 4, "token", 0.0, private=False, bot_reaches=True, limit=1)
PRIVATE = Reply(1, 2, 3, 4, "token", 0.0, private=True, bot_reaches=True, limit=1)
DIRECT = Reply(1, 2, None, 4, "token", 0.0, private=False, bot_reaches=True, limit=1)
RESTRICTED = Reply(1, 2, 3, 4, "token", 0.0, private=False, bot_reaches=True, limit=1, age_restricted=True)


@pytest.mark.parametrize(
    ("spoilers", "covered"),
    [
        (Spoilers.NEVER, []),
        (Spoilers.ALWAYS, [IN_SERVER, RESTRICTED]),
        (Spoilers.OUTSIDE, [IN_SERVER]),
    ],
)
def test_what_a_channel_of_the_server_sees_is_covered_as_it_is_set(spoilers: Spoilers, covered: list[Reply]) -> None:
    assert [each for each in (IN_SERVER, PRIVATE, DIRECT, RESTRICTED) if spoilers.cover_reply(each)] == covered
