"""The private question before a video that costs much, and what answers a no."""

import discord
from discord.ui import Button, Item, LayoutView

from bot.domain.drafts import Draft
from bot.domain.money import Price
from bot.domain.next_steps import has_expected_length
from bot.ui import custom_ids
from bot.ui.choices import price_text
from bot.ui.components import NEUTRAL, Card, action_row, text
from bot.ui.custom_ids import AgreedPrice
from bot.ui.job_cards import request_line
from bot.ui.language import Language
from bot.ui.sanitize import code_block

_PROMPT_SHOWN = 700


def confirm_card(language: Language, draft: Draft, price: Price) -> Card:
    """Ask whether a draft is made for its price; a yes is for this price alone."""
    money = price_text(language, price, draft.request.duration, expected=has_expected_length(draft))
    question = "price.confirm" if draft.agreed is None else "price.confirm-again"
    asked = language.text(question, price=money, count=draft.request.takes)
    make = Button[LayoutView](
        style=discord.ButtonStyle.primary,
        label=language.text("button.make-for", price=money),
        custom_id=custom_ids.CONFIRM.encode(AgreedPrice(draft.id, price)),
    )
    cancel = Button[LayoutView](label=language.text("button.cancel"), custom_id=custom_ids.DISCARD.encode(draft.id))
    items: list[Item[LayoutView]] = [
        text(asked),
        text(code_block(draft.request.prompt, _PROMPT_SHOWN)),
        action_row([make, cancel]),
        text(f"-# {request_line(language, draft.request)}\n-# {language.text('draft.kept-whole')}"),
    ]
    return Card(NEUTRAL, items)


def discarded_card(language: Language) -> Card:
    """Say that a draft was let go."""
    return Card(NEUTRAL, [text(language.text("price.cancelled"))])
