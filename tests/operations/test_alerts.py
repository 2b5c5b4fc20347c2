"""The rules on the page for operators: five, each with a name, an expression and what it says."""

import shutil
import subprocess

import yaml

from tests.conventions.source import ROOT


def rules_text() -> str:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    [block] = [part.split("```")[0] for part in page.split("```yaml\n")[1:] if part.startswith("groups:")]
    return block


def test_there_are_five_rules_and_each_is_explained() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    [group] = yaml.safe_load(rules_text())["groups"]
    assert len(group["rules"]) == 5
    for rule in group["rules"]:
        assert rule["expr"].strip()
        assert rule["annotations"]["summary"]
        assert f"* **{rule['alert']}**:" in page


def test_prometheus_itself_finds_nothing_wrong_and_each_fires_when_it_should(tmp_path) -> None:
    """Where there is a promtool (Debian has it in the package `prometheus`); the journeys find the metrics anyway."""
    if (promtool := shutil.which("promtool")) is None:
        return
    (tmp_path / "rules.yml").write_text(rules_text(), encoding="utf-8")
    shutil.copyfile(ROOT / "tests" / "operations" / "alerts.yml", tmp_path / "alerts.yml")
    for words in (("check", "rules", "rules.yml"), ("test", "rules", "alerts.yml")):
        done = subprocess.run([promtool, *words], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
