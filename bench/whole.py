"""One video from the slash command to the ping: what it costs, beside the bare calls that it needs.

The bot and the yardstick (`bench.bare_video`) are processes of their own before the same stand-ins, one at a time. What
the yardstick calls, how often and with which bodies, is read from the ledger of a video that the bot has made before.
"""

import asyncio
import json
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from time import monotonic

from bench.bare_video import EDIT, PING, Plan
from bench.measure import Aim, Effort, Figure, Of
from bench.processes import counting, has_children, spent
from sandbox.ledger import Ledger
from tests.faults.ground import Ground, ground
from tests.journeys.bot_process import ROOT
from tests.journeys.scene import is_video

_SUBMIT = "/v1/video/generations"
_ORDER = {"prompt": "a fox walks through fresh snow, the camera follows at eye level", "duration": 4}
# A clip of 4 s at 720p has about so much.
_CLIP_BYTES = 2_000_000
_IN_FLIGHT = 8
# Real seconds without a child, after which what is made beside a delivery is done too.
_QUIET = 0.3
# Real seconds over which is measured what a process takes that makes no video, which is not a video's.
_IDLE = 1.5


@dataclass(frozen=True, slots=True)
class _Size:
    """The scene: the provider's time for a video in seconds, the scale of all times; videos one by one, and at once."""

    run_seconds: float
    scale: float
    alone: int
    together: int


@dataclass(frozen=True, slots=True)
class _Life:
    """What a video took of a process: its processor's seconds, its children's, real ones; and videos a minute."""

    own: float
    children: float
    seconds: float
    a_minute: float

    @property
    def processor(self) -> float:
        """Return all that it took of the processor."""
        return self.own + self.children


@dataclass(frozen=True, slots=True)
class _Lives:
    """What a video needed, and the lives of both sides."""

    plan: Plan
    ours: Sequence[_Life]
    bare: Sequence[_Life]

    def beside(self, what: str, unit: str, value: Callable[[_Life], float], aim: Aim | None = None) -> Figure:
        """Make a figure of one value of each life."""
        return Figure(what, unit, tuple(map(value, self.ours)), tuple(map(value, self.bare)), aim)


async def run(effort: Effort) -> Sequence[Figure]:
    """Measure a usual video, and one whose provider is done at once; a quick run one for both."""
    instantly = _Size(10.0, 600.0, effort.of(5, 1), effort.of(24, 2))
    instant = await _lives(effort, instantly)
    usual = instant if effort.quick else await _lives(effort, _Size(180.0, 120.0, 3, 0))
    what, at_once, needed = "a video of 3 minutes", "done at once", usual.plan
    return [
        usual.beside(f"{what}: processor", "ms", lambda life: 1000 * life.processor, Aim(2.0)),
        usual.beside(f"{what}: of that its own", "ms", lambda life: 1000 * life.own),
        Figure(f"{what}: commits", "", (float(needed.commits),), aim=Aim(15.0, Of.VALUE)),
        Figure(f"{what}: questions", "", (float(needed.questions),)),
        Figure(f"{what}: edits of its card", "", (float(len(needed.edits)),)),
        instant.beside(f"{at_once}: processor", "ms", lambda life: 1000 * life.processor, Aim(2.0)),
        instant.beside(f"{at_once}: command to ping", "ms", lambda life: 1000 * life.seconds, Aim(2.0)),
        instant.beside(f"{at_once}, 8 in flight", "a minute", lambda life: life.a_minute, Aim(0.5, at_least=True)),
    ]


async def _lives(effort: Effort, size: _Size) -> _Lives:
    """Set the stand-ins up, let the bot make one video, and measure in pairs what it and the bare calls take."""
    folder = effort.scratch / f"{size.run_seconds:g}"
    folder.mkdir()
    paid = {"run_seconds": (size.run_seconds, size.run_seconds), "clip_bytes": _CLIP_BYTES}
    async with ground(folder, 1, scale=size.scale, provider=paid, bot={"LOG_LEVEL": "INFO"}) as here:
        here.bot.module = ("bench.unpaced_bot",)
        await here.bot.start()
        plan = await _planned(here, folder, size.run_seconds / size.scale)
        assert await here.bot.stop() == 0, here.bot.tail()
        here.bot.module = (*effort.module("whole")[:-1], "bench.unpaced_bot")
        return _Lives(plan, *await effort.interleaved(lambda: _bot(here, size), lambda: _bare(here, size, plan)))


