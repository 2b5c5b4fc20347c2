"""/history: everything a member ever made, eight to a page, with pictures, found in any language; only they see it."""

import re
import signal
import sqlite3
from contextlib import closing
from io import BytesIO
from typing import Any

from PIL import Image

from bench.big_database import build
from bot.storage.own_job_store import SEARCHED
from sandbox.discord import Message, Use
from sandbox.discord.components import THUMBNAIL, walk
from tests.journeys.scene import Scene, opens
from tests.journeys.script import ONE_SLOT, with_script

PROMPTS = [f"fox number {at:02}" for at in range(22)] + [
    "Η αλεπού στο ΧΙΟΝΙ",
    "雪中的狐狸在奔跑",
    'a "quoted" 50% fox-_',
]
# What could have an effect in Discord is left out where a prompt stands as a title.
QUOTED = 'a "quoted" 50% fox-'


async def made_of(scene: Scene, prompts: list[str]) -> list[str]:
    """Make a job of each prompt, cancelled while another member's has the only slot; return their messages' ids."""
    scene.provider.hold()
    await scene.tomas.use("/video", prompt="in the way", duration=4)
    await scene.paid_for(1)
    made = []
    for prompt in prompts:
        use = await scene.mara.use("/video", prompt=prompt, duration=4)
        card = await scene.says(use, "waiting")
        made.append(card.id)
        await scene.mara.press(card, label="Cancel")
        await scene.says(use, "cancelled")
    return made


def shown(use: Use) -> list[str]:
    """Return the prompts on a page, from its top."""
    assert use.reply is not None
    return re.findall(r"^\*\*(.*)\*\*$", use.reply.texts(), re.MULTILINE)


async def turned(scene: Scene, use: Use, label: str, page: str) -> None:
    assert use.reply is not None
    await scene.mara.press(use.reply, label=label)
    await scene.says(use, page)


@with_script(**ONE_SLOT)
async def test_it_is_turned_page_by_page_and_after_a_restart_too(scene: Scene) -> None:
    made = await made_of(scene, PROMPTS)
    newest = [QUOTED, *PROMPTS[-2::-1]]
    use = await scene.mara.use("/history")
    card = await scene.says(use, "25 videos", "page 1 of 4")
    assert card.stored.ephemeral_for == scene.mara.user.id
    assert shown(use) == newest[:8]
    assert [(label, off) for label, _, off, _ in card.buttons()] == [("Newer", True), ("Older", False)]
    links = re.findall(r"\[Jump to message\]\(https://discord\.com/channels/2001/3001/(\d+)\)", card.texts())
    assert links == made[::-1][:8]
    await turned(scene, use, "Older", "page 2 of 4")
    assert shown(use) == newest[8:16]
    await scene.bot.restart(signal.SIGKILL)
    await turned(scene, use, "Older", "page 3 of 4")
    assert shown(use) == newest[16:24]
    await turned(scene, use, "Older", "page 4 of 4")
    assert shown(use) == newest[24:]
    assert [(label, off) for label, _, off, _ in card.buttons()] == [("Newer", False), ("Older", True)]
    await turned(scene, use, "Newer", "page 3 of 4")
    assert shown(use) == newest[16:24]


@with_script(**ONE_SLOT)
async def test_a_search_finds_in_any_language_and_nothing_of_anybody_else(scene: Scene) -> None:
    await made_of(scene, PROMPTS[11:])
    for search, found in {
        "αλεπού": ["Η αλεπού στο ΧΙΟΝΙ"],
        "χιονι": ["Η αλεπού στο ΧΙΟΝΙ"],
        "狐狸": ["雪中的狐狸在奔跑"],
        'a "quoted" 50% fox-_': [QUOTED],
        "50%": [QUOTED],
        "FOX NUMBER 17": ["fox number 17"],
    }.items():
        use = await scene.mara.use("/history", search=search)
        await scene.says(use, "1 video matches", "page 1 of 1")
        assert shown(use) == found, search
    use = await scene.mara.use("/history", search="number")
    await scene.says(use, "11 videos match `number`", "page 1 of 2")
    await turned(scene, use, "Older", "page 2 of 2")
    assert shown(use) == ["fox number 13", "fox number 12", "fox number 11"]
    await scene.says(await scene.mara.use("/history", search="wolf"), "no videos match")
    await scene.says(await scene.tomas.use("/history", search="fox"), "no videos match")
    nothing = await scene.says(await scene.joins("Ines").use("/history"), "nothing here yet")
    assert nothing.ephemeral


def listed(use: Use) -> set[str]:
    """Return the short ids on a page."""
    assert use.reply is not None
    return set(re.findall(r"`#([0-9a-z]{6})`", use.reply.texts()))


