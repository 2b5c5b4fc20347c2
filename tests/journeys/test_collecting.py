"""References from several messages come together in a private draft, and make one video."""

import signal

from sandbox.discord import Member, Message, Upload
from sandbox.discord.components import STRING_SELECT
from tests.journeys.bodies import DEN, FOX, HOWL, RUN, named, remember, roles
from tests.journeys.pictures import picture
from tests.journeys.scene import Scene, labels, says, short_id
from tests.journeys.script import with_script
from tests.journeys.test_menus import opts_out, parts, refused
from tests.sandbox_toapis.samples import sound

IS_VOICE_MESSAGE = 1 << 13
USE = "Use as reference"
VIDEOS = with_script(bot={"TOAPIS_DIALECT": "videos"})


async def voice(member: Member, seconds: float) -> Message:
    """Send a voice message; its length is one that Discord says of it."""
    said = await member.say("", Upload("voice-message.ogg", sound(seconds, "ogg"), "audio/ogg"))
    said.stored.flags |= IS_VOICE_MESSAGE
    [file] = said.stored.files.values()
    file.seconds = seconds
    return said


def choices(card: Message) -> dict[str, str]:
    """Return what the select of a card offers, by its labels."""
    [select] = [one for one in card.pressable() if one["type"] == STRING_SELECT]
    return {option["label"]: option["value"] for option in select["options"]} | {"": select["custom_id"]}


async def choose(member: Member, card: Message, *chosen: str) -> None:
    """Choose files on a card."""
    offered = choices(card)
    await member.press(card, custom_id=offered[""], values=[offered[label] for label in chosen])


async def with_voice(scene: Scene) -> Message:
    """Add a part of a voice message to what Mara has collected, and return the card."""
    said = await voice(scene.mara, 17.0)
    card = await scene.says(await scene.mara.use_on(USE, said), "2 references", "17 seconds long", "15 seconds")
    opened = await scene.mara.press(card, label="Choose the part")
    await scene.mara.submit(opened, start="later")
    await scene.seen(scene.mara, says("must be a time"))
    opened = await scene.mara.press(card, label="Choose the part")
    await scene.mara.submit(opened, start="0:08")
    await scene.seen(scene.mara, says("3 references", "audio 2", "9 seconds"))
    return card


@VIDEOS
async def test_images_a_part_of_a_voice_message_and_uploads_make_one_video(scene: Scene) -> None:
    remember(FOX, DEN, HOWL)
    posted = await scene.tomas.say("two foxes and a howl", FOX, DEN, Upload("notes.txt", b"x"), HOWL)
    card = await scene.says(await scene.mara.use_on(USE, posted), "which of these")
    assert card.ephemeral
    assert list(choices(card))[:-1] == ["1 · fox.png", "2 · den.jpg", "3 · howl.wav"]
    await choose(scene.mara, card, "1 · fox.png", "3 · howl.wav")
    await scene.seen(scene.mara, says("2 references", "image 1", "fox.png", "by <@1002>", "audio 1", "howl.wav"))
    await scene.bot.restart(signal.SIGKILL)
    card = await with_voice(scene)
    more = [Upload(f"more-{at}.png", picture("PNG", 320, 320 + at)) for at in range(9)]
    remember(*more)
    opened = await scene.mara.press(card, label="Add files")
    await scene.bot.restart(signal.SIGKILL)
    await scene.mara.submit(opened, files=[*more, Upload("notes.txt", b"only words")])
    await scene.seen(scene.mara, says("notes.txt", "text file"))
    full = await scene.seen(scene.mara, lambda one: one.id == card.id and says("12 references", "image 10")(one))
    assert labels(full) == ["Make the video", "Add files", "Discard"]
    olga, den = scene.joins("Olga"), Upload("olga.png", picture("PNG", 330, 320))
    remember(den)
    await scene.says(await scene.mara.use_on(USE, await olga.say("my den", den)), "13 references", f"by <@{olga.id}>")
    # Ten images are more than the usual model takes.
    opened = await scene.mara.press(full, label="Make the video")
    assert list(parts(opened)) == ["prompt", "duration", "ratio", "model", "resolution"]
    chosen = {"duration": ["4"], "ratio": ["9:16"], "model": ["seedance-2-5"], "resolution": ["480p"]}
    assert [one["value"] for one in parts(opened)["model"]["options"] if one.get("default")] == ["seedance-2-5"]
    video = await scene.video(await scene.mara.submit(opened, prompt="image 1 howls as audio 1", **chosen))
    assert not video.ephemeral
    [body] = scene.paid()
    files = [one.name for one in (FOX, *more, den)]
    assert named(scene, body["image_with_roles"]) == [
        {"url": f"uploaded {name}", "role": "reference_image"} for name in files
    ]
    [paid] = scene.ledger.of("paid")
    heard = [(one["format"], round(one["seconds"], 1)) for one in paid.detail["media"] if one["kind"] == "audio"]
    assert heard == [("WAV", 2.5), ("MP3", 9.0)]
    assert (body["model"], body["duration"], body["aspect_ratio"]) == ("seedance-2-5", 4, "9:16")
    # It was sent once.
    assert says("already sent")((await scene.mara.press(full, label="Make the video")).reply)
    await goes_on_from(scene, video, olga)


