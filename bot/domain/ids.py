"""Ids made without coordination."""

import secrets

# Crockford's alphabet in lower case: nothing in it is mistaken for something else.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 20


def new_job_id() -> str:
    """Make a job's id: 20 characters of 5 random bits each."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def new_reference() -> str:
    """Make the short reference that stands on a member's error and in the log."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(6))
