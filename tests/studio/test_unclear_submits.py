"""A submit of which nobody knows whether it counted, at a provider that can be asked by our own id."""

from bot.domain.errors import SubmitUnclear
from bot.domain.progress import NotKnown, Silence
from bot.domain.stages import Reason, Stage
from bot.storage.note_store import SqliteNotes
from bot.studio.running.unclear_submits import SETTLED_AFTER, UnclearSubmits
from tests.studio.conftest import Studio
from tests.studio.fakes import START, job


async def prove(studio: Studio) -> None:
    """Let the provider find a task by our own id once."""
    first = await studio.stored(job(9))
    studio.provider.found_by_our_id = [f"task-{first.short}"]
    await studio.running.pipeline.run(first)
    studio.provider.submitted.clear()
    studio.provider.asked_by_our_id.clear()


async def test_a_submit_that_counted_is_found_and_never_sent_again(videos_studio: Studio) -> None:
    videos_studio.provider.submits = [SubmitUnclear("reset")]
    videos_studio.provider.found_by_our_id = [Silence(START), "task-found"]
    stored = await videos_studio.stored(job())
    await videos_studio.running.pipeline.run(stored)
    row = await videos_studio.row(stored)
    assert (row.stage, row.task_id, len(videos_studio.provider.submitted)) == (Stage.DELIVERED, "task-found", 1)


async def test_it_is_asked_for_only_once_its_post_is_certainly_over(videos_studio: Studio) -> None:
    videos_studio.provider.found_by_our_id = ["task-found"]
    stored = await videos_studio.stored(job(stage=Stage.SUBMITTING, submitted=START))
    await videos_studio.running.pipeline.run(stored)
    assert videos_studio.clock.slept[0] == SETTLED_AFTER
    assert videos_studio.provider.submitted == []


async def test_what_is_asked_for_after_a_restart_is_shown_meanwhile(videos_studio: Studio) -> None:
    videos_studio.provider.found_by_our_id = [Silence(START), "task-found"]
    stored = await videos_studio.stored(job(stage=Stage.SUBMITTING, submitted=START))
    await videos_studio.running.pipeline.run(stored)
    shown = [shown.stage for kind, shown, _ in videos_studio.replies.ledger if kind == "show"]
    assert shown[0] is Stage.SUBMITTING


async def test_one_that_the_provider_definitely_does_not_know_is_sent_again_under_the_same_id(
    videos_studio: Studio,
) -> None:
    await prove(videos_studio)
    videos_studio.provider.submits = [SubmitUnclear("reset")]
    videos_studio.provider.found_by_our_id = [NotKnown(), Silence(START), NotKnown(), NotKnown()]
    stored = await videos_studio.stored(job())
    began = len(videos_studio.clock.slept)
    await videos_studio.running.pipeline.run(stored)
    assert [sent.id for sent in videos_studio.provider.submitted] == [stored.id, stored.id]
    assert (await videos_studio.row(stored)).stage is Stage.DELIVERED
    assert sum(10.0 <= wait <= 15.0 for wait in videos_studio.clock.slept[began:]) >= 3


async def test_not_finding_it_says_nothing_of_a_provider_that_never_found_any(videos_studio: Studio) -> None:
    videos_studio.provider.submits = [SubmitUnclear("reset")]
    stored = await videos_studio.stored(job())
    await videos_studio.running.pipeline.run(stored)
    row = await videos_studio.row(stored)
    assert (row.reason, len(videos_studio.provider.submitted)) == (Reason.UNCLEAR, 1)


async def test_what_one_server_was_seen_to_do_says_nothing_of_another(videos_studio: Studio) -> None:
    await prove(videos_studio)
    notes = SqliteNotes(videos_studio.store)
    elsewhere = UnclearSubmits(
        videos_studio.provider,
        notes,
        videos_studio.queue,
        videos_studio.job_moves,
        videos_studio.clock,
        "https://other.test",
    )
    stored = await videos_studio.stored(job(stage=Stage.SUBMITTING, submitted=START))
    settled = await elsewhere.resolve(stored)
    assert (settled.stage, settled.reason) == (Stage.FAILED, Reason.UNCLEAR)
    await elsewhere.confirm_lookup(job(9, task_id="task-9"))
    assert videos_studio.provider.asked_by_our_id[-1] == job(9).id


async def test_a_provider_that_was_seen_to_find_one_is_not_asked_again_for_each(videos_studio: Studio) -> None:
    await prove(videos_studio)
    await videos_studio.running.pipeline.run(await videos_studio.stored(job(2)))
    assert videos_studio.provider.asked_by_our_id == []


async def test_two_answers_that_it_is_not_known_are_not_enough(videos_studio: Studio) -> None:
    await prove(videos_studio)
    videos_studio.provider.found_by_our_id = [NotKnown(), NotKnown(), "task-late"]
    stored = await videos_studio.stored(job(stage=Stage.SUBMITTING, submitted=START))
    await videos_studio.running.pipeline.run(stored)
    assert (await videos_studio.row(stored)).task_id == "task-late"
    assert videos_studio.provider.submitted == []


async def test_without_such_a_question_an_unclear_submit_is_told(studio: Studio) -> None:
    stored = await studio.stored(job(stage=Stage.SUBMITTING, submitted=START))
    await studio.running.pipeline.run(stored)
    assert (await studio.row(stored)).reason is Reason.UNCLEAR
    assert studio.provider.asked_by_our_id == []
