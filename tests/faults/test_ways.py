"""Faults by the ways that came later: a share, a reel, takes, an extension. Each cell is a use of its own at one bot.

In the dialect `videos`, where a request whose answer is lost can be looked up: whatever strikes, the video comes, once.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

import pytest
import pytest_asyncio
from aiohttp import web

from sandbox.discord import Member, Message, Use
from sandbox.discord.model import Channel, ChannelType
from tests.faults.cells import FAULTS, LATE
from tests.faults.conftest import seed_of
from tests.faults.ground import BRIEF, Ground, ground
from tests.journeys.scene import is_video, short_id

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]
WITHIN = 200.0
NEWEST = {"model": "seedance-2-5", "duration": 4, "resolution": "720p"}
TAKES = 2


class Way(StrEnum):
    """What is asked for, and whose request is struck."""

    SHARE = "the upload of a share"
    REEL = "the upload of a reel"
    TAKES = "the upload of takes"
    EXTENSION = "the submit of an extension"


@dataclass(frozen=True)
class Cell:
    """A way, and what strikes it."""

    way: Way
    name: str

    def __str__(self) -> str:
        return f"{self.way}: {self.name}"


CELLS = [Cell(way, name) for way in Way for name in (*FAULTS, *LATE)]


class Ways:
    """Plays cells on two videos of Mara's, of which the second goes on from the first."""

    def __init__(self, here: Ground, first: Message, second: Message) -> None:
        self._here = here
        self._first, self._second = first, second
        self._at_once = asyncio.Semaphore(8)
        self.playing = {cell: asyncio.create_task(self._play(cell)) for cell in CELLS}

    async def close(self) -> None:
        for playing in self.playing.values():
            playing.cancel()
        await asyncio.gather(*self.playing.values(), return_exceptions=True)

    async def _play(self, cell: Cell) -> tuple[int, Counter[str], int]:
        """Return how often it was struck, the living messages with each clip of its answer, and what was paid."""
        world, number = self._here.discord.world, CELLS.index(cell)
        channel = Channel(world.new_id(), f"way-{number}", ChannelType.TEXT, world.guild("Film Club").id)
        world.channels[channel.id] = channel
        prompt = f"way {number:03}."
        fits, fault = _fits(cell.way, prompt), {**FAULTS, **LATE}[cell.name]
        async with self._at_once:
            use = await self._use(cell.way, channel, prompt, number)
            aim = self._here.aimed.at(lambda request: fits(request, use.token), fault)
        wanted = TAKES if cell.way is Way.TAKES else 1
        await self._here.until(lambda: use.reply is not None and len(_clips(use.reply)) == wanted, str(cell), WITHIN)
        await self._here.until(lambda: aim.struck, f"a fault at {cell}", WITHIN)
        assert use.reply is not None
        held = Counter(
            name
            for stored in world.messages.values()
            if not stored.deleted
            for name in _clips(Message(world, self._here.discord.cdn, stored))
            if name in _clips(use.reply)
        )
        paid = [one for one in self._here.ledger.of("paid") if one.detail["body"]["prompt"] == prompt]
        return aim.struck, held, len(paid)

    async def _use(self, way: Way, channel: Channel, prompt: str, number: int) -> Use:
        mara = self._here.discord.member("Mara")
        match way:
            case Way.SHARE:
                return await mara.use("/share", channel=channel.id, video=short_id(self._second))
            case Way.REEL:
                return await mara.use("/reel", channel=channel.id, video=short_id(self._second))
            case Way.TAKES:
                newcomer = self._newcomer(number)
                return await newcomer.use("/video", channel=channel.id, prompt=prompt, duration=4, takes=TAKES)
            case Way.EXTENSION:
                newcomer = self._newcomer(number)
                opened = await newcomer.press(self._first, label="Extend")
                return await newcomer.submit(opened, prompt=prompt, added=["1"])

    def _newcomer(self, number: int) -> Member:
        return self._here.discord.member(self._here.discord.world.add_member(f"newcomer {number}").id)


def _clips(message: Message) -> list[str]:
    return [name for name in message.media() if is_video(name)]


def _fits(way: Way, prompt: str) -> Callable[[web.Request, str], Awaitable[bool]]:
    """Build the test for the requests of a cell that are struck."""

    async def fits(request: web.Request, token: str) -> bool:
        if way is Way.EXTENSION:
            is_submit = request.method == "POST" and request.path.endswith("/generations")
            return is_submit and prompt in await request.text()
        is_edit = request.method == "PATCH" and f"/{token}" in request.path
        return is_edit and request.content_type.startswith("multipart/")

    return fits


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ways(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ways]:
    bot = {"PROVIDER_SLOTS": "100", "TOAPIS_DIALECT": "videos"}
    # Of a video that goes on from the last frame, that frame has 300 pixels at the least.
    provider = {**BRIEF, "size_scale": 0.5}
    async with ground(tmp_path_factory.mktemp("ways"), seed_of(request.config), bot=bot, provider=provider) as here:
        await here.bot.start()
        mara = here.discord.member("Mara")
        first = await _made(here, await mara.use("/video", prompt="a fox", **NEWEST))
        [more] = [one["custom_id"] for one in first.pressable() if one["custom_id"].startswith("seedreel:more:")]
        opened = await mara.press(first, custom_id=more, values=["continue"])
        second = await _made(here, await mara.submit(opened, prompt="then a hare", added=["4"]))
        ways = Ways(here, first, second)
        yield ways
        await ways.close()
        assert await here.bot.stop() == 0, here.bot.tail()


async def _made(here: Ground, use: Use) -> Message:
    made = await use.replied(lambda message: bool(_clips(message)), within=WITHIN)
    await here.bot.says("Telling the member that it is delivered")
    return made


@pytest.mark.parametrize("cell", CELLS, ids=str)
async def test_a_fault_at_a_later_way(ways: Ways, cell: Cell) -> None:
    struck, held, paid = await ways.playing[cell]
    assert struck == 1
    assert set(held.values()) == {1}
    assert paid == {Way.TAKES: TAKES, Way.EXTENSION: 1}.get(cell.way, 0)
