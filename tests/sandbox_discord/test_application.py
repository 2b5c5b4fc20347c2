"""What the bot is told of its application and of the members of its servers; each answer is checked as Discord's."""

from sandbox.discord import DiscordStandIn
from sandbox.discord.model import Team, TeamMember
from tests.sandbox_discord.conftest import Raw
from tests.sandbox_discord.film_bot import FilmBot


async def test_one_person_owns_the_application(stand_in: DiscordStandIn, bot: FilmBot) -> None:
    stand_in.world.bot_public = False
    told = await bot.application_info()
    assert (told.owner.name, told.team, told.bot_public) == ("olive", None, False)


async def test_a_team_owns_the_application(stand_in: DiscordStandIn, bot: FilmBot) -> None:
    members = [TeamMember(1001), TeamMember(1002, "read_only", accepted=False)]
    stand_in.world.team = Team(77, "Film Makers", 1001, members)
    told = await bot.application_info()
    assert told.team is not None
    assert told.team.owner_id == 1001
    assert told.owner.id == 77
    assert [(one.id, one.membership_state.name, one.role.name) for one in told.team.members] == [
        (1001, "accepted", "admin"),
        (1002, "invited", "read_only"),
    ]


async def test_a_member_of_a_server_is_told_with_their_roles(stand_in: DiscordStandIn, bot: FilmBot) -> None:
    stand_in.world.guild("Film Club").roles[1001] = [501]
    assert (await bot.fetch_guild(2001)).name == "Film Club"
    assert (await bot.http.get_member(2001, 1001))["roles"] == ["501"]


async def test_who_is_no_member_and_which_server_is_not_the_bots(stand_in: DiscordStandIn, raw: Raw) -> None:
    stand_in.world.guild("Film Club").members.discard(1002)

    async def code(path: str) -> tuple[int, int]:
        status, _, body = await raw("GET", path)
        return status, body["code"]

    assert await code("/guilds/2001/members/1002") == (404, 10007)
    assert await code("/guilds/2001/members/77") == (404, 10013)
    assert await code("/guilds/2002/members/1001") == (404, 10004)
    assert await code("/guilds/2099/members/1001") == (404, 10004)


def test_the_owner_is_nobody_s_neighbour(stand_in: DiscordStandIn) -> None:
    assert [one.name for one in stand_in.world.in_servers()] == ["Mara", "Tomas"]
