"""Log lines: one record is one line, and what stands in it is what happened."""

import ast
import asyncio
import json
import logging
import re
import sys
import threading

import pytest

from bot.clock import ScaledClock
from bot.log_lines import about_job, counted
from bot.logs import LogFormat, configure_logging
from bot.studio.lifecycle.tasks import BackgroundTasks
from tests.conventions.source import ROOT, sources

log = logging.getLogger("bot.sample")


async def test_a_text_line_tells_when_how_bad_where_and_what(lines):
    read = lines(LogFormat.TEXT)
    log.warning("asked %s times", 3)
    (line,) = read()
    assert line.split(" ", 1)[1] == "WARNING bot.sample: asked 3 times"
    assert line.split(" ", 1)[0].endswith("Z")


async def test_a_json_line_holds_the_same(lines):
    read = lines(LogFormat.JSON)
    log.warning("asked %s times", 3)
    (line,) = read()
    entry = json.loads(line)
    assert entry.pop("time").endswith("Z")
    assert entry == {"level": "WARNING", "logger": "bot.sample", "message": "asked 3 times"}


async def test_every_line_of_a_job_has_its_short_id_by_itself_in_json(lines):
    read = lines(LogFormat.JSON)
    with about_job("k3f9a2bcdefghijklmno"):
        log.info("Accepted: %d s.", 5)
        logging.getLogger("discord.http").warning("We are being rate limited.")
        await asyncio.create_task(say("in a task of it"))
        await asyncio.to_thread(log.info, "in a thread of it")
        with about_job(""):
            log.info("about no job")
    log.info("after it, [#k3f9a2] is only text")
    found = [(entry.get("job"), entry["message"]) for entry in map(json.loads, read())]
    assert found == [
        ("k3f9a2", "Accepted: 5 s."),
        ("k3f9a2", "We are being rate limited."),
        ("k3f9a2", "in a task of it"),
        ("k3f9a2", "in a thread of it"),
        (None, "about no job"),
        (None, "after it, [#k3f9a2] is only text"),
    ]


async def test_a_background_task_is_about_its_own_job_wherever_it_is_started(lines):
    read = lines(LogFormat.JSON)
    tasks = BackgroundTasks(ScaledClock(1000))

    async def work(_again):
        log.info("at work")
        if len(read()) < 2:
            raise RuntimeError("it breaks once")

    with about_job("aaaaaabbbb"):
        tasks.start("one", "a job", work, job_id="k3f9a2bcdefg")
        await asyncio.wait({tasks.get("one")})
        tasks.start("two", "a task about no job", work)
        await asyncio.wait({tasks.get("two")})
    found = [(entry.get("job"), entry["message"].split(";")[0]) for entry in map(json.loads, read())]
    assert found == [
        ("k3f9a2", "at work"),
        ("k3f9a2", "An unexpected error in a job"),
        ("k3f9a2", "at work"),
        (None, "at work"),
    ]


async def say(words):
    log.info("%s", words)


async def test_a_jobs_lines_begin_with_its_id_in_text(lines):
    read = lines(LogFormat.TEXT)
    with about_job("k3f9a2bcdefghijklmno"):
        log.info("Accepted.")
    assert read()[0].endswith("bot.sample: [#k3f9a2] Accepted.")


def test_no_log_call_writes_a_jobs_id_by_itself():
    """The job is known from `about_job`: one way, so that every line of it has the same key in JSON."""
    calls = [
        (str(source.path), call.lineno)
        for source in sources(ROOT, ("bot", "cogs"))
        for call in ast.walk(source.tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "log"
        if "[#" in ast.unparse(call) or re.search(r"\.short\b|SHORT", ast.unparse(call))
    ]
    assert calls == []


@pytest.mark.parametrize(("number", "words"), [(0, "0 jobs"), (1, "1 job"), (2, "2 jobs"), (1500, "1500 jobs")])
def test_a_count_has_its_plural(number, words):
    assert counted(number, "job") == words


FORGED = "a cat\n2026-01-01T00:00:00.000Z ERROR   bot: stopped\r\x1b[2K\u2028\u202e\x85\x00 end"


@pytest.mark.parametrize("form", LogFormat)
async def test_a_text_from_outside_cannot_begin_a_line_or_erase_one(lines, form):
    read = lines(form)
    log.info("prompt: %s", FORGED)
    with about_job(FORGED[:3] + "\n\u202e"):
        log.info("in a job")
    raw = "\n".join(read())
    assert len(read()) == 2
    assert not set(raw) & set("\r\x1b\u2028\u202e\x85\x00")
    if form is LogFormat.JSON:
        assert json.loads(read()[0])["message"] == f"prompt: {FORGED}"


async def test_a_forged_line_in_an_exception_stays_indented(lines):
    read = lines(LogFormat.TEXT)
    with pytest.raises(LookupError) as caught:
        raise LookupError(FORGED)
    log.error("it failed", exc_info=caught.value)
    first, *rest = read()
    assert first.endswith("it failed")
    assert any("Traceback" in line for line in rest)
    assert all(line.startswith("    ") for line in rest)


async def test_letters_of_every_language_stay_readable(lines):
    read = lines(LogFormat.JSON)
    log.info("日本語 עברית 🎬")
    assert "日本語 עברית 🎬" in read()[0]


async def test_the_level_holds_and_discord_is_never_below_info(lines):
    read = lines(LogFormat.TEXT, level="DEBUG")
    logging.getLogger("discord.gateway").setLevel(logging.DEBUG)
    log.debug("ours")
    logging.getLogger("discord.gateway").debug("theirs")
    logging.getLogger("discord.gateway").info("connected")
    logging.getLogger("discordant").debug("another's")
    assert [line.split(": ")[1] for line in read()] == ["ours", "connected", "another's"]
    quiet = lines(LogFormat.TEXT, level="WARNING")
    log.info("ours")
    assert quiet() == []


@pytest.mark.parametrize("form", LogFormat)
async def test_a_message_that_does_not_fit_its_arguments_is_still_written(lines, form):
    read = lines(form)
    log.info(*("%d of %d", "x"))
    assert "%d of %d ('x',)" in "".join(read())


async def test_an_argument_that_breaks_is_told_by_its_place_alone(lines):
    class Broken:
        def __str__(self):
            raise RuntimeError("hunter22")

    read = lines(LogFormat.TEXT)
    log.info("%s", Broken())
    [told] = read()
    assert "A line of bot.sample couldn't be logged (RuntimeError)" in told
    assert "hunter22" not in told


async def test_uncaught_errors_and_warnings_become_lines(lines):
    read = lines(LogFormat.JSON)
    thread = threading.Thread(target=_fail)
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError("in main"), None)
    logging.getLogger("py.warnings").warning("a warning")
    entries = [json.loads(line) for line in read()]
    assert [entry["level"] for entry in entries] == ["CRITICAL", "CRITICAL", "WARNING"]
    assert "in a thread" in entries[0]["exception"]
    assert "in main" in entries[1]["exception"]


def _fail():
    raise ValueError("in a thread")


async def test_configuring_again_does_not_write_twice(lines):
    lines(LogFormat.TEXT)
    read = lines(LogFormat.TEXT)
    log.info("once")
    assert len(read()) == 1


def test_standard_error_is_where_lines_go(capsys, restored_logging):
    configure_logging("INFO", LogFormat.TEXT)
    log.info("here")
    captured = capsys.readouterr()
    assert "here" in captured.err
    assert captured.out == ""
