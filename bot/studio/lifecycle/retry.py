"""Try again until it is clear: the one way to repeat what failed, with the pauses of `domain.backoff`."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.domain.backoff import Backoff
from bot.studio.ports import Clock, NotNow, Unclear

_Result = TypeVar("_Result")
_Failure = TypeVar("_Failure", bound=Exception)


async def retry(
    call: Callable[[], Awaitable[_Result]],
    failure: type[_Failure],
    failed: Callable[[_Failure], None],
    clock: Clock,
    backoff: Backoff | None = None,
) -> _Result:
    """Call until it does not raise `failure`; `failed` takes each one, and ends the tries by raising."""
    backoff = backoff or Backoff()
    while True:
        try:
            return await call()
        except failure as error:
            failed(error)
        await clock.sleep(backoff.next())


async def send(
    attempt: Callable[[], Awaitable[_Result]],
    clock: Clock,
    *,
    max_tries: int | None = None,
    max_unclear: int | None = None,
    goes_on: Callable[[], bool] = lambda: True,
) -> _Result:
    """Repeat a call to Discord until its outcome is neither NotNow nor Unclear; return the last outcome.

    Ends early after so many tries or unclear outcomes, or once it no longer `goes_on`.
    """
    backoff = Backoff()
    tries = unclear = 0
    while True:
        outcome = await attempt()
        tries += 1
        match outcome:
            case NotNow(after):
                min_pause = after
            case Unclear():
                unclear += 1
                min_pause = 0.0
            case _:
                return outcome
        if tries == max_tries or unclear == max_unclear or not goes_on():
            return outcome
        await clock.sleep(backoff.next(min_pause))
