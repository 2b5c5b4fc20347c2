"""Say where a video was shared, and why it can't be."""

from typing import Final, assert_never

from bot.discord_limits import MAX_THREAD_NAME
from bot.domain.job import Job
from bot.domain.reply import PublicMessage
from bot.domain.share_problems import (
    AlreadyShown,
    CannotShare,
    CannotShow,
    ClipGone,
    NoShowcase,
    NotDeleted,
    NothingToJoin,
    NothingToShare,
    NotPublic,
    OtherTakeChosen,
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
from bot.ui.sanitize import visible_line

_PERMISSIONS: Final = {
    "view_channel": "permission.view-channel",
    "send_messages": "permission.send",
    "send_messages_in_threads": "permission.send-in-threads",
    "attach_files": "permission.attach-files",
    "use_external_apps": "permission.use-external-apps",
}
_WITHOUT_FACTS: Final = {
    NotDeleted: "problem.not-deleted",
    NoShowcase: "problem.no-showcase",
    NotPublic: "problem.not-public",
    ClipGone: "problem.clip-gone",
    PartGone: "problem.part-gone",
    SharedJustNow: "problem.shared-just-now",
}


def shared_text(language: Language, message: PublicMessage, *, threaded: bool = True) -> str:
    """Say that a video was shared, and link to it; without `threaded`, that no thread could be opened on it."""
    shared = language.text("delivery.shared", channel=f"<#{message.channel_id}>", link=_link(language, message))
    return shared if threaded else f"{shared} {language.text('delivery.no-thread')}"


def thread_name(language: Language, prompt: str) -> str:
    """Name the thread about a video: by the first words of its prompt."""
    return visible_line(prompt, MAX_THREAD_NAME) if prompt else language.text("card.untitled")


def _link(language: Language, message: PublicMessage) -> str:
    return f"[{language.text('button.message')}]({public_link(message)})"


def gone_card(language: Language, job_id: str) -> Card:
    """Say that the clip is gone, with the button that makes another."""
    again = action_button(language, custom_ids.AGAIN, job_id)
    return Card(BAD, [text(share_problem_text(language, ClipGone())), action_row([again])])


def deletion_card(language: Language, job: Job, others: int = 0, *, reels: bool = False) -> Card:
    """Ask once whether to delete a video, of another member without its prompt.

    `others`: so many other takes stand in its message, which goes. `reels`: only the reels go that end with it.
    """
    sure = action_button(language, custom_ids.DELETE_NOW, job.id)
    asked = language.text("delivery.delete-reel-asked" if reels else "delivery.delete-asked", id=f"`#{job.short}`")
    if others:
        asked = f"{asked}\n{language.text('delivery.delete-with-takes', count=others)}"
    return Card(BAD, [text(asked), action_row([sure])])


def deleted_text(language: Language, *, everywhere: bool, reels: bool = False) -> str:
    """Say that a video was deleted, or only `reels` that end with it, and what of it is left."""
    done = language.text("delivery.deleted-reel" if reels else "delivery.deleted")
    return done if everywhere else f"{done} {language.text('delivery.deleted-not-there')}"


def _showcase_text(language: Language, problem: AlreadyShown | CannotShow) -> str:
    if isinstance(problem, CannotShow):
        return language.text("problem.cannot-show", channel=f"<#{problem.channel_id}>")
    channel, link = f"<#{problem.message.channel_id}>", _link(language, problem.message)
    return language.text("problem.already-shown", channel=channel, link=link)


def share_problem_text(language: Language, problem: ShareProblem) -> str:
    """Say why a video can't be shared, and what to do."""
    match problem:
        case CannotShare(channel_id, missing, by_bot):
            lacks = language.all_of([f"**{language.text(_PERMISSIONS[name])}**" for name in missing])
            who = "problem.cannot-share-bot" if by_bot else "problem.cannot-share"
            return language.text(who, permissions=lacks, channel=f"<#{channel_id}>")
        case NothingToShare(stage):
            message = "problem.never-made" if stage in ENDS else "problem.not-finished"
        case StillRunning(stage):
            message = "problem.delete-waiting" if stage is Stage.WAITING else "problem.delete-running"
        case NothingToJoin(holds_all=holds_all):
            message = "problem.nothing-to-join-whole" if holds_all else "problem.nothing-to-join"
        case ReelTooLong(videos, seconds):
            return language.text("problem.reel-too-long", videos=str(videos), seconds=str(seconds))
        case AlreadyShown() | CannotShow():
            return _showcase_text(language, problem)
        case OtherTakeChosen(take):
            return language.text("problem.other-take-kept", number=take)
        case NoShowcase() | NotPublic() | NotDeleted() | ClipGone() | PartGone() | SharedJustNow():
            message = _WITHOUT_FACTS[type(problem)]
        case _:
            assert_never(problem)
    return language.text(message)
