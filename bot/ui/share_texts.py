"""Say where a video was shared, and why it can't be."""

from typing import Final, assert_never

from bot.domain.job import Job
from bot.domain.reply import PublicMessage
from bot.domain.share_problems import (
    CannotShare,
    ClipGone,
    NotDeleted,
    NothingToJoin,
    NothingToShare,
    PartGone,
    ReelTooLong,
    SharedJustNow,
    ShareProblem,
    StillRunning,
)
from bot.domain.stages import ENDS, Stage
from bot.ui import custom_ids
from bot.ui.components import BAD, Card, action_button, action_row, public_link, text
from bot.ui.language import Language

_PERMISSIONS: Final = {
    "view_channel": "permission.view-channel",
    "send_messages": "permission.send",
    "send_messages_in_threads": "permission.send-in-threads",
    "attach_files": "permission.attach-files",
    "use_external_apps": "permission.use-external-apps",
}
_WITHOUT_FACTS: Final = {
    NotDeleted: "problem.not-deleted",
    ClipGone: "problem.clip-gone",
    PartGone: "problem.part-gone",
    SharedJustNow: "problem.shared-just-now",
}


def shared_text(language: Language, message: PublicMessage) -> str:
    """Say that a video was shared, and link to it."""
    link = f"[{language.text('button.message')}]({public_link(message)})"
    return language.text("delivery.shared", channel=f"<#{message.channel_id}>", link=link)


def gone_card(language: Language, job_id: str) -> Card:
    """Say that the clip is gone, with the button that makes another."""
    again = action_button(language, custom_ids.AGAIN, job_id)
    return Card(BAD, [text(share_problem_text(language, ClipGone())), action_row([again])])


def deletion_card(language: Language, job: Job, others: int = 0) -> Card:
    """Ask once whether to delete a video, of another member without its prompt.

    `others`: so many other takes stand in its message, which goes.
    """
    sure = action_button(language, custom_ids.DELETE_NOW, job.id)
    asked = language.text("delivery.delete-asked", id=f"`#{job.short}`")
    if others:
        asked = f"{asked}\n{language.text('delivery.delete-with-takes', count=others)}"
    return Card(BAD, [text(asked), action_row([sure])])


def deleted_text(language: Language, *, everywhere: bool) -> str:
    """Say that a video was deleted, and what of it is left."""
    done = language.text("delivery.deleted")
    return done if everywhere else f"{done} {language.text('delivery.deleted-not-there')}"


def share_problem_text(language: Language, problem: ShareProblem) -> str:
    """Say why a video can't be shared, and what to do."""
    match problem:
        case CannotShare(channel_id, missing, by_bot):
            lacks = language.all_of([f"**{language.text(_PERMISSIONS[name])}**" for name in missing])
            who = "problem.cannot-share-bot" if by_bot else "problem.cannot-share"
            return language.text(who, permissions=lacks, channel=f"<#{channel_id}>")
        case NothingToShare(stage):
            return language.text("problem.never-made" if stage in ENDS else "problem.not-finished")
        case StillRunning(stage):
            return language.text("problem.delete-waiting" if stage is Stage.WAITING else "problem.delete-running")
        case NothingToJoin(holds_all=holds_all):
            return language.text("problem.nothing-to-join-whole" if holds_all else "problem.nothing-to-join")
        case ReelTooLong(videos, seconds):
            return language.text("problem.reel-too-long", videos=str(videos), seconds=str(seconds))
        case NotDeleted() | ClipGone() | PartGone() | SharedJustNow():
            return language.text(_WITHOUT_FACTS[type(problem)])
        case _:
            assert_never(problem)
