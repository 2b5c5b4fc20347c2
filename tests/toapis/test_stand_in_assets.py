"""Uploads, assets and verifications against the stand-in of the provider, and what a request then does with them."""

from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.assets import AssetSnapshot, AssetStage
from bot.domain.errors import MediaUnfetched, SubmitRefused, SubmitUnclear, UploadFailed, UploadRefused
from bot.domain.media import InputUrl, Kind, MediaFormat, Medium, Role, StoredFile
from bot.domain.models import Dialect, Resolution
from bot.domain.progress import NotKnown
from bot.domain.stages import Reason
from sandbox.faults import Reset, status
from sandbox.toapis.errors import SHAPES
from tests.sandbox_toapis.client import picture
from tests.sandbox_toapis.samples import sound, video
from tests.toapis.fakes import START, a_job, asset
from tests.toapis.stand_in import stand_in
from tests.toapis.test_uploads import a_copy

WHOLE_SIZE = (640, 360)


@asynccontextmanager
async def videos(folder: Path, **settings):
    async with stand_in(folder / "provider", Dialect.VIDEOS, limited=False, **settings) as (it, api):
        yield it, api


def with_upload(stored: StoredFile, url: str, role: Role, **fields):
    return a_job((Medium(role, stored),), input_urls=(InputUrl(stored.sha256, url, START, uploaded=True),), **fields)


async def test_every_kind_of_file_is_uploaded_and_generated_from(tmp_path: Path) -> None:
    made = {
        MediaFormat.PNG: picture("PNG", WHOLE_SIZE),
        MediaFormat.MP4: video(2.0),
        MediaFormat.WAV: sound(2.0),
    }
    async with videos(tmp_path) as (it, api):
        media, input_url = [], []
        for kind, raw in made.items():
            stored, path = a_copy(tmp_path, kind, raw)
            url = await api.assets.upload(stored, path)
            assert it.ledger.of("upload")[-1].detail["sha256"] == stored.sha256
            media.append(Medium(next(role for role in Role if role.refers and role.kind is stored.kind), stored))
            input_url.append(InputUrl(stored.sha256, url, START, uploaded=True))
        job = a_job(tuple(media), input_urls=tuple(input_url))
        task_id = await api.submit(job)
        (paid,) = it.ledger.of("paid")
        assert paid.detail["task"] == task_id
        assert [entry["sha256"] for entry in paid.detail["media"]] == [stored.sha256 for stored in job.request.stored]


async def test_a_submit_that_was_cut_off_is_found_by_our_id_or_not_known(tmp_path: Path) -> None:
    async with videos(tmp_path) as (it, api):
        job = a_job(choices={"resolution": Resolution.P720}, task_id=None)
        it.faults.add("POST /v1/videos/generations", Reset.BEFORE)
        with pytest.raises(SubmitUnclear):
            await api.submit(job)
        assert await api.find_by_own_id(job) == NotKnown()
        it.faults.add("POST /v1/videos/generations", Reset.AFTER)
        with pytest.raises(SubmitUnclear):
            await api.submit(job)
        (paid,) = it.ledger.of("paid")
        assert await api.find_by_own_id(job) == paid.detail["task"]
        assert await api.submit(job) == paid.detail["task"]  # sent again, and still paid once
        assert len(it.ledger.of("paid")) == 1


async def test_the_last_picture_is_there_where_it_was_asked_for(tmp_path: Path) -> None:
    async with videos(tmp_path) as (it, api):
        asked = await api.submit(a_job(choices={"last_picture": True}))
        other = await api.submit(replace(a_job(), id="z" * 20))
        for task_id in (asked, other):
            it.finish_now(task_id)
            await it.tasks[task_id].footage
        assert "/files/frames/" in ((await api.ask(asked)).last_picture_url or "")
        assert (await api.ask(other)).last_picture_url is None


@pytest.mark.parametrize("dialect", Dialect)
async def test_what_cannot_be_fetched_from_elsewhere_can_be_uploaded(tmp_path: Path, dialect) -> None:
    stored, path = a_copy(tmp_path, MediaFormat.PNG, picture("PNG", WHOLE_SIZE))
    async with stand_in(tmp_path / "provider", dialect, limited=False) as (it, api):
        it.cannot_fetch()
        with pytest.raises(MediaUnfetched):
            await api.submit(with_upload(stored, f"{it.url}/elsewhere.png", Role.FIRST_FRAME))
        assert it.ledger.of("paid") == []
        url = await api.assets.upload(stored, path)
        await api.submit(with_upload(stored, url, Role.FIRST_FRAME))
        assert len(it.ledger.of("paid")) == 1


