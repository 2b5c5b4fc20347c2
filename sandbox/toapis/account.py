"""What is left on the account and on the key, in the shape of the provider's page "Get balance"."""

from collections.abc import Callable

from aiohttp import web

from sandbox.json_answer import json_answer

_CREDITS_PER_USD = 200
_GRANTED = 20_000


class Account:
    """The credits of the account, and those that the key may use of them; `used` counts what was spent."""

    def __init__(self, used: Callable[[], int]) -> None:
        self._used = used
        self._account = _GRANTED
        self._key: int | None = _GRANTED

    @property
    def used(self) -> int:
        """Count the credits that were spent."""
        return self._used()

    def leave(self, credits_left: int, *, key: int | None = None) -> None:
        """Have so many credits left on the account; `key`: under the key's own cap, None where it has none."""
        self._account = credits_left + self.used
        self._key = None if key is None else key + self.used

    async def key(self, _request: web.Request) -> web.Response:
        """Answer what is left on the key."""
        return self._described(self._key)

    async def user(self, _request: web.Request) -> web.Response:
        """Answer what is left on the account."""
        return self._described(self._account)

    def _described(self, granted: int | None) -> web.Response:
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
