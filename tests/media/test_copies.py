"""Files that go out as a copy: upright, in a format and of a size that the provider takes, each content once."""

import asyncio
import json
import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.media import MediaFormat, Original, Role, StoredFile
from bot.domain.media_problems import MediumBroken, MediumNotAccepted
from bot.domain.models import Model
from bot.media.disk_media import DiskMedia
from tests.media.drawings import CORNERS, drawn, heic, stored
from tests.media.drawings import corners as corners_of
from tests.media.places import place
from tests.media.test_inputs import files, media, offered
from tests.models import capability_of

RULE = capability_of(Model.SEEDANCE_2).rules[Role.FIRST_FRAME]


async def kept_of(folder: Path, body: bytes, role: Role | None = Role.FIRST_FRAME) -> tuple[StoredFile, bytes]:
    async with place() as there, media(folder) as keeps:
        kept = await offered(keeps, there, body, role)
        assert isinstance(kept, StoredFile), kept
        return kept, _bytes(keeps, kept)


def _bytes(keeps: DiskMedia, kept: StoredFile) -> bytes:
    path = keeps.input_path(kept)
    assert path is not None
    return path.read_bytes()


@pytest.mark.parametrize("orientation", range(2, 9))
async def test_a_turned_jpeg_goes_out_upright(tmp_path: Path, orientation) -> None:
    kept, body = await kept_of(tmp_path, stored("JPEG", orientation=orientation))
    assert (kept.format, kept.width, kept.height) == (MediaFormat.JPEG, 640, 480)
    assert kept.original == Original("JPEG", 640, 480, None, turned=True)
    assert corners_of(body) == CORNERS
    with Image.open(BytesIO(body)) as image:
        assert dict(image.getexif()) == {}


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
async def test_so_does_every_other_turned_picture_without_a_loss_where_it_had_none(tmp_path: Path, kind) -> None:
    kept, body = await kept_of(tmp_path, stored(kind, orientation=6, **({"lossless": True} if kind == "WEBP" else {})))
    assert kept.original == Original(kind, 640, 480, None, turned=kind != "TIFF")
    assert corners_of(body) == CORNERS
    if kind == "PNG":
        with Image.open(BytesIO(body)) as image:
            assert image.convert("RGB").tobytes() == drawn().tobytes()


async def test_an_upright_picture_goes_out_as_it_came(tmp_path: Path) -> None:
    for number, body in enumerate((stored("JPEG"), stored("PNG"), stored("WEBP"), _nonsense_exif())):
        kept, sent = await kept_of(tmp_path / str(number), body)
        assert kept.original is None
        assert sent == body


def _nonsense_exif() -> bytes:
    return stored("JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\xff\xff")


async def test_a_phones_heic_is_sent_as_jpeg(tmp_path: Path) -> None:
    kept, body = await kept_of(tmp_path, heic(drawn(800, 600)))
    assert (kept.format, kept.width, kept.height, kept.original) == (
        MediaFormat.JPEG,
        800,
        600,
        Original("HEIC", 800, 600),
    )
    assert corners_of(body) == CORNERS


async def test_a_converted_picture_is_made_once_for_each_content(tmp_path: Path) -> None:
    body = stored("JPEG", orientation=6)
    async with place() as there, media(tmp_path) as keeps:
        there.pages["/file"] = body
        several = await asyncio.gather(*(offered(keeps, there, body) for _ in range(4)))
        [kept] = set(several)
        there_now = files(tmp_path)
        made = (tmp_path / "inputs" / kept.file_name).stat().st_ino
    assert [name for name in there_now if name.endswith(".jpg")] == [kept.file_name]
    async with place() as there, media(tmp_path) as keeps:
        assert await offered(keeps, there, body) == kept
        assert files(tmp_path) == there_now
        assert (tmp_path / "inputs" / kept.file_name).stat().st_ino == made


async def test_a_note_of_an_older_version_is_read(tmp_path: Path) -> None:
    body = stored("JPEG", orientation=6)
    async with place() as there, media(tmp_path) as keeps:
        kept = await offered(keeps, there, body)
        [note] = [path for path in (tmp_path / "inputs").iterdir() if not path.name.endswith(".jpg")]
        note.write_text(json.dumps({**json.loads(note.read_text()), "author_id": None}))
        made = (tmp_path / "inputs" / kept.file_name).stat().st_ino
        assert await offered(keeps, there, body) == kept
        assert (tmp_path / "inputs" / kept.file_name).stat().st_ino == made


async def test_a_copy_and_its_note_are_swept_together_and_made_anew_when_one_is_gone(tmp_path: Path) -> None:
    body = stored("JPEG", orientation=6)
    async with place() as there, media(tmp_path) as keeps:
        kept = await offered(keeps, there, body)
        for path in (tmp_path / "inputs").iterdir():
            os.utime(path, (1_000_000_000, 1_000_000_000))
        keeps.release([kept])
        assert await keeps.delete_unused_files({kept.sha256}) == 0
        assert await keeps.delete_unused_files(set()) == 2
        assert files(tmp_path) == []
        assert await offered(keeps, there, body) == kept
        (tmp_path / "inputs" / kept.file_name).unlink()
        assert await offered(keeps, there, body) == kept
        assert keeps.input_path(kept) is not None


async def test_a_known_kind_in_a_make_that_nobody_reads_is_named_and_not_called_damaged(tmp_path: Path) -> None:
    tiff = stored("TIFF", drawn(mode="L"))
    # The tag of what a sample means (262) gets a value that does not exist.
    at = tiff.index(b"\x06\x01\x03\x00") + 8
    async with place() as there, media(tmp_path) as keeps:
        problem = await offered(keeps, there, tiff[:at] + b"\x77" + tiff[at + 1 :])
        assert problem == MediumNotAccepted("mine", "TIFF", RULE.formats)
        assert isinstance(await offered(keeps, there, stored("JPEG")[:60]), MediumBroken)
