"""Make text that others wrote safe to show: it keeps its words and loses its effects in Discord.

Everything comes out inside code marks that it cannot end. Discord resolves no link, mention, time, command or
markdown in there, where escaping would leave bare URLs, `<t:>`, `</cmd:>` and reordered text alive.
"""

import re
import unicodedata

ELLIPSIS = "…"
NOTHING_VISIBLE = "…"

# Joiners hold emoji and several scripts together; every other format character only hides or reorders.
_JOINERS = "\u200c\u200d"
# Looks like a backtick and is none.
_GRAVE = "\u02cb"
_MAX_LINES = 12
# What Discord reads as markdown, a mention, a time or a command stands between or behind these.
_MARKUP = str.maketrans(dict.fromkeys("*_~|<>[]\\@#", " "))
_LINK = "://"
# Characters of which it is remembered what is shown of them; a prompt has thousands.
_MAX_REMEMBERED = 10_000

MAX_PROVIDER_MESSAGE = 240
"""Characters of a message of the provider's that are shown."""


def code_block(text: str, max_length: int) -> str:
    """Show a text in a code block, at most `max_length` characters and twelve lines of it."""
    lines = [line.rstrip() for line in _visible(text).split("\n")]
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    shown = "\n".join(body.split("\n")[:_MAX_LINES])
    if shown != body:
        shown += ELLIPSIS
    return f"```\n{_cut(shown, max_length) or NOTHING_VISIBLE}\n```"


def code_blocks(text: str, max_length: int) -> list[str]:
    """Show all of a text in code blocks, each of at most `max_length` UTF-16 units with its marks, to be copied."""
    room = max_length - len("```\n\n```")
    blocks, left = [], 0
    for char in _visible(text).strip("\n") or NOTHING_VISIBLE:
        width = 2 if ord(char) > 0xFFFF else 1  # beyond it, UTF-16 takes two
        if width > left:
            blocks.append("")
            left = room
        blocks[-1] += char
        left -= width
    return [f"```\n{body}\n```" for body in blocks]


def code_line(text: str, max_length: int) -> str:
    """Show a text in one line of code, at most `max_length` characters of it."""
    return f"`{_cut(' '.join(_visible(text).split()), max_length) or NOTHING_VISIBLE}`"


def heading(text: str, max_length: int) -> str:
    """Strip a text to its first words, at most `max_length` characters, without what has an effect in Discord.

    Empty where nothing is left of it.
    """
    plain = (word.translate(_MARKUP) for word in _visible(text).split() if _LINK not in word)
    words = " ".join(" ".join(plain).split())
    if len(words) <= max_length:
        return words if words.strip(_JOINERS) else ""
    cut = words[:max_length]
    whole_words = cut.rpartition(" ")[0]
    # Some scripts have no spaces between words.
    cut = whole_words if len(whole_words) > max_length // 2 else cut[:-1]
    return cut.rstrip(_JOINERS + " ,;:.-") + ELLIPSIS


def is_all_of(heading_text: str, text: str) -> bool:
    """Tell whether a heading says all of its text."""
    return heading_text == " ".join(_visible(text).split())


def visible_line(text: str, max_length: int) -> str:
    """Strip a text to one visible line of at most `max_length` characters, where Discord reads no markdown."""
    return _cut(" ".join(_visible(text).split()), max_length) or NOTHING_VISIBLE


def _visible(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return text.translate(_SHOWN)


def _shown(char: str) -> str:
    if char == "`":
        return _GRAVE
    if char == "\n" or char in _JOINERS:
        return char
    match unicodedata.category(char):
        case "Cc":
            return " " if char == "\t" else ""
        case "Cf":
            return ""
        case "Cs":
            return "\ufffd"
        case _:
            return char


def _cut(text: str, max_length: int) -> str:
    text = text if text.strip(_JOINERS + " \n") else ""
    if len(text) <= max_length:
        return text
    return text[: max_length - 1].rstrip(_JOINERS + " \n") + ELLIPSIS


class _Shown(dict[int, str]):
    """What is shown of each character, by its code; those that come up are remembered, up to a number."""

    def __missing__(self, code: int) -> str:
        shown = _shown(chr(code))
        if len(self) < _MAX_REMEMBERED:
            self[code] = shown
        return shown


_SHOWN = _Shown()
