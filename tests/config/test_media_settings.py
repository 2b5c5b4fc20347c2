"""Where files lie: with the data, in a folder of their own, or in a store."""

import pytest

from bot.config import read_settings
from tests.config.test_settings import NEEDED, STORE_KEYS, mistakes


def test_files_lie_with_the_data_unless_they_have_a_folder_of_their_own(tmp_path):
    dotenv = tmp_path / ".env"
    dotenv.touch()
    settings = read_settings(NEEDED, dotenv)
    assert (settings.media_folder, settings.media_is_shared) == (tmp_path / "data", False)
    dotenv.write_text("MEDIA_DIR=shared\n", encoding="utf-8")
    settings = read_settings(NEEDED, dotenv)
    assert (settings.media_folder, settings.media_is_shared) == (tmp_path / "shared", True)
    assert settings.data_dir == tmp_path / "data"


@pytest.mark.parametrize(
    "url", ["clips", "s3://", "s3://a", "s3://Clips", "s3://clips/../x", "s3://clips/a b", "https://x/y"]
)
def test_what_is_no_bucket_is_refused(url):
    assert "s3://bucket/prefix" in mistakes({**NEEDED, **STORE_KEYS, "MEDIA_URL": url})["MEDIA_URL"].remedy


def test_a_store_without_a_key_to_it_is_refused():
    assert set(mistakes({**NEEDED, "MEDIA_URL": "s3://clips"})) == {"MEDIA_KEY_ID", "MEDIA_KEY"}
