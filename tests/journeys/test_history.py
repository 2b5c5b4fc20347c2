"""/history: everything a member ever made, ten to a page, found in any language; only they see it."""

import re
import signal

from sandbox.discord import Use
from tests.journeys.scene import Scene
from tests.journeys.script import ONE_SLOT, with_script

PROMPTS = [f"fox number {at:02}" for at in range(22)] + [
    "Η αλεπού στο ΧΙΟΝΙ",
    "雪中的狐狸在奔跑",
    'a "quoted" 50% fox-_',
]


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
    return re.findall(r"^`([^#`].*)`$", use.reply.texts(), re.MULTILINE)


async def turned(scene: Scene, use: Use, label: str, page: str) -> None:
    assert use.reply is not None
    await scene.mara.press(use.reply, label=label)
    await scene.says(use, page)


@with_script(**ONE_SLOT)
async def test_it_is_turned_page_by_page_and_after_a_restart_too(scene: Scene) -> None:
    made = await made_of(scene, PROMPTS)
    newest = PROMPTS[::-1]
    use = await scene.mara.use("/history")
    card = await scene.says(use, "25 jobs", "page 1 of 3")
    assert card.stored.ephemeral_for == scene.mara.user.id
    assert shown(use) == newest[:10]
    assert [(label, off) for label, _, off, _ in card.buttons()] == [("Newer", True), ("Older", False)]
    links = re.findall(r"\[message\]\(https://discord\.com/channels/2001/3001/(\d+)\)", card.texts())
    assert links == made[::-1][:10]
    await turned(scene, use, "Older", "page 2 of 3")
    assert shown(use) == newest[10:20]
    await scene.bot.restart(signal.SIGKILL)
    await turned(scene, use, "Older", "page 3 of 3")
    assert shown(use) == newest[20:]
    assert [(label, off) for label, _, off, _ in card.buttons()] == [("Newer", False), ("Older", True)]
    await turned(scene, use, "Newer", "page 2 of 3")
    assert shown(use) == newest[10:20]


@with_script(**ONE_SLOT)
async def test_a_search_finds_in_any_language_and_nothing_of_anybody_else(scene: Scene) -> None:
    await made_of(scene, PROMPTS[11:])
    for search, found in {
        "αλεπού": ["Η αλεπού στο ΧΙΟΝΙ"],
        "χιονι": ["Η αλεπού στο ΧΙΟΝΙ"],
        "狐狸": ["雪中的狐狸在奔跑"],
        'a "quoted" 50% fox-_': ['a "quoted" 50% fox-_'],
        "50%": ['a "quoted" 50% fox-_'],
        "FOX NUMBER 17": ["fox number 17"],
    }.items():
        use = await scene.mara.use("/history", search=search)
        await scene.says(use, "1 job", "page 1 of 1")
        assert shown(use) == found, search
    use = await scene.mara.use("/history", search="number")
    await scene.says(use, "11 jobs", "page 1 of 2")
    await turned(scene, use, "Older", "page 2 of 2")
    assert shown(use) == ["fox number 11"]
    await scene.says(await scene.mara.use("/history", search="wolf"), "no prompt of yours")
    await scene.says(await scene.tomas.use("/history", search="fox"), "no prompt of yours")
    nothing = await scene.says(await scene.joins("Ines").use("/history"), "nothing here yet")
    assert nothing.ephemeral
