"""Read a request of the dialect `videos`, the one with `aspect_ratio`, `resolution` and the client's own id."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.toapis.bodies import one_of, text, yes_or_no
from sandbox.toapis.errors import invalid
from sandbox.toapis.media import Medium, Role
from sandbox.toapis.media_fields import USUAL, MediaLimits, read_media
from sandbox.toapis.operations import read_operation
from sandbox.toapis.request import GenerationRequest, Operation, whole_seconds
from sandbox.toapis.settings import Dialect

NEWEST = "seedance-2-5"
RESOLUTIONS: Mapping[str, tuple[str, ...]] = {
    "seedance-2": ("480p", "720p", "1080p", "4k"),
    "seedance-2-fast": ("480p", "720p"),
    "seedance-2-mini": ("480p", "720p"),
    NEWEST: ("480p", "720p", "1080p"),
}
RATIOS = ("21:9", "16:9", "4:3", "1:1", "3:4", "9:16", "adaptive")
FORMATS = ("mp4", "mov")
AUTOMATIC = (0, -1)
"""Durations that leave the length to the model; this stand-in takes five seconds."""
_NEWEST_MEDIA = MediaLimits(dict(zip(Role, (1, 1, 30, 10, 10), strict=True)), references=50, lone_audio=True)
_WEB_SEARCH = [{"type": "web_search"}]


def read_videos(body: Mapping[str, Any]) -> GenerationRequest:
    """Return the request in a JSON body, or raise Refused with what is wrong; unknown fields are passed over."""
    if "model" not in body:
        raise invalid("model is required")
    model = one_of(body, "model", tuple(RESOLUTIONS), "")
    newest = model == NEWEST
    prompt, media = text(body, "prompt"), read_media(body, _NEWEST_MEDIA if newest else USUAL)
    if not prompt.strip() and not media:
        raise invalid("prompt or media is required")
    operation = read_operation(body, media, newest=newest)
    _refuse_unlisted(body, newest=newest)
    extends = operation is Operation.EXTEND
    return GenerationRequest(
        dialect=Dialect.VIDEOS,
        model=model,
        prompt=prompt,
        duration=_duration(body, model, 0 if extends else 5),
        ratio=_ratio(body, media, newest=newest) if operation is Operation.GENERATE else "adaptive",
        resolution=one_of(body, "resolution", RESOLUTIONS[model], "720p"),
        media=media,
        business_id=text(body, "client_business_id"),
        audio=yes_or_no(body, "generate_audio", default=True),
        seed=_seed(body),
        return_last_frame=yes_or_no(body, "return_last_frame", default=False),
        web_search=_web_search(body, media),
        review=_review(body, media),
        operation=operation,
        output_format=one_of(body, "output_format", FORMATS, "mp4") if newest else "mp4",
    )


def _refuse_unlisted(body: Mapping[str, Any], *, newest: bool) -> None:
    """Refuse what only the pages of other models list: of the newest a seed, of all others a container."""
    name = "seed" if newest else "output_format"
    if name in body:
        raise invalid(f"{name} is not supported by this model")


def _duration(body: Mapping[str, Any], model: str, chosen: int) -> int:
    """Return the seconds, or `chosen` where the newest model is to choose them."""
    if model == NEWEST:
        return whole_seconds(body, chosen, automatic=AUTOMATIC[1:], longest=30)
    return whole_seconds(body, 5, automatic=() if model == "seedance-2-mini" else AUTOMATIC)


def _ratio(body: Mapping[str, Any], media: Sequence[Medium], *, newest: bool) -> str:
    """Return the ratio; of frames the newest model takes no other than adaptive."""
    ratio = one_of(body, "aspect_ratio", RATIOS, "16:9")
    if newest and ratio != "adaptive" and any(not medium.role.is_reference for medium in media):
        raise invalid("aspect_ratio must be adaptive for first and last frames")
    return ratio


def _seed(body: Mapping[str, Any]) -> int | None:
    seed = body.get("seed")
    if "seed" in body and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise invalid("seed must be an integer")
    return seed


def _web_search(body: Mapping[str, Any], media: Sequence[Medium]) -> bool:
    if "tools" not in body:
        return False
    if body["tools"] != _WEB_SEARCH:
        raise invalid('tools must be [{"type":"web_search"}]')
    if media:
        raise invalid("web_search is only supported for text-to-video requests")
    return True


def _review(body: Mapping[str, Any], media: Sequence[Medium]) -> bool:
    """Return whether media go through a private review; it knows nothing of assets."""
    asked = yes_or_no(body, "private_asset_review", default=False)
    named = next((medium for medium in media if medium.asset_id), None)
    if asked and named is not None:
        raise invalid(f"{named.place}: asset:// is not supported when private_asset_review is true")
    return asked and bool(media)
