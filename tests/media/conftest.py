"""Real files for the whole room."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.media.made import Made
from tests.media.places import a_clip
from tests.media.s3_server import S3Server, s3_server


@pytest.fixture(scope="session")
def clip(tmp_path_factory) -> bytes:
    return a_clip(tmp_path_factory.mktemp("clip"), "-movflags", "+faststart")


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Made:
    return Made(tmp_path_factory.mktemp("made"))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[S3Server]:
    async with s3_server(tmp_path / "served") as it:
        yield it
