"""Values as rows: what is asked for has a column, everything else of a value stands in one JSON document.

So a new field needs no statement, only a default in the domain: rows without it have the default. What is written is
what differs from the defaults, and an unknown word is an error: a version sets aside the rows that make use of what it
does not know, and reads the others.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Final, Generic, TypeVar

from cattrs import Converter
from cattrs.errors import BaseValidationError, ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from bot.domain.assets import Asset, Verification
from bot.domain.job import DeliveryAttempt, Job
from bot.domain.media import AssetUse, AttachmentInput, Medium, Role, StoredFile
from bot.storage.folding import storable

Row = dict[str, Any]
UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError, BaseValidationError, ForbiddenExtraKeysError)
"""What reading a row raises that another version, or an operator's hand, has written."""

_WORDS: Final[Mapping[type, Mapping[str, str]]] = {
    StoredFile: {"author_ids": "author_id"},
    AttachmentInput: {"author_ids": "author_id"},
    DeliveryAttempt: {"route": "rung", "variant": "form", "shrunk": "fitted"},
    Job: {"input_urls": "hosted", "attempt": "drop", "provider_message": "said", "notified_at": "told"},
    Asset: {"stored": "kept", "provider_message": "said", "notified_at": "told"},
    Verification: {"provider_message": "said"},
}
"""The stored word of each field that is called otherwise since; what a value consists of comes before it."""

_NOT_STORED: Final[Mapping[type, Sequence[str]]] = {Job: ("group",)}
"""Fields that stand in no row, of values that consist of values of their own type."""

T = TypeVar("T")


class Shape(Generic[T]):
    """How the values of one type stand in a table.

    `columns` are the stored words with a column of their own, `elsewhere` the fields that stand in other columns or
    nowhere; the column `document` holds the rest.
    """

    def __init__(self, kind: type[T], document: str, columns: Sequence[str], elsewhere: Sequence[str] = ()) -> None:
        self._kind = kind
        self._document = document
        fields = {word: field for field, word in _WORDS.get(kind, {}).items()}
        self._columns = {word: fields.get(word, word) for word in columns}
        self._elsewhere = elsewhere

    def write(self, value: T) -> Row:
        """Write a value as its part of a row."""
        columns = {word: _plain(getattr(value, field)) for word, field in self._columns.items()}
        return columns | {self._document: json.dumps(self._rest(value))}

    @cached_property
    def _rest(self) -> Callable[[T], Row]:
        apart = {field: override(omit=True) for field in (*self._columns.values(), *self._elsewhere)}
        words = _renamed(self._kind) | apart
        return make_dict_unstructure_fn(self._kind, _strict(), _cattrs_omit_if_default=True, **words)

    def read(self, row: Mapping[str, Any], **elsewhere: object) -> T:
        """Read a value from its part of a row; raises one of UNREADABLE."""
        return _strict().structure(self.words(row) | elsewhere, self._kind)

    def read_known(self, row: Mapping[str, Any]) -> T:
        """Read what this version knows of a value, and pass over the rest; raises one of UNREADABLE."""
        return _lenient().structure(self.words(row), self._kind)

    def words(self, row: Mapping[str, Any]) -> Row:
        """Collect what a row says of a value, by its stored words."""
        document: Row = json.loads(row[self._document])
        return document | {word: row[word] for word in self._columns}


def to_text(value: object) -> str | None:
    """Write a value as a document of its own."""
    return None if value is None else json.dumps(_strict().unstructure(value))


def _plain(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


def _renamed(kind: type) -> dict[str, Any]:
    left_out = {field: override(omit=True) for field in _NOT_STORED.get(kind, ())}
    renamed = {field: override(rename=word, **_HOOKS.get(field, {})) for field, word in _WORDS.get(kind, {}).items()}
    return renamed | left_out


def _read_authors(stored: object, _: type) -> tuple[int, ...]:
    """Read the authors of a file; there was one at the most when the word was chosen."""
    if isinstance(stored, list):
        return tuple(map(int, stored))
    return () if stored is None else (int(str(stored)),)


def _write_authors(authors: tuple[int, ...]) -> int | list[int]:
    return authors[0] if len(authors) == 1 else list(authors)


_HOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "author_ids": {"struct_hook": _read_authors, "unstruct_hook": _write_authors},
}


def _converter(*, is_strict: bool) -> Converter:
    converter = Converter(omit_if_default=True, forbid_extra_keys=is_strict, detailed_validation=False)

    def write(medium: Medium) -> Row:
        source = "asset" if isinstance(medium.source, AssetUse) else "file"
        return {"role": medium.role.value, source: converter.unstructure(medium.source)}

    def read(medium: Row, _: type) -> Medium:
        role = Role(medium["role"])
        if "asset" in medium:
            return Medium(role, converter.structure(medium["asset"], AssetUse))
        return Medium(role, converter.structure(medium["file"], StoredFile))

    converter.register_unstructure_hook(str, storable)
    converter.register_unstructure_hook(Medium, write)
    converter.register_structure_hook(Medium, read)
    for kind in _WORDS:
        words = _renamed(kind)
        converter.register_unstructure_hook(
            kind, make_dict_unstructure_fn(kind, converter, _cattrs_omit_if_default=True, **words)
        )
        converter.register_structure_hook(
            kind, make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=is_strict, **words)
        )
    return converter


# Making one takes 20 ms: the first row of a process does it, and of the second kind only one of another version.
@cache
def _strict() -> Converter:
    return _converter(is_strict=True)


@cache
def _lenient() -> Converter:
    return _converter(is_strict=False)
