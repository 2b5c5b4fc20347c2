"""What is said before it costs anything, where a late video cannot come to its own message."""

from dataclasses import replace

import pytest

from bot.discord_limits import TOKEN_USE_SECONDS
from bot.domain.progress import Forecast
from bot.domain.reply import Route
from bot.domain.stages import Stage
from bot.ui.job_cards import job_card, status_card
from bot.ui.permission_texts import late_line
from tests.languages import ENGLISH
from tests.ui.drawn import words
from tests.ui.jobs import NOW, REPLY, a_job

HERE = replace(REPLY, guild_id=2001, private=False, bot_reaches=True, bot_added=True, token="t", token_at=NOW)
OUT_OF_REACH = {"bot_reaches": False, "bot_added": False}
BY = f"If this isn't ready by <t:{int(NOW + TOKEN_USE_SECONDS)}:t>, "
DIRECT = BY + "your video comes as a direct message"
MAY_BE_DIRECT = BY + "your video may come as a direct message"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, ""),
        ({"guild_id": None}, ""),
        ({"in_thread": True}, ""),
        # A member of a server that has the bot needs no external app.
        ({"external_apps": False}, ""),
        ({"attach_files": False}, MAY_BE_DIRECT + ", because I'm missing **Attach Files** here."),
        (
            {"attach_files": False, "send_messages": False},
            MAY_BE_DIRECT + ", because I'm missing **Send Messages and Attach Files** here.",
        ),
        (
            {"send_messages": False},
            BY + "I'll tell you in a direct message when it is, because I'm missing **Send Messages** here.",
        ),
        (
            {"send_messages": False, "in_thread": True},
            BY + "I'll tell you in a direct message when it is, because I'm missing **Send Messages in Threads** here.",
        ),
        ({"bot_reaches": False}, DIRECT + ", because I'm missing **View Channel** here."),
        (
            {"bot_reaches": False, "attach_files": False, "send_messages": False},
            DIRECT + ", because I'm missing **View Channel** here.",
        ),
        (OUT_OF_REACH, DIRECT + ", because I'm not in this server."),
        (OUT_OF_REACH | {"guild_id": None}, DIRECT + "."),
        ({"private": True}, DIRECT + "."),
        ({"private": True, "attach_files": False}, DIRECT + "."),
        (
            OUT_OF_REACH | {"private": True, "external_apps": False},
            "Only you can see this, because you're missing **Use External Apps** here. " + DIRECT + ".",
        ),
    ],
)
def test_what_is_missing_is_said_by_discord_s_own_names(changes, line):
    reply = replace(HERE, **changes)
    assert late_line(ENGLISH, reply, NOW) == line
    assert line in words(job_card(ENGLISH, a_job(Stage.WAITING, reply=reply), Forecast(), NOW))
    assert "Embed Links" not in late_line(ENGLISH, reply, NOW)


def test_it_is_said_on_the_own_card_of_a_running_job_while_its_token_is_young():
    reply = replace(HERE, attach_files=False)
    running = a_job(Stage.RENDERING, reply=reply)
    assert "Attach Files" in words(job_card(ENGLISH, running, Forecast(), NOW))
    assert late_line(ENGLISH, reply, NOW + 13 * 60) == ""
    for other in (
        status_card(ENGLISH, running, Forecast(), NOW, has_clip=False),
        job_card(ENGLISH, a_job(Stage.FAILED, reply=reply), Forecast(), NOW, route=Route.TOKEN),
        job_card(ENGLISH, a_job(Stage.DELIVERED, reply=reply), Forecast(), NOW, route=Route.TOKEN),
    ):
        assert "Attach Files" not in words(other)
