"""Read a request of the dialect `video`, the one with `ratio`."""

from collections.abc import Mapping
from typing import Any

from sandbox.toapis.bodies import one_of, some_text
from sandbox.toapis.errors import invalid
from sandbox.toapis.media_fields import read_media
from sandbox.toapis.request import GenerationRequest, whole_seconds
from sandbox.toapis.settings import Dialect

MODELS = ("seedance-2", "seedance-2-fast")
RATIOS = ("16:9", "9:16", "1:1", "4:3")


def read_video(body: Mapping[str, Any]) -> GenerationRequest:
    """Return the request in a JSON body, or raise Refused with what is wrong; unknown fields are passed over."""
    if "model" not in body:
        raise invalid("model is required")
    return GenerationRequest(
        dialect=Dialect.VIDEO,
        model=one_of(body, "model", MODELS, MODELS[0]),
        prompt=some_text(body, "prompt"),
        duration=whole_seconds(body, 5),
        ratio=one_of(body, "ratio", RATIOS, RATIOS[0]),
        media=read_media(body),
    )
