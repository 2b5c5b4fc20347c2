"""Names that members give to characters and assets."""

from bot.domain.asset_problems import NameInvalid
from bot.domain.assets import MAX_NAME
from bot.domain.errors import Refusal

# Joiners hold emoji and several scripts together; every other format character only hides or reorders.
_JOINERS = "\u200c\u200d"


def fit_name(user_input: str) -> str:
    """Return the name as it is kept: one line of what can be seen. Raises Refusal (NameInvalid)."""
    name = _visible(user_input)
    if not name.strip(_JOINERS) or len(name) > MAX_NAME:
        raise Refusal(NameInvalid(len(name), MAX_NAME))
    return name


def name_of_file(file_name: str, otherwise: str) -> str:
    """Make a name of a file's; `otherwise` where nothing of it can be seen."""
    stem = _visible(file_name.rpartition(".")[0] or file_name)[:MAX_NAME].strip()
    return stem if stem.strip(_JOINERS) else otherwise


def numbered(name: str, number: int) -> str:
    """Make another name of one that is taken, by a number at its end."""
    tail = f" {number}"
    return name[: MAX_NAME - len(tail)].rstrip() + tail


def _visible(text: str) -> str:
    seen = "".join(char if char.isprintable() or char in _JOINERS else " " for char in text)
    return " ".join(seen.split())
