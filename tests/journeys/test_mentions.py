"""Commands in messages can be clicked on: with the ids that Discord gave them, also when nothing had to be pushed."""

from sandbox.faults import Answer
from tests.journeys.scene import Scene
from tests.journeys.script import ONE_SLOT, with_script

COMMANDS = "PUT /applications/{application_id}/commands"


def mention(scene: Scene, command: str) -> str:
    """Write a command as Discord does, by the id that the stand-in gave it."""
    [found] = [one for one in scene.discord.commands.all() if one["name"] == command.split(maxsplit=1)[0]]
    return f"</{command}:{found['id']}>"


async def test_a_message_mentions_a_command_by_the_id_that_discord_gave_it(scene: Scene) -> None:
    await scene.says(await scene.mara.use("/asset list"), mention(scene, "asset add"))
    assert len(scene.ledger.of("rest", COMMANDS)) == 1
    await scene.bot.stop()
    await scene.bot.start()
    await scene.says(await scene.mara.use("/asset list"), mention(scene, "asset create-character"))
    assert len(scene.ledger.of("rest", COMMANDS)) == 1


@with_script(**ONE_SLOT)
async def test_a_refusal_mentions_the_command_to_use(scene: Scene) -> None:
    scene.provider.hold()
    await scene.mara.use("/video", prompt="first", duration=4)
    await scene.paid_for(1)
    card = await scene.says(await scene.tomas.use("/video", prompt="second", duration=4), "waiting")
    await scene.follows(await scene.mara.press(card, label="Cancel"), "only the person", mention(scene, "video"))


@with_script(starts=False)
async def test_a_command_whose_id_is_unknown_stands_there_as_code(scene: Scene) -> None:
    refused = Answer(403, '{"message": "no", "code": 0}', applied=True)
    scene.faults.add("PUT /api/v10/applications/*/commands", refused)
    await scene.bot.start()
    await scene.bot.says("commands couldn't be sent")
    shown = await scene.says(await scene.mara.use("/asset list"), "`/asset add`")
    assert "</" not in shown.texts()
    await scene.bot.stop()
    await scene.bot.start()
    await scene.says(await scene.mara.use("/asset list"), mention(scene, "asset add"))
