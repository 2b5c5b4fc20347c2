"""Secrets: read from a value or a file, noticed when mangled, and never shown."""

import copy
import json
import pickle
import traceback
from dataclasses import replace

import pytest

from bot.config import SettingsInvalid, read_settings
from bot.secret import MASK, Secret, redact
from tests.config.test_settings import KEY, NEEDED, TOKEN, mistakes

REAL_SHAPE = "MTE" + "x" * 23 + ".GabcdE." + "y" * 38


MANGLED = ["Bot {}", "Bearer {}", "bot {}", "Authorization: {}", " {}", "{}\n", "{} {}", '"{}"', "'{}'", "“{}”"]
MANGLED += ["{}\x00", "{}•", "{}\u200b"]


@pytest.mark.parametrize("text", [mangled.replace("{}", TOKEN) for mangled in MANGLED])
@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "TOAPIS_API_KEY"])
def test_a_mangled_secret_is_noticed_and_not_repeated(name, text):
    found = mistakes({**NEEDED, name: text})
    assert list(found) == [name]
    assert found[name].remedy
    assert TOKEN not in str(found[name])


def test_swapped_secrets_are_noticed():
    found = mistakes({"DISCORD_TOKEN": KEY, "TOAPIS_API_KEY": REAL_SHAPE})
    assert "TOAPIS_API_KEY" in found["DISCORD_TOKEN"].remedy
    assert "DISCORD_TOKEN" in found["TOAPIS_API_KEY"].remedy
    assert KEY not in str(found)
    assert REAL_SHAPE not in str(found)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_a_secret_comes_from_a_file(tmp_path, end):
    file = tmp_path / "token"
    file.write_bytes(f"{TOKEN}{end}".encode())
    settings = read_settings({"DISCORD_TOKEN_FILE": str(file), "TOAPIS_API_KEY": KEY}, None)
    assert settings.discord_token.reveal() == TOKEN


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xff\xfe\x00", "isn't text"),
        (b"x" * 70_000, "too large"),
        (f"Bot {TOKEN}\n".encode(), "starts with"),
        (f"{TOKEN}\nmore\n".encode(), "character"),
    ],
)
def test_a_bad_file_is_a_mistake_of_the_file_setting(tmp_path, content, problem):
    file = tmp_path / "token"
    file.write_bytes(content)
    found = mistakes({"DISCORD_TOKEN_FILE": str(file), "TOAPIS_API_KEY": KEY})
    assert list(found) == ["DISCORD_TOKEN_FILE"]
    assert problem in found["DISCORD_TOKEN_FILE"].problem
    assert TOKEN not in str(found)


@pytest.mark.parametrize("path", ["missing", "."])
def test_a_file_that_cannot_be_read_is_a_mistake(tmp_path, path):
    found = mistakes({"DISCORD_TOKEN_FILE": str(tmp_path / path), "TOAPIS_API_KEY": KEY})
    assert "can't be read" in found["DISCORD_TOKEN_FILE"].problem


def test_a_value_and_a_file_are_one_too_many(tmp_path):
    file = tmp_path / "key"
    file.write_text(KEY)
    found = mistakes({**NEEDED, "TOAPIS_API_KEY_FILE": str(file)})
    assert found["TOAPIS_API_KEY_FILE"].problem == "and TOAPIS_API_KEY are both set"


def test_a_secret_in_the_wrong_place_is_not_repeated():
    found = mistakes({**NEEDED, "LOG_LEVEL": KEY, "LOG_FORMAT": REAL_SHAPE})
    assert KEY not in str(found)
    assert REAL_SHAPE not in str(found)


def test_no_way_of_showing_settings_shows_a_secret():
    settings = read_settings(NEEDED, None)
    for shown in (repr(settings), str(settings), f"{settings.discord_token:>40}", str([settings.toapis_api_key])):
        assert TOKEN not in shown
        assert KEY not in shown
        assert MASK in shown
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(settings.discord_token)
    for careless in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="never"):
            careless(settings.discord_token)


def test_secrets_are_equal_by_value():
    settings = read_settings(NEEDED, None)
    assert replace(settings, discord_token=Secret(TOKEN)) == settings
    assert replace(settings, discord_token=Secret("another-token")) != settings
    assert len({Secret(TOKEN), Secret(TOKEN)}) == 1


def test_a_traceback_of_the_mistakes_shows_no_secret():
    with pytest.raises(SettingsInvalid) as caught:
        read_settings({"DISCORD_TOKEN": f"Bot {TOKEN}", "TOAPIS_API_KEY": f"'{KEY}'"}, None)
    told = "".join(traceback.format_exception(caught.value))
    assert TOKEN not in told
    assert KEY not in told


LEAKS = {
    "header": f"Authorization: Bearer {KEY}",
    "any scheme": "authorization: Digest qop=hunter22, nonce=hunter22",
    "headers' repr": "<CIMultiDictProxy('Host': '127.0.0.1', 'Authorization': 'Bot hunter22')>",
    "raw headers": "((b'Authorization', b'Bot hunter22'),)",
    "quoted JSON": r'"{\"Authorization\": \"Bearer hunter22\"}"',
    "bearer": "sent Bearer hunter22 to it",
    "webhook": "PATCH https://discord.com/api/v10/webhooks/123/hunter22/messages/@original failed",
    "callback": "POST /interactions/123/hunter22/callback",
    "interaction": "aW50ZXJhY3Rpb246hunter22xxxxxxx",
    "field": "Address(application_id=1, token='hunter22')",
    "JSON field": '{"token": "hunter22", "api_key": "hunter22"}',
    "bot token": REAL_SHAPE.replace("y" * 38, "hunter22" + "y" * 30),
    "key": "the key sk-hunter22 was refused",
    "Discord's CDN": "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1&is=2&hm=hunter22&",
    "object store": "https://files.example/v.mp4?X-Amz-Credential=hunter22&X-Amz-Signature=hunter22",
    "encoded URL": "https://example.com/?next=https%3A%2F%2Fcdn%3Fhm%3Dhunter22",
    "user": "https://user:hunter22@example.com/",
}


@pytest.mark.parametrize("text", LEAKS.values(), ids=LEAKS)
def test_what_is_shaped_like_a_secret_is_masked(text):
    shown = redact(text)
    assert "hunter22" not in shown
    assert KEY not in shown
    assert MASK in shown


@pytest.mark.parametrize(
    "text",
    [
        "task-20260101-abc is at 50 %",
        "Bot reconnected after 3 s; the bearer of bad news",
        "bot.studio.running.pipeline: job k3f9a2 QUEUED -> RENDERING",
        "https://files.example/videos/a.mp4?width=10",
        "GET /api/v10/channels/123456789012345678/messages/123456789012345678",
    ],
)
def test_ordinary_lines_stay_as_they_are(text):
    assert redact(text, [Secret("abc")]) == text


def test_given_secrets_are_masked_also_inside_a_url():
    secret = Secret("hunter22/+=x")
    shown = redact("a hunter22/+=x b hunter22%2F%2B%3Dx", [secret])
    assert shown == f"a {MASK} b {MASK}"
