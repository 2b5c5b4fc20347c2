"""The forms that ask what comes after a finished video: to extend it, to change it, to continue from its last frame."""

from dataclasses import replace
from typing import Final

import discord
from discord.ui import Label, Modal, TextInput

from bot.domain.chain import NextStep
from bot.domain.job import Job
from bot.domain.models import Catalogue
from bot.domain.next_steps import StepInput, seconds_of
from bot.domain.prices import PriceList
from bot.ui.chain_texts import STEPS
from bot.ui.choices import added_lengths, length_text, selectable_lengths
from bot.ui.form import MAX_SHOWN, Form, Part, SentForm, costs_of, one_of
from bot.ui.language import Language

# Of a form: its title, its question, and what stands below that.
_WORDS: Final = {
    NextStep.EXTEND: ("form.extend", "form.what-next", "form.extend-about"),
    NextStep.CHANGE: ("form.change", "form.what-changes", "form.change-about"),
    NextStep.CONTINUE: ("form.continue", "form.what-next", "form.continue-about"),
}
_SECONDS: Final = "added"
# What is suggested first, in seconds.
_USUAL_SECONDS: Final = 5


class NextForm(Form):
    """Asks what is to be seen, and for how long where that can be chosen; each length with its whole price."""

    def __init__(self, language: Language, job: Job, step: NextStep, catalogue: Catalogue, prices: PriceList) -> None:
        super().__init__(title=language.text(_WORDS[step][0]), timeout=None, custom_id=STEPS[step].encode(job.id))
        self.add_item(_prompt(language, step))
        capability, about = catalogue.capabilities[job.request.model], None
        if step is NextStep.EXTEND:
            before = seconds_of(job)
            added = added_lengths(capability.max_seconds - before)
            named = {str(length): language.seconds(length) for length in added}
            whole = {str(length): replace(job.request, duration=before + length) for length in added}
            label, now = language.text("form.added"), min(_USUAL_SECONDS, added[-1])
            about = language.text("form.added-about")
        elif step is NextStep.CONTINUE:
            lengths = selectable_lengths(capability, capability.default_seconds)
            named = {str(length): length_text(language, length) for length in lengths}
            whole = {str(length): replace(job.request, duration=length) for length in lengths}
            label, now = language.text("form.duration"), capability.default_seconds
        else:
            return
        costs = costs_of(language, prices, catalogue, whole)
        self.add_item(one_of(_SECONDS, label, named, str(now), costs, about))


def step_input_of(form: SentForm, step: NextStep) -> StepInput:
    """Read a form; raises ValueError for one of another version."""
    seconds = int(form.choice(_SECONDS) or 0)
    if step is NextStep.EXTEND and seconds < 1:
        raise ValueError("nothing is added")
    return StepInput(form.prompt, seconds)


def _prompt(language: Language, step: NextStep) -> Label[Modal]:
    _, label, about = _WORDS[step]
    style = discord.TextStyle.paragraph
    field = TextInput[Modal](style=style, custom_id=Part.PROMPT, max_length=MAX_SHOWN)
    return Label(text=language.text(label), description=language.text(about), component=field)
