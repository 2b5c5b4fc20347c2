"""Ids made without coordination."""

import re
import secrets

# Crockford's alphabet in lower case: nothing in it is mistaken for something else.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 20
_FILE = re.compile(rf"seedreel-([{_ALPHABET}]{{{_LENGTH}}})[.-]")


def new_job_id() -> str:
    """Make a job's id: 20 characters of 5 random bits each."""
    return _random(_LENGTH)


def id_in(file_name: str) -> str | None:
    """Return the id of the job, or the share, by which a file that the bot posts is named; None in any other name."""
    found = _FILE.match(file_name)
    return found and found[1]


def new_reference() -> str:
    """Make the short reference that stands on a member's error and in the log."""
    return _random(6)


def _random(length: int) -> str:
    """Draw all bits at once: each draw asks the operating system."""
    drawn = secrets.randbits(5 * length)
    return "".join([_ALPHABET[drawn >> shift & 31] for shift in range(0, 5 * length, 5)])
