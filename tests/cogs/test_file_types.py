"""The commands are there with a Discord that knows file types of attachments, and with one that refuses them."""

import json

import pytest
from discord import app_commands

from bot.command_updates import sync_tree
from sandbox.faults import Answer

# Discord's "Opcodes and Status Codes": 50035, with the place of what it does not take.
UNKNOWN = {"code": "UNKNOWN_FIELD", "message": "Unknown field"}
REFUSED = {"code": 50035, "message": "Invalid Form Body"}
WITH_TYPES = REFUSED | {"errors": {"0": {"options": {"1": {"file_types": {"_errors": [UNKNOWN]}}}}}}
ITS_NAME = REFUSED | {"errors": {"0": {"name": {"_errors": [UNKNOWN]}}}}


def file_types(app) -> list[list[str] | None]:
    """List what each attachment of all commands takes, as Discord was told."""
    commands = app.discord.commands.all(None)
    below = [option for one in commands for option in one.get("options", [])]
    every = [*below, *(option for one in below for option in one.get("options", []))]
    return [option.get("file_types") for option in every if option["type"] == 11]


async def test_a_discord_that_knows_them_is_told(app):
    await sync_tree(app.client.tree)
    assert len(file_types(app)) == 6
    assert all(file_types(app))


async def test_a_discord_that_refuses_them_gets_the_commands_without(app, caplog):
    app.faults.add("PUT */commands", Answer(400, json.dumps(WITH_TYPES)))
    assert {command.name for command in await sync_tree(app.client.tree)} >= {"video", "compose", "asset"}
    assert file_types(app) == [None] * 6
    assert "file types" in caplog.text


async def test_what_is_refused_for_another_reason_is_said(app):
    app.faults.add("PUT */commands", Answer(400, json.dumps(ITS_NAME)), times=None)
    for _ in range(2):
        with pytest.raises(app_commands.CommandSyncFailure):
            await sync_tree(app.client.tree)
    assert all(file_types(app))
