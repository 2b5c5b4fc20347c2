"""The route of a follow-up, and what a filter of the place blocks."""

from dataclasses import replace

import pytest

from bot.domain.reply import Route, Variant
from bot.domain.stages import Stage
from bot.studio.delivery.routes import plan_attempt
from bot.studio.ports import CannotSearch, CardRefused, Closed, NotThere, Posted, Unclear
from tests.studio.conftest import Studio
from tests.studio.fakes import START, reply
from tests.studio.test_deliver import ready

REFUSED = [CardRefused("50035"), CardRefused("50035")]
UNSEEN = CannotSearch("only its member could see such a message", for_good=True)


async def test_after_a_refused_edit_a_private_clip_follows_the_reply(studio: Studio) -> None:
    studio.replies.attempts = [*REFUSED]
    job = await studio.running.deliverer.deliver(await ready(studio, reply=reply(private=True)))
    assert (job.stage, job.attempt.route) == (Stage.DELIVERED, Route.FOLLOW_UP)
    assert studio.replies.routes() == [Route.TOKEN, Route.TOKEN, Route.FOLLOW_UP]


async def test_a_private_follow_up_of_unclear_fate_is_held_and_sent_nowhere_else(studio: Studio) -> None:
    studio.replies.attempts = [*REFUSED, Unclear("502")]
    studio.replies.looks = [UNSEEN] * 3
    job = await studio.running.deliverer.deliver(await ready(studio, reply=reply(private=True)))
    assert job.stage is Stage.HELD
    assert studio.replies.routes() == [Route.TOKEN, Route.TOKEN, Route.FOLLOW_UP]
    assert (await studio.row(job)).attempt.route is Route.FOLLOW_UP


@pytest.mark.parametrize(("looks", "copies"), [([Posted(20, 77)], 1), ([NotThere()], 2)])
async def test_a_public_follow_up_of_unclear_fate_is_looked_for(studio: Studio, looks: list, copies: int) -> None:
    studio.replies.attempts = [*REFUSED, *REFUSED, Closed("50013"), Unclear("502")]
    studio.replies.looks = looks
    job = await studio.running.deliverer.deliver(await ready(studio))
    assert job.stage is Stage.DELIVERED
    assert studio.replies.routes().count(Route.FOLLOW_UP) == copies
    assert Route.DIRECT not in studio.replies.routes()


@pytest.mark.parametrize(
    ("closed", "rest"),
    [
        (Closed("50013"), [Route.FOLLOW_UP]),
        (Closed("50027", token_over=True), [Route.DIRECT]),
        (Closed("10008", message_gone=True), [Route.DIRECT]),
    ],
)
async def test_what_closes_the_token_closes_what_goes_through_it(studio: Studio, closed: Closed, rest: list) -> None:
    studio.replies.attempts = [closed]
    await studio.running.deliverer.deliver(await ready(studio, reply=reply(private=True)))
    assert studio.replies.routes() == [Route.TOKEN, *rest]


async def test_a_coded_refusal_of_the_follow_up_opens_the_direct_message(studio: Studio) -> None:
    studio.replies.attempts = [*REFUSED, Closed("40094")]
    await studio.running.deliverer.deliver(await ready(studio, reply=reply(private=True)))
    assert studio.replies.routes() == [Route.TOKEN, Route.TOKEN, Route.FOLLOW_UP, Route.DIRECT]


async def test_a_restart_during_a_private_follow_up_holds_what_may_be_there(studio: Studio) -> None:
    first = await ready(studio, reply=reply(private=True))
    attempt = plan_attempt(first, Route.FOLLOW_UP, Variant.FILE, START)
    await studio.jobs.save(replace(first, stage=Stage.DELIVERING, attempt=attempt), Stage.READY)
    studio.replies.looks = [UNSEEN] * 3
    job = await studio.running.deliverer.deliver(await studio.row(first))
    assert (job.stage, studio.replies.routes()) == (Stage.HELD, [])


@pytest.mark.parametrize("denied", ["attach_files", "send_messages"])
async def test_no_upload_goes_into_a_certain_refusal(studio: Studio, denied: str) -> None:
    studio.replies.attempts = [Closed("no")] * 3
    await studio.running.deliverer.deliver(await ready(studio, reply=reply(**{denied: False})))
    assert studio.replies.routes() == [Route.TOKEN, Route.BOT, Route.FOLLOW_UP, Route.DIRECT]


async def test_what_a_filter_blocks_goes_without_the_prompt_before_the_next_route(studio: Studio) -> None:
    blocked = CardRefused("200000", blocked=True)
    studio.replies.attempts = [blocked]
    job = await studio.running.deliverer.deliver(await ready(studio))
    assert job.stage is Stage.DELIVERED
    attempts = studio.replies.did("drop")
    assert [(attempt.route, attempt.variant, attempt.hides_prompt) for attempt in attempts] == [
        (Route.TOKEN, Variant.FILE, False),
        (Route.TOKEN, Variant.FILE, True),
    ]
    assert (await studio.row(job)).attempt.hides_prompt


async def test_what_is_blocked_without_the_prompt_too_goes_on_to_the_next_route_with_it(studio: Studio) -> None:
    blocked = CardRefused("20009", blocked=True)
    studio.replies.attempts = [blocked, blocked]
    await studio.running.deliverer.deliver(await ready(studio))
    assert [(attempt.route, attempt.hides_prompt) for attempt in studio.replies.did("drop")] == [
        (Route.TOKEN, False),
        (Route.TOKEN, True),
        (Route.BOT, False),
    ]


async def test_a_bad_form_without_the_prompt_is_tried_in_the_plain_one(studio: Studio) -> None:
    studio.replies.attempts = [CardRefused("200000", blocked=True), CardRefused("50035")]
    await studio.running.deliverer.deliver(await ready(studio))
    attempts = studio.replies.did("drop")
    assert [(attempt.variant, attempt.hides_prompt) for attempt in attempts][1:] == [
        (Variant.FILE, True),
        (Variant.PLAIN, True),
    ]


async def test_a_restart_keeps_the_prompt_hidden(studio: Studio) -> None:
    first = await ready(studio)
    attempt = replace(plan_attempt(first, Route.TOKEN, Variant.FILE, START), hides_prompt=True)
    await studio.jobs.save(replace(first, stage=Stage.DELIVERING, attempt=attempt), Stage.READY)
    await studio.running.deliverer.deliver(await studio.row(first))
    assert [attempt.hides_prompt for attempt in studio.replies.did("drop")] == [True]
