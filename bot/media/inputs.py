"""Our own copies of what members offer: images, videos and sounds, each content once, for as long as it is wanted."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.domain.backoff import Backoff
from bot.domain.disk_problems import NoSpace
from bot.domain.errors import Refusal
from bot.domain.limits import MIN_FREE_BYTES
from bot.domain.media import AttachmentInput, Kind, MediaFormat, Original, StoredFile
from bot.domain.media_problems import (
    MediumBroken,
    MediumNotAccepted,
    MediumNotChecked,
    MediumTooLarge,
    MediumUnreachable,
    TooManyPixels,
)
from bot.domain.models import Capability, MediumRule
from bot.domain.request import max_size
from bot.domain.rules import wrong_file
from bot.media.containers import named
from bot.media.conversions import AsImage, Conversion, conversion_for
from bot.media.copies import Copies
from bot.media.disk import FULL, NoRoom, size_of
from bot.media.fetch import BadStatus, Fetcher, FetchError, Timeouts, TooManyBytes, Unreachable
from bot.media.holds import Holds
from bot.media.images import Enormous, Images, Unreadable
from bot.media.inspect import Broken, Facts, OtherKind, Unchecked, head_of
from bot.media.kinds import Found, find, name_kind
from bot.media.recode import Recoder
from bot.media.recode_plan import AsVideo
from bot.media.recordings import inspect_recording
from bot.media.self_test import SelfTest
from bot.media.tags import strip_tags

log = logging.getLogger(__name__)

_FRESH_SECONDS = 3600.0
"""A file this young may belong to a job or an asset that is just being written down."""
_FETCHES_AT_ONCE = 8
_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Asked:
    """An offered file and what it may be; every method raises Refusal in its option's name."""

    offered: AttachmentInput
    able: Capability

    @property
    def most(self) -> int:
        """Return the bytes that it may have before its kind is known."""
        return max_size(self.offered, self.able)

    @property
    def rules(self) -> tuple[MediumRule, ...]:
        """List what it may be: one thing where it has a role, else any reference."""
        roles = [self.offered.role] if self.offered.role else [role for role in self.able.rules if role.refers]
        return tuple(self.able.rules[role] for role in roles)

    def glance(self, head: bytes) -> None:
        """Look at the first bytes, and at the size that Discord states, before the rest has come."""
        self.check_size(self.find(head), self.offered.size)

    def find(self, head: bytes) -> Found:
        """Tell what it is, of which one of the rules must be able to make something."""
        found = find(head)
        if found is None or not self._open_to(found):
            raise self.other_kind(name_kind(head))
        return found

    def check_size(self, found: Found, size: int) -> None:
        """Compare bytes with what the rules of its kinds allow."""
        most = max(rule.max_input_bytes for rule in self._open_to(found))
        if size > most:
            raise self.too_large(size, most)

    def takes(self, kind: Kind) -> bool:
        """Tell whether it may be of that kind."""
        return any(rule.kind is kind for rule in self.rules)

    def rule_for(self, found: Found, facts: Facts) -> MediumRule:
        """Choose what it is to be: what was found in it."""
        kind = Kind.IMAGE if facts.seconds is None else Kind.VIDEO if facts.width else Kind.AUDIO
        rule = next((rule for rule in self.rules if rule.kind is kind), None)
        if rule is None:
            silent = kind is Kind.AUDIO and found.format in (MediaFormat.MP4, MediaFormat.MOV)
            raise self.other_kind("M4A" if silent else found.name)
        return rule

    def check_copy(self, original: Original, copy: Conversion, rule: MediumRule) -> None:
        """Look at what would come of a long conversion before it is begun."""
        if isinstance(copy, AsImage) or original.seconds is None:
            return
        sides, times = ((copy.width, copy.height), copy.repeats) if isinstance(copy, AsVideo) else ((0, 0), 1)
        kept = StoredFile("", copy.format, 0, *sides, original.seconds * times, original)
        if problems := list(wrong_file(self.offered.option, kept, rule)):
            raise Refusal(*problems)

    def too_large(self, size: int, most: int) -> Refusal:
        """Say that it has too many bytes."""
        return Refusal(MediumTooLarge(self.offered.option, size, most))

    def other_kind(self, found: str) -> Refusal:
        """Say what it is, and what it may be."""
        accepted = tuple(form for rule in self.rules for form in rule.formats)
        return Refusal(MediumNotAccepted(self.offered.option, found, accepted))

    def _open_to(self, found: Found) -> list[MediumRule]:
        return [rule for rule in self.rules if rule.kind in found.kinds]


