"""A follow-up that brings the clip through the token: where it stands, that it leaves once, where it is looked for."""

import pytest

from bot.domain.reply import Route, Variant
from bot.studio.ports import CannotSearch, Closed, NotThere, Posted, Unclear
from sandbox.faults import Reset, status
from tests.replies.conftest import FOOTAGE, VIDEOS

FOLLOW_UP = "POST /api/v10/webhooks/*"
SLOW = {"message": "You are being rate limited.", "retry_after": 0.1, "global": False}


async def answered(scene, **how):
    """Let Mara ask, and her reply be more than loading."""
    job = await scene.asks(**how)
    await scene.replies.show_end(job, Route.TOKEN)
    return job


def sent(scene) -> int:
    return len(scene.discord.ledger.of("rest", "POST /webhooks")) + len(scene.discord.ledger.of("fault", "POST"))


@pytest.mark.parametrize("variant", [Variant.FILE, Variant.PLAIN])
@pytest.mark.parametrize("private", [False, True])
async def test_it_is_a_message_as_private_as_the_reply(scene, private, variant):
    job = await answered(scene, private=private)
    outcome = await scene.replies.deliver(job, scene.attempt(job, Route.FOLLOW_UP, variant), scene.clip)
    made = scene.seen()[-1]
    assert outcome == Posted(VIDEOS, int(made.id))
    assert (made.file(), made.ephemeral) == (FOOTAGE, private)
    assert made.pinged == ["Mara"]
    assert len(scene.seen()) == 2
    assert bool(scene.discord.member("Tomas").sees("videos")) is not private


async def test_it_fills_a_message_that_still_loads_and_is_found_there(scene):
    job = await scene.asks(private=True)
    attempt = scene.attempt(job, Route.FOLLOW_UP)
    posted = await scene.replies.deliver(job, attempt, scene.clip)
    assert posted == Posted(VIDEOS, job.reply.message_id)
    assert await scene.replies.find_delivery(job, attempt) == posted


FATES = {
    "a 502 after applying": (status(502, applied=True), 2),
    "a 502": (status(502), 1),
    "a 500": (status(500), 1),
    "a reset after applying": (Reset.AFTER, 2),
    "a reset": (Reset.BEFORE, 1),
}


@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("private", [False, True])
async def test_of_unclear_fate_it_is_not_repeated(scene, private, fate):
    job = await answered(scene, private=private)
    attempt = scene.attempt(job, Route.FOLLOW_UP)
    fault, messages = FATES[fate]
    scene.faults.add(FOLLOW_UP, fault)
    before = sent(scene)
    assert isinstance(await scene.replies.deliver(job, attempt, scene.clip), Unclear)
    assert sent(scene) - before <= 2
    assert len(scene.discord.ledger.of("fault")) == 1
    assert len(scene.seen()) == messages
    found = await scene.replies.find_delivery(job, attempt)
    if private:
        assert isinstance(found, CannotSearch)
        assert found.for_good
    else:
        assert found == (Posted(VIDEOS, int(scene.seen()[-1].id)) if messages == 2 else NotThere())


async def test_a_ping_through_the_token_is_not_repeated_either(scene):
    job = await answered(scene, private=True)
    scene.faults.add(FOLLOW_UP, status(502, applied=True))
    await scene.replies.ping(job)
    assert len(scene.seen()) == 2


async def test_what_a_rate_limit_refused_is_sent_again(scene):
    job = await answered(scene)
    scene.faults.add(FOLLOW_UP, status(429, SLOW, {"Via": "1.1 google"}))
    assert isinstance(await scene.replies.deliver(job, scene.attempt(job, Route.FOLLOW_UP), scene.clip), Posted)
    assert len(scene.seen()) == 2


async def test_once_the_token_is_over_nothing_goes_through_it(scene, forgotten):
    job = await answered(scene)
    before = sent(scene)
    for route in (Route.FOLLOW_UP, Route.TOKEN):
        outcome = await scene.replies.deliver(forgotten(job), scene.attempt(job, route), scene.clip)
        assert isinstance(outcome, Closed)
        assert outcome.token_over
    assert sent(scene) == before
    scene.clock.advance(901)
    outcome = await scene.replies.deliver(job, scene.attempt(job, Route.FOLLOW_UP), scene.clip)
    assert isinstance(outcome, Closed)
    assert outcome.token_over
