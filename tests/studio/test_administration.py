"""For which server a caller speaks in `/admin`, and with whose rights."""

import pytest

from bot.domain.administration import Authority, OwnerOnly, ServerMissing, ServerUnknown, Target, discord_id
from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.limits import Measure, Scope
from tests.studio.fakes import JumpingClock
from tests.studio.spending_fakes import OWNER, administration

GUILD, MARA = 2001, 1001


@pytest.mark.parametrize(
    ("user_id", "guild_id", "server", "authority"),
    [
        # Who Discord lets through in a server is not judged again.
        (MARA, GUILD, None, Authority(GUILD, MARA, by_owner=False)),
        (MARA, GUILD, str(GUILD), Authority(GUILD, MARA, by_owner=False)),
        (OWNER, GUILD, None, Authority(GUILD, OWNER, by_owner=True)),
        (OWNER, GUILD, "5", Authority(5, OWNER, by_owner=True)),
        (OWNER, None, "5", Authority(5, OWNER, by_owner=True)),
        (OWNER, None, "All", Authority(None, OWNER, by_owner=True)),
    ],
)
def test_the_server_and_the_rights(user_id, guild_id, server, authority):
    assert administration(JumpingClock()).authority(Caller(user_id, guild_id), server) == authority


@pytest.mark.parametrize(
    ("user_id", "guild_id", "server", "problem"),
    [
        (MARA, GUILD, "5", OwnerOnly()),
        (MARA, GUILD, "all", OwnerOnly()),
        (MARA, None, None, OwnerOnly()),
        (MARA, None, str(GUILD), OwnerOnly()),
        (OWNER, None, None, ServerMissing()),
        (OWNER, None, "film", ServerUnknown("film")),
        (OWNER, None, "0", ServerUnknown("0")),
        (OWNER, None, str(2**63), ServerUnknown(str(2**63))),
    ],
)
def test_who_may_not_and_what_is_no_server(user_id, guild_id, server, problem):
    with pytest.raises(Refusal) as refusal:
        administration(JumpingClock()).authority(Caller(user_id, guild_id), server)
    assert refusal.value.problem == problem


async def test_limits_are_of_one_server():
    everywhere = Authority(None, OWNER, by_owner=True)
    with pytest.raises(Refusal) as refusal:
        await administration(JumpingClock()).set_limit(everywhere, Target(Scope.MEMBER, MARA), Measure.DAY, 5)
    assert refusal.value.problem == ServerMissing()


@pytest.mark.parametrize("text", ["", "-5", "1.0", "０", "9" * 20, "x", "0"])
def test_what_is_no_id(text):
    assert discord_id(text) is None
