"""What is left on the account and on the key, in the shape of the provider's page "Get balance"."""

from collections.abc import Callable

from aiohttp import web

from sandbox.json_answer import json_answer

_CREDITS_PER_USD = 200
_GRANTED = 20_000
CREDITS_PER_SECOND = 2


class Account:
    """The credits of the account, and those that the key may use of them; `used` counts what was spent.

    Both hold once `leave` or `cap_unseen` was called: until then a test may make as many videos as it likes.

    `says` is how the balance is answered: "documented"; "refusal" is `success: false` at HTTP 200, as the same page
    has it; "nothing" leaves the numbers out.
    """

    def __init__(self, used: Callable[[], int]) -> None:
        self._used = used
        self._account = _GRANTED
        self._key: int | None = _GRANTED
        self._unseen: int | None = None
        self._holds = False
        self.says = "documented"

    @property
    def used(self) -> int:
        """Count the credits that were spent."""
        return self._used()

    def leave(self, credits_left: int, *, key: int | None = None) -> None:
        """Have so many credits left on the account; `key`: under the key's own cap, None where it has none."""
        self._account = credits_left + self.used
        self._key = None if key is None else key + self.used
        self._holds = True

    def top_up(self, added: int) -> None:
        """Add credits to the account, which the key may use too."""
        self._account += added
        self._key = None if self._key is None else self._key + added

    def cap_unseen(self, left: int | None) -> None:
        """Let the key have so many credits left of which no answer tells; None ends that."""
        self._unseen = None if left is None else left + self.used

    def covers(self, seconds: int) -> bool:
        """Tell whether a video of that length can still be paid."""
        need = self.used + CREDITS_PER_SECOND * seconds
        caps = [self._account, self._key] if self._holds else []
        return all(cap is None or need <= cap for cap in [*caps, self._unseen])

    async def key(self, _request: web.Request) -> web.Response:
        """Answer what is left on the key."""
        return self._described(self._key)

    async def user(self, _request: web.Request) -> web.Response:
        """Answer what is left on the account."""
        return self._described(self._account)

    def _described(self, granted: int | None) -> web.Response:
        if self.says == "refusal":
            return json_answer({"success": False, "message": "The balance could not be read"})
        if self.says == "nothing":
            return json_answer({"success": True, "remain_balance": None})
        left = -1 if granted is None else granted - self.used
        return json_answer({
            "success": True,
            "remain_balance": -1 if granted is None else left / _CREDITS_PER_USD,
            "used_balance": self.used / _CREDITS_PER_USD,
            "remain_credits": left,
            "used_credits": self.used,
            "credits_per_usd": _CREDITS_PER_USD,
            "unlimited_quota": granted is None,
        })  # fmt: skip
