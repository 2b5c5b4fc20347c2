"""What can be made of a finished video, and the request for it. Pure: a job and the catalogue in, a draft out."""

from dataclasses import dataclass, replace
from typing import Final

from bot.domain.chain import NextStep, NothingLeft, Operation
from bot.domain.drafts import Draft
from bot.domain.errors import Refusal
from bot.domain.job import Job
from bot.domain.media import AttachmentInput, Role
from bot.domain.models import AUTOMATIC, Capability, Catalogue, Model, Resolution
from bot.domain.origin import Origin
from bot.domain.request import RequestDraft, VideoRequest, asked_again
from bot.domain.stages import Stage

FULL_SIZE: Final = Resolution.P1080
"""What a draft is finished in, where its model makes that; no larger one is chosen for a member."""


@dataclass(frozen=True, slots=True)
class StepInput:
    """What a member wants to see next; `seconds` to add, or of a video of its own."""

    prompt: str
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Finish:
    """The same request with the full model, in full size; a new rendering."""

    model: Model
    resolution: Resolution | None

    def of(self, request: VideoRequest) -> VideoRequest:
        """Return the request as it is finished."""
        return replace(request, model=self.model, resolution=self.resolution)


def next_steps(job: Job, catalogue: Catalogue) -> tuple[NextStep, ...]:
    """List what can be made of a job's video, most important first."""
    capability = catalogue.capabilities.get(job.request.model)
    if capability is None or not is_source(job):
        return ()
    steps = []
    if Operation.EXTEND in capability.operations and 0 < seconds_of(job) < capability.max_seconds:
        steps.append(NextStep.EXTEND)
    if Operation.EDIT in capability.operations:
        steps.append(NextStep.CHANGE)
    if capability.takes(Role.FIRST_FRAME):
        steps.insert(0 if NextStep.EXTEND not in steps else len(steps), NextStep.CONTINUE)
    if finish_of(job.request, catalogue):
        steps.append(NextStep.FINISH)
    return tuple(steps)


def is_source(job: Job) -> bool:
    """Tell whether a job has a finished video: its message may be there before its row says so."""
    return job.stage in {Stage.DELIVERING, Stage.DELIVERED} and not (job.deleted or job.other_version or job.reel)


def seconds_of(job: Job) -> int:
    """Return the length of a finished video in whole seconds; 0 where it is not known, or not all of it came."""
    return 0 if job.incomplete else job.charged or job.request.duration


def longest_of(draft: Draft, request: RequestDraft | VideoRequest, catalogue: Catalogue) -> int:
    """Return how many seconds the video of a draft may come to; one that is changed is expected to stay as long.

    The provider takes no length for it but "automatic", and promises none (ToAPIs, "seedance-2-5", `duration`).
    """
    if has_expected_length(draft):
        return draft.parent_seconds
    return catalogue.longest(request.model, request.duration)


def has_expected_length(video: Draft | Job) -> bool:
    """Tell whether a video is expected to be as long as the one that it changes, where that is known."""
    return video.request.operation is Operation.EDIT and video.parent_seconds > 0


def finish_of(request: VideoRequest, catalogue: Catalogue) -> Finish | None:
    """Return how a draft is finished; None for a video that is not a draft."""
    capability = catalogue.capabilities.get(request.model)
    if capability is None or request.operation is not Operation.GENERATE:
        return None
    model = capability.draft_of or request.model
    full = catalogue.capabilities.get(model)
    if full is None or (model is request.model and request.resolution is not Resolution.P480):
        return None
    return Finish(model, FULL_SIZE if FULL_SIZE in full.resolutions else full.default_resolution)


def draft_of(draft: Draft, source: Job, step: NextStep, step_input: StepInput, catalogue: Catalogue) -> Draft:
    """Return a draft of the next video; raises Refusal (NothingLeft)."""
    capability, origin = catalogue.capabilities[source.request.model], Origin(source.user_id, source.public_message)
    draft = replace(draft, source=source.id, origin=replace(origin, step=step))
    if step is NextStep.CHANGE:
        # It takes the place of what it was made of.
        request = _request(source, step_input.prompt, catalogue, Operation.EDIT, AUTOMATIC)
        draft = replace(draft, parent=source.parent, holds_parent=source.holds_parent, part=source.part)
        draft = replace(draft, parent_seconds=max(0, seconds_of(source)))
        return replace(draft, request=_with_clip(request, source, capability))
    draft = replace(draft, parent=source.id, part=source.part + 1)
    if step is NextStep.CONTINUE:
        request = _request(source, step_input.prompt, catalogue, Operation.GENERATE, step_input.seconds)
        return replace(draft, request=replace(request, files=(_last_frame(source),)))
    before = seconds_of(source)
    if before + step_input.seconds > capability.max_seconds:
        raise Refusal(NothingLeft(before, capability.max_seconds))
    request = _request(source, step_input.prompt, catalogue, Operation.EXTEND, before + step_input.seconds)
    return replace(draft, parent_seconds=before, request=_with_clip(request, source, capability))


def _request(source: Job, prompt: str, catalogue: Catalogue, operation: Operation, duration: int) -> RequestDraft:
    request = replace(source.request, prompt=prompt, duration=duration, operation=operation)
    return asked_again(replace(request, media=(), seed=None, web_search=False), catalogue)


def _with_clip(request: RequestDraft, source: Job, capability: Capability) -> RequestDraft:
    role = Role.REFERENCE_VIDEO
    size = min(source.clip_bytes or 0, capability.for_operation(request.operation).rules[role].max_bytes)
    authors = source.request.authors
    clip = AttachmentInput("", source.clip_name, size, role, "video 1", author_ids=authors, clip_of=source.id)
    return replace(request, files=(clip,))


def _last_frame(source: Job) -> AttachmentInput:
    """Name the last frame: the provider's own where it was asked for, which may be gone; else our clip has it."""
    url = source.last_picture_url or ""
    authors = source.request.authors
    return AttachmentInput(
        *(url, f"{source.clip_name}.jpg", 0, Role.FIRST_FRAME, "image"), author_ids=authors, clip_of=source.id
    )
