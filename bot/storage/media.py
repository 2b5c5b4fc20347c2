"""Media, files and addresses as JSON, in both directions; what is empty is NULL, so that an index may leave it out."""

import json
from dataclasses import asdict
from typing import Any

from bot.domain.media import AssetUse, Hosted, Kept, Kind, MediaFormat, Medium, Original, Role


def media_text(media: tuple[Medium, ...]) -> str | None:
    """Write a request's media."""
    return json.dumps([_medium(medium) for medium in media]) if media else None


def to_media(text: str | None) -> tuple[Medium, ...]:
    """Read a request's media."""
    return () if text is None else tuple(_to_medium(medium) for medium in json.loads(text))


def hosted_text(hosted: tuple[Hosted, ...]) -> str | None:
    """Write the addresses of a job's files."""
    return json.dumps([asdict(each) for each in hosted]) if hosted else None


def to_hosted(text: str | None) -> tuple[Hosted, ...]:
    """Read the addresses of a job's files."""
    return () if text is None else tuple(Hosted(**each) for each in json.loads(text))


def kept_text(kept: Kept | None) -> str | None:
    """Write what is known of a file."""
    return None if kept is None else json.dumps(_file(kept))


def to_kept(text: str | None) -> Kept | None:
    """Read what is known of a file."""
    return None if text is None else _to_kept(json.loads(text))


def _medium(medium: Medium) -> dict[str, Any]:
    if isinstance(medium.source, AssetUse):
        return {"role": medium.role.value, "asset": asdict(medium.source)}
    return {"role": medium.role.value, "file": _file(medium.source)}


def _file(kept: Kept) -> dict[str, Any]:
    # Of a file that went out as it came there is no more to say than before there were copies.
    return {name: value for name, value in asdict(kept).items() if name != "original" or value is not None}


def _to_medium(medium: dict[str, Any]) -> Medium:
    role = Role(medium["role"])
    if (asset := medium.get("asset")) is not None:
        return Medium(role, AssetUse(**asset | {"kind": Kind(asset["kind"])}))
    return Medium(role, _to_kept(medium["file"]))


def _to_kept(kept: dict[str, Any]) -> Kept:
    original = kept.get("original")
    known = {"format": MediaFormat(kept["format"]), "original": Original(**original) if original else None}
    return Kept(**kept | known)
