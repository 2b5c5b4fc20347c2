"""Commands: what may be registered, and what a member may type."""

from typing import Any

import pytest

from sandbox.discord import DiscordRefused, DiscordStandIn, Member, Settings, Upload
from sandbox.discord.permissions import Permission
from tests.sandbox_discord.conftest import VIDEO, Raw

OPTION = {"type": 3, "name": "a", "description": "A"}
LONG = [{"name": f"{one:0100}", "value": f"{one:0100}"} for one in range(20)]
FILE = {"type": 11, "name": "file", "description": "A file"}
BAD: list[tuple[dict[str, Any], str]] = [
    ({"name": "Video"}, "name"),
    ({"name": "two words"}, "name"),
    ({"name": "x" * 33}, "name"),
    ({"description": "x" * 101}, "description"),
    ({"options": [OPTION | {"description": "x" * 101}]}, "options.0.description"),
    ({"options": [OPTION | {"name": f"o{one}"} for one in range(26)]}, "options"),
    ({"options": [OPTION, OPTION]}, "options.1.name"),
    ({"options": [OPTION, OPTION | {"name": "b", "required": True}]}, "options.1.required"),
    ({"options": [OPTION | {"file_types": ["image"]}]}, "options.0.file_types"),
    ({"options": [FILE | {"file_types": [".png"] * 11}]}, "options.0.file_types"),
    ({"options": [FILE | {"file_types": ["image", "png"]}]}, "options.0.file_types.1"),
    ({"options": [OPTION | {"name": f"o{one}", "choices": LONG} for one in range(2)]}, ""),
    ({"description_localizations": {"de": "x" * 101}}, "description_localizations.de"),
    ({"description_localizations": {"xx": "x"}}, "description_localizations.xx"),
    (
        {"options": [OPTION | {"description_localizations": {"fr": "x" * 101}}]},
        "options.0.description_localizations.fr",
    ),
    ({"options": [OPTION | {"choices": [{"name": "c", "value": "c"}] * 26}]}, "options.0.choices"),
]


@pytest.mark.parametrize(("change", "path"), BAD, ids=lambda one: one if isinstance(one, str) else "")
async def test_a_bad_command_is_refused(stand_in: DiscordStandIn, raw: Raw, change: dict[str, Any], path: str) -> None:
    base = f"/applications/{stand_in.application_id}/commands"
    status, _, answer = await raw("PUT", base, [{"name": "x", "description": "X"} | change])
    stand_in.violations.clear()
    assert (status, answer["code"]) == (400, 50035)
    here = answer["errors"]["0"]
    for part in filter(None, path.split(".")):
        here = here[part]
    assert here["_errors"]
    assert (await raw("GET", base))[2] == []


MENU_BAD: list[tuple[dict[str, Any], str]] = [
    ({"name": "x" * 33}, "name"),
    ({"description": "A menu has none"}, "description"),
    ({"options": [OPTION]}, "options"),
    ({"name_localizations": {"de": "x" * 33}}, "name_localizations.de"),
]


@pytest.mark.parametrize(("change", "path"), MENU_BAD, ids=lambda one: one if isinstance(one, str) else "")
async def test_a_bad_command_of_a_menu_is_refused(
    stand_in: DiscordStandIn, raw: Raw, change: dict[str, Any], path: str
) -> None:
    base = f"/applications/{stand_in.application_id}/commands"
    status, _, answer = await raw("PUT", base, [{"name": "Two Words", "type": 3} | change])
    stand_in.violations.clear()
    assert (status, answer["code"]) == (400, 50035)
    here = answer["errors"]["0"]
    for part in path.split("."):
        here = here[part]
    many = [{"name": f"Menu {at}", "type": 2} for at in range(16)]
    assert (await raw("PUT", base, many))[0] == 400
    # One name may stand in both menus and among the typed commands.
    both = [{"name": "same", "type": kind} for kind in (2, 3)]
    assert (await raw("PUT", base, [*both, {"name": "same", "description": "S"}]))[0] == 200


async def test_a_command_of_a_menu_comes_with_what_it_is_used_on(stand_in: DiscordStandIn, raw: Raw) -> None:
    base = f"/applications/{stand_in.application_id}/commands"
    menus = [{"name": "On message", "type": 3}, {"name": "On member", "type": 2}]
    assert (await raw("PUT", base, menus))[0] == 200
    mara, tomas = stand_in.member("Mara"), stand_in.member("Tomas")
    said = await tomas.say("look", Upload("a.txt", b"a"))
    sent = (await mara.use_on("On message", said, wait=False)).interaction.data
    assert (sent["type"], sent["target_id"], set(sent["resolved"]["messages"])) == (3, said.id, {said.id})
    sent = (await mara.use_on("On member", tomas, wait=False)).interaction.data
    assert sent["resolved"]["users"][tomas.id]["avatar"] == tomas.user.avatar
    assert "user" not in sent["resolved"]["members"][tomas.id]
    with pytest.raises(DiscordRefused, match="no On member in this menu"):
        await mara.use_on("On member", said)


