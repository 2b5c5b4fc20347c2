"""What a card says of the takes of one request: how each stands, and the buttons that are of one of them."""

from collections.abc import Sequence
from typing import Final

import discord
from discord.ui import Button, LayoutView

from bot.domain.job import Job
from bot.domain.money import Price
from bot.domain.stages import AT_PROVIDER, ENDS, Reason, Stage
from bot.domain.takes import Cancelled, has_clip, is_settled, posted
from bot.ui import custom_ids, texts
from bot.ui.custom_ids import CustomId
from bot.ui.failure_texts import failure
from bot.ui.language import Language

_OF_REQUEST: Final = (custom_ids.CANCEL, custom_ids.AGAIN, custom_ids.EDIT, custom_ids.BRING)
_OF_TAKES: Final = {custom_ids.AGAIN: custom_ids.AGAIN_TAKES, custom_ids.EDIT: custom_ids.EDIT_TAKES}


def take_text(language: Language, job: Job) -> str:
    """Name a take among those of its request; empty for a video that is alone."""
    return "" if job.lead_id is None else language.text("card.take", number=job.take, takes=job.takes)


def called_by(job: Job) -> Job:
    """Return the one whose id a card names: of takes in progress the first, whichever of them is drawn."""
    return job.group[0] if job.group and job.stage not in (Stage.DELIVERED, Stage.HELD) else job


def takes_state(language: Language, takes: Sequence[Job]) -> str:
    """Say in a few words how all of them stand."""
    ready = sum(has_clip(take) or take.stage is Stage.DELIVERED for take in takes)
    return language.text("card.takes-ready", ready=ready, takes=len(takes))


def take_lines(language: Language, job: Job) -> list[str]:
    """Say of each take how it stands; once they are posted, only of those of which there is more to say."""
    done = job.stage is Stage.DELIVERED
    lines = [(take, _about(language, take, job)) for take in job.group]
    return [f"**{take.take}** · {about}" for take, about in lines if about or not done]


def take_buttons(language: Language, job: Job) -> list[Button[LayoutView]]:
    """Make the buttons that keep one of several posted takes, or get one of several that are held.

    None while others are being made: there is no message yet that could be left to one.
    """
    if job.stage is Stage.HELD:
        held = [take for take in job.group if take.stage is Stage.HELD]
        return _numbered(language, "button.get-take", custom_ids.CLIP, held)
    if job.stage is Stage.DELIVERED:
        return _numbered(language, "button.keep-take", custom_ids.KEEP, posted(job))
    return []


def of_takes(job: Job, actions: Sequence[CustomId[str]], *, several: bool) -> list[CustomId[str]]:
    """List what of these actions can be done about several takes alike, by which as many are made again.

    `several`: several are posted or held; where none is, too. Any other job's stay as they are.
    """
    if several or (job.group and job.stage is not Stage.DELIVERED):
        return [_OF_TAKES.get(action, action) for action in actions if action in _OF_REQUEST]
    return list(actions)


def retry_buttons(language: Language, job: Job) -> list[Button[LayoutView]]:
    """Make the buttons that try takes again whose end was unclear, once all have ended."""
    if job.stage not in ENDS and job.stage is not Stage.HELD:
        return []
    return [
        Button[LayoutView](
            style=discord.ButtonStyle.danger,
            label=language.text("button.retry-take", number=take.take),
            custom_id=custom_ids.RETRY.encode(take.id),
        )
        for take in job.group
        if take.stage is Stage.FAILED and take.reason is Reason.UNCLEAR
    ]


def cancelled_text(language: Language, cancelled: Cancelled) -> str:
    """Say which takes were cancelled, and for which it was too late; empty where all is said by the card."""
    if not cancelled.too_late:
        return ""
    done, late = (
        language.all_of([language.number(number) for number in numbers])
        for numbers in (cancelled.takes, cancelled.too_late)
    )
    return " ".join(
        (
            language.text("card.takes-cancelled", count=len(cancelled.takes), numbers=done),
            language.text("card.takes-too-late", count=len(cancelled.too_late), numbers=late),
        )
    )


def price_of_all(job: Job) -> Price | None:
    """Return what a job costs, or all its takes together, as far as that is known."""
    prices = [take.price for take in job.group or (job,) if take.price is not None]
    return Price(sum(price.amount for price in prices), prices[0].currency) if prices else None


def _numbered(
    language: Language, label: str, action: custom_ids.CustomId[str], takes: Sequence[Job]
) -> list[Button[LayoutView]]:
    if len(takes) < 2:
        return []
    return [
        Button[LayoutView](
            style=discord.ButtonStyle.primary,
            label=language.text(label, number=take.take),
            custom_id=action.encode(take.id),
        )
        for take in takes
    ]


def _about(language: Language, take: Job, shown: Job) -> str:
    """Say how one take stands, on the card that is drawn by another or itself."""
    if take.stage is Stage.FAILED or take.stage is Stage.CANCELLED:
        return f"{texts.state_word(language, take)} · {failure(language, take)}"
    if take.stage is Stage.HELD:
        return f"{texts.state_word(language, take)} · {texts.held(language, take)}"
    if shown.stage is Stage.DELIVERED:
        attempt = shown.attempt if take.id == shown.id else take.attempt
        smaller = attempt.shrunk if attempt is not None else None
        return texts.made_smaller(language, take.clip_bytes, smaller) if smaller else ""
    if is_settled(take):
        return language.text("card.take-ready")
    words = texts.state_word(language, take)
    if take.stage in AT_PROVIDER and take.percent is not None:
        return f"{words} {language.percent(take.percent)}"
    return words
