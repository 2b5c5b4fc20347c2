"""What is said of scenes: the question before they are made, where one stands among them, why there are none."""

import discord
from discord.ui import Button, Item, LayoutView

from bot.domain.drafts import Draft
from bot.domain.money import Price
from bot.domain.scenes import NoScenesLeft, SceneGone, ScenesCounted, ScenesNotConfirmed, ScenesProblem
from bot.ui import custom_ids
from bot.ui.components import NEUTRAL, Card, action_row, text
from bot.ui.custom_ids import AgreedPrice
from bot.ui.job_cards import request_line
from bot.ui.language import Language
from bot.ui.sanitize import code_block

_SCENES_SHOWN = 1500
# Where no price is known, the yes is to none: ISO 4217's word for no currency.
_NO_PRICE = Price(0, "XXX")


def scenes_card(language: Language, draft: Draft, asked: ScenesNotConfirmed) -> Card:
    """Ask whether the scenes of a draft are made; a yes is for this price alone."""
    label = language.text("button.make-scenes", count=asked.scenes)
    if asked.price is not None:
        label = language.text("button.make-for", price=language.money(asked.price))
    make = Button[LayoutView](
        style=discord.ButtonStyle.primary,
        label=label,
        custom_id=custom_ids.CONFIRM.encode(AgreedPrice(draft.id, asked.price or _NO_PRICE)),
    )
    cancel = Button[LayoutView](label=language.text("button.cancel"), custom_id=custom_ids.DISCARD.encode(draft.id))
    items: list[Item[LayoutView]] = [
        text(scenes_problem_text(language, asked)),
        text(code_block(draft.text, _SCENES_SHOWN)),
        action_row([make, cancel]),
        text(f"-# {request_line(language, draft.request)}\n-# {language.text('draft.kept-whole')}"),
    ]
    return Card(NEUTRAL, items)


def scenes_problem_text(language: Language, problem: ScenesProblem) -> str:
    """Say what is wrong with scenes, or what they are."""
    match problem:
        case ScenesCounted(given, minimum, maximum):
            return language.text("problem.scenes-counted", count=given, minimum=minimum, maximum=maximum)
        case ScenesNotConfirmed(scenes, seconds, price):
            if price is None:
                return language.text("price.confirm-scenes-unpriced", count=scenes, seconds=seconds)
            return language.text("price.confirm-scenes", count=scenes, seconds=seconds, price=language.money(price))
        case NoScenesLeft():
            return language.text("problem.no-scenes-left")
        case SceneGone():
            return language.text("problem.scene-gone")
