"""Who may spend the owner's credits: member, owner and stranger, at home, elsewhere, directly, by own installation."""

import pytest

from sandbox.discord import Member, Use
from sandbox.discord.model import Channel, ChannelType
from sandbox.discord.permissions import BOT
from sandbox.faults import HalfOpen, Reset
from tests.journeys.pictures import png
from tests.journeys.scene import Scene, says
from tests.journeys.script import with_script

HOME = "2001"
HOUR = 3600.0
MEMBERSHIP = "GET /api/v10/guilds/2001/members/*"
# Where the bot can be used, and how: only the first one is in the home server.
PLACES = {
    "videos": "the home server",
    "hall": "another server that added it",
    "lounge": "another server, by their own installation",
    "dm": "a direct message to it",
    "private": "a message between two people, by their own installation",
}
OUTSIDE = tuple(place for place in PLACES if place != "videos")


def settle(scene: Scene) -> None:
    """Add a server with the bot that is no home; Tomas is in no home server, and Olive, the owner, in none at all."""
    world = scene.discord.world
    world.guild("Film Club").members.discard(int(scene.tomas.id))
    world.guild("Elsewhere").bot_member = True
    world.guild("Elsewhere").bot_permissions = BOT
    world.channels[3201] = Channel(3201, "hall", ChannelType.TEXT, 2002)
    # "lounge" stays without the bot, in a server of its own.
    world.guilds[2003] = type(world.guild("Elsewhere"))(
        2003, "Far Away", 1002, 10 << 20, {1001, 1002}, bot_member=False
    )
    world.channel("lounge").guild_id = 2003


def asked(scene: Scene) -> int:
    """Count the questions whether a user is a member."""
    return len(scene.ledger.of("rest", "GET /guilds/{guild_id}/members/{user_id}"))


def loads(scene: Scene) -> int:
    """Count the files of members that were fetched."""
    return len([entry for entry in scene.ledger.of("cdn") if "ephemeral" in str(entry.detail)])


async def ask(member: Member, place: str, prompt: str) -> Use:
    return await member.use("/video", channel=place, prompt=prompt, image=png(), duration=4)


async def refused(scene: Scene, use: Use, *words: str) -> None:
    """Wait for the private sentence, as the answer itself or after it; what was loading is gone."""
    told = await scene.until(
        lambda: next((one for one in (use.reply, *use.followups) if one and says(*words)(one) and one.ephemeral), None),
        f"{words} in private",
    )
    assert told.stored.ephemeral_for == use.interaction.user.id
    # What was pressed stays; a loading message that everybody sees does not.
    opened = use.reply if use.reply is not None and use.reply.stored is not use.interaction.source else told
    await scene.until(lambda: opened.ephemeral or opened.deleted, "no loading message")


@with_script(bot={"HOME_SERVERS": HOME})
async def test_members_may_spend_everywhere_and_strangers_nowhere_but_at_home(scene: Scene) -> None:
    settle(scene)
    for place in OUTSIDE:
        use = await ask(scene.tomas, place, f"refused in {place}")
        await refused(scene, use, "Only members of `Film Club` can use me here", "this cost nothing")
    assert (scene.posts(), loads(scene), asked(scene)) == ([], 0, 1)
    for place in PLACES:
        await scene.video(await ask(scene.mara, place, f"by a member in {place}"))
    assert asked(scene) <= 2
    scene.discord.world.guild("Film Club").members.add(int(scene.tomas.id))
    await scene.video(await ask(scene.tomas, "videos", "by a member at last"))
    # Who was seen at home is a member elsewhere from then on, without a question.
    await scene.video(await ask(scene.tomas, "dm", "directly now"))
    assert asked(scene) <= 2
    assert not [prompt for prompt in scene.prompts() if "refused" in prompt]


@with_script(bot={"HOME_SERVERS": HOME})
async def test_the_owner_may_spend_everywhere(scene: Scene) -> None:
    settle(scene)
    olive = scene.discord.member("Olive")
    scene.discord.world.guild("Elsewhere").members.add(int(olive.id))
    for place in ("hall", "dm"):
        await scene.video(await ask(olive, place, f"by the owner in {place}"))
    assert asked(scene) == 0


