"""`/asset verify`: consent, the link, the verdict; private, and with buttons that need no memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.asset_problems import NameTaken, ProviderNotAnswering, VerificationOver
from bot.domain.assets import CONSENT, Link, Verdict, Verification, VerificationStage
from bot.domain.errors import UploadFailed
from bot.storage import Store
from bot.ui.asset_problem_texts import asset_problem_text
from bot.ui.custom_ids import AGREE, Consent
from bot.ui.verification_cards import consent_card, consent_in, link_card
from tests.cogs.asset_app import CALLBACK, AssetFakes, app_over
from tests.cogs.fakes import MARA
from tests.languages import ENGLISH
from tests.studio.asset_fakes import SERVER, character
from tests.studio.fakes import START

NOT_SET_UP = ENGLISH.text("verify.not-set-up")
LINK = "https://verify.test/1"
STARTED = Verification(
    "v" * 20, MARA, "Kira", START, stage=VerificationStage.STARTED, task_id="vt_1", link=LINK, link_dies=START + 120
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "seedreel.db") as store:
        yield store


@pytest.fixture
def fakes(store: Store) -> AssetFakes:
    return AssetFakes(store)


@pytest.fixture
async def app(fakes):
    async with app_over(fakes) as app:
        yield app


async def consent(app, name: str = "Kira"):
    return await (await app.member("Mara").use("/asset verify", name=name)).replied()


async def test_the_whole_way_in_one_private_message(app, fakes, caplog):
    mara = app.member("Mara")
    asked = await consent(app)
    assert asked.ephemeral
    assert "my own face" in asked.texts()
    assert (fakes.provider.asked, await fakes.stored_verifications()) == ([], [])

    agreed = await mara.press(asked, label="I agree")
    assert agreed.reply == asked
    linked = await agreed.replied(lambda reply: "The check is done" in str(reply.buttons()))
    assert f"<t:{int(START) + 120}:R>" in linked.texts()
    (verification,) = await fakes.stored_verifications()
    assert (verification.agreed, verification.consent) == (START, CONSENT)
    assert (verification.name, verification.guild_id, verification.owner_id) == ("Kira", SERVER, MARA)
    assert (verification.consent, verification.language) == (CONSENT, "en-US")
    assert fakes.provider.calls("begin") == [[CALLBACK, verification.id]]

    verified = await (await mara.press(linked, label="The check is done")).replied(lambda r: "Verified." in r.texts())
    assert "`/asset add`" in verified.texts()
    (made,) = await fakes.assets.characters(MARA)
    assert (made.name, made.real, made.group_id) == ("Kira", True, "rg_1")
    assert app.member("Tomas").sees("videos") == []
    assert "asks for something that doesn't exist" not in caplog.text


async def test_who_is_not_verified_hears_why_and_tries_again_with_a_new_link(app, fakes):
    mara = app.member("Mara")
    linked = await (await mara.press(await consent(app), label="I agree")).replied(
        lambda reply: "The check is done" in str(reply.buttons())
    )
    fakes.provider.answers["verdict"] = [Verdict(provider_message="no face")] * 3
    failed = await (await mara.press(linked, label="The check is done")).replied(lambda r: "`no face`" in r.texts())
    fakes.provider.answers["link"] = [Link("https://verify.test/2", None)]
    again = await mara.press(failed, label="Get a new link")
    await again.replied(lambda reply: "Ask them to open the link" in reply.texts())
    assert len(fakes.provider.calls("begin")) == 2
    assert {row.agreed for row in await fakes.stored_verifications()} == {START}


async def test_buttons_from_before_a_restart_go_on(app, fakes):
    await fakes.assets.begin(STARTED)
    shown = await app.post(link_card(ENGLISH, STARTED), private_to=MARA)
    await (await app.member("Mara").press(shown, label="The check is done")).replied(lambda r: "Verified." in r.texts())
    asked = await app.post(consent_card(ENGLISH, consent_in(ENGLISH, "Nele")), private_to=MARA)
    use = await app.member("Mara").press(asked, label="I agree")
    await use.replied(lambda reply: "The check is done" in str(reply.buttons()))


async def test_an_old_button_agrees_to_the_wording_that_stood_above_it(app, fakes):
    button = {"type": 2, "style": 1, "label": "I agree", "custom_id": AGREE.encode(Consent(1, "", "Kira"))}
    shown = await app.post_raw([{"type": 1, "components": [button]}], private_to=MARA)
    await (await app.member("Mara").press(shown, label="I agree")).replied(lambda r: "open the link" in r.texts())
    (verification,) = await fakes.stored_verifications()
    assert (verification.agreed, verification.consent) == (START, 1)


async def test_an_outage_after_consent_is_said_and_the_link_can_be_asked_for(app, fakes):
    fakes.provider.answers["begin"] = [UploadFailed("503")]
    mara = app.member("Mara")
    asked = await consent(app)
    agreed = await mara.press(asked, label="I agree")
    told = await agreed.followed()
    assert (told.content, told.ephemeral) == (asset_problem_text(ENGLISH, ProviderNotAnswering()), True)
    assert "Get the link" in str(asked.buttons())
    await (await mara.press(asked, label="Get the link")).replied(
        lambda reply: "The check is done" in str(reply.buttons())
    )
    assert len(await fakes.stored_verifications()) == 1


async def test_only_its_member_goes_on_with_a_verification(app, fakes):
    await fakes.assets.begin(STARTED)
    shown = await app.post(link_card(ENGLISH, STARTED))
    told = await (await app.member("Tomas").press(shown, label="The check is done")).followed()
    assert (told.content, told.ephemeral) == (asset_problem_text(ENGLISH, VerificationOver()), True)
    assert fakes.provider.asked == []


async def test_a_name_that_is_taken_or_that_no_button_remembers_is_said_before_consent(app, fakes):
    await fakes.assets.add_character(character())
    assert (await consent(app, "Fox")).content == asset_problem_text(ENGLISH, NameTaken("Fox"))
    assert (await consent(app, "\N{FOX FACE}" * 50)).content == ENGLISH.text("verify.name-too-long")


async def test_where_it_is_not_set_up_that_is_all_there_is(store):
    bare = AssetFakes(store, "")
    async with app_over(bare) as app:
        told = await consent(app)
        assert (told.content, told.ephemeral) == (NOT_SET_UP, True)
        shown = await app.post(consent_card(ENGLISH, consent_in(ENGLISH, "Kira")), private_to=MARA)
        told = await (await app.member("Mara").press(shown, label="I agree")).replied()
        assert told.content == NOT_SET_UP
    assert (bare.provider.asked, await bare.stored_verifications()) == ([], [])
