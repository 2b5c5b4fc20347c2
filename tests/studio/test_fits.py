"""A clip that is larger than a place takes: made smaller, sent as a link, or held."""

from dataclasses import replace

import pytest

from bot.discord_limits import TOKEN_USE_SECONDS
from bot.domain.caller import Caller
from bot.domain.job import Job
from bot.domain.progress import Silence
from bot.domain.reply import Route, ShrunkClip, Variant
from bot.domain.stages import Stage
from bot.studio.delivery.routes import lower_limit, plan_attempt
from bot.studio.delivery.state import MAX_FITS
from bot.studio.lifecycle.shutdown import ShuttingDown
from bot.studio.ports import CardRefused, Closed, NotThere, Outcome, Posted, TooLarge, Unclear
from tests.studio.conftest import Studio
from tests.studio.fakes import LIMITS, MEGABYTE, START, job, reply

USUAL = 10 * MEGABYTE


async def ready(studio: Studio, stage: Stage = Stage.READY, **changes: object) -> Job:
    (studio.media.folder / f"{job().id}.mp4").write_bytes(b"clip")
    fields = {
        "clip_bytes": 14 * MEGABYTE,
        "clip_url": "https://files.test/a.mp4",
        "clip_dies": START + 80_000,
        **changes,
    }
    return await studio.stored(job(stage=stage, task_id="t", submitted=START, completed=START, **fields))


def sent(studio: Studio) -> list[tuple[Route, Variant, ShrunkClip | None]]:
    return [(attempt.route, attempt.variant, attempt.shrunk) for attempt in studio.replies.did("drop")]


def names(*limits: int | None) -> list[str]:
    return [f"{job().id}.mp4" if limit is None else f"{job().id}.fit-{limit}.mp4" for limit in limits]


