"""The operator's account at the provider: whether the key is accepted, and what is left on it. Pure."""

import math
from dataclasses import dataclass

from bot.domain.account import Account, KeyNotAccepted
from bot.toapis.dialects import CheckResult
from bot.toapis.responses import NoResponse, Response, is_refusal, read_error

BALANCE_PATH = "/v1/balance"
"""What is left on this key; from the provider's page "Get balance". Asking costs nothing."""
ACCOUNT_PATH = "/v1/user/balance"
"""What is left on the whole account; from the same page."""
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


def read_account(key: Response | NoResponse, account: Response | NoResponse) -> Account | KeyNotAccepted | None:
    """Read the responses to the queries for the key's balance and the account's; None where neither says anything."""
    if any(judge_key(outcome).accepted is CheckResult.NO for outcome in (key, account)):
        return KeyNotAccepted()
    of_key, of_account = _credits(key), _credits(account)
    return None if of_key is None and of_account is None and not _said(key) else Account(of_account, of_key)


def _said(outcome: Response | NoResponse) -> bool:
    return judge_key(outcome).accepted is CheckResult.YES


def _credits(outcome: Response | NoResponse) -> float | None:
    """Read the credits left; infinite for no limit, None where only a sum of an unknown currency is told, or nothing.

    From the same page: `unlimited_quota`, or `remain_balance` of -1, is no limit; the credits are the unit to go by.
    """
    if isinstance(outcome, NoResponse) or not isinstance(outcome.body, dict) or not _said(outcome):
        return None
    if outcome.body.get("unlimited_quota") is True or outcome.body.get("remain_balance") == -1:
        return math.inf
    left = outcome.body.get("remain_credits")
    if not isinstance(left, int | float) or isinstance(left, bool):
        return None
    return float(left) if math.isfinite(left) else None


def read_balance(outcome: Response | NoResponse) -> str:
    """Say what is left, in credits where they are named: the unit of `remain_balance` is the server's choice."""
    if isinstance(outcome, NoResponse) or not isinstance(outcome.body, dict):
        return "unknown"
    for name in ("remain_credits", "remain_balance"):
        left = outcome.body.get(name)
        if isinstance(left, int | float) and not isinstance(left, bool):
            return "unlimited" if left == -1 else f"{left:g} {name.removeprefix('remain_')}"
    return "unknown"
