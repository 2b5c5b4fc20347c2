"""`/history`: ten to a page, with buttons that remember everything themselves."""

from dataclasses import replace

from bot.domain.caller import Caller
from bot.domain.errors import NotYours
from bot.ui.custom_ids import HISTORY, HistoryPage
from bot.ui.job_lists import history_card
from bot.ui.problem_texts import problem_text
from tests.cogs.fakes import MARA, WAITING
from tests.languages import ENGLISH


def jobs(count: int, word: str):
    return [
        replace(WAITING, id=f"{n:020}", request=replace(WAITING.request, prompt=f"{word} number {n}"))
        for n in range(count)
    ]


async def test_the_first_page_is_for_me_alone(app):
    app.history.jobs = jobs(23, "fox")
    reply = await (await app.member("Mara").use("/history")).replied()
    assert "23 jobs · page 1 of 3" in reply.texts()
    assert reply.ephemeral
    assert app.member("Tomas").sees("videos") == []


async def test_pages_turn_in_place_and_keep_the_search(app):
    app.history.jobs = [*jobs(12, "狐狸"), *jobs(15, "fox")]
    mara = app.member("Mara")
    first = await (await mara.use("/history", search="狐狸")).replied()
    turned = await mara.press(first, label="Older")
    assert turned.reply == first
    second = await turned.replied(lambda reply: "page 2 of 2" in reply.texts())
    assert "12 jobs" in second.texts()
    assert "fox" not in second.texts()
    back = await mara.press(second, label="Newer")
    await back.replied(lambda reply: "page 1 of 2" in reply.texts())
    assert app.history.calls("history") == [[MARA, "狐狸", 1], [MARA, "狐狸", 2], [MARA, "狐狸", 1]]


async def test_a_page_from_before_a_restart_still_turns(app):
    app.history.jobs = jobs(12, "fox")
    page = await app.history.history(Caller(MARA), "", 1)
    shown = await app.post(history_card(ENGLISH, page, "", MARA), private_to=MARA)
    turned = await app.member("Mara").press(shown, label="Older")
    await turned.replied(lambda reply: "page 2 of 2" in reply.texts())


async def test_a_search_longer_than_a_button_remembers_is_cut_on_the_first_page_too(app):
    mara = app.member("Mara")
    await (await mara.use("/history", unchecked=True, search="x" * 300)).replied()
    assert app.history.calls("history") == [[MARA, "x" * 56, 1]]


async def test_only_its_member_turns_the_pages(app):
    button = {"type": 2, "style": 2, "label": "Older", "custom_id": HISTORY.encode(HistoryPage(MARA, 2, "fox"))}
    shown = await app.post_raw([{"type": 1, "components": [button]}])
    use = await app.member("Tomas").press(shown, label="Older")
    told = await use.replied()
    assert (told.content, told.ephemeral) == (problem_text(ENGLISH, NotYours()), True)
    assert app.history.asked == []
