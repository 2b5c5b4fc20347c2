"""From /video to the posted video, wherever it is typed."""

import asyncio
import re
from itertools import product

from sandbox.discord.model import Flag
from tests.journeys.scene import Scene, has_video, says
from tests.journeys.script import on_both_stores, with_script

RATIOS = ("16:9", "9:16", "1:1", "4:3")
MODELS = ("seedance-2", "seedance-2-fast")
# Markdown that would end a block, mentions, a time, a command, a link, emoji, joined emoji, right-to-left text with the
# marks that turn the reading direction, and zero bytes.
WILD = (
    "```**bold** @everyone @here <@1002> <t:0:R> </video:1> https://example.com/x [a](https://example.com)\n"
    "> quote\n# title\n||spoiler|| `code` 🦊👩‍👩‍👧 שלום \u202eevil\u202c \x00مرحبا\x00 "
)


@on_both_stores()
async def test_a_prompt_becomes_a_video_in_the_reply(scene: Scene) -> None:
    use = await scene.mara.use("/video", prompt="a fox in snow", duration=4, ratio="9:16")
    reply = await scene.video(use)
    assert scene.paid() == [{"model": "seedance-2", "prompt": "a fox in snow", "duration": 4, "ratio": "9:16"}]
    assert reply.file().startswith(b"\0\0\0")
    assert b"ftyp" in reply.file()[:16]
    assert list(scene.copies().values()) == [1]


@with_script(bot={"PROVIDER_SLOTS": "9"})
async def test_every_ratio_of_every_model_is_ordered_as_it_was_asked_for(scene: Scene) -> None:
    scene.provider.hold()
    wanted = [
        {"model": model, "prompt": f"{model} in {ratio}", "duration": 4 + at, "ratio": ratio}
        for at, (model, ratio) in enumerate(product(MODELS, RATIOS))
    ]
    people = [scene.mara, scene.tomas]
    await asyncio.gather(*(people[at % 2].use("/video", **order) for at, order in enumerate(wanted)))
    await scene.mara.use("/video", prompt="with nothing else said")
    await scene.paid_for(9)
    usual = {"model": "seedance-2", "prompt": "with nothing else said", "duration": 5, "ratio": "16:9"}
    assert sorted(map(str, scene.paid())) == sorted(map(str, [*wanted, usual]))


@on_both_stores()
async def test_the_wildest_prompt_reaches_the_provider_whole_and_does_no_harm(scene: Scene) -> None:
    prompt = (WILD * 60)[:6000]
    use = await scene.mara.use("/video", prompt=prompt, duration=4)
    await scene.video(use)
    assert scene.prompts() == [prompt.replace("\x00", "").strip()]
    shown = [entry.detail for entry in scene.ledger.of("message") if entry.detail["who"] == "Seedreel"]
    assert shown
    for message in shown:
        text = message["text"]
        assert len(text) <= 4000
        assert not set(text) & {"\x00", "\u202e", "\u202c"}
        outside = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        assert "```" not in outside
        assert not [
            word for word in ("@everyone", "@here", "<@1002>", "<t:0", "</video", "example.com") if word in outside
        ]
    assert scene.tomas.pings() == []
    assert not [one for one in scene.everything() if one.stored.mention_everyone or "Tomas" in one.mentions]


async def test_a_prompt_may_be_6000_characters_of_anything(scene: Scene) -> None:
    scene.provider.hold()
    prompt = "🦊" * 6000
    await scene.mara.use("/video", prompt=prompt, duration=4)
    assert await scene.paid_for(1) == [prompt]


async def test_a_direct_message_is_a_place_like_any_other(scene: Scene) -> None:
    use = await scene.mara.use("/video", channel="dm", prompt="a fox at home", duration=4)
    reply = await scene.video(use)
    [ping] = await scene.pinged(scene.mara)
    assert reply.channel_id == ping.channel_id == str(scene.mara.channel("dm").id)
    assert scene.tomas.sees("videos") == []


async def test_it_works_where_only_the_member_has_installed_it(scene: Scene) -> None:
    use = await scene.mara.use("/video", channel="lounge", prompt="a fox elsewhere", duration=4)
    reply = await scene.video(use)
    assert not reply.ephemeral
    assert [one.id for one in scene.videos("lounge", scene.tomas)] == [reply.id]
    [ping] = await scene.pinged(scene.mara)
    assert ping.channel_id == reply.channel_id
    assert scene.ledger.of("rest", "/channels/") == []


async def test_where_apps_from_outside_may_only_whisper_everything_is_private(scene: Scene) -> None:
    scene.discord.world.channel("lounge").permissions.deny("Use External Apps")
    use = await scene.mara.use("/video", channel="lounge", prompt="a secret fox", duration=4)
    reply = await scene.video(use)
    assert Flag.EPHEMERAL in reply.flags
    told = await scene.seen(scene.mara, says("your video is ready"), "lounge")
    assert told.ephemeral
    assert scene.tomas.sees("lounge") == []


async def test_it_works_between_two_people(scene: Scene) -> None:
    use = await scene.mara.use("/video", channel="private", prompt="a fox for two", duration=4)
    reply = await scene.video(use)
    assert [one.id for one in scene.tomas.sees("private") if has_video(one)] == [reply.id]
