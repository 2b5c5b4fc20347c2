"""Machines on which ffmpeg is there and does not work."""

from collections.abc import Mapping
from pathlib import Path

BROKEN: Mapping[str, str] = {
    "missing library": "echo 'ffmpeg: error while loading shared libraries: libx264.so.164' >&2; exit 127",
    "no H.264 decoder": "echo 'Decoder (codec h264) not found for input stream #0:0' >&2; exit 69",
    "no memory": "echo 'Error: Cannot allocate memory' >&2; exit 244",
    "killed": "kill -9 $$",
    "silent": "exit 0",
    "no -format_whitelist": "echo 'Unrecognized option format_whitelist.' >&2; exit 8",
    "a flood": "head -c 30000000 /dev/zero | tr '\\0' x; exit 1",
}
"""Scripts in place of ffmpeg."""


def broken_ffmpeg(folder: Path, script: str, *, executable: bool = True) -> Path:
    """Write one, and return it."""
    program = folder / "bin" / "ffmpeg"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755 if executable else 0o644)
    return program
