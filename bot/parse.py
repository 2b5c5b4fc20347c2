"""How the text of a setting becomes its value; each reader raises `Unreadable` with the way to fix it.

What a reader says never repeats a secret.
"""

import math
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from bot.domain.limits import MAX_LIMIT
from bot.domain.models import Dialect
from bot.domain.money import MILLION
from bot.domain.others_media import OthersMedia
from bot.domain.spending import Elsewhere
from bot.logs import LogFormat
from bot.secret import Secret, redact

_LONGEST_SHOWN: Final = 60  # characters of a wrong value that a mistake repeats
_LARGEST_SECRET_FILE: Final = 64 * 1024  # bytes; a token has a hundred
_MAX_MONEY: Final = 1_000_000_000  # in whole units
_SHORTEST_SIGNING: Final = 16  # characters of a secret that signs
_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")


class Unreadable(Exception):
    """A setting's text has no meaning; says what is wrong and how to fix it."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}: {remedy}")
        self.problem = problem
        self.remedy = remedy


def bare(text: str) -> str:
    """Return the text, which must have no white space or quotes around it."""
    if text != text.strip():
        raise Unreadable("has spaces around its value", "remove it")
    if text[:1] in {'"', "'", "`", "“", "„", "«"} or text[-1:] in {'"', "'", "`", "”", "“", "»"}:
        raise Unreadable("has quotes around its value", "remove them")
    return text


def without_comment(text: str) -> str:
    """Return the text, which must not end in a comment: a container's --env-file keeps it as a part of the value."""
    if re.search(r"\s#", text):
        raise Unreadable("seems to have a comment after its value", "put the comment on a line of its own")
    return text


def file_text(path: str) -> str:
    """Return what the file holds (UTF-8, at most 64 KiB), without the line end that editors add."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(_LARGEST_SECRET_FILE + 1)
        text = content.decode("utf-8").rstrip("\r\n")
    except OSError as error:
        raise Unreadable(
            f"names a file that can't be read ({error.strerror})", "fix the path or its permissions"
        ) from None
    except UnicodeDecodeError:
        raise Unreadable("names a file that isn't text", "put only the value in it") from None
    if len(content) > _LARGEST_SECRET_FILE:
        raise Unreadable("names a file that is too large", "put only the value in it")
    if not text.strip():
        raise Unreadable("names an empty file", "put the value in it")
    return text


def token(text: str) -> Secret:
    """Read the bot's token."""
    if text.startswith("sk-"):
        raise Unreadable("looks like the provider's key", "put it in TOAPIS_API_KEY, and the bot's token here")
    return _secret(text)


def api_key(text: str) -> Secret:
    """Read the provider's key."""
    if re.fullmatch(r"[\w-]{22,30}\.[\w-]{5,8}\.[\w-]{25,}", text):
        raise Unreadable("looks like the bot's token", "put it in DISCORD_TOKEN, and the provider's key here")
    return _secret(text)


def webhook_secret(text: str) -> Secret | None:
    """Read the secret that webhooks are signed with; None where there is none."""
    if text and len(text) < _SHORTEST_SIGNING:
        raise Unreadable("is too short", f"use at least {_SHORTEST_SIGNING} characters, here and in ToAPIs' console")
    return _secret(text) if text else None


def optional_secret(text: str) -> Secret | None:
    """Read a secret; None where there is none."""
    return _secret(text) if text else None


def _secret(text: str) -> Secret:
    prefix = re.match(r"(?i)(bot|bearer|authorization:)\s", text)
    if prefix:
        raise Unreadable(f"starts with “{prefix[1]}”", "remove that word")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise Unreadable("contains a character that no token or key has", "copy it again, without anything around it")
    return Secret(text)


def dialect(text: str) -> Dialect | None:
    """Read which form of the provider's API is used; None where that is to be found out."""
    if text == "auto":
        return None
    try:
        return Dialect(text)
    except ValueError:
        raise Unreadable(f"isn't a valid dialect ({shown(text)})", "use auto, video or videos") from None


def yes_or_no(text: str) -> bool:
    """Read a switch."""
    switch = {"yes": True, "no": False}.get(text.lower())
    if switch is None:
        raise Unreadable(f"isn't yes or no ({shown(text)})", "use yes or no")
    return switch


