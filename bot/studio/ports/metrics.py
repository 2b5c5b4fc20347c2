"""What is counted for the operators of the bot. Nothing of it names a member or quotes a prompt."""

from enum import StrEnum
from typing import Protocol

from bot.domain.account import Account
from bot.domain.job import Job
from bot.domain.stages import Stage


class Acknowledgement(StrEnum):
    """What became of one attempt to answer an interaction for the first time."""

    TAKEN = "taken"
    REFUSED = "refused"  # by Discord: most come too late
    UNANSWERED = "unanswered"  # it broke on the wire


class Call(StrEnum):
    """What the provider is called for."""

    SUBMIT = "submit"
    QUERY = "query"
    ASSET = "asset"
    UPLOAD = "upload"


class Answer(StrEnum):
    """How the provider answered a call."""

    WELL = "well"
    NO_RESPONSE = "no response"
    KEY = "key"  # 401, 403
    BALANCE = "balance"  # 402
    RATE_LIMIT = "rate limit"  # 429
    REFUSED = "refused"  # any other 4xx
    SERVER_ERROR = "server error"  # 5xx


class Webhook(StrEnum):
    """What a request to the webhook's port was."""

    TAKEN = "taken"
    REPEATED = "repeated"  # it has come before
    TEST = "test"  # the provider's own
    UNKNOWN = "unknown"  # it tells of no task's end
    FORGED = "forged"  # not signed with our secret
    LATE = "late"  # its time is too far off


class Metrics(Protocol):
    """Counts what happened. Each call is cheap and raises nothing."""

    def moved(self, job: Job, was: Stage, seconds: float | None) -> None:
        """Count a saved move from the stage `was`, where the job stood for so many scaled seconds, if that is known."""
        ...

    def acknowledged(self, outcome: Acknowledgement, seconds: float) -> None:
        """Count an attempt at a first response; `seconds`: real ones since the interaction was taken up."""
        ...

    def provider_answered(self, call: Call, answer: Answer) -> None:
        """Count a call to the provider."""
        ...

    def account(self, account: Account) -> None:
        """Note what is left at the provider."""
        ...

    def webhook(self, taken: Webhook) -> None:
        """Count a request to the webhook's port."""
        ...


class NoMetrics:
    """Counts nothing."""

    def moved(self, job: Job, was: Stage, seconds: float | None) -> None:
        """Count nothing."""

    def acknowledged(self, outcome: Acknowledgement, seconds: float) -> None:
        """Count nothing."""

    def provider_answered(self, call: Call, answer: Answer) -> None:
        """Count nothing."""

    def account(self, account: Account) -> None:
        """Count nothing."""

    def webhook(self, taken: Webhook) -> None:
        """Count nothing."""
