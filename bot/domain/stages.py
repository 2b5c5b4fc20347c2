"""Where a job stands, which moves there are, and why one can end without a video."""

from enum import StrEnum


class Stage(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"  # written down, limits reserved, not sent; the only stage that can be cancelled
    SUBMITTING = "submitting"  # saved just before the POST; read back as this, its outcome is unknown
    QUEUED = "queued"  # the provider has it
    RENDERING = "rendering"  # the provider works on it
    READY = "ready"  # rendered; the clip's URL and its death are saved
    DELIVERING = "delivering"  # route, nonce and time are saved before the upload leaves
    DELIVERED = "delivered"  # Discord has accepted the clip; an end
    HELD = "held"  # on our disk, and no place would take it; handed over when its owner asks
    FAILED = "failed"  # an end, with its reason
    CANCELLED = "cancelled"  # by its owner before it was sent, or too old; an end


class Reason(StrEnum):
    """Why a job ended without a video."""

    REFUSED = "refused"  # the provider's rules on content
    PRIVACY = "privacy"  # the provider sees a real person in a medium
    INVALID = "invalid"  # the provider calls the request wrong
    NO_BALANCE = "no balance"  # the operator's account is empty
    KEY = "key"  # the provider does not accept the operator's key
    MODEL = "model"  # the model is not open to this key
    GENERATION = "generation"  # the provider tried and failed
    INPUT = "input"  # the input image could not be shown to the provider
    NOT_TAKEN = "not taken"  # the provider answered with an error of its own and began nothing
    UNCLEAR = "unclear"  # whether the provider took it is not known
    UNUSABLE = "unusable"  # what the provider handed out is no video
    EXPIRED = "expired"  # the clip died before it could be had, or before its owner asked
    LOST = "lost"  # a day without an end at the provider
    OWNER = "owner"  # cancelled by its owner
    MANAGER = "manager"  # cancelled by a manager of the server, or the bot's owner
    TOO_OLD = "too old"  # waited for too long
    PAUSED = "paused"  # nothing could be sent for too long
    OTHER_VERSION = "other version"  # this version cannot read the row; never written down


MOVES: dict[Stage, frozenset[Stage]] = {
    Stage.WAITING: frozenset({Stage.SUBMITTING, Stage.CANCELLED, Stage.FAILED}),
    Stage.SUBMITTING: frozenset({Stage.QUEUED, Stage.WAITING, Stage.FAILED}),
    Stage.QUEUED: frozenset({Stage.RENDERING, Stage.READY, Stage.FAILED}),
    Stage.RENDERING: frozenset({Stage.READY, Stage.FAILED}),
    Stage.READY: frozenset({Stage.DELIVERING, Stage.HELD, Stage.FAILED}),
    Stage.DELIVERING: frozenset({Stage.DELIVERED, Stage.HELD, Stage.FAILED}),
    Stage.HELD: frozenset({Stage.DELIVERING, Stage.FAILED}),
    Stage.DELIVERED: frozenset(),
    Stage.FAILED: frozenset(),
    Stage.CANCELLED: frozenset(),
}

ENDS = frozenset({Stage.DELIVERED, Stage.FAILED, Stage.CANCELLED})
AT_PROVIDER = frozenset({Stage.SUBMITTING, Stage.QUEUED, Stage.RENDERING})
RENDERED = frozenset({Stage.READY, Stage.DELIVERING, Stage.HELD, Stage.DELIVERED})


def allowed(was: Stage, to: Stage) -> bool:
    """Tell whether a job may go from one stage to the other; staying where it is always may."""
    return was is to or to in MOVES[was]
