"""Forms of messages: what Discord refuses, in its nested shape, and what becomes of files."""

import asyncio
import json
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from sandbox.discord import DiscordStandIn, Member, Use
from tests.sandbox_discord.conftest import Raw

V2 = 1 << 15


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def button(custom_id: str = "a", label: str = "A") -> dict[str, Any]:
    return {"type": 2, "style": 1, "custom_id": custom_id, "label": label}


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(parts)}


def gallery(*urls: str) -> dict[str, Any]:
    return {"type": 12, "items": [{"media": {"url": url}} for url in urls]}


def form(payload: dict[str, Any], *names: str, size: int = 12) -> aiohttp.FormData:
    made = aiohttp.FormData(quote_fields=False)
    made.add_field("payload_json", json.dumps(payload), content_type="application/json")
    for at, name in enumerate(names):
        made.add_field(f"files[{at}]", BytesIO(b"x" * size), filename=name, content_type="application/octet-stream")
    return made


def named(*names: str) -> dict[str, Any]:
    return {"attachments": [{"id": at, "filename": name} for at, name in enumerate(names)]}


def codes(errors: Any) -> set[str]:
    if isinstance(errors, list):
        return {one["code"] for one in errors}
    return set().union(*(codes(one) for one in errors.values())) if errors else set()


class Reply:
    """A reply that is edited by raw requests."""

    def __init__(self, raw: Raw, use: Use, application_id: str) -> None:
        self.raw = raw
        self.use = use
        self.path = f"/webhooks/{application_id}/{use.token}/messages/@original"

    async def edit(self, body: Any = None, *, data: Any = None) -> tuple[int, Any]:
        status, _, answer = await self.raw("PATCH", self.path, body, data=data)
        return status, answer


@pytest_asyncio.fixture
async def reply(synced: Raw, stand_in: DiscordStandIn, mara: Member) -> AsyncIterator[Reply]:
    use = await mara.use("video", prompt="x", wait=False)
    await synced("POST", f"/interactions/{use.id}/{use.token}/callback", {"type": 5})
    yield Reply(synced, use, stand_in.application_id)


REFUSED = [
    ({"flags": V2, "content": "x", "components": [text("y")]}, "content", "LEGACY_FIELDS"),
    ({"flags": V2, "embeds": [{"title": "x"}], "components": [text("y")]}, "embeds", "LEGACY_FIELDS"),
    ({"flags": V2, "components": [text("y")] * 41}, "components", "MAX_TOTAL_COMPONENTS"),
    (
        {"flags": V2, "components": [{"type": 17, "components": [text("y")] * 13}] * 3},
        "components",
        "MAX_TOTAL_COMPONENTS",
    ),
    ({"flags": V2, "components": [text("y" * 2001), text("z" * 2000)]}, "components", "DISPLAYABLE_TEXT_SIZE"),
    ({"flags": V2, "components": [{"type": 12, "items": []}]}, "components.0.items", "BAD_LENGTH"),
    ({"flags": V2, "components": [gallery(*["https://a.b/c"] * 11)]}, "components.0.items", "BAD_LENGTH"),
    ({"flags": V2, "components": [gallery("attachment://no.mp4")]}, "components.0.items.0.media.url", "NOT_FOUND"),
    ({"flags": V2, "components": [row(*[button(str(one)) for one in range(6)])]}, "components.0.components", "LENGTH"),
    ({"flags": V2, "components": [row(button("a"), button("a"))]}, "components.0.components.1", "DUPLICATED"),
    ({"flags": V2, "components": [row(button("a" * 101))]}, "components.0.components.0.custom_id", "BAD_LENGTH"),
    ({"flags": V2, "components": [row(button("a", "b" * 81))]}, "components.0.components.0.label", "MAX_LENGTH"),
    ({"flags": V2, "components": [button()]}, "components.0.type", "UNION_TYPE"),
    ({"flags": V2, "components": [text("")]}, "components.0.content", "BAD_LENGTH"),
    ({"components": [text("y")]}, "components.0.type", "UNION_TYPE"),
    ({"components": [row(button(str(one))) for one in range(6)]}, "components", "MAX_LENGTH"),
    ({"content": "x" * 2001}, "content", "MAX_LENGTH"),
    ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description", "MAX_LENGTH"),
    ({"embeds": [{"description": "x" * 4000}, {"description": "y" * 2001}]}, "embeds", "MAX_EMBED_SIZE"),
    ({"content": "x", "attachments": [{"id": "5"}]}, "attachments.0.id", "NOT_FOUND"),
]


@pytest.mark.parametrize(("body", "path", "reason"), REFUSED, ids=lambda one: one if isinstance(one, str) else "")
async def test_a_bad_form_is_refused_with_its_place(
    stand_in: DiscordStandIn, reply: Reply, body: Any, path: str, reason: str
) -> None:
    status, answer = await reply.edit(body)
    stand_in.violations.clear()  # some of these break the description too, and are meant to
    assert (status, answer["code"], answer["message"]) == (400, 50035, "Invalid Form Body")
    here = answer["errors"]
    for part in path.split("."):
        here = here[part]
    assert any(reason in one for one in codes(here)), here
    assert reply.use.reply is not None
    assert reply.use.reply.loading


