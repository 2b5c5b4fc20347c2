"""Files that go with a request are kept, brought where the provider can fetch them, and work a week later."""

from sandbox import faults
from tests.journeys.bodies import DEN, FOX, HOWL, RUN, named, remember, roles
from tests.journeys.scene import Scene, labels
from tests.journeys.script import with_script

WEEK_AND_A_DAY = 8 * 86_400.0
VIDEOS = with_script(bot={"TOAPIS_DIALECT": "videos"})
EVERY_KIND = {
    "image_with_roles": roles(reference_image="fox.png"),
    "video_with_roles": roles(reference_video="run.mp4"),
    "audio_with_roles": roles(reference_audio="howl.wav"),
}
MEDIA = {"reference": FOX, "reference_2": RUN, "reference_3": HOWL}


def media_of(scene: Scene, number: int) -> dict[str, object]:
    """Return the media in the body of that paid request, from 0, by their files' names."""
    return {key: named(scene, value) for key, value in scene.paid()[number].items() if key in EVERY_KIND}


async def test_again_a_week_later_attaches_our_copies_of_every_kind_anew(scene: Scene) -> None:
    remember(FOX, RUN, HOWL)
    first = await scene.video(await scene.mara.use("/video", prompt="all of them", **MEDIA))
    assert media_of(scene, 0) == EVERY_KIND
    scene.clock.advance(WEEK_AND_A_DAY)
    await scene.video(await scene.mara.press(first, label="Again"))
    again = media_of(scene, 1)
    # Each is the file that we attached to our own reply, with the bytes of the first time.
    for key, [medium] in again.items():
        [url] = [one["url"] for one in scene.paid()[1][key]]
        kept = scene.discord.cdn.known(url)
        assert kept is not None
        sent = {"image": FOX, "video": RUN, "audio": HOWL}[key.split("_")[0]]
        assert kept.path.read_bytes() == sent.data
        assert medium["url"].startswith("seedreel-")
    assert list(again) == list(EVERY_KIND)
    assert scene.ledger.of("upload") == []


@VIDEOS
async def test_again_a_week_later_uploads_nothing_twice(scene: Scene) -> None:
    remember(FOX, RUN, HOWL)
    first = await scene.video(await scene.mara.use("/video", prompt="all of them", **MEDIA))
    scene.clock.advance(WEEK_AND_A_DAY)
    await scene.video(await scene.mara.press(first, label="Again"))
    assert media_of(scene, 0) == media_of(scene, 1)
    assert len(scene.ledger.of("upload")) == 3


async def test_what_the_provider_cannot_fetch_from_discord_is_uploaded_and_paid_once(scene: Scene) -> None:
    remember(FOX, DEN)
    scene.provider.cannot_fetch()
    await scene.video(await scene.mara.use("/video", prompt="hidden", image=FOX, last_frame=DEN))
    statuses = [entry.detail["status"] for entry in scene.posts()]
    assert statuses == [400, 200]
    [body] = scene.paid()
    assert named(scene, body["image_with_roles"]) == roles(
        first_frame="uploaded fox.png", last_frame="uploaded den.jpg"
    )


@VIDEOS
async def test_an_upload_is_tried_until_it_works_and_the_job_can_be_cancelled_meanwhile(scene: Scene) -> None:
    remember(FOX)
    scene.faults.add("POST /v1/uploads/images", faults.status(502), times=2)
    await scene.video(await scene.mara.use("/video", prompt="at the third try", image=FOX))
    scene.faults.add("POST /v1/uploads/images", faults.status(502), times=None)
    use = await scene.mara.use("/video", prompt="never", image=DEN)
    card = await scene.says(use, "waiting")
    assert "Cancel" in labels(card)
    await scene.mara.press(card, label="Cancel")
    await scene.says(use, "cancelled")
    assert scene.prompts() == ["at the third try"]


@VIDEOS
async def test_an_upload_that_is_refused_fails_the_job_before_anything_is_spent(scene: Scene) -> None:
    scene.provider.refuse_next("policy", of="uploads")
    use = await scene.mara.use("/video", prompt="never", image=FOX)
    await scene.says(use, "failed", "this cost nothing")
    assert scene.posts() == []
