"""Take in what members attach: fetch it, look what it is, refuse it or store it, or a copy that the provider takes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from bot.domain.backoff import Backoff
from bot.domain.disk_problems import NoSpace
from bot.domain.errors import Refusal
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
from bot.domain.storage_limits import MIN_FREE_BYTES
from bot.media.conversions import AsImage, AsVideo, Conversion, conversion_for
from bot.media.disk import FULL, NoRoom, new_part
from bot.media.download import BadStatus, Fetcher, FetchError, Timeouts, TooManyBytes, Unreachable
from bot.media.facts import Broken, Facts, Unchecked
from bot.media.headers import strip_tags
from bot.media.images import Images, PictureTooLarge, Unreadable
from bot.media.input_files import InputFiles
from bot.media.probe import SelfTest, inspect_recording
from bot.media.recode import Recoder
from bot.media.sniff import Found, find, name_kind, named, read_head

log = logging.getLogger(__name__)

_FETCHES_AT_ONCE = 8
_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Allowed:
    """An attachment and what it may be; what a method refuses is said in its option's name."""

    attachment: AttachmentInput
    capability: Capability

    @property
    def max_bytes(self) -> int:
        """Return the bytes that it may have before its kind is known."""
        return max_size(self.attachment, self.capability)

    @property
    def rules(self) -> tuple[MediumRule, ...]:
        """List what it may be: one thing where it has a role, else any reference."""
        role, rules = self.attachment.role, self.capability.rules
        return (rules[role],) if role else tuple(rule for each, rule in rules.items() if each.refers)

    def check_head(self, head: bytes) -> None:
        """Judge by the first bytes, and by the size that Discord states, before the rest has come."""
        self.check_size(self.find(head), self.attachment.size)

    def find(self, head: bytes) -> Found:
        """Tell what it is, of which one of the rules must be able to make something."""
        found = find(head)
        if found is None or not self._rules_for(found):
            raise self.other_kind(name_kind(head))
        return found

    def check_size(self, found: Found, size: int) -> None:
        """Compare bytes with what the rules of its kinds allow."""
        limit = max(rule.max_input_bytes for rule in self._rules_for(found))
        if size > limit:
            raise self.too_large(size, limit)

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
        """Judge what would come of a long conversion before it is begun."""
        if isinstance(copy, AsImage) or original.seconds is None:
            return
        sides, times = ((copy.width, copy.height), copy.repeats) if isinstance(copy, AsVideo) else ((0, 0), 1)
        seconds = copy.part.seconds if copy.part else original.seconds * times
        stored = StoredFile("", copy.format, 0, *sides, seconds, original)
        if problems := list(wrong_file(self.attachment.option, stored, rule)):
            raise Refusal(*problems)

    def too_large(self, size: int, limit: int) -> Refusal:
        """Say that it has too many bytes."""
        return Refusal(MediumTooLarge(self.attachment.option, size, limit))

    def other_kind(self, found: str) -> Refusal:
        """Say what it is, and what it may be."""
        accepted = tuple(form for rule in self.rules for form in rule.formats)
        return Refusal(MediumNotAccepted(self.attachment.option, found, accepted))

    def _rules_for(self, found: Found) -> list[MediumRule]:
        return [rule for rule in self.rules if rule.kind in found.kinds]


