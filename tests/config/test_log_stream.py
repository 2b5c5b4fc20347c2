"""A stream that is gone, full or not read: no log call raises or waits, and what was lost is told once."""

import logging
import os
import subprocess
import sys
import time
from contextlib import closing

import pytest

from bot.logs import LogFormat, configure_logging
from tests.conventions.source import ROOT

log = logging.getLogger("bot.sample")


@pytest.fixture
def fifo(tmp_path, restored_logging):
    """A named pipe as the log's stream, with one reader."""
    path = tmp_path / "log"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with path.open("w") as stream:
        configure_logging("INFO", LogFormat.TEXT, stream=stream)
        yield path, reader


def read(descriptor):
    lines = os.read(descriptor, 1 << 20).decode().splitlines()
    return [line.split(": ", 1)[1] for line in lines if line]


def test_a_reader_that_went_away_is_not_missed_and_told_what_it_missed(fifo):
    path, reader = fifo
    log.info("first")
    assert read(reader) == ["first"]
    os.close(reader)
    for number in range(3):
        log.warning("into the void %d", number)
    again = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    log.info("back")
    log.info("and on")
    assert read(again) == ["3 lines before this one couldn't be logged.", "back", "and on"]
    os.close(again)


def test_a_reader_that_stops_reading_holds_nothing_up(fifo):
    _, reader = fifo
    began = time.monotonic()
    for number in range(2000):
        log.info("line %d %s", number, "x" * 100)
    log.info("a long one %s", "y" * 100_000)
    assert time.monotonic() - began < 3
    lines = read(reader)
    kept = sum(line.startswith("line ") for line in lines)
    log.info("read again")
    assert read(reader)[-2:] == [f"{2001 - kept} lines before this one couldn't be logged.", "read again"]
    os.close(reader)


def test_a_line_that_was_cut_off_does_not_run_into_the_next(fifo):
    _, reader = fifo
    log.info("a long one %s", "y" * 100_000)
    assert len(read(reader)) == 1
    log.info("next")
    assert read(reader) == ["1 line before this one couldn't be logged.", "next"]
    os.close(reader)


@pytest.mark.parametrize("form", LogFormat)
def test_a_full_disk_under_the_log_is_borne(restored_logging, form):
    with open("/dev/full", "w") as stream:  # noqa: PTH123 - a device
        configure_logging("INFO", form, stream=stream)
        for _ in range(50):
            log.error("no room for %s", "x" * 1000, exc_info=ValueError("x"))
            sys.excepthook(ValueError, ValueError("nor for this"), None)


def test_a_terminal_that_was_closed_is_borne(restored_logging):
    mine, theirs = os.openpty()
    with closing(os.fdopen(theirs, "w")) as stream:
        configure_logging("INFO", LogFormat.TEXT, stream=stream)
        os.close(mine)
        log.info("into a closed window")


def test_a_stream_that_was_closed_is_borne(restored_logging, tmp_path):
    with (tmp_path / "log").open("w") as stream:
        configure_logging("INFO", LogFormat.TEXT, stream=stream)
    log.info("too late")


@pytest.mark.parametrize("redirection", ["2>&-", "1>&- 2>&-", "0<&- 1>&- 2>&-", "> /dev/full 2> /dev/full"])
@pytest.mark.parametrize(("words", "code"), [("run --no-dotenv", 78), ("check --no-dotenv", 1), ("--help", 0)])
def test_a_command_without_standard_streams_ends_as_ever(words, code, redirection):
    line = f"{sys.executable} -m bot {words} {redirection}"
    bare = {"PATH": os.environ["PATH"]}
    ended = subprocess.run(["/bin/sh", "-c", line], cwd=ROOT, env=bare, capture_output=True, text=True, check=False)
    assert ended.returncode == code, ended
    assert "Traceback" not in ended.stdout + ended.stderr


def test_a_reader_that_has_seen_enough_ends_a_command_quietly():
    line = f"{sys.executable} -m bot check --no-dotenv | true; exit ${{PIPESTATUS[0]}}"
    bare = {"PATH": os.environ["PATH"]}
    ended = subprocess.run(["/usr/bin/env", "bash", "-c", line], cwd=ROOT, env=bare, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, b"")
