"""The texts of commands in every language that there is a catalogue for, as Discord shows them to each member."""

import logging
from collections.abc import Callable
from typing import Final

import discord
from discord import app_commands
from discord.app_commands import locale_str

from bot.discord_limits import MAX_COMMAND_NAME, MAX_DESCRIPTION, utf16_units
from bot.ui.language import Fact, Language, Languages

log = logging.getLogger(__name__)

_SAY: Final = "say"
# What a fact of a text is: the same in every language, or written in each.
TextFact = Fact | Callable[[Language], Fact]


def localized(english: Language, say: Callable[[Language], str]) -> locale_str:
    """Say something in English, and let the library ask for it in other languages."""
    return locale_str(say(english), **{_SAY: say})


def texts_of(english: Language) -> Callable[..., locale_str]:
    """Make the function that says a message by its id, with its facts, as `localized` does."""

    def text(message: str, /, **facts: TextFact) -> locale_str:
        def say(language: Language) -> str:
            spoken = language if language.tag_of(message) == language.tag else english
            return spoken.text(message, **{name: _fact(spoken, fact) for name, fact in facts.items()})

        return localized(english, say)

    return text


class CommandTranslator(app_commands.Translator):
    """Answers the library with a text in one of Discord's languages; None where it is to stay English.

    Discord refuses all commands over one text that is too long ("Application Commands", "Localization"), so such a
    translation is left out; the name of a choice may have as many characters as a description.
    """

    def __init__(self, languages: Languages) -> None:
        self._languages = languages
        self._left_out: set[tuple[str, str]] = set()

    async def translate(
        self,
        string: locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Say a text of a command in that language."""
        language = self._languages.of(locale.value)
        if language is self._languages.english or _SAY not in string.extras:
            return None
        text: str = string.extras[_SAY](language)
        is_name = context.location is app_commands.TranslationContextLocation.command_name
        if (length := utf16_units(text)) > (maximum := MAX_COMMAND_NAME if is_name else MAX_DESCRIPTION):
            self._leave_out(language.tag, text, length, maximum)
            return None
        return None if text == string.message else text

    def _leave_out(self, tag: str, text: str, length: int, maximum: int) -> None:
        if (tag, text) not in self._left_out:
            self._left_out.add((tag, text))
            log.warning(
                "A text of a command in %s.po is left out: it has %d characters and Discord takes %d: %s",
                *(tag, length, maximum, text),
            )


def _fact(language: Language, fact: TextFact) -> Fact:
    return fact(language) if callable(fact) else fact
