"""A member's own jobs: found by id and by words, in pages, and never another's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.stages import Stage
from bot.storage.folding import folded
from tests.storage.samples import ADA, BO, NOW, job, put, request, up_to

words = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1)


async def found(own, search, user_id=ADA):
    return [each.request.prompt for each in (await own.mine(user_id, search, 1, 100)).jobs]


@pytest.mark.parametrize(
    ("prompt", "search"),
    [
        ("A Red FOX", "red fox"),
        ("ΟΔΥΣΣΕΥΣ στην Ιθάκη", "οδυσσευς"),
        ("Οδυσσεύς", "ΟΔΥΣΣΕΎΣ"),
        ("Москва НОЧЬЮ", "москва ночью"),
        ("зелёный ёжик", "ЗЕЛЕНЫЙ ЕЖИК"),
        ("İSTANBUL'da IŞIK", "istanbul"),
        ("İSTANBUL'da IŞIK", "ışık"),
        ("istanbul", "İSTANBUL"),
        ("eine STRASSE", "straße"),
        ("cafe\u0301 noir", "CAFÉ"),
        ("一只红色的狐狸在雪中", "狐狸"),
        ("桜ガ舞う", "桜ガ"),
        ("ｆｕｌｌ width", "FULL"),
        ("한국의 가을", "가을"),
        ("a fox 🦊 and a 👩‍🚀", "🦊"),
        ("a fox 🦊 and a 👩‍🚀", "👩‍🚀"),
        ("100% wool", "100%"),
        ("snake_case", "e_c"),
        ('say "hello"', '"hello"'),
        ("well-known", "l-k"),
        ("back\\slash", "k\\s"),
        ("what's that?", "'s"),
        ("two\nlines", "two\nlines"),
        ("שלום עולם", "עולם"),
    ],
)
async def test_search_finds(store, own, prompt, search):
    await put(store, job(request=request(prompt)))
    await put(store, job(request=request("something else")))
    assert await found(own, search) == [prompt]
    assert [each.request.prompt for each in await own.latest(ADA, search, 25)] == [prompt]


@pytest.mark.parametrize("search", ["%", "_", "a%x", "r_d", "*", "?", "[a-z]", '"', "' OR 1=1 --", "fox -red"])
async def test_search_has_no_wildcards(store, own, search):
    await put(store, job(request=request("a red fox")))
    assert await found(own, search) == []
    assert await own.latest(ADA, search, 25) == []


@pytest.mark.parametrize("search", ["", "  ", "\x00", "\n"])
async def test_an_empty_search_finds_everything(store, own, search):
    await put(store, job(request=request("a red fox")))
    assert await found(own, search) == ["a red fox"]


@pytest.mark.parametrize("search", ["x" * 6000, "\ufdfa" * 6000, "\ud83d", "%" * 60_000])
async def test_no_search_is_too_much(store, own, search):
    await put(store, job(request=request("a red fox")))
    assert await found(own, search) == []


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_case_makes_no_difference(text):
    assert folded(text.upper()) == folded(text.lower()) == folded(text)


@given(before=words, part=words, after=words)
def test_a_word_is_found_wherever_it_stands(before, part, after):
    assert folded(part) in folded(f"{before} {part} {after}")


async def test_what_is_nothing_but_an_accent_is_no_search_for_everything(store, own):
    await put(store, job(request=request("un café noir")))
    assert await found(own, "cafe") == ["un café noir"]
    assert await found(own, "\u0301") == []
    assert await own.latest(ADA, " \u0301", 25) == []


async def test_nobody_finds_anothers(store, own):
    theirs = await put(store, job(user_id=BO, request=request("a red fox")))
    assert await found(own, "fox") == []
    assert await own.latest(ADA, "", 25) == []
    assert await own.find_mine(ADA, theirs.id) is None
    assert await own.find_mine(ADA, theirs.short) is None
    assert await own.find_mine(BO, theirs.short) == theirs


@pytest.mark.parametrize("written", ["{id}", "#{id}", "{short}", "#{short}", " #{short} ", "#{upper}", "{ten}"])
async def test_a_job_is_found_as_it_is_written(store, own, written):
    placed = await put(store, job(id="k3f9a2" + "0" * 14))
    text = written.format(id=placed.id, short=placed.short, upper=placed.short.upper(), ten=placed.id[:10])
    assert await own.find_mine(ADA, text) == placed


@pytest.mark.parametrize("written", ["", "#", "k3f9a", "k3f9a%", "k3f9a_", "k3f9b2", "k3f9a2" + "0" * 15, "\ud83d" * 6])
async def test_what_is_no_id_finds_nothing(store, own, written):
    await put(store, job(id="k3f9a2" + "0" * 14))
    assert await own.find_mine(ADA, written) is None


async def test_of_two_that_start_alike_the_newest_is_meant(store, own):
    old = await put(store, job(id="k3f9a2" + "z" * 14, created=NOW))
    new = await put(store, job(id="k3f9a2" + "0" * 14, created=NOW + 1))
    await put(store, job(id="k3f9a2" + "7" * 14, created=NOW + 2, user_id=BO))
    assert await own.find_mine(ADA, "k3f9a2") == new
    assert await own.find_mine(ADA, old.id) == old


@pytest.mark.parametrize(
    ("asked", "number", "sizes"), [(1, 1, 10), (2, 2, 10), (3, 3, 3), (4, 3, 3), (99, 3, 3), (0, 1, 10), (-5, 1, 10)]
)
async def test_pages(store, own, asked, number, sizes):
    placed = [await put(store, job(created=NOW + number)) for number in range(23)]
    page = await own.mine(ADA, "", asked, 10)
    assert (page.number, page.pages, page.total, len(page.jobs)) == (number, 3, 23, sizes)
    assert list(page.jobs) == placed[::-1][(number - 1) * 10 : number * 10]


async def test_each_members_jobs_are_counted_also_when_one_is_deleted_or_not_accepted(store, jobs, own):
    placed = [await put(store, job(user_id=owner, created=NOW + at)) for at, owner in enumerate([ADA, BO, ADA])]
    with pytest.raises(ValueError, match="taken"):
        await jobs.accept(job(id=placed[0].id), up_to(9))
    assert [(await own.mine(owner, "", 1, 10)).total for owner in (ADA, BO, 9)] == [2, 1, 0]
    await store.run(lambda db: db.execute("DELETE FROM jobs WHERE id = ?", [placed[0].id]))
    assert [(await own.mine(owner, "", 1, 10)).total for owner in (ADA, BO, 9)] == [1, 1, 0]


async def test_a_page_of_nothing(own):
    page = await own.mine(ADA, "fox", 3, 10)
    assert (page.jobs, page.number, page.pages, page.total) == ((), 1, 1, 0)


async def test_pages_of_a_search_count_only_what_was_found(store, own):
    for number in range(12):
        await put(store, job(created=NOW + number, request=request("a fox" if number % 2 else "a cat")))
    page = await own.mine(ADA, "FOX", 2, 4)
    assert (page.number, page.pages, page.total, len(page.jobs)) == (2, 2, 6, 2)


async def test_latest_shows_what_runs_before_what_has_ended(store, own):
    running_old = await put(store, job(created=NOW), Stage.RENDERING)
    ended = [await put(store, job(created=NOW + number), Stage.CANCELLED) for number in (1, 2, 3)]
    running_new = await put(store, job(created=NOW + 4))
    wanted = [running_new, running_old, *ended[::-1]]
    assert await own.latest(ADA, "", 25) == wanted
    for maximum in range(6):
        assert await own.latest(ADA, "", maximum) == wanted[:maximum]
