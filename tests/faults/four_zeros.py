"""The four numbers, counted from what the stand-ins know: what Discord holds, and what the provider was paid for.

Lost: a /video whose deferral was answered, or that was paid for, that neither brought its own clip, nor told its end,
nor is held and handed out when its member asks. Paid twice: a prompt (every order has its own) with more than one paid
task. Posted twice: a clip in more than one living message, but for the private copies that a member has asked for.
Never told: an order that ended, and no message pinged its member about it or came to them directly; but for an end that
was shown within 30 s of the bot's time after the command was answered, when its member is still looking.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.discord import DiscordStandIn, Member, Message, Use
from sandbox.ledger import Entry, Ledger

STILL_LOOKING = 30.0
# Real seconds between the bot's own clock and what passes a stand-in.
_SLACK = 0.25
_NOT_TAKEN_ON = "before I could start this"
_COMPONENT = 3
# On a ping or in the plain form, and in a card's small print.
_SHORT = re.compile(r"(?:`|-# )#([0-9a-z]{6})\b")
_ENDED = re.compile(r"^\*\*(?:Failed|Cancelled|Kept for you)\*\*", re.MULTILINE)
# The ping about a failure; the plain form of an end, which begins with the job's id.
_SAID = re.compile(r"couldn't be made|was cancelled|kept for you|^`#[0-9a-z]{6}` ")


class Ending(StrEnum):
    """How an order ended, as its member sees it."""

    VIDEO = "video"
    TOLD = "told"
    HELD = "held"
    REFUSED = "refused"  # never accepted, and said so
    OPEN = "open"


@dataclass(eq=False)
class Order:
    """One /video. No other order has its prompt."""

    member: Member
    prompt: str
    use: Use
    ending: Ending = Ending.OPEN

    @property
    def taken(self) -> bool:
        """Tell whether its deferral was answered."""
        return self.use.state == "answered"


@dataclass(frozen=True)
class FourZeros:
    """The numbers, each with the orders or clips behind it."""

    lost: Sequence[str] = ()
    paid_twice: Sequence[str] = ()
    posted_twice: Sequence[str] = ()
    never_told: Sequence[str] = ()
    endings: Counter[str] = field(default_factory=Counter)
    unclear: int = 0

    def __str__(self) -> str:
        ends = ", ".join(f"{count} {name}" for name, count in sorted(self.endings.items()))
        return (
            f"lost {len(self.lost)}, paid twice {len(self.paid_twice)}, posted twice {len(self.posted_twice)}, "
            f"never told {len(self.never_told)} ({ends}; {self.unclear} unclear)"
        )

    def hold(self, seed: int, log: str = "") -> None:
        """Print the numbers and the seed, and fail where one is not zero, with the lines of the bot's log about it."""
        print(f"\n{self}; seed {seed}")
        said = self.said(log)
        assert not said, f"seed {seed}: {said}"

    def said(self, log: str) -> str:
        """Say what is not zero, with the lines of the bot's log about it; empty when all are."""
        bad = {"lost": self.lost, "paid twice": self.paid_twice, "posted twice": self.posted_twice}
        bad |= {"never told": self.never_told}
        said = "; ".join(f"{name}: {list(found)}" for name, found in bad.items() if found)
        shorts = set(_SHORT.findall(said.replace("#", "`#").replace(" ", "` ")))
        lines = [line[:300] for line in log.splitlines() if any(short in line for short in shorts)]
        return "\n".join([said, *lines]) if said else ""


