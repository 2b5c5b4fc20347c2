"""The settings in `.env.example` and in `docs/settings.md`, and the order of messages in the catalogues.

`python -m tests.conventions.documents` writes them.
"""

import re
from pathlib import Path

from bot.settings_table import SETTINGS, Setting
from bot.ui.language import LOCALES

ROOT = Path(__file__).parents[2]
TABLE = re.compile(r"(?<=<!-- settings -->\n).*?(?=<!-- /settings -->)", re.DOTALL)
HEADING = "# Copy this file to .env and fill in the first two settings. The others show their defaults."


def env_example() -> str:
    return "\n\n".join((HEADING, *map(_entry, SETTINGS))) + "\n"


def settings_table() -> str:
    rows = [row for setting in SETTINGS for row in _rows(setting)]
    return "\n".join(("| setting | default | what it does |", "|---|---|---|", *rows)) + "\n"


def sorted_catalogue(text: str) -> str:
    """Sort the messages of a .po file by their names; its header stays where it is."""
    header, *entries = re.split(r"\n{2,}", text.strip())
    return "\n\n".join((header, *sorted(entries, key=_message_name))) + "\n"


def _message_name(entry: str) -> str:
    return re.search(r'^msgid "(.*)"$', entry, re.MULTILINE)[1]


def _entry(setting: Setting) -> str:
    lines = [f"# {setting.does}."]
    if setting.is_secret:
        needed = "" if setting.default is None else "# "
        lines += [f"# Or name a file with it: {setting.file_name}=/run/secrets/name", f"{needed}{setting.name}="]
    else:
        lines.append(f"# {setting.name}={setting.default}")
    return "\n".join(lines)


def _rows(setting: Setting) -> list[str]:
    default = "required" if setting.default is None else f"`{setting.default}`" if setting.default else "empty"
    rows = [f"| `{setting.name}` | {default} | {setting.does} |"]
    if setting.is_secret:
        rows.append(f"| `{setting.file_name}` | empty | A file with its value, instead of `{setting.name}` |")
    return rows


def write() -> None:
    (ROOT / ".env.example").write_text(env_example(), encoding="utf-8")
    for catalogue in LOCALES.glob("*.po"):
        catalogue.write_text(sorted_catalogue(catalogue.read_text(encoding="utf-8")), encoding="utf-8")
    page = ROOT / "docs" / "settings.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(TABLE.sub(lambda _: settings_table(), text), encoding="utf-8")


if __name__ == "__main__":
    write()
