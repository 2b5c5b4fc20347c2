"""What a prompt may hold and whether it says anything."""

import unicodedata

from bot.domain.models import MAX_PROMPT

# Letters and symbols by Unicode's categories that show nothing: Hangul's fillers, Braille's blank.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def shows_something(text: str) -> bool:
    """Tell whether a text shows anything to its reader."""
    return any(unicodedata.category(each)[0] in "LNPS" and each not in _BLANK for each in text)


def clean_prompt(text: str) -> str:
    """Strip what no prompt means to hold: NUL characters, halves of surrogate pairs and the space around it."""
    return "".join(each for each in text if each != "\x00" and not "\ud800" <= each <= "\udfff").strip()


def edited_prompt(before: str, sent: str, shown: int) -> str:
    """Return a prompt as it was edited in a form that shows so many characters; what was not touched stays whole."""
    is_same = sent.strip() == before[:shown].strip()
    return before if is_same and len(clean_prompt(before)) <= MAX_PROMPT else clean_prompt(sent)
