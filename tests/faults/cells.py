"""The table's cells: a fault, the stage whose request it strikes, and what must come of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

from sandbox.discord.errors import refusal
from sandbox.faults import Cut, Delay, Fault, Garbled, HalfOpen, Reset, html, redirect, status
from sandbox.toapis.clips import ClipTrouble

# Longer than every timeout of the bot, in real seconds.
_BEYOND = 400.0
_VIA = {"Via": "1.1 google"}
_SLOW_DOWN = {"message": "You are being rate limited.", "retry_after": 0.2, "global": False}
_BARE = {"message": "slow down"}

FAULTS: Mapping[str, Fault] = {
    "reset before the body": Reset.BEFORE,
    "reset after the body": Reset.EARLY,
    "reset after applying": Reset.AFTER,
    "429 via with retry-after": status(429, _SLOW_DOWN, {**_VIA, "Retry-After": "1"}),
    "429 via": status(429, _BARE, _VIA),
    "429 with retry-after": status(429, _SLOW_DOWN, {"Retry-After": "1"}),
    "429": status(429, _BARE),
    "500": status(500),
    "502 after applying": status(502, applied=True),
    "HTML": html(),
    "HTML after applying": html(applied=True),
    "JSON cut short": Cut(),
    "JSON cut in two": Cut(framed=True),
    "wrong types": Garbled(),
    "redirect": redirect("http://127.0.0.1:9/elsewhere"),
}
LATE: Mapping[str, Fault] = {
    "late": Delay(_BEYOND),
    "late after applying": Delay(_BEYOND, applied=True),
    "half-open": HalfOpen(),
}


# Discord's own refusals, once each; what each of them means stands in `bot.replies.api_errors`.
CODES: Mapping[str, Fault] = {f"code {code}": refusal(code) for code in (
    10008, 10015, 20009, 30046, 40005, 40333, 50001, 50013, 50027, 50035, 50045, 50083, 160002, 200000, 240000,
)} | {"code 40005 at 400": refusal(40005, 400)}  # fmt: skip


class Stage(StrEnum):
    """Whose request is struck."""

    SUBMIT = "submit"
    POLL = "poll"
    CLIP = "clip"
    DEFERRAL = "deferral"
    CARD = "card"
    UPLOAD = "upload"
    LOOK = "look"
    PING = "ping"
    DIRECT = "direct"
    FOLLOW_UP = "follow-up"


class Due(StrEnum):
    """What must come of it. The video comes once, and once is paid, but where it says otherwise."""

    VIDEO = "video"
    UNCLEAR_PAID = "unclear, paid"
    UNCLEAR_FREE = "unclear, not paid"
    NOT_TAKEN = "not accepted, and said so"


# A stream has no answer in memory that could be cut or garbled: these are its own troubles.
CLIP_TROUBLES: Mapping[str, tuple[ClipTrouble, str, int | None]] = {
    "HTML after applying": (ClipTrouble.HTML, "", 1),
    "JSON cut short": (ClipTrouble.TRUNCATED, "", 1),
    "JSON cut in two": (ClipTrouble.EMPTY, "", 1),
    "wrong types": (ClipTrouble.NOT_VIDEO, "", 1),
    "not there yet": (ClipTrouble.STATUS, "404", 6),
    "an error in JSON": (ClipTrouble.JSON, "202", 4),
    "half of it": (ClipTrouble.HALF, "", 4),
    "another first box": (ClipTrouble.FIRST_BOX, "pnot", None),
}
"""The trouble, its value, and how often it strikes; None for always. A mended clip would not be known by its bytes."""

_SUBMIT = {
    "reset before the body": Due.UNCLEAR_FREE,
    "reset after the body": Due.UNCLEAR_FREE,
    "reset after applying": Due.UNCLEAR_PAID,
    "500": Due.UNCLEAR_FREE,
    "502 after applying": Due.UNCLEAR_PAID,
    "HTML": Due.UNCLEAR_FREE,
    "HTML after applying": Due.UNCLEAR_PAID,
    "JSON cut short": Due.UNCLEAR_PAID,
    "JSON cut in two": Due.UNCLEAR_PAID,
    "wrong types": Due.UNCLEAR_PAID,
    "redirect": Due.UNCLEAR_FREE,
    "late": Due.UNCLEAR_FREE,
    "late after applying": Due.UNCLEAR_PAID,
    "half-open": Due.UNCLEAR_FREE,
}

# A 429 that did not come through Discord's own proxies is Cloudflare's: nobody presses on within the 3 s.
_DEFERRAL = {"429 with retry-after": Due.NOT_TAKEN, "429": Due.NOT_TAKEN}
_DUE = {Stage.SUBMIT: _SUBMIT, Stage.DEFERRAL: _DEFERRAL}


@dataclass(frozen=True)
class Cell:
    """One cell of the table."""

    stage: Stage
    name: str

    def __str__(self) -> str:
        return f"{self.stage}: {self.name}"

    @property
    def fault(self) -> Fault:
        """What strikes."""
        return {**FAULTS, **LATE, **CODES}[self.name]

    @property
    def late(self) -> bool:
        """Tell whether it waits for a timeout of the bot."""
        return self.name in LATE

    @property
    def linked(self) -> bool:
        """Tell whether the video comes as a link: a clip of the table is too small to be made smaller."""
        return self.stage is Stage.UPLOAD and self.name.startswith(("code 40005", "code 50045"))

    @property
    def due(self) -> Due:
        """What must come of it."""
        return _DUE.get(self.stage, {}).get(self.name, Due.VIDEO)


CODED = (Stage.UPLOAD,)
CELLS = [Cell(stage, name) for name in (*FAULTS, *LATE) for stage in Stage]
CELLS += [Cell(stage, name) for name in CODES for stage in CODED]
CELLS += [Cell(Stage.CLIP, name) for name in CLIP_TROUBLES if name not in FAULTS]


@dataclass(frozen=True)
class Marks:
    """By what the requests of one job are known."""

    prompt: str
    token: str
    channel: int
    direct: int
    task: Callable[[str], str]
    """The prompt of a task's id."""


