"""The files of `deploy/`: what they name is there, and their commands run as they are written."""

import configparser
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tomllib
from datetime import date

import pytest
import yaml

from bot.__main__ import _parser
from bot.domain.shards import parse_shards
from bot.exits import Exit
from bot.run import CLOSE_SECONDS
from bot.settings_table import SETTINGS
from bot.storage import Store
from bot.studio.running.runner import DRAIN_SECONDS, LAST_ANSWERS_SECONDS
from tests.conventions.source import ROOT
from tests.image.dockerfile import steps

DEPLOY = ROOT / "deploy"
HOME = "/opt/seedreel"
# What a stop may take: uploads, percents, the last answers, and the connection to Discord.
STOP_SECONDS = DRAIN_SECONDS + 3 + LAST_ANSWERS_SECONDS + CLOSE_SECONDS
UNITS = ("seedreel.service", "seedreel-backup.service", "seedreel-backup.timer")
SERVICES = UNITS[:2]
SETTING_NAMES = {name for setting in SETTINGS for name in setting.names}
# Neither of them holds while ffmpeg works, or it is not known to.
BREAKS_FFMPEG = {"MemoryDenyWriteExecute", "PrivateUsers", "ProcSubset"}


def unit(name):
    """Read a unit as systemd does where no key stands twice (systemd.syntax(7))."""
    read = configparser.ConfigParser(interpolation=None, comment_prefixes=("#", ";"))
    read.optionxform = str
    read.read_string((DEPLOY / name).read_text(encoding="utf-8"))
    return read


def command_of(name, home, data, backups):
    """Return the words of ExecStart as systemd makes them of it, with these folders in place of the installed ones."""
    line = unit(name)["Service"]["ExecStart"].replace("%%", "%").replace("$$", "$")
    line = line.replace("/var/lib/seedreel-backups", str(backups)).replace("/var/lib/seedreel", str(data))
    return shlex.split(line.replace(HOME, str(home)))


@pytest.fixture
def home(tmp_path):
    """Lay a folder out as the README says: a clone with its own virtual environment."""
    (tmp_path / "home").mkdir()
    for each in ("bot", "cogs"):
        (tmp_path / "home" / each).symlink_to(ROOT / each)
    (tmp_path / "home" / ".venv").symlink_to(sys.prefix)
    return tmp_path / "home"


