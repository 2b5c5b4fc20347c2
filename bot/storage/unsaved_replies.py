"""Pending replies on their way into the database, in a file beside it that outlives the process at once.

A commit takes a thread and a disk. What is written to a file is with the operating system after some microseconds, and
stays there when the process is killed; only what ends the whole machine before the commit loses it.
"""

import json
import logging
import os
from pathlib import Path
from typing import Any, Final

from bot.domain.pending_reply import PendingReply
from bot.domain.reply import Reply

log = logging.getLogger(__name__)

# Bytes of one reply; a token has some two hundred. No write of one crosses a page: it is there whole, or not at all.
_SLOT: Final = 1024
# How many are on their way at most; each takes some milliseconds.
_SLOTS: Final = 1024


class UnsavedReplies:
    """The replies in the file, each in a slot of its own; a slot that is free holds nothing but zeros."""

    def __init__(self, database: Path) -> None:
        self._path = unsaved_path(database)
        self._descriptor: int | None = None
        self._slots: dict[int, int] | None = None
        self._left: list[PendingReply] = []

    def put(self, pending: PendingReply) -> bool:
        """Write one down, at once; False where that can't be done."""
        reply = pending.reply
        fields = (pending.interaction_id, reply.application_id, reply.channel_id, reply.token or "", reply.token_at)
        written = json.dumps(fields).encode()
        slots = self._opened()
        taken = set(slots.values())
        slot = next((at for at in range(_SLOTS) if at not in taken), None)
        if slot is None or len(written) > _SLOT or not self._write(slot, written):
            return False
        slots[pending.interaction_id] = slot
        return True

    def remove(self, interaction_id: int) -> None:
        """Erase one, if it is there."""
        slots = self._opened()
        if interaction_id in slots and self._write(slots[interaction_id], b""):
            del slots[interaction_id]

    def left(self) -> list[PendingReply]:
        """Return those that an earlier process left, once."""
        self._opened()
        left, self._left = self._left, []
        return left

    def _opened(self) -> dict[int, int]:
        """Return each interaction's slot; the first call reads what is in the file."""
        if self._slots is None:
            found = self._read()
            self._slots = {pending.interaction_id: slot for slot, pending in found.items()}
            self._left = list(found.values())
        return self._slots

    def _read(self) -> dict[int, PendingReply]:
        try:
            content = self._path.read_bytes()
        except OSError:
            return {}
        slots = {at: content[at * _SLOT :][:_SLOT].rstrip(b"\0") for at in range(len(content) // _SLOT)}
        read = {at: _pending(written) for at, written in slots.items() if written}
        return {at: pending for at, pending in read.items() if pending is not None}

    def close(self) -> None:
        """Close the file, until it is written to again."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _write(self, slot: int, written: bytes) -> bool:
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
            os.pwrite(self._descriptor, written.ljust(_SLOT, b"\0"), slot * _SLOT)
        except OSError as error:
            log.warning("%s can't be written (%s).", self._path, error.strerror)
            return False
        return True


def unsaved_path(database: Path) -> Path:
    """Name the file of a database."""
    return database.with_name(f"{database.name}.unsaved")


def _pending(written: bytes) -> PendingReply | None:
    try:
        number, application_id, channel_id, token, token_at = json.loads(written)
        return PendingReply(int(number), reply_of(int(application_id), int(channel_id), str(token), float(token_at)))
    except (ValueError, TypeError):
        return None


def reply_of(*address: Any) -> Reply:
    """Make a reply of what a pending one is known by: application, channel, token, and when that was made."""
    application_id, channel_id, token, token_at = address
    return Reply(application_id, channel_id, None, None, token, token_at, private=True, bot_reaches=False, limit=0)
