"""What the provider may hand out in place of a clip: a clear failure, and nothing of it in the channel."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from sandbox.ledger import Entry
from sandbox.toapis.answers import FORMS
from tests.journeys.scene import Scene, has_video, labels
from tests.journeys.script import quick, with_script

MEMORY_MOST = 300 * 1024
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


async def failed(scene: Scene, prompt: str) -> None:
    """Order a clip that turns out to be none, and see that it is told plainly."""
    use = await scene.mara.use("/video", prompt=prompt, duration=4)
    card = await scene.says(use, "failed", "cannot be played", "may have cost")
    assert labels(card) == ["Again", "Edit"]
    # Three times, and no more: the entry of a download that was broken off comes when its server notices.
    await scene.until(lambda: len(fetched(scene, prompt)) >= 3, "three downloads")
    assert len(fetched(scene, prompt)) == 3


def fetched(scene: Scene, prompt: str) -> list[Entry]:
    return [one for one in scene.ledger.of("clip") if scene.task(prompt) in one.route]


def with_fresh_answers(scene: Scene, prompt: str) -> bool:
    """Tell whether the provider was asked anew between one download and the next."""
    about = [one for one in scene.ledger.entries if scene.task(prompt) in one.route]
    steps = [one.kind if one.kind == "clip" else "asked" for one in about if one.kind == "clip" or "/v1/" in one.route]
    return steps[steps.index("clip") :] == ["clip", "asked", "clip", "asked", "clip"]


def nothing_came(scene: Scene) -> None:
    assert scene.uploads() == []
    assert not [one for one in scene.everything() if has_video(one)]
    assert [path.name for path in (scene.bot.data / "clips").iterdir() if path.is_file()] == []


async def test_what_is_no_video_fails_after_three_fresh_tries(scene: Scene) -> None:
    for trouble in ("html", "empty", "not_video", "huge"):
        scene.provider.answer_clip_with(trouble, times=None)
        await failed(scene, f"a fox that is {trouble}")
        assert trouble == "huge" or with_fresh_answers(scene, f"a fox that is {trouble}")
        scene.provider.answer_clip_with(None)
    nothing_came(scene)
    await scene.video(await scene.mara.use("/video", prompt="a fox at last", duration=4))


async def test_a_redirect_to_a_private_address_is_not_followed(scene: Scene, elsewhere: tuple[str, list[str]]) -> None:
    url, asked = elsewhere
    scene.provider.answer_clip_with("redirect", url, times=None)
    await failed(scene, "a fox that leads inside")
    assert asked == []
    nothing_came(scene)
    assert "127.0.0.2" not in "".join(one.texts() for one in scene.everything())


async def test_one_that_never_ends_fails_in_bounded_memory(scene: Scene) -> None:
    scene.provider.answer_clip_with("endless", times=None)
    await failed(scene, "an endless fox")
    nothing_came(scene)
    assert scene.bot.process is not None
    status = Path(f"/proc/{scene.bot.process.pid}/status")
    if status.exists():
        [peak] = [int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        assert peak < MEMORY_MOST


async def test_what_is_broken_only_for_now_comes_all_the_same(scene: Scene) -> None:
    for trouble, value in (("truncated", ""), ("status", "502"), ("html", ""), ("wrong_type", ""), ("status", "403")):
        scene.provider.answer_clip_with(trouble, value)
        prompt = f"a fox after {trouble} {value or 'itself'}"
        reply = await scene.video(await scene.mara.use("/video", prompt=prompt, duration=4))
        assert reply.file() == scene.provider.tasks[scene.task(prompt)].footage.result().read_bytes()
        tries = [one.detail["trouble"] for one in fetched(scene, prompt)]
        assert tries in ([trouble, None], ["wrong_type"])


async def test_a_clip_that_is_gone_for_good_is_said_as_it_is(scene: Scene) -> None:
    scene.provider.answer_clip_with("status", "404", times=None)
    use = await scene.mara.use("/video", prompt="a fox too late", duration=4)
    await scene.says(use, "failed", "it is gone", "again")
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
