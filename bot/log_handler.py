"""Where log lines go: a stream that may be gone, full or not read. No log call ever raises or waits for it.

What could not be written is counted and left out; that is said in one line as soon as the stream takes lines again.
Lines go past the stream's own buffer, which would keep what it could not write and fail with it again and again.
"""

import logging
import os
import select
from typing import Final, TextIO

from bot.log_lines import counted

# A pipe that poll(2) calls writable takes this many bytes without a wait (pipe(7), PIPE_BUF).
_CHUNK: Final = 4096
# How long a line may wait, in milliseconds, for a reader that was quick enough so far.
_MAX_WAIT: Final = 100


class ReaderGone(OSError):
    """The other end has stopped reading."""


class StreamHandler(logging.Handler):
    """Write each record as a line; with a stream of None, as where standard error is closed, nothing is written."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__()
        self._stream = stream
        self._descriptor = _descriptor(stream)
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._lost = 0
        self._cut = False  # the last line was written in part

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, after a line about those that could not be written before it."""
        line = self._line(record)
        try:
            if self._lost:
                self._write(self._line(_note(f"{counted(self._lost, 'line')} before this one couldn't be logged.")))
                self._lost = 0
            self._write(line)
        except (OSError, ValueError):
            # There is nowhere left to say it. A closed stream is a ValueError.
            self._lost += 1

    def _line(self, record: logging.LogRecord) -> str:
        try:
            return self.format(record)
        except Exception as error:  # noqa: BLE001 - there is no other log to keep it
            # An argument may raise anything; only its place is logged, never its content.
            return self.format(_note(f"A line of {record.name} couldn't be logged ({type(error).__name__})."))

    def _write(self, line: str) -> None:
        """Write a line. Raises OSError or ValueError, the line left out or cut off."""
        if self._stream is None:
            return
        text = f"{line}\n"
        if self._descriptor is None:
            self._stream.write(text)
            self._stream.flush()
            return
        left = memoryview((f"\n{text}" if self._cut else text).encode(self._encoding, "backslashreplace"))
        whole = len(left)
        while left:
            try:
                self._wait(0 if self._lost else _MAX_WAIT)
                left = left[os.write(self._descriptor, left[:_CHUNK]) :]
            except OSError:
                self._cut = self._cut if len(left) == whole else True
                raise
        self._cut = False

    def _wait(self, milliseconds: int) -> None:
        if self._descriptor is None:
            return
        poll = select.poll()
        poll.register(self._descriptor, select.POLLOUT)
        if not poll.poll(milliseconds):
            raise ReaderGone


def _descriptor(stream: TextIO | None) -> int | None:
    try:
        return None if stream is None else stream.fileno()
    except (OSError, ValueError):
        return None  # a stream in memory


def _note(message: str) -> logging.LogRecord:
    return logging.LogRecord(__name__, logging.WARNING, __file__, 0, message, None, None)
