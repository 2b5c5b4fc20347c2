"""Media, files and addresses as JSON, in both directions; what is empty is NULL, so that an index may leave it out."""

import json
from dataclasses import asdict
from typing import Any

from bot.domain.media import AssetUse, InputUrl, Kind, MediaFormat, Medium, Original, Role, StoredFile


def media_text(media: tuple[Medium, ...]) -> str | None:
    """Write a request's media."""
    return json.dumps([_medium(medium) for medium in media]) if media else None


def to_media(text: str | None) -> tuple[Medium, ...]:
    """Read a request's media."""
    return () if text is None else tuple(_to_medium(medium) for medium in json.loads(text))


def input_urls_text(input_urls: tuple[InputUrl, ...]) -> str | None:
    """Write the addresses of a job's files."""
    return json.dumps([asdict(each) for each in input_urls]) if input_urls else None


def to_input_urls(text: str | None) -> tuple[InputUrl, ...]:
    """Read the addresses of a job's files."""
    return () if text is None else tuple(InputUrl(**each) for each in json.loads(text))


def file_text(stored: StoredFile | None) -> str | None:
    """Write what is known of a file."""
    return None if stored is None else json.dumps(_file(stored))


def to_file(text: str | None) -> StoredFile | None:
    """Read what is known of a file."""
    return None if text is None else _to_file(json.loads(text))


def _medium(medium: Medium) -> dict[str, Any]:
    if isinstance(medium.source, AssetUse):
        return {"role": medium.role.value, "asset": asdict(medium.source)}
    return {"role": medium.role.value, "file": _file(medium.source)}


def _file(stored: StoredFile) -> dict[str, Any]:
    # Of a file that went out as it came there is no more to say than before there were copies.
    return {name: value for name, value in asdict(stored).items() if name != "original" or value is not None}


def _to_medium(medium: dict[str, Any]) -> Medium:
    role = Role(medium["role"])
    if (asset := medium.get("asset")) is not None:
        return Medium(role, AssetUse(**asset | {"kind": Kind(asset["kind"])}))
    return Medium(role, _to_file(medium["file"]))


def _to_file(stored: dict[str, Any]) -> StoredFile:
    original = stored.get("original")
    known = {"format": MediaFormat(stored["format"]), "original": Original(**original) if original else None}
    return StoredFile(**stored | known)
