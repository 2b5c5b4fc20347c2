"""The command line as an operator uses it."""

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.__main__ import _parser
from bot.storage.thread import Store
from bot.version import VERSION
from sandbox import faults
from sandbox.discord.permissions import BOT, Permission
from tests.journeys.bot_process import ROOT
from tests.journeys.command_line import Ended, command
from tests.journeys.scene import Scene
from tests.journeys.script import with_script

ALONE = with_script(starts=False)
WRONG_TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAwMQ.wrong.token-that-opens-nothing-at-all"
WRONG = (
    ("TOAPIS_API_KEY", "sk-wrong-0123456789abcdefghij", "rejected the key"),
    ("DISCORD_TOKEN", WRONG_TOKEN, "rejected the token"),
    ("TOAPIS_BASE_URL", "http://127.0.0.1:9", "The provider at"),
    ("DATA_DIR", "/proc/seedreel", "of free space"),
    ("MEDIA_ALLOW_HOSTS", "files.example", "is not on the public internet. If that's intended, add 127.0.0.1:"),
    ("IMAGEIO_FFMPEG_EXE", "/bin/true", "ffmpeg can't read the bot's test video"),
    ("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg", "ffmpeg was not found"),
    ("TOAPIS_API_KEY", "", "TOAPIS_API_KEY is missing"),
)
SECRETS = ("DISCORD_TOKEN", "TOAPIS_API_KEY")


async def run(scene: Scene, *words: str, **changed: str) -> Ended:
    """Run a command with the bot's own settings, some of them changed; no secret may be in what it says."""
    environment = {**scene.bot.environment(), **changed}
    ended = await command(*words, environment=environment)
    secrets = [scene.discord.token, scene.provider.key, *(changed.get(name) for name in SECRETS)]
    assert not [secret for secret in secrets if secret and secret in ended.out + ended.err]
    return ended


async def test_with_nothing_set_every_mistake_is_listed_and_nothing_starts() -> None:
    for words in (("run",), (), ("sync",)):
        ended = await command(*words)
        assert ended.code == 78
        lines = [line.strip() for line in ended.err.splitlines()]
        assert [line.split()[0] for line in lines[1:]] == ["DISCORD_TOKEN", "TOAPIS_API_KEY"]
        assert all("is missing: set it" in line for line in lines[1:])


@ALONE
async def test_all_wrong_settings_are_told_at_once(scene: Scene) -> None:
    wrong = {"PROVIDER_SLOTS": "many", "TOAPIS_BASE_URL": "toapis", "LOG_LEVEL": "LOUD", "CLIP_DAYS": "0"}
    ended = await run(scene, "run", **wrong)
    assert ended.code == 78
    assert {line.split()[0] for line in ended.err.splitlines()[1:]} == set(wrong)
    assert scene.ledger.entries == []
    assert not scene.bot.data.exists()


@ALONE
async def test_a_wrong_token_ends_with_one_clear_line(scene: Scene) -> None:
    ended = await run(scene, "run", DISCORD_TOKEN=WRONG_TOKEN)
    assert ended.code == 77
    assert "Discord rejected DISCORD_TOKEN" in ended.last
    assert "Traceback" not in ended.err


@ALONE
async def test_without_a_network_it_tries_for_minutes_and_ends_with_one_line(scene: Scene) -> None:
    ended = await run(scene, "run", DISCORD_API_URL="http://127.0.0.1:9/api/v10")
    assert ended.code == 69
    assert "Discord can't be reached" in ended.last
    assert len([line for line in ended.err.splitlines() if "be reached" in line]) == 2
    assert "Traceback" not in ended.err


@ALONE
async def test_a_gateway_that_refuses_for_good_ends_with_one_clear_line(scene: Scene) -> None:
    for times, (code, words) in enumerate([(4014, "intents"), (4013, "(4013)"), (4004, "DISCORD_TOKEN")], start=1):
        scene.discord.refuse_identify(code)
        ended = await run(scene, "run")
        assert ended.code == 77, code
        assert words in ended.last
        assert "Traceback" not in ended.err
        # Every IDENTIFY counts towards a reset of the token.
        assert scene.discord.gateway.identifies == times


