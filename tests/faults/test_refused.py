"""Refused connections at every stage: the door is closed, the bot runs into it, the door is opened again."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from sandbox.discord import Member, Message
from sandbox.toapis.tasks import Status
from tests.faults.conftest import seed_of
from tests.faults.four_zeros import Ending, Order, Witness, count
from tests.faults.ground import Ground, ground, roads
from tests.faults.proxy import Proxy
from tests.journeys.gates import upload

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]


@dataclass
class Doors:
    """The ground, and a door on each way."""

    here: Ground
    provider: Proxy
    files: Proxy
    discord: Proxy
    orders: list[Order]

    async def order(self, what: str, member: Member | None = None) -> Order:
        """Let a member order a video."""
        who = member or self.here.discord.member(self.here.discord.world.add_member(what).id)
        prompt = f"refused at {what}."
        order = Order(who, prompt, await who.use("/video", prompt=prompt, duration=4, wait=False))
        self.orders.append(order)
        await order.use.answered()
        return order

    async def at_provider(self, what: str) -> tuple[Order, str]:
        """Let a member order a video that the provider keeps half-done; returns the order and its task's id."""
        order = await self.order(what)
        await self.here.until(lambda: self._tasks(order), f"{what} at the provider")
        [task_id] = self._tasks(order)
        self.here.provider.stage(task_id, Status.IN_PROGRESS.value, 20)
        await self.shows(order, "20%")
        return order, task_id

    def _tasks(self, order: Order) -> list[str]:
        return [key for key, one in self.here.provider.tasks.items() if one.request.prompt == order.prompt]

    async def shows(self, order: Order, words: str) -> Message:
        """Wait until the reply says these words."""
        return await order.use.replied(lambda one: words in one.texts(), within=40.0, what=f"{words!r} on the card")

    async def runs_into(self, door: Proxy, words: str, order: Order | None = None) -> None:
        """Wait until the bot's log says, of that job, that it ran into the door; then open it."""
        short = "" if order is None else Witness(self.here.discord, self.here.ledger).short(order)
        seen = len(self.here.bot.log)

        def said() -> bool:
            return any(words in line and short in line for line in self.here.bot.log[seen:].splitlines())

        await self.here.until(said, f"{words!r} in the log")
        await door.open_door()

    async def ends_well(self, order: Order, paid: int = 1) -> None:
        """Wait until the video is there and its member told; then it is there once, and paid once."""
        witness = Witness(self.here.discord, self.here.ledger)
        await self.here.until(lambda: witness.ending(order) is Ending.VIDEO, f"the video of {order.prompt}")
        await self.here.until(lambda: not witness.untold([order], self.here.scale), f"the ping of {order.prompt}")
        assert witness.paid()[order.prompt] == paid
        assert len(witness.holding(order.prompt)) == 1


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def doors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Doors]:
    folder = tmp_path_factory.mktemp("refused")
    async with ground(folder, seed_of(request.config)) as here, roads(here) as (provider, discord):
        port = int(here.provider.outside.rsplit(":", 1)[1])
        async with Proxy(port, here.ledger, here.rng) as files:
            here.provider.files_at = files.url
            here.bot.settings["MEDIA_ALLOW_HOSTS"] = f"{files.url.removeprefix('http://')}"
            await here.bot.start()
            yield Doors(here, provider, files, discord, [])


async def test_at_the_submit_it_is_sent_again(doors: Doors) -> None:
    await doors.provider.close_door()
    order = await doors.order("the submit")
    await doors.shows(order, "Waiting")
    await doors.runs_into(doors.provider, "Not accepted", order)
    await doors.ends_well(order)


async def test_at_a_question_it_is_asked_again_and_the_card_says_so(doors: Doors) -> None:
    order, task_id = await doors.at_provider("a question")
    await doors.provider.close_door()
    await doors.shows(order, "The video service isn't answering")
    await doors.provider.open_door()
    await doors.shows(order, "20%")
    doors.here.provider.release(task_id)
    await doors.ends_well(order)


async def test_at_the_clip_it_is_fetched_again(doors: Doors) -> None:
    order, task_id = await doors.at_provider("the clip")
    await doors.files.close_door()
    doors.here.provider.finish_now(task_id)
    await doors.runs_into(doors.files, "couldn't be downloaded", order)
    await doors.ends_well(order)


async def test_at_the_deferral_nothing_is_taken_on_and_discord_says_so(doors: Doors) -> None:
    await doors.discord.close_door()
    order = await doors.order("the deferral")
    await doors.discord.open_door()
    assert order.use.state == "failed"
    assert Witness(doors.here.discord, doors.here.ledger).paid()[order.prompt] == 0


async def test_at_a_card_it_is_edited_again(doors: Doors) -> None:
    order, task_id = await doors.at_provider("a card")
    await doors.discord.close_door()
    doors.here.provider.stage(task_id, Status.IN_PROGRESS.value, 40)
    await doors.runs_into(doors.discord, "The card couldn't be updated", order)
    await doors.shows(order, "40%")
    doors.here.provider.release(task_id)
    await doors.ends_well(order)


async def test_at_the_upload_it_is_brought_once(doors: Doors) -> None:
    order, task_id = await doors.at_provider("the upload")
    await doors.discord.close_door()
    doors.here.provider.finish_now(task_id)
    await doors.runs_into(doors.discord, "Delivery by route token", order)
    await doors.ends_well(order)


async def test_at_the_look_nothing_is_sent_before_somebody_could_look(doors: Doors) -> None:
    order, task_id = await doors.at_provider("the look")
    gate = doors.here.gates.close(upload, after=True)
    doors.here.provider.finish_now(task_id)
    await gate.reached()
    await doors.discord.close_door()
    gate.open()
    await doors.runs_into(doors.discord, "can't be searched (", order)
    await doors.ends_well(order)
    assert gate.waiting == 1


async def test_at_the_ping_it_is_said_once(doors: Doors) -> None:
    order, task_id = await doors.at_provider("the ping")
    # Whoever has asked less than 30 s of the bot's time ago still looks, and is not pinged.
    await doors.here.clock.until(order.use.interaction.created_at + 1.0)
    gate = doors.here.gates.close(upload, after=True)
    doors.here.provider.finish_now(task_id)
    await gate.reached()
    doors.discord.shut_after_answers()
    gate.open()
    await doors.runs_into(doors.discord, "that it is delivered: unclear", order)
    await doors.ends_well(order)
    assert len(order.member.pings()) == 1


async def test_at_the_direct_message_it_is_brought_there(doors: Doors) -> None:
    order, task_id = await doors.at_provider("the direct message")
    doors.here.discord.member("Mara").delete(await order.use.replied())
    gate = doors.here.gates.close(upload, after=True)
    doors.here.provider.finish_now(task_id)
    await gate.reached()
    doors.discord.shut_after_answers()
    gate.open()
    await doors.runs_into(doors.discord, "Delivery by route direct")
    await doors.ends_well(order)


async def test_the_four_zeros_of_all_refusals(doors: Doors) -> None:
    here = doors.here
    (await count(here.discord, here.ledger, doors.orders, here.scale)).hold(here.seed, here.bot.log)
    assert await here.bot.stop() == 0, here.bot.tail()
