"""What missing permissions mean for a video, by Discord's own names.

Through the interaction's token no permission is needed (Discord's change log, 2022-06-29): what is missing decides only
where a video comes that is ready after its token has died, and where its ping does.
"""

from bot.discord_limits import TOKEN_USE_SECONDS
from bot.domain.reply import Reply
from bot.ui.components import clock_time
from bot.ui.language import Language
from bot.ui.state_lines import MOVE_AFTER


def late_line(language: Language, reply: Reply, now: float) -> str:
    """Say on a running job's card, at `now` in UTC seconds, where its video comes if it is late.

    Empty where a late video comes to the same message, and once the card asks whether it is to be moved.
    """
    message, missing = _late(reply)
    if not message or now - reply.token_at >= MOVE_AFTER:
        return ""
    named = {"permission": language.all_of([language.text(name) for name in missing])} if missing else {}
    line = language.text(message, until=clock_time(reply.token_at + TOKEN_USE_SECONDS), **named)
    if not reply.private or reply.external_apps:
        return line
    external_apps = language.text("permission.use-external-apps")
    return f"{language.text('permission.only-you', permission=external_apps)} {line}"


def _late(reply: Reply) -> tuple[str, list[str]]:
    """Choose the message for a video that is late, and the permissions that it names; the first that is true."""
    sending = "permission.send-in-threads" if reply.in_thread else "permission.send"
    # Without Send Messages a channel's Attach Files may be denied with it ("Permissions", "Implicit Permissions").
    for_files = ["permission.attach-files"] if reply.send_messages else [sending, "permission.attach-files"]
    reasons: tuple[tuple[bool, str, list[str]], ...] = (
        (reply.private or (not reply.bot_reaches and reply.guild_id is None), "permission.late", []),
        (not reply.bot_reaches and not reply.bot_added, "permission.late-not-here", []),
        (not reply.bot_reaches, "permission.late-hidden", ["permission.view-channel"]),
        (not reply.attach_files, "permission.late-no-files", for_files),
        (not reply.send_messages, "permission.late-ping", [sending]),
    )
    return next(((message, missing) for is_so, message, missing in reasons if is_so), ("", []))
