"""Folders that really cannot be written, not even by root, for whom their mode alone forbids nothing."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

Way = Callable[[Path], AbstractContextManager[None]]
# Put before a command, it takes from root the right to write where a file's mode forbids it.
AS_EVERYBODY: Sequence[str] = ("setpriv", "--bounding-set=-dac_override") if os.geteuid() == 0 else ()


@contextmanager
def by_a_file(folder: Path) -> Iterator[None]:
    """Put a file in the folder's place."""
    aside = folder.with_name(f"{folder.name}-aside")
    folder.rename(aside)
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()
        aside.rename(folder)


@contextmanager
def by_mode(folder: Path) -> Iterator[None]:
    """Take the right to write from its mode; for what was started with AS_EVERYBODY."""
    before = folder.stat().st_mode
    folder.chmod(0o500)
    try:
        yield
    finally:
        folder.chmod(before)


@contextmanager
def by_mount(folder: Path) -> Iterator[None]:
    """Mount the folder onto itself, read-only."""
    _mount("--bind", str(folder), str(folder))
    try:
        _mount("-o", "remount,bind,ro", str(folder))
        yield
    finally:
        subprocess.run([shutil.which("umount") or "umount", "--lazy", str(folder)], check=True)


def ways(folder: Path) -> dict[str, Way]:
    """List the ways that there are here: mounting needs a right that root in a container seldom has."""
    found: dict[str, Way] = {"a file": by_a_file, "mode": by_mode}
    if os.geteuid() == 0 and shutil.which("mount") is not None:
        probe = folder / "probe"
        probe.mkdir()
        try:
            with by_mount(probe):
                found["mount"] = by_mount
        except subprocess.CalledProcessError:
            pass
        probe.rmdir()
    return found


def _mount(*words: str) -> None:
    subprocess.run([shutil.which("mount") or "mount", *words], check=True, capture_output=True)