class Inputs:
    """The input files in one folder.

    `looks` bounds how many files are looked at at once; `timeouts` of the network calls; `images` looks at pictures;
    `self_test` of the tool that looks at videos and sounds.
    """

    def __init__(
        self,
        folder: Path,
        fetcher: Fetcher,
        looks: asyncio.Semaphore,
        timeouts: Timeouts,
        images: Images,
        self_test: SelfTest | None = None,
    ) -> None:
        self._folder = folder
        self._fetcher = fetcher
        self._looks = looks
        self._timeouts = timeouts
        self._images = images
        self._self_test = self_test or SelfTest()
        self._fetches = asyncio.Semaphore(_FETCHES_AT_ONCE)
        self._holds = Holds()
        self._copies = Copies(folder, images, Recoder(), self._holds)

    async def keep(self, offered: AttachmentInput, able: Capability) -> StoredFile:
        """Fetch an offered file, look at its bytes and keep our own copy, once for each content.

        It is held until `release` or `discard`. What the provider would not take as it is is kept as a copy that it
        takes: see `StoredFile.original`. Raises Refusal: MediumTooLarge, MediumNotAccepted, MediumBroken,
        MediumNotChecked, TooManyPixels, MediumUnreachable, or NoSpace when it would leave
        the disk without what paid work needs.
        """
        asked = _Asked(offered, able)
        if offered.size > asked.most:
            raise asked.too_large(offered.size, asked.most)
        try:
            async with self._fetches:
                part = await self._fetch(asked)
            try:
                await asyncio.to_thread(strip_tags, part)
                found = asked.find(await asyncio.to_thread(head_of, part))
                asked.check_size(found, (await asyncio.to_thread(part.stat)).st_size)
                return await self._look(part, found, asked)
            finally:
                await asyncio.to_thread(part.unlink, missing_ok=True)
        except OSError as error:
            if error.errno in FULL:
                raise Refusal(NoSpace(error.missing if isinstance(error, NoRoom) else 0)) from error
            raise

    def release(self, files: Iterable[StoredFile]) -> None:
        """Let go of files that `keep` returned: they are written down."""
        self._holds.release(kept.sha256 for kept in files)

    async def discard(self, files: Sequence[StoredFile], in_use: Callable[[], Awaitable[set[str]]]) -> None:
        """Let go of files, and delete those that nobody else holds and that are not in use (by sha256)."""
        marked = self._holds.mark([kept.sha256 for kept in files])
        if not marked:
            return
        used = marked
        try:
            used = await in_use()
        finally:
            await asyncio.to_thread(
                self._holds.delete,
                marked,
                self._unlink,
                but=used,
            )

    def _unlink(self, sha256: str) -> None:
        """Delete a file, and the notes of what it is a copy of."""
        for path in self._folder.glob(f"{sha256}.*"):
            path.unlink(missing_ok=True)

    def taken(self) -> int:
        """Return how many bytes the files take. Blocks: for a thread."""
        return size_of(self._folder)

    def copy(self, kept: StoredFile) -> Path | None:
        """Return our copy of an input file; None when it is past its days."""
        path = self._folder / kept.file_name
        return path if path.is_file() else None

    def sweep(self, in_use: AbstractSet[str]) -> int:
        """Delete the files that nothing uses or holds (`in_use`: their sha256), and that are not new; returns how many.

        Blocks: for a thread.
        """
        old = time.time() - _FRESH_SECONDS
        unused = [path for path in self._folder.iterdir() if path.stem not in in_use and path.stat().st_mtime < old]
        return sum(self._holds.spare(path.stem, partial(path.unlink, missing_ok=True)) for path in unused)

    async def _fetch(self, asked: _Asked) -> Path:
        backoff, total = Backoff(self._timeouts.input_pause, 5.0), self._timeouts.input_total
        until = asyncio.get_running_loop().time() + total
        while True:
            try:
                return await self._fetcher.fetch(
                    asked.offered.url, self._folder, asked.most, total, asked.glance, spare=MIN_FREE_BYTES
                )
            except TooManyBytes as error:
                raise asked.too_large(error.size, asked.most) from error
            except FetchError as error:
                pause = backoff.next()
                late = asyncio.get_running_loop().time() + pause > until
                if late or backoff.failures >= _TRIES or not _may_pass(error):
                    log.warning("an input file was not fetched: %s", error)
                    raise Refusal(MediumUnreachable(asked.offered.option)) from error
            await asyncio.sleep(pause)

    async def _look(self, part: Path, found: Found, asked: _Asked) -> StoredFile:
        which = asked.offered.option
        try:
            return await self._keep(part, found, asked)
        except OtherKind as error:
            raise asked.other_kind(error.found) from error
        except Enormous as error:
            most = max(rule.sides[1] for rule in asked.rules if rule.sides is not None)
            raise Refusal(TooManyPixels(which, error.facts.width, error.facts.height, most)) from error
        except Broken as error:
            # A tool that cannot read the bot's own sample says nothing of a member's file.
            if Kind.IMAGE not in found.kinds and (problem := await self._self_test.problem()):
                log.error("an input file could not be looked at: %s", problem)  # noqa: TRY400 - nor does a traceback
                raise Refusal(MediumNotChecked(which)) from error
            log.info("an input file was not taken: %s", error)
            if isinstance(error, Unreadable) and found.format is None:
                raise asked.other_kind(found.name) from error
            raise Refusal(MediumBroken(which)) from error
        except Unchecked as error:
            log.error("an input file could not be looked at: %s", error)  # noqa: TRY400 - the text says all there is
            raise Refusal(MediumNotChecked(which)) from error

    async def _keep(self, part: Path, found: Found, asked: _Asked) -> StoredFile:
        """Look at a file and keep it, or a copy that the provider takes."""
        async with self._looks:
            facts = await self._facts(part, found, asked)
        size = (await asyncio.to_thread(part.stat)).st_size
        rule = asked.rule_for(found, facts)
        conversion = conversion_for(found, facts, size, rule)
        if conversion is not None:
            original = Original(found.name, facts.width, facts.height, facts.seconds, facts.turned)
            asked.check_copy(original, conversion, rule)
            # Videos and sounds wait for a turn of their own, so that pictures need not wait for them.
            async with self._looks if isinstance(conversion, AsImage) else nullcontext():
                return await self._copies.of(part, original, conversion)
        if found.format is None:
            raise OtherKind(found.name)
        return await asyncio.to_thread(self._copies.keep, part, found.format, facts)

    async def _facts(self, part: Path, found: Found, asked: _Asked) -> Facts:
        container = named(found.name)
        if Kind.IMAGE in found.kinds:
            facts = await self._images.look(part)
            if container is None or not facts.animated or not asked.takes(Kind.VIDEO):
                return facts
        if container is None:
            raise OtherKind(found.name)
        return await inspect_recording(part, container)


def _may_pass(error: Exception) -> bool:
    """Tell whether a failed download may work a moment later."""
    return isinstance(error, Unreachable) or (
        isinstance(error, BadStatus) and error.status in (429, 500, 502, 503, 504)
    )
