"""Which ffmpeg is used."""

import os
from pathlib import Path

import imageio_ffmpeg
import pytest

from bot.media.bounded import FfmpegMissing, find_ffmpeg
from sandbox.toapis.ffmpeg import ffmpeg


def a_program(folder: Path) -> Path:
    program = folder / "ffmpeg"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    return program


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMAGEIO_FFMPEG_EXE", raising=False)


def test_the_pinned_one_is_used_before_one_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_program(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    shipped = Path(imageio_ffmpeg.__file__).parent / "binaries"
    assert find_ffmpeg().parent == Path(ffmpeg()).parent == shipped


def test_an_operator_may_name_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = a_program(tmp_path)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(program))
    assert find_ffmpeg() == Path(ffmpeg()) == program


def test_one_that_is_not_there_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "gone"))
    with pytest.raises(FfmpegMissing, match="install ffmpeg"):
        find_ffmpeg()
