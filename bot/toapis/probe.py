"""Is it set up? What answers to questions that cost nothing prove. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from bot.toapis.wire import Broken, Heard, read_complaint, refuses, says_missing

_KEY_CODES = frozenset({"unauthorized", "authentication_error"})


class Answer(StrEnum):
    """What a look from outside can say."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """Whether anybody answered at all, whether the key is accepted, and in words what was heard."""

    reachable: bool
    accepted: Answer
    heard: str


def judge_key(outcome: Heard | Broken) -> KeyCheck:
    """Judge the answer to a question for the balance.

    From the provider's page "Get balance": `success: true` with numbers; a failure can come with HTTP 200.
    """
    if isinstance(outcome, Broken):
        return KeyCheck(reachable=False, accepted=Answer.CANNOT_TELL, heard=outcome.why)
    complaint = read_complaint(outcome.answer)
    heard = f"HTTP {outcome.status}" + (f": {complaint.said}" if complaint.said else "")
    if outcome.status in (401, 403) or not _KEY_CODES.isdisjoint(complaint.codes):
        accepted = Answer.NO
    elif outcome.status == 200 and isinstance(outcome.answer, dict) and not refuses(outcome.answer):
        accepted = Answer.YES if "remain_balance" in outcome.answer else Answer.CANNOT_TELL
    else:
        accepted = Answer.CANNOT_TELL
    return KeyCheck(reachable=True, accepted=accepted, heard=heard)


def read_balance(outcome: Heard | Broken) -> str:
    """Say what is left, in credits where they are named: the unit of `remain_balance` is the server's choice."""
    if isinstance(outcome, Broken) or not isinstance(outcome.answer, dict):
        return "unknown"
    for name in ("remain_credits", "remain_balance"):
        left = outcome.answer.get(name)
        if isinstance(left, int | float) and not isinstance(left, bool):
            return "unlimited" if left == -1 else f"{left:g} {name.removeprefix('remain_')}"
    return "unknown"


def judge_dialect(outcome: Heard | Broken) -> Answer:
    """Judge the answer to a question for a task that cannot exist: a known not-found shape is yes, a page is no."""
    if isinstance(outcome, Broken):
        return Answer.CANNOT_TELL
    if says_missing(outcome):
        return Answer.YES
    return Answer.NO if outcome.page else Answer.CANNOT_TELL
