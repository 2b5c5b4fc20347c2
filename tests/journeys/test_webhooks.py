"""The provider tells when a video is ready: it is known sooner and with fewer questions, and nothing depends on it."""

import signal
from itertools import pairwise

from sandbox.faults import HalfOpen
from sandbox.ledger import Entry
from tests.journeys.pages import free_port, page, samples
from tests.journeys.scene import Scene, says
from tests.journeys.script import quick, with_script

PORT, HTTP_PORT = free_port(), free_port()
SECRET = "signs-it-0123456789"
PATH = "/webhooks/toapis"
WITH_WEBHOOKS = {
    "WEBHOOK_PORT": PORT,
    "WEBHOOK_SECRET": SECRET,
    "HTTP_PORT": HTTP_PORT,
    "TOAPIS_DIALECT": "videos",
}
# Slow enough that a busy machine does not blur which pace a question came at: 30 s are half a second here.
SCALE = 60.0
A_MINUTE_AND_A_HALF = quick(run_seconds=(90.0, 90.0), time_scale=SCALE)


def begin(scene: Scene) -> None:
    scene.provider.webhooks.send_to(f"http://127.0.0.1:{PORT}{PATH}", SECRET)


def asked(scene: Scene, task: str) -> list[Entry]:
    """Return the questions for a task."""
    return [entry for entry in scene.ledger.of("provider", "GET ") if entry.route.endswith(task)]


def told(scene: Scene, task: str) -> list[int | None]:
    """Return how the bot answered what it was told of a task."""
    return [entry.detail["status"] for entry in scene.ledger.of("webhook") if entry.detail["task"] == task]


def apart(scene: Scene, task: str) -> float:
    """Return the shortest time between two questions for a task, in seconds as the bot counts."""
    times = [entry.at for entry in asked(scene, task)]
    return min(after - before for before, after in pairwise(times)) * SCALE


def late(scene: Scene, task: str) -> float:
    """Return how long after its end a task was known to have ended, in seconds as the bot counts."""
    one = scene.provider.tasks[task]
    return (asked(scene, task)[-1].at - one.created_at) * SCALE - one.run


async def made(scene: Scene, prompt: str) -> str:
    """Have a video made, and return its task's id."""
    await scene.video(await scene.mara.use("/video", prompt=prompt, duration=4))
    return scene.task(prompt)


async def begun(scene: Scene, prompt: str) -> str:
    """Have a video begun that goes on only when it is released, and asked for once."""
    scene.provider.hold()
    await scene.mara.use("/video", prompt=prompt, duration=4)
    await scene.paid_for(len(scene.paid()) + 1)
    task = scene.task(prompt)
    await scene.until(lambda: asked(scene, task), "the first question")
    return task


async def refused(scene: Scene, task: str) -> None:
    """Have the bot refuse an event that is forged, and one that is too old."""
    for trouble in ("forged", "stale"):
        setattr(scene.provider.webhooks.troubles, trouble, 1)
        number = len(told(scene, task))
        scene.provider.webhooks.early(task)
        await scene.until(lambda number=number: len(told(scene, task)) > number, f"the {trouble} event")
        assert told(scene, task)[number] == 401


@with_script(provider=A_MINUTE_AND_A_HALF, bot=WITH_WEBHOOKS | {"TIME_SCALE": f"{SCALE:g}"})
async def test_a_video_is_known_sooner_with_fewer_questions_and_a_forged_hint_changes_nothing(scene: Scene) -> None:
    polled = await made(scene, "a fox that is asked for")
    begin(scene)
    # The first event shows that they come. From then on a video is asked for less often, and known as soon as it ends.
    await made(scene, "a fox that is told")
    told_of = await made(scene, "a fox that is told again")
    assert told(scene, told_of) == [204]
    assert len(asked(scene, told_of)) <= len(asked(scene, polled)) - 3, (asked(scene, told_of), asked(scene, polled))
    assert late(scene, told_of) < 25.0, "sooner than the slower pace has to ask"

    # Early, twice, too late and forged: each is one question at the most, and none within five seconds of another.
    task = await begun(scene, "a fox that is waited for")
    before = len(asked(scene, task))
    await refused(scene, task)
    scene.provider.webhooks.troubles.copied = 3
    for _ in range(3):
        scene.provider.webhooks.early(task)
    await scene.until(lambda: told(scene, task).count(204) >= 6, "six events")
    assert await scene.provider.webhooks.again() == 204
    assert await scene.provider.webhooks.test() == 204
    await scene.until(lambda: len(asked(scene, task)) > before, "a question")
    assert scene.copies().total() == 3, "what is hinted is not believed"
    assert apart(scene, task) >= 5.0
    counted = samples((await page(HTTP_PORT, "/metrics"))[1])
    unheard = {name: counted[f'seedreel_webhooks_total{{outcome="{name}"}}'] for name in ("forged", "late", "test")}
    assert unheard == {"forged": 1, "late": 1, "test": 1}
    assert SECRET not in scene.bot.log

    # One that is lost: the slower pace finds the end all the same.
    scene.provider.webhooks.troubles.lost = 1
    scene.provider.release()
    await scene.until(lambda: scene.copies().total() == 4, "the video that no event told of")
    assert len(scene.paid()) == 4
    assert max(scene.copies().values()) == 1


@with_script(bot=WITH_WEBHOOKS)
async def test_a_crash_between_the_hint_and_the_answer_loses_nothing(scene: Scene) -> None:
    begin(scene)
    task = await begun(scene, "a fox that outlives the bot")
    scene.faults.add(f"GET /v1/videos/generations/{task}", HalfOpen(), times=100)
    scene.provider.release()
    scene.provider.finish_now(task)
    await scene.until(lambda: 204 in told(scene, task), "the event")
    await scene.bot.stop(signal.SIGKILL)
    scene.faults.clear()
    # While the bot is away, its provider sends in vain; what it is not told it asks for.
    await scene.bot.start()
    await scene.until(lambda: scene.copies().total() == 1, "the video")
    assert len(scene.paid()) == 1
    failing = await begun(scene, "a fox that fails")
    scene.provider.fail(failing)
    await scene.until(lambda: told(scene, failing) == [204], "the event of a failure")
    await scene.seen(scene.mara, says("couldn't be made"))
