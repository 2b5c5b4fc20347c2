"""Read a request of the dialect `videos`, the one with `aspect_ratio`, `resolution` and the client's own id."""

from collections.abc import Mapping
from typing import Any

from sandbox.toapis.errors import invalid
from sandbox.toapis.request import GenerationRequest, first_image, one_of, text, whole_seconds
from sandbox.toapis.settings import Dialect

RESOLUTIONS: Mapping[str, tuple[str, ...]] = {
    "seedance-2": ("480p", "720p", "1080p", "4k"),
    "seedance-2-fast": ("480p", "720p"),
    "seedance-2-mini": ("480p", "720p"),
}
RATIOS = ("21:9", "16:9", "4:3", "1:1", "3:4", "9:16", "adaptive")
AUTOMATIC = (0, -1)
"""Durations that leave the length to the model; this stand-in takes five seconds."""


def read_videos(body: Mapping[str, Any]) -> GenerationRequest:
    """Return the request in a JSON body, or raise Refused with what is wrong; unknown fields are passed over."""
    if "model" not in body:
        raise invalid("model is required")
    model = one_of(body, "model", tuple(RESOLUTIONS), "")
    prompt, image = text(body, "prompt"), first_image(body)
    if not prompt.strip() and not image:
        raise invalid("prompt or media is required")
    audio = body.get("generate_audio", True)
    if not isinstance(audio, bool):
        raise invalid("generate_audio must be a boolean")
    return GenerationRequest(
        dialect=Dialect.VIDEOS,
        model=model,
        prompt=prompt,
        duration=whole_seconds(body, 5, automatic=() if model == "seedance-2-mini" else AUTOMATIC),
        ratio=one_of(body, "aspect_ratio", RATIOS, "16:9"),
        resolution=one_of(body, "resolution", RESOLUTIONS[model], "720p"),
        image_url=image,
        business_id=text(body, "client_business_id"),
        audio=audio,
    )
