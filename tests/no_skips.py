"""Where everything is installed, as in CI, a test that skips has failed: only what needs Discord's OpenAPI
description, which is not part of the project, may skip there."""

import os

import pytest

ALLOWED = "OpenAPI description"
WANTED = any(os.environ.get(name, "").lower() not in {"", "0", "false"} for name in ("CI", "SEEDREEL_CI"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if not hasattr(report, "wasxfail"):
        _forbid(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    _forbid(report)
    return report


def _forbid(report) -> None:
    if not WANTED or report.outcome != "skipped":
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if ALLOWED not in reason:
        report.outcome = "failed"
        report.longrepr = f"nothing may skip here, and this did: {reason}"
