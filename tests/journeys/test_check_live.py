"""`check --live` and `check --spend`, against the stand-ins: what is done for real, and what is said of it."""

from sandbox import faults
from tests.journeys.command_line import Ended, command
from tests.journeys.scene import Scene
from tests.journeys.script import with_script

ALONE = with_script(starts=False)
IN_VIDEOS = with_script(starts=False, bot={"TOAPIS_DIALECT": "videos"})
STEPS = (
    "Post a card",
    "Edit it into a gallery with a video",
    "Edit it into a gallery with a covered video",
    "Edit it into plain text",
    "Post a message with a video",
    "Send a file that is too large",
    "Delete it",
)


async def check(scene: Scene, *words: str, typed: str = "") -> Ended:
    ended = await command("check", *words, environment=scene.bot.environment(), typed=typed)
    assert scene.discord.token not in ended.out + ended.err
    assert scene.provider.key not in ended.out + ended.err
    assert "Traceback" not in ended.err
    return ended


def lines(ended: Ended) -> list[str]:
    return [line for line in ended.out.splitlines() if line[2:].startswith(STEPS)]


@ALONE
async def test_every_form_of_delivery_is_tried_and_taken_away_again(scene: Scene) -> None:
    ended = await check(scene, "--live", "3001")
    assert ended.code == 0, ended
    told = lines(ended)
    assert [line[2:].startswith(step) for line, step in zip(told, STEPS, strict=True)] == [True] * 7
    assert "413/40005" in told[5]
    sent = [entry for entry in scene.ledger.of("rest") if "/channels/" in entry.route]
    assert [entry.route.split()[0] for entry in sent] == ["POST", *["PATCH"] * 3, "POST", "PATCH", *["DELETE"] * 2]
    assert [entry.detail["status"] for entry in sent] == [200] * 5 + [413, 204, 204]
    assert scene.everything() == []
    assert scene.posts() == []


@ALONE
async def test_what_is_not_allowed_there_is_told_as_discord_says_it(scene: Scene) -> None:
    refusal = faults.status(403, {"code": 50013, "message": "Missing Permissions"})
    scene.faults.add("PATCH /api/v10/channels/3001/messages/*", refusal)
    ended = await check(scene, "--live", "3001")
    assert ended.code == 1
    told = lines(ended)
    assert any(line.startswith("✗") and "403/50013" in line for line in told), ended.out
    assert told[-1].startswith("✓ Delete it")
    assert scene.everything() == []


@ALONE
async def test_a_channel_that_is_none_is_one_line(scene: Scene) -> None:
    ended = await check(scene, "--live", "42")
    assert ended.code == 1
    [line] = lines(ended)
    assert "404/10003" in line


@ALONE
async def test_nothing_is_spent_without_a_yes(scene: Scene) -> None:
    for typed in ("", "no\n", "\n"):
        ended = await check(scene, "--spend", typed=typed)
        assert ended.code == 0
        assert "Nothing was sent, so this cost nothing" in ended.out
    assert scene.posts() == []


@IN_VIDEOS
async def test_one_cheapest_video_is_made_and_its_credits_told(scene: Scene) -> None:
    ended = await check(scene, "--spend", typed="yes\n")
    assert ended.code == 0, ended
    [body] = scene.paid()
    assert (body["model"], body["duration"], body["resolution"]) == ("seedance-2-mini", 4, "480p")
    said = ended.out.splitlines()
    before, after = (line for line in said if "Credits" in line)
    assert before.replace("before", "after") != after
    for words in ("Send: the provider accepted it", "Progress: ", "completed", "and it plays"):
        assert any(words in line for line in said), words
    assert [entry for entry in scene.ledger.of("rest") if "/channels/" in entry.route] == []


@ALONE
async def test_a_refused_submit_is_told_and_costs_nothing(scene: Scene) -> None:
    scene.provider.refuse_next("balance")
    ended = await check(scene, "--spend", typed="yes\n")
    assert ended.code == 1
    assert "✗ Send: not accepted (" in ended.out
    assert scene.paid() == []
