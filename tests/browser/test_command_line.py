"""The demo's command line: what it prints, how it ends, and what it says when it cannot run."""

import asyncio
import os
import select
import signal
import socket

import pytest

from tests.browser.demo_process import ROOT, DemoProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
async def started(tmp_path):
    """Give a function that starts a demo; one that still runs at the end is ended."""
    begun = []

    async def start(*arguments, **environment) -> DemoProcess:
        folder = tmp_path / f"demo{len(begun)}"
        folder.mkdir()
        begun.append(DemoProcess(folder, *arguments, **environment))
        await begun[-1].start()
        return begun[-1]

    yield start
    for demo in begun:
        await demo.stop()


async def test_it_prints_the_address_and_ends_clean_on_ctrl_c(started):
    demo = await started("--port", "0", "--fast")
    await demo.page()
    assert len(demo.processes()) == 3  # the demo, the stand-ins, the bot
    assert await demo.stop(signal.SIGINT) == 0
    lines = [line.strip() for line in demo.said.splitlines() if line.strip()]
    assert len(lines) <= 5, lines
    assert lines[-1] == "The demo has stopped."
    assert demo.complaints() == ""
    assert demo.left() == []


async def test_a_demo_that_is_killed_leaves_no_bot_behind(started):
    demo = await started("--port", "0", "--fast")
    await demo.page()
    [bot] = [number for number, command in demo.processes().items() if "bot.demo_bot" in command]
    handle = os.pidfd_open(bot)
    await demo.stop(signal.SIGKILL)
    await asyncio.to_thread(select.select, [handle], [], [], 30)
    os.close(handle)
    assert not [command for command in demo.processes().values() if "bot.demo_bot" in command]


async def test_it_ends_clean_before_it_has_begun(started):
    demo = await started("--port", "0", "--fast")
    await demo.hears("starting")
    assert await demo.stop() == 0
    assert demo.left() == []


async def test_a_port_in_use_is_one_sentence(started):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        demo = await started("--port", str(port))
        assert await demo.ended() == 1
    assert demo.complaints() == (
        f"The demo can't continue: port {port} is taken. Choose another one, or use --port 0 for any free port.\n"
    )


async def test_a_bot_that_ends_is_told_with_its_last_words(started):
    demo = await started("--port", "0", "--fast", LOG_LEVEL="LOUD")
    assert await demo.ended() == 1
    said = demo.complaints()
    assert said.startswith("The demo can't continue: the bot stopped with exit code 78. Its last log lines:\n")
    assert "LOG_LEVEL" in said
    assert demo.left() == []


async def test_stand_ins_that_end_are_told(started):
    demo = await started("--port", "0", "--fast")
    await demo.page()
    [stand_ins] = [number for number, command in demo.processes().items() if "-m sandbox" in command]
    os.kill(stand_ins, signal.SIGKILL)
    assert await demo.ended() == 1
    assert demo.complaints().startswith("The demo can't continue: the stand-ins stopped.")
    assert demo.left() == []


_NOT_INSTALLED = """
import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "Editable" not in getattr(finder, "__name__", "")]
"""


async def test_without_the_stand_ins_it_says_so(started, tmp_path):
    (tmp_path / "image").mkdir()
    for room in ("bot", "cogs"):
        (tmp_path / "image" / room).symlink_to(ROOT / room)
    # An editable installation would find the stand-ins wherever the demo is started.
    (tmp_path / "image" / "sitecustomize.py").write_text(_NOT_INSTALLED)
    demo = await started(cwd=tmp_path / "image", PYTHONPATH=str(tmp_path / "image"))
    assert await demo.ended() == 1
    assert demo.complaints().startswith("The demo can't continue: it only runs in a clone of the project.")
