"""The operator's account at the provider: whether the key is accepted, and what is left on it. Pure."""

from dataclasses import dataclass

from bot.toapis.dialects import CheckResult
from bot.toapis.responses import NoResponse, Response, is_refusal, read_error

BALANCE_PATH = "/v1/balance"
"""What is left on this key; from the provider's page "Get balance". Asking costs nothing."""
KEY_CODES = frozenset({"unauthorized", "authentication_error"})


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """Whether the provider responds, whether it accepts the key, and in words what it said."""

    reachable: bool
    accepted: CheckResult
    detail: str


def judge_key(outcome: Response | NoResponse) -> KeyCheck:
    """Judge the response to a query for the balance.

    From the provider's page "Get balance": `success: true` with numbers; a failure can come with HTTP 200.
    """
    if isinstance(outcome, NoResponse):
        return KeyCheck(reachable=False, accepted=CheckResult.CANNOT_TELL, detail=outcome.problem)
    error = read_error(outcome.body)
    detail = f"HTTP {outcome.status}" + (f": {error.provider_message}" if error.provider_message else "")
    if outcome.status in (401, 403) or not KEY_CODES.isdisjoint(error.codes):
        accepted = CheckResult.NO
    elif outcome.status == 200 and isinstance(outcome.body, dict) and not is_refusal(outcome.body):
        accepted = CheckResult.YES if "remain_balance" in outcome.body else CheckResult.CANNOT_TELL
    else:
        accepted = CheckResult.CANNOT_TELL
    return KeyCheck(reachable=True, accepted=accepted, detail=detail)


def read_balance(outcome: Response | NoResponse) -> str:
    """Say what is left, in credits where they are named: the unit of `remain_balance` is the server's choice."""
    if isinstance(outcome, NoResponse) or not isinstance(outcome.body, dict):
        return "unknown"
    for name in ("remain_credits", "remain_balance"):
        left = outcome.body.get(name)
        if isinstance(left, int | float) and not isinstance(left, bool):
            return "unlimited" if left == -1 else f"{left:g} {name.removeprefix('remain_')}"
    return "unknown"
