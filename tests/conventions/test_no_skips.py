import os
import subprocess
import sys

import pytest

from tests.conventions.source import ROOT

SAMPLE = """
import pytest

def test_runs():
    pass

@pytest.mark.skip(reason="needs Discord's OpenAPI description")
def test_may_skip():
    pass

{more}
"""
FORBIDDEN = {
    "marked": "@pytest.mark.skip(reason='no Chromium')\ndef test_b(): pass",
    "called": "def test_b(): pytest.skip('no Chromium')",
    "fixture": "@pytest.fixture\ndef b(): pytest.skip('no Chromium')\ndef test_b(b): pass",
    "module": "pytest.skip('no Chromium', allow_module_level=True)",
}


def _run(folder, more, **environment):
    (folder / "test_sample.py").write_text(SAMPLE.format(more=more))
    clean = {name: text for name, text in os.environ.items() if name not in {"CI", "SEEDREEL_CI"}}
    plain = ["-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={folder}"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.no_skips", *plain, str(folder)],
        env={**clean, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


@pytest.mark.parametrize("more", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_skip_fails_the_run_in_ci(tmp_path, more):
    done = _run(tmp_path, more, CI="true")
    assert done.returncode != 0, done.stdout
    assert "nothing may skip here, and this did" in done.stdout
    assert "no Chromium" in done.stdout


@pytest.mark.parametrize("more", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_skip_is_a_skip_elsewhere(tmp_path, more):
    done = _run(tmp_path, more)
    assert done.returncode in {0, 5}, done.stdout
    assert "skipped" in done.stdout


def test_what_needs_the_openapi_description_may_skip_in_ci(tmp_path):
    done = _run(tmp_path, "", SEEDREEL_CI="1")
    assert done.returncode == 0, done.stdout
    assert "1 passed, 1 skipped" in done.stdout