async def test_overwriting_keeps_the_ids_of_known_names(stand_in: DiscordStandIn, synced: Raw) -> None:
    base = f"/applications/{stand_in.application_id}/commands"
    before = (await synced("GET", base))[2]
    status, _, made = await synced("POST", base, {"name": "status", "description": "Status"})
    assert status == 201
    after = (await synced("PUT", base, [VIDEO]))[2]
    assert [one["id"] for one in after] == [one["id"] for one in before]
    assert (await synced("GET", f"{base}/{made['id']}"))[2]["code"] == 10063
    mine = f"/applications/{stand_in.application_id}/guilds/2001/commands"
    assert (await synced("PUT", mine, [{"name": "here", "description": "H"}]))[0] == 200
    assert (await synced("PUT", mine.replace("2001", "2002"), []))[2]["code"] == 50001
    assert (await synced("GET", base.replace(stand_in.application_id, "5")))[0] == 403
    assert [one["name"] for one in stand_in.commands.all(2001)] == ["here", "video"]


async def test_the_file_types_of_an_attachment_are_kept(stand_in: DiscordStandIn, raw: Raw) -> None:
    base = f"/applications/{stand_in.application_id}/commands"
    option = FILE | {"file_types": ["image", ".mp4"]}
    assert (await raw("PUT", base, [{"name": "x", "description": "X", "options": [option]}]))[0] == 200
    assert (await raw("GET", base))[2][0]["options"][0]["file_types"] == ["image", ".mp4"]


class TestCreations:
    """The daily limit on new commands."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(command_creations_a_day=1)

    async def test_only_so_many_new_ones_a_day(self, stand_in: DiscordStandIn, synced: Raw, clock: Any) -> None:
        base = f"/applications/{stand_in.application_id}/commands"
        more = {"name": "status", "description": "S"}
        assert (await synced("POST", base, more))[2]["code"] == 30034
        clock.advance(86_401)
        assert (await synced("POST", base, more))[0] == 201


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "prompt: This option is required"),
        ({"prompt": " "}, "prompt: This option is required"),
        ({"prompt": "x" * 6001}, "prompt: must be 6000 or fewer"),
        ({"prompt": "x", "duration": 16}, "duration: must be at most 15"),
        ({"prompt": "x", "duration": 3}, "duration: must be at least 4"),
        ({"prompt": "x", "duration": "five"}, "duration: must be a whole number"),
        ({"prompt": "x", "duration": True}, "duration: must be a whole number"),
        ({"prompt": "x", "ratio": "2:1"}, "ratio: must be one of wide, tall"),
        ({"prompt": "x", "colour": "red"}, "colour: there is no such option"),
        ({"prompt": "x", "image": "text"}, "image: must be a file"),
    ],
)
async def test_discord_refuses_before_the_bot_hears_of_it(
    stand_in: DiscordStandIn, synced: Raw, mara: Member, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DiscordRefused) as refused:
        await mara.use("video", **options)
    assert str(refused.value).startswith(sentence)
    assert stand_in.ledger.of("interaction") == []


async def test_a_test_can_inject_it_all_the_same(stand_in: DiscordStandIn, synced: Raw, mara: Member) -> None:
    await mara.use("video", prompt="x" * 7000, duration=16, unchecked=True, wait=False)
    sent = stand_in.ledger.of("interaction", "sent")[0].detail["data"]["options"]
    assert (len(sent[0]["value"]), sent[1]["value"], sent[1]["type"]) == (7000, 16, 4)


class TestUploads:
    """Files of a command."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(upload_limit=1 << 20)

    async def test_too_big_for_the_client(self, synced: Raw, mara: Member) -> None:
        with pytest.raises(DiscordRefused, match="too powerful"):
            await mara.use("video", prompt="x", image=Upload("a.png", b"x" * ((1 << 20) + 1)))


