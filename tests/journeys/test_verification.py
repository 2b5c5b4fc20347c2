"""A real person: consent first, then the provider's own check, then pictures of them."""

import signal

from sandbox.discord import Use
from sandbox.discord.use import Message
from tests.journeys.bodies import FOX, RUN, roles
from tests.journeys.scene import Scene, labels
from tests.journeys.script import IN_BOTH_DIALECTS, with_script

REAL = "/v1/videos/doubao-seedance-2-0/real-avatar"


def asked_of_provider(scene: Scene) -> list[str]:
    """List what was asked about real persons, without the questions for the link."""
    return [entry.route for entry in scene.ledger.of("provider") if REAL in entry.route and "GET" not in entry.route]


async def with_link(scene: Scene) -> tuple[Use, Message]:
    """Bring Mara to the link of a verification."""
    use = await scene.mara.use("/asset verify", name="Aunt Jo")
    consent = await scene.says(use, "permission", "camera")
    assert asked_of_provider(scene) == []
    await scene.mara.press(consent, label="I agree")
    return use, await scene.says(use, "phone", "<t:", ":R>")


@IN_BOTH_DIALECTS
async def test_the_whole_way_to_a_real_person_in_a_video(scene: Scene) -> None:
    use, card = await with_link(scene)
    [begun] = scene.ledger.of("verification")
    body = begun.detail["body"]
    assert body == {"callback_url": scene.provider.callback_url, "locale": "zh", "biz_id": body["biz_id"]}
    assert len(body["biz_id"]) == 20
    scene.provider.verifications.pass_now()
    await scene.mara.press(card, label="The check is done")
    await scene.says(use, "Verified", "</asset add:")
    await scene.says(await scene.mara.use("/asset add", character="Aunt Jo", file=RUN), "only images")
    added = await scene.mara.use("/asset add", character="aunt jo", file=FOX, name="Jo")
    await scene.says(added, "video service")
    await scene.until(lambda: scene.provider.assets.all, "a registered asset")
    scene.provider.assets.finish()
    await scene.says(added, "ready")
    [made] = scene.provider.assets.all.values()
    [checked] = scene.provider.verifications.all.values()
    [registered], [upload] = scene.ledger.of("asset"), scene.ledger.of("upload")
    assert registered.detail["body"] == {
        "group_id": checked.group_id,
        "asset_type": "image",
        "source_url": upload.detail["url"],
        "name": "Jo",
    }
    [result] = scene.ledger.of("provider", f"GET {REAL}/verify-results")
    assert result.detail["query"] == {"task_id": checked.id, "result_code": "10000"}
    assert made.real
    await scene.video(await scene.mara.use("/video", prompt="Jo waves", asset="Jo"))
    assert scene.paid()[0]["image_with_roles"] == roles(reference_image=f"asset://{made.id}")


async def test_who_did_not_pass_may_try_again_with_a_new_link_and_the_same_consent(scene: Scene) -> None:
    use, card = await with_link(scene)
    await scene.mara.press(card, label="The check is done")
    early = await scene.says(use, "isn't verified")
    scene.provider.verifications.fail_now()
    first = next(iter(scene.provider.verifications.all))
    await scene.mara.press(early, label="Get a new link")
    again = await new_link(scene, use, first)
    assert len(scene.ledger.of("verification")) == 2
    scene.provider.verifications.pass_now()
    await scene.bot.restart(signal.SIGKILL)
    await scene.mara.press(again, label="The check is done")
    await scene.says(use, "Verified")


async def test_a_dead_link_is_replaced_by_a_living_one(scene: Scene) -> None:
    use, card = await with_link(scene)
    first = next(iter(scene.provider.verifications.all))
    scene.clock.advance(121)
    scene.provider.verifications.expire_link()
    await scene.mara.press(card, label="Get a new link")
    fresh = await new_link(scene, use, first)
    assert labels(fresh)[0] == "Open the link"
    assert len(scene.ledger.of("verification")) == 2


@with_script(bot={"VERIFY_CALLBACK_URL": ""})
async def test_without_its_setting_it_says_so_and_asks_nobody(scene: Scene) -> None:
    use = await scene.mara.use("/asset verify", name="Aunt Jo")
    assert use.reply is not None
    assert "VERIFY_CALLBACK_URL" in use.reply.texts()
    assert asked_of_provider(scene) == []


async def new_link(scene: Scene, use: Use, old: str) -> Message:
    """Wait until the card leads to another verification than that one."""
    card = use.reply
    assert card is not None
    await scene.until(lambda: link(card) and old not in link(card), "a new link")
    return card


def link(message: Message) -> str:
    """Return where the link button of a message leads; nothing where it has none."""
    return next((str(one["url"]) for one in walk(message.raw()["components"]) if one.get("style") == 5), "")


def walk(parts: list[dict[str, object]]) -> list[dict[str, object]]:
    """List every component of a message."""
    return [one for part in parts for one in (part, *walk(part.get("components", [])))]  # type: ignore[arg-type]
