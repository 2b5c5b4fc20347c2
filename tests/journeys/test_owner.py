"""What the bot writes to its owner: each kind of trouble once a day, over restarts, and to the log where it cannot."""

import signal

from sandbox.discord import Message, Use
from sandbox.discord.model import Team, TeamMember
from tests.journeys.command_line import command
from tests.journeys.scene import Scene, says
from tests.journeys.script import TIME_SCALE, with_script

DAY = 86_400.0
# As the bot counts: the time between two looks at the account.
HOUR = 3600.0 / TIME_SCALE
NO_BALANCE = "the credits are used up"


def mail(scene: Scene, name: str = "Olive") -> list[Message]:
    """Return what the bot wrote to a person directly."""
    return scene.discord.member(name).sees("dm")


async def written(scene: Scene, count: int, *words: str, to: str = "Olive") -> Message:
    """Wait for the message of that number to a person; it says these words."""
    await scene.until(lambda: len(mail(scene, to)) >= count, f"{count} messages to {to}")
    assert len(mail(scene, to)) == count
    assert says(*words)(mail(scene, to)[-1]), mail(scene, to)[-1].texts()
    return mail(scene, to)[-1]


async def fails(scene: Scene, kind: str, prompt: str) -> None:
    """Have a video refused by the provider."""
    posts = len(scene.posts())
    scene.provider.refuse_next(kind)
    await scene.mara.use("/video", prompt=prompt, duration=4)
    await scene.until(lambda: len(scene.posts()) > posts, "the refusal")


async def waits_for_credits(scene: Scene, prompt: str) -> Use:
    """Have a video refused because the account is empty."""
    scene.provider.account.leave(0)
    posts = len(scene.posts())
    use = await scene.mara.use("/video", prompt=prompt, duration=4)
    await scene.until(lambda: len(scene.posts()) > posts, "the refusal")
    looks = scene.balances()
    await scene.until(lambda: scene.balances() > looks, "a look at the balance")
    return use


@with_script(sets_clock=True, bot={"LOW_BALANCE": "0"})
async def test_no_balance_is_written_once_a_day_also_after_a_crash(scene: Scene) -> None:
    use = await waits_for_credits(scene, "first")
    told = await written(scene, 1, NO_BALANCE, "at most once a day")
    assert told.mentions == []
    await scene.bot.restart(signal.SIGKILL)
    scene.provider.account.top_up(1000)
    await scene.video(use)
    await waits_for_credits(scene, "second")
    scene.provider.account.top_up(1000)
    await scene.paid_for(2)
    # Another kind is told by itself, and shows that the one before was left out.
    await fails(scene, "unauthorized", "third")
    await written(scene, 2, "doesn't accept my key")
    scene.later(DAY)
    await waits_for_credits(scene, "a day later")
    await written(scene, 3, NO_BALANCE)
    assert mail(scene, "Mara") == mail(scene, "Tomas") == []


async def test_where_the_owner_takes_no_messages_the_log_has_it(scene: Scene) -> None:
    scene.discord.world.owner.dms_open = False
    await fails(scene, "balance", "first")
    await scene.bot.says("For the bot's owner, who takes no direct messages")
    assert " CRITICAL" in next(line for line in scene.bot.log.splitlines() if "For the bot's owner" in line)
    assert mail(scene) == []


@with_script(starts=False, bot={"LOW_BALANCE": "0"})
async def test_a_team_is_told_its_members_and_neither_readers_nor_invited_ones(scene: Scene) -> None:
    world = scene.discord.world
    members = [TeamMember(1001), TeamMember(1002, "read_only"), TeamMember(world.owner.id, accepted=False)]
    world.team = Team(77, "Film Makers", 1001, members)
    await scene.bot.start()
    await waits_for_credits(scene, "first")
    await written(scene, 1, NO_BALANCE, to="Mara")
    assert mail(scene) == mail(scene, "Tomas") == []


@with_script(starts=False)
async def test_few_credits_are_told_at_the_start(scene: Scene) -> None:
    scene.provider.account.leave(20_000, key=120)
    await scene.bot.start()
    await written(scene, 1, "Only 120 credits are left", "`LOW_BALANCE` is 500")
    await scene.bot.restart(signal.SIGTERM)
    await scene.video(await scene.mara.use("/video", prompt="goes on", duration=4))
    assert len(mail(scene)) == 1


@with_script(sets_clock=True)
async def test_a_provider_that_is_down_is_told_of_after_ten_minutes(scene: Scene) -> None:
    await scene.provider.close_port()
    await scene.mara.use("/video", prompt="waits", duration=4)
    scene.later(HOUR)
    await written(scene, 1, "ToAPIs hasn't answered for 1", "minutes")
    await scene.provider.open_port()
    await scene.paid_for(1)


@with_script(starts=False)
async def test_check_says_who_may_spend_and_what_is_left(scene: Scene) -> None:
    scene.provider.account.leave(1234, key=None)
    ended = await command("check", environment=scene.bot.environment())
    assert ended.code == 0, ended
    for line in (
        "✓ The bot's owner, who can always spend, is olive",
        "! Your credits can be spent in every server that adds the bot. Set HOME_SERVERS",
        "! Elsewhere, in direct messages and as a user-installed app, they can be spent by everybody.",
        "! Public Bot is on: everybody can add the bot to a server and spend your credits there. Turn it off",
        "✓ 1,234 credits are left on the account",
        "! The key has no spending cap of its own. Set one",
        "! There's no limit on all videos together. Set TOTAL_SECONDS_A_DAY",
        "✓ A member is limited to 100 videos at once",
        "✓ A server has no limit",
    ):
        assert line in ended.out, ended.out
    scene.discord.world.bot_public = False
    scene.provider.account.leave(20, key=7)
    limits = {"TOTAL_SECONDS_A_DAY": "6000", "TOTAL_SECONDS_A_MONTH": "90000", "SERVER_SECONDS_A_MONTH": "900"}
    scene.bot.settings |= {"HOME_SERVERS": "2001,2002"} | limits
    ended = await command("check", environment=scene.bot.environment())
    assert ended.code == 1, ended
    for line in (
        "✗ The bot isn't in the home server 2002. Invite it there, or fix HOME_SERVERS.",
        "✓ Your credits can be spent in Film Club (2001), ? (2002)",
        "✓ Elsewhere, in direct messages and as a user-installed app, they can be spent by members of these servers",
        "✓ Public Bot is off",
        "✓ All videos together are limited to 6,000 seconds in 24 hours, 90,000 seconds in 30 days",
        "✓ A server is limited to 900 seconds in 30 days",
        "! Only 20 credits are left on the account. Add more",
        "✓ The key's own cap leaves 7 credits",
    ):
        assert line in ended.out, ended.out
