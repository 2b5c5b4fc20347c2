"""A browser plays what is mended of a damaged clip to its end, where it gives up in the middle of the damaged one."""

from pathlib import Path

import pytest
from aiohttp import web

from bot.media.clips import repair
from tests.media.damage import beginning_with, claiming_more
from tests.media.made import Made
from tests.media.places import place

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DAMAGE = {
    "half": lambda body: body[: len(body) // 2],
    "a byte missing": lambda body: body[:-1],
    "claims more": claiming_more,
}
# How it ended, and where: "ended" at its own end, else the error.
PLAY = """source => new Promise(done => {
    const video = document.createElement('video');
    const tell = how => done([how, video.currentTime, video.duration]);
    Object.assign(video, {muted: true, playbackRate: 8, onended: () => tell('ended'), onerror: () => tell('error')});
    video.src = source;
    video.play();
})"""


def as_video(body: bytes):
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="video/mp4")

    return answer


def a_clip(folder: Path) -> bytes:
    picture = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=24:duration=2", "-f", "lavfi", "-i", "sine=duration=2")
    return Made(folder).by(
        ".mp4", *picture, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart"
    )


async def test_what_is_mended_plays_to_its_end(browser, tmp_path: Path) -> None:
    clip = a_clip(tmp_path)
    async with place() as there:
        page = await browser.new_page()
        there.pages["/"] = as_video(b"")
        await page.goto(f"{there.url}/")
        for name, damage in DAMAGE.items():
            held, target = tmp_path / "held", tmp_path / "clip.mp4"
            held.write_bytes(damage(clip))
            assert await repair(held, target, in_part=True) is not None
            there.pages["/mended"] = as_video(target.read_bytes())
            how, at, duration = await page.evaluate(PLAY, f"{there.url}/mended?{len(name)}")
            assert (how, at) == ("ended", duration), name
        there.pages["/damaged"] = as_video(DAMAGE["half"](clip))
        assert (await page.evaluate(PLAY, f"{there.url}/damaged"))[0] == "error"
        there.pages["/box"] = as_video(beginning_with(clip, b"junk"))
        assert (await page.evaluate(PLAY, f"{there.url}/box"))[0] == "ended"
        await page.close()
