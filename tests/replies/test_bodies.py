"""Every form of delivery as it goes over the wire, to the letter: a change of the library's shows here.

An edit whose `attachments` do not name its files fails at Discord where a gallery shows them (discord-api-docs #7529).
"""

import pytest
from discord.ui import Container, File, LayoutView, MediaGallery, TextDisplay

from bot.domain.reply import Route, Variant
from bot.replies.messages import Body
from bot.replies.upload import opened
from bot.studio.ports import Posted
from tests.replies.conftest import FOOTAGE, MARA, VIDEOS

NAME = "seedreel-x.mp4"


def gallery() -> LayoutView:
    view = LayoutView(timeout=None)
    shown = MediaGallery()
    return view.add_item(Container(TextDisplay("words"), shown.add_item(media=f"attachment://{NAME}")))


def plain() -> LayoutView:
    return LayoutView(timeout=None).add_item(TextDisplay("words")).add_item(File(f"attachment://{NAME}"))


GALLERY = (
    '[{"type":17,"accent_color":null,"spoiler":false,"components":[{"type":10,"content":"words"},'
    '{"type":12,"items":[{"media":{"url":"attachment://seedreel-x.mp4"},"spoiler":false}]}]}]'
)
PLAIN = '[{"type":10,"content":"words"},{"type":13,"file":{"url":"attachment://seedreel-x.mp4"},"spoiler":false}]'
FORMS = {gallery: GALLERY, plain: PLAIN}
FILES = '"attachments":[{"id":0,"filename":"seedreel-x.mp4"}]}'
NOBODY, MARA_ALONE = '"allowed_mentions":{"parse":[]},', '"allowed_mentions":{"users":[1001],"parse":[]},'
V2, V2_PRIVATE = '"tts":false,"flags":32768,', '"tts":false,"flags":32832,'
NONCE = '"nonce":"nonce","enforce_nonce":true,'
WITH = {"with_components": "1"}


def sent(scene) -> tuple[str, dict, str, list]:
    entry = scene.discord.ledger.of("rest")[-1]
    files = [(file["name"], file["size"]) for file in entry.detail["files"]]
    return entry.route, entry.detail["query"], entry.detail["sent"], files


@pytest.mark.parametrize("variant", FORMS)
class TestToTheLetter:
    """One test for each call that brings a file."""

    @pytest.mark.parametrize("private", [False, True])
    async def test_an_edit_through_the_token(self, scene, variant, private):
        job = await scene.asks(private=private)
        async with opened(scene.clip, NAME) as file:
            await scene.api.messages.edit_by_token(job.reply, Body(variant(), (file,)))
        body = f'{{"components":{FORMS[variant]},{V2}{NOBODY}{FILES}'
        route = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"
        assert sent(scene) == (route, WITH, body, [(NAME, len(FOOTAGE))])

    async def test_an_edit_as_the_bot(self, scene, variant):
        job = await scene.asks()
        async with opened(scene.clip, NAME) as file:
            await scene.api.messages.edit_as_bot(VIDEOS, job.reply.message_id, Body(variant(), (file,)))
        body = f'{{"components":{FORMS[variant]},{V2}{NOBODY}{FILES}'
        assert sent(scene) == ("PATCH /channels/{channel_id}/messages/{message_id}", {}, body, [(NAME, len(FOOTAGE))])

    async def test_a_post(self, scene, variant):
        async with opened(scene.clip, NAME) as file:
            await scene.api.messages.post(VIDEOS, Body(variant(), (file,)), "nonce", MARA)
        body = f'{{"content":null,"components":{FORMS[variant]},{NONCE}{V2}{MARA_ALONE}{FILES}'
        assert sent(scene) == ("POST /channels/{channel_id}/messages", {}, body, [(NAME, len(FOOTAGE))])

    @pytest.mark.parametrize("private", [False, True])
    async def test_a_follow_up(self, scene, variant, private):
        job = await scene.asks(private=private)
        async with opened(scene.clip, NAME) as file:
            await scene.api.messages.follow_with(job.reply, Body(variant(), (file,)), MARA)
        body = f'{{"components":{FORMS[variant]},{V2_PRIVATE if private else V2}{MARA_ALONE}{FILES}'
        route = "POST /webhooks/{webhook_id}/{webhook_token}"
        assert sent(scene) == (route, {"wait": "1"} | WITH, body, [(NAME, len(FOOTAGE))])


@pytest.mark.parametrize("route", [Route.TOKEN, Route.BOT, Route.CHANNEL, Route.FOLLOW_UP, Route.DIRECT])
@pytest.mark.parametrize("variant", [Variant.FILE, Variant.PLAIN])
async def test_the_cards_themselves_name_the_file_that_they_show(scene, route, variant):
    job = await scene.asks()
    assert isinstance(await scene.replies.deliver(job, scene.attempt(job, route, variant), scene.clip), Posted)
    _, _, body, files = sent(scene)
    # Only a gallery has a description of its own.
    alt = ',"description":"a fox in the snow"' if variant is Variant.PLAIN else ""
    assert body.endswith(f'"attachments":[{{"id":0,"filename":"{job.clip_name}"{alt}}}]}}')
    assert body.count(f'"attachment://{job.clip_name}"') == 1
    assert files == [(job.clip_name, len(FOOTAGE))]
