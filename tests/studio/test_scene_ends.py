"""What follows a scene that is done, for a member who is being forgotten."""

from dataclasses import replace

from bot.domain.job import DeliveryAttempt, Job
from bot.domain.reply import Route
from bot.domain.scenes import Scene
from bot.domain.shares import ScenesEnd
from bot.domain.stages import Stage
from bot.storage.forget_store import SqliteForgetting
from bot.storage.scene_store import SqliteScenes
from bot.studio.delivery.restore_check import Found
from bot.studio.running.scenes import Scenes, Terms
from bot.toapis.model_table import catalogue
from tests.studio.conftest import Studio
from tests.studio.fakes import START, job


class Posts:
    """Notes what is posted."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, ScenesEnd]] = []

    async def post_scenes(self, job: Job, end: ScenesEnd) -> None:
        self.posted.append((job.id, end))


async def test_none_follows_and_what_there_is_is_posted(studio: Studio) -> None:
    held = await studio.stored(job(stage=Stage.HELD, clip_bytes=4))
    scene = replace(held, scene=Scene(1, ("two",)).with_reserve(5), charged=10)
    assert await studio.jobs.save(scene, Stage.HELD)
    await SqliteForgetting(studio.store).ask(scene.user_id, START)
    posts, started = Posts(), list[Job]()
    terms = Terms(catalogue, lambda _request, _seconds: None)
    rows = SqliteScenes(studio.store)
    scenes = Scenes(rows, posts, studio.media, studio.job_moves, terms, studio.clock, started.append)
    await scenes.end_of(scene, Found.NOTHING, studio.replies, studio.running.notifier)
    row = await studio.row(scene)
    assert (row.notified_at is None, row.charged, started) == (False, 5, [])
    assert posts.posted == [(scene.id, ScenesEnd.WHOLE)]


async def test_none_follows_either_where_it_is_handed_over_meanwhile_or_that_was_decided_before(studio: Studio) -> None:
    held = await studio.stored(job(stage=Stage.HELD, clip_bytes=4))
    scene = replace(held, scene=Scene(1, ("two",)).with_reserve(5), charged=10)
    assert await studio.jobs.save(scene, Stage.HELD)
    await SqliteForgetting(studio.store).ask(scene.user_id, START)
    under_way = scene.delivering(DeliveryAttempt(Route.ASKED, 3, "seedreel", START), START)
    assert await studio.jobs.save(under_way, Stage.HELD)
    started = list[Job]()

    class HandedOver(Posts):
        """Has its owner's copy come while all are posted."""

        async def post_scenes(self, job: Job, end: ScenesEnd) -> None:
            await super().post_scenes(job, end)
            assert await studio.jobs.save(under_way.delivered(6, START), Stage.DELIVERING)

    posts = HandedOver()
    terms = Terms(catalogue, lambda _request, _seconds: None)
    rows = SqliteScenes(studio.store)
    scenes = Scenes(rows, posts, studio.media, studio.job_moves, terms, studio.clock, started.append)
    await scenes.end_of(scene, Found.NOTHING, studio.replies, studio.running.notifier)
    row = await studio.row(scene)
    assert (row.stage, row.notified_at is None, row.charged, started) == (Stage.DELIVERED, False, 5, [])
    # After a death before that was told: nothing is reserved for a next one, so none is made.
    undone = replace(row, notified_at=None)
    assert undone.scene == Scene(1, ("two",))
    await studio.store.run(lambda db: db.execute("DELETE FROM forgetting"))
    later = Scenes(rows, Posts(), studio.media, studio.job_moves, terms, studio.clock, started.append)
    assert await studio.store.run(lambda db: db.execute("UPDATE jobs SET told = NULL").rowcount) == 1
    await later.end_of(undone, Found.NOTHING, studio.replies, studio.running.notifier)
    assert (started, (await studio.row(scene)).notified_at is None) == ([], False)
