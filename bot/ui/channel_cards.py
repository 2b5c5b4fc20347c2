"""What the bot may do in a channel, and what Discord answered to every form of a reply there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import discord
from discord.ui import Button, FileUpload, Item, Label, LayoutView

from bot.domain.self_test import ReplyForm, TriedForm
from bot.ui import custom_ids
from bot.ui.components import Card, action_row, text
from bot.ui.form import Form
from bot.ui.language import Language
from bot.ui.sanitize import visible_line

_GOOD: Final = discord.Colour(0x3BA55D)
_BAD: Final = discord.Colour(0xE0A030)
# Characters of Discord's answer to one form.
_ANSWER: Final = 140
_FILE: Final = "file"

_FORMS: Final = {
    ReplyForm.PRIVATE_CARD: "admin.form-private-card",
    ReplyForm.PRIVATE_GALLERY: "admin.form-private-gallery",
    ReplyForm.PRIVATE_SPOILER: "admin.form-private-spoiler",
    ReplyForm.PRIVATE_PLAIN: "admin.form-private-plain",
    ReplyForm.FOLLOW_UP: "admin.form-follow-up",
    ReplyForm.UPLOAD: "admin.form-upload",
    ReplyForm.PUBLIC_CARD: "admin.form-public-card",
    ReplyForm.PUBLIC_GALLERY: "admin.form-public-gallery",
    ReplyForm.PUBLIC_SPOILER: "admin.form-public-spoiler",
    ReplyForm.PUBLIC_PLAIN: "admin.form-public-plain",
    ReplyForm.PUBLIC_PLAIN_SPOILER: "admin.form-public-plain-spoiler",
    ReplyForm.POST_CARD: "admin.form-post-card",
    ReplyForm.POST_GALLERY: "admin.form-post-gallery",
    ReplyForm.POST_SPOILER: "admin.form-post-spoiler",
    ReplyForm.POST_PLAIN: "admin.form-post-plain",
    ReplyForm.POST_VIDEO: "admin.form-post-video",
    ReplyForm.DELETE: "admin.form-delete",
}


@dataclass(frozen=True, slots=True)
class ChannelRights:
    """What the bot may do in a channel: each by Discord's permission. `limit`: bytes of a file there.

    `connect`: None where it is no voice channel.
    """

    view: bool
    send: bool
    attach_files: bool
    read_history: bool
    connect: bool | None
    in_thread: bool
    limit: int


def rights_card(language: Language, rights: ChannelRights) -> Card:
    """List what the bot may do in the channel, what follows for members' videos, and how to change it."""
    say, lines, missing = language.text, [], False
    for allowed, name, consequence in _rights(rights):
        named = f"**{say(name)}**"
        lines.append(f"✅ {named}" if allowed else f"❌ {named} · {say(consequence)}")
        missing = missing or not allowed
    limit = say("admin.check-limit", limit=language.size(rights.limit))
    items: list[Item[LayoutView]] = [text(f"### {say('admin.check')}"), text("\n".join(lines))]
    ending = [say("admin.check-late"), say("admin.check-fix")] if missing else [say("admin.check-good")]
    items.append(text("\n".join([*ending, limit, f"-# {say('admin.check-integrations')}"])))
    return Card(_BAD if missing else _GOOD, items)


def _rights(rights: ChannelRights) -> Iterator[tuple[bool, str, str]]:
    """List each permission: whether it is there, its name, and what follows where it is not."""
    sending = "permission.send-in-threads" if rights.in_thread else "permission.send"
    yield rights.view, "permission.view-channel", "admin.check-no-view"
    yield rights.send, sending, "admin.check-no-send"
    yield rights.attach_files, "permission.attach-files", "admin.check-no-files"
    yield rights.read_history, "permission.read-history", "admin.check-no-history"
    if rights.connect is not None:
        yield rights.connect, "permission.connect", "admin.check-no-connect"


def self_test_card(language: Language, tried: Sequence[TriedForm], user_id: int | None = None) -> Card:
    """List what Discord answered; with a `user_id` a button goes on with what needs a form."""
    say, refused = language.text, [one for one in tried if one.problem]
    lines = [_line(language, one) for one in tried]
    items: list[Item[LayoutView]] = [text(f"### {say('admin.self-test')}"), text("\n".join(lines))]
    items.append(text(say("admin.self-test-refused" if refused else "admin.self-test-good")))
    if user_id is not None:
        label, custom_id = say("button.self-test"), custom_ids.SELF_TEST.encode(user_id)
        items.append(action_row([Button[LayoutView](label=label, custom_id=custom_id)]))
    return Card(_BAD if refused else _GOOD, items)


def _line(language: Language, tried: TriedForm) -> str:
    name = language.text(_FORMS[tried.form])
    return f"❌ {name} · `{visible_line(tried.problem, _ANSWER)}`" if tried.problem else f"✅ {name}"


class UploadForm(Form):
    """A form that asks for any file, which is not fetched."""

    def __init__(self, language: Language, user_id: int) -> None:
        custom_id = custom_ids.SELF_TEST.encode(user_id)
        super().__init__(title=language.text("form.self-test"), timeout=None, custom_id=custom_id)
        upload = FileUpload[Form](custom_id=_FILE, required=True, min_values=1, max_values=1)
        about = language.text("form.self-test-about")
        self.add_item(Label(text=language.text("form.self-test-file"), description=about, component=upload))
