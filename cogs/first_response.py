"""The first response to an interaction, on the wire: made once, and tried once more.

Discord's "Interactions: Receiving and Responding": it must come within 3 s, and a second one is refused with 40060.
That means "answered by us" only where an attempt of our own may have arrived; else another process has answered.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from types import SimpleNamespace
from typing import Final

import aiohttp
import discord

from bot.discord_limits import ALREADY_ACKNOWLEDGED
from bot.studio.intake.other_processes import OtherProcesses
from bot.studio.ports.metrics import Acknowledgement, Metrics

log = logging.getLogger(__name__)

# Seconds for one attempt; there are two.
_RESPONSE_SECONDS: Final = 2.0


@dataclass(slots=True)
class _Attempt:
    """An attempt that is being made: since when, in ticks of the loop, and what its requests were answered with."""

    began: float
    statuses: list[int] = field(default_factory=list)


_ATTEMPT: Final[ContextVar[_Attempt | None]] = ContextVar("attempt at a first response", default=None)

Made = discord.InteractionCallbackResponse[discord.Client]
Response = discord.InteractionResponse[discord.Client]


class First(StrEnum):
    """What a first response is."""

    LOADING = "loading"  # a message of our own, still empty
    HEARD = "heard"  # the pressed message stays as it is
    SENTENCE = "sentence"  # a private sentence: nothing need follow
    FORM = "form"  # a form that opens: what it is filled in with comes as an interaction of its own


def trace(metrics: Metrics) -> aiohttp.TraceConfig:
    """Make the trace that a client must carry: it shows what the library does not, its own repetitions."""

    def count(attempt: _Attempt, outcome: Acknowledgement) -> None:
        metrics.acknowledged(outcome, asyncio.get_running_loop().time() - attempt.began)

    async def ended(_: object, __: SimpleNamespace, seen: aiohttp.TraceRequestEndParams) -> None:
        if (attempt := _ATTEMPT.get()) is not None:
            attempt.statuses.append(seen.response.status)
            count(attempt, Acknowledgement.TAKEN if seen.response.status < 400 else Acknowledgement.REFUSED)

    async def broke(_: object, __: SimpleNamespace, ___: aiohttp.TraceRequestExceptionParams) -> None:
        if (attempt := _ATTEMPT.get()) is not None:
            count(attempt, Acknowledgement.UNANSWERED)

    config = aiohttp.TraceConfig()
    config.on_request_end.append(ended)
    config.on_request_exception.append(broke)
    return config


class FirstResponse:
    """The first response to one interaction; `made` is None until there is one."""

    def __init__(self, interaction: discord.Interaction, others: OtherProcesses) -> None:
        self.made: First | None = None
        self._interaction = interaction
        self._others = others
        self._came_before = False
        self._may_have_arrived: First | None = None
        self._began = asyncio.get_running_loop().time()

    async def make(self, first: First, attempt: Callable[[Response], Awaitable[Made | None]]) -> Made | None:
        """Make it, once more after a failure on the wire; returns None where an earlier attempt has arrived.

        `made` is then what that attempt was. Raises discord.HTTPException.
        """
        if not self._others.first_time(self._interaction.id):
            self._came_before = True
        try:
            return await self._attempt(first, attempt)
        except discord.DiscordException:
            raise
        except Exception as error:  # noqa: BLE001 - logged by its name: it is tried again at once
            # Resets and timeouts come out of the library as they are: whatever is not its own happened on the wire.
            cause = type(error).__name__
            log.warning("The answer to interaction %d didn't get through (%s).", self._interaction.id, cause)
            self._may_have_arrived = self._may_have_arrived or first
        return await self._attempt(first, attempt)

    async def _attempt(self, first: First, attempt: Callable[[Response], Awaitable[Made | None]]) -> Made | None:
        current = _Attempt(self._began)
        noting = _ATTEMPT.set(current)
        try:
            async with asyncio.timeout(_RESPONSE_SECONDS):
                # A fresh one: the library's own counts an answer that it could not read as given, and makes no other.
                made = await attempt(discord.InteractionResponse(self._interaction))
        except discord.HTTPException as error:
            # The library repeats by itself what a server's error has met, which may have been applied all the same.
            ours = self._may_have_arrived is not None or any(status >= 500 for status in current.statuses)
            if error.code != ALREADY_ACKNOWLEDGED:
                raise
            if not ours:
                # An interaction that Discord sent twice proves nothing.
                if not self._came_before:
                    self._others.answered()
                raise
            self.made = self._may_have_arrived or first
            return None
        finally:
            _ATTEMPT.reset(noting)
        self.made = first
        return made
