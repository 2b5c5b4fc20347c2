"""Media that cannot go together, or not at all: every mistake in one answer, and nothing spent."""

from sandbox.discord import Upload
from tests.journeys.bodies import DEN, FOX, HOWL, RUN
from tests.journeys.pictures import TEXT, picture
from tests.journeys.scene import Scene
from tests.journeys.script import with_script
from tests.sandbox_toapis.samples import sound, video

TINY = Upload("tiny.png", picture("PNG", 299, 300))
LONG = Upload("long.png", picture("PNG", 1600, 600))
SHORT = Upload("short.mp4", video(1.0))
ENDLESS = Upload("endless.wav", sound(16.0))
NOTES = Upload("notes.png", TEXT)
CUT = Upload("cut.mp4", video(2.5)[:-400])


@with_script(bot={"TOAPIS_DIALECT": "videos"})
async def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_spent(scene: Scene) -> None:
    wrong = {
        "frames and references": ({"image": FOX, "reference": RUN}, ["frame", "reference"]),
        "a last frame alone": ({"last_frame": FOX}, ["first frame"]),
        "audio alone": ({"reference": HOWL}, ["audio reference"]),
        "looked up with a picture": ({"image": FOX, "web_search": True}, ["web"]),
        "too fine for its model": ({"model": "seedance-2-mini", "resolution": "4k"}, ["4k", "480p"]),
        "three bad files": (
            {"reference": TINY, "reference_2": SHORT, "reference_3": NOTES},
            ["299", "300", "1 second long", "2 to 15 seconds", "text", "`reference`", "`reference_2`", "`reference_3`"],
        ),
        "narrow, endless and cut": (
            {"reference": LONG, "reference_2": ENDLESS, "reference_3": CUT},
            ["1,600", "16 seconds", "damaged", "`reference_3`"],
        ),
        "known at once, and only after a look": (
            {"image": FOX, "reference": TINY, "asset": "Nobody", "web_search": True},
            ["frame", "web", "299", "Nobody"],
        ),
        "twice the same place": ({"image": FOX, "image_asset": "Mira"}, ["image"]),
        "no such asset": ({"reference": FOX, "asset": "asset://pa_of_somebody"}, ["pa_of_somebody"]),
        "audio as a frame": ({"image": Upload("howl.png", HOWL.data)}, ["image"]),
    }
    for prompt, (options, words) in wrong.items():
        use = await scene.mara.use("/video", prompt=prompt, **options)
        answer = use.reply if use.reply and not use.reply.raw()["flags"] & 128 else None
        said = answer if answer and words[0] in answer.texts() else await scene.follows(use, *words)
        assert all(word.lower() in said.texts().lower() for word in words), (prompt, said.texts())
        assert said.stored.ephemeral_for == scene.mara.user.id, prompt
    assert scene.posts() == []
    assert scene.ledger.of("upload") == []
    await scene.video(await scene.mara.use("/video", prompt="and all is well", image=FOX, last_frame=DEN))
    assert scene.prompts() == ["and all is well"]


async def test_refused_requests_leave_few_files_and_take_none_from_others(scene: Scene) -> None:
    folder = scene.bot.data / "inputs"
    scene.provider.hold()
    await scene.tomas.use("/video", prompt="keeps its fox", image=FOX)
    await scene.paid_for(1)
    [fox] = list(folder.iterdir())
    for number in range(8):
        own = Upload("own.png", picture("PNG", 640, 360 + number))
        use = await scene.mara.use("/video", prompt=f"refused {number}", image=own, last_frame=TINY)
        await scene.follows(use, "299")
        use = await scene.mara.use("/video", prompt=f"refused too {number}", image=FOX, last_frame=TINY)
        await scene.follows(use, "299")
    # What was good of the latest ten can still be sent: the fox, and five pictures of her own.
    assert fox in folder.iterdir()
    assert len(list(folder.iterdir())) == 6
    assert fox.read_bytes() == FOX.data
    assert len(scene.posts()) == 1


async def test_what_a_dialect_cannot_do_is_not_offered(scene: Scene) -> None:
    [command] = [one for one in scene.discord.commands.all() if one["name"] == "video"]
    options = {option["name"]: option for option in command["options"]}
    assert not {"resolution", "sound", "seed", "last_picture", "web_search"} & options.keys()
    assert [choice["value"] for choice in options["ratio"]["choices"]] == ["16:9", "9:16", "1:1", "4:3"]
    assert [choice["value"] for choice in options["model"]["choices"]] == ["seedance-2", "seedance-2-fast"]
