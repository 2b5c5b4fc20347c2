"""A server with footage and a Chromium for every test of the page."""

import subprocess

import imageio_ffmpeg
import pytest
import pytest_asyncio
from PIL import Image

from tests.page import samples
from tests.page.stand_in_page import StandInPage


@pytest.fixture(scope="session")
def footage(tmp_path_factory):
    """A folder with a short film and a picture."""
    folder = tmp_path_factory.mktemp("footage")
    source = "testsrc2=size=640x360:rate=15:duration=4"
    made = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p"]
    subprocess.run([*made, "-c:v", "libx264", "-preset", "ultrafast", folder / "film.mp4"], check=True)
    Image.new("RGB", (320, 180), (200, 120, 60)).save(folder / "still.png")
    return folder


@pytest_asyncio.fixture(loop_scope="session")
async def server(footage):
    """A server with an empty world; tests put messages into `server.world` before they open a page."""
    async with StandInPage(samples.world(), footage) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def opened(server, page_at):
    """Give a function that opens the stand-in's page and waits until it shows a channel."""

    async def open_page(width=1280, height=800, address="", **settings):
        page = await page_at(width, height, **settings)
        await page.goto(server.url + address)
        await page.get_by_test_id("control-finish").wait_for(state="attached")
        return page

    return open_page
