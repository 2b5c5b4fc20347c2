"""The version, as `pyproject.toml` has it; the image has no installed package to ask."""

from typing import Final

VERSION: Final = "0.3.0"
