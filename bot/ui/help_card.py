"""The private card of `/help`: what the bot can do, and prompts that begin a video with one press."""

from typing import Final

import discord
from discord.ui import ActionRow, Button, LayoutView

from bot.discord_limits import MAX_BUTTON_LABEL
from bot.domain.money import Price
from bot.ui import custom_ids
from bot.ui.components import NEUTRAL, Card, action_row, text
from bot.ui.language import Language
from bot.ui.sanitize import visible_line

_ABOUT_ASSETS: Final = "help.assets"
_LINES: Final = (
    "help.video",
    "help.frames",
    "help.references",
    "help.options",
    "help.compose",
    "help.progress",
    "help.buttons",
    _ABOUT_ASSETS,
    "help.lists",
    "help.private",
)
_EXAMPLES: Final = ("help.example-fox", "help.example-boat", "help.example-robot")


def help_card(language: Language, at_once: int | None, price: Price | None, *, with_assets: bool) -> Card:
    """Say what the bot can do, and how many videos a member may have in progress, where that has a limit.

    `price`: of an example, where it is known. Without `with_assets` nothing of characters, as their commands are not
    there.
    """
    lines = [language.text(line) for line in _LINES if with_assets or line != _ABOUT_ASSETS]
    listed = "\n".join(f"- {line}" for line in lines)
    title, examples = language.text("help.title"), language.text("help.examples")
    if price is not None:
        examples = language.text("help.examples-priced", price=language.money(price))
    limits = "" if at_once is None else f"\n-# {language.text('help.limits', count=at_once)}"
    prompts = [visible_line(language.text(example), MAX_BUTTON_LABEL) for example in _EXAMPLES]
    return Card(NEUTRAL, [text(f"### {title}\n{listed}{limits}"), text(examples), *map(_example, prompts)])


def _example(prompt: str) -> ActionRow[LayoutView]:
    """Make a button that is labelled with a prompt, and remembers it."""
    custom_id = custom_ids.EXAMPLE.encode(prompt)
    return action_row([Button[LayoutView](style=discord.ButtonStyle.primary, label=prompt, custom_id=custom_id)])
