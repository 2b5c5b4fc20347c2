"""Log lines: as text for people or JSON for machines, without secrets, one record never looking like two.

Secrets are masked in the formatter, the only place that sees a record whole: message, arguments, exception
and stack. The lines about a job (`log_lines`) begin with its short id, `[#k3f9a2] `, which in JSON is the key `job`.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType
from typing import Final, TextIO, assert_never

from bot.log_handler import StreamHandler
from bot.log_lines import job_in_log
from bot.secret import Secret, redact

_log = logging.getLogger(__name__)

# What would begin a new line, erase one or turn its reading direction.
_UNSAFE: Final = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


def configure_logging(
    level: str, form: LogFormat, secrets: Iterable[Secret] = (), *, stream: TextIO | None = None
) -> None:
    """Send every log line, warning and uncaught error to the stream (standard error when left out).

    Args:
        level: a level's name as `logging` spells it.
        form: how the lines are written.
        secrets: what no line may show, besides everything that is shaped like a secret.
        stream: where the lines go.
    """
    handler = StreamHandler(stream or sys.stderr)
    match form:
        case LogFormat.TEXT:
            handler.setFormatter(TextFormatter(secrets))
        case LogFormat.JSON:
            handler.setFormatter(JsonFormatter(secrets))
        case _:
            assert_never(form)
    handler.addFilter(_wanted)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


class _Redacting(logging.Formatter):
    """Take a record apart into texts that hold no secret."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        super().__init__()
        self._secrets = tuple(secrets)

    def _clean(self, text: str) -> str:
        return redact(text, self._secrets)

    def _message(self, record: logging.LogRecord) -> str:
        try:
            return self._clean(record.getMessage())
        except (TypeError, ValueError, KeyError, IndexError, AttributeError):
            # A message that does not fit its arguments is still worth reading.
            return self._clean(f"{record.msg} {record.args!r}")

    def _trace(self, record: logging.LogRecord) -> str:
        parts = []
        if record.exc_info and record.exc_info[1] is not None:
            parts.append(self.formatException(record.exc_info))
        elif record.exc_text:
            parts.append(record.exc_text)
        if record.stack_info:
            parts.append(record.stack_info)
        return self._clean("\n".join(parts))


class TextFormatter(_Redacting):
    """Write a record as one line, and its exception below it, indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without a secret or a control character."""
        about = f"[#{job}] " if (job := job_in_log()) else ""
        line = f"{_time(record)} {record.levelname:<7} {record.name}: {_visible(about + self._message(record))}"
        trace = self._trace(record)
        return "\n".join((line, *(f"    {_visible(part)}" for part in trace.split("\n") if trace)))


class JsonFormatter(_Redacting):
    """Write a record as one line of JSON: time, level, logger, message, and job and exception where there are."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object without a secret, in one line."""
        entry = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": self._message(record),
            "job": job_in_log(),
            "exception": self._trace(record),
        }
        line = json.dumps(
            {name: value for name, value in entry.items() if value or name == "message"}, ensure_ascii=False
        )
        return _visible(line)


def _wanted(record: logging.LogRecord) -> bool:
    # At DEBUG discord.py writes whole payloads, with the texts of members and the tokens of interactions.
    return record.levelno >= logging.INFO or record.name.partition(".")[0] != "discord"


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _visible(text: str) -> str:
    r"""Write as `\uXXXX` what would begin a new line, erase one or turn its reading direction."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _log.critical("Stopped by an unexpected error", exc_info=(kind, error, trace))


def _uncaught_in_thread(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None and not isinstance(failed.exc_value, SystemExit):
        _uncaught(failed.exc_type, failed.exc_value, failed.exc_traceback)


def _unraisable(failed: "sys.UnraisableHookArgs") -> None:
    if failed.exc_value is not None:
        trace = (failed.exc_type, failed.exc_value, failed.exc_traceback)
        _log.error("An error was ignored by Python: %s", failed.err_msg or "", exc_info=trace)
