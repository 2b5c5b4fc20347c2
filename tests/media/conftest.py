"""Real files for the whole room."""

import pytest

from tests.media.made import Made
from tests.media.places import a_clip


@pytest.fixture(scope="session")
def clip(tmp_path_factory) -> bytes:
    return a_clip(tmp_path_factory.mktemp("clip"), "-movflags", "+faststart")


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Made:
    return Made(tmp_path_factory.mktemp("made"))
