"""Collect references for one video from several messages and forms, into a draft that is kept meanwhile."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Final

from bot.domain.caller import Caller
from bot.domain.collecting import Collected, added, longest_part, too_long, with_candidates
from bot.domain.drafts import Draft
from bot.domain.errors import Problem, Refusal
from bot.domain.media import AttachmentInput, Role
from bot.domain.media_problems import LengthOutside
from bot.domain.models import Catalogue
from bot.domain.rules import OVER_SECONDS, wrong_file
from bot.studio.intake.disk_quota import DiskQuota, RequestFiles
from bot.studio.intake.drafts import Drafts

_AT_ONCE: Final = 3


@dataclass(slots=True)
class _Inspected:
    """The result of inspecting files: our copies of them, the ones that are too long, and mistakes."""

    stored: list[AttachmentInput] = field(default_factory=list)
    long: list[AttachmentInput] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Collecting:
    """Adds media to a member's draft, each fetched and looked at as those of a request are; `visit` as JobRunner's."""

    def __init__(
        self,
        drafts: Drafts,
        disk_quota: DiskQuota,
        visit: Callable[[], AbstractAsyncContextManager[None]],
        catalogue: Catalogue,
    ) -> None:
        self._drafts = drafts
        self._disk_quota = disk_quota
        self._visit = visit
        self._catalogue = catalogue

    def change_catalogue(self, catalogue: Catalogue) -> None:
        """Take what another catalogue takes from now on: the dialect has changed."""
        self._catalogue = catalogue

    async def suggest(self, caller: Caller, files: Sequence[AttachmentInput]) -> Collected:
        """Add the one file there is to the caller's open draft, or to a new one; of several, let them choose.

        Raises Refusal, also where the one cannot be used.
        """
        if len(files) == 1:
            return await self.add(caller, None, files)
        draft = await self._drafts.change(caller, None, lambda draft: with_candidates(draft, files), self._catalogue)
        return Collected(draft)

    async def choose(self, caller: Caller, draft_id: str, options: Collection[str]) -> Collected:
        """Add what was chosen of the files that were suggested. Raises Refusal."""
        draft = await self._drafts.find(caller, draft_id)
        files = [file for file in draft.candidates if file.option in options]
        return await self.add(caller, draft_id, files, chosen=options)

    async def take_part(self, caller: Caller, draft_id: str, start: float) -> Collected:
        """Add the part of the first file that is too long, from that second on. Raises Refusal."""
        draft = await self._drafts.find(caller, draft_id)
        file = too_long(draft)
        if file is None:
            return Collected(draft)
        return await self.add(caller, draft_id, [replace(file, start=start)], chosen=(file.option,))

    async def add(
        self,
        caller: Caller,
        draft_id: str | None,
        files: Sequence[AttachmentInput],
        *,
        chosen: Collection[str] | None = None,
    ) -> Collected:
        """Add files to a draft, or to the caller's open one; `chosen` as `collecting.added` says.

        Of what cannot be used it is said why, and the rest is added. Raises Refusal where nothing is.
        """
        async with self._disk_quota.reserve(caller.user_id, sum(file.size for file in files)) as held:
            async with self._visit():
                looked = await self._look(held, files)
            problems = list[Problem]()

            def change(draft: Draft) -> Draft:
                made = added(draft, looked.stored, self._catalogue, long=looked.long, chosen=chosen)
                problems[:] = [*looked.problems, *made.problems]
                return made.draft

            if looked.problems and not (looked.stored or looked.long):
                raise Refusal(*dict.fromkeys(looked.problems))
            draft = await self._drafts.change(caller, draft_id, change, self._catalogue)
        return Collected(draft, tuple(dict.fromkeys(problems)))

    async def _look(self, held: RequestFiles, files: Sequence[AttachmentInput]) -> _Inspected:
        looked, turn = _Inspected(), asyncio.Semaphore(_AT_ONCE)

        async def look(file: AttachmentInput) -> tuple[AttachmentInput, tuple[Problem, ...]]:
            async with turn:
                return await self._looked_at(held, replace(file, option=file.name))

        for file, problems in await asyncio.gather(*(look(file) for file in files)):
            if not problems:
                looked.stored.append(file)
            elif (seconds := self._length_of(problems)) is not None:
                looked.long.append(replace(file, stored=None, seconds=seconds))
            else:
                looked.problems.extend(problems)
        return looked

    async def _looked_at(
        self, held: RequestFiles, file: AttachmentInput
    ) -> tuple[AttachmentInput, tuple[Problem, ...]]:
        """Fetch a file and say what is wrong with it; a voice message's length is known without that."""
        widest, longest = self._catalogue.widest, longest_part(self._catalogue.widest)
        if file.start is None and file.seconds is not None and file.seconds > longest + OVER_SECONDS:
            return file, (LengthOutside(file.option, file.seconds, 0, longest),)
        try:
            stored = await held.keep(file, widest)
        except Refusal as refusal:
            return file, refusal.problems
        rule = widest.rules.get(Role.of_reference(stored.kind))
        return replace(file, stored=stored), tuple(wrong_file(file.option, stored, rule)) if rule else ()

    @staticmethod
    def _length_of(problems: Sequence[Problem]) -> float | None:
        """Return the length of a file with which nothing is wrong but that it is too long."""
        match problems:
            case (LengthOutside(_, length, _, longest),) if length > longest:
                return length
            case _:
                return None
