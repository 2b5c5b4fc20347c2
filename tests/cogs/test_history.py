"""`/history`: eight to a page, with pictures, and buttons that remember everything themselves."""

from dataclasses import replace

from bot.domain.caller import Caller
from bot.domain.errors import NoSuchJob, NotYours
from bot.ui.custom_ids import HISTORY, OPEN_FOUND, HistoryPage
from bot.ui.job_lists import history_card
from bot.ui.problem_texts import problem_text
from tests.cogs.fakes import MARA, NOW, POSTER, WAITING
from tests.languages import ENGLISH


def jobs(count: int, word: str):
    return [
        replace(WAITING, id=f"{n:020}", request=replace(WAITING.request, prompt=f"{word} number {n}"))
        for n in range(count)
    ]


async def test_the_first_page_is_for_me_alone(app):
    app.history.jobs = jobs(23, "fox")
    reply = await (await app.member("Mara").use("/history")).replied()
    assert "23 videos · page 1 of 3" in reply.texts()
    assert reply.ephemeral
    assert app.member("Tomas").sees("videos") == []


async def test_pages_turn_in_place_and_keep_the_search(app):
    app.history.jobs = [*jobs(12, "狐狸"), *jobs(15, "fox")]
    mara = app.member("Mara")
    first = await (await mara.use("/history", search="狐狸")).replied()
    turned = await mara.press(first, label="Older")
    assert turned.reply == first
    second = await turned.replied(lambda reply: "page 2 of 2" in reply.texts())
    assert "12 videos match `狐狸`" in second.texts()
    assert "fox" not in second.texts()
    back = await mara.press(second, label="Newer")
    await back.replied(lambda reply: "page 1 of 2" in reply.texts())
    assert app.history.calls("history") == [[MARA, "狐狸", 1], [MARA, "狐狸", 2], [MARA, "狐狸", 1]]


async def test_a_page_from_before_a_restart_still_turns(app):
    app.history.jobs = jobs(12, "fox")
    page = await app.history.history(Caller(MARA), "", 1)
    shown = await app.post(history_card(ENGLISH, page, "", MARA, NOW), private_to=MARA)
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


def chosen(message) -> str:
    """Return the custom id of the one select on a message."""
    [found] = [one["custom_id"] for one in message.pressable() if one["type"] == 3]
    return found


async def test_pictures_go_out_with_the_page_and_change_with_it(app):
    app.history.jobs = jobs(20, "fox")
    app.history.with_poster = {f"{n:020}" for n in (0, 7, 8)}
    mara = app.member("Mara")
    first = await (await mara.use("/history")).replied()
    assert first.media() == [f"poster-{n:020}.jpg" for n in (0, 7)]
    assert first.file(f"poster-{7:020}.jpg") == POSTER
    second = await (await mara.press(first, label="Older")).replied(lambda reply: "page 2 of 3" in reply.texts())
    assert second.media() == [f"poster-{8:020}.jpg"]
    third = await (await mara.press(second, label="Older")).replied(lambda reply: "page 3 of 3" in reply.texts())
    assert third.media() == []
    assert third.stored.files == {}


async def test_one_is_opened_in_a_message_of_its_own_and_the_page_stays(app):
    app.history.jobs = jobs(12, "fox")
    app.history.with_poster = {f"{n:020}" for n in range(12)}
    mara = app.member("Mara")
    first = await (await mara.use("/history", search="fox")).replied()
    opened = await mara.press(first, custom_id=chosen(first), values=[f"{3:020}"])
    card = await opened.followed()
    assert card.ephemeral
    assert "fox number 3" in card.texts()
    assert "Cancel" in [label for label, *_ in card.buttons()]
    await app.discord.ledger.until(lambda: len(app.history.calls("history")) == 2, what="the page again")
    await opened.replied(lambda reply: "12 videos match `fox` · page 1 of 2" in reply.texts())
    assert len(first.media()) == 8


async def test_one_that_is_gone_is_said_and_the_page_stays(app):
    app.history.jobs = jobs(2, "fox")
    mara = app.member("Mara")
    first = await (await mara.use("/history")).replied()
    app.history.jobs = jobs(1, "fox")
    opened = await mara.press(first, custom_id=chosen(first), values=[f"{1:020}"])
    told = await opened.followed()
    assert (told.content, told.ephemeral) == (problem_text(ENGLISH, NoSuchJob()), True)
    assert "2 videos" in first.texts()


async def test_a_search_goes_on_and_back_and_its_pages_turn(app):
    app.history.jobs = [*jobs(9, "fox"), *[replace(job, id=f"old{job.id[3:]}") for job in jobs(11, "fox")]]
    app.history.searched = 9
    mara = app.member("Mara")
    first = await (await mara.use("/history", search="fox")).replied()
    last = await (await mara.press(first, label="Older")).replied(lambda reply: "Search older" in str(reply.buttons()))
    app.history.searched = 100
    older = await (await mara.press(last, label="Search older")).replied(lambda reply: "before" in reply.texts())
    assert "11 videos match `fox` · before" in older.texts()
    assert "page 1 of 2" in older.texts()
    opened = await mara.press(older, custom_id=chosen(older), values=[f"old{3:017}"])
    assert "fox number 3" in (await opened.followed()).texts()
    second = await (await mara.press(older, label="Older")).replied(lambda reply: "page 2 of 2" in reply.texts())
    again = await (await mara.press(second, label="Newer")).replied(lambda reply: "page 1 of 2" in reply.texts())
    await (await mara.press(again, label="Back to newest")).replied(lambda reply: "20 videos" in reply.texts())
    before = f"{8:020}"
    assert app.history.calls("history") == [
        [MARA, "fox", 1],
        [MARA, "fox", 2],
        [MARA, "fox", 1, before],
        [MARA, "fox", 1, before],
        [MARA, "fox", 2, before],
        [MARA, "fox", 1, before],
        [MARA, "fox", 1],
    ]


async def test_only_its_member_opens_one(app):
    app.history.jobs = jobs(1, "fox")
    page = await app.history.history(Caller(MARA), "", 1)
    card = await app.post(history_card(ENGLISH, page, "", MARA, NOW))
    use = await app.member("Tomas").press(card, custom_id=chosen(card), values=[f"{0:020}"])
    told = await use.replied()
    assert (told.content, told.ephemeral) == (problem_text(ENGLISH, NotYours()), True)
    assert OPEN_FOUND.decode(chosen(card)) == HistoryPage(MARA, 1, "")
    assert app.history.calls("find") == []