async def test_a_second_bot_on_the_same_data_names_the_first_and_leaves(scene: Scene) -> None:
    ended = await run(scene, "run")
    assert ended.code == 75
    assert scene.bot.process is not None
    assert f"process {scene.bot.process.pid}" in ended.last
    await scene.video(await scene.mara.use("/video", prompt="the first goes on", duration=4))
    assert scene.discord.gateway.identifies == 1
    for log in (scene.bot.log, ended.err):
        # A line of asyncio's own comes before it at LOG_LEVEL=DEBUG.
        ours = [line for line in log.splitlines() if " asyncio: " not in line]
        assert ours[0].endswith(f"bot.run: Seedreel {VERSION}.")


async def test_check_beside_a_running_bot_finds_all_well_and_touches_nothing(scene: Scene) -> None:
    before = footprint(scene)
    ended = await run(scene, "check")
    assert ended.code == 0, ended
    lines = ended.out.splitlines()
    # Nothing is wrong; that everybody may spend, and without a limit, is worth a look.
    hints = [line for line in lines if not line.startswith("✓ ")]
    expected = ["! There's no limit on all videos", "! Your credits can", "! Elsewhere,", "! Public Bot is on:"]
    assert [start for start, hint in zip(expected, hints, strict=True) if not hint.startswith(start)] == []
    [invite] = re.findall(r"https://\S+", next(line for line in lines if "Invite" in line))
    query = parse_qs(urlsplit(invite).query)
    assert query["client_id"] == [scene.discord.application_id]
    # A voice channel is read by its own permission, which nobody has to invite a bot with.
    assert query["permissions"] == [str(int(BOT & ~Permission.CONNECT))]
    assert set(query["scope"][0].split()) == {"bot", "applications.commands"}
    assert footprint(scene) == before
    assert scene.discord.gateway.identifies == 1
    assert scene.posts() == []


@ALONE
async def test_check_makes_no_file_where_there_is_none(scene: Scene) -> None:
    ended = await run(scene, "check")
    assert ended.code == 0, ended
    assert not scene.bot.data.exists()


@ALONE
async def test_check_says_what_does_not_hold_and_how_to_mend_it(scene: Scene) -> None:
    for name, value, words in WRONG:
        ended = await run(scene, "check", **{name: value})
        assert ended.code == 1, name
        wrong = [line for line in ended.out.splitlines() if line.startswith("✗ ")]
        assert any(words in line for line in wrong), ended.out
        assert all(re.search(r"\. [A-Z].*\.$", line) for line in wrong), wrong


@ALONE
async def test_sync_pushes_the_commands_beside_whatever_runs(scene: Scene) -> None:
    ended = await run(scene, "sync")
    assert (ended.code, ended.out) == (0, "Sent 17 commands to Discord.\n")
    names = sorted(one["name"] for one in scene.discord.commands.all(2001))
    assert [name for name in names if name[0].isupper()] == ["Animate avatar", "Animate image", "Use as reference"]
    typed = "admin asset compose delete help history privacy reel scenes settings share status usage video"
    assert [name for name in names if name.islower()] == typed.split()
    assert not scene.bot.data.exists()
    await scene.bot.start()
    again, other = await asyncio.gather(run(scene, "sync"), run(scene, "check"))
    assert (again.code, other.code) == (0, 0)


async def test_commands_are_pushed_again_only_when_they_have_changed(scene: Scene) -> None:
    pushes = len(scene.ledger.of("rest", "PUT /applications"))
    assert pushes == 1
    assert await scene.bot.stop() == 0
    await scene.bot.start()
    await scene.says(await scene.mara.use("/status"), "nothing here yet")
    assert len(scene.ledger.of("rest", "PUT /applications")) == pushes


@ALONE
async def test_commands_that_cannot_be_pushed_keep_nobody_waiting(scene: Scene) -> None:
    scene.faults.add("PUT /api/v10/applications/*/commands", faults.html(429), times=None)
    await scene.bot.start()
    assert "The commands couldn't be sent to Discord (HTTPException)" in scene.bot.log
    assert "<html" not in scene.bot.log


def footprint(scene: Scene) -> dict[str, tuple[int, bytes]]:
    """Return every file of the bot's data, but for what the bot itself touches: its heartbeat, and SQLite's index."""
    restless = {"heartbeat", "seedreel.db-shm"}
    files = (path for path in scene.bot.data.rglob("*") if path.is_file() and path.name not in restless)
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


