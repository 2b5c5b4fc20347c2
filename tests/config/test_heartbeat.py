"""The heartbeat: touched while the loop turns, judged by its age, by a process of its own."""

import asyncio
import logging
import os
import subprocess
import sys
import threading

import pytest

from bot.heartbeat import DEAD_AFTER, beat, is_alive
from bot.storage.thread import Store
from bot.studio.lifecycle.health import Health
from tests.conventions.source import ROOT


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
        await beat(file, 7, works=_works, sleep=sleep)
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
        await beat(folder / "heartbeat", 1, works=_works, sleep=sleep)
    assert beats == [False, False, True]
    assert len(caplog.records) == 1


async def test_a_bot_that_turns_and_gets_nothing_done_has_no_heartbeat(tmp_path):
    file, health, beats = tmp_path / "heartbeat", Health(), []

    async def works():
        return health.is_working

    async def sleep(_):
        beats.append(file.exists())
        file.unlink(missing_ok=True)
        match len(beats):
            case 1:
                for which in ("a", "b", "b", "b"):
                    health.broke(which)
            case 2:
                health.broke("c")
            case 3:
                health.worked()
            case 4:
                raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await beat(file, 1, works=works, sleep=sleep)
    assert beats == [True, True, False, True]


async def test_a_store_that_hangs_is_no_sign_of_life(tmp_path):
    async with Store(tmp_path / "seedreel.db") as store:
        assert await store.answers(30)
        began, let_go = threading.Event(), threading.Event()
        hanging = asyncio.create_task(store.run(lambda _: began.set() or let_go.wait(60)))
        await asyncio.to_thread(began.wait, 30)
        assert not await store.answers(0.05)
        let_go.set()
        await hanging
        assert await store.answers(30)


async def _works():
    return True


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
    assert _check(str(file), "more") == 2


def test_without_a_path_it_looks_where_the_data_is(tmp_path):
    assert _check(DATA_DIR=str(tmp_path)) == 1
    (tmp_path / "heartbeat").touch()
    assert _check(DATA_DIR=str(tmp_path)) == 0


def _check(*arguments, **environment):
    command = [sys.executable, "-m", "bot.heartbeat", *arguments]
    environment = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode
