"""What a journey has to hand: two stand-ins, one bot, and questions to the ledgers."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn, Member, Message, Use
from sandbox.discord.components import STRING_SELECT
from sandbox.faults import Faults
from sandbox.ledger import Entry, Ledger
from sandbox.toapis import ProviderStandIn
from tests.journeys.bot_process import BotProcess
from tests.journeys.gates import Gates
from tests.journeys.machine import set_ahead

T = TypeVar("T")
WITHIN = 40.0
SUBMIT = "POST /v1/video/generations"


@dataclass
class Scene:
    """One run of the whole. `gates` stand before Discord."""

    clock: Clock
    ledger: Ledger
    faults: Faults
    gates: Gates
    provider: ProviderStandIn
    discord: DiscordStandIn
    bot: BotProcess
    ahead: float = 0.0
    jumped: float = 0.0

    def begin_clock(self) -> None:
        """Put the bot, before its first start, on a machine whose clock `later` moves."""
        self.bot.on_machine_with_clock(self.bot.folder / "ahead")
        self.later(0.0)

    def later(self, seconds: float) -> None:
        """Let that much time pass at once, for Discord, the provider and the bot's machine."""
        self.ahead += seconds
        set_ahead(self.bot.folder / "ahead", self.ahead, self.jumped)
        self.clock.advance(seconds)

    def calendar_jumps(self, seconds: float) -> None:
        """Set the clock of the bot's machine so many seconds ahead or back; no time goes by."""
        self.jumped += seconds
        set_ahead(self.bot.folder / "ahead", self.ahead, self.jumped)

    @property
    def mara(self) -> Member:
        """The first member."""
        return self.discord.member("Mara")

    @property
    def tomas(self) -> Member:
        """The second member."""
        return self.discord.member("Tomas")

    def joins(self, name: str) -> Member:
        """Let one more member join the server."""
        return self.discord.member(self.discord.world.add_member(name).id)

    def paid(self) -> list[dict[str, Any]]:
        """Return the bodies of the POSTs that counted, in their order."""
        return [dict(entry.detail["body"]) for entry in self.ledger.of("paid")]

    def prompts(self) -> list[str]:
        """Return the prompts that were paid for, in their order."""
        return [str(body["prompt"]) for body in self.paid()]

    def posts(self) -> list[Entry]:
        """Return every POST that the provider answered, counted or not."""
        return self.ledger.of("provider", SUBMIT)

    def balances(self) -> int:
        """Count how often the bot asked for the balance."""
        return len(self.ledger.of("provider", "GET /v1/user/balance"))

    def task(self, prompt: str | None = None) -> str:
        """Return the id of the only task, or of the only one with this prompt."""
        [found] = [id_ for id_, one in self.provider.tasks.items() if prompt in {None, one.request.prompt}]
        return found

    async def paid_for(self, count: int) -> list[str]:
        """Wait until so many tasks were paid, and return their prompts."""
        await self.until(lambda: len(self.paid()) >= count, f"{count} paid tasks")
        return self.prompts()

    async def asked(self, times: int) -> None:
        """Wait until the provider was asked for tasks so many times more; two questions lie 5 s of the bot apart."""
        tasks = "GET /v1/video"
        before = len(self.ledger.of("provider", tasks))
        await self.until(lambda: len(self.ledger.of("provider", tasks)) >= before + times, f"{times} questions")

    async def half_a_minute(self) -> None:
        """Wait until more than the 30 s have passed, as the bot counts, after which a member is pinged."""
        await self.asked(8)

    def uploads(self) -> list[Entry]:
        """Return the requests by which Discord took a video."""
        taken = (entry for entry in self.ledger.of("rest") if entry.detail["status"] == 200)
        return [entry for entry in taken if any(is_video(one["name"]) for one in entry.detail.get("files", ()))]

    def videos(self, channel: str | int = "videos", member: Member | None = None) -> list[Message]:
        """Return the messages that hold a video, as a member sees them."""
        return [one for one in (member or self.mara).sees(channel) if has_video(one)]

    def copies(self) -> Counter[str]:
        """Count, over all of Discord, how many living messages hold each clip."""
        held = {(one.id, name) for one in self.everything() for name in one.media() if is_video(name)}
        return Counter(name for _, name in held)

    def everything(self) -> list[Message]:
        """Return every living message of this Discord, whoever may see it."""
        world, cdn = self.discord.world, self.discord.cdn
        return [Message(world, cdn, one) for one in world.messages.values() if not one.deleted]

    async def until(self, condition: Callable[[], T | bool | None], what: str) -> T:
        """Wait for something in the ledger, and show the bot's log where it does not come."""
        return await self._told(self.ledger.until(condition, within=WITHIN, what=what))

    async def video(self, use: Use) -> Message:
        """Wait until the reply holds its video."""
        return await self._told(use.replied(has_video, within=WITHIN, what="a video"))

    async def says(self, use: Use, *words: str) -> Message:
        """Wait until the reply says all of these words."""
        return await self._told(use.replied(says(*words), within=WITHIN, what=f"{words}"))

    async def follows(self, use: Use, *words: str) -> Message:
        """Wait for a follow-up that only its member sees and that says all of these words."""
        message = await self._told(use.followed(says(*words), within=WITHIN, what=f"{words} in private"))
        assert message.stored.ephemeral_for == use.interaction.user.id
        return message

    async def seen(self, member: Member, fits: Callable[[Message], object], channel: str | int = "videos") -> Message:
        """Wait until a member sees a message that fits, in a channel."""
        return await self.until(
            lambda: next((one for one in member.sees(channel) if fits(one)), None), f"a message in {channel}"
        )

    async def _told(self, wait: Awaitable[T]) -> T:
        try:
            return await wait
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.bot.tail()}") from None

    async def pinged(self, member: Member, count: int = 1) -> list[Message]:
        """Wait until a member was pinged so often."""
        return await self.until(
            lambda: found if len(found := member.pings()) >= count else None, f"{count} pings of {member.user.name}"
        )


def is_video(name: str) -> bool:
    """Tell whether a file's name is a clip's; a video may also be what goes into a request."""
    return re.fullmatch(r"seedreel-[0-9a-z]{20}\.mp4", name) is not None


def has_video(message: Message) -> bool:
    """Tell whether a message shows a video."""
    return any(is_video(name) for name in message.media())


def says(*words: str) -> Callable[[Message], bool]:
    """Build a test for a message that says all of these words, in any case."""
    return lambda message: all(word.lower() in message.texts().lower() for word in words)


def labels(message: Message) -> list[str]:
    """Return what the buttons of a message are called."""
    return [label for label, *_ in message.buttons()]


async def opens(member: Member, message: Message, words: str) -> Use:
    """Let a member choose, in the one select of a message, what is called by these words."""
    [select] = [one for one in message.pressable() if one["type"] == STRING_SELECT]
    [value] = [one["value"] for one in select["options"] if words in one["label"]]
    return await member.press(message, custom_id=select["custom_id"], values=[value])


def short_id(message: Message) -> str:
    """Return the short id on a job's card."""
    [found] = re.findall(r"^-# #([0-9a-z]{6})$", message.texts(), re.MULTILINE)[:1]
    return str(found)
