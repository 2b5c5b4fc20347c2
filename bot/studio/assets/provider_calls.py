"""Call the provider while a member waits: what goes wrong is said at once, and they try again."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.domain.asset_problems import ProviderNotAnswering, ProviderRefused
from bot.domain.errors import Refusal, StoreFull, UploadFailed, UploadRefused

log = logging.getLogger(__name__)

# Real seconds that a member waits for an answer.
_SECONDS = 60.0


@asynccontextmanager
async def asked() -> AsyncIterator[None]:
    """Turn what the provider and the store answer in the block into a Refusal.

    Raises Refusal (ProviderRefused, ProviderAway, NoSpace).
    """
    try:
        async with asyncio.timeout(_SECONDS):
            yield
    except UploadRefused as error:
        log.info("The provider rejected it: %s", error.detail)
        raise Refusal(ProviderRefused(error.provider_message)) from error
    except (UploadFailed, TimeoutError) as error:
        log.warning("The provider didn't answer: %s", error)
        raise Refusal(ProviderNotAnswering()) from error
    except StoreFull as error:
        raise Refusal(error.problem) from error
