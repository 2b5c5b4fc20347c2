"""Logging as the bot configures it, read back, and left as it was found."""

import io
import logging
import sys
import threading
import warnings

import pytest

from bot.logs import configure_logging


@pytest.fixture
def restored_logging():
    root = logging.getLogger()
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    handlers, level = root.handlers[:], root.level
    # basicConfig(force=True) closes what it finds, and pytest's own handlers have to live on.
    root.handlers = []
    yield
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.getLogger("discord.gateway").setLevel(logging.NOTSET)
    assert warnings.showwarning is not None


@pytest.fixture
def lines(restored_logging):
    """Configure logging and return a function that reads the lines written since."""

    def configure(form, secrets=(), level="INFO"):
        stream = io.StringIO()
        configure_logging(level, form, secrets, stream=stream)
        return lambda: stream.getvalue().split("\n")[:-1]

    return configure