@with_script(bot={"HOME_SERVERS": HOME, "ELSEWHERE": "nobody"})
async def test_nobody_elsewhere_is_the_first_response_and_asks_nothing(scene: Scene) -> None:
    settle(scene)
    for member in (scene.mara, scene.tomas):
        for place in OUTSIDE:
            if place == "private" and member is scene.mara:
                continue
            use = await ask(member, place, "refused")
            assert use.reply is not None
            assert use.reply.ephemeral
            assert says("only in `Film Club`", "this cost nothing")(use.reply)
            form = await member.use("/compose", channel=place)
            assert form.modal is None
            assert form.reply is not None
            assert says("only in `Film Club`")(form.reply)
    olive = scene.discord.member("Olive")
    await scene.video(await ask(olive, "dm", "by the owner"))
    await scene.video(await ask(scene.mara, "videos", "at home"))
    assert scene.prompts() == ["by the owner", "at home"]
    assert asked(scene) == 0


@with_script(bot={"HOME_SERVERS": HOME, "ELSEWHERE": "everybody"})
async def test_everybody_elsewhere_is_asked_about_once(scene: Scene) -> None:
    settle(scene)
    for place in OUTSIDE:
        await scene.video(await ask(scene.tomas, place, f"by a stranger in {place}"))
    # Of a member the limits of their home server would count there too.
    assert asked(scene) == 1


@with_script(bot={"ELSEWHERE": "nobody"})
async def test_without_home_servers_every_server_that_added_the_bot_is_one(scene: Scene) -> None:
    settle(scene)
    for place in ("lounge", "dm"):
        await refused(scene, await ask(scene.tomas, place, "refused"), "only in servers that the bot's owner chose")
    await scene.video(await ask(scene.tomas, "hall", "in a server"))
    assert scene.prompts() == ["in a server"]


@with_script(bot={"HOME_SERVERS": HOME}, sets_clock=True)
async def test_while_discord_is_silent_its_last_answer_counts_and_otherwise_nothing_is_spent(scene: Scene) -> None:
    settle(scene)
    await scene.video(await ask(scene.mara, "dm", "while Discord answers"))
    scene.later(HOUR + 1)
    scene.faults.add(MEMBERSHIP, Reset.BEFORE, times=None)
    # Without an image: the sweep that is due now takes what is being written for an hour old, by the machine's clock.
    await scene.video(await scene.mara.use("/video", channel="dm", prompt="by its last answer", duration=4))
    use = await ask(scene.tomas, "dm", "refused")
    await refused(scene, use, "whether you're a member of `Film Club`", "Discord didn't answer", "this cost nothing")
    scene.faults.clear()
    scene.discord.world.guild("Film Club").members.add(int(scene.tomas.id))
    await scene.video(await ask(scene.tomas, "dm", "once it answers"))
    assert scene.prompts() == ["while Discord answers", "by its last answer", "once it answers"]


@with_script(bot={"HOME_SERVERS": HOME})
async def test_a_question_that_is_never_answered_ends_and_the_member_is_told(scene: Scene) -> None:
    settle(scene)
    scene.faults.add(MEMBERSHIP, HalfOpen(), times=None)
    use = await ask(scene.mara, "dm", "refused")
    assert use.interaction.state == "answered"  # before Discord was asked anything
    await refused(scene, use, "Discord didn't answer")
    assert scene.posts() == []


@with_script(bot={"HOME_SERVERS": HOME}, sets_clock=True)
async def test_a_form_opens_at_once_and_its_prompt_is_kept_where_it_is_refused(scene: Scene) -> None:
    settle(scene)
    opened = await scene.tomas.use("/compose", channel="dm")
    assert opened.modal is not None
    await scene.until(lambda: asked(scene) == 1, "the question, while the form is filled in")
    use = await scene.tomas.submit(opened, prompt="a fox that is kept")
    await refused(scene, use, "Only members of `Film Club`", "a fox that is kept")
    assert scene.posts() == []


@pytest.mark.parametrize("label", ["Again", "Edit"])
@with_script(bot={"HOME_SERVERS": HOME})
async def test_what_others_made_cannot_be_made_again_by_strangers(scene: Scene, label: str) -> None:
    settle(scene)
    card = await scene.video(await ask(scene.mara, "hall", "by a member"))
    use = await scene.tomas.press(card, label=label)
    if use.modal is not None:
        chosen = {"duration": ["8"], "ratio": ["16:9"], "model": ["seedance-2"]}
        use = await scene.tomas.submit(use, prompt="edited by a stranger", **chosen)
    await refused(scene, use, "Only members of `Film Club`")
    assert scene.prompts() == ["by a member"]
