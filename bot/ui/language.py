"""Every sentence that a member reads, by its message's name, in their language; and numbers, sizes and lists.

The catalogue is gettext's: `locales/en.po` holds all messages in English, by names as `problem.prompt-too-long`. A
translation is a file beside it, as `pt-BR.po`: its name is the language as Discord writes it (Discord's "Reference",
"Locales"), its messages have the same names and placeholders. What it lacks, or writes with other placeholders, is said
in English, and everything where the file cannot be read. Placeholders stand in braces: a fact (`{size}`), or a command
(`{/asset list}`) that can be clicked on.
"""

import codecs
import gettext
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from pathlib import Path
from typing import Final, Self

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision
from babel.units import format_unit

from bot.domain.money import MILLION, Price

log = logging.getLogger(__name__)

LOCALES: Final = Path(__file__).with_name("locales")
SOURCE: Final = "en"

_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_COUNT: Final = "count"
# What a plural rule is tried with: rules look at the last digits of a number.
_COUNTS_TRIED: Final = range(1000)
# What Babel and gettext raise over a file that is none of theirs, or names what there is not.
_UNREADABLE: Final = (OSError, ValueError, LookupError, ArithmeticError, AttributeError, TypeError, UnknownLocaleError)
_MB: Final = 1024 * 1024
_UNITS: Final = ((86400, "duration-day"), (3600, "duration-hour"), (60, "duration-minute"))

Fact = str | int


class Commands:
    """How commands are written into a message: so that they can be clicked on, once Discord has told their ids."""

    def __init__(self) -> None:
        self._ids: Mapping[str, int] = {}

    def learn(self, ids: Mapping[str, int]) -> None:
        """Take the ids of the commands, by their names; a group's subcommands have its id."""
        self._ids = dict(ids)

    def mention(self, name: str) -> str:
        """Write a command (Discord's "Reference", "Message Formatting"), as `asset list`."""
        known = self._ids.get(name.split(" ", maxsplit=1)[0])
        return f"`/{name}`" if known is None else f"</{name}:{known}>"


