"""Say what was made of a finished video, and why nothing can be, or why a request that does that is refused."""

from collections.abc import Mapping, Sequence
from typing import Final, assert_never

from bot.domain.chain import (
    CannotStep,
    ChainProblem,
    LengthStays,
    NextStep,
    NotFinished,
    NothingLeft,
    Operation,
    OperationUnsupported,
    ParentGone,
    SourceMissing,
)
from bot.domain.job import Job
from bot.domain.origin import Origin
from bot.domain.stages import Stage
from bot.ui import custom_ids
from bot.ui.components import public_link
from bot.ui.custom_ids import CustomId
from bot.ui.language import Language

STEPS: Final[Mapping[NextStep, CustomId[str]]] = {
    NextStep.EXTEND: custom_ids.EXTEND,
    NextStep.CHANGE: custom_ids.CHANGE,
    NextStep.CONTINUE: custom_ids.CONTINUE,
    NextStep.FINISH: custom_ids.FINISH,
}
"""The button of each step; the form that asks for more is sent under the same custom id."""

_OF_SCENES: Final = {custom_ids.AGAIN: custom_ids.AGAIN_SCENES, custom_ids.EDIT: custom_ids.EDIT_SCENES}

_CANNOT: Final = {
    NextStep.EXTEND: "problem.cannot-extend",
    NextStep.CHANGE: "problem.cannot-change",
    NextStep.CONTINUE: "problem.cannot-continue",
    NextStep.FINISH: "problem.cannot-finish",
}


_OWN: Final = {
    NextStep.EXTEND: "card.extended-own",
    NextStep.CHANGE: "card.changed-own",
    NextStep.CONTINUE: "card.continued-own",
    NextStep.FINISH: "card.finished-own",
}
_OF_OTHERS: Final = {
    NextStep.EXTEND: "card.extended-of",
    NextStep.CHANGE: "card.changed-of",
    NextStep.CONTINUE: "card.continued-of",
    NextStep.FINISH: "card.finished-of",
}


def of_scenes(job: Job, actions: Sequence[CustomId[str]]) -> list[CustomId[str]]:
    """List these actions as they are of a message with several videos: scenes are made again together, others not.

    A scene that failed is changed together with those after it, which then go on.
    Of videos of a chain that were joined, Again and Edit would make the last one alone.
    """
    if not job.reel:
        failed = job.scene is not None and job.stage is Stage.FAILED
        return [custom_ids.EDIT_SCENES if failed and action is custom_ids.EDIT else action for action in actions]
    return [_OF_SCENES.get(action, action) for action in actions if job.scene or action not in _OF_SCENES]


def origin_text(language: Language, origin: Origin, *, own: bool) -> str:
    """Say of which video another one was made, and how; `own`: it was the same member's."""
    member = f"<@{origin.user_id}>"
    if origin.step:
        return language.text(_OWN[origin.step]) if own else language.text(_OF_OTHERS[origin.step], member=member)
    if own:
        return language.text("card.edited-own" if origin.edited else "card.again-own")
    return language.text("card.edited-of" if origin.edited else "card.again-of", member=member)


def origin_line(language: Language, job: Job, parts: int = 1) -> str:
    """Say which part of how many a video is, or of which other one it was made, and link to that; nothing of a reel.

    `parts`: how many there are by now, where that is known.
    """
    origin, said = job.origin, []
    if job.reel:
        return ""  # they are the parts, and the last one's origin is among them
    if parts > 1 and job.scene is None:
        said.append(language.text("card.part-of", number=job.part, count=parts))
    elif job.part > 1 and origin is not None:
        said.append(language.text("card.part", number=job.part))
    if origin is not None:
        said.append(origin_text(language, origin, own=origin.user_id == job.user_id))
        if origin.message:
            said.append(f"[{language.text('button.message')}]({public_link(origin.message)})")
    return " · ".join(said)


def part_text(language: Language, job: Job, parts: int) -> str:
    """Name a video among those that go on from each other, in a list; empty for one that is alone."""
    if job.scene is not None:
        return scene_line(language, job)
    return language.text("job-list.part", number=job.part, count=parts) if parts > 1 else ""


def chain_problem_text(language: Language, problem: ChainProblem) -> str:  # noqa: PLR0911 - one sentence a case
    """Say why it can't be done, and what to do."""
    match problem:
        case CannotStep(step):
            return language.text(_CANNOT[step])
        case NotFinished():
            return language.text("problem.nothing-to-go-on")
        case NothingLeft(seconds, maximum) if problem.left:
            return language.text("problem.too-long-to-add", seconds=seconds, maximum=maximum, count=problem.left)
        case NothingLeft(_, maximum):
            return language.text("problem.nothing-left-to-add", maximum=maximum)
        case ParentGone():
            return language.text("problem.source-gone")
        case OperationUnsupported(operation):
            extends = operation is Operation.EXTEND
            return language.text("problem.model-cannot-extend" if extends else "problem.model-cannot-change")
        case SourceMissing():
            return language.text("problem.source-missing")
        case LengthStays():
            return language.text("problem.length-stays")
        case _:
            assert_never(problem)


def scene_line(language: Language, job: Job) -> str:
    """Say which of several scenes a video is; nothing of one that is none, and of what was joined."""
    scene = job.scene
    if scene is None or job.reel:
        return ""
    return language.text("card.scene", number=str(scene.number), count=scene.count)
