"""The image without a container engine: its file is read, and its steps are run in a fresh virtual environment."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import source_from_cache
from pathlib import Path, PurePosixPath

import pytest

from tests.conventions.source import ROOT, write
from tests.image.dockerfile import Step, copy, is_let_through, steps

TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STEPS = steps(TEXT)
SETTINGS_GIVEN = re.compile(r"DISCORD_|TOAPIS_|DATA_DIR|PYTHON|VIRTUAL_ENV|LOG_")
USER_MADE = re.compile(
    r"useradd --uid (?P<uid>\d+) --no-create-home --shell /usr/sbin/nologin (?P<name>\w+)"
    r" && install -d -o (?P=name) -g (?P=name) (?P<folder>/\w+) (?P<backups>/\w+) (?P<media>/\w+)"
)


@dataclass
class Image:
    """What a build leaves behind: a folder in place of `/`, and the environment of its processes."""

    root: Path
    environment: dict[str, str]

    def start(self, command: list[str]) -> subprocess.CompletedProcess:
        """Run an exec form in the working directory, with nothing in the environment but what the file sets."""
        inside = [part.replace("/data", str(self.root / "data")) for part in command]
        program = self.root / "venv" / "bin" / inside[0]
        return subprocess.run(
            [program, *inside[1:]],
            cwd=self.root / "app",
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )


def of(word: str) -> list[Step]:
    return [step for step in STEPS if step.word == word]


def position(word: str, part: str) -> int:
    (found,) = [index for index, step in enumerate(STEPS) if step.word == word and part in step.text]
    return found


def _run(step: Step, root: Path) -> None:
    """Do the equivalent of a RUN: users are only looked at, everything else is run by the shell."""
    if "useradd" in step.text:
        assert USER_MADE.fullmatch(step.text), "the step that makes the user has a shape that this test does not know"
        return
    kept = {name: text for name, text in os.environ.items() if not SETTINGS_GIVEN.match(name)}
    path = f"{root / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/sh", "-c", step.text],
        cwd=root / "app",
        env={**kept, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    root = tmp_path_factory.mktemp("image")
    subprocess.run([sys.executable, "-m", "venv", root / "venv"], check=True)
    (root / "app").mkdir()
    environment = {"PATH": str(root / "venv" / "bin")}
    for step in STEPS:
        match step.word:
            case "COPY":
                copy(step, ROOT, root / "app")
            case "RUN":
                _run(step, root)
            case "ENV":
                pairs = (pair.split("=", 1) for pair in step.text.split())
                environment |= {name: text.replace("/data", str(root / "data")) for name, text in pairs}
            case "WORKDIR":
                assert step.text == "/app"
            case _:
                assert step.word in {"ARG", "FROM", "USER", "VOLUME", "HEALTHCHECK", "CMD"}, (
                    f"unknown to this test: {step}"
                )
    return Image(root, environment)


def test_dependencies_come_first_and_code_last():
    install = position("RUN", "pip install")
    assert STEPS[0] == Step("FROM", "python:3.13-slim")
    assert "-c constraints.txt" in STEPS[install].text
    assert position("COPY", "constraints.txt") < install
    assert {step.text for step in STEPS[install:] if step.word == "COPY"} == {"bot bot", "cogs cogs"}


def test_it_runs_as_somebody_who_is_not_root_and_owns_the_volume():
    made = USER_MADE.fullmatch(STEPS[position("RUN", "useradd")].text)
    assert made["name"] == of("USER")[0].text
    assert int(made["uid"]) >= 1000
    assert position("USER", made["name"]) < position("CMD", "")
    assert [step.text for step in of("VOLUME")] == [made["folder"]] == ["/data"]
    assert any("DATA_DIR=/data" in step.text.split() for step in of("ENV"))


def test_signals_reach_the_bot():
    assert STEPS[-1].word == "CMD"
    assert STEPS[-1].exec_form == ["python", "-m", "bot", "run"]
    assert not of("ENTRYPOINT")


@pytest.mark.timeout(600)  # the dependencies are installed for real
def test_only_the_bot_is_inside(image):
    inside = {path.name for path in (image.root / "app").iterdir()}
    assert inside == {"bot", "cogs", "data", "pyproject.toml", "constraints.txt", "requirements.txt"}
    compiled = {source_from_cache(str(path)) for path in (image.root / "app").rglob("*.pyc")}
    assert compiled == {str(path) for path in (image.root / "app").rglob("*.py")}
    packages = {path.name for path in next((image.root / "venv" / "lib").glob("*/site-packages")).iterdir()}
    assert {"discord", "sqlite_utils"} <= packages
    assert not packages & {"pytest", "playwright", "mypy"}


@pytest.mark.timeout(600)
def test_without_settings_it_lists_every_mistake_and_exits_78(image):
    done = image.start(STEPS[-1].exec_form)
    assert done.returncode == 78, done.stderr
    for name in ("DISCORD_TOKEN", "TOAPIS_API_KEY"):
        assert f"{name} is missing" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert not (image.root / "data").exists(), "nothing was started"


@pytest.mark.timeout(600)
def test_the_health_check_looks_at_the_heartbeat(image, tmp_path):
    (check,) = of("HEALTHCHECK")
    assert image.start(check.exec_form).returncode == 1
    (image.root / "data").mkdir()
    (image.root / "data" / "heartbeat").touch()
    assert image.start(check.exec_form).returncode == 0
    os.utime(image.root / "data" / "heartbeat", (1000, 1000))
    assert image.start(check.exec_form).returncode == 1
    (image.root / "data" / "heartbeat").unlink()
    (image.root / "data").rmdir()


@pytest.mark.timeout(600)
def test_the_default_of_the_env_example_is_the_volume_too(image):
    assert (image.root / "app" / "data").readlink() == Path("/data")


@pytest.mark.timeout(600)
def test_the_health_check_finds_any_data_dir(image, tmp_path):
    (check,) = of("HEALTHCHECK")
    elsewhere = Image(image.root, image.environment | {"DATA_DIR": str(tmp_path)})
    assert elsewhere.start(check.exec_form).returncode == 1
    (tmp_path / "heartbeat").touch()
    assert elsewhere.start(check.exec_form).returncode == 0


@pytest.mark.parametrize(
    "secret", [".env", "data/seedreel.db", ".git/config", "tests/conftest.py", "bot/x/__pycache__/a.pyc"]
)
def test_what_is_private_never_reaches_the_build(secret):
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    assert not is_let_through(ignored, PurePosixPath(secret))
    assert is_let_through(ignored, PurePosixPath("bot/domain/job.py"))


def test_copying_honours_the_ignored(tmp_path):
    for path in ("bot/a.py", "bot/.env", "bot/deep/__pycache__/a.pyc", "bot/deep/b.py"):
        write(tmp_path, f"context/{path}", "x")
    write(tmp_path, "context/.dockerignore", "*\n!bot\n**/__pycache__\n**/.env\n")
    copy(Step("COPY", "bot there"), tmp_path / "context", tmp_path / "app")
    copied = {path.relative_to(tmp_path / "app").as_posix() for path in (tmp_path / "app").rglob("*") if path.is_file()}
    assert copied == {"there/a.py", "there/deep/b.py"}
    with pytest.raises(AssertionError, match="nothing is let through"):
        copy(Step("COPY", "tests tests"), tmp_path / "context", tmp_path / "app")


def test_lines_that_go_on_and_shell_forms_are_read():
    read = steps('# a\nRUN a \\\n  b\n\nCMD python -m bot\nHEALTHCHECK --x=1 CMD ["a", "b"]\n')
    assert read == [Step("RUN", "a    b"), Step("CMD", "python -m bot"), Step("HEALTHCHECK", '--x=1 CMD ["a", "b"]')]
    assert (read[1].exec_form, read[2].exec_form) == (None, ["a", "b"])
