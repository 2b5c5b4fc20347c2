"""Read the media of a request: where they stand, how many there may be, and what may go together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.toapis.addresses import fetchable
from sandbox.toapis.errors import Refused, invalid
from sandbox.toapis.media import ASSET, Kind, Medium, Role

_FIELDS: Mapping[str, tuple[Role, ...]] = {
    "image_with_roles": (Role.FIRST_FRAME, Role.LAST_FRAME, Role.REFERENCE_IMAGE),
    "video_with_roles": (Role.REFERENCE_VIDEO,),
    "audio_with_roles": (Role.REFERENCE_AUDIO,),
}
MAX_MEDIA: Mapping[Role, int] = {
    Role.FIRST_FRAME: 1,
    Role.LAST_FRAME: 1,
    Role.REFERENCE_IMAGE: 9,
    Role.REFERENCE_VIDEO: 3,
    Role.REFERENCE_AUDIO: 3,
}
"""How many media of a role may be in one request, for every model; videos and audios are documented for mini only."""


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """How many media of a role, and references in all, may be in one request; whether sounds may go alone."""

    roles: Mapping[Role, int]
    references: int | None = None
    lone_audio: bool = False


USUAL = MediaLimits(MAX_MEDIA)


def read_media(body: Mapping[str, Any], limits: MediaLimits = USUAL) -> tuple[Medium, ...]:
    """Return the media in the order of their arrays, or raise Refused."""
    plain = _plain_images(body)
    media = plain + [medium for field, roles in _FIELDS.items() for medium in _with_roles(body, field, roles)]
    if plain and body.get("image_with_roles"):
        raise invalid("image_urls cannot be used together with image_with_roles")
    _check_together(media, limits)
    for medium in media:
        _check_url(medium)
    return tuple(media)


def _plain_images(body: Mapping[str, Any]) -> list[Medium]:
    """Return the first of `image_urls`, the only one that is used."""
    urls = body.get("image_urls", [])
    if not isinstance(urls, list) or not all(isinstance(url, str) for url in urls):
        raise invalid("image_urls must be an array of strings")
    return [Medium("image_urls[0]", urls[0], Role.FIRST_FRAME)] if urls else []


def _with_roles(body: Mapping[str, Any], field: str, roles: Sequence[Role]) -> Iterable[Medium]:
    entries = body.get(field, [])
    if not isinstance(entries, list):
        raise invalid(f"{field} must be an array")
    for number, entry in enumerate(entries):
        place = f"{field}[{number}]"
        if not isinstance(entry, dict) or not isinstance(entry.get("url"), str):
            raise invalid(f"{place}.url is required")
        if entry.get("role") not in roles:
            raise invalid(f"{place}.role must be one of {', '.join(roles)}")
        yield Medium(f"{place}.url", entry["url"], Role(entry["role"]))


def _check_together(media: Sequence[Medium], limits: MediaLimits) -> None:
    numbers = Counter(medium.role for medium in media)
    for role, maximum in limits.roles.items():
        if numbers[role] > maximum:
            raise invalid(f"At most {maximum} {role} allowed, got {numbers[role]}")
    if limits.references is not None and len(media) > limits.references:
        raise invalid(f"At most {limits.references} media allowed, got {len(media)}")
    references = any(role.is_reference for role in numbers)
    if references and len(numbers) > sum(role.is_reference for role in numbers):
        raise invalid("first_frame and last_frame cannot be used together with reference media")
    if numbers[Role.LAST_FRAME] and not numbers[Role.FIRST_FRAME]:
        raise invalid("last_frame requires first_frame")
    if references and not limits.lone_audio and {role.kind for role in numbers} == {Kind.AUDIO}:
        raise invalid("reference_audio requires at least one reference_image or reference_video")


def _check_url(medium: Medium) -> None:
    if medium.url[:5].lower() == "data:":
        raise _misplaced(medium, "must be a URL, base64 data is not supported")
    if medium.url.startswith(ASSET):
        if not medium.asset_id:
            raise _misplaced(medium, "names no asset")
    elif not fetchable(medium.url):
        raise _misplaced(medium, "must be a public https URL")


def _misplaced(medium: Medium, wrong: str) -> Refused:
    return invalid(f"{medium.place} {wrong}")
