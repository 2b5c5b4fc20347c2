"""Input files on our own disk: from where, how much, and what is left behind."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import Refusal
from bot.domain.media import AttachmentInput, MediaFormat, Role, StoredFile
from bot.domain.media_problems import (
    MediumBroken,
    MediumNotAccepted,
    MediumNotChecked,
    MediumTooLarge,
    MediumUnreachable,
    TooManyPixels,
)
from bot.domain.models import Dialect, Model
from bot.media.disk_media import DiskMedia
from bot.media.images import Images
from tests.domain.test_addresses import TARGETS
from tests.media.broken_tools import BROKEN, broken_ffmpeg
from tests.media.places import (
    PATIENT,
    a_picture,
    a_png_of,
    answering,
    cut_short,
    dripping,
    endless,
    place,
    redirect,
    signed_store,
)
from tests.media.test_sniff import FOREIGN
from tests.models import CAPABILITIES, capability_of

ABLE = capability_of(Model.SEEDANCE_2)
FIRST = Role.FIRST_FRAME
MAX_FRAME = ABLE.rules[FIRST].max_input_bytes


@asynccontextmanager
async def media(folder: Path, images: Images | None = None) -> AsyncIterator[DiskMedia]:
    async with DiskMedia(folder, frozenset({"127.0.0.1"}), timeouts=PATIENT, images=images) as it:
        yield it


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "inputs").iterdir())


async def offered(keeps: DiskMedia, there, body, role: Role | None = FIRST, size: int = 10):
    there.pages["/file"] = body
    try:
        return await keeps.keep(AttachmentInput(f"{there.url}/file", "image.png", size, role, "mine"), ABLE)
    except Refusal as refusal:
        return refusal.problem if len(refusal.problems) == 1 else refusal.problems


async def test_an_image_is_kept_once_by_its_content(tmp_path: Path) -> None:
    body = a_picture("JPEG", (80, 60))
    digest = hashlib.sha256(body).hexdigest()
    async with place() as there, media(tmp_path) as keeps:
        kept = await offered(keeps, there, body)
        assert kept == StoredFile(digest, MediaFormat.JPEG, len(body), 80, 60)
        assert await offered(keeps, there, body, None) == kept
        assert files(tmp_path) == [f"{digest}.jpg"]
        path = keeps.input_path(kept)
        assert path is not None
        assert path.read_bytes() == body


@pytest.mark.parametrize("form", list(MediaFormat))
async def test_every_format_is_kept_under_its_own_suffix(tmp_path: Path, made, form) -> None:
    body = made.of(form)
    async with place() as there, media(tmp_path) as keeps:
        kept = await offered(keeps, there, body, None)
        assert isinstance(kept, StoredFile)
        assert (kept.format, kept.size, files(tmp_path)) == (form, len(body), [kept.sha256 + form.suffix])


async def test_what_is_too_large_is_refused_by_word_and_by_bytes(tmp_path: Path) -> None:
    head = a_picture("PNG")[:4096]
    async with place() as there, media(tmp_path) as keeps:
        assert await offered(keeps, there, head, size=MAX_FRAME + 1) == MediumTooLarge("mine", MAX_FRAME + 1, MAX_FRAME)
        assert there.asked == []
        too_large = await offered(keeps, there, head + bytes(MAX_FRAME))
        assert too_large == MediumTooLarge("mine", len(head) + MAX_FRAME, MAX_FRAME)
        endlessly = await offered(keeps, there, endless(head))
        assert isinstance(endlessly, MediumTooLarge)
        assert there.asked == ["/file", "/file"]
        assert files(tmp_path) == []


async def test_a_reference_is_as_large_as_its_kind_may_be(tmp_path: Path) -> None:
    """Not known before its first bytes are there: by what Discord says of its size then, or by all of its bytes."""
    able = capability_of(Model.SEEDANCE_2, Dialect.VIDEOS)
    most = able.rules[Role.REFERENCE_IMAGE].max_input_bytes
    body = a_picture("PNG") + bytes(most)
    async with place() as there, media(tmp_path) as keeps:
        there.pages |= {"/said": endless(body[:4096]), "/unsaid": body}
        for page, size, whole in (("/said", most + 1, most + 1), ("/unsaid", 10, len(body))):
            with pytest.raises(Refusal) as refused:
                await keeps.keep(AttachmentInput(f"{there.url}{page}", "a.mp4", size, None, "reference 2"), able)
            assert refused.value.problems == (MediumTooLarge("reference 2", whole, most),)
        assert files(tmp_path) == []


@pytest.mark.parametrize(("name", "body"), FOREIGN.items())
async def test_what_cannot_be_read_is_named(tmp_path: Path, name, body) -> None:
    async with place() as there, media(tmp_path) as keeps:
        for role, rule in ABLE.rules.items():
            assert await offered(keeps, there, body, role) == MediumNotAccepted("mine", name, rule.formats)
        assert await offered(keeps, there, body, None) == MediumNotAccepted("mine", name, tuple(MediaFormat))
        assert files(tmp_path) == []


@pytest.mark.parametrize("form", list(MediaFormat))
async def test_a_role_takes_only_its_own_kind(tmp_path: Path, made, form) -> None:
    body = made.of(form)
    async with place() as there, media(tmp_path) as keeps:
        for role, rule in ABLE.rules.items():
            came = await offered(keeps, there, body, role)
            if form.kind is role.kind:
                assert isinstance(came, StoredFile)
            else:
                assert came == MediumNotAccepted("mine", form.name, rule.formats)


@pytest.mark.parametrize("form", list(MediaFormat))
async def test_what_cannot_be_read_to_its_end_is_broken(tmp_path: Path, made, form) -> None:
    body = made.of(form, 12)
    async with place() as there, media(tmp_path) as keeps:
        assert await offered(keeps, there, body[: len(body) // 2], None) == MediumBroken("mine")
        assert files(tmp_path) == []


@pytest.mark.parametrize("form", [MediaFormat.MP4, MediaFormat.WAV])
async def test_a_tool_that_does_not_work_is_our_own_failure(tmp_path: Path, made, monkeypatch, form) -> None:
    body = made.of(form)
    for number, (name, script) in enumerate(BROKEN.items()):
        (tmp_path / str(number)).mkdir()
        monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(broken_ffmpeg(tmp_path / str(number), script)))
        async with place() as there, media(tmp_path / f"media {number}") as keeps:
            assert await offered(keeps, there, body, None) == MediumNotChecked("mine"), name


@pytest.mark.parametrize("form", [MediaFormat.MP4, MediaFormat.MOV, MediaFormat.MP3, MediaFormat.WAV])
async def test_what_we_cannot_look_at_is_our_own_failure(tmp_path: Path, made, monkeypatch, caplog, form) -> None:
    body = made.of(form)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "gone"))
    async with place() as there, media(tmp_path) as keeps:
        assert await offered(keeps, there, body, None) == MediumNotChecked("mine")
        assert files(tmp_path) == []
    assert [record.levelname for record in caplog.records if "couldn't be checked" in record.message] == ["ERROR"]


async def test_an_image_of_too_many_pixels_is_not_decoded(tmp_path: Path) -> None:
    async with place() as there, media(tmp_path, Images(small=5_000, large=10_000)) as keeps:
        assert isinstance(await offered(keeps, there, a_png_of(100, 100, whole=True)), StoredFile)
        too_many = await offered(keeps, there, a_png_of(100, 101, whole=False))
        assert too_many == TooManyPixels("mine", 100, 101, 6000)


@pytest.mark.parametrize(
    "page",
    [
        redirect("http://127.0.0.2:9/"),
        redirect("file:///etc/hostname"),
        answering(403),
        answering(404),
        cut_short(a_picture("PNG", (300, 300))),
    ],
)
async def test_what_does_not_come_leaves_nothing(tmp_path: Path, page) -> None:
    async with place() as there, media(tmp_path) as keeps:
        assert await offered(keeps, there, page) == MediumUnreachable("mine")
        assert files(tmp_path) == []


async def test_a_file_that_drips_ends_with_its_time(tmp_path: Path) -> None:
    brief = replace(PATIENT, input_total=0.3)
    async with place() as there, DiskMedia(tmp_path, frozenset({"127.0.0.1"}), timeouts=brief) as keeps:
        assert await offered(keeps, there, dripping(a_picture("PNG"))) == MediumUnreachable("mine")
        assert files(tmp_path) == []


async def test_a_file_is_asked_for_again_when_that_may_help(tmp_path: Path) -> None:
    body = a_picture("PNG")
    async with place() as there, media(tmp_path) as keeps:
        assert await offered(keeps, there, answering(503)) == MediumUnreachable("mine")
        assert len(there.asked) == 3

        async def second_time(request):
            there.pages["/file"] = body
            return await answering(502)(request)

        assert isinstance(await offered(keeps, there, second_time), StoredFile)


async def test_only_old_files_that_nobody_uses_are_swept(tmp_path: Path, made) -> None:
    async with place() as there, media(tmp_path) as keeps:
        bodies = (made.of(MediaFormat.MP4), made.of(MediaFormat.MP3), a_picture("PNG"))
        used, unused, young = [await offered(keeps, there, body, None) for body in bodies]
        for kept in (used, unused):
            path = keeps.input_path(kept)
            assert path is not None
            os.utime(path, (1_000_000_000, 1_000_000_000))
        assert await keeps.delete_unused_files({used.sha256}) == 0  # a request still holds them
        keeps.release([used, unused, young])
        assert await keeps.delete_unused_files({used.sha256}) == 1
        assert [keeps.input_path(kept) is not None for kept in (used, unused, young)] == [True, False, True]


async def test_an_old_file_is_young_again_once_it_is_offered_anew(tmp_path: Path) -> None:
    body = a_picture("PNG")
    async with place() as there, media(tmp_path) as keeps:
        kept = await offered(keeps, there, body)
        os.utime(tmp_path / "inputs" / kept.file_name, (1_000_000_000, 1_000_000_000))
        await offered(keeps, there, body)
        keeps.release([kept, kept])
        assert await keeps.delete_unused_files(set()) == 0


async def test_many_looks_at_once_are_all_answered(tmp_path: Path) -> None:
    async with place() as there, media(tmp_path) as keeps:
        there.pages["/file"] = a_picture("PNG")
        attachment = AttachmentInput(f"{there.url}/file", "a.png", 10)
        kept = await asyncio.gather(*(keeps.keep(attachment, ABLE) for _ in range(12)))
        assert len(set(kept)) == 1
        assert len(files(tmp_path)) == 1


def test_a_reference_may_be_of_any_format_in_every_dialect() -> None:
    for models in CAPABILITIES.values():
        for able in models.values():
            forms = [form for role, rule in able.rules.items() if role.refers for form in rule.formats]
            assert forms == list(MediaFormat)


@pytest.mark.parametrize("target", TARGETS)
async def test_an_attachment_s_signed_address_is_asked_for_byte_for_byte(tmp_path: Path, target: str) -> None:
    async with signed_store(a_picture("PNG", (400, 400))) as there, media(tmp_path) as keeps:
        there.targets.add(target)
        kept = await keeps.keep(AttachmentInput(f"{there.url}{target}", "image.png", 10, FIRST, "mine"), ABLE)
        assert (kept.format, there.asked) == (MediaFormat.PNG, [target])
