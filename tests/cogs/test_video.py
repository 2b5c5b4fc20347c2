"""`/video`: what is typed reaches the studio, and what is wrong reaches only the member."""

import pytest

from bot.domain.errors import ImageBroken, NoSpace, Refusal, Restarting, TooManyWaiting
from bot.domain.models import Model, Ratio
from bot.studio.accept import Wish
from bot.ui import texts
from sandbox.discord.errors import DiscordRefused
from sandbox.discord.uploads import Upload
from sandbox.faults import Reset
from tests.cogs.fakes import MARA, VIDEOS

PICTURE = Upload("fox.png", b"\x89PNG\r\n\x1a\n" + b"0" * 100, "image/png")


async def test_a_wish_with_the_defaults_is_taken_on(house):
    use = await house.member("Mara").use("/video", prompt="a fox in the snow")
    wish, user_id, interaction_id, reply = await house.asked(house.accept, "take")
    assert wish == Wish("a fox in the snow", Model.SEEDANCE_2, 5, Ratio.WIDE, None)
    assert (user_id, str(interaction_id)) == (MARA, use.id)
    assert use.reply.loading
    assert not use.reply.ephemeral
    assert (str(reply.message_id), reply.channel_id, reply.private) == (use.reply.id, VIDEOS, False)


async def test_every_option_reaches_the_studio(house):
    options = {"prompt": "un renard 🦊 في الثلج", "duration": 15, "ratio": "9:16", "model": "seedance-2-fast"}
    await house.member("Mara").use("/video", image=PICTURE, **options)
    wish, *_ = await house.asked(house.accept, "take")
    assert (wish.prompt, wish.duration) == (options["prompt"], 15)
    assert (wish.ratio, wish.model) == (Ratio.TALL, Model.SEEDANCE_2_FAST)
    assert (wish.image.name, wish.image.size) == ("fox.png", len(PICTURE.data))
    assert wish.image.url.startswith(house.discord.url)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"duration": 16}, "16 seconds is not possible"),
        ({"duration": 3}, "3 seconds is not possible"),
        ({"ratio": "21:9"}, "`21:9`"),
        ({"ratio": "x" * 3000}, "Pick one of the ratios"),
        ({"model": "sora"}, "another version"),
        ({"prompt": ""}, "Your prompt is empty"),
        ({"prompt": " \x00\n"}, "Your prompt is empty"),
        ({"prompt": "x" * 7000}, "7,000 characters"),
    ],
)
async def test_what_discord_would_never_send_is_refused_before_anything_happens(house, options, says):
    use = await house.member("Mara").use("/video", unchecked=True, **{"prompt": "a fox", **options})
    reply = await use.replied()
    assert says in reply.content
    assert reply.ephemeral
    assert house.accept.calls("take") == []


@pytest.mark.parametrize("options", [{"duration": 16}, {"ratio": "21:9"}, {"model": "sora"}, {"prompt": "x" * 6001}])
async def test_discord_itself_knows_the_limits(house, options):
    with pytest.raises(DiscordRefused):
        await house.member("Mara").use("/video", **{"prompt": "a fox", **options})


async def test_a_required_option_that_is_missing_is_answered(house):
    use = await house.member("Mara").use("/video", unchecked=True)
    assert (await use.replied()).ephemeral
    assert house.accept.asked == []


async def test_an_image_whose_stated_size_is_too_large_is_refused_at_once(house):
    large = Upload("large.png", b"0" * (10 * 1024 * 1024 + 1), "image/png")
    use = await house.member("Mara").use("/video", prompt="a fox", image=large)
    reply = await use.replied()
    assert reply.ephemeral
    assert "10 MB is the most" in reply.content
    assert house.accept.calls("take") == []


async def test_a_restarting_bot_says_so_privately(house):
    house.accept.fails["check"] = Refusal(Restarting())
    use = await house.member("Mara").use("/video", prompt="a fox")
    reply = await use.replied()
    assert (reply.content, reply.ephemeral) == (texts.RESTARTING, True)


@pytest.mark.parametrize("why", [ImageBroken(), TooManyWaiting(5), NoSpace()])
async def test_a_refusal_after_the_deferral_is_private_and_leaves_nothing_behind(house, why):
    house.accept.fails["take"] = Refusal(why)
    use = await house.member("Mara").use("/video", prompt="a fox")
    told = await use.followed()
    assert (told.content, told.ephemeral) == (texts.refusal(why), True)
    assert use.reply.deleted
    assert house.member("Tomas").sees("videos") == []
    assert house.member("Mara").sees("videos") == [told]


async def test_a_refusal_in_a_direct_message_leaves_nothing_behind_either(house):
    house.accept.fails["take"] = Refusal(NoSpace())
    use = await house.member("Mara").use("/video", channel="dm", prompt="a fox")
    told = await use.followed()
    assert told.content == texts.refusal(NoSpace())
    assert house.member("Mara").sees("dm") == [told]


async def test_a_wish_is_kept_in_mind_from_before_the_deferral_until_it_is_answered(house):
    house.faults.add("POST */callback", Reset.BEFORE)
    use = await house.member("Mara").use("/video", prompt="a fox")
    await house.asked(house.accept, "answered")
    assert [name for name, *_ in house.accept.asked] == ["check", "begun", "take", "answered"]
    interaction_id, reply = house.accept.calls("begun")[0]
    assert (str(interaction_id), reply.token, reply.message_id) == (use.id, use.token, None)


@pytest.mark.parametrize("why", [NoSpace(), None])
async def test_it_is_kept_in_mind_until_the_refusal_was_said(house, why):
    house.accept.fails["take"] = Refusal(why) if why else RuntimeError("broken")
    use = await house.member("Mara").use("/video", prompt="a fox")
    seen = []

    def heard() -> None:
        if house.accept.calls("answered"):
            seen.append(len(use.followups))
        house.discord.ledger.touch()

    house.accept.heard = heard
    await use.followed()
    await house.discord.ledger.until(lambda: house.accept.calls("answered"))
    assert seen == [1]