def aim_of(stage: Stage, marks: Marks) -> Callable[[web.Request], Awaitable[bool]]:
    """Build the test for the requests of a stage of that job."""
    through = f"/{marks.token}"
    tests: Mapping[Stage, Callable[[web.Request], bool]] = {
        Stage.POLL: lambda one: "/generations/" in one.path and marks.task(one.path.split("/")[-1]) == marks.prompt,
        Stage.CLIP: lambda one: marks.task(one.path.split("/")[-1].removesuffix(".mp4")) == marks.prompt,
        Stage.DEFERRAL: lambda one: one.path.endswith(f"{through}/callback"),
        Stage.CARD: lambda one: _is(one, "PATCH", through) and one.content_type == "application/json",
        Stage.UPLOAD: lambda one: _is(one, "PATCH", through) and one.content_type.startswith("multipart/"),
        Stage.LOOK: lambda one: _is(one, "GET", through),
        Stage.PING: lambda one: _is(one, "POST", f"/channels/{marks.channel}/messages"),
        Stage.FOLLOW_UP: lambda one: one.method == "POST" and one.path.endswith(through),
        Stage.DIRECT: lambda one: _is(one, "POST", f"/channels/{marks.direct}/messages"),
    }

    async def fits(request: web.Request) -> bool:
        if stage is Stage.SUBMIT:
            is_submit = request.method == "POST" and request.path.endswith("/generations")
            return is_submit and marks.prompt in await request.text()
        return tests[stage](request)

    return fits


def brings_file_by_edit(marks: Marks) -> Callable[[web.Request], Awaitable[bool]]:
    """Build the test for the edits of that job's reply that bring a file, through its token or as the bot."""

    async def fits(request: web.Request) -> bool:
        edits = _is(request, "PATCH", f"/{marks.token}") or _is(request, "PATCH", f"/channels/{marks.channel}/")
        return edits and request.content_type.startswith("multipart/")

    return fits


def _is(request: web.Request, method: str, part: str) -> bool:
    return request.method == method and part in request.path
