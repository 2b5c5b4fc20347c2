"""The verification of a real person: consent, link, verdict."""

import pytest

from bot.domain.asset_problems import NameTaken, ProviderNotAnswering, ProviderRefused, VerificationOver
from bot.domain.assets import CONSENT, LINK_LIVES, Link, Verdict, Verification, VerificationStage
from bot.domain.caller import Caller
from bot.domain.disk_problems import NoSpace
from bot.domain.errors import Refusal, UploadFailed, UploadRefused
from bot.storage import Store
from bot.studio.assets.verification import VerificationService
from bot.studio.lifecycle.shutdown import ShutdownGuard
from tests.storage.asset_samples import AssetTables
from tests.studio.asset_fakes import HERE, MARA, TOMAS, ScriptedAssets, character
from tests.studio.fakes import START, JumpingClock
from tests.studio.full_store import fill
from tests.studio.spending_fakes import spending_for_all

CALLBACK = "https://bot.test/callback"
LINK = "https://verify.test/1"


class Scene:
    def __init__(self, store: Store) -> None:
        self.store, self.assets = store, AssetTables(store)
        self.provider, self.clock = ScriptedAssets(), JumpingClock()
        self.verify = self.reopened()

    def reopened(self, callback_url: str = CALLBACK) -> VerificationService:
        """Make the use case anew, as a restart does."""
        return VerificationService(
            self.assets, self.provider, ShutdownGuard(), self.clock, callback_url, spending_for_all(self.clock)
        )

    async def linked(self):
        agreed = await self.verify.agree(HERE, "Mara", CONSENT, "de")
        return await self.verify.link(Caller(MARA), agreed.id)

    async def row(self, verification):
        return await self.assets.verification(verification.id)

    async def owned(self) -> list[str]:
        return [made.name for made in await self.assets.characters(MARA)]


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(store)


async def refused(awaitable) -> object:
    with pytest.raises(Refusal) as caught:
        await awaitable
    return caught.value.problem


def test_it_is_possible_where_the_operator_set_it_up(scene: Scene) -> None:
    assert scene.verify.possible
    assert not scene.reopened("").possible


async def test_consent_is_on_record_before_anything_is_asked_of_the_provider(scene: Scene) -> None:
    agreed = await scene.verify.agree(HERE, " Mara ", CONSENT, "de")
    assert scene.provider.asked == []
    row = await scene.row(agreed)
    assert (row.agreed, row.consent) == (START, CONSENT)
    assert (row.name, row.stage) == ("Mara", VerificationStage.AGREED)


async def test_where_consent_cannot_be_written_down_nothing_is_asked(scene: Scene) -> None:
    await fill(scene.store, lambda n: scene.assets.begin(Verification(f"{n:020d}", n, "x", START)))
    assert await refused(scene.verify.agree(HERE, "Mara", CONSENT, "de")) == NoSpace()
    assert scene.provider.asked == []


async def test_a_name_that_is_taken_is_said_before_consent(scene: Scene) -> None:
    await scene.assets.add_character(character())
    assert await refused(scene.verify.check(HERE, "fox")) == NameTaken("fox")


async def test_the_link_is_waited_for_and_kept_with_its_death(scene: Scene) -> None:
    scene.provider.answers["link"] = [None, None, Link(LINK, START + 110)]
    linked = await scene.linked()
    assert (linked.link, linked.link_dies) == (LINK, START + 110)
    assert scene.provider.calls("begin") == [[CALLBACK, linked.id]]
    assert scene.provider.calls("link") == [["vt_1"]] * 3
    assert await scene.row(linked) == linked


async def test_a_link_without_a_death_or_with_one_of_another_clock_lives_120_s(scene: Scene) -> None:
    scene.provider.answers["link"] = [Link(LINK, None), Link(LINK, START - 5000), Link(LINK, START + 5000)]
    assert [(await scene.linked()).link_dies for _ in range(3)] == [START + 120] * 3
    # None of them was believed dead and asked for anew.
    assert len(scene.provider.calls("begin")) == 3


async def test_a_press_after_a_restart_gets_the_same_link_while_it_lives(scene: Scene) -> None:
    linked = await scene.linked()
    assert await scene.reopened().link(Caller(MARA), linked.id) == linked
    assert len(scene.provider.calls("begin")) == 1


async def test_a_restart_before_the_link_came_goes_on_with_the_same_task(scene: Scene) -> None:
    agreed = await scene.verify.agree(HERE, "Mara", CONSENT, "de")
    scene.provider.answers["link"] = [UploadFailed("503")]
    assert await refused(scene.verify.link(Caller(MARA), agreed.id)) == ProviderNotAnswering()
    assert (await scene.reopened().link(Caller(MARA), agreed.id)).link == LINK
    assert len(scene.provider.calls("begin")) == 1


async def test_a_dead_link_is_followed_by_a_new_one_on_the_same_consent(scene: Scene) -> None:
    linked = await scene.linked()
    scene.clock.at += 121
    fresh = await scene.verify.link(Caller(MARA), linked.id)
    assert fresh.id != linked.id
    assert (fresh.agreed, fresh.consent, fresh.name) == (linked.agreed, linked.consent, "Mara")
    assert fresh.link_dies == scene.clock.at + 120
    assert (await scene.row(linked)).stage is VerificationStage.FAILED
    assert len(scene.provider.calls("begin")) == 2


