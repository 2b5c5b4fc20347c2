"""Verifications of real persons, with the consent that each rests on. Each function is one transaction."""

import logging
from dataclasses import replace

from sqlite_utils import Database

from bot.domain.assets import Character, Verification, VerificationStage
from bot.storage.asset_rows import to_verification, verification_row, verification_state_row
from bot.storage.asset_writes import check_number, insert_character
from bot.storage.rows import UNREADABLE
from bot.storage.thread import immediate

log = logging.getLogger(__name__)

FIND = "SELECT * FROM verifications WHERE id = ?"
SAVE = """
UPDATE verifications SET
    name = :name, stage = :stage, task_id = :task_id, link = :link, link_dies = :link_dies,
    character_id = :character_id, said = :said
WHERE id = :id AND stage = :was
"""
CONSENTED = "SELECT 1 FROM verifications WHERE character_id = ? AND owner_id = ? AND stage = 'verified'"


def begin(db: Database, verification: Verification) -> None:
    """Write one down. Raises Refusal (TooManyAssets): nobody is verified for what could not be written then."""
    with immediate(db):
        check_number(db, verification.owner_id)
        db.table("verifications").insert(verification_row(verification))


def save(db: Database, verification: Verification, was: VerificationStage) -> bool:
    """Move a verification's row from `was`, if it still stands there."""
    moved = verification_state_row(verification) | {"id": verification.id, "was": was.value}
    return db.execute(SAVE, moved).rowcount == 1


def find(db: Database, verification_id: str) -> Verification | None:
    """Find one by its id; None also for one that another version wrote and this one cannot read."""
    row = next(iter(db.query(FIND, [verification_id])), None)
    try:
        return None if row is None else to_verification(row)
    except UNREADABLE as error:
        log.warning("Verification %s is from another version (%s).", verification_id, error)
        return None


def verified(db: Database, verification: Verification, character: Character) -> bool:
    """Make the character of a verification, once; False when it has one. Raises Refusal (NameTaken)."""
    with immediate(db):
        row = find(db, verification.id)
        if row is None or row.stage is VerificationStage.VERIFIED:
            return False
        insert_character(db, character)
        made = replace(verification, stage=VerificationStage.VERIFIED, character_id=character.id)
        return save(db, made, row.stage)


def consented(db: Database, owner_id: int, character_id: str) -> bool:
    """Tell whether the character came of a verification, which nobody begins without consent."""
    return db.execute(CONSENTED, [character_id, owner_id]).fetchone() is not None
