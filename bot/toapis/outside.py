"""What comes from outside, without what nobody may see: before it is stored or shown. Pure."""

from collections.abc import Callable

from bot.domain.addresses import read_address

_DEEPEST = 40


def without_secrets(answer: object, redact: Callable[[str], str], depth: int = _DEEPEST) -> object:
    """Return a JSON value with every text redacted that is no address; an address is only of use byte for byte.

    What lies deeper than anything is read is left out.
    """
    if depth == 0:
        return None
    match answer:
        case str():
            return answer if _is_address(answer) else redact(answer)
        case list():
            return [without_secrets(each, redact, depth - 1) for each in answer]
        case dict():
            return {key: without_secrets(each, redact, depth - 1) for key, each in answer.items()}
        case _:
            return answer


def _is_address(text: str) -> bool:
    return not any(letter.isspace() for letter in text.strip()) and read_address(text.strip()) is not None
