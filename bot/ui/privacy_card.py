"""The private cards of `/privacy`: what is stored and for how long, and what stays once it is forgotten."""

import discord
from discord.ui import Button, LayoutView

from bot.domain.privacy import EXPORT_PAUSE, Export, ExportStage, StorageDays, StoredRows
from bot.ui import custom_ids
from bot.ui.components import BAD, NEUTRAL, Card, action_row, relative_time, text
from bot.ui.language import Language


def privacy_card(language: Language, user_id: int, stored: StoredRows, days: StorageDays) -> Card:
    """Say what is stored about a member, with the buttons for it."""
    lines = [*_stored(language, stored, days)] or [language.text("privacy.nothing")]
    parts = [f"### {language.text('privacy.title')}", *(f"- {line}" for line in lines)]
    small = [language.text("privacy.elsewhere"), *_backups(language, days)]
    items = [text("\n".join(parts)), text(f"-# {' '.join(small)}")]
    if stored.forgetting_since is not None:
        since = relative_time(stored.forgetting_since)
        items.append(text(language.text("privacy.forgetting", time=since)))
    items.append(text(language.text("privacy.opted-out" if stored.opted_out else "privacy.not-opted-out")))
    opt = Button[LayoutView](
        label=language.text("button.opt-in" if stored.opted_out else "button.opt-out"),
        custom_id=(custom_ids.OPT_IN if stored.opted_out else custom_ids.OPT_OUT).encode(user_id),
    )
    export = Button[LayoutView](label=language.text("button.export"), custom_id=custom_ids.EXPORT.encode(user_id))
    forget = Button[LayoutView](
        style=discord.ButtonStyle.danger,
        label=language.text("button.forget"),
        custom_id=custom_ids.FORGET.encode(user_id),
    )
    return Card(NEUTRAL, [*items, action_row([export, opt, forget])])


def forget_card(language: Language, user_id: int, stored: StoredRows, days: StorageDays) -> Card:
    """Ask once whether to forget a member."""
    sure = Button[LayoutView](
        style=discord.ButtonStyle.danger,
        label=language.text("button.forget-now"),
        custom_id=custom_ids.FORGET_NOW.encode(user_id),
    )
    asked = [language.text("privacy.forget-asked"), _stays(language, stored, days)]
    return Card(BAD, [text("\n".join(asked)), action_row([sure])])


def forgotten_text(language: Language, stored: StoredRows, days: StorageDays) -> str:
    """Say that a member is being forgotten, and what stays."""
    return f"{language.text('privacy.forgotten')}\n{_stays(language, stored, days)}"


def export_text(language: Language, before: Export | None) -> str:
    """Say that an export is being made, or why none is: the one before is, or was not long ago."""
    if before is None:
        return language.text("privacy.export-asked")
    if before.stage in {ExportStage.ASKED, ExportStage.RUNNING}:
        return language.text("privacy.export-going-on")
    return language.text("privacy.export-again", time=relative_time(before.at + EXPORT_PAUSE))


def _stored(language: Language, stored: StoredRows, days: StorageDays) -> list[str]:
    clips, inputs = _days(language, days.clips), _days(language, days.inputs)
    lines = {
        language.text("privacy.videos", count=stored.videos): stored.videos,
        language.text("privacy.clips", count=stored.clips, days=clips): stored.clips,
        language.text("privacy.files", count=stored.files, days=inputs): stored.files,
        language.text("privacy.drafts", count=stored.drafts): stored.drafts,
        language.text("privacy.favourites", count=stored.favourites): stored.favourites,
        language.text("privacy.shares", count=stored.shares): stored.shares,
        language.text("privacy.characters", count=stored.characters): stored.characters,
        language.text("privacy.assets", count=stored.assets): stored.assets,
        language.text("privacy.settings", count=stored.settings): stored.settings,
        language.text("privacy.consents", count=stored.consents): stored.consents,
        language.text("privacy.limits", count=stored.limits): stored.limits,
        language.text("privacy.blocks", count=stored.blocks): stored.blocks,
        language.text("privacy.counted", length=language.seconds(stored.forgotten_seconds)): stored.forgotten_seconds,
    }
    return [line for line, count in lines.items() if count]


def _stays(language: Language, stored: StoredRows, days: StorageDays) -> str:
    lines = [language.text("privacy.stays-counted")]
    if stored.blocks or stored.limits:
        lines.append(language.text("privacy.stays-rules"))
    if stored.opted_out:
        lines.append(language.text("privacy.stays-opt-out"))
    if stored.consents:
        lines.append(language.text("privacy.stays-consents"))
    if running := stored.unfinished - stored.waiting:
        lines.append(language.text("privacy.stays-running", count=running))
    lines += [language.text("privacy.stays-discord"), *_backups(language, days)]
    return "\n".join([f"**{language.text('privacy.stays')}**", *(f"- {line}" for line in lines)])


def _backups(language: Language, days: StorageDays) -> list[str]:
    return [language.text("privacy.backups", days=_days(language, days.backups))] if days.backups else []


def _days(language: Language, count: int) -> str:
    return language.text("privacy.days", count=count)
