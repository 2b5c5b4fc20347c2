"""The private card of `/settings`: a select for each setting, on two pages."""

from collections.abc import Mapping, Sequence
from typing import Final

import discord
from discord.ui import ActionRow, Button, Item, LayoutView, Select

from bot.discord_limits import MAX_CHOICE_NAME, MAX_CHOICES
from bot.domain.defaults import with_defaults
from bot.domain.member_settings import CHOICES, OFF, ON, Defaults, MemberSettings, Ping, Setting
from bot.domain.models import DEFAULT_MODEL, DEFAULT_RATIO, Capability, Catalogue
from bot.domain.request import RequestDraft
from bot.ui import custom_ids
from bot.ui.choices import length_text, selectable_lengths
from bot.ui.components import NEUTRAL, Card, action_row, text
from bot.ui.form import named
from bot.ui.language import Language, Languages

UNSET: Final = "-"
"""The value of the first choice: nothing is set."""
VIDEOS, ANSWERS = 1, 2

_PAGES: Final = {VIDEOS: CHOICES, ANSWERS: (Setting.PRIVATE, Setting.PING, Setting.LANGUAGE)}
_LABELS: Final = {
    Setting.MODEL: "form.model",
    Setting.RATIO: "form.ratio",
    Setting.DURATION: "form.duration",
    Setting.RESOLUTION: "form.resolution",
    Setting.SOUND: "draft.sound",
    Setting.PRIVATE: "settings.private",
    Setting.PING: "settings.ping",
    Setting.LANGUAGE: "settings.language",
}
_PINGS: Final = {
    Ping.CHANNEL: "settings.ping-channel",
    Ping.DIRECT: "settings.ping-direct",
    Ping.QUIET: "settings.quiet",
}


def page_of(setting: Setting) -> int:
    """Return the page that a setting stands on."""
    return VIDEOS if setting in _PAGES[VIDEOS] else ANSWERS


def settings_card(
    language: Language, settings: MemberSettings, catalogue: Catalogue, languages: Languages, page: int
) -> Card:
    """Draw a page of a member's settings; a setting that nothing can be chosen for is left out."""
    about = language.text("settings.about-videos" if page == VIDEOS else "settings.about-answers")
    items: list[Item[LayoutView]] = [text(f"### {language.text('settings.title')}\n{about}")]
    ignored = _ignored(settings, catalogue)
    for setting in _PAGES[page]:
        choices = _choices(language, setting, settings, catalogue, languages)
        if len(choices) <= 1:
            continue
        note = f"\n-# {language.text('settings.ignored')}" if setting in ignored else ""
        items += [text(f"**{language.text(_LABELS[setting])}**{note}"), _select(setting, choices, settings)]
    other = ANSWERS if page == VIDEOS else VIDEOS
    label = language.text("settings.to-answers" if page == VIDEOS else "settings.to-videos")
    items.append(action_row([Button[LayoutView](label=label, custom_id=custom_ids.SETTINGS.encode(other))]))
    return Card(NEUTRAL, items)


def defaults_line(language: Language, defaults: Defaults) -> list[str]:
    """Say which of its member's settings went into a video, and which did not fit it."""
    used, ignored = (_named(language, each) for each in (defaults.used, defaults.ignored))
    lines = [language.text("card.from-settings", choices=used)] if used else []
    return [*lines, language.text("card.settings-ignored", choices=ignored)] if ignored else lines


def _named(language: Language, settings: Sequence[Setting]) -> str:
    return language.all_of([language.text(_LABELS[setting]) for setting in settings])


def _ignored(settings: MemberSettings, catalogue: Catalogue) -> Sequence[Setting]:
    """List what would not go into a video that nothing else is chosen for."""
    plain = RequestDraft("?", DEFAULT_MODEL, catalogue.widest.default_seconds, DEFAULT_RATIO)
    return with_defaults(plain, (), settings, catalogue).defaults.ignored


def _select(setting: Setting, choices: Mapping[str, str], settings: MemberSettings) -> ActionRow[LayoutView]:
    now = settings.value(setting) or UNSET
    options = [
        discord.SelectOption(label=name[:MAX_CHOICE_NAME], value=value, default=value == now)
        for value, name in choices.items()
    ]
    return ActionRow[LayoutView](Select[LayoutView](custom_id=custom_ids.SETTING.encode(setting), options=options))


def _choices(
    language: Language, setting: Setting, settings: MemberSettings, catalogue: Catalogue, languages: Languages
) -> dict[str, str]:
    """Name what can be chosen, by what is stored; what stands there now is among it."""
    capability = catalogue.capabilities.get(settings.model or DEFAULT_MODEL, catalogue.widest)
    match setting:
        case Setting.PRIVATE:
            return {UNSET: language.text("settings.for-all"), ON: language.text("settings.for-me")}
        case Setting.PING:
            return {UNSET if ping is Ping.CHANNEL else ping: language.text(each) for ping, each in _PINGS.items()}
        case Setting.LANGUAGE:
            return {UNSET: language.text("settings.language-of-discord"), **languages.names}
        case _:
            found = _of_request(language, setting, settings, capability, catalogue)
    now = settings.value(setting)
    known = {now: now, **found} if now and now not in found else found
    return {UNSET: language.text("settings.no-default"), **known} if found else {}


def _of_request(
    language: Language, setting: Setting, settings: MemberSettings, capability: Capability, catalogue: Catalogue
) -> dict[str, str]:
    match setting:
        case Setting.MODEL:
            return named(language, catalogue.models)
        case Setting.RATIO:
            return named(language, capability.ratios)
        case Setting.DURATION:
            now = capability.default_seconds if settings.duration is None else settings.duration
            lengths = selectable_lengths(capability, now, MAX_CHOICES - 1)
            return {str(length): length_text(language, length) for length in lengths}
        case Setting.RESOLUTION:
            return named(language, capability.resolutions)
        case _:
            switches = {ON: language.text("draft.on"), OFF: language.text("draft.off")}
            return switches if capability.sound else {}
