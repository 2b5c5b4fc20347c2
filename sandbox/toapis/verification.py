"""Verifying a real person: a session with a link that soon dies, the person's answer, and the group it earns."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from yarl import URL

from sandbox.clock import Clock
from sandbox.ledger import Ledger
from sandbox.toapis.assets import Assets
from sandbox.toapis.settings import ProviderSettings

PASSED, NOT_PASSED = 10_000, 10_001
"""The result codes; only the first is documented."""


class Outcome(StrEnum):
    """How a person's check ended."""

    PASSED = "passed"
    FAILED = "failed"


@dataclass(slots=True, eq=False, kw_only=True)
class Verification:
    """One session. Times are unix seconds of the clock: of the link's start and end."""

    id: str
    callback_url: str
    locale: str
    biz_id: str
    token: str
    link_key: str
    ready_at: float
    expires_at: float
    outcome: Outcome | None = None
    group_id: str = ""

    @property
    def code(self) -> int:
        """The result code that the browser carries home."""
        return PASSED if self.outcome is Outcome.PASSED else NOT_PASSED

    @property
    def back(self) -> str:
        """The URL that the browser is sent to."""
        return str(URL(self.callback_url).update_query(resultCode=str(self.code), bytedToken=self.token))


class Verifications:
    """Every session. Knows nothing of HTTP."""

    def __init__(self, *, clock: Clock, ledger: Ledger, settings: ProviderSettings, assets: Assets) -> None:
        self._clock, self._ledger, self._settings, self._assets = clock, ledger, settings, assets
        self._rng = random.Random(f"{settings.seed} verifications")
        self._sessions: dict[str, Verification] = {}

    @property
    def all(self) -> Mapping[str, Verification]:
        """Every session by id, in order."""
        return MappingProxyType(self._sessions)

    def pass_now(self, task_id: str | None = None) -> str:
        """Let the person pass, without a browser; return the URL that a browser would be sent to.

        None is the latest session.
        """
        return self.end(self._chosen(task_id), Outcome.PASSED, "by hand")

    def fail_now(self, task_id: str | None = None) -> str:
        """Let the person fail, as `pass_now` lets them pass."""
        return self.end(self._chosen(task_id), Outcome.FAILED, "by hand")

    def expire_link(self, task_id: str | None = None) -> None:
        """Let a session's link be dead now."""
        session = self._chosen(task_id)
        session.ready_at = min(session.ready_at, self._clock.now())
        session.expires_at = min(session.expires_at, self._clock.now())

    def begin(self, *, callback_url: str, locale: str, biz_id: str) -> Verification:
        """Begin a session."""
        ready = self._clock.now() + self._rng.uniform(*self._settings.session_seconds) / self._settings.time_scale
        session = Verification(
            id=f"vt_{self._rng.getrandbits(64):016x}",
            callback_url=callback_url,
            locale=locale,
            biz_id=biz_id,
            token=f"bt_{self._rng.getrandbits(128):032x}",
            link_key=f"{self._rng.getrandbits(96):024x}",
            ready_at=ready,
            expires_at=ready + self._settings.link_seconds,
        )
        self._sessions[session.id] = session
        return session

    def by_token(self, token: str) -> Verification | None:
        """Return the session that this token belongs to."""
        return next((session for session in self._sessions.values() if token and session.token == token), None)

    def is_ready(self, session: Verification) -> bool:
        """Return whether the session has its link by now."""
        return self._clock.now() >= session.ready_at

    def seconds_left(self, session: Verification) -> float:
        """Return how long the link lives, zero or less when it is dead."""
        return session.expires_at - self._clock.now()

    def end(self, session: Verification, outcome: Outcome, route: str) -> str:
        """Write the person's answer down; a session that has ended stays as it is. Return the way back."""
        if session.outcome is None:
            session.outcome = outcome
            if outcome is Outcome.PASSED:
                session.group_id = self._assets.new_group(session.biz_id or session.id, real=True).id
            self._ledger.write(
                "verified",
                route,
                verification=session.id,
                outcome=str(outcome),
                group=session.group_id,
                code=session.code,
            )
        return session.back

    def _chosen(self, task_id: str | None) -> Verification:
        return self._sessions[next(reversed(self._sessions)) if task_id is None else task_id]
