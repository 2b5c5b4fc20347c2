"""Single orders, step by step."""

from tests.faults.four_zeros import Ending, Order, Witness, count
from tests.faults.ground import Ground


async def order(here: Ground, prompt: str) -> Order:
    """Let Mara order a video."""
    mara = here.discord.member("Mara")
    return Order(mara, prompt, await mara.use("/video", prompt=prompt, duration=4))


async def brought(here: Ground, one: Order) -> None:
    """Wait until the order has brought its video, and its member was told."""
    witness = Witness(here.discord, here.ledger)
    await here.until(lambda: witness.ending(one) is Ending.VIDEO, f"the video of {one.prompt}")
    await here.until(lambda: not witness.untold([one], here.scale), f"the ping of {one.prompt}")


async def all_zero(here: Ground, *orders: Order) -> None:
    """Count, and stop the bot."""
    (await count(here.discord, here.ledger, orders, here.scale)).hold(here.seed, here.bot.log)
    assert await here.bot.stop() == 0, here.bot.tail()


async def paid_task(here: Ground, prompt: str) -> str:
    """Wait until the prompt is paid and its footage is there, and return its task's id."""
    await here.until(lambda: prompt in paid_prompts(here), f"{prompt} paid")
    found = next(key for key, one in here.provider.tasks.items() if one.request.prompt == prompt)
    await here.provider.tasks[found].footage
    return found


def paid_prompts(here: Ground) -> list[str]:
    """List the prompts that were paid."""
    return [str(entry.detail["body"]["prompt"]) for entry in here.ledger.of("paid")]