async def test_a_search_among_very_many_stops_says_so_and_goes_on(scene: Scene) -> None:
    await scene.bot.stop()
    database = scene.bot.data / "seedreel.db"
    database.unlink()
    made = SEARCHED + 100
    await build(database, made, 2, made, heavy_id=scene.mara.user.id)
    with closing(sqlite3.connect(database)) as db:
        wanted = {row[0] for row in db.execute("SELECT substr(id, 1, 6) FROM jobs WHERE prompt_folded LIKE '%aurora%'")}
    await scene.bot.start()
    use = await scene.mara.use("/history", search="AURORA")
    card = await scene.says(use, "13 videos match `aurora` so far", "searched back to")
    assert "page 1 of" not in card.texts()
    found = listed(use)
    await turned(scene, use, "Older", "page 2")
    found |= listed(use)
    assert len(found) == 13
    await scene.bot.restart(signal.SIGKILL)
    await turned(scene, use, "Search older", "13 videos match `aurora` · before")
    assert "searched back to" not in card.texts()
    [select] = [one for one in card.pressable() if "options" in one]
    [newest, *_] = [one["value"] for one in select["options"]]
    chosen = await scene.mara.press(card, custom_id=select["custom_id"], values=[newest])
    await scene.follows(chosen, "done", f"#{newest[:6]}")
    await scene.says(use, "page 1 of 2")
    found |= listed(use)
    await turned(scene, use, "Older", "page 2 of 2")
    assert found | listed(use) == wanted
    await turned(scene, use, "Newer", "page 1 of 2")
    await turned(scene, use, "Back to newest", "so far")
    use = await scene.mara.use("/history", search="zeppelin")
    await scene.says(use, "no videos match `zeppelin` so far", "searched back to")
    await turned(scene, use, "Search older", "no older videos match `zeppelin`")


def picture(message: Message, name: str) -> Image.Image:
    """Open a picture of a message, and see that it is small."""
    body = message.file(name)
    assert len(body) < 20_000
    opened = Image.open(BytesIO(body))
    opened.load()
    assert opened.format == "JPEG"
    assert max(opened.size) == 256
    return opened


def thumbnails(message: Message) -> list[Any]:
    """Return the thumbnails on a message: what they say of themselves."""
    return [one["description"] for one in walk(message.stored.components) if one["type"] == THUMBNAIL]


async def deliver(scene: Scene, prompt: str) -> str:
    """Have a video made, and return the name of its picture."""
    reply = await scene.video(await scene.mara.use("/video", prompt=prompt, duration=4))
    [clip] = reply.media()
    return clip.replace("seedreel-", "poster-").replace(".mp4", ".jpg")


async def test_what_was_made_stands_there_with_its_picture_and_is_opened(scene: Scene) -> None:
    fox, wolf = await deliver(scene, "a red fox"), await deliver(scene, "a grey wolf")
    scene.provider.refuse_next("policy")
    await scene.says(await scene.mara.use("/video", prompt="refused", duration=4), "failed")
    use = await scene.mara.use("/history")
    card = await scene.says(use, "3 videos", "page 1 of 1")
    assert card.media() == [wolf, fox]
    assert thumbnails(card) == ["a grey wolf", "a red fox"]
    assert picture(card, fox).size == picture(card, wolf).size
    opened = await scene.follows(await opens(scene.mara, card, "a red fox"), "done", "a red fox")
    assert "wolf" not in opened.texts()
    # The clip goes after its days, and what it looked like stays.
    for clip in (scene.bot.data / "clips").iterdir():
        clip.unlink()
    found = await scene.says(await scene.mara.use("/history", search="WOLF"), "1 video matches")
    assert found.media() == [wolf]


async def test_pictures_change_with_the_page_and_are_made_of_what_was_kept_before(scene: Scene) -> None:
    names = [await deliver(scene, f"fox number {at}") for at in range(9)]
    await scene.until(lambda: len(list((scene.bot.data / "posters").glob("*.jpg"))) == 9, "nine posters")
    # As a version that made none has left it.
    await scene.bot.stop()
    for poster in (scene.bot.data / "posters").iterdir():
        poster.unlink()
    await scene.bot.start()
    use = await scene.mara.use("/history")
    card = await scene.says(use, "page 1 of 2")
    # What takes longer than a member would wait is there at the next look.
    await scene.until(lambda: len(list((scene.bot.data / "posters").glob("*.jpg"))) == 8, "eight posters")
    await turned(scene, use, "Older", "page 2 of 2")
    assert set(card.media()) <= {names[0]}
    await turned(scene, use, "Newer", "page 1 of 2")
    assert card.media() == names[:0:-1]
    await scene.bot.restart(signal.SIGKILL)
    await turned(scene, use, "Older", "page 2 of 2")
    assert card.media() == [names[0]]
    assert len(card.stored.files) == 1
    picture(card, names[0])
