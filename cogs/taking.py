"""How a wish is taken on, whether it came from a command or from a form."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import discord

from bot.domain.request import RequestDraft
from bot.studio.intake.accept import Intake
from cogs.address import caller_of, unopened
from cogs.answers import defer, was_told


async def take_on(accept: Intake, interaction: discord.Interaction, draft: RequestDraft, last: AsyncExitStack) -> None:
    """Check a wish, open its reply and hand it to the studio; raises Refusal.

    What is put on `last` ends after whatever went wrong was said.
    """
    accept.check(draft)
    told = partial(was_told, interaction)
    await last.enter_async_context(accept.begun(interaction.id, unopened(interaction), told))
    reply = await defer(interaction)
    await accept.take(caller_of(interaction), draft, interaction.id, reply)


def chosen(given: Mapping[str, Any], prompt: str = "") -> RequestDraft:
    """Make a wish without media of the choices that were given; those that are not offered stay as they are."""
    names = ("model", "duration", "ratio", "resolution", "sound", "seed", "last_picture", "web_search")
    return RequestDraft(prompt=prompt, **{name: given[name] for name in names if name in given})
