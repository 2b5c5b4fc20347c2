"""Copies that go out in place of what members gave: one for each content and conversion, made in bounded children."""

import asyncio
import hashlib
import json
import os
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from bot.domain.media import MediaFormat, Original, StoredFile
from bot.media.containers import named
from bot.media.conversions import AsImage, Conversion
from bot.media.disk import PART
from bot.media.fetch import put_in_place
from bot.media.holds import Holds
from bot.media.images import Images
from bot.media.inspect import Broken, Facts
from bot.media.recode import Recoder

_VERSION = 1
"""Of what the conversions do: another number, and copies are made anew."""


class Copies:
    """Makes copies in a folder, and finds those that were made before.

    Beside a copy `<sha256>.jpg` lies a note `<sha256>.<key>`: what was made of the content and the conversion that the
    key stands for. Both go when nothing uses that sha256.
    """

    def __init__(self, folder: Path, images: Images, recoder: Recoder, holds: Holds) -> None:
        self._folder = folder
        self._images = images
        self._recoder = recoder
        self._holds = holds
        # A turn is kept for as long as somebody has it or waits for it.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def of(self, given: Path, original: Original, conversion: Conversion) -> StoredFile:
        """Return the copy of a file, converted once for each content, and hold it.

        Raises Enormous, Broken or Unchecked.
        """
        key = await asyncio.to_thread(_key, given, conversion)
        turn = self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            if (known := await asyncio.to_thread(self._known, key, original)) is not None:
                return known
            made = self._folder / f"{secrets.token_hex(8)}{PART}"
            try:
                facts = await self._make(given, made, original.name, conversion)
                return await asyncio.to_thread(self._file_away, made, key, original, conversion.format, facts)
            finally:
                await asyncio.to_thread(made.unlink, missing_ok=True)

    def keep(self, part: Path, form: MediaFormat, facts: Facts, original: Original | None = None) -> StoredFile:
        """Put a file into the folder under the name of its content, and hold it. Blocks: for a thread."""
        kept = StoredFile(
            digest_of(part), form, part.stat().st_size, facts.width, facts.height, facts.seconds, original
        )
        target = self._folder / kept.file_name
        self._holds.take(kept.sha256)
        if target.is_file():
            os.utime(target)  # young again, so that the sweep leaves it to whatever uses it now
        else:
            put_in_place(part, target)
        return kept

    async def _make(self, given: Path, made: Path, name: str, conversion: Conversion) -> Facts:
        """Carry a conversion out; the one place that knows which child does which."""
        if isinstance(conversion, AsImage):
            return await self._images.copy(given, made, conversion)
        container = named(name)
        if container is None:
            raise Broken(f"{name} holds neither a video nor a sound")
        return await self._recoder.copy(given, container, made, conversion)

    def _known(self, key: str, original: Original) -> StoredFile | None:
        for note in self._folder.glob(f"*.{key}"):
            known: dict[str, Any] = json.loads(note.read_text("utf-8"))
            kept = StoredFile(**known | {"format": MediaFormat(known["format"]), "original": original})
            self._holds.take(kept.sha256)
            try:
                for path in (note, self._folder / kept.file_name):
                    os.utime(path)  # young again, so that the sweep leaves them to whatever uses them now
            except FileNotFoundError:
                self._holds.release([kept.sha256])
            else:
                return kept
        return None

    def _file_away(self, made: Path, key: str, original: Original, form: MediaFormat, facts: Facts) -> StoredFile:
        with made.open("rb") as file:
            os.fsync(file.fileno())
        kept = self.keep(made, form, facts, original)
        known = asdict(kept)
        del known["original"]
        note = made.with_suffix(f".note{PART}")
        note.write_text(json.dumps(known), "utf-8")
        note.replace(self._folder / f"{kept.sha256}.{key}")
        return kept


def digest_of(path: Path) -> str:
    """Return the sha256 of a file's content, in hex. Blocks: for a thread."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _key(given: Path, conversion: Conversion) -> str:
    return hashlib.sha256(f"{_VERSION} {digest_of(given)} {conversion}".encode()).hexdigest()[:32]
