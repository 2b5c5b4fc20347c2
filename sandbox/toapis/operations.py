"""What the newest model does with a video: extend it or edit it ("seedance-2-5", `video_operation`)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox.toapis.bodies import one_of
from sandbox.toapis.errors import invalid
from sandbox.toapis.media import Kind, Medium, Seen
from sandbox.toapis.request import GenerationRequest, Operation

LONGEST_SOURCE = 30.0
"""Seconds of a video that is extended or edited: it takes back all that it makes."""
_MORE = 5
# Durations that leave the length to the model.
_AUTOMATIC = -1


def read_operation(body: Mapping[str, Any], media: Sequence[Medium], *, newest: bool) -> Operation:
    """Return what a body asks for. Raises Refused where that can't be done with the rest of it."""
    operation = Operation(one_of(body, "video_operation", tuple(Operation), Operation.GENERATE))
    if operation is Operation.GENERATE:
        return operation
    if not newest:
        raise invalid(f"video_operation {operation} is not supported by this model")
    if not any(medium.role.kind is Kind.VIDEO for medium in media):
        raise invalid(f"video_operation {operation} requires at least one video_with_roles")
    if any(not medium.role.is_reference for medium in media):
        raise invalid(f"video_operation {operation} cannot be used together with first_frame or last_frame")
    if operation is Operation.EDIT and body.get("duration", _AUTOMATIC) != _AUTOMATIC:
        raise invalid("duration must be -1 for video_operation edit")
    if body.get("aspect_ratio", "adaptive") != "adaptive":
        raise invalid(f"aspect_ratio must be adaptive for video_operation {operation}")
    return operation


def settled(order: GenerationRequest, seen: Sequence[Seen]) -> GenerationRequest:
    """Return an order with the length that its source gives it: the same for an edit, five seconds more for -1.

    Raises Refused where an extension, whose duration is the whole length, would not be longer than its source.
    """
    if order.operation is Operation.GENERATE:
        return order
    before = round(source_of(seen).seconds)
    if order.operation is Operation.EDIT:
        return replace(order, duration=before)
    whole = order.duration or min(before + _MORE, round(LONGEST_SOURCE))
    if whole <= before:
        raise invalid("duration is the whole length after the extension, and must exceed that of the source video")
    return replace(order, duration=whole)


def source_of(seen: Sequence[Seen]) -> Seen:
    """Return the video that is extended or edited: the first one."""
    return next(one for one in seen if one.kind is Kind.VIDEO)
