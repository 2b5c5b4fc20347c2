"""Members of many servers, each of whom asks for as much as they like: most of it is refused."""

import asyncio
import random
from dataclasses import dataclass, field, replace

from sandbox.discord import Member
from sandbox.discord.model import Channel
from tests.faults.four_zeros import Ending, Order, Witness
from tests.faults.ground import Ground
from tests.faults.spending_model import Video

# So many commands are on their way at once; an answer is due after 3 s, on a slow machine too.
_ON_THEIR_WAY = 24
_TOKEN_SECONDS = 900.0
_UNCLEAR = "can't tell whether"


@dataclass(frozen=True)
class Place:
    """A channel where a member asks; without a server it is their direct message."""

    member: Member
    channel: Channel

    @property
    def server(self) -> str | None:
        """The id of its server."""
        return None if self.channel.guild_id is None else str(self.channel.guild_id)


@dataclass
class Servers:
    """Servers with their members, what these have asked for, and what the provider was paid for by whom."""

    here: Ground
    rng: random.Random = field(init=False)
    places: list[Place] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    asked: dict[str, Video] = field(default_factory=dict)
    """Every order by its prompt: who asked where, when and for how long."""

    def __post_init__(self) -> None:
        self.rng = self.here.rng
        self._failed: dict[str, float] = {}
        self._over = 0
        self._turns = asyncio.Semaphore(_ON_THEIR_WAY)
        self.witness = Witness(self.here.discord, self.here.ledger)

    def open(self, members: int, servers: int, joins: int = 1) -> None:
        """Open servers and let each of so many new members join `joins` of them."""
        world = self.here.discord.world
        people = [world.add_member(f"Member{number:04}") for number in range(members)]
        inside: list[list[Member]] = [[] for _ in range(servers)]
        for number, user in enumerate(people):
            for each in range(joins):
                inside[(number + each) % servers].append(self.here.discord.member(user.id))
        for number, crowd in enumerate(inside):
            channel = world.add_server(f"Server{number:02}", [member.user for member in crowd])
            self.places += [Place(member, channel) for member in crowd]

    def and_directly(self) -> None:
        """Let everyone ask in their direct message with the bot too."""
        members = {place.member.id: place.member for place in self.places}
        self.places += [Place(one, self.here.discord.world.direct(one.user.id)) for one in members.values()]

    async def ask(self, place: Place, seconds: int = 4) -> Order:
        """Ask for one video; returns when that was answered, or nobody has."""
        prompt = f"video {len(self.asked):05} of {self.rng.randrange(10**6):06}"
        self.asked[prompt] = Video(prompt, place.member.id, place.server, self.here.clock.now(), seconds)
        async with self._turns:
            options = {"prompt": prompt, "duration": seconds}
            use = await place.member.use("/video", channel=place.channel.id, wait=False, **options)
            order = Order(place.member, prompt, use)
            self.orders.append(order)
            await use.answered()
        return order

    def open_orders(self) -> list[Order]:
        """Return the orders that were answered and have not ended for their members."""
        return [order for order in self.orders if not self._is_over(order)]

    def all_over(self) -> bool:
        """Tell whether there is none of these; with thousands of orders cheap enough to be asked at every step."""
        while self._over < len(self.orders) and self._is_over(self.orders[self._over]):
            self._over += 1
        return self._over == len(self.orders)

    def _is_over(self, order: Order) -> bool:
        if order.ending is Ending.OPEN and order.taken:
            order.ending = self.witness.ending(order)
        return not order.taken or order.ending is not Ending.OPEN or self._given_up(order)

    def _given_up(self, order: Order) -> bool:
        """Tell whether Discord itself says that nobody responded: the bot was killed before it took the order."""
        paid = any(task.request.prompt == order.prompt for task in self.here.provider.tasks.values())
        age = self.here.clock.now() - self.asked[order.prompt].at
        return not paid and age > _TOKEN_SECONDS and (order.use.reply is None or order.use.reply.loading)

    def refusals(self) -> list[str]:
        """Return what was said privately to each who was refused."""
        refused = [order.use for order in self.orders if order.ending is Ending.REFUSED]
        said = [use.followups[-1] if use.followups else use.reply for use in refused]
        return [message.texts() for message in said if message is not None]

    def fail_some(self, share: float) -> None:
        """Let the provider fail a share of what it is making."""
        for task in self.here.provider.tasks.values():
            if not task.ended and self.rng.random() < share:
                self.here.provider.fail(task.id)
                self._failed[task.id] = self.here.clock.now()

    def paid(self) -> list[Video]:
        """Return what the provider was paid for, by its own book: when, how long, and for whom by the prompt."""
        # Where nobody can say whether it was sent, the member's turn is over though it may be made.
        told = {order.prompt for order in self.orders if order.use.reply and _UNCLEAR in order.use.reply.texts()}
        videos = []
        ours = (task for task in self.here.provider.tasks.values() if task.request.prompt in self.asked)
        for task in ours:
            by, failed = self.asked[task.request.prompt], self._failed.get(task.id)
            over = task.created_at if by.prompt in told else failed or task.completed_at or None
            videos.append(replace(by, at=task.created_at, seconds=task.request.duration, until=failed, over=over))
        return videos
