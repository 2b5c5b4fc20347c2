"""What concerns one of several takes alone, also in a crash: the others are posted, and stay where they are."""

from dataclasses import replace

import pytest

from bot.domain.caller import Caller
from bot.domain.clip_errors import ClipGone
from bot.domain.job import DeliveryAttempt, Job
from bot.domain.progress import Snapshot, TaskStatus
from bot.domain.reply import Route
from bot.domain.stages import Reason, Stage
from bot.domain.takes import numbered
from bot.storage import SqliteOwnJobs
from bot.storage.deletion_store import SqliteDeletions
from bot.storage.take_store import SqliteTakes
from bot.studio.delivery.deletion import Deletion
from bot.studio.delivery.take_rows import TakeRows
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.ports import Posted
from bot.studio.ports.metrics import NoMetrics
from tests.storage.samples import up_to
from tests.studio.conftest import Studio
from tests.studio.fakes import START, job, reply, until
from tests.studio.ways import way_to

ASKED = DeliveryAttempt(Route.ASKED, 20, "", START, None)
READY = {"stage": Stage.READY, "clip_bytes": 4, "clip_url": "https://files.test/clip.mp4", "submitted": START}
ACCEPTED = ("id", "user_id", "interaction_id", "request", "reply", "created", "take", "takes", "lead_id")


async def stored(studio: Studio, *stands: dict[str, object]) -> list[Job]:
    """Write takes down as a crash would have left them."""
    takes = numbered([job(number, interaction_id=7, task_id=f"t{number}", **s) for number, s in enumerate(stands, 1)])
    lead, *others = (Job(**{name: getattr(take, name) for name in ACCEPTED}, changed=START) for take in takes)
    await studio.jobs.accept(lead, up_to(1000), None, others)
    for take in takes:
        (studio.media.folder / f"{take.id}.mp4").write_bytes(b"clip")
        for was, after in way_to(take):
            assert await studio.jobs.save(after, was)
        if take.notified_at is not None:
            await studio.jobs.mark_notified(take.id, take.notified_at)
    return takes


async def rows(studio: Studio, takes: list[Job]) -> list[Job]:
    return [await studio.row(take) for take in takes]


async def resumed(studio: Studio, takes: list[Job]) -> list[Job]:
    await studio.runner.resume()
    await until(lambda: studio.runner.live() == 0)
    return await rows(studio, takes)


async def test_one_that_was_on_its_way_to_its_owner_alone_holds_up_none_of_the_others(studio: Studio) -> None:
    takes = await stored(studio, READY, READY | {"stage": Stage.DELIVERING, "attempt": ASKED}, READY)
    first, second, third = await resumed(studio, takes)
    assert (first.stage, second.stage, third.stage) == (Stage.DELIVERED, Stage.HELD, Stage.DELIVERED)
    assert studio.replies.routes() == [Route.TOKEN]
    assert len(studio.replies.files) == 2


async def test_one_that_was_on_its_way_to_its_owner_after_all_were_told_is_held_again(studio: Studio) -> None:
    failed = {"stage": Stage.FAILED, "reason": Reason.GENERATION}
    under_way = READY | {"stage": Stage.DELIVERING, "attempt": ASKED, "notified_at": START}
    _, second = await resumed(studio, await stored(studio, failed, under_way))
    assert second.stage is Stage.HELD
    assert studio.replies.did("drop") == []


@pytest.mark.parametrize("pressed", [0, 1])
async def test_a_press_on_any_of_them_gives_the_card_of_all_its_new_token(studio: Studio, pressed: int) -> None:
    rendering = {"stage": Stage.RENDERING, "reply": reply(private=True)}
    takes = await stored(studio, READY | {"reply": reply(private=True)}, rendering)
    await studio.job_moves.save_address(takes[0].id, reply(private=True, token_at=START + 1))
    await studio.actions.renew(Caller(1001), takes[pressed].id, reply(private=True, token="new", token_at=START + 900))
    _, shown, _ = studio.replies.ledger[-1]
    assert (shown.id, shown.reply.token) == (takes[0].id, "new")
    for take in takes:
        assert studio.job_moves.addressed(await studio.row(take)).reply.token == "new"


async def test_what_was_posted_before_a_crash_is_found_also_where_no_clip_is_to_be_had_any_more(studio: Studio) -> None:
    under_way = READY | {"stage": Stage.DELIVERING, "attempt": POSTED["attempt"], "clip_dies": START - 1}
    takes = await stored(studio, under_way, under_way)
    for take in takes:
        await studio.media.delete_clip(take.id)
    studio.media.fetches = [ClipGone("it is gone")] * 100
    studio.provider.answers = [Snapshot(TaskStatus.MISSING)] * 100
    studio.replies.looks = [Posted(20, 40)]
    assert [take.stage for take in await resumed(studio, takes)] == [Stage.DELIVERED, Stage.DELIVERED]
    assert studio.replies.did("end") == []


class Counted(NoMetrics):
    """Counts the ends of jobs."""

    def __init__(self) -> None:
        self.ended: list[tuple[int, Stage]] = []

    def moved(self, job: Job, was: Stage, seconds: float | None) -> None:
        self.ended.append((job.take, job.stage))


async def test_each_that_goes_out_with_others_is_counted_once(studio: Studio) -> None:
    takes = await stored(studio, READY, READY, FAILED)
    counted, store = Counted(), SqliteTakes(studio.store)
    moves = JobMoves(studio.jobs, studio.clock, metrics=counted)
    first = replace(takes[0], group=tuple(takes))
    together = moves.of_other_rows(TakeRows(store, moves, first))
    sent = await together.move(first.delivering(POSTED["attempt"], START), Stage.READY)
    await together.move(sent.delivered(900, START), Stage.DELIVERING)
    ends = sorted(number for number, stage in counted.ended if stage is Stage.DELIVERED)
    assert ends == [1, 2]


class Messages:
    """Deletes messages, and notes which."""

    def __init__(self) -> None:
        self.deleted: list[int] = []

    async def delete_message(self, channel_id: int, message_id: int) -> Posted:
        self.deleted.append(message_id)
        return Posted(channel_id, message_id)


POSTED = READY | {"stage": Stage.DELIVERED, "attempt": DeliveryAttempt(Route.TOKEN, 20, "", START, 40)}
FAILED = {"stage": Stage.FAILED, "reason": Reason.GENERATION}


@pytest.mark.parametrize(
    ("first", "others", "gone"),
    [
        (FAILED, [POSTED, POSTED], []),
        (POSTED | {"attempt": ASKED}, [POSTED], []),
        (READY | {"stage": Stage.HELD}, [POSTED], []),
        (FAILED, [{"stage": Stage.RENDERING}], []),
        (FAILED, [FAILED], [40]),
        (POSTED, [FAILED], [40]),
        (POSTED, [POSTED], [40]),
    ],
)
async def test_a_take_is_deleted_without_a_message_that_others_have_alone(
    studio: Studio, first: dict[str, object], others: list[dict[str, object]], gone: list[int]
) -> None:
    take, *_ = await stored(studio, first, *others)
    messages, tables = Messages(), (SqliteOwnJobs(studio.store), SqliteDeletions(studio.store))
    deletion = Deletion(*tables, messages, studio.media, studio.clock, 840.0, SqliteTakes(studio.store))
    assert await deletion.others_in_message(take) == (1 if first is POSTED is others[0] else 0)
    assert (await deletion.delete(Caller(1001), take.id)).everywhere
    assert messages.deleted == gone
    assert (await studio.row(take)).deleted
