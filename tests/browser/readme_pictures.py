"""The picture that the README shows: where it is, and what it has to be; the sizes of windows."""

from pathlib import Path

from PIL import Image

PICTURES = Path(__file__).parent / "pictures"
DESKTOP, PHONE = (1280, 800), (390, 844)
SIZES = {"demo.png": DESKTOP}
LARGEST = 250_000  # bytes


def is_picture(path: Path) -> None:
    """Assert that a file is one of these pictures: whole, of its size, and not empty."""
    assert path.stat().st_size <= LARGEST, path
    with Image.open(path) as picture:
        picture.load()
        assert (picture.format, picture.size) == ("PNG", SIZES[path.name])
        assert len(picture.convert("RGB").getcolors(1 << 24)) > 100, f"{path} shows nothing"