def folder(text: str) -> Path:
    """Read a folder's path, which need not exist yet."""
    try:
        path = Path(text).expanduser()
        if path.is_dir() or not path.exists():
            return path
    except (OSError, RuntimeError):
        pass  # a name that is too long, the home of an unknown user
    raise Unreadable(f"isn't a folder ({shown(text)})", "name a folder; it is created if needed")


def optional_folder(text: str) -> Path | None:
    """Read a folder's path; None where there is none."""
    return folder(text) if text else None


def optional_file(text: str) -> Path | None:
    """Read a file's path; None where there is none."""
    try:
        return Path(text).expanduser() if text else None
    except RuntimeError:
        raise Unreadable(f"isn't a file ({shown(text)})", "name a file") from None


def optional_amount(text: str) -> int | None:
    """Read an amount of money, and return its millionths; None where there is none."""
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not 0 <= (amount if amount.is_finite() else -1) <= _MAX_MONEY:
        raise Unreadable(f"isn't an amount ({shown(text)})", "use a number without a currency, such as 1.50")
    return int(amount * MILLION)


def whole(minimum: int, maximum: int) -> Callable[[str], int]:
    """Make a reader of whole numbers from `minimum` to `maximum`."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,9}", text) or not minimum <= int(text) <= maximum:
            raise Unreadable(f"is out of range ({shown(text)})", f"use a whole number from {minimum} to {maximum}")
        return int(text)

    return read


def limit(text: str) -> int | None:
    """Read a limit of seconds or videos: a whole number, or nothing for none."""
    return whole(0, MAX_LIMIT)(text) if text else None


def number(minimum: float, maximum: float) -> Callable[[str], float]:
    """Make a reader of numbers from `minimum` to `maximum`, whole or not."""

    def read(text: str) -> float:
        if not minimum <= _number(text) <= maximum:
            raise Unreadable(f"is out of range ({shown(text)})", f"use a number from {minimum:g} to {maximum:.0f}")
        return float(text)

    return read


def scale(text: str) -> float:
    """Read the factor by which every wait is divided: above 0, at most 1000."""
    if not 0 < _number(text) <= 1000:
        raise Unreadable(f"is out of range ({shown(text)})", "use a number above 0 and up to 1000")
    return float(text)


def _number(text: str) -> float:
    """Read a number; what is none is NaN, which is in no range."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def servers(text: str) -> frozenset[int]:
    """Read ids of servers, with commas or spaces between."""
    return frozenset(_server(part) for part in re.split(r"[,\s]+", text) if part)


def _server(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,20}", text) or not 0 < int(text) < 1 << 64:
        raise Unreadable(
            f"contains something that isn't a server's id ({shown(text)})",
            "use ids, separated by commas (turn on Developer Mode in Discord, then right-click the server)",
        )
    return int(text)


def elsewhere(text: str) -> Elsewhere | None:
    """Read who may spend outside the home servers; None where that depends on whether there are any."""
    try:
        return Elsewhere(text.lower()) if text else None
    except ValueError:
        raise Unreadable(f"isn't a valid value ({shown(text)})", "use members, nobody or everybody") from None


def others_media(text: str) -> OthersMedia:
    """Read what of other members may be used."""
    try:
        return OthersMedia(text.lower())
    except ValueError:
        raise Unreadable(f"isn't a valid value ({shown(text)})", "use none, named or avatars") from None


def log_level(text: str) -> str:
    """Read a level's name, in capitals or not."""
    if text.upper() not in _LEVELS:
        raise Unreadable(f"isn't a valid level ({shown(text)})", f"use {', '.join(_LEVELS[:-1])} or {_LEVELS[-1]}")
    return text.upper()


def log_format(text: str) -> LogFormat:
    """Read how log lines are written."""
    try:
        return LogFormat(text.lower())
    except ValueError:
        raise Unreadable(f"isn't a valid format ({shown(text)})", "use text or json") from None


def shown(text: str) -> str:
    """Return a wrong value fit to be shown: a secret may have been pasted into the wrong place."""
    shown = redact(text)
    return repr(shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…")