async def test_a_link_that_died_while_the_bot_was_down_is_not_handed_out(scene: Scene) -> None:
    agreed = await scene.verify.agree(HERE, "Mara", CONSENT, "de")
    scene.provider.answers["link"] = [UploadFailed("503"), Link(LINK, START + 100), Link(f"{LINK}?new", START + 400)]
    assert await refused(scene.verify.link(Caller(MARA), agreed.id)) == ProviderNotAnswering()
    scene.clock.at += 300
    assert (await scene.verify.link(Caller(MARA), agreed.id)).link == f"{LINK}?new"


async def test_no_link_in_time_is_said_and_can_be_asked_for_again(scene: Scene) -> None:
    scene.provider.answers["link"] = [None] * 15
    agreed = await scene.verify.agree(HERE, "Mara", CONSENT, "de")
    assert await refused(scene.verify.link(Caller(MARA), agreed.id)) == ProviderNotAnswering()
    assert (await scene.verify.link(Caller(MARA), agreed.id)).link == LINK


async def test_a_session_that_ended_without_a_link_is_followed_by_another(scene: Scene) -> None:
    scene.provider.answers["link"] = [UploadRefused("ended", "session over")]
    agreed = await scene.verify.agree(HERE, "Mara", CONSENT, "de")
    assert await refused(scene.verify.link(Caller(MARA), agreed.id)) == ProviderRefused("session over")
    fresh = await scene.verify.link(Caller(MARA), agreed.id)
    assert (fresh.link, len(scene.provider.calls("begin"))) == (LINK, 2)


async def test_try_again_begins_another_attempt_though_the_link_lives(scene: Scene) -> None:
    linked = await scene.linked()
    fresh = await scene.verify.again(Caller(MARA), linked.id)
    assert (fresh.stage, fresh.link) == (VerificationStage.AGREED, None)
    assert (await scene.row(linked)).stage is VerificationStage.FAILED


async def test_a_verified_person_becomes_a_real_character(scene: Scene) -> None:
    linked = await scene.linked()
    verified = await scene.verify.finished(Caller(MARA), linked.id)
    assert verified.stage is VerificationStage.VERIFIED
    (made,) = await scene.assets.characters(MARA)
    assert (made.name, made.group_id, made.real, made.id) == ("Mara", "rg_1", True, verified.character_id)
    assert await scene.assets.consented(MARA, made.id)
    assert await scene.verify.finished(Caller(MARA), linked.id) == verified
    assert len(await scene.owned()) == 1
    assert await refused(scene.verify.again(Caller(MARA), linked.id)) == VerificationOver()


async def test_a_verdict_may_take_a_moment(scene: Scene) -> None:
    scene.provider.answers["verdict"] = [
        Verdict(provider_message="pending"),
        UploadRefused("400", "not finished"),
        Verdict("rg_2"),
    ]
    linked = await scene.linked()
    assert (await scene.verify.finished(Caller(MARA), linked.id)).stage is VerificationStage.VERIFIED


async def test_who_is_not_verified_is_told_the_providers_sentence_and_may_look_again(scene: Scene) -> None:
    linked = await scene.linked()
    scene.provider.answers["verdict"] = [Verdict(provider_message="no face")] * 3
    looked = await scene.verify.finished(Caller(MARA), linked.id)
    assert (looked.stage, looked.provider_message, looked.link) == (VerificationStage.STARTED, "no face", linked.link)
    assert await scene.owned() == []
    scene.provider.answers["verdict"] = [Verdict(provider_message="expired")] * 3
    await scene.clock.sleep(LINK_LIVES)
    assert (await scene.verify.finished(Caller(MARA), linked.id)).link is None
    assert (await scene.verify.finished(Caller(MARA), linked.id)).stage is VerificationStage.VERIFIED


async def test_a_name_taken_meanwhile_gets_a_number(scene: Scene) -> None:
    linked = await scene.linked()
    await scene.assets.add_character(character("Mara"))
    verified = await scene.verify.finished(Caller(MARA), linked.id)
    assert verified.name == "Mara 2"
    assert sorted(await scene.owned()) == ["Mara", "Mara 2"]


async def test_nobody_else_goes_on_with_it(scene: Scene) -> None:
    linked = await scene.linked()
    for step in (scene.verify.link, scene.verify.again, scene.verify.finished):
        assert await refused(step(Caller(TOMAS), linked.id)) == VerificationOver()
        assert await refused(step(Caller(MARA), "no such")) == VerificationOver()
    assert scene.provider.calls("verdict") == []


async def test_before_there_is_a_link_nothing_can_be_finished(scene: Scene) -> None:
    agreed = await scene.verify.agree(HERE, "Mara", CONSENT, "de")
    assert await refused(scene.verify.finished(Caller(MARA), agreed.id)) == VerificationOver()
    assert await scene.row(agreed) == agreed
