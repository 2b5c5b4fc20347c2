"""What the documents say is what the code does: settings, commands, and no word about anybody's machine."""

import os
import re
import subprocess
import tomllib

import pytest

from bot.__main__ import _parser
from bot.exits import Exit
from bot.settings_table import SETTINGS
from bot.ui.language import LOCALES
from bot.version import VERSION
from tests.conventions.catalogue import texts
from tests.conventions.documents import TABLE, env_example, settings_table, sorted_catalogue
from tests.conventions.source import ROOT, sources, told, write

AGAIN = "write it again with: python -m tests.conventions.documents"
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))),
)
COMMANDS = _parser()._subparsers._group_actions[0].choices  # noqa: SLF001 - argparse shows them nowhere else
FOLDERS = ("bot", "cogs", "sandbox", "tests", "bench", ".ci", "docs", "deploy")
SUFFIXES = {
    ".py",
    ".po",
    ".toml",
    ".txt",
    ".md",
    ".yaml",
    ".yml",
    ".js",
    ".css",
    ".html",
    ".json",
    ".example",
    ".cfg",
    ".ini",
    ".service",
    ".timer",
    "",
}

# Put together here, so that the rule does not find itself.
REGISTRIES = r"pypi\.|python" + r"hosted|npm" + r"js\.|(extra-)?index-" + r"url|find-" + r"links|trusted-" + r"host"
MACHINES = r"(?<![\w.$}-])/(work|root|Users|home/\w+|tmp/\w+)(/|\b)"
PRIVATE = re.compile(f"(?P<registry>{REGISTRIES})|(?P<machine>{MACHINES})")


def command_below(marker: str, text: str) -> str:
    found = re.findall(rf"^<!-- {marker} -->\n```sh\n(.+)\n```$", text, re.MULTILINE)
    assert len(found) == 1, f"README.md needs one command of one line in a ```sh block right below <!-- {marker} -->"
    return found[0]


def private_words(root) -> list[str]:
    files = [path for path in root.iterdir() if path.is_file()]
    files += [path for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file()]
    found = []
    for path in sorted(files):
        if path.suffix not in SUFFIXES or path.name in {".env", ".git", ".coverage"} or "__pycache__" in path.parts:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if word := PRIVATE.search(line):
                what = "a registry's host or option" if word["registry"] else "a path of somebody's machine"
                found.append(f"{path.relative_to(root)}:{number}: {word[0]}: {what} does not belong into the project")
    return found


@pytest.fixture(scope="module")
def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_env_example_equals_the_settings():
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == env_example(), AGAIN


@pytest.mark.parametrize("path", sorted(LOCALES.glob("*.po")), ids=lambda path: path.name)
def test_messages_stand_sorted_in_their_catalogue(path):
    text = path.read_text(encoding="utf-8")
    assert text == sorted_catalogue(text), AGAIN


def test_the_table_of_settings_equals_the_settings():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert TABLE.findall(page) == [settings_table()], AGAIN
    for setting in SETTINGS:
        assert all(f"| `{name}` |" in settings_table() for name in setting.names)


def test_the_readme_has_its_two_commands(readme):
    demo, tests = command_below("demo", readme), command_below("tests", readme)
    for command, extra, ending in ((demo, "[demo]", "-m bot demo"), (tests, "[dev]", "-m pytest")):
        assert command.startswith("python3 -m venv ")
        assert "-c constraints.txt" in command
        assert extra in command
        assert command.endswith(ending)
    assert max(readme.index(demo), readme.index(tests)) < 2500, "both stand on the README's first screen"


def test_ci_runs_the_readmes_own_test_command(readme):
    run = ROOT / ".ci" / "run"
    assert os.access(run, os.X_OK)
    script = run.read_text(encoding="utf-8")
    (extract,) = re.findall(r"^command=.*$", script, re.MULTILINE)
    printed = subprocess.run(
        ["/usr/bin/env", "bash", "-c", f'{extract}\nprintf %s "$command"'], cwd=ROOT, capture_output=True, check=True
    )
    assert printed.stdout.decode() == command_below("tests", readme)
    assert script.rstrip().splitlines()[-1] == 'bash -euo pipefail -c "$command"'


