"""Say why nothing can be made of a finished video, or why a request that does that is refused."""

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
from bot.ui.language import Language

_CANNOT: Final = {
    NextStep.EXTEND: "problem.cannot-extend",
    NextStep.CHANGE: "problem.cannot-change",
    NextStep.CONTINUE: "problem.cannot-continue",
    NextStep.FINISH: "problem.cannot-finish",
}


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
