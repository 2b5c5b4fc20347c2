"""What the provider refuses or fails is told once, in words that say what to do, and never sent a second time."""

from tests.journeys.scene import Scene, has_video, labels, says
from tests.journeys.script import quick, with_script

REFUSALS = {
    "policy": ("content rules", "reword your prompt"),
    "privacy": ("real person", "change your request"),
    "invalid": ("didn't accept this request", "change your request"),
    "model": ("this model isn't available", "choose another model"),
    "channel": ("this model isn't available", "choose another model"),
    "wrapped_500": ("the words in your prompt were refused", "please change them"),
    "unauthorized": ("doesn't accept my key", "tell the bot's owner"),
}

# What the provider's rules forbid is forbidden again.
FORBIDDEN = {"policy", "privacy", "wrapped_500"}


async def test_every_refusal_has_its_sentence_and_is_sent_once(scene: Scene) -> None:
    for count, (kind, words) in enumerate(REFUSALS.items(), start=1):
        scene.provider.refuse_next(kind)
        use = await scene.mara.use("/video", prompt=f"refused for {kind}", duration=4)
        card = await scene.says(use, "failed", "no video was started, so this cost nothing", *words)
        assert labels(card) == (["Edit"] if kind in FORBIDDEN else ["Again", "Edit"]), kind
        assert len(scene.posts()) == count, kind
    assert scene.paid() == []
    assert not [one for one in scene.everything() if has_video(one)]
    # The queue goes on, and Again sends what was refused anew.
    again = await scene.mara.press(card, label="Again")
    await scene.video(again)
    assert len(scene.posts()) == len(REFUSALS) + 1


@with_script(provider=quick(shape="message_json", chinese=True))
async def test_what_the_provider_said_is_shown_disarmed_and_never_its_raw_body(scene: Scene) -> None:
    scene.provider.refuse_next("policy")
    use = await scene.mara.use("/video", prompt="a fox", duration=4)
    card = await scene.says(use, "content rules", "the video service said: `提示词包含违规内容`")
    assert "{" not in card.texts()


async def test_a_key_that_was_changed_is_said_and_nothing_is_sent_again(scene: Scene) -> None:
    right = scene.provider.key
    scene.provider.change_key("sk-another-0123456789abcdefghijkl")
    use = await scene.mara.use("/video", prompt="without a key", duration=4)
    await scene.says(use, "doesn't accept my key")
    assert [entry.detail["status"] for entry in scene.posts()] == [401]
    scene.provider.change_key(right)
    later = await scene.mara.use("/video", prompt="with a key", duration=4)
    await scene.video(later)
    assert scene.prompts() == ["with a key"]


async def test_a_failure_of_the_provider_is_told_with_a_ping_and_without_a_video(scene: Scene) -> None:
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="a fox that fails", duration=4)
    await scene.says(use, "queued")
    await scene.half_a_minute()
    scene.provider.fail(message="<@1002> @everyone **no** https://example.com")
    card = await scene.says(use, "couldn't be made", "usually doesn't charge")
    assert labels(card) == ["Again", "Edit"]
    [ping] = await scene.pinged(scene.mara)
    assert "couldn't be made" in ping.texts()
    assert ping.stored.reference == card.stored.id
    assert ping.mentions == ["Mara"]
    assert scene.tomas.pings() == []
    assert not [one for one in scene.everything() if has_video(one)]
    assert len(scene.posts()) == 1


async def test_a_limiter_that_is_down_costs_time_and_nothing_else(scene: Scene) -> None:
    scene.provider.limiter_down(on=True)
    use = await scene.mara.use("/video", prompt="a patient fox", duration=4)
    card = await scene.says(use, "waiting")
    await scene.until(lambda: len(scene.posts()) >= 2, "a second POST")
    assert labels(card) == ["Cancel"]
    scene.provider.limiter_down(on=False)
    await scene.video(use)
    assert scene.prompts() == ["a patient fox"]
    assert says("done")(card)