class Witness:
    """Looks at Discord as its members do, and at the provider's book."""

    def __init__(self, discord: DiscordStandIn, ledger: Ledger) -> None:
        self._discord = discord
        self._ledger = ledger
        # Whatever changes is in the ledger: what was told is read once for each of its lengths.
        self._told: tuple[int, Told] | None = None

    def ending(self, order: Order) -> Ending:
        """Say how an order stands for its member; the reply first, then every other message about it."""
        if (reply := order.use.reply) is not None and not reply.deleted:
            found = self._in(reply, order)
            if found is not Ending.OPEN:
                return found
        elif order.use.followups:
            return Ending.REFUSED
        if reply is not None and reply.ephemeral and not _SHORT.search(reply.texts()) and not reply.loading:
            return Ending.REFUSED
        return next(
            (end for one in self._elsewhere(order) if (end := self._in(one, order)) is not Ending.OPEN), Ending.OPEN
        )

    def _elsewhere(self, order: Order) -> Iterator[Message]:
        """Yield the bot's later messages in the channel and to that member directly, newest first."""
        user = order.member.user.id
        for channel in (order.use.interaction.channel, self._discord.world.direct(user)):
            for stored in reversed(channel.messages.values()):
                if stored.id < order.use.interaction.id:
                    break
                if stored.author_id == self._discord.world.bot.id and not stored.deleted:
                    yield self._view(stored.id)

    def _view(self, message_id: int) -> Message:
        return Message(self._discord.world, self._discord.cdn, self._discord.world.messages[message_id])

    def _in(self, message: Message, order: Order) -> Ending:
        text = message.texts()
        if _NOT_TAKEN_ON in text and message == order.use.reply:
            return Ending.REFUSED
        about = order.prompt in text or self.short(order) in _SHORT.findall(text)
        if not about:
            return Ending.OPEN
        if any(name.endswith(".mp4") for name in message.media()) and self._own_clip(message, order):
            return Ending.VIDEO
        # A card that still waits for room, or for the file, shows the address meanwhile: that is no end.
        if "**Rendered**" not in text and "Open the video" in [label for label, *_ in message.buttons()]:
            return Ending.VIDEO
        return _said(text)

    def _own_clip(self, message: Message, order: Order) -> bool:
        """Tell whether the clip is the one made for this prompt, which stands in a box at its end."""
        [name] = [name for name in message.media() if name.endswith(".mp4")]
        return message.file(name).endswith(b"free" + order.prompt.encode())

    def short(self, order: Order) -> str:
        """Return the short id on the order's card; empty when no card was ever shown."""
        found = _SHORT.search(order.use.reply.texts()) if order.use.reply else None
        return found[1] if found else ""

    def copies(self) -> Counter[str]:
        """Count the living messages that hold each clip, but for the private copies handed over on a press."""
        held = Counter[str]()
        for stored in self._discord.world.messages.values():
            if stored.deleted or _asked_for(stored):
                continue
            held.update({name for name in self._view(stored.id).media() if name.endswith(".mp4")})
        return held

    def holding(self, prompt: str) -> list[Message]:
        """Return the messages that hold the clip made for this prompt, private copies too."""
        found = (self._view(stored.id) for stored in self._discord.world.messages.values() if stored.files)
        stamp = b"free" + prompt.encode()
        return [one for one in found for name in one.media() if one.file(name).endswith(stamp)]

    def untold(self, orders: Sequence[Order], scale: float) -> list[Order]:
        """Return those orders that have ended and whose members were not told."""
        told = self.told()
        ended = (order for order in orders if order.taken and self.ending(order) not in {Ending.OPEN, Ending.REFUSED})
        return [order for order in ended if not told.of(order, self.short(order), scale)]

    def paid(self) -> Counter[str]:
        """Count the paid tasks of each prompt."""
        return Counter(str(entry.detail["body"]["prompt"]) for entry in self._ledger.of("paid"))

    def told(self) -> "Told":
        """Read once what every member was pinged about, or was told directly."""
        if self._told is not None and self._told[0] == len(self._ledger.entries):
            return self._told[1]
        told = Told(
            _first(self._ledger.of("message"), _shows_end),
            _first(self._ledger.of("interaction", "answered"), lambda _: True),
        )
        for stored in self._discord.world.messages.values():
            channel = self._discord.world.channels[stored.channel_id]
            people = set(stored.pinged)
            if channel.direct and stored.interaction is None and stored.author_id == self._discord.world.bot.id:
                people |= set(channel.recipients)
            text = self._view(stored.id).texts() if people else ""
            for user in people:
                told.texts.setdefault(user, []).append(text)
                told.shorts.setdefault(user, set()).update(_SHORT.findall(text))
        self._told = len(self._ledger.entries), told
        return told


