"""What a recording shows of a value: its shape, and nothing of whom or what it is about."""

import json

import pytest

from bot.recording.hide import Hider

INTERACTION = {
    "op": 0,
    "t": "INTERACTION_CREATE",
    "d": {
        "id": "1576212354595553280",
        "token": "aW50ZXJhY3Rpb246hunter22",
        "type": 2,
        "guild_id": "81384788765712384",
        "channel": {"id": "381384788765712384", "name": "my-secret-channel", "type": 0},
        "member": {"user": {"id": "53908232506183680", "username": "mara", "global_name": "Mara M."}, "roles": []},
        "app_permissions": "2248473465835073",
        "attachment_size_limit": 10485760,
        "data": {
            "name": "video",
            "options": [{"name": "prompt", "type": 3, "value": "a secret fox"}],
            "resolved": {
                "attachments": {"91384788765712384": {"filename": "my cat.PNG", "url": "https://cdn/x.png?hm=1"}}
            },
        },
    },
}
PRIVATE = ("1576212354595553280", "hunter22", "secret", "mara", "Mara", "53908232506183680", "cat", "cdn", "hm=")


def test_an_interaction_keeps_its_shape_and_loses_all_that_is_somebody_s() -> None:
    hidden = Hider(["video", "prompt"]).value(INTERACTION)
    text = json.dumps(hidden)
    assert [word for word in PRIVATE if word in text] == []
    data = hidden["d"]
    assert (hidden["t"], data["type"], data["attachment_size_limit"]) == ("INTERACTION_CREATE", 2, 10485760)
    assert data["app_permissions"] == "2248473465835073"
    assert (data["data"]["name"], data["data"]["options"][0]["name"]) == ("video", "prompt")
    assert list(data["data"]["resolved"]["attachments"]) != ["91384788765712384"]


def test_the_same_thing_is_replaced_by_the_same_thing_in_paths_too() -> None:
    hider = Hider()
    hidden = hider.value(INTERACTION)["d"]
    path = hider.path("/api/v10/interactions/1576212354595553280/aW50ZXJhY3Rpb246hunter22/callback?with_response=true")
    assert path.startswith(f"/api/v10/interactions/{hidden['id']}/{hidden['token']}/callback?with_response=")


@pytest.mark.parametrize(
    ("answer", "discord", "kept"),
    [
        ({"code": 10062, "message": "Unknown interaction"}, True, True),
        ({"code": 50035, "message": "Invalid: https://cdn/x?hm=1"}, True, False),
        ({"code": "invalid", "message": "your prompt a secret fox"}, False, False),
    ],
)
def test_only_sentences_of_discord_s_own_are_kept(answer, discord, kept) -> None:
    hidden = Hider().value(answer, discord=discord)
    assert hidden["code"] == answer["code"]
    assert (hidden["message"] == answer["message"]) is kept


@pytest.mark.parametrize("text", ["sk-0123456789abcdef", "ä", "a b", "x" * 61, "https://a.b/c", "12345678901234567"])
def test_a_text_is_hidden_under_any_key_that_is_no_word_of_a_protocol(text) -> None:
    assert text not in json.dumps(Hider().value({"unheard": text, "nested": [[{"of": text}]]}), ensure_ascii=False)


def test_what_looks_like_no_word_is_hidden_even_under_a_key_of_the_protocol() -> None:
    assert "secret" not in json.dumps(Hider().value({"model": "a secret fox", "status": "what a secret"}))
