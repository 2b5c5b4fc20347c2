"""The README's pictures exist and are what they should be."""

import re

from tests.browser.demo_process import ROOT
from tests.browser.readme_pictures import PICTURES, SIZES, is_picture


def test_the_readme_shows_pictures_that_exist():
    shown = re.findall(r"!\[[^\]]+\]\(([^)\s]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert shown
    for link in shown:
        assert (ROOT / link).parent == PICTURES, link
        is_picture(ROOT / link)


def test_every_kept_picture_is_fit_to_be_shown():
    assert {path.name for path in PICTURES.iterdir()} == set(SIZES)
    for name in SIZES:
        is_picture(PICTURES / name)
