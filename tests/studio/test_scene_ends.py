"""What follows a scene that is done, for a member who is being forgotten."""

from dataclasses import replace

from bot.domain.job import Job
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
