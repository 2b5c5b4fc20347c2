"""What Discord would refuse of names, descriptions and labels, with the commands as the library really builds them."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import discord
import pytest
from discord.ext import commands

from bot.command_updates import payload_of
from bot.domain.models import Dialect
from bot.toapis.model_table import catalogue
from bot.ui.custom_ids import EXAMPLE
from bot.ui.language import LOCALES, SOURCE, Languages, forms, placeholders
from cogs import install
from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn
from sandbox.discord.command_rules import check_commands
from sandbox.discord.errors import DiscordError
from sandbox.discord.openapi import OpenApi
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from tests.cogs.app import OPENAPI, App
from tests.conventions.catalogue import messages
from tests.conventions.source import told

OFFERED = {
    "video": catalogue(),
    "videos": catalogue(Dialect.VIDEOS),
    "reviewed": catalogue(Dialect.VIDEOS, review=True),
}
COMMANDS = "/applications/{application_id}/commands"
# Discord's "Application Commands", "Component Reference" and "Gateway Events": the most characters of what a message is
# for, by how its name begins; the longest beginning counts.
LIMITS = {
    "button.": 80,
    "choice.": 100,
    "command.": 100,
    "command.menu-": 32,
    "form.": 45,
    "form.prompt-cut": 100,
    "help.example-": 60,
    "option.": 100,
    "profile.activity": 128,
    "profile.description": 400,
}
# What a fact may take in a short text: a size, a number, a name of a choice.
FACT = "x" * 12


async def payload(offered, languages: Languages) -> list[dict]:
    """Build the commands by the library, as they are pushed."""
    ledger = Ledger(Clock())
    stand_in = DiscordStandIn(clock=Clock(), ledger=ledger)
    stand_in.cdn.close()
    app = App(stand_in, Faults(ledger), catalogue=offered)
    bot = commands.Bot(command_prefix=(), intents=discord.Intents.none())
    await install(bot, replace(app.use_cases, languages=languages))
    return await payload_of(bot.tree)


async def command_offences(offered, languages: Languages) -> list[str]:
    made = await payload(offered, languages)
    try:
        check_commands(made)
    except DiscordError as error:
        return [str(error)]
    ends = tuple(text[-8:] for message in messages(LOCALES / f"{SOURCE}.po").values() for text in forms(message))
    cut = [f"the library cut {each!r}" for each in descriptions(made) if each[-1:] == "…" and not each.endswith(ends)]
    return cut + OpenApi(OPENAPI if OPENAPI.exists() else None).request("PUT", COMMANDS, made)


def descriptions(parts: list[dict]) -> list[str]:
    # A command of a menu has a name alone.
    described = [part for part in parts if "description" in part]
    return [text for part in described for text in (part["description"], *descriptions(part.get("options", [])))]


def paths(command: dict) -> set[str]:
    """List what a command, or each of its subcommands (1) in groups (2), is called by."""
    below = [part for part in command.get("options", []) if part["type"] in (1, 2)]
    return {f"{command['name']} {path}" for part in below for path in paths(part)} if below else {command["name"]}


async def mention_offences(folder: Path) -> list[str]:
    """List the commands in messages that are no commands."""
    names = set()
    for offered in OFFERED.values():
        for one in await payload(offered, Languages.read(LOCALES)):
            names |= paths(one)
    return [
        f"{path.name}: {name} mentions {fact}, which is no command"
        for path in sorted(folder.glob("*.po"))
        for name, message in messages(path).items()
        for text in forms(message)
        for fact in placeholders(text)
        if fact.startswith("/") and fact[1:] not in names
    ]


def limit_of(name: str) -> int | None:
    if name.startswith("form.") and name.endswith("-about"):
        return 100
    beginning = max((each for each in LIMITS if name.startswith(each)), key=len, default="")
    return LIMITS.get(beginning)


def length_offences(folder: Path) -> list[str]:
    found = []
    for path in sorted(folder.glob("*.po")):
        for name, message in messages(path).items():
            limit = limit_of(name)
            for text in forms(message):
                length = len(re.sub(r"\{[^{}]*\}", FACT, text))
                if limit is not None and length > limit:
                    found.append(f"{path.name}: {name} has {length} characters; Discord takes {limit}")
                if limit is not None and "{/" in text:
                    found.append(f"{path.name}: {name} stands where no command can be clicked on; write /video plainly")
    return found


@pytest.mark.parametrize("offered", OFFERED.values(), ids=OFFERED)
async def test_discord_takes_every_command(offered):
    offences = await command_offences(offered, Languages.read(LOCALES))
    assert not offences, told(offences)


def untranslated(parts: list[dict], path: str = "") -> list[str]:
    """List the commands and options whose description has no German one beside it; of a menu's, whose name has none."""
    named = [(f"{path} {part['name']}".strip(), part) for part in parts]
    below = [found for name, part in named for found in untranslated(part.get("options", []), name)]
    said = [(name, part, "description" if "description" in part else "name") for name, part in named]
    return below + [name for name, part, text in said if "de" not in (part.get(f"{text}_localizations") or {})]


