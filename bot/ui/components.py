"""The card as a thing of Discord's: a container that its library never keeps, and the pieces it is made of."""

import string
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from urllib.parse import quote

import discord
from discord.ui import ActionRow, Button, Container, Item, LayoutView, Select, TextDisplay

from bot.discord_limits import MAX_BUTTON_URL
from bot.domain.job import Job
from bot.domain.reply import PublicMessage, Route
from bot.domain.stages import Stage
from bot.ui import custom_ids
from bot.ui.custom_ids import CustomId
from bot.ui.language import Language

NEUTRAL = discord.Colour(0x5B8DEF)
GOOD = discord.Colour(0x3BA55D)
BAD = discord.Colour(0xD9534F)

# Beside a video that its member starred.
STAR_MARK: Final = "⭐"

# Buttons of one job's card; what else can be done is chosen in a select.
_MAX_BUTTONS: Final = 4
# Everything that stands in a URL as it is, but for what ends a link in a text.
_URL_SAFE = "%:/?#@!$&'*+,;=~-._"
_BRACKETS = {ord(bracket): None for bracket in "<>"}

_ACTIONS = {
    custom_ids.REST_OF_SCENES: "button.rest-of-scenes",
    custom_ids.CANCEL: "button.cancel",
    custom_ids.CANCEL_LISTED: "button.cancel",
    custom_ids.AGAIN: "button.again",
    custom_ids.EDIT: "button.edit",
    custom_ids.AGAIN_TAKES: "button.again",
    custom_ids.EDIT_TAKES: "button.edit",
    custom_ids.AGAIN_SCENES: "button.again",
    custom_ids.EDIT_SCENES: "button.edit",
    custom_ids.RETRY: "button.retry",
    custom_ids.WITHOUT_SOUND: "button.without-sound",
    custom_ids.REFRESH: "button.refresh",
    custom_ids.CLIP: "button.get-video",
    custom_ids.BRING: "button.move-here",
    custom_ids.SHARE: "button.share",
    custom_ids.EXTEND: "button.extend",
    custom_ids.CHANGE: "button.change",
    custom_ids.CONTINUE: "button.continue",
    custom_ids.FINISH: "button.finish",
    custom_ids.SHOW_OFF: "button.show-off",
    custom_ids.STAR: "button.star",
    custom_ids.DELETE: "button.delete",
    custom_ids.DELETE_NOW: "button.delete-now",
    custom_ids.UNSTAR: "button.unstar",
}
_STYLES = {
    custom_ids.REST_OF_SCENES: discord.ButtonStyle.primary,
    custom_ids.WITHOUT_SOUND: discord.ButtonStyle.primary,
    custom_ids.CLIP: discord.ButtonStyle.primary,
    custom_ids.BRING: discord.ButtonStyle.primary,
    custom_ids.RETRY: discord.ButtonStyle.danger,
    custom_ids.DELETE_NOW: discord.ButtonStyle.danger,
}


class Card(LayoutView):
    """One container and perhaps a row of buttons.

    The buttons are answered by their custom ids, so nothing of a card has to be remembered.
    """

    def __init__(self, colour: discord.Colour, items: Iterable[Item[LayoutView]]) -> None:
        super().__init__(timeout=None)
        self.add_item(Container[LayoutView](*items, accent_colour=colour))

    def is_finished(self) -> bool:
        """Tell the library that it need not listen; it would keep every card with a button for ever."""
        return True


def text_only(content: str) -> LayoutView:
    """Make a message of one text and no card."""
    return LayoutView(timeout=None).add_item(TextDisplay(content))


def text(content: str) -> TextDisplay[LayoutView]:
    """Make a text."""
    return TextDisplay[LayoutView](content)


def action_button(language: Language, action: CustomId[str], job_id: str) -> Button[LayoutView]:
    """Make the button of an action on a job."""
    style = _STYLES.get(action, discord.ButtonStyle.secondary)
    return Button[LayoutView](style=style, label=language.text(_ACTIONS[action]), custom_id=action.encode(job_id))


def link_button(label: str, url: str) -> Button[LayoutView]:
    """Make a button that opens a URL."""
    return Button[LayoutView](style=discord.ButtonStyle.link, label=label, url=url)


def fits_button(url: str) -> bool:
    """Tell whether a button can open that URL; Discord refuses the whole message over one that is longer."""
    return len(url) <= MAX_BUTTON_URL


def written_link(label: str, url: str) -> str:
    """Write a link that is too long for a button into a text, byte for byte: a signed address bears no quoting.

    What would end a link in a text stands between angle brackets, which only a space or a bracket ends.
    """
    if url == quote(url, safe=_URL_SAFE):
        return f"[{label}]({url})"
    return f"{label}: <{quote(url, safe=string.punctuation.translate(_BRACKETS))}>"


def controls(
    language: Language,
    job_id: str,
    actions: Sequence[CustomId[str]],
    *,
    before: Sequence[Button[LayoutView]] = (),
    after: Sequence[Button[LayoutView]] = (),
) -> list[ActionRow[LayoutView]]:
    """Make the rows of what can be done about a job: at most four buttons, the other actions in a select.

    `before` and `after`: the buttons with links, which no select can hold; three at most.
    """
    links = len(before) + len(after)
    shown, others = actions[: _MAX_BUTTONS - links], actions[_MAX_BUTTONS - links :]
    buttons = [*before, *(action_button(language, action, job_id) for action in shown), *after]
    rows = [action_row(buttons)] if buttons else []
    if others:
        select = Select[LayoutView](
            custom_id=custom_ids.MORE.encode(job_id),
            placeholder=language.text("button.more"),
            options=[discord.SelectOption(label=language.text(_ACTIONS[each]), value=each.name) for each in others],
        )
        rows.append(ActionRow[LayoutView](select))
    return rows


def action_row(buttons: Iterable[Button[LayoutView]]) -> ActionRow[LayoutView]:
    """Put at most five buttons in a row."""
    return ActionRow[LayoutView](*buttons)


def page_buttons(language: Language, number: int, pages: int, custom_id: Callable[[int], str]) -> ActionRow[LayoutView]:
    """Make the buttons to the newer and the older page; `custom_id` makes a button's id from a page's number."""
    newer, older = language.text("button.newer"), language.text("button.older")
    return action_row(
        [
            Button[LayoutView](label=newer, custom_id=custom_id(number - 1), disabled=number <= 1),
            Button[LayoutView](label=older, custom_id=custom_id(number + 1), disabled=number >= pages),
        ]
    )


def relative_time(at: float) -> str:
    """Write a time in UTC seconds so that every reader sees how far it is from now."""
    return f"<t:{int(at)}:R>"


def date_time(at: float) -> str:
    """Write a time in UTC seconds as a date and an hour."""
    return f"<t:{int(at)}:f>"


def clock_time(at: float) -> str:
    """Write a time in UTC seconds as an hour."""
    return f"<t:{int(at)}:t>"


def message_link(job: Job) -> str | None:
    """Link to the message that holds a job's clip or card, for its owner; None where none can be linked to.

    A private reply has no address that lasts.
    """
    if job.stage is Stage.DELIVERED and job.attempt and job.attempt.route is Route.DIRECT and job.attempt.message_id:
        return public_link(PublicMessage(None, job.attempt.channel_id, job.attempt.message_id))
    return public_link(job.public_message) if job.public_message else None


def public_link(message: PublicMessage) -> str:
    """Link to a message."""
    return f"https://discord.com/channels/{message.guild_id or '@me'}/{message.channel_id}/{message.message_id}"
