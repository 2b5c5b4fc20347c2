"""A webhook that sends once: a message without a nonce may be there twice when it is repeated.

discord.py 2.7.1 repeats every webhook request that a 5xx has answered (`discord.webhook.async_`,
`AsyncWebhookAdapter.request`), as if none of them could have been applied.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import aiohttp
import discord
from discord.http import json_or_text

# What the library takes for a connection that was reset on its way, and repeats after.
_RESET = {54, 10054}


class _SendsOnce:
    """As much of a session as a webhook uses; raises what the library would repeat."""

    def __init__(self, session: Any) -> None:
        self._session = session

    @asynccontextmanager
    async def request(self, method: str, url: str, **more: Any) -> AsyncIterator[Any]:
        try:
            async with self._session.request(method, url, **more) as response:
                if response.status >= 500:
                    raise discord.DiscordServerError(response, await json_or_text(response))
                yield response
        except OSError as error:
            if error.errno in _RESET:
                raise aiohttp.ClientConnectionError("reset") from error
            raise


def sends_once(webhook: discord.Webhook) -> discord.Webhook:
    """Return the webhook, which from now on repeats nothing but what a 429 has definitely refused."""
    webhook.session = cast("Any", _SendsOnce(webhook.session))
    return webhook
