"""What a failed call to Discord means: pure decisions over its error codes.

The codes are those of Discord's "Opcodes and Status Codes"; what they mean for an edit or a message was decided here.
"""

import time
from collections.abc import Mapping

import aiohttp
import discord

from bot.discord_limits import FILE_TOO_LARGE, UNKNOWN_INTERACTION, UNKNOWN_MESSAGE
from bot.domain.backoff import read_retry_after
from bot.studio.ports import CardRefused, Closed, NotNow, TooLarge, Unclear

SendFailure = Closed | TooLarge | CardRefused | NotNow | Unclear

# Everything that a call to Discord raises, on the wire or over an answer that cannot be read (HTML, cut or mistyped
# JSON): the library does not check answers before it reads them.
API_ERRORS = (
    discord.DiscordException,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    RuntimeError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
)

# Seconds after an interaction in which Discord may not know its token yet.
NEW_TOKEN_SECONDS = 10.0

_TOKEN_OVER = {10015, UNKNOWN_INTERACTION, 50027}
# A filter of the place: explicit content, AutoMod, harmful links.
_BLOCKED = {20009, 200000, 240000}
# The message's form, and with the last two the message that it answers, which needs Read Message History. Those come
# with a 403 (discord-api-docs #8424).
_BAD_FORM = {50035, 160002, 160009}
# Cloudflare blocks the request; comes as a 403 (discord-api-docs #6473).
_BLOCKED_BY_CLOUDFLARE = 40333
_SLOW_DOWN = {20016, 20022, 20028, 30046}
_CLOSED = {
    10003,  # unknown channel
    10004,  # unknown guild
    10013,  # unknown user
    40094,  # too many follow-ups
    50001,  # no access
    50007,  # no direct messages from us
    50013,  # no permission
    50083,  # archived thread
    50278,  # no server in common
}

_MIN_SLOW, _MAX_SLOW = 1.0, 600.0
_SLOW_USUAL = 5.0
# A 429 that did not pass Discord's own proxies comes from Cloudflare, which bans for longer when pressed.
_CLOUDFLARE = 180.0
_NOT_DISCORD = 30.0
_NO_KEY = 60.0
_YOUNG_AGAIN = 2.0
_MAX_MESSAGE = 300


def classify(error: BaseException, now: float, token_at: float | None = None) -> SendFailure:
    """Return what a failed call means for the next one.

    `now` in UTC seconds; `token_at` is when the interaction was made, for a call through its token, and None for a
    call with the bot's own. The outcome's `problem` holds no URL and no header: those hold tokens.
    """
    match error:
        case discord.RateLimited():
            return NotNow(error.retry_after, "rate limited")
        case discord.HTTPException():
            return _by_code(error, now, token_at)
        case _:
            return Unclear(type(error).__name__)


def _by_code(error: discord.HTTPException, now: float, token_at: float | None) -> SendFailure:
    problem, code = f"{error.status}/{error.code} {error.text}"[:_MAX_MESSAGE], error.code
    if code == _BLOCKED_BY_CLOUDFLARE:
        return NotNow(_CLOUDFLARE, problem, everywhere=True)
    if code in _SLOW_DOWN or error.status == 429:
        headers = error.response.headers
        return NotNow(retry_after(error.status, headers), problem, everywhere=_from_cloudflare(error.status, headers))
    if code in _BLOCKED or code in _BAD_FORM:
        return CardRefused(problem, blocked=code in _BLOCKED)
    if code == UNKNOWN_MESSAGE or code in _CLOSED:
        return Closed(problem, message_gone=code == UNKNOWN_MESSAGE)
    if code in _TOKEN_OVER:
        young = error.status == 404 and token_at is not None and now - token_at < NEW_TOKEN_SECONDS
        return NotNow(_YOUNG_AGAIN, problem) if young else Closed(problem, token_over=True)
    return _by_status(error, problem, token_at)


def _by_status(error: discord.HTTPException, problem: str, token_at: float | None) -> SendFailure:
    if error.code in FILE_TOO_LARGE or error.status == 413:
        return TooLarge()
    if not 400 <= error.status < 500 or error.status == 408:
        return Unclear(problem)
    if error.response.content_type != "application/json":
        return NotNow(_NOT_DISCORD, f"{error.status}, not from Discord itself")
    match error.status:
        case 400:
            return CardRefused(problem)
        case 401 if token_at is None:
            return NotNow(_NO_KEY, problem)
        case _:
            return Closed(problem, token_over=error.status == 401)


def _from_cloudflare(status: int, headers: Mapping[str, str]) -> bool:
    return status == 429 and "Via" not in headers


def retry_after(status: int, headers: Mapping[str, str]) -> float:
    """Return the seconds after which a call may be made again, by the headers of its refusal."""
    header = headers.get("Retry-After") or headers.get("X-RateLimit-Reset-After")
    seconds = read_retry_after(header, time.time(), _MAX_SLOW)
    if seconds is None:  # a number that is none asks for a pause without an end
        seconds = _MAX_SLOW if header in ("inf", "nan") else _SLOW_USUAL
    return max(seconds, _CLOUDFLARE if _from_cloudflare(status, headers) else _MIN_SLOW)
