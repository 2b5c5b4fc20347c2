"""A plugin of pytest for `bench.mutate`, which three variables of the environment control.

MUTATE_WATCH: the file into which it writes, for each test, how many seconds it took and which functions of bot and cogs
it entered. MUTATE_ONLY: a file with the ids of the tests to run, in that order. A test of Hypothesis makes no effort to
find the smallest example.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import Phase, settings

ROOT = Path(__file__).parent.parent
_WATCHED = (f"{ROOT / 'bot'}{os.sep}", f"{ROOT / 'cogs'}{os.sep}")

settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate], database=None, deadline=None)
settings.load_profile("mutants")


class Watch:
    """Notes what each test enters: `tests` is {id: (seconds, {path: [first lines of functions]})}."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entered: set[tuple[str, int]] = set()
        self.tests: dict[str, tuple[float, dict[str, list[int]]]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Watch one test, with what it sets up."""
        self._entered = set()
        began = time.monotonic()
        threading.settrace(self._enter)
        sys.settrace(self._enter)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]
            functions: dict[str, list[int]] = {}
            for name, line in self._entered:
                functions.setdefault(str(Path(name).relative_to(ROOT)), []).append(line)
            self.tests[item.nodeid] = (time.monotonic() - began, functions)

    def pytest_sessionfinish(self) -> None:
        """Write it down."""
        self._path.write_text(json.dumps(self.tests), encoding="utf-8")

    def _enter(self, frame: FrameType, _event: str, _value: object) -> None:
        name = frame.f_code.co_filename
        if name.startswith(_WATCHED):
            self._entered.add((name, frame.f_code.co_firstlineno))


def pytest_configure(config: pytest.Config) -> None:
    """Begin to watch."""
    if watch := os.environ.get("MUTATE_WATCH"):
        config.pluginmanager.register(Watch(Path(watch)), "watch")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that were asked for, in their order."""
    if only := os.environ.get("MUTATE_ONLY"):
        order = {name: at for at, name in enumerate(json.loads(Path(only).read_text(encoding="utf-8")))}
        items[:] = sorted((item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid])