async def test_where_a_command_may_be_used(stand_in: DiscordStandIn, raw: Raw, mara: Member) -> None:
    base = f"/applications/{stand_in.application_id}/commands"
    server_only = {"name": "server", "description": "S", "integration_types": [0], "contexts": [0]}
    await raw("PUT", base, [VIDEO, server_only])
    sent = {}
    for channel in ("videos", "dm", "lounge", "private"):
        await mara.use("video", channel=channel, prompt="x", wait=False)
        sent[channel] = stand_in.interactions.latest
    places = {name: (one.owners, stand_in.interactions.context(one.channel)) for name, one in sent.items()}
    assert places == {
        "videos": ({"0": "2001", "1": "1001"}, 0),
        "dm": ({"0": "0", "1": "1001"}, 1),
        "lounge": ({"1": "1001"}, 0),
        "private": ({"1": "1001"}, 2),
    }
    assert (await mara.use("server", wait=False)).interaction.owners == {"0": "2001"}
    for channel in ("dm", "lounge", "private"):
        with pytest.raises(DiscordRefused, match="no command"):
            await mara.use("server", channel=channel)
    mara.user.app_installed = False
    with pytest.raises(DiscordRefused):
        await mara.use("video", channel="lounge", prompt="x")
    stand_in.world.channel("videos").permissions.deny("Use Application Commands", member=1002)
    with pytest.raises(DiscordRefused):
        await stand_in.member("Tomas").use("video", prompt="x")


async def test_a_member_may_only_choose_files_of_an_options_types(stand_in: DiscordStandIn, raw: Raw) -> None:
    base = f"/applications/{stand_in.application_id}/commands"
    await raw("PUT", base, [{"name": "x", "description": "X", "options": [FILE | {"file_types": ["image", ".HEIC"]}]}])
    mara = stand_in.member("Mara")
    for name in ("fox.PNG", "fox.avif", "fox.heic"):
        await mara.use("/x", file=Upload(name, b"0"), wait=False)
    for name in ("fox.mp4", "fox", "png"):
        with pytest.raises(DiscordRefused, match="file"):
            await mara.use("/x", file=Upload(name, b"0"))
    await mara.use("/x", file=Upload("fox.mp4", b"0"), unchecked=True, wait=False)


MANAGED = {
    "name": "manage",
    "description": "M",
    "default_member_permissions": 32,
    "contexts": [0, 1],
    "options": [
        {
            "type": 2,
            "name": "limits",
            "description": "L",
            "options": [
                {
                    "type": 1,
                    "name": "set",
                    "description": "S",
                    "options": [
                        {"type": 6, "name": "who", "description": "W"},
                        {"type": 8, "name": "role", "description": "R"},
                        {"type": 7, "name": "where", "description": "C"},
                    ],
                }
            ],
        }
    ],
}


async def test_a_command_for_managers_is_shown_to_those_with_the_permission(
    stand_in: DiscordStandIn, raw: Raw, mara: Member, tomas: Member
) -> None:
    await raw("PUT", f"/applications/{stand_in.application_id}/commands", [MANAGED])
    with pytest.raises(DiscordRefused, match="no command"):
        await tomas.use("manage limits set", wait=False)
    await mara.use("manage limits set", wait=False)
    # In direct messages Discord asks for no permission.
    await tomas.use("manage limits set", channel="dm", wait=False)
    guild = stand_in.world.guild("Film Club")
    guild.command_members["manage"] = {int(tomas.id)}
    await tomas.use("manage limits set", wait=False)
    guild.command_members.clear()
    stand_in.world.guild("Film Club").everyone |= Permission.MANAGE_GUILD
    await tomas.use("manage limits set", wait=False)


async def test_who_and_what_a_command_names_is_described(stand_in: DiscordStandIn, raw: Raw, mara: Member) -> None:
    await raw("PUT", f"/applications/{stand_in.application_id}/commands", [MANAGED])
    guild = stand_in.world.guild("Film Club")
    guild.role_names[7001], guild.roles[1002] = "Crew", [7001]
    use = await mara.use("manage limits set", wait=False, who="1002", role=7001, where=3002)
    data = use.interaction.data
    assert [one["value"] for one in data["options"][0]["options"][0]["options"]] == ["1002", "7001", "3002"]
    resolved = data["resolved"]
    assert resolved["users"]["1002"]["global_name"] == "Tomas"
    assert resolved["members"]["1002"]["roles"] == ["7001"]
    assert (resolved["roles"]["7001"]["name"], resolved["channels"]["3002"]["name"]) == ("Crew", "general")
    for wrong in ({"role": 5}, {"who": 5}, {"where": 3101}):
        with pytest.raises(DiscordRefused, match="there is no"):
            await mara.use("manage limits set", wait=False, **wrong)