def test_constraints_pin_everything_that_is_asked_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", pin) for pin in pins), "names and versions alone"
    pinned = {_plain(pin.partition("==")[0]) for pin in pins}
    asked = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    missing = {_plain(re.match(r"[A-Za-z0-9._-]+", line)[0]) for line in asked} - pinned - {"seedreel"}
    assert not missing, f"add to constraints.txt: {missing}"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_version_is_written_alike_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION


@pytest.mark.parametrize("code", Exit)
def test_every_exit_code_is_explained(code):
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    table = page[page.index("| exit code |") :].split("\n\n")[0]
    assert f"| {code.value} |" in table, f"{code!r}"


def test_every_command_is_explained():
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(\w+)", page, re.MULTILINE))
    assert listed == set(COMMANDS)


def test_every_line_of_the_log_that_the_troubleshooting_names_is_one(readme):
    table = readme[readme.index("| what you see |") :].split("\n\n")[0]
    named = re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)
    code = " ".join(" ".join(node.value.split()) for source in sources(ROOT, ("bot", "cogs")) for node in texts(source))
    assert named
    assert not [words for words in named if words not in code]


def test_the_readme_is_short(readme):
    assert len(readme.splitlines()) <= 150
    assert all(word in " ".join(readme.split()) for word in ("Linux", "macOS", "Public Bot"))


def test_every_hook_is_local_and_runs_in_ci():
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"repo: (\S+)", hooks) == ["local"]
    assert set(re.findall(r"language: (\S+)", hooks)) == {"system"}
    entries = re.findall(r"entry: (.+)", hooks)
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    # The conventions are part of the suite, which CI runs whole.
    checks = [entry for entry in entries if entry != "python -m pytest -q tests/conventions"]
    assert len(checks) == len(entries) - 1 == 4
    assert not [entry for entry in checks if not {entry, f"{entry} ."} & set(lines)], "CI does not run these"


def test_ci_runs_the_quick_tests_that_contributing_names():
    assert "-m pytest -q --quick\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "`python -m pytest --quick`" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_changelog_begins_with_what_is_unreleased_and_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    unreleased, *released = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert unreleased == "[Unreleased]"
    versions = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d", heading)[1] for heading in released]
    assert versions[0] == VERSION
    assert versions == sorted(versions, key=lambda version: tuple(map(int, version.split("."))), reverse=True)
    kinds = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_of_a_document_leads_to_a_file(document):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", (ROOT / document).read_text(encoding="utf-8"))
    assert links or document.startswith("docs/")
    assert not [link for link in links if "://" not in link and not (ROOT / document).parent.joinpath(link).exists()]


def test_no_word_about_anybodys_machine():
    assert not private_words(ROOT), told(private_words(ROOT))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("bot/a.py", "DATA = '/" + "work/data'"),
        ("README.md", "see /" + "root/x"),
        ("tests/a.py", "# /" + "tmp/x/bin/python"),
        ("pyproject.toml", "x = '/" + "home/somebody/x'"),
        (".ci/run", "pip install --index-" + "url x"),
        ("constraints.txt", "--extra-index-" + "url x"),
        ("sandbox/page/a.js", "// https://registry.npm" + "js.org/x"),
    ],
)
def test_a_private_word_is_found(tmp_path, path, line):
    (found,) = private_words(write(tmp_path, path, f"first\n{line}\n"))
    assert found.startswith(f"{path}:2:")


def test_ordinary_paths_are_fine(tmp_path):
    assert private_words(write(tmp_path, "bot/a.py", "network/x ./work/x a/home/b /usr/bin/chromium /data /tmp")) == []


def test_what_the_architecture_names_is_there():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    roots = [ROOT, ROOT / "bot", ROOT / "bot" / "studio"]
    paths = re.findall(r"`([\w/*]+\.py)`", page)
    assert not [path for path in paths if not any(list(root.glob(path)) for root in roots)]
    code = "\n".join(path.read_text(encoding="utf-8") for top in ("bot", "cogs") for path in (ROOT / top).rglob("*.py"))
    names = re.findall(r"\b([A-Z][a-z]\w+)\.[a-z]\w+", page)
    assert not [name for name in names if not re.search(rf"^class {name}\b", code, re.MULTILINE)]