class Inputs:
    """Takes in `files` of one folder.

    `inspections` bounds how many files are inspected at once; `timeouts` of the network calls; `images` inspects
    pictures; `self_test` is of the tool that inspects videos and sounds; `alone` as in InputFiles.
    """

    def __init__(
        self,
        folder: Path,
        fetcher: Fetcher,
        inspections: asyncio.Semaphore,
        timeouts: Timeouts,
        images: Images,
        self_test: SelfTest | None = None,
        *,
        alone: bool = True,
    ) -> None:
        self.files = InputFiles(folder, images, Recoder(), alone=alone)
        self._fetcher = fetcher
        self._inspections = inspections
        self._timeouts = timeouts
        self._images = images
        self._self_test = self_test or SelfTest()
        self._fetches = asyncio.Semaphore(_FETCHES_AT_ONCE)

    async def keep(self, attachment: AttachmentInput, capability: Capability) -> StoredFile:
        """Fetch an attachment, look at its bytes and store our own copy, once for each content.

        It is in use until `files` are told to `release` or `discard` it. What the provider would not take as it is is
        stored as a copy that it takes: see `StoredFile.original`. Raises Refusal: MediumTooLarge, MediumNotAccepted,
        MediumBroken, MediumNotChecked, TooManyPixels, MediumUnreachable, or NoSpace when it would leave the disk
        without what paid work needs.
        """
        allowed = _Allowed(attachment, capability)
        if attachment.size > allowed.max_bytes:
            raise allowed.too_large(attachment.size, allowed.max_bytes)

        async def fetched() -> Path:
            async with self._fetches:
                return await self._fetch(allowed)

        return await self._taken_in(allowed, fetched)

    async def keep_made(
        self, attachment: AttachmentInput, capability: Capability, make: Callable[[Path], Awaitable[None]]
    ) -> StoredFile:
        """Keep as `keep` does what `make` writes into the file that it is given; it may raise Broken or Unchecked."""
        allowed = _Allowed(attachment, capability)

        async def made() -> Path:
            part = await asyncio.to_thread(new_part, self.files.folder)
            try:
                await make(part)
            except BaseException as error:
                await asyncio.to_thread(part.unlink, missing_ok=True)
                if not isinstance(error, Broken | Unchecked):
                    raise
                log.error("A file couldn't be made: %s", error)  # noqa: TRY400 - the text says all there is
                raise Refusal(MediumNotChecked(attachment.option)) from error
            return part

        return await self._taken_in(allowed, made)

    async def _taken_in(self, allowed: _Allowed, get: Callable[[], Awaitable[Path]]) -> StoredFile:
        try:
            part = await get()
            try:
                await asyncio.to_thread(strip_tags, part)
                found = allowed.find(await asyncio.to_thread(read_head, part))
                allowed.check_size(found, (await asyncio.to_thread(part.stat)).st_size)
                return await self._store(part, found, allowed)
            finally:
                await asyncio.to_thread(part.unlink, missing_ok=True)
        except OSError as error:
            if error.errno in FULL:
                raise Refusal(NoSpace(error.missing if isinstance(error, NoRoom) else 0)) from error
            raise

    async def _fetch(self, allowed: _Allowed) -> Path:
        backoff, total = Backoff(self._timeouts.input_pause, 5.0), self._timeouts.input_total
        until = asyncio.get_running_loop().time() + total
        while True:
            try:
                return await self._fetcher.fetch(
                    allowed.attachment.url,
                    self.files.folder,
                    allowed.max_bytes,
                    total,
                    allowed.check_head,
                    keep_free=MIN_FREE_BYTES,
                )
            except TooManyBytes as error:
                raise allowed.too_large(error.size, allowed.max_bytes) from error
            except FetchError as error:
                pause = backoff.next()
                late = asyncio.get_running_loop().time() + pause > until
                if late or backoff.failures >= _TRIES or not _may_pass(error):
                    log.warning("A file couldn't be downloaded from Discord: %s", error)
                    raise Refusal(MediumUnreachable(allowed.attachment.option)) from error
            await asyncio.sleep(pause)

    async def _store(self, part: Path, found: Found, allowed: _Allowed) -> StoredFile:
        which = allowed.attachment.option
        try:
            return await self._inspect_and_store(part, found, allowed)
        except PictureTooLarge as error:
            max_side = max(rule.sides[1] for rule in allowed.rules if rule.sides is not None)
            raise Refusal(TooManyPixels(which, error.facts.width, error.facts.height, max_side)) from error
        except Broken as error:
            # A tool that cannot read the bot's own sample says nothing of a member's file.
            if Kind.IMAGE not in found.kinds and (problem := await self._self_test.problem()):
                log.error("A file couldn't be checked: %s", problem)  # noqa: TRY400 - nor does a traceback
                raise Refusal(MediumNotChecked(which)) from error
            log.info("A file can't be used: %s", error)
            if isinstance(error, Unreadable) and found.format is None:
                raise allowed.other_kind(found.name) from error
            raise Refusal(MediumBroken(which)) from error
        except Unchecked as error:
            log.error("A file couldn't be checked: %s", error)  # noqa: TRY400 - the text says all there is
            raise Refusal(MediumNotChecked(which)) from error

    async def _inspect_and_store(self, part: Path, found: Found, allowed: _Allowed) -> StoredFile:
        """Inspect a file and store it, or a copy that the provider takes."""
        async with self._inspections:
            facts = await self._facts(part, found, allowed)
        size = (await asyncio.to_thread(part.stat)).st_size
        rule = allowed.rule_for(found, facts)
        conversion = conversion_for(found, facts, size, rule, allowed.attachment.start)
        if conversion is not None:
            original = Original(found.name, facts.width, facts.height, facts.seconds, facts.turned)
            allowed.check_copy(original, conversion, rule)
            # Videos and sounds wait for a turn of their own, so that pictures need not wait for them.
            async with self._inspections if isinstance(conversion, AsImage) else nullcontext():
                return await self.files.convert(part, original, conversion)
        if found.format is None:
            raise allowed.other_kind(found.name)
        return await asyncio.to_thread(self.files.store, part, found.format, facts)

    async def _facts(self, part: Path, found: Found, allowed: _Allowed) -> Facts:
        container = named(found.name)
        if Kind.IMAGE in found.kinds:
            facts = await self._images.inspect(part)
            if container is None or not facts.animated or not allowed.takes(Kind.VIDEO):
                return facts
        if container is None:
            raise allowed.other_kind(found.name)
        return await inspect_recording(part, container)


def _may_pass(error: Exception) -> bool:
    """Tell whether a failed download may work a moment later."""
    return isinstance(error, Unreachable) or (
        isinstance(error, BadStatus) and error.status in (429, 500, 502, 503, 504)
    )
