"""How a member is told about an asset, and that a request was not accepted."""

from dataclasses import replace

import pytest

from bot.domain.assets import Asset, AssetStage
from bot.domain.media import Kind
from bot.replies.notices import Notices
from bot.studio.ports import Closed, NotNow, Posted, Unclear
from sandbox.faults import Reset
from tests.languages import ENGLISH, LANGUAGES
from tests.replies.conftest import MARA, VIDEOS, Scene


@pytest.fixture
def notices(scene: Scene) -> Notices:
    return Notices(LANGUAGES, scene.api, scene.port_clock)


async def an_asset(scene: Scene, stage: AssetStage = AssetStage.ACTIVE, **changes: object) -> Asset:
    """Let Mara's private reply be where she waits for an asset."""
    job = await scene.asks(private=True)
    made = Asset("a" * 20, "c" * 20, MARA, "red fox", Kind.IMAGE, scene.clock.now(), stage, "pa_1", reply=job.reply)
    return replace(made, **changes)


def shown(scene: Scene, asset: Asset) -> str:
    return scene.message(asset).texts()


async def test_how_it_stands_is_shown_on_the_reply(scene: Scene, notices: Notices) -> None:
    asset = await an_asset(scene, AssetStage.PROCESSING)
    assert await notices.show(asset) == Posted(VIDEOS, asset.reply.message_id)
    assert "Being reviewed" in shown(scene, asset)
    assert await notices.announce(replace(asset, stage=AssetStage.ACTIVE)) == Posted(VIDEOS, asset.reply.message_id)
    assert "Ready." in shown(scene, asset)
    assert scene.seen("dm") == []


@pytest.mark.parametrize("gone", ["old", "forgotten"])
async def test_a_dead_token_is_not_tried_and_the_member_told_directly(
    scene: Scene, notices: Notices, gone: str
) -> None:
    asset = await an_asset(scene)
    dead = replace(asset.reply, token_at=scene.clock.now() - 15 * 60) if gone == "old" else None
    asset = replace(asset, reply=dead)
    assert isinstance(await notices.show(asset), Closed)
    assert isinstance(await notices.announce(asset), Posted)
    (message,) = scene.seen("dm")
    assert "`red fox`" in message.texts()
    assert scene.edits() == 0


async def test_a_reply_that_is_gone_is_followed_by_a_direct_message(scene: Scene, notices: Notices) -> None:
    asset = await an_asset(scene, reply=(await scene.asks()).reply)
    scene.discord.messages.delete(scene.message(asset).stored)
    assert isinstance(await notices.announce(asset), Posted)
    assert len(scene.seen("dm")) == 1


async def test_the_same_news_sent_twice_is_read_once(scene: Scene, notices: Notices) -> None:
    asset = await an_asset(scene, reply=None)
    scene.faults.add("POST /api/v10/channels/*/messages", Reset.AFTER)
    assert isinstance(await notices.announce(asset), Unclear)
    assert isinstance(await notices.announce(asset), Posted)
    assert len(scene.seen("dm")) == 1


async def test_what_broke_on_the_reply_is_no_reason_for_a_direct_message(scene: Scene, notices: Notices) -> None:
    asset = await an_asset(scene)
    scene.faults.add("PATCH /api/v10/webhooks/*", Reset.BEFORE)
    assert isinstance(await notices.announce(asset), Unclear | NotNow)
    assert scene.seen("dm") == []


async def test_a_member_who_takes_no_direct_messages_is_left_alone(scene: Scene, notices: Notices) -> None:
    scene.discord.world.user("Mara").dms_open = False
    asset = await an_asset(scene, reply=None)
    assert isinstance(await notices.announce(asset), Closed)


async def test_a_request_that_was_not_taken_on_is_withdrawn_in_the_place_of_thinking(
    scene: Scene, notices: Notices
) -> None:
    job = await scene.asks()
    assert scene.message(job).loading
    assert await notices.apologize(job.reply) == Posted(VIDEOS, job.reply.message_id)
    assert not scene.message(job).loading
    assert scene.message(job).texts() == ENGLISH.text("reply.not-taken-on")


async def test_what_is_gone_is_closed_and_what_broke_is_unclear(scene: Scene, notices: Notices) -> None:
    job = await scene.asks()
    scene.faults.add("PATCH /api/v10/webhooks/*", Reset.AFTER)
    assert isinstance(await notices.apologize(job.reply), Unclear)
    unknown = replace(job.reply, token="no such token", token_at=0.0)
    assert isinstance(await notices.apologize(unknown), Closed)
