"""What a server's managers and the bot's owner change in Discord, and what members notice of it."""

from pathlib import Path

import pytest

from bot.storage import Store
from sandbox.discord import DiscordRefused, Member, Use
from tests.journeys.command_line import Ended, command
from tests.journeys.scene import Scene, labels
from tests.journeys.script import ONE_SLOT, with_script

FILM_CLUB = "2001"
CREW = 7001
A_DAY = "seconds-a-day"
LIMITS = {"bot": {"MEMBER_SECONDS_A_DAY": "10", "MANAGER_SECONDS_A_DAY": "30"}}


def owner(scene: Scene) -> Member:
    return scene.discord.member("Olive")


async def told(scene: Scene, use: Use, *words: str) -> str:
    """Wait for the answer, which only the caller sees."""
    message = await scene.says(use, *words)
    assert message.ephemeral
    return message.texts()


@with_script(**LIMITS)
async def test_limits_are_set_within_the_owners_ceiling_by_role_and_member(scene: Scene) -> None:
    mara, tomas, olive = scene.mara, scene.tomas, owner(scene)
    guild = scene.discord.world.guild("Film Club")
    guild.role_names[CREW], guild.roles[int(tomas.id)] = "Crew", [CREW]
    with pytest.raises(DiscordRefused, match="no command /admin"):
        await tomas.use("/admin limits show")
    # A server may let others use a command, and the bot does not judge that again.
    guild.command_members["admin"] = {int(tomas.id)}
    shown = await told(scene, await tomas.use("/admin limits show", member=tomas.id), "10 seconds", "bot's settings")
    assert "managers can set up to 30 seconds" in shown
    over = await mara.use("/admin limits set", measure=A_DAY, limit=31, role=CREW)
    await told(scene, over, "That's 31 seconds, more than the bot's owner allows here", "30 seconds")
    await told(scene, await mara.use("/admin limits set", measure=A_DAY, limit=14, role=CREW), "now 14 seconds")
    await told(scene, await mara.use("/admin limits show", member=tomas.id), "14 seconds", f"for <@&{CREW}>")
    await scene.video(await tomas.use("/video", prompt="a long fox", duration=14))
    await scene.follows(await tomas.use("/video", prompt="one more", duration=4), "0 seconds left of 14 seconds")
    # The owner is in no server, and uses the direct message.
    directly = {"channel": "dm", "measure": A_DAY, "member": tomas.id}
    await told(scene, await olive.use("/admin limits set", **directly, limit=18), "Name one server")
    set_there = await olive.use("/admin limits set", **directly, limit=18, server=FILM_CLUB)
    await told(scene, set_there, "is now 18 seconds")
    await scene.video(await tomas.use("/video", prompt="one more", duration=4))
    await told(scene, await mara.use("/admin limits show", member=tomas.id), "18 seconds", "set by the bot's owner")
    await told(
        scene, await mara.use("/admin limits clear", measure=A_DAY, member=tomas.id), "There's no limit to remove"
    )
    await told(scene, await tomas.use("/admin audit", channel="dm"), "Only the bot's owner can do this here")
    log = await told(scene, await mara.use("/admin audit"), "Latest changes", f"<@{olive.id}>", f"<@{mara.id}>")
    assert log.index("18 seconds") < log.index("14 seconds")
    assert scene.prompts() == ["a long fox", "one more"]


