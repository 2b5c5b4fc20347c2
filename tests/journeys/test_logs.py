"""What an operator finds in the log: who asked for a video and where, what became of it, and why it failed."""

import json
from typing import Any

from tests.journeys.scene import Scene, short_id
from tests.journeys.script import with_script

JSON = with_script(bot={"LOG_FORMAT": "json", "LOG_LEVEL": "INFO"})
# What only a representation of a value has.
INTERNAL = ("=None", "=True", "=False", "Reason.", "Stage.", "Posted(", "Unclear(", "Job(", "Facts(", "ShrunkClip(")


def entries(scene: Scene) -> list[dict[str, Any]]:
    """Read the bot's log, every line of which has to be an object."""
    return [json.loads(line) for line in scene.bot.log.splitlines()]


@JSON
async def test_every_line_about_a_video_has_its_job_and_the_first_says_whose_it_is_and_where(scene: Scene) -> None:
    mine = await scene.video(await scene.mara.use("/video", prompt="a fox", duration=4))
    other = await scene.video(await scene.tomas.use("/video", prompt="an owl", duration=4))
    await scene.bot.says("Telling the member")
    assert await scene.bot.stop() == 0
    lines = entries(scene)
    asked = {line["message"]: line["job"] for line in lines if line["message"].startswith("Accepted from member")}
    channel = scene.mara.channel("videos")
    place = f"server {channel.guild_id}, channel {channel.id}"
    assert asked == {
        f"Accepted from member {member.user.id} in {place}: seedance-2, 4 s.": short_id(reply)
        for member, reply in ((scene.mara, mine), (scene.tomas, other))
    }
    for reply in (mine, other):
        told = [line["message"] for line in lines if line.get("job") == short_id(reply)]
        assert [words.split(" ")[0] for words in told[:3]] == ["Accepted", "Accepted", "The"], told
        assert f"Delivered in message {reply.id}." in told
    # No other line is about one of them, and none begins with an id of its own.
    jobs = {line["job"] for line in lines if "job" in line}
    assert jobs == {short_id(mine), short_id(other)}
    about = ("Accepted", "Delivered", "The video", "Telling", "Delivery")
    assert not [line for line in lines if line["message"].startswith(about) and "job" not in line]
    assert not [line for line in lines if line["message"].startswith("[")]
    assert not [line for line in lines if any(word in line["message"] for word in INTERNAL)]


@JSON
async def test_a_failure_is_logged_with_the_providers_own_reason_and_without_the_prompt(scene: Scene) -> None:
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="a secret fox in the snow", duration=4)
    await scene.says(use, "queued")
    scene.provider.fail(message="Output of 'a secret fox in the snow' was blocked")
    card = await scene.says(use, "failed")
    await scene.bot.says("Failed (")
    [failed] = [line for line in entries(scene) if line["message"].startswith("Failed (")]
    assert failed["job"] == short_id(card)
    assert failed["level"] == "WARNING"
    assert failed["message"] == "Failed (generation): the provider said “Output of '…”"
    assert "secret fox" not in scene.bot.log