@ALONE
async def test_sync_that_cannot_is_one_line(scene: Scene) -> None:
    for name, value, code, words in (
        ("DISCORD_TOKEN", WRONG_TOKEN, 77, "rejected DISCORD_TOKEN"),
        ("DISCORD_API_URL", "http://127.0.0.1:9/api/v10", 69, "can't be reached"),
    ):
        ended = await run(scene, "sync", LOG_LEVEL="ERROR", **{name: value})
        assert (ended.code, ended.out) == (code, "")
        assert len(ended.err.splitlines()) == 1, ended.err
        assert words in ended.err


async def test_backup_and_restore_need_no_key_and_say_in_a_line_what_is_wrong(tmp_path: Path) -> None:
    data = {"DATA_DIR": str(tmp_path / "data")}
    file, other = tmp_path / "copy", tmp_path / "taken"
    other.write_text("mine")
    os.mkfifo(tmp_path / "pipe")
    log, long = str(tmp_path / "data" / "seedreel.db-wal"), "x" * 300
    async with Store(tmp_path / "data" / "seedreel.db"):
        wrong = (
            (("backup", "--force", str(tmp_path / "pipe")), data, 73, "isn't an ordinary file"),
            (("backup", "--force", log), data, 73, "belongs to the database"),
            (("backup", str(tmp_path / long)), data, 73, "File name too long"),
            (("restore", str(tmp_path / long)), data, 66, "File name too long"),
            (("backup", str(file)), {"DATA_DIR": str(tmp_path / "nothing")}, 66, "There is no database"),
            (("backup", str(tmp_path)), data, 73, "is a folder"),
            (("backup", str(tmp_path / "no" / "where")), data, 73, "in a folder that doesn't exist"),
            (("backup", str(other)), data, 73, "--force"),
            (("restore", str(file)), data, 66, "doesn't exist"),
            (("restore", str(tmp_path)), data, 66, "is a folder"),
            (("restore", str(other)), data, 75, "Stop it"),
            (("backup", str(file)), {"DATA_DIR": str(other)}, 78, "DATA_DIR isn't a folder"),
        )
        for words, environment, code, said in wrong:
            ended = await command(*words, environment=environment)
            assert (ended.code, ended.out) == (code, ""), (words, ended)
            assert said in ended.last
            assert "Traceback" not in ended.err
        assert other.read_text() == "mine"
        assert (await command("backup", str(file), environment=data)).code == 0
        assert (await command("backup", str(other), "--force", environment=data)).code == 0
    assert (await command("restore", str(file), environment=data)).code == 0
    (tmp_path / "data" / "seedreel.db").write_text("no database either")
    ended = await command("restore", str(file), environment=data)
    assert (ended.code, "asked to be forgotten since the backup isn't known" in ended.out) == (0, True)
    other.write_text("no database")
    ended = await command("restore", str(other), environment=data)
    assert (ended.code, len(ended.err.splitlines())) == (65, 1)


async def test_usage_says_in_a_line_what_is_wrong_and_touches_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for words, folder, code, said in (
        (("--days", "0"), "data", 2, "0 is out of range: use 1 to 3660 days"),
        (("--days", "many"), "data", 2, "invalid"),
        (("--csv",), "data", 2, "expected one argument"),
        ((), "data", 66, "There is no database"),
        ((), "file", 78, "DATA_DIR isn't a folder"),
    ):
        ended = await command("usage", *words, environment={"DATA_DIR": str(tmp_path / folder)})
        assert (ended.code, ended.out) == (code, ""), (words, ended)
        assert said in ended.last
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


async def test_every_argument_has_its_help_and_the_version_is_told() -> None:
    version = await command("--version")
    assert (version.code, version.out) == (0, f"seedreel {VERSION}\n")
    actions = _parser()._subparsers._group_actions[0].choices  # noqa: SLF001 - argparse shows them nowhere else
    bare = [(name, action.dest) for name, one in actions.items() for action in one._actions if not action.help]  # noqa: SLF001
    assert bare == []


async def test_the_env_file_beside_the_readme_is_found_from_anywhere(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / ".env").write_text("LOG_LEVEL=LOUD\n")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot", "run"),
        cwd="/",
        env={"PYTHONPATH": str(tmp_path), "PATH": os.environ["PATH"]},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 78
    assert "LOG_LEVEL isn't a valid level" in said.decode()
