"""Who a forgotten member is to the limits: a number that only this database's key leads to from their id.

It is negative, where the ids of Discord's members are not: 63 bits of HMAC-SHA256 (RFC 2104). Without a key no one was
ever forgotten here.
"""

import hashlib
import hmac
import secrets
from typing import Final

from bot.storage import note_store
from bot.storage.database import Database

KEY_NOTE: Final = "key of forgotten members"


def pseudonym(db: Database, user_id: int) -> int:
    """Return the number that stands for a member in rows that are left of them; their own id where there are none."""
    key = note_store.get(db, KEY_NOTE)
    return user_id if key is None else _keyed_hash(key, user_id)


def lasting_pseudonym(db: Database, user_id: int) -> int:
    """Return the same for a member who is about to be forgotten; the first one's transaction makes the key."""
    if (key := note_store.get(db, KEY_NOTE)) is None:
        note_store.put(db, KEY_NOTE, key := secrets.token_hex(32))
    return _keyed_hash(key, user_id)


def _keyed_hash(key: str, user_id: int) -> int:
    digest = hmac.digest(bytes.fromhex(key), str(user_id).encode(), hashlib.sha256)
    return -1 - (int.from_bytes(digest[:8], "big") >> 1)
