"""The heartbeat: touched while the loop turns, judged by its age, by a process of its own."""

import asyncio
import logging
import os
import subprocess
import sys

import pytest

from bot.heartbeat import DEAD_AFTER, beat, is_alive
from tests.house.source import ROOT


async def test_every_beat_touches_the_file(tmp_path):
    file = tmp_path / "heartbeat"
    waits = []

    async def sleep(seconds):
        assert file.stat().st_mtime > 1000
        os.utime(file, (1000, 1000))
        waits.append(seconds)
        if len(waits) == 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await beat(file, 7, sleep=sleep)
    assert waits == [7, 7, 7]


async def test_a_disk_that_refuses_is_told_once_and_tried_again(tmp_path, caplog):
    folder = tmp_path / "missing"
    beats = []

    async def sleep(seconds):
        beats.append((folder / "heartbeat").exists())
        if len(beats) == 2:
            folder.mkdir()
        if len(beats) == 3:
            raise asyncio.CancelledError

    with caplog.at_level(logging.WARNING), pytest.raises(asyncio.CancelledError):
        await beat(folder / "heartbeat", 1, sleep=sleep)
    assert beats == [False, False, True]
    assert len(caplog.records) == 1


def test_only_a_young_file_is_alive(tmp_path):
    file = tmp_path / "heartbeat"
    assert not is_alive(file, 1000)
    file.touch()
    os.utime(file, (1000, 1000))
    assert is_alive(file, 1000 + DEAD_AFTER - 1)
    assert not is_alive(file, 1000 + DEAD_AFTER)


def test_the_health_check_is_a_command(tmp_path):
    file = tmp_path / "heartbeat"
    assert _check(str(file)) == 1
    file.touch()
    assert _check(str(file)) == 0
    os.utime(file, (1000, 1000))
    assert _check(str(file)) == 1
    assert _check() == 2


def _check(*arguments):
    command = [sys.executable, "-m", "bot.heartbeat", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode
