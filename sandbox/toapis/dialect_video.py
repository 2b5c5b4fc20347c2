"""Read a request of the dialect `video`, the one with `ratio`."""

from collections.abc import Mapping
from typing import Any

from sandbox.toapis.errors import invalid
from sandbox.toapis.request import GenerationRequest, first_image, one_of, text, whole_seconds
from sandbox.toapis.settings import Dialect

MODELS = ("seedance-2", "seedance-2-fast")
RATIOS = ("16:9", "9:16", "1:1", "4:3")


def read_video(body: Mapping[str, Any]) -> GenerationRequest:
    """Return the request in a JSON body, or raise Refused with what is wrong; unknown fields are passed over."""
    if "model" not in body:
        raise invalid("model is required")
    prompt = text(body, "prompt")
    if not prompt.strip():
        raise invalid("prompt is required")
    return GenerationRequest(
        dialect=Dialect.VIDEO,
        model=one_of(body, "model", MODELS, MODELS[0]),
        prompt=prompt,
        duration=whole_seconds(body, 5),
        ratio=one_of(body, "ratio", RATIOS, RATIOS[0]),
        image_url=first_image(body),
    )