def made_for(limit: int) -> ShrunkClip:
    return ShrunkClip(limit * 9 // 10, 960, 540)


async def test_a_clip_above_the_limit_is_made_to_fit_and_the_row_says_so(studio: Studio) -> None:
    done = await studio.running.deliverer.deliver(await ready(studio))
    assert sent(studio) == [(Route.TOKEN, Variant.FILE, made_for(USUAL))]
    assert studio.replies.files == names(USUAL)
    row = await studio.row(done)
    assert (row.stage, row.attempt.shrunk, row.attempt.limit) == (Stage.DELIVERED, made_for(USUAL), USUAL)
    assert row.clip_bytes == 14 * MEGABYTE


async def test_a_clip_at_the_limit_goes_out_as_it_came(studio: Studio) -> None:
    await studio.running.deliverer.deliver(await ready(studio, clip_bytes=USUAL))
    assert sent(studio) == [(Route.TOKEN, Variant.FILE, None)]
    assert (studio.media.limits, studio.replies.files) == ([], names(None))


async def test_while_it_is_made_smaller_the_row_stands_and_the_card_says_so_and_a_shutdown_need_not_wait(
    studio: Studio,
) -> None:
    first = await ready(studio)
    seen: list[tuple[Stage, int]] = []

    async def look() -> None:
        seen.append(((await studio.row(first)).stage, len(studio.shutdown.inside())))

    studio.media.before_fit = look
    await studio.running.deliverer.deliver(first)
    assert seen == [(Stage.READY, 0)]
    assert [name for name, _, _ in studio.replies.ledger] == ["show", "settle", "drop"]


async def test_a_shutdown_in_the_meantime_sends_nothing(studio: Studio) -> None:
    first = await ready(studio)

    async def shut_down() -> None:
        studio.shutdown.begin_draining()

    studio.media.before_fit = shut_down
    with pytest.raises(ShuttingDown):
        await studio.running.deliverer.deliver(first)
    assert (await studio.row(first)).stage is Stage.READY
    assert sent(studio) == []


async def test_a_token_that_dies_in_the_meantime_is_not_used_and_nothing_is_made_twice(studio: Studio) -> None:
    async def take_long() -> None:
        studio.clock.at = START + TOKEN_USE_SECONDS

    studio.media.before_fit = take_long
    await studio.running.deliverer.deliver(await ready(studio))
    assert sent(studio) == [(Route.BOT, Variant.FILE, made_for(USUAL))]
    assert studio.media.limits == [USUAL]


async def test_what_cannot_be_made_to_fit_goes_out_as_a_link_that_names_the_limit(studio: Studio) -> None:
    studio.media.fits = [None]
    done = await studio.running.deliverer.deliver(await ready(studio))
    assert sent(studio) == [(Route.TOKEN, Variant.LINK, None)]
    assert (await studio.row(done)).attempt.limit == USUAL
    assert studio.provider.asked == []


async def test_a_dead_link_is_asked_for_anew(studio: Studio) -> None:
    studio.media.fits = [None]
    await studio.running.deliverer.deliver(await ready(studio, clip_dies=START - 1))
    assert studio.provider.asked == ["t"]
    [(_, moved, attempt)] = [entry for entry in studio.replies.ledger if entry[0] == "drop"]
    assert (moved.clip_url, attempt.variant) == ("https://files.test/clip.mp4", Variant.LINK)


async def test_without_a_living_link_the_clip_is_held(studio: Studio) -> None:
    studio.media.fits = [None]
    studio.provider.answers = [Silence(START)] * 9
    done = await studio.running.deliverer.deliver(await ready(studio, clip_dies=START - 1))
    assert ((await studio.row(done)).stage, sent(studio)) == (Stage.HELD, [])


async def test_each_route_is_judged_by_its_own_limit(studio: Studio) -> None:
    studio.replies.attempts = [Closed("no")] * 4
    await studio.running.deliverer.deliver(
        await ready(studio, clip_bytes=60 * MEGABYTE, reply=reply(limit=50 * MEGABYTE))
    )
    assert studio.media.limits == [50 * MEGABYTE, USUAL]
    assert studio.replies.files == names(*[50 * MEGABYTE] * 4, USUAL)


async def test_a_direct_message_takes_less_than_a_boosted_server(studio: Studio) -> None:
    studio.replies.attempts = [Closed("10008", message_gone=True)]
    await studio.running.deliverer.deliver(await ready(studio, reply=reply(limit=50 * MEGABYTE)))
    assert sent(studio) == [(Route.TOKEN, Variant.FILE, None), (Route.DIRECT, Variant.FILE, made_for(USUAL))]


@pytest.mark.parametrize(
    ("stated", "size", "outcomes", "limits"),
    [
        (25, 14, [TooLarge()], [USUAL]),
        (25, 14, [TooLarge(), TooLarge()], [USUAL, made_for(USUAL).size // 2]),
        (25, 30, [TooLarge()], [25 * MEGABYTE, USUAL]),
        (10, 8, [TooLarge()], [4 * MEGABYTE]),
    ],
)
async def test_a_limit_that_was_overstated_is_learnt_and_the_clip_made_for_it(
    studio: Studio, stated: int, size: int, outcomes: list[Outcome], limits: list[int]
) -> None:
    studio.replies.attempts = list(outcomes)
    first = await ready(studio, clip_bytes=size * MEGABYTE, reply=reply(limit=stated * MEGABYTE))
    done = await studio.running.deliverer.deliver(first)
    assert studio.media.limits == limits
    assert sent(studio)[-1] == (Route.TOKEN, Variant.FILE, made_for(limits[-1]))
    assert (await studio.row(done)).reply.limit == limits[-1]


async def test_a_place_that_takes_none_of_them_gets_the_link_without_a_limit_that_explains_nothing(
    studio: Studio,
) -> None:
    studio.replies.attempts = [TooLarge()] * (MAX_FITS + 1)
    done = await studio.running.deliverer.deliver(await ready(studio, reply=reply(limit=25 * MEGABYTE)))
    assert [(variant, bool(shrunk)) for _, variant, shrunk in sent(studio)] == [
        (Variant.FILE, False),
        (Variant.FILE, True),
        (Variant.FILE, True),
        (Variant.LINK, False),
    ]
    assert (await studio.row(done)).attempt.limit is None


async def test_even_a_link_that_is_too_large_closes_the_route(studio: Studio) -> None:
    studio.media.fits = [None, None]
    studio.replies.attempts = [TooLarge()]
    await studio.running.deliverer.deliver(await ready(studio))
    assert [route for route, _, _ in sent(studio)] == [Route.TOKEN, Route.BOT]


async def test_a_refused_card_gets_through_in_the_plain_form_with_what_was_made(studio: Studio) -> None:
    studio.replies.attempts = [CardRefused("50035")]
    done = await studio.running.deliverer.deliver(await ready(studio))
    assert sent(studio) == [(Route.TOKEN, variant, made_for(USUAL)) for variant in (Variant.FILE, Variant.PLAIN)]
    assert studio.replies.files == names(USUAL, USUAL)
    assert (await studio.row(done)).attempt.variant is Variant.PLAIN


async def test_an_unclear_upload_is_looked_for_and_repeated_with_the_same_file(studio: Studio) -> None:
    studio.replies.attempts = [Unclear("reset")]
    studio.replies.looks = [NotThere()]
    await studio.running.deliverer.deliver(await ready(studio))
    assert (studio.replies.files, studio.media.limits) == (names(USUAL, USUAL), [USUAL])


@pytest.mark.parametrize("there", [True, False])
async def test_a_restart_while_delivering_looks_first_and_then_sends_the_same(studio: Studio, there: bool) -> None:
    first = await ready(studio)
    attempt = plan_attempt(first, Route.CHANNEL, Variant.FILE, START, USUAL, made_for(USUAL))
    await studio.jobs.save(replace(first, stage=Stage.DELIVERING, attempt=attempt), Stage.READY)
    studio.replies.looks = [Posted(20, 77) if there else NotThere()]
    done = await studio.running.deliverer.deliver(await studio.row(first))
    assert sent(studio) == ([] if there else [(Route.CHANNEL, Variant.FILE, made_for(USUAL))])
    row = await studio.row(done)
    assert (row.stage, row.attempt.shrunk) == (Stage.DELIVERED, made_for(USUAL))


async def test_a_restart_with_a_link_under_way_makes_nothing(studio: Studio) -> None:
    first = await ready(studio)
    attempt = plan_attempt(first, Route.TOKEN, Variant.LINK, START, USUAL)
    await studio.jobs.save(replace(first, stage=Stage.DELIVERING, attempt=attempt), Stage.READY)
    await studio.running.deliverer.deliver(await studio.row(first))
    assert (sent(studio), studio.media.limits) == ([(Route.TOKEN, Variant.LINK, None)], [])


@pytest.mark.parametrize("stated", [4, 50])
async def test_a_press_during_delivery_does_not_make_a_learnt_limit_larger(studio: Studio, stated: int) -> None:
    first = await ready(studio, reply=reply(limit=USUAL // 2))
    await studio.actions.renew(Caller(first.user_id), first.id, reply(token="fresh", limit=stated * MEGABYTE))
    done = await studio.running.deliverer.deliver(await studio.row(first))
    assert studio.media.limits == [min(USUAL // 2, stated * MEGABYTE)]
    assert done.reply.token == "fresh"


def test_the_next_limit_is_discords_usual_one_and_then_always_less() -> None:
    assert lower_limit(25 * MEGABYTE, LIMITS) == USUAL
    assert lower_limit(USUAL, LIMITS) == USUAL // 2
    assert lower_limit(1, LIMITS) == 1


async def send_privately(studio: Studio, limit: int = USUAL) -> None:
    await studio.actions.send_privately(
        Caller(job().user_id), job().id, reply(channel_id=99, private=True, limit=limit)
    )


@pytest.mark.parametrize("stage", [Stage.HELD, Stage.DELIVERED])
async def test_a_clip_that_is_asked_for_is_made_to_fit_where_it_is_asked_for(studio: Studio, stage: Stage) -> None:
    first = await ready(studio, stage, reply=reply(limit=50 * MEGABYTE))
    await send_privately(studio)
    assert sent(studio) == [(Route.ASKED, Variant.FILE, made_for(USUAL))]
    assert studio.replies.files == names(USUAL)
    row = await studio.row(first)
    assert (row.stage, row.reply.limit) == (Stage.DELIVERED, 50 * MEGABYTE)
    assert studio.replies.did("show") == []


async def test_where_there_is_room_the_original_is_handed_over(studio: Studio) -> None:
    await ready(studio, Stage.DELIVERED)
    await send_privately(studio, 50 * MEGABYTE)
    assert studio.replies.files == names(None)


async def test_a_hand_over_learns_too_and_ends_with_a_link(studio: Studio) -> None:
    first = await ready(studio, Stage.HELD)
    studio.replies.attempts = [TooLarge()] * (MAX_FITS + 1)
    await send_privately(studio, 25 * MEGABYTE)
    assert [variant for _, variant, _ in sent(studio)] == [Variant.FILE, Variant.FILE, Variant.FILE, Variant.LINK]
    assert {attempt.channel_id for attempt in studio.replies.did("drop")} == {99}
    assert (await studio.row(first)).stage is Stage.DELIVERED


async def test_a_hand_over_whose_card_is_refused_goes_plain(studio: Studio) -> None:
    await ready(studio, Stage.HELD)
    studio.replies.attempts = [CardRefused("50035")]
    await send_privately(studio)
    assert sent(studio) == [(Route.ASKED, variant, made_for(USUAL)) for variant in (Variant.FILE, Variant.PLAIN)]


async def test_a_press_elsewhere_does_not_lead_a_later_hand_over_astray(studio: Studio) -> None:
    await ready(studio, Stage.HELD)
    await studio.actions.renew(Caller(job().user_id), job().id, reply(channel_id=55, token="pressed"))
    await send_privately(studio)
    [(_, handed, _)] = [entry for entry in studio.replies.ledger if entry[0] == "drop"]
    assert handed.reply.channel_id == 99
