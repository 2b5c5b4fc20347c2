"""The characters in the database, and the verifications of real persons that some of them come of.

Names are compared without regard to case and accents.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.asset_problems import NameTaken, TooManyAssets
from bot.domain.assets import MAX_CHARACTERS, Character, Verification, VerificationStage
from bot.domain.errors import Refusal
from bot.storage.asset_rows import (
    character_row,
    name_key,
    to_character,
    to_verification,
    verification_row,
)
from bot.storage.database import Database
from bot.storage.folding import storable
from bot.storage.queries import Queries, immediate, query

CHARACTERS = "SELECT * FROM characters WHERE owner_id = ? ORDER BY created DESC, id DESC"
CHARACTER_BY_ID = "SELECT * FROM characters WHERE id = :typed AND owner_id = :owner_id"
CHARACTER_BY_NAME = "SELECT * FROM characters WHERE owner_id = :owner_id AND name_folded = :name"
# What stands for an import is no character that its owner made, and is there as long as its asset's row.
COUNT_CHARACTERS = "SELECT count(*) FROM characters WHERE owner_id = ? AND group_id <> ''"
CHARACTER_NAMED = "SELECT 1 FROM characters WHERE owner_id = ? AND name_folded = ?"
SHARE = "UPDATE characters SET shared_in = ? WHERE id = ?"
HIDE = "UPDATE characters SET hidden = 1, shared_in = NULL WHERE id = ?"
UNHIDE = "UPDATE characters SET hidden = 0 WHERE id = ?"
RENAME = "UPDATE characters SET name_folded = :name_folded, details = :details WHERE id = :id"
NAMED_OTHERWISE = "SELECT 1 FROM characters WHERE owner_id = ? AND name_folded = ? AND id <> ?"
EMPTY = """
SELECT * FROM characters WHERE owner_id = ? AND hidden = 0 AND group_id <> ''
AND NOT EXISTS (SELECT 1 FROM assets WHERE character_id = characters.id AND assets.hidden = 0)
ORDER BY created DESC, id DESC
"""
FIND_VERIFICATION = "SELECT * FROM verifications WHERE id = ?"
# True also for the very same state: a lost connection may have taken the first answer.
SAVE_VERIFICATION = """
UPDATE verifications SET stage = :stage, character_id = :character_id, details = :details
WHERE id = :id AND (stage = :was OR (stage = :stage AND details = :details))
"""
CONSENTED = "SELECT 1 FROM verifications WHERE character_id = ? AND owner_id = ? AND stage = 'verified'"


class SqliteCharacters(Queries):
    """The characters and verifications in an open store. Times are UTC seconds."""

    @query
    def add_character(self, db: Database, character: Character) -> None:
        """Write a character down, within its owner's number. Raises Refusal (NameTaken, TooManyAssets).

        One that is there already stays: a call's answer may have been lost.
        """
        with immediate(db):
            if db.execute(CHARACTER_BY_ID, {"typed": character.id, "owner_id": character.owner_id}).fetchone():
                return
            if character.group_id:
                _check_number(db, character.owner_id)
            _insert_character(db, character)

    @query
    def characters(self, db: Database, owner_id: int) -> Sequence[Character]:
        """List a member's own characters, newest first."""
        return characters_of(db, owner_id)

    @query
    def character(self, db: Database, owner_id: int, user_input: str) -> Character | None:
        """Find a member's own character by its id or its name."""
        asked = {"typed": storable(user_input).strip(), "owner_id": owner_id, "name": name_key(user_input)}
        for sql in (CHARACTER_BY_ID, CHARACTER_BY_NAME):
            for row in db.query(sql, asked):
                return to_character(row)
        return None

    @query
    def share(self, db: Database, character_id: str, guild_id: int | None) -> None:
        """Open a character to a server, or close it again (None)."""
        db.execute(SHARE, [guild_id, character_id])

    @query
    def hide(self, db: Database, character_id: str, *, hidden: bool) -> None:
        """Hide a character, which closes it too, or show it again."""
        db.execute(HIDE if hidden else UNHIDE, [character_id])

    @query
    def rename(self, db: Database, character: Character) -> None:
        """Write a character's new name down. Raises Refusal (NameTaken)."""
        row = character_row(character)
        with immediate(db):
            asked = [character.owner_id, row["name_folded"], character.id]
            if db.execute(NAMED_OTHERWISE, asked).fetchone() is not None:
                raise Refusal(NameTaken(character.name))
            db.execute(RENAME, {name: row[name] for name in ("id", "name_folded", "details")})

    @query
    def empty(self, db: Database, owner_id: int) -> Sequence[Character]:
        """List a member's own characters that have no assets and are not hidden, newest first."""
        return [to_character(row) for row in db.query(EMPTY, [owner_id])]

    @query
    def begin(self, db: Database, verification: Verification) -> None:
        """Write a verification down, with the consent that it rests on.

        Raises Refusal (TooManyAssets): a person is verified only for a character that can be written down then.
        """
        with immediate(db):
            # A call's answer may have been lost.
            if db.execute(FIND_VERIFICATION, [verification.id]).fetchone() is not None:
                return
            _check_number(db, verification.owner_id)
            db.table("verifications").insert(verification_row(verification))

    @query
    def save_verification(self, db: Database, verification: Verification, was: VerificationStage) -> bool:
        """Write a verification where the row still stands at `was`; False when it does not."""
        return _save_verification(db, verification, was)

    @query
    def verification(self, db: Database, verification_id: str) -> Verification | None:
        """Find a verification; None also for one that another version wrote and this one cannot read."""
        return _verification(db, verification_id)

    @query
    def verified(self, db: Database, verification: Verification, character: Character) -> bool:
        """Write its character and VERIFIED down in one transaction; False when that was done before.

        Raises Refusal (NameTaken), with nothing written.
        """
        with immediate(db):
            row = _verification(db, verification.id)
            if row is None or row.stage is VerificationStage.VERIFIED:
                return False
            _insert_character(db, character)
            made = replace(verification, stage=VerificationStage.VERIFIED, character_id=character.id)
            return _save_verification(db, made, row.stage)

    @query
    def consented(self, db: Database, owner_id: int, character_id: str) -> bool:
        """Tell whether consent to a real person's character is on record."""
        return db.execute(CONSENTED, [character_id, owner_id]).fetchone() is not None


def _check_number(db: Database, owner_id: int) -> None:
    """Refuse one more character where its owner has as many as allowed. Raises Refusal (TooManyAssets)."""
    if db.execute(COUNT_CHARACTERS, [owner_id]).fetchone()[0] >= MAX_CHARACTERS:
        raise Refusal(TooManyAssets(MAX_CHARACTERS))


def _insert_character(db: Database, character: Character) -> None:
    """Write a character down, within a transaction. Raises Refusal (NameTaken)."""
    if db.execute(CHARACTER_NAMED, [character.owner_id, name_key(character.name)]).fetchone() is not None:
        raise Refusal(NameTaken(character.name))
    db.table("characters").insert(character_row(character))


def characters_of(db: Database, owner_id: int) -> list[Character]:
    """List a member's own characters, newest first."""
    return [to_character(row) for row in db.query(CHARACTERS, [owner_id])]


def _verification(db: Database, verification_id: str) -> Verification | None:
    return next((to_verification(row) for row in db.query(FIND_VERIFICATION, [verification_id])), None)


def _save_verification(db: Database, verification: Verification, was: VerificationStage) -> bool:
    return db.execute(SAVE_VERIFICATION, verification_row(verification) | {"was": was.value}).rowcount == 1