async def test_an_upload_is_refused_in_every_shape(tmp_path: Path) -> None:
    stored, path = a_copy(tmp_path, MediaFormat.PNG, b"no picture at all")
    async with videos(tmp_path) as (it, api):
        for shape in SHAPES:
            it.refuse_as(shape, of="uploads")
            with pytest.raises(UploadRefused) as refused:
                await api.assets.upload(stored, path)
            assert refused.value.provider_message.startswith(
                "" if shape in ("html", "empty") else "Unsupported image format"
            )


async def test_a_character_s_asset_goes_from_processing_into_a_video(tmp_path: Path) -> None:
    stored, path = a_copy(tmp_path, MediaFormat.PNG, picture("PNG", WHOLE_SIZE))
    async with videos(tmp_path, asset_seconds=(1000.0, 1000.0)) as (it, api):
        group = await api.assets.create_group("Ada")
        it.assets.omit_url()
        url = await api.assets.upload(stored, path)
        asset_id = await api.assets.create_asset(group, Kind.IMAGE, url, "face", real=False)
        assert await api.assets.ask_asset(asset_id, real=False) == AssetSnapshot(AssetStage.PROCESSING, kind=Kind.IMAGE)
        job = a_job((asset(asset_id, Role.REFERENCE_IMAGE),))
        with pytest.raises(SubmitRefused) as refused:
            await api.submit(job)
        assert refused.value.reason is Reason.INVALID
        it.assets.finish(asset_id)
        await it.ledger.until(lambda: it.assets.all[asset_id].is_active, within=60)
        assert (await api.assets.ask_asset(asset_id, real=False)).stage is AssetStage.ACTIVE
        await api.submit(job)
        assert it.ledger.of("paid")[0].detail["media"][0]["url"] == f"asset://{asset_id}"


async def test_an_asset_fails_with_its_reason_and_an_unknown_one_is_refused_in_every_shape(tmp_path: Path) -> None:
    async with videos(tmp_path) as (it, api):
        for field in ("reason", "message"):
            it.assets.know(f"pa_{field}", "video", "processing")
            it.assets.fail(f"pa_{field}", "too blurred", field=field)
            failed = AssetSnapshot(AssetStage.FAILED, "too blurred", Kind.VIDEO)
            assert await api.assets.ask_asset(f"pa_{field}", real=False) == failed
        for shape in SHAPES:
            it.refuse_as(shape, of="assets")
            error = UploadFailed if shape in ("html", "empty") else UploadRefused
            with pytest.raises(error):
                await api.assets.ask_asset("pa_none", real=False)


async def test_a_real_person_is_verified_and_becomes_a_group(tmp_path: Path) -> None:
    async with videos(tmp_path, session_seconds=(1000.0, 1000.0)) as (it, api):
        task_id = await api.assets.begin_verification(it.callback_url, "ours-1")
        session = it.verifications.all[task_id]
        assert (session.callback_url, session.locale, session.biz_id) == (it.callback_url, "zh", "ours-1")
        assert await api.assets.ask_verification(task_id) is None
        it.clock.advance(1001.0)
        link = await api.assets.ask_verification(task_id)
        assert link is not None
        assert (link.url.startswith(f"{it.url}/verify/"), link.dies) == (True, int(session.expires_at))
        assert (await api.assets.verdict(task_id)).provider_message == "pending"
        it.verifications.pass_now(task_id)
        group = (await api.assets.verdict(task_id)).group_id
        assert group == session.group_id
        url = await api.assets.upload(*a_copy(tmp_path, MediaFormat.PNG, picture("PNG", WHOLE_SIZE)))
        asset_id = await api.assets.create_asset(group, Kind.IMAGE, url, "me", real=True)
        assert (await api.assets.ask_asset(asset_id, real=True)).kind is Kind.IMAGE
        with pytest.raises(UploadRefused):
            await api.assets.ask_asset(asset_id, real=False)


async def test_a_person_who_fails_or_comes_too_late_is_not_verified(tmp_path: Path) -> None:
    async with videos(tmp_path, session_seconds=(0.0, 0.0)) as (it, api):
        failed = await api.assets.begin_verification(it.callback_url, "ours-1")
        it.verifications.fail_now(failed)
        verdict = await api.assets.verdict(failed)
        assert (verdict.group_id, verdict.provider_message) == (None, "The person was not verified")
        late = await api.assets.begin_verification(it.callback_url, "ours-2")
        it.verifications.expire_link(late)
        assert (await api.assets.verdict(late)).provider_message == "expired"


async def test_limits_and_outages_may_be_tried_again(tmp_path: Path) -> None:
    async with videos(tmp_path) as (it, api):
        for fault in (status(429), status(502), Reset.AFTER):
            it.faults.add("POST *", fault)
            with pytest.raises(UploadFailed):
                await api.assets.create_group("Ada")
        it.refuse_next("internal", of="assets")
        with pytest.raises(UploadFailed):
            await api.assets.create_group("Ada")
        assert await api.assets.create_group("Ada") in it.assets.groups
