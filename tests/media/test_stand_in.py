"""Clips of the provider's stand-in: real footage, and everything that may come in its place."""

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.domain.clip_errors import (
    ClipDamaged,
    ClipError,
    ClipForbidden,
    ClipGone,
    ClipTooMuch,
    ClipUnreachable,
    ClipUnusable,
)
from bot.media.disk_media import DiskMedia
from sandbox.clock import Clock
from sandbox.ledger import Ledger
from sandbox.toapis import ProviderSettings, ProviderStandIn
from sandbox.toapis.clips import ClipTrouble
from tests.media.places import PATIENT
from tests.toapis.fakes import a_job, provider

JOB = "k3f9a2" + "0" * 14
COMES_TO = {
    ClipTrouble.HTML: ClipUnusable,
    ClipTrouble.EMPTY: ClipUnusable,
    ClipTrouble.NOT_VIDEO: ClipUnusable,
    ClipTrouble.REDIRECT: ClipForbidden,
    ClipTrouble.ENDLESS: ClipTooMuch,
    ClipTrouble.HUGE: ClipTooMuch,
    ClipTrouble.TRUNCATED: ClipUnreachable,
    ClipTrouble.WRONG_TYPE: None,
    ClipTrouble.SLOW: ClipTooMuch,
    ClipTrouble.STATUS: ClipUnreachable,
    ClipTrouble.JSON: ClipUnusable,
    ClipTrouble.HALF: ClipDamaged,
    ClipTrouble.CLAIMS_MORE: ClipDamaged,
    ClipTrouble.TEXT_BEHIND: ClipDamaged,
    ClipTrouble.BYTE_MISSING: ClipDamaged,
    ClipTrouble.FIRST_BOX: None,
}


async def outcome(media: DiskMedia, url: str) -> type[Exception] | None:
    try:
        await media.fetch_clip(url, JOB)
    except ClipError as error:
        return type(error)
    return None


async def test_every_trouble_comes_to_what_is_done_about_it(tmp_path: Path) -> None:
    clock = Clock()
    settings = ProviderSettings(size_scale=0.125, run_seconds=(100.0, 100.0))
    # Only what comes too slowly is ended by time; no other trouble depends on how fast the machine is.
    media = DiskMedia(tmp_path / "data", frozenset({"127.0.0.1"}), 3_000_000, PATIENT)
    brief = DiskMedia(tmp_path / "brief", frozenset({"127.0.0.1"}), 3_000_000, replace(PATIENT, clip_total=0.5))
    async with (
        ProviderStandIn(clock=clock, ledger=Ledger(clock), folder=tmp_path, settings=settings) as it,
        provider(it.url, key=it.key) as api,
        media,
        brief,
    ):
        task_id = await api.submit(a_job())
        await asyncio.wait_for(it.tasks[task_id].footage, 60)
        it.finish_now(task_id)
        url = (await api.ask(task_id)).clip_url
        assert set(COMES_TO) == set(ClipTrouble)
        seen = {}
        for trouble in ClipTrouble:
            await media.delete_clip(JOB)
            value = {ClipTrouble.REDIRECT: "http://127.0.0.2:9/", ClipTrouble.SLOW: "100"}.get(trouble, "")
            it.answer_clip_with(trouble, value)
            seen[trouble] = await outcome(brief if trouble is ClipTrouble.SLOW else media, url)
        assert seen == COMES_TO
        await media.delete_clip(JOB)
        assert await outcome(media, url) is None
        assert media.clip(JOB) is not None
        await media.delete_clip(JOB)
        it.expire_urls()
        assert await outcome(media, url) is ClipGone