def run(command, home, **environment):
    return subprocess.run(
        command,
        cwd=home,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_names_folders_and_settings_that_there_are(name):
    service = unit(name)["Service"]
    assert service["WorkingDirectory"] == HOME
    setting, folder = service["Environment"].split("=")
    assert setting in SETTING_NAMES
    assert folder.removeprefix("/var/lib/") in service["StateDirectory"].split()
    assert f"{HOME}/.venv/bin/python" in service["ExecStart"]
    words = shlex.split(service["ExecStart"].split(" -m bot ")[1].rstrip("'"))
    assert _parser().parse_args(words).command == words[0]
    assert not BREAKS_FFMPEG & set(service)


def test_the_bot_gets_the_time_that_it_needs_to_stop_and_is_not_started_again_in_vain():
    service = unit("seedreel.service")["Service"]
    assert int(service["TimeoutStopSec"]) > STOP_SECONDS
    assert service["KillMode"] == "mixed", "else systemd ends the ffmpeg of an upload in progress"
    hopeless = {Exit.UNUSABLE, Exit.REFUSED, Exit.MISCONFIGURED}
    assert {Exit(int(code)) for code in service["RestartPreventExitStatus"].split()} == hopeless


def test_the_service_runs_as_written_and_says_what_is_missing(home, tmp_path):
    done = run(command_of("seedreel.service", home, tmp_path, tmp_path), home)
    assert done.returncode == 78, done.stderr
    assert "DISCORD_TOKEN is missing" in done.stderr
    assert "Traceback" not in done.stderr


async def test_the_backup_runs_as_written_and_keeps_a_week(home, tmp_path):
    backups = tmp_path / "backups"
    backups.mkdir()
    async with Store(tmp_path / "data" / "seedreel.db"):
        for _ in range(2):
            command = command_of("seedreel-backup.service", home, tmp_path / "data", backups)
            done = run(command, home, DATA_DIR=str(tmp_path / "data"))
            assert done.returncode == 0, done.stderr
    [made] = backups.iterdir()
    assert re.fullmatch(r"seedreel-[1-7]\.db", made.name)
    assert int(made.stem[-1]) in {date.today().isoweekday(), (date.today().isoweekday() - 2) % 7 + 1}  # noqa: DTZ011 - as `date` says it
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    async with Store(tmp_path / "put back" / "seedreel.db"):
        pass
    restored = run(
        [f"{home}/.venv/bin/python", "-m", "bot", "restore", str(made)], home, DATA_DIR=str(tmp_path / "put back")
    )
    assert restored.returncode == 0, restored.stderr


def test_the_timer_starts_the_backup():
    assert (DEPLOY / UNITS[2].replace(".timer", ".service")).is_file()
    assert unit(UNITS[2])["Timer"]["Persistent"] == "true"


def test_systemd_itself_finds_nothing_wrong(home, tmp_path):
    """Where systemd is installed; elsewhere what the other tests read is all that can be known."""
    if (analyze := shutil.which("systemd-analyze")) is None:
        return
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(HOME, str(home)), encoding="utf-8")
    done = run([analyze, "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def test_the_compose_file_builds_the_dockerfile_and_mounts_what_it_writes_to():
    image = steps((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    [volume] = [step.text for step in image if step.word == "VOLUME"]
    [made] = [step.text for step in image if "useradd" in step.text]
    services = compose()["services"]
    bot, backup = services["seedreel"], services["backup"]
    assert (DEPLOY / bot["build"] / "Dockerfile").is_file()
    assert (DEPLOY / bot["env_file"]).parent.resolve() == ROOT
    for service in (bot, backup):
        assert set(service["environment"]) <= SETTING_NAMES
        assert service["environment"]["DATA_DIR"] == volume
        mounts = dict(each.split(":") for each in service["volumes"])
        assert set(mounts) <= set(compose()["volumes"])
        # A named volume is the user's own only where the image has that folder.
        assert all(folder in made.split() for folder in mounts.values()), mounts
    assert int(bot["stop_grace_period"].removesuffix("s")) > STOP_SECONDS
    assert "command" not in bot, "the image's own"
    assert bot["read_only"]
    assert "/tmp" in bot["tmpfs"], "conversions need a place"


def test_the_backup_of_the_compose_file_is_a_command_that_there_is():
    shell, option, line = compose()["services"]["backup"]["command"]
    assert (shell, option) == ("/bin/sh", "-c")
    words = shlex.split(line.split(" -m bot ")[1])
    assert _parser().parse_args(words).command == "backup"
    folder = words[-1].rpartition("/")[0]
    assert folder in dict(each.split(":") for each in compose()["services"]["backup"]["volumes"]).values()
    assert "$$(date" in line, "Compose would fill a single $ in by itself"


def test_the_units_of_a_standby_are_the_service_but_for_its_command():
    alone, pair = unit("seedreel.service"), unit("seedreel@.service")
    command = pair["Service"]["ExecStart"]
    assert command == f"{alone['Service']['ExecStart']} --standby"
    assert _parser().parse_args(shlex.split(command.split(" -m bot ")[1])).standby
    assert pair["Unit"]["Conflicts"] == "seedreel.service"
    for read in (alone, pair):
        for section, key in (("Service", "ExecStart"), ("Unit", "Description"), ("Unit", "Conflicts")):
            read[section].pop(key, None)
    assert {name: dict(pair[name]) for name in pair} == {name: dict(alone[name]) for name in alone}


def test_the_containers_of_a_standby_are_that_of_the_bot_twice():
    services = yaml.safe_load((DEPLOY / "compose.standby.yaml").read_text(encoding="utf-8"))["services"]
    first, second = services["seedreel"], services["second"]
    assert second.pop("extends") == {"file": "compose.yaml", "service": "seedreel"}
    assert {first.pop("hostname"), second.pop("hostname")} == set(services), "each has a heartbeat of its own"
    assert first == second
    assert _parser().parse_args(first["command"][3:]).standby
    assert first["healthcheck"]["test"] == ["CMD", "python", "-m", "bot.heartbeat", "--own"]


def scaled():
    return yaml.safe_load((DEPLOY / "compose.scale.yaml").read_text(encoding="utf-8"))


def test_the_processes_of_the_many_share_what_they_have_to_and_nothing_else():
    services = scaled()["services"]
    bots = [one for one in services.values() if one["image"] == "seedreel-scale"]
    [made] = [step.text for step in steps((ROOT / "Dockerfile").read_text(encoding="utf-8")) if "useradd" in step.text]
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for bot in bots:
        assert bot["build"]["args"]["EXTRAS"] in extras
        assert bot["command"][:3] == ["python", "-m", "bot"]
        assert _parser().parse_args(bot["command"][3:]).command == "run"
        assert set(bot["environment"]) <= SETTING_NAMES
        mounts = dict(each.split(":") for each in bot["volumes"])
        assert set(mounts) <= set(scaled()["volumes"])
        assert list(mounts.values()) == [bot["environment"]["MEDIA_DIR"]]
        assert all(folder in made.split() for folder in (*mounts.values(), bot["environment"]["DATA_DIR"]))
        # A heartbeat's file that two share would say that both live.
        assert bot["environment"]["DATA_DIR"] not in mounts.values()
        assert int(bot["stop_grace_period"].removesuffix("s")) > STOP_SECONDS
        assert bot["depends_on"]["postgres"]["condition"] == "service_healthy"
        assert bot["healthcheck"]["test"] == ["CMD", "python", "-m", "bot.heartbeat", "--own"]
    assert "healthcheck" in services["postgres"]
    roles = [bot["command"][4] for bot in bots]
    assert (roles.count("--gateway"), roles.count("--worker")) == (2, 3)


def test_the_gateways_of_the_many_serve_every_shard_once():
    commands = [one.get("command", []) for one in scaled()["services"].values()]
    shards = [parse_shards(command[command.index("--shards") + 1]) for command in commands if "--shards" in command]
    [count] = {each.count for each in shards}
    assert sorted(shard for each in shards for shard in each.numbers) == list(range(count))