async def _planned(here: Ground, folder: Path, run_seconds: float) -> Plan:
    """Let the bot make two videos, and read what the second one needed; `run_seconds`: real ones, at the provider."""
    await _video(here)
    await _settled(here, _pid(here))
    began = len(here.ledger.entries)
    with counting(here.bot.data / "seedreel.db") as commits:
        await _video(here)
        await _settled(here, _pid(here))
        written = commits.count
    entries = here.ledger.entries[began:]
    asked = [entry for entry in entries if entry.kind == "provider"]
    sent = [entry.detail for entry in entries if entry.kind == "rest" and entry.route == EDIT]
    [ping] = [entry.detail["body"] for entry in entries if entry.kind == "rest" and entry.route == PING]
    [upload] = [edit["body"] for edit in sent if any(is_video(file["name"]) for file in edit["files"])]
    [order] = [entry.detail["body"] for entry in asked if entry.route == f"POST {_SUBMIT}"]
    with closing(sqlite3.connect(here.bot.data / "seedreel.db")) as db:
        row = db.execute("SELECT * FROM jobs ORDER BY created DESC LIMIT 1").fetchone()
    bare = folder / "bare"
    bare.mkdir()
    questions = sum(entry.route.startswith(f"GET {_SUBMIT}/") for entry in asked)
    edits = [edit["body"] for edit in sent if not edit["files"]]
    return Plan(
        discord_url=f"{here.discord.url}/api/v10",
        token=here.discord.token,
        submit_url=f"{here.provider.url}{_SUBMIT}",
        key=here.provider.key,
        request=order,
        questions=questions,
        clip_url=here.provider.clip_url(list(here.provider.tasks.values())[-1]),
        edits=edits,
        upload=upload,
        ping=ping,
        commits=written,
        row=json.dumps(row),
        pause=run_seconds / (questions + len(edits) + written),
        folder=str(bare),
    )


async def _bot(here: Ground, size: _Size) -> _Life:
    """Measure one life of the bot."""
    await here.bot.start()
    life = await _measured(here, _pid(here), size.alone, size.together)
    assert await here.bot.stop() == 0, here.bot.tail()
    return life


async def _bare(here: Ground, size: _Size, plan: Plan) -> _Life:
    """Measure one life of the yardstick."""
    file = Path(plan.folder) / "plan.json"
    plan.write(file)
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.bare_video", str(file), cwd=ROOT)
    try:
        await here.discord.wait_online(30.0)
        return await _measured(here, process.pid, size.alone, size.together)
    finally:
        # Not SIGINT, which a shell has its programs in the background ignore.
        process.terminate()
        await process.wait()
        await here.discord.gateway.wait_offline()


async def _measured(here: Ground, pid: int, videos: int, together: int) -> _Life:
    await _video(here)
    await _settled(here, pid)
    before = spent(pid)
    await here.clock.until(here.clock.now() + _IDLE)
    idle = (spent(pid) - before).own / _IDLE
    before, began = spent(pid), monotonic()
    seconds = [await _video(here) for _ in range(videos)]
    await _settled(here, pid)
    used = spent(pid) - before
    own = used.own - idle * (monotonic() - began)
    a_minute = await _a_minute(here, together) if together else 0.0
    await _settled(here, pid)
    return _Life(own / videos, used.children / videos, median(seconds), a_minute)


async def _video(here: Ground) -> float:
    """Order one video; return the seconds until its member was pinged."""
    pings, began = _Pings(here.ledger), monotonic()
    await _order(here)
    await here.until(lambda: pings.count() > 0, "a ping")
    return monotonic() - began


async def _a_minute(here: Ground, videos: int) -> float:
    """Order so many, some of them at once; return how many a minute were posted and pinged."""
    pings, began = _Pings(here.ledger), monotonic()
    for ordered in count(1):
        await _order(here)
        due = max(0, ordered + 1 - _IN_FLIGHT) if ordered < videos else videos
        await here.until(lambda due=due: pings.count() >= due, "pings")  # type: ignore[misc]
        if ordered == videos:
            break
    return 60 * videos / (monotonic() - began)


async def _order(here: Ground) -> None:
    await here.discord.member("Mara").use("/video", wait=False, **_ORDER)


class _Pings:
    """Counts the pings from now on, each entry looked at once."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._at = len(ledger.entries)
        self._count = 0

    def count(self) -> int:
        entries = self._ledger.entries
        self._count += sum(entries[at].route == PING for at in range(self._at, len(entries)))
        self._at = len(entries)
        return self._count


async def _settled(here: Ground, pid: int) -> None:
    """Wait until what is done beside a delivery is done."""
    quiet = monotonic()
    while monotonic() < quiet + _QUIET:
        await here.clock.until(here.clock.now() + 0.02)
        if has_children(pid):
            quiet = monotonic()
    here.ledger.touch()


def _pid(here: Ground) -> int:
    assert here.bot.process is not None
    return here.bot.process.pid
