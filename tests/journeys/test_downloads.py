"""What the provider may hand out in place of a clip: it is waited for, mended or told, and nothing else is posted."""

import re
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from sandbox.ledger import Entry
from sandbox.toapis.answers import FORMS
from sandbox.toapis.ffmpeg import ffmpeg
from tests.journeys.scene import Scene, has_video, labels
from tests.journeys.script import ONE_SLOT, quick, with_script

MAX_MEMORY = 300 * 1024
"""KiB that the bot may ever have held; it streams what it fetches."""


@pytest.fixture
async def elsewhere() -> AsyncIterator[tuple[str, list[str]]]:
    """Serve on another address of this machine, which no setting allows; the list has what was asked for there."""
    asked: list[str] = []

    async def serve(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(body=b"secret of an inner network", content_type="video/mp4")

    app = web.Application()
    app.add_routes([web.get("/{rest:.*}", serve)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.2", 0).start()
    yield f"http://127.0.0.2:{runner.addresses[0][1]}/inner.mp4", asked
    await runner.cleanup()


def fetched(scene: Scene, prompt: str) -> list[Entry]:
    return [one for one in scene.ledger.of("clip") if scene.task(prompt) in one.route]


def with_fresh_answers(scene: Scene, prompt: str) -> bool:
    """Tell whether the provider was asked anew between one download and the next."""
    about = [one for one in scene.ledger.entries if scene.task(prompt) in one.route]
    steps = [one.kind if one.kind == "clip" else "asked" for one in about if one.kind == "clip" or "/v1/" in one.route]
    steps = steps[steps.index("clip") :]
    return steps[:5] == ["clip", "asked", "clip", "asked", "clip"]


def nothing_came(scene: Scene) -> None:
    assert scene.uploads() == []
    assert not [one for one in scene.everything() if has_video(one)]
    # A try may just be under way.
    kept = [path.name for path in (scene.bot.data / "clips").iterdir() if path.is_file() and path.suffix != ".part"]
    assert kept == []


def original(scene: Scene, prompt: str) -> bytes:
    return scene.provider.tasks[scene.task(prompt)].footage.result().read_bytes()


@with_script(**ONE_SLOT)
async def test_a_file_that_comes_late_is_waited_for_and_its_slot_is_free(scene: Scene) -> None:
    for trouble, value in (("status", "404"), ("json", "202"), ("half", "")):
        scene.provider.files_late(150.0, trouble, value)
        prompt = f"a fox that waits for {trouble} {value}."
        use = await scene.mara.use("/video", prompt=prompt, duration=4)
        words = "damaged or incomplete" if trouble == "half" else "its file isn't available yet"
        await scene.says(use, "rendered", "your video is finished", words)
        reply = await scene.video(use)
        assert reply.file() == original(scene, prompt)
        assert len(fetched(scene, prompt)) >= 3
        assert with_fresh_answers(scene, prompt)


@with_script(**ONE_SLOT)
async def test_after_five_minutes_the_address_is_handed_on_and_a_restart_goes_on_waiting(scene: Scene) -> None:
    scene.provider.files_late(100_000.0)
    use = await scene.mara.use("/video", prompt="a very late fox", duration=4)
    # The slot is free: another one is made meanwhile.
    await scene.paid_for(1)
    await scene.says(use, "its file isn't available yet")
    await scene.tomas.use("/video", prompt="a fox after it", duration=4, wait=False)
    await scene.paid_for(2)
    card = await scene.says(use, "try the link")
    [url] = [url for label, _, _, url in card.buttons() if label == "Open the video"]
    assert url == scene.provider.clip_url(scene.provider.tasks[scene.task("a very late fox")])
    await scene.bot.restart(signal.SIGKILL)
    scene.provider.files_late(0.0)
    reply = await scene.video(use)
    assert reply.file() == original(scene, "a very late fox")
    assert "link" not in reply.texts()


async def test_what_is_too_much_fails_after_three_tries_and_its_address_is_left(scene: Scene) -> None:
    scene.provider.answer_clip_with("huge", times=None)
    use = await scene.mara.use("/video", prompt="a huge fox", duration=4)
    card = await scene.says(use, "failed", "can't be played", "may still cost", "link may still work until")
    assert labels(card) == ["Open the video", "Again", "Edit"]
    # A download is in the ledger once its server has noticed that nobody reads on.
    await scene.until(lambda: len(fetched(scene, "a huge fox")) == 3, "the third download's end")
    nothing_came(scene)


async def test_a_redirect_to_a_private_address_is_not_followed_and_waited_out(
    scene: Scene, elsewhere: tuple[str, list[str]]
) -> None:
    url, asked = elsewhere
    scene.provider.answer_clip_with("redirect", url, times=None)
    use = await scene.mara.use("/video", prompt="a fox that leads inside", duration=4)
    await scene.says(use, "your video is finished", "not set up to fetch files from where it is")
    nothing_came(scene)
    host = url.removeprefix("http://").partition("/")[0]
    await scene.bot.says(f"If that's intended, add {host} to MEDIA_ALLOW_HOSTS")
    scene.provider.answer_clip_with(None)
    await scene.video(use)
    assert asked == []
    assert "127.0.0.2" not in "".join(one.texts() for one in scene.everything())


async def test_one_that_never_ends_fails_in_bounded_memory(scene: Scene) -> None:
    scene.provider.answer_clip_with("endless", times=None)
    use = await scene.mara.use("/video", prompt="an endless fox", duration=4)
    await scene.says(use, "failed", "can't be played")
    nothing_came(scene)
    assert scene.bot.process is not None
    status = Path(f"/proc/{scene.bot.process.pid}/status")
    if status.exists():
        [peak] = [int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        assert peak < MAX_MEMORY


@pytest.mark.parametrize("trouble", ["claims_more", "text_behind", "byte_missing", "first_box"])
async def test_a_damaged_clip_from_which_nothing_is_missing_comes(scene: Scene, trouble: str) -> None:
    scene.provider.answer_clip_with(trouble, times=None)
    reply = await scene.video(await scene.mara.use("/video", prompt="a damaged fox", duration=4))
    assert decoded_seconds(reply.file()) == 4.0
    assert "only part" not in reply.texts()
    assert len(fetched(scene, "a damaged fox")) == (1 if trouble == "first_box" else 3)


@with_script(provider=quick(time_scale=1000.0, run_seconds=(260.0, 280.0)), bot={"TIME_SCALE": "1000"})
async def test_half_of_a_video_is_more_than_none(scene: Scene) -> None:
    scene.provider.answer_clip_with("half", "60", times=None)
    use = await scene.mara.use("/video", prompt="half a fox", duration=4)
    await scene.says(use, "damaged or incomplete file")
    reply = await scene.video(use)
    assert 1.0 < decoded_seconds(reply.file()) < 3.5
    assert "only get part of this video" in reply.texts()


@with_script(bot={"IMAGEIO_FFMPEG_EXE": "/bin/true"})
async def test_a_machine_whose_ffmpeg_does_nothing_still_brings_the_video(scene: Scene) -> None:
    await scene.bot.says("Videos are delivered unchecked")
    reply = await scene.video(await scene.mara.use("/video", prompt="an unchecked fox", duration=4))
    assert reply.file() == original(scene, "an unchecked fox")
    assert len(fetched(scene, "an unchecked fox")) == 1
    await scene.bot.says("is delivered unchecked: ffmpeg can't read the bot's test video")


def decoded_seconds(body: bytes) -> float:
    """Decode all pictures of a clip; a truncated one has none that is broken."""
    command = [
        ffmpeg(),
        "-v",
        "error",
        "-xerror",
        "-progress",
        "pipe:1",
        "-i",
        "pipe:0",
        "-map",
        "0:v",
        "-f",
        "null",
        "-",
    ]
    ran = subprocess.run(command, input=body, capture_output=True, check=True)
    return int(re.findall(rb"out_time_us=(\d+)", ran.stdout)[-1]) / 1_000_000


async def test_what_is_broken_only_for_now_comes_all_the_same(scene: Scene) -> None:
    for trouble, value in (("truncated", ""), ("status", "502"), ("html", ""), ("wrong_type", ""), ("status", "403")):
        scene.provider.answer_clip_with(trouble, value)
        prompt = f"a fox after {trouble} {value or 'itself'}"
        reply = await scene.video(await scene.mara.use("/video", prompt=prompt, duration=4))
        assert reply.file() == scene.provider.tasks[scene.task(prompt)].footage.result().read_bytes()
        tries = [one.detail["trouble"] for one in fetched(scene, prompt)]
        assert tries in ([trouble, None], ["wrong_type"])


@with_script(provider=quick(url_seconds=2.0, time_scale=480.0, run_seconds=(130.0, 140.0)), bot={"TIME_SCALE": "480"})
async def test_a_clip_that_is_gone_for_good_is_said_as_it_is(scene: Scene) -> None:
    scene.provider.files_late(100_000.0)
    use = await scene.mara.use("/video", prompt="a fox too late", duration=4)
    await scene.says(use, "its file isn't available")
    scene.provider.expire_urls(for_good=True)
    await scene.says(use, "failed", "it's gone", "again")
    nothing_came(scene)


async def test_a_signed_address_is_asked_for_byte_for_byte(scene: Scene) -> None:
    scene.provider.sign_as("all")
    await scene.video(await scene.mara.use("/video", prompt="a signed fox", duration=4))
    assert len(fetched(scene, "a signed fox")) == 1


@with_script(provider=quick(clip_content_type="application/octet-stream"))
async def test_the_clip_is_found_wherever_it_was_ever_seen(scene: Scene) -> None:
    for form in FORMS:
        scene.provider.answer_as(form)
        await scene.video(await scene.mara.use("/video", prompt=f"a fox in {form}", duration=4))
    assert len(scene.paid()) == len(FORMS)
