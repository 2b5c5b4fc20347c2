"""Text as it is searched for: in any script, without regard to case or accents."""

import unicodedata

# Latin, Greek and Cyrillic accents ("Combining Diacritical Marks"); other scripts' marks are letters of their own.
_ACCENTS = dict.fromkeys(range(0x0300, 0x0370))
# Characters of a pattern; each is at most four bytes.
_MAX_PATTERN = 10_000
# Turkish has two letters i; without its rules of case they only meet when they are one.
_DOTLESS = {ord("\N{LATIN SMALL LETTER DOTLESS I}"): "i"}


def folded(text: str) -> str:
    """Fold a prompt or a search text; both sides of a comparison have to be folded."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = decomposed.translate(_ACCENTS).translate(_DOTLESS)
    return unicodedata.normalize("NFKC", bare)


def search_term(search: str) -> str:
    """Fold what a member looks for; what is nothing but accents stays as it is, which no folded text holds."""
    term = storable(search).replace("\x00", "").strip()
    return folded(term) or term


def holding(text: str) -> str:
    """Write the pattern of what holds a folded text, for LIKE with "!" as its escape; "%" for an empty one.

    SQLite's "Limits": a pattern has at most 50,000 bytes, so of a longer text only the first part counts.
    """
    escaped = text[:_MAX_PATTERN].replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%" if escaped else "%"


def storable(text: str) -> str:
    """Replace what UTF-8 cannot hold: halves of surrogate pairs, as JSON may bring them."""
    return text.encode("utf-8", "replace").decode("utf-8")