class Language:
    """What is said in one language."""

    def __init__(self, tag: str, catalogue: Catalog, commands: Commands, fallback: "Language | None" = None) -> None:
        self.tag = tag
        self._locale = Locale.parse(tag, sep="-")
        self._commands = commands
        self._fallback = fallback
        messages = [message for message in catalogue if message.id]
        self._plural = {_name(message): message.pluralizable for message in messages}
        self._known = {_name(message): _known(message) | {_COUNT} for message in messages}
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        self._messages = gettext.GNUTranslations(compiled)

    @property
    def name(self) -> str:
        """Name the language in its own words."""
        return str(self._locale.get_display_name() or self.tag)

    def text(self, message: str, /, **facts: Fact) -> str:
        """Say a message, with the facts that its placeholders name; of its plural forms, that for the fact `count`.

        Whole numbers are written as the language does. Raises KeyError for a message that is not in the catalogue, and
        for a fact that is missing, or that it has no place for.
        """
        if message not in self._plural:
            if self._fallback is None:
                raise KeyError(message)
            return self._fallback.text(message, **facts)
        if unknown := facts.keys() - self._known[message]:
            raise KeyError(f"{message} has no {', '.join(unknown)}")
        plural = self._plural[message]
        pattern = (
            self._messages.ngettext(message, message, int(facts[_COUNT])) if plural else self._messages.gettext(message)
        )
        return _PLACEHOLDER.sub(lambda found: self._fill(found[1], facts), pattern)

    def tag_of(self, message: str) -> str:
        """Return the tag of the language that a message is said in: English where it is not translated."""
        return self.tag if message in self._plural or self._fallback is None else self._fallback.tag

    def number(self, value: float) -> str:
        """Write a number."""
        return str(format_decimal(value, locale=self._locale))

    def percent(self, value: int) -> str:
        """Write a percent, given as a whole number of hundredths."""
        return format_percent(value / 100, locale=self._locale)

    def money(self, price: Price) -> str:
        """Write an amount of money, with so many decimals that a small one does not read as nothing."""
        amount = Decimal(price.amount) / MILLION
        decimals = max(get_currency_precision(price.currency), 1 - amount.adjusted() if amount else 0)
        shown = amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        return format_currency(shown, price.currency, locale=self._locale, decimal_quantization=False)

    def size(self, size: int) -> str:
        """Write a size in bytes, rounded so that a larger size never reads as a smaller one."""
        return format_unit(size / _MB, "digital-megabyte", "short", format="#,##0.#", locale=self._locale)

    def seconds(self, length: float) -> str:
        """Write a length in seconds with one decimal at most."""
        return format_unit(length, "duration-second", "long", format="#,##0.#", locale=self._locale)

    def duration(self, length: float) -> str:
        """Write a length of time, given in seconds, in its largest whole unit."""
        for seconds, unit in _UNITS:
            if length >= seconds:
                return format_unit(int(length // seconds), unit, "long", locale=self._locale)
        return format_unit(int(length), "duration-second", "long", locale=self._locale)

    def one_of(self, words: Sequence[str]) -> str:
        """List words of which one can be chosen."""
        return format_list(list(words), style="or", locale=self._locale)

    def all_of(self, words: Sequence[str]) -> str:
        """List words that belong together."""
        return format_list(list(words), locale=self._locale)

    def _fill(self, placeholder: str, facts: Mapping[str, Fact]) -> str:
        if placeholder.startswith("/"):
            return self._commands.mention(placeholder[1:])
        fact = facts[placeholder]
        return fact if isinstance(fact, str) else self.number(fact)


class Languages:
    """All languages that there is a catalogue for."""

    def __init__(self, english: Language, others: Iterable[Language], commands: Commands) -> None:
        self.english = english
        self.commands = commands
        self._by_tag = {language.tag.lower(): language for language in others}

    @property
    def others(self) -> bool:
        """Tell whether there is any language but English."""
        return bool(self._by_tag)

    @property
    def names(self) -> dict[str, str]:
        """Name the languages, each in its own words, by their tags; empty where there is English alone."""
        return {each.tag: each.name for each in (self.english, *self._by_tag.values())} if self.others else {}

    @classmethod
    def read(cls, folder: Path = LOCALES) -> Self:
        """Read the catalogues in a folder. Raises OSError and ValueError where English cannot be read."""
        commands = Commands()
        source = _read(folder / f"{SOURCE}.po")
        english = Language("en-US", source, commands)
        paths = [path for path in sorted(folder.glob("*.po")) if path.stem != SOURCE and _is_known(path.stem)]
        others = [translated for path in paths if (translated := _translated(path, source, english, commands))]
        return cls(english, others, commands)

    def of(self, tag: str) -> Language:
        """Return the language that Discord's tag names ("pt-BR"), else its main language ("pt"), else English."""
        tag = tag.lower()
        return self._by_tag.get(tag) or self._by_tag.get(tag.split("-")[0]) or self.english


def placeholders(pattern: str) -> frozenset[str]:
    """List what a message's text has in braces."""
    return frozenset(_PLACEHOLDER.findall(pattern))


def forms(message: Message) -> list[str]:
    """List a message's texts: one, or its plural forms."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _known(message: Message) -> frozenset[str]:
    return frozenset().union(*map(placeholders, forms(message)))


def _name(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _translated(path: Path, source: Catalog, english: Language, commands: Commands) -> Language | None:
    """Read a translation; None where it cannot be read, since a translator's slip must keep no bot from starting."""
    try:
        translation = _read(path)
        rule = gettext.c2py(translation.plural_expr)
        if not all(0 <= rule(count) < translation.num_plurals for count in _COUNTS_TRIED):
            raise ValueError(f"its plural rule has more than {translation.num_plurals} forms")
        return Language(path.stem, _checked(translation, source, path.stem), commands, english)
    except _UNREADABLE as error:
        log.warning("%s is left out, it can't be read: %s: %s", path.name, type(error).__name__, error)
        return None


def _read(path: Path) -> Catalog:
    # Some editors on Windows begin a file with a mark that Babel takes for a part of its first word.
    content = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    return read_po(BytesIO(content), locale=path.stem.replace("-", "_"))


def _is_known(tag: str) -> bool:
    try:
        Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        log.warning("%s.po is left out: it isn't named after a language.", tag)
        return False
    return True


def _checked(translation: Catalog, source: Catalog, tag: str) -> Catalog:
    """Leave out what is not translated, and what has other placeholders or more forms than the English message."""
    for message in list(translation):
        if not message.id:
            continue
        original = source.get(_name(message))
        texts = forms(message)
        if original is None or message.context or not all(texts) or "fuzzy" in message.flags:
            translation.delete(message.id, message.context)
        elif message.pluralizable and not original.pluralizable:
            log.warning("%s.po is left out at %s: it has no plural.", tag, _name(message))
            translation.delete(message.id)
        elif not all(_same_placeholders(text, original) for text in texts):
            log.warning("%s.po is left out at %s: its placeholders differ.", tag, _name(message))
            translation.delete(message.id)
    return translation


def _same_placeholders(text: str, original: Message) -> bool:
    """Compare what a translated text needs; a plural form may spell the number out."""
    known = _known(original)
    return known - {_COUNT} <= placeholders(text) <= known
