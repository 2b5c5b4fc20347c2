"""What one of many workers does for all processes: assets are brought to the provider, servers' logs are told once."""

import signal

import pytest

from tests.journeys.bodies import FOX
from tests.journeys.gates import upload
from tests.journeys.scene import has_video, says, short_id
from tests.journeys.script import Script
from tests.scale.deployment import Deployment, deployment, sharded

LOG = "general"


@pytest.fixture
async def scene(tmp_path, database_url):
    async with deployment(tmp_path, database_url, Script(discord=sharded())) as made:
        await made.gateway("a", "0-3/4")
        await made.worker("one")
        yield made


async def test_an_asset_is_brought_to_the_provider_by_whoever_leads_and_by_the_next_one_after_a_kill(
    scene: Deployment,
) -> None:
    scene.provider.assets.hold()
    await scene.says(await scene.mara.use("/asset create-character", name="Mira"), "Mira", "created")
    use = await scene.mara.use("/asset add", character="Mira", file=FOX)
    await scene.says(use, "Being reviewed")
    await scene.stop("one", signal.SIGKILL)
    await scene.worker("two")
    scene.provider.assets.finish()
    await scene.says(use, "ready", "asset://")
    assert len(scene.provider.assets.all) == len(scene.ledger.of("upload")) == 1


async def test_what_is_changed_in_a_server_is_told_in_its_log_once_by_two_workers(scene: Deployment) -> None:
    await scene.worker("two")
    mara = scene.mara
    place = scene.discord.world.channel(LOG)
    await scene.says(await mara.use("/admin log-channel", to=place.id), f"posted in <#{place.id}>")
    await scene.seen(mara, says(f"<@{mara.user.id}>", "turned the log on in"), LOG)
    await scene.video(await scene.tomas.use("/video", prompt="a red fox", duration=4))
    await scene.seen(mara, says(f"<@{scene.tomas.user.id}> made a video", "a red fox"), LOG)
    await mara.use("/admin limits set", measure="seconds-a-day", limit=60, member=scene.tomas.id)
    await scene.seen(mara, says(f"<@{mara.user.id}>", f"<@{scene.tomas.user.id}>", "60 seconds"), LOG)
    lines = [one for one in mara.sees(LOG) if one.author == "Seedreel" and not one.media()]
    told = [one.texts() for one in lines if "made a video" not in one.texts()]
    assert len(told) == 2, told


@pytest.mark.parametrize("after", [False, True], ids=["before Discord took it", "after Discord took it"])
async def test_a_share_of_a_killed_gateway_is_posted_once_by_whoever_leads(scene: Deployment, *, after: bool) -> None:
    original = await scene.video(await scene.mara.use("/video", prompt="a fox to share", duration=4))
    # Its row says so by then: before that it can't be shared.
    await scene.processes["one"].says("Telling the member that it is delivered")
    gate = scene.gates.close(upload, after=after)
    use = await scene.mara.use("/share", video=short_id(original), channel_=scene.discord.world.channel(LOG).id)
    await scene.until(lambda: gate.waiting, "the upload")
    await scene.stop("a", signal.SIGKILL)
    gate.open()
    await scene.seen(scene.tomas, has_video, LOG)
    await scene.says(use, "shared in")
    assert len(scene.videos(LOG, scene.tomas)) == 1
    assert len(scene.paid()) == 1
