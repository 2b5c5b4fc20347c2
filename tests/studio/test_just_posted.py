"""A press on a message with a video that has just come, before the video's row says so."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.job import DeliveryAttempt
from bot.domain.reply import Route
from bot.domain.server_settings import ServerSettings
from bot.domain.share_problems import NothingToShare
from bot.domain.shares import OtherChannel, SharePlace
from bot.domain.stages import Stage
from bot.storage.own_job_store import SqliteOwnJobs
from bot.storage.share_store import SqliteShares
from bot.studio.delivery.just_posted import find_posted
from bot.studio.delivery.sharing import Sharing
from bot.studio.delivery.showcase import Showcase
from tests.storage.samples import NOW, job, put

PLACE = SharePlace(7)


class Read(SqliteOwnJobs):
    """A member's jobs, of which a test knows that they were looked at."""

    looked = None

    async def find_mine(self, user_id, text):
        found = await super().find_mine(user_id, text)
        if self.looked is not None:
            self.looked.set()
        return found


@pytest.fixture
async def posted(studio):
    """Give a job whose message is there, though its row only says that it's on its way."""
    attempt = DeliveryAttempt(Route.BOT, 2, "seedreel", NOW, 4)
    return await put(studio.store, job(), Stage.DELIVERING, attempt=attempt)


def shared_by(studio, own):
    unused = dict.fromkeys(("reels", "replies", "ends", "job_moves", "covers"))
    parts = {"media": studio.media, "shutdown": studio.shutdown, "clock": studio.clock}
    return Sharing(shares=SqliteShares(studio.store), jobs=own, **parts, **unused)


def showcase_of(sharing, own, shares):
    async def settings(_guild_id):
        return ServerSettings(showcase=OtherChannel(8))

    return Showcase(sharing, own, shares, settings)


@pytest.mark.parametrize("press", ["Share", "Show it off"])
async def test_share_and_show_it_off_wait_until_the_row_says_that_it_was_delivered(studio, posted, press):
    own = Read(studio.store)
    own.looked, caller, sharing = asyncio.Event(), Caller(posted.user_id), shared_by(studio, own)
    showcase = showcase_of(sharing, own, SqliteShares(studio.store))
    check = sharing.check(caller, posted.id, PLACE) if press == "Share" else showcase.check(caller, posted.id)
    pressed = asyncio.create_task(check)
    await own.looked.wait()
    assert await studio.jobs.save(posted.delivered(4, NOW), Stage.DELIVERING)
    found = await pressed
    assert (found if press == "Share" else found[0]).stage is Stage.DELIVERED


async def test_where_it_is_not_delivered_for_longer_that_is_said(studio, posted):
    own, waited = Read(studio.store), []

    async def sleep(seconds):
        waited.append(seconds)

    found = await find_posted(lambda: own.find_mine(posted.user_id, posted.id), sleep)
    assert found == posted
    # Discord waits 3 s for the first response, the command 2 s for the look.
    assert 1 < sum(waited) < 1.5
    rendering = await put(studio.store, replace(job(), user_id=posted.user_id), Stage.RENDERING)
    with pytest.raises(Refusal) as refused:
        await shared_by(studio, own).check(Caller(posted.user_id), rendering.id, PLACE)
    assert refused.value.problem == NothingToShare(Stage.RENDERING)
