"""From a job that is to be made again to the draft of its request."""

from dataclasses import replace

from bot.domain.caller import Caller
from bot.domain.chain import NextStep
from bot.domain.drafts import Draft
from bot.domain.edits import Edit, WithoutSound
from bot.domain.errors import NotYours, Refusal, Unsupported
from bot.domain.ids import new_job_id
from bot.domain.job import Job
from bot.domain.models import Catalogue
from bot.domain.next_steps import Finish
from bot.domain.origin import Origin
from bot.domain.request import asked_again
from bot.domain.stages import Reason, Stage

Changed = Edit | WithoutSound | Finish


def draft_again(
    caller: Caller, source: Job, edit: Changed | None, catalogue: Catalogue, *, now: float, takes: bool, private: bool
) -> Draft:
    """Return the draft of the same request, for the caller, as edited or finished where it was.

    `takes`: of as many as were asked for. An unclear job is tried again only by its owner. Raises Refusal.
    """
    unclear = source.stage is Stage.FAILED and source.reason is Reason.UNCLEAR and not takes
    if unclear and source.user_id != caller.user_id:
        raise Refusal(NotYours())
    capability = catalogue.capabilities.get(source.request.model)
    if isinstance(edit, WithoutSound) and not (capability and capability.sound):
        raise Refusal(Unsupported("sound", "off"))
    request = asked_again(edit.of(source.request) if edit else source.request, catalogue)
    request = replace(request, takes=source.takes if takes else 1)
    draft = Draft(new_job_id(), caller.user_id, now, request, private=private)
    step = NextStep.FINISH if isinstance(edit, Finish) else None
    origin = Origin(source.user_id, source.public_message, edited=isinstance(edit, Edit), step=step)
    draft = replace(draft, source=source.id, retries=unclear, origin=origin)
    draft = replace(draft, parent=source.parent, part=source.part, parent_seconds=source.parent_seconds)
    return replace(draft, holds_parent=source.holds_parent)