@pytest.mark.parametrize("offered", OFFERED.values(), ids=OFFERED)
async def test_every_description_is_said_in_every_language(tmp_path, offered):
    english = messages(Path(shutil.copy(LOCALES / f"{SOURCE}.po", tmp_path)))
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    spoken = [
        f'msgid "{name}"\nmsgstr "{at}{"".join(f"{{{fact}}}" for fact in placeholders(message.string))}"\n'
        for at, (name, message) in enumerate(english.items())
        if name.startswith(("command.", "option."))
    ]
    (tmp_path / "de.po").write_text("\n".join([header, *spoken]), encoding="utf-8")
    missing = untranslated(await payload(offered, Languages.read(tmp_path)))
    assert not missing, told(missing)


async def test_every_mention_names_a_command():
    offences = await mention_offences(LOCALES)
    assert not offences, told(offences)


def test_every_short_text_fits():
    assert not length_offences(LOCALES), told(length_offences(LOCALES))


def test_every_example_of_help_fits_its_button():
    for path in LOCALES.glob("*.po"):
        for name, message in messages(path).items():
            if name.startswith("help.example-"):
                assert EXAMPLE.decode(EXAMPLE.encode(message.string)) == message.string


def changed(tmp_path: Path, name: str, text: str) -> Path:
    """Copy the English catalogue, with another text for one message."""
    source = shutil.copy(LOCALES / f"{SOURCE}.po", tmp_path / f"{SOURCE}.po")
    before = source.read_text(encoding="utf-8")
    after = re.sub(rf'(msgid "{re.escape(name)}"\nmsgstr ).*(?=\n)', rf'\1"{text}"', before)
    assert after != before
    source.write_text(after, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("command.video", "x" * 101),
        ("option.prompt", "x" * 101),
        ("choice.image", "y" * 101),
    ],
)
async def test_a_text_of_a_command_that_discord_refuses_is_found(tmp_path, name, text):
    assert await command_offences(OFFERED["videos"], Languages.read(changed(tmp_path, name, text)))


async def test_a_command_that_is_none_is_found(tmp_path):
    (offence,) = await mention_offences(changed(tmp_path, "asset.none", "Try {/asset make}."))
    assert offence.startswith("en.po: asset.none mentions /asset make")


@pytest.mark.parametrize(
    ("name", "text", "offence"),
    [
        ("button.again", "x" * 81, "has 81 characters"),
        ("form.edit", "x" * 46, "has 46 characters"),
        ("option.ratio", "x" * 90 + "{default}", "has 102 characters"),
        ("option.prompt", "Type {/video}", "write /video plainly"),
    ],
)
def test_a_short_text_that_is_too_long_or_mentions_a_command_is_found(tmp_path, name, text, offence):
    assert offence in told(length_offences(changed(tmp_path, name, text)))
