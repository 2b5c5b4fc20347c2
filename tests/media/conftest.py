"""One real clip for the whole room."""

import pytest

from tests.media.places import a_clip


@pytest.fixture(scope="session")
def clip(tmp_path_factory) -> bytes:
    return a_clip(tmp_path_factory.mktemp("clip"), "-movflags", "+faststart")