@with_script()
async def test_a_blocked_member_and_a_paused_server(scene: Scene) -> None:
    mara, tomas, olive = scene.mara, scene.tomas, owner(scene)
    await told(scene, await mara.use("/admin block", member=tomas.id), f"<@{tomas.id}> can't make videos")
    await scene.follows(await tomas.use("/video", prompt="a fox", duration=4), "managers have blocked you")
    await told(scene, await mara.use("/admin unblock", member=tomas.id), "can make videos in this server again")
    everywhere = {"channel": "dm", "member": tomas.id, "server": "all"}
    await told(scene, await olive.use("/admin block", **everywhere), "anywhere")
    await scene.follows(await tomas.use("/video", prompt="a fox", duration=4), "bot's owner has blocked you")
    await told(scene, await mara.use("/admin unblock", member=tomas.id), "isn't blocked")
    await told(scene, await olive.use("/admin unblock", **everywhere), "can make videos again")
    await told(scene, await mara.use("/admin pause"), "No new videos in this server")
    await scene.follows(await tomas.use("/video", prompt="a fox", duration=4), "Videos are paused in this server")
    await told(scene, await mara.use("/admin resume"), "can be made in this server again")
    await told(scene, await olive.use("/admin pause", channel="dm", server=FILM_CLUB), "No new videos")
    await told(scene, await mara.use("/admin resume"), "only they can resume")
    await told(
        scene, await olive.use("/admin resume", channel="dm", server=FILM_CLUB), "can be made in this server again"
    )
    await scene.video(await tomas.use("/video", prompt="a fox", duration=4))


async def admin(scene: Scene, *words: str) -> Ended:
    """Run the command line beside the bot."""
    return await command("admin", *words, environment={"DATA_DIR": str(scene.bot.data)})


@with_script(**ONE_SLOT)
async def test_the_command_line_pauses_everything_while_the_bot_runs(scene: Scene) -> None:
    scene.provider.hold()
    first = await scene.mara.use("/video", prompt="in progress", duration=4)
    await scene.paid_for(1)
    second = await scene.tomas.use("/video", prompt="waiting", duration=4)
    await scene.says(second, "next")
    assert (await admin(scene, "pause", "--all")).out == "Videos are paused everywhere.\n"
    for member in (scene.mara, owner(scene)):
        refused = await member.use("/video", channel="dm", prompt="too late", duration=4)
        await scene.follows(refused, "bot's owner has paused all videos")
    # What was in progress is finished and delivered, and its free slot is nobody's.
    scene.provider.release()
    await scene.video(first)
    paused = await scene.says(second, "paused")
    assert "Cancel" in labels(paused)
    assert scene.prompts() == ["in progress"]
    said = await told(scene, await owner(scene).use("/admin audit", channel="dm", server="all"), "command line")
    assert "paused videos" in said
    assert (await admin(scene, "resume", "--all")).code == 0
    await scene.video(second)
    assert scene.prompts() == ["in progress", "waiting"]


async def test_the_command_line_says_what_is_wrong_and_changes_nothing(tmp_path: Path) -> None:
    async with Store(tmp_path / "seedreel.db"):
        pass
    here = {"DATA_DIR": str(tmp_path)}
    for words, code, said in (
        (("pause",), 2, "--all --server is required"),
        (("block", "Mara"), 2, "Mara is not an id"),
        (("limits", "set", "seconds-a-day", "-5", "--server", FILM_CLUB), 2, "-5 is not a limit"),
        (("limits", "set", "hours", "5", "--server", FILM_CLUB), 2, "invalid choice: 'hours'"),
        (("limits", "clear", A_DAY, "--server", FILM_CLUB), 66, "has set no limit of seconds-a-day"),
        (("unblock", "5"), 66, "no block of member 5 everywhere"),
        (("resume", "--all"), 66, "no pause everywhere"),
        (("limits", "show", "--server", FILM_CLUB), 78, "DISCORD_TOKEN is missing"),
    ):
        ended = await command("admin", *words, environment=here)
        assert (ended.code, said in ended.err, ended.out) == (code, True, ""), (words, ended)
    assert (await command("admin", "audit", environment=here)).out == "Nothing has been changed yet.\n"
    missing = await command("admin", "pause", "--all", environment={"DATA_DIR": str(tmp_path / "elsewhere")})
    assert (missing.code, "no database" in missing.last) == (66, True)
    assert not (tmp_path / "elsewhere").exists()
