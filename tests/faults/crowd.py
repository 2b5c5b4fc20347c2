"""Members who order videos, each with a prompt of its own, in every kind of place, never more than they may."""

import asyncio
import random
from dataclasses import dataclass, field

from sandbox.discord import DiscordStandIn, Member
from sandbox.ledger import Ledger
from tests.faults.four_zeros import Ending, Order, Witness

# So many jobs of a member may wait.
AT_ONCE = 5
_PLACES = ("videos", "videos", "lounge", "dm")


@dataclass
class Crowd:
    """Orders until `wanted` of them were taken, as far as `allowed` goes.

    A member orders only while the bot is at the gateway; what nobody answers is no order, and is ordered anew.
    """

    discord: DiscordStandIn
    ledger: Ledger
    rng: random.Random
    wanted: int
    size: int = 12
    allowed: int = 0
    orders: list[Order] = field(default_factory=list)
    count: int = 0
    """Of those, how many were taken."""
    _sent: int = 0
    _under_way: int = 0

    def __post_init__(self) -> None:
        world = self.discord.world
        names = [f"Member{number:02}" for number in range(self.size)]
        self.members = [self.discord.member(world.add_member(name).id) for name in names]
        world.guild("Elsewhere").members.update(member.user.id for member in self.members)
        self._witness = Witness(self.discord, self.ledger)
        self._open: dict[str, list[Order]] = {member.id: [] for member in self.members}

    @property
    def taken(self) -> list[Order]:
        """The orders whose deferral was answered."""
        return [order for order in self.orders if order.taken]

    def settled(self) -> bool:
        """Tell whether every order taken so far has ended for its member; remembers what has."""
        return not any(self._still_open(member) for member in self.members)

    def _still_open(self, member: Member) -> list[Order]:
        left = []
        for order in self._open[member.id]:
            if order.use.state == "failed":
                continue
            order.ending = self._witness.ending(order) if order.taken else Ending.OPEN
            if order.ending is Ending.OPEN:
                left.append(order)
        self._open[member.id] = left
        return left

    async def keep_ordering(self) -> None:
        """Order until enough were taken."""
        await asyncio.gather(*(self._orders(member) for member in self.members))

    async def _orders(self, member: Member) -> None:
        while self.count < self.wanted:
            await self.ledger.until(lambda: self._may(member) or self.count >= self.wanted, within=600.0)
            if self._may(member):
                await self.order(member)

    def _may(self, member: Member) -> bool:
        short_of = min(self.allowed, self.wanted) - self.count - self._under_way
        return short_of > 0 and self.free(member)

    def free(self, member: Member) -> bool:
        """Tell whether the bot is there and lets this member wait for one more."""
        return self.discord.gateway.connected and len(self._still_open(member)) < AT_ONCE

    async def order(self, member: Member) -> None:
        """Order once; returns when that was answered, or failed to be."""
        self._under_way += 1
        try:
            await self._order(member)
        finally:
            self._under_way -= 1

    async def _order(self, member: Member) -> None:
        self._sent += 1
        prompt = f"order {self._sent:05} of {self.rng.randrange(10**6):06}"
        channel = self.rng.choice(_PLACES)
        use = await member.use("/video", channel=channel, prompt=prompt, duration=4, wait=False)
        order = Order(member, prompt, use)
        self.orders.append(order)
        self._open[member.id].append(order)
        await use.answered()
        self.count += order.taken