@dataclass
class Told:
    """What was said to each member and the short ids in it; when each message first showed an end, by id."""

    ended: dict[str, float]
    answered: dict[str, float]

    texts: dict[int, list[str]] = field(default_factory=dict)
    shorts: dict[int, set[str]] = field(default_factory=dict)

    def of(self, order: Order, short: str, scale: float) -> bool:
        """Tell whether its member was told of that order's end, or still looked at the reply that showed it."""
        shown = self.ended.get(order.use.reply.id) if order.use.reply else None
        if shown is not None and shown - self.answered[order.use.id] <= STILL_LOOKING / scale + _SLACK:
            return True
        user = order.member.user.id
        return short in self.shorts.get(user, ()) or any(order.prompt in text for text in self.texts.get(user, ()))


def _said(text: str) -> Ending:
    """Read an end without a clip from a card, a ping or the plain form."""
    if not _ENDED.search(text) and not _SAID.search(text):
        return Ending.OPEN
    return Ending.HELD if re.search("[Kk]ept for you|safe with me", text) else Ending.TOLD


def _first(entries: list[Entry], fits: Callable[[Entry], bool]) -> dict[str, float]:
    """Return when the first entry of each id came that fits, in unix seconds."""
    return {str(entry.detail["id"]): entry.at for entry in reversed(entries) if fits(entry)}


def _shows_end(entry: Entry) -> bool:
    has_clip = any(name.endswith(".mp4") for name in entry.detail["files"])
    return has_clip or _ENDED.search(entry.detail["text"]) is not None


def _asked_for(stored: object) -> bool:
    about = getattr(stored, "interaction", None) or {}
    return getattr(stored, "ephemeral_for", None) is not None and about.get("type") == _COMPONENT


async def hand_out(witness: Witness, order: Order) -> bool:
    """Ask for a held clip as its member would: /status, then the button. True when the right clip came."""
    status = await order.member.use("/status", channel=order.use.interaction.channel.id, video=witness.short(order))
    card = await status.replied()
    pressed = await order.member.press(card, label="Get the video")
    copy = await pressed.replied(lambda one: any(name.endswith(".mp4") for name in one.media()))
    [name] = [name for name in copy.media() if name.endswith(".mp4")]
    return copy.file(name).endswith(b"free" + order.prompt.encode())


async def count(discord: DiscordStandIn, ledger: Ledger, orders: Sequence[Order], scale: float) -> FourZeros:
    """Count the four numbers over all orders. The bot must be running: what is held is asked for.

    `scale`: how much faster than ours the bot's time goes.
    """
    witness = Witness(discord, ledger)
    paid = witness.paid()
    taken = [order for order in orders if order.taken or paid[order.prompt]]
    ends = {order: witness.ending(order) for order in taken}
    untold = witness.untold(taken, scale)
    lost = [
        f"{order.prompt} ({order.use.reply!r})"
        for order, end in ends.items()
        if end is Ending.OPEN or (end is Ending.HELD and not await hand_out(witness, order))
    ]
    unclear = sum("can't tell whether" in (order.use.reply.texts() if order.use.reply else "") for order in taken)
    return FourZeros(
        lost,
        [prompt for prompt, times in paid.items() if times > 1],
        [name for name, times in witness.copies().items() if times > 1],
        [f"{order.prompt} ({ends[order]} #{witness.short(order)} )" for order in untold],
        Counter(ends.values()),
        unclear,
    )