async def test_the_flag_is_set_by_an_edit_and_never_taken_back(reply: Reply) -> None:
    assert (await reply.edit({"content": "plain"}))[0] == 200
    _, answer = await reply.edit({"flags": V2, "components": [text("card")]})
    assert answer["errors"]["content"]["_errors"][0]["code"].startswith("MESSAGE_CANNOT_USE_LEGACY_FIELDS")
    status, answer = await reply.edit({"flags": V2, "content": None, "components": [text("card")]})
    assert (status, answer["flags"] & V2, answer["content"]) == (200, V2, "")
    status, answer = await reply.edit({"flags": 0, "components": [text("card")]})
    assert (status, answer["code"]) == (400, 50035)
    status, answer = await reply.edit({"components": [text("another")]})
    assert (status, answer["flags"] & V2) == (200, V2)


async def test_files_of_a_card_live_in_its_components_only(reply: Reply) -> None:
    body = {
        "flags": V2,
        "components": [text("x"), gallery("attachment://a.mp4")],
        "attachments": [{"id": 0}, {"id": 1}],
    }
    status, answer = await reply.edit(data=form(body, "a.mp4", "hidden.txt"))
    assert status == 200
    media = answer["components"][1]["items"][0]["media"]
    assert (answer["attachments"], media["content_type"]) == ([], "video/mp4")
    assert "/a.mp4?" in media["url"]
    message = reply.use.reply
    assert message is not None
    assert message.media() == ["a.mp4"]
    assert [file.name for file in message.stored.files.values()] == ["a.mp4"]
    # The link of a file that is there may name it in the next edit; what no component names is gone.
    status, answer = await reply.edit({"components": [gallery(media["url"])]})
    assert (status, message.media()) == (200, ["a.mp4"])
    status, answer = await reply.edit({"attachments": []})
    assert (status, answer["code"]) == (400, 50035)
    assert (await reply.edit({"components": [text("without")], "attachments": []}))[0] == 200
    assert message.media() == []


async def test_plain_files_are_kept_or_dropped_by_attachments(reply: Reply) -> None:
    _, answer = await reply.edit(data=form({"content": "x"} | named("a.txt", "b c$.txt"), "a.txt", "b c$.txt"))
    assert [one["filename"] for one in answer["attachments"]] == ["a.txt", "b_c.txt"]
    first = answer["attachments"][0]["id"]
    _, answer = await reply.edit({"content": "kept"})
    assert len(answer["attachments"]) == 2
    _, answer = await reply.edit(data=form({"attachments": [{"id": first}, {"id": 0}]}, "c.txt"))
    assert [one["filename"] for one in answer["attachments"]] == ["a.txt", "c.txt"]
    _, answer = await reply.edit({"attachments": []})
    assert answer["attachments"] == []
    assert (await reply.edit({"content": ""}))[1]["code"] == 50006


async def test_an_edit_that_brings_files_names_them(reply: Reply) -> None:
    before = [one.name for one in reply.use.interaction.original.files.values()]
    channel = reply.use.interaction.channel.id
    as_bot = f"/channels/{channel}/messages/{reply.use.interaction.original.id}"
    shown = {"flags": 1 << 15, "components": [gallery("attachment://clip.mp4")], "content": None}
    for body in ({"content": "x"}, shown):
        status, answer = await reply.edit(data=form(body, "clip.mp4"))
        assert (status, answer["code"]) == (400, 50035)
        status, _, answer = await reply.raw("PATCH", as_bot, data=form(body, "clip.mp4"))
        assert (status, answer["code"]) == (400, 50035)
    assert [one.name for one in reply.use.interaction.original.files.values()] == before
    assert (await reply.raw("POST", f"/channels/{channel}/messages", data=form({}, "clip.mp4")))[0] == 200
    follow_up = reply.path.removesuffix("/messages/@original")
    assert (await reply.raw("POST", follow_up, data=form({}, "clip.mp4")))[0] == 200
    assert (await reply.edit(data=form(shown | named("clip.mp4"), "clip.mp4")))[0] == 200


async def test_a_file_above_the_places_limit_is_refused(stand_in: DiscordStandIn, reply: Reply) -> None:
    stand_in.world.guild("Film Club").size_limit = 1000
    # The interaction was told ten MiB: what it carries may overstate.
    assert reply.use.interaction.size_limit == 10 << 20
    status, answer = await reply.edit(data=form(named("a.txt"), "a.txt", size=1001))
    assert (status, answer["code"]) == (413, 40005)
    status, _, answer = await reply.raw("POST", "/channels/3001/messages", data=form({}, "a.txt", size=1001))
    assert (status, answer["code"]) == (413, 40005)
    assert (await reply.raw("POST", "/channels/3001/messages", data=form({}, "a.txt", size=1000)))[0] == 200


async def test_a_request_above_25_mib_is_refused(stand_in: DiscordStandIn, reply: Reply) -> None:
    stand_in.world.guild("Film Club").size_limit = 100 << 20
    status, answer = await reply.edit(data=form({}, "a.bin", size=(25 << 20) + 1))
    assert (status, answer["code"]) == (413, 40005)


async def test_a_body_that_is_no_json(stand_in: DiscordStandIn, raw: Raw) -> None:
    status, _, answer = await raw("POST", "/channels/3001/messages", data=b"{", token=None)
    assert (status, answer["code"]) == (400, 50109)


async def test_a_client_that_dies_in_the_middle_of_an_upload_changes_nothing(
    stand_in: DiscordStandIn, reply: Reply
) -> None:
    head = (
        f"PATCH /api/v10{reply.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="files[0]"; filename="a.mp4"\r\n\r\nxxxx'
    )
    port = int(stand_in.url.rsplit(":", 1)[1])
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.encode())
    await writer.drain()
    writer.transport.abort()
    died = await stand_in.ledger.until(lambda: stand_in.ledger.of("rest", "PATCH /webhooks"))
    assert died[0].detail["status"] == 499
    assert reply.use.reply is not None
    assert reply.use.reply.loading
