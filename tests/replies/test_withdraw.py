"""A reply whose wish was not taken on."""

from dataclasses import replace

from bot.replies.withdraw import Withdraw
from bot.studio.ports import Closed, Posted, Unclear
from sandbox.faults import Reset
from tests.replies.conftest import VIDEOS, Scene

WORDS = "I was restarted before I could take this on."


async def test_it_says_so_in_the_place_of_thinking(scene: Scene) -> None:
    job = await scene.asks()
    assert scene.message(job).loading
    withdraw = Withdraw(scene.calls, WORDS)
    assert await withdraw.withdraw(job.reply) == Posted(VIDEOS, job.reply.message_id)
    assert not scene.message(job).loading
    assert scene.message(job).texts() == WORDS


async def test_what_is_gone_is_closed_and_what_broke_is_unclear(scene: Scene) -> None:
    job = await scene.asks()
    withdraw = Withdraw(scene.calls, WORDS)
    scene.faults.add("PATCH /api/v10/webhooks/*", Reset.AFTER)
    assert isinstance(await withdraw.withdraw(job.reply), Unclear)
    unknown = replace(job.reply, token="no such token", token_at=0.0)
    assert isinstance(await withdraw.withdraw(unknown), Closed)
