"""File types of attachments: told to a Discord that knows them, left out for one that refuses them."""

import json
import signal

from sandbox.faults import Answer
from tests.journeys.bodies import FOX
from tests.journeys.scene import Scene
from tests.journeys.script import with_script

UNKNOWN = {"code": "UNKNOWN_FIELD", "message": "Unknown field"}
ERRORS = {"errors": {"0": {"options": {"1": {"file_types": {"_errors": [UNKNOWN]}}}}}}
REFUSED = json.dumps({"code": 50035, "message": "Invalid Form Body"} | ERRORS)


def file_types(scene: Scene) -> list[list[str] | None]:
    """List what the attachments of `/video` take."""
    [command] = [one for one in scene.discord.commands.all() if one["name"] == "video"]
    return [option.get("file_types") for option in command["options"] if option["type"] == 11]


async def test_a_member_is_shown_the_files_that_an_option_takes(scene: Scene) -> None:
    assert all(types and types[0] == "image" for types in file_types(scene))


@with_script(starts=False)
async def test_a_discord_that_refuses_them_has_all_commands_without_and_is_asked_once(scene: Scene) -> None:
    refused = scene.faults.add("PUT */commands", Answer(400, REFUSED))
    await scene.bot.start()
    assert refused.fired == 1
    assert file_types(scene) == [None] * 5
    await scene.video(await scene.mara.use("/video", prompt="a fox", image=FOX))
    pushes = refused.seen
    await scene.bot.restart(signal.SIGTERM)
    assert refused.seen == pushes == 2
