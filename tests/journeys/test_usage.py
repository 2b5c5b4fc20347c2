"""`/usage`: a member's own everywhere, the server's for its manager, everything for the owner; and on a console."""

import csv
import io
import signal
from collections import Counter

from PIL import Image

from sandbox.discord import Message, Use
from sandbox.discord.components import walk
from tests.journeys.bot_process import ROOT
from tests.journeys.command_line import command
from tests.journeys.scene import Scene, labels
from tests.journeys.script import with_script

GALLERY = 12
SETTINGS = {
    "HOME_SERVERS": "2001",
    "PRICES": str(ROOT / "sandbox" / "prices.toml"),
    "MEMBER_SECONDS_A_DAY": "20",
    "SERVER_SECONDS_A_MONTH": "600",
    "TOTAL_SECONDS_A_DAY": "1000",
}


async def turned(scene: Scene, use: Use, label: str, *words: str) -> Message:
    """Press a button of one's own card, and wait for what it then says."""
    assert use.reply is not None
    pressed = await scene.discord.member(use.interaction.user.id).press(use.reply, label=label)
    return await scene.says(pressed, *words)


def charts(message: Message) -> list[str]:
    """Open the pictures on a card; return their alt texts."""
    for name in message.media():
        picture = Image.open(io.BytesIO(message.file(name)))
        picture.load()
        assert (picture.format, picture.width) == ("PNG", 800)
    return [item["description"] for one in walk(message.stored.components) for item in one.get("items", ())]


async def prints_the_same(scene: Scene) -> None:
    """Look at what the command line says beside the running bot."""
    ended = await command("usage", "--days", "2", "--csv", "-", environment=scene.bot.environment())
    assert (ended.code, ended.err) == (0, "")
    seconds, costs = Counter(), Counter()
    for row in csv.DictReader(io.StringIO(ended.out)):
        seconds[int(row["member"]), row["server"]] += int(row["seconds"])
        costs[int(row["member"]), row["currency"]] += float(row["cost"])
    assert seconds == {(scene.mara.user.id, "2001"): 5, (scene.tomas.user.id, "2001"): 14}
    assert costs == {(scene.mara.user.id, "USD"): 0.5, (scene.tomas.user.id, "USD"): 1.4}


@with_script(bot=SETTINGS)
async def test_everyone_sees_what_they_may(scene: Scene) -> None:
    await scene.video(await scene.mara.use("/video", prompt="a secret fox", duration=5))
    await scene.video(await scene.tomas.use("/video", prompt="a secret wolf", duration=10))
    await scene.video(await scene.tomas.use("/video", channel="dm", prompt="a secret owl", duration=4))
    scene.provider.refuse_next("policy")
    await scene.says(await scene.tomas.use("/video", prompt="refused", duration=4), "failed")
    for channel in ("videos", "dm", "lounge"):
        use = await scene.tomas.use("/usage", channel=channel)
        mine = await scene.says(
            use, "14 seconds · $1.40 · 2 videos", "6 seconds left of 20 seconds", "in the server together"
        )
        assert mine.ephemeral
        assert labels(mine) == ["Refresh"]
        assert charts(mine) == []
    use = await scene.mara.use("/usage")
    await scene.says(use, "5 seconds · $0.50 · 1 video", "15 seconds left of 20 seconds")
    servers = await turned(
        scene, use, "Server's usage", "19 seconds · $1.90 · 3 videos", "581 seconds left of 600 seconds"
    )
    assert f"**1** <@{scene.tomas.user.id}> · 14 seconds · $1.40 · 2 videos" in servers.texts()
    assert f"**2** <@{scene.mara.user.id}> · 5 seconds · $0.50 · 1 video" in servers.texts()
    by_member, by_model = charts(servers)
    assert "1: 14 seconds · $1.40 and 2: 5 seconds · $0.50." in by_member
    assert "seedance-2: 19 seconds · $1.90." in by_model
    assert "secret" not in servers.texts() + by_member + by_model
    await scene.bot.restart(signal.SIGKILL)
    await turned(scene, use, "My usage", "15 seconds left of 20 seconds")
    olive = scene.discord.member("Olive")
    use = await olive.use("/usage", channel="dm")
    await scene.says(use, "nothing yet")
    everything = await turned(
        scene, use, "Whole bot", "19 seconds · $1.90 · 3 videos", "981 seconds left of 1,000 seconds"
    )
    assert len(charts(everything)) == 2
    await prints_the_same(scene)
