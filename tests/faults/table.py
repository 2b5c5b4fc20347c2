"""The whole table at once: every cell is one job with a fault of its own, and all of them share one bot."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.discord import Member
from sandbox.discord.errors import refusal
from sandbox.discord.model import Channel, ChannelType
from sandbox.faults import Reset
from sandbox.toapis.tasks import Status
from tests.faults.cells import CLIP_TROUBLES, Cell, Due, Marks, Stage, aim_of, brings_file_by_edit
from tests.faults.four_zeros import Ending, Order, Witness
from tests.faults.ground import Ground

# Commands that are being answered at once: Discord waits 3 s for each.
_AT_ONCE = 12
_WITHIN = 200.0
# On a busy machine the 3 s may be over before the bot has answered: no order came of that, and it is ordered anew.
_TRIES = 4
_EVERY = 1000


@dataclass(frozen=True)
class Came:
    """What came of a cell."""

    ending: Ending
    due: Due | None
    paid: int
    copies: int
    struck: int
    pings: int


class Table:
    """Plays cells; `came(cell)` waits for one."""

    def __init__(self, ground: Ground, cells: Sequence[Cell]) -> None:
        self._ground = ground
        self._witness = Witness(ground.discord, ground.ledger)
        self._doors = asyncio.Semaphore(_AT_ONCE)
        self.orders: list[Order] = []
        # Those that wait for a timeout begin first.
        self._playing = {
            cell: asyncio.create_task(self._play(cell)) for cell in sorted(cells, key=lambda one: not one.late)
        }

    async def came(self, cell: Cell) -> Came:
        """Wait for a cell's end."""
        return await self._playing[cell]

    async def close(self) -> None:
        """Stop all."""
        for playing in self._playing.values():
            playing.cancel()
        await asyncio.gather(*self._playing.values(), return_exceptions=True)

    async def _play(self, cell: Cell) -> Came:
        here = self._ground
        async with self._doors:
            for _ in range(_TRIES):
                order, strikes = await self._order(cell)
                if order.use.state == "answered":
                    break
        if cell.stage is Stage.CLIP and cell.name in CLIP_TROUBLES:
            await self._spoil_clip(cell, order.prompt)
        if cell.stage is Stage.DIRECT:
            await self._delete_reply(order)
        await here.ledger.until(lambda: self._over(order), within=_WITHIN, what=f"an end of {cell}")
        return self._seen(order, strikes)

    async def _order(self, cell: Cell) -> tuple[Order, list[object]]:
        """Let a new member order a video, with the cell's fault lying in wait for it."""
        member, channel = self._newcomer(cell)
        prompt = f"cell {len(self.orders):03}: {cell}."
        # The bot has not heard of it before this task waits for the first time.
        use = await member.use("/video", channel=channel.id, prompt=prompt, duration=4, wait=False)
        order = Order(member, prompt, use)
        self.orders.append(order)
        direct = self._ground.discord.world.direct(member.user.id).id
        strikes = self._arm(cell, Marks(prompt, use.token, channel.id, direct, self._prompt_of))
        await use.answered()
        return order, strikes

    def _newcomer(self, cell: Cell) -> tuple[Member, Channel]:
        """Let a member join who has a channel of their own."""
        world = self._ground.discord.world
        name = f"{cell.stage}{len(self.orders):03}"
        member = self._ground.discord.member(world.add_member(name).id)
        channel = Channel(world.new_id(), name, ChannelType.TEXT, world.guild("Film Club").id)
        world.channels[channel.id] = channel
        if cell.stage is Stage.FOLLOW_UP:
            channel.permissions.deny("Attach Files", member=world.bot.id)
        return member, channel

    def _arm(self, cell: Cell, marks: Marks) -> list[object]:
        aimed = self._ground.aimed
        if cell.stage is Stage.CLIP and cell.name in CLIP_TROUBLES:
            return []
        if cell.stage is Stage.LOOK:
            aimed.at(aim_of(Stage.UPLOAD, marks), Reset.AFTER)
        if cell.stage is Stage.FOLLOW_UP:
            # No edit of this reply takes a file, and the bot may post none.
            aimed.at(brings_file_by_edit(marks), refusal(50035), times=_EVERY)
        return [aimed.at(aim_of(cell.stage, marks), cell.fault)]

    async def _spoil_clip(self, cell: Cell, prompt: str) -> None:
        task_id = await self._paid(prompt)
        trouble, value, times = CLIP_TROUBLES[cell.name]
        self._ground.provider.answer_clip_with(trouble.value, value, task_id=task_id, times=times)

    async def _delete_reply(self, order: Order) -> None:
        """Let a moderator delete the reply while the provider works on the job."""
        here = self._ground
        task_id = await self._paid(order.prompt)
        here.provider.stage(task_id, Status.IN_PROGRESS.value, 50)
        reply = await order.use.replied()
        here.discord.member("Mara").delete(reply)
        here.provider.release(task_id)

    async def _paid(self, prompt: str) -> str:
        def found() -> str | None:
            paid = (one for one in self._ground.ledger.of("paid") if one.detail["body"]["prompt"] == prompt)
            return next((str(one.detail["task"]) for one in paid), None)

        return await self._ground.ledger.until(found, within=_WITHIN, what=f"{prompt!r} at the provider")

    def _prompt_of(self, task_id: str) -> str:
        task = self._ground.provider.found(task_id)
        return task.request.prompt if task else ""

    def _over(self, order: Order) -> bool:
        """Tell whether it has ended, and its member was told."""
        if order.use.state == "failed":
            return True
        end = self._witness.ending(order)
        told = end is Ending.REFUSED or not self._witness.untold([order], self._ground.scale)
        return end is not Ending.OPEN and told

    def _seen(self, order: Order, strikes: Sequence[object]) -> Came:
        ending = self._witness.ending(order)
        held = [one for one in self._witness.holding(order.prompt) if not one.deleted]
        paid = self._witness.paid()[order.prompt]
        short = self._witness.short(order)
        pings = [one for one in order.member.pings() if short and f"`#{short}`" in one.texts()]
        unclear = Due.UNCLEAR_PAID if paid else Due.UNCLEAR_FREE
        due = {Ending.VIDEO: Due.VIDEO, Ending.TOLD: unclear, Ending.REFUSED: Due.NOT_TAKEN}.get(ending)
        struck = sum(getattr(aim, "struck", 0) for aim in strikes)
        return Came(ending, due, paid, len(held), struck, len(pings))