async def goes_on_from(scene: Scene, video: Message, author: Member) -> None:
    """See that what goes on from a video names both whose media are in it, and that each may delete and refuse."""
    by_both = f"With media by <@1002> and <@{author.id}>"
    assert by_both in video.texts()
    opened = await scene.mara.press(video, label="Extend")
    longer = await scene.video(await scene.mara.submit(opened, prompt="and again", added=["1"]))
    assert by_both in longer.texts()
    assert len(scene.paid()) == 2
    question = await scene.says(await author.use("/delete", video=short_id(longer)), "delete video")
    await scene.follows(await author.press(question, label="Yes, delete it"), "deleted: the video")
    assert longer.deleted
    opts_out(scene, author)
    opened = await scene.mara.press(video, label="Extend")
    await scene.mara.submit(opened, prompt="and again", added=["1"])
    await scene.seen(scene.mara, says(f"<@{author.id}> doesn't want others"))
    assert len(scene.paid()) == 2


async def adds(scene: Scene, card: Message, files: list[Upload], *words: str) -> Message:
    """Add files to what Mara has collected, and return the card that says so."""
    opened = await scene.mara.press(card, label="Add files")
    await scene.mara.submit(opened, files=files)
    return await scene.seen(scene.mara, lambda one: one.id == card.id and says(*words)(one))


@VIDEOS
async def test_fifty_references_make_one_video_and_none_is_added_to_them(scene: Scene) -> None:
    images = [Upload(f"{at}.png", picture("PNG", 300, 300 + at)) for at in range(31)]
    runs = [Upload(f"run-{at}.mp4", RUN.data) for at in range(11)]
    howls = [Upload(f"howl-{at}.wav", HOWL.data) for at in range(11)]
    remember(*images, RUN, HOWL)
    posted = await scene.tomas.say("", *images[:10])
    card = await scene.says(await scene.mara.use_on(USE, posted), "which of these")
    await choose(scene.mara, card, *(f"{at + 1} · {at}.png" for at in range(10)))
    card = await scene.seen(scene.mara, says("10 references", "image 10"))
    await adds(scene, card, images[10:20], "20 references")
    await adds(scene, card, howls[:10], "30 references", "audio 10")
    second = await scene.says(await scene.mara.use_on(USE, await scene.mara.say("", *runs[:10])), "which of these")
    await choose(scene.mara, second, *(f"{at + 1} · run-{at}.mp4" for at in range(10)))
    await scene.seen(scene.mara, lambda one: one.id == second.id and says("40 references", "video 10")(one))
    await adds(scene, second, images[20:30], "50 references", "image 30")
    # Of each kind one more: each is said to be too many, and nothing has changed.
    await adds(scene, second, [images[30], runs[10], howls[10]], "50 references")
    said = await scene.seen(scene.mara, says("31 reference images", "30", "11 reference videos", "11 audio references"))
    assert said.ephemeral
    assert (scene.ledger.of("upload"), scene.paid()) == ([], [])
    opened = await scene.mara.press(second, label="Make the video")
    chosen = {"duration": ["4"], "ratio": ["1:1"], "model": ["seedance-2-5"], "resolution": ["480p"]}
    await scene.video(await scene.mara.submit(opened, prompt="image 1 to image 30", **chosen))
    [body] = scene.paid()
    del body["client_business_id"]
    assert named(scene, body) == {
        "model": "seedance-2-5",
        "prompt": "image 1 to image 30",
        "duration": 4,
        "aspect_ratio": "1:1",
        "resolution": "480p",
        "generate_audio": True,
        "image_with_roles": [{"url": f"uploaded {each.name}", "role": "reference_image"} for each in images[:30]],
        "video_with_roles": roles(reference_video="uploaded run.mp4") * 10,
        "audio_with_roles": roles(reference_audio="uploaded howl.wav") * 10,
    }


@VIDEOS
async def test_what_cannot_be_used_is_said_and_a_draft_can_be_let_go(scene: Scene) -> None:
    await refused(await scene.mara.use_on(USE, await scene.tomas.say("only words")), "nothing i can use")
    posted = await scene.tomas.say("", FOX)
    opts_out(scene, scene.tomas)
    await scene.says(await scene.mara.use_on(USE, posted), "doesn't want others to use")
    card = await scene.says(await scene.tomas.use_on(USE, posted), "1 reference", "image 1")
    assert "<@" not in card.texts()
    tiny = await scene.tomas.say("", Upload("tiny.png", picture("PNG", 40, 40)))
    await scene.says(await scene.tomas.use_on(USE, tiny), "tiny.png", "40")
    discarded = await scene.tomas.press(card, label="Discard")
    await scene.says(discarded, "nothing was sent")
    # What comes then begins anew.
    await scene.says(await scene.tomas.use_on(USE, await scene.tomas.say("", DEN)), "1 reference", "den.jpg")
    assert scene.posts() == []
