"""Forms of messages: what becomes of their files, their flags and their mentions."""

import asyncio

from sandbox.discord import DiscordStandIn, Member
from tests.sandbox_discord.bodies import V2, form, gallery, named, shown, text
from tests.sandbox_discord.conftest import Raw, Reply


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


async def test_thumbnails_of_a_private_message_are_replaced_by_an_edit(
    synced: Raw, stand_in: DiscordStandIn, mara: Member
) -> None:
    use = await mara.use("video", prompt="x", wait=False)
    callback = f"/interactions/{use.id}/{use.token}/callback"
    first = {"flags": V2 | 1 << 6, "components": [shown("attachment://1.jpg", "a fox")]}
    sent = form({"type": 4, "data": first | named("1.jpg")}, "1.jpg")
    assert (await synced("POST", callback, data=sent))[0] == 204
    message = use.reply
    assert message is not None
    assert (message.ephemeral, message.media()) == (True, ["1.jpg"])
    thumbnail = message.raw()["components"][0]["accessory"]
    assert (thumbnail["description"], thumbnail["media"]["content_type"]) == ("a fox", "image/jpeg")
    reply = Reply(synced, use, stand_in.application_id)
    later = {"components": [shown("attachment://2.jpg"), shown("attachment://3.jpg")]}
    assert (await reply.edit(data=form(later | named("2.jpg", "3.jpg"), "2.jpg", "3.jpg")))[0] == 200
    assert message.media() == ["2.jpg", "3.jpg"]
    assert (await reply.edit({"components": [shown("attachment://1.jpg")]}))[1]["code"] == 50035


async def test_a_mention_in_a_card_pings_by_what_is_allowed(stand_in: DiscordStandIn, synced: Raw) -> None:
    card = {"flags": V2, "components": [{"type": 17, "components": [text("for <@1001>, by <@1002>")]}]}
    pinged = []
    for allowed in ({"parse": []}, {"parse": [], "users": ["1001"]}, {"parse": ["users"]}, None):
        body = card if allowed is None else card | {"allowed_mentions": allowed}
        status, _, made = await synced("POST", "/channels/3001/messages", body)
        assert status == 200
        pinged.append(stand_in.ledger.of("message", "created")[-1].detail["pinged"])
    assert pinged == [[], ["Mara"], ["Mara", "Tomas"], ["Mara", "Tomas"]]
    await synced("PATCH", f"/channels/3001/messages/{made['id']}", {"components": [text("<@1001>")]})
    assert stand_in.ledger.of("message", "edited")[-1].detail["pinged"] == []


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


async def test_a_spoiler_is_answered_as_one_and_refused_on_request(reply: Reply, stand_in: DiscordStandIn) -> None:
    hidden = {"type": 12, "items": [{"media": {"url": "attachment://a.mp4"}, "spoiler": True}]}
    card = {"flags": V2, "components": [hidden], "attachments": [{"id": 0}]}
    plain = {"content": "here", "attachments": [{"id": 0, "is_spoiler": True}]}
    stand_in.world.refused_spoilers.add("attachment")
    assert (await reply.edit(data=form(plain, "a.mp4")))[0] == 400
    stand_in.world.refused_spoilers.clear()
    status, answer = await reply.edit(data=form(plain, "a.mp4"))
    assert (status, answer["attachments"][0]["filename"], answer["attachments"][0]["flags"]) == (200, "a.mp4", 1 << 3)
    stand_in.world.refused_spoilers.add("gallery")
    assert (await reply.edit(data=form(card | {"content": None}, "a.mp4")))[0] == 400
    stand_in.world.refused_spoilers.clear()
    file = {"type": 13, "file": {"url": "attachment://a.mp4"}}
    shown = card | {"content": None, "components": [hidden, file], "attachments": [{"id": 0, "is_spoiler": True}]}
    status, answer = await reply.edit(data=form(shown, "a.mp4"))
    assert (status, answer["components"][0]["items"][0]["spoiler"], answer["components"][1]["spoiler"]) == (
        200,
        True,
        True,
    )
