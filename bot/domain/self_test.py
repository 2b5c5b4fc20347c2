"""A test of every form that a reply can take in a channel; nothing is asked of the provider."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ReplyForm(StrEnum):
    """One form of a reply, in the words that the command line has for it."""

    PRIVATE_CARD = "Private answer: a card"
    PRIVATE_GALLERY = "Private answer: edit it into a gallery with a video"
    PRIVATE_SPOILER = "Private answer: a gallery with a covered video"
    PRIVATE_PLAIN = "Private answer: plain text and a video"
    FOLLOW_UP = "A message after the answer, with a video"
    UPLOAD = "A form with an upload"
    PUBLIC_CARD = "Public answer: a card"
    PUBLIC_GALLERY = "Public answer: edit it into a gallery with a video"
    PUBLIC_SPOILER = "Public answer: a gallery with a covered video"
    PUBLIC_PLAIN = "Public answer: plain text and a video"
    PUBLIC_PLAIN_SPOILER = "Public answer: plain text and a covered video"
    POST_CARD = "Post a card"
    POST_GALLERY = "Edit it into a gallery with a video"
    POST_SPOILER = "Edit it into a gallery with a covered video"
    POST_PLAIN = "Edit it into plain text and a video"
    POST_VIDEO = "Post a message with a video"
    DELETE = "Delete it"


IN_PRIVATE_ANSWER: Final = frozenset(
    (ReplyForm.PRIVATE_CARD, ReplyForm.PRIVATE_GALLERY, ReplyForm.PRIVATE_SPOILER, ReplyForm.PRIVATE_PLAIN)
)
"""The forms of the answer that stays, for it says in the end how the test went."""


@dataclass(frozen=True, slots=True)
class TriedForm:
    """What Discord answered to one form; an empty `problem`: it took it."""

    form: ReplyForm
    problem: str = ""
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class SelfTestRun:
    """What has to be taken away again: messages of one test in a channel, that came after an interaction.

    `message_ids`: those that are known; another one names the test's job.
    """

    interaction_id: int
    channel_id: int
    job_id: str
    message_ids: tuple[int, ...] = ()
