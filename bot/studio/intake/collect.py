"""Collect the media of a request: files fetched and looked at, assets found, and every mistake named at once."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.domain.caller import Caller
from bot.domain.errors import Problem, Refusal, TooManyWaiting, Unsupported
from bot.domain.media import AttachmentInput, InputUrl, Medium, StoredFile
from bot.domain.media_problems import (
    AssetNotReady,
    AssetNotReviewable,
    AssetUnknown,
    AudioAlone,
    Lacking,
    MediumTooLarge,
)
from bot.domain.models import Capability, Catalogue
from bot.domain.request import AssetInput, RequestDraft, VideoRequest, check_draft
from bot.domain.rules import AssignedMedium, assign, broken_rules, in_order
from bot.studio.intake.asset_lookup import AssetLookup
from bot.studio.ports import Clock

_AT_ONCE = 3
# Of one member: so many requests may have their files fetched and looked at at the same time.
_MAX_DRAFTS_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class CollectedMedia:
    """A request's media in the order of their roles, and the URLs of its files at Discord."""

    media: tuple[Medium, ...]
    input_urls: tuple[InputUrl, ...]


def needs_look(draft: RequestDraft, known: Sequence[Problem]) -> bool:
    """Tell whether a draft with these mistakes may have more: files and assets that were not looked at yet."""
    if any(isinstance(problem, Unsupported) and problem.option == "model" for problem in known):
        return False  # there are no rules to look at them by
    refused = _refused_options(known)
    return bool(draft.assets) or any(file.option not in refused for file in draft.files)


def _refused_options(known: Sequence[Problem]) -> frozenset[str]:
    """Name the options whose files can be refused unread: they are too large, or the model takes none there."""
    too_large = {problem.which for problem in known if isinstance(problem, MediumTooLarge)}
    return frozenset(too_large | {problem.option for problem in known if isinstance(problem, Unsupported)})


class Files(Protocol):
    """The files of one request."""

    async def keep(self, attachment: AttachmentInput, capability: Capability) -> StoredFile:
        """Keep a file; raises Refusal."""
        ...


class MediaCollector:
    """Collects media; what cannot go together is refused with all that is wrong."""

    def __init__(self, asset_lookup: AssetLookup, clock: Clock, catalogue: Catalogue) -> None:
        self._asset_lookup = asset_lookup
        self._clock = clock
        self._catalogue = catalogue
        self._under_way = Counter[int]()

    def change_catalogue(self, catalogue: Catalogue) -> None:
        """Accept what another catalogue offers from now on: the dialect has changed."""
        self._catalogue = catalogue

    async def request_of(
        self, caller: Caller, draft: RequestDraft, files: Files
    ) -> tuple[VideoRequest, CollectedMedia]:
        """Make a draft a request, its files stored and its assets found. Raises Refusal with all that is wrong."""
        if self._under_way[caller.user_id] >= _MAX_DRAFTS_AT_ONCE:
            raise Refusal(TooManyWaiting(_MAX_DRAFTS_AT_ONCE))
        self._under_way[caller.user_id] += 1
        try:
            return await self._request_of(caller, draft, files)
        finally:
            self._under_way[caller.user_id] -= 1
            if not self._under_way[caller.user_id]:
                del self._under_way[caller.user_id]

    async def _request_of(
        self, caller: Caller, draft: RequestDraft, files: Files
    ) -> tuple[VideoRequest, CollectedMedia]:
        request, known = None, tuple[Problem, ...]()
        try:
            request = check_draft(draft, self._catalogue)
        except Refusal as refusal:
            if not needs_look(draft, refusal.problems):
                raise
            known = refusal.problems
        collected, problems = await self._media_of(caller, draft, known, files)
        if request is None or problems:
            raise Refusal(*dict.fromkeys((*known, *problems)))
        return replace(request, media=collected.media), collected

    async def _media_of(
        self, caller: Caller, draft: RequestDraft, known: Sequence[Problem], request_files: Files
    ) -> tuple[CollectedMedia, list[Problem]]:
        """Store the draft's files and find its assets, as far as nothing is known against them; name their mistakes."""
        capability = self._catalogue.capabilities[draft.model].for_operation(draft.operation)
        turn = asyncio.Semaphore(_AT_ONCE)
        refused = _refused_options(known)
        given = [file for file in draft.files if file.option not in refused]
        files = await asyncio.gather(*(self._file(file, capability, turn, request_files) for file in given))
        assets = [await self._asset(caller, asset) for asset in draft.assets]
        found = [each for each in (*files, *assets) if isinstance(each, AssignedMedium)]
        problems = [problem for each in (*files, *assets) if isinstance(each, tuple) for problem in each]
        # Beside what could not be looked at, a sound may not be alone.
        unseen = bool(problems or refused)
        broken = broken_rules(found, capability, sound=draft.sound)
        problems += [problem for problem in broken if not (unseen and isinstance(problem, AudioAlone | Lacking))]
        return CollectedMedia(in_order(found), self._input_urls(given, files)), problems

    async def _file(
        self, file: AttachmentInput, capability: Capability, turn: asyncio.Semaphore, request_files: Files
    ) -> AssignedMedium | tuple[Problem, ...]:
        try:
            async with turn:
                stored = await request_files.keep(file, capability)
        except Refusal as refusal:
            return refusal.problems
        return assign(file.option, stored, file.role)

    async def _asset(self, caller: Caller, asset: AssetInput) -> AssignedMedium | tuple[Problem, ...]:
        try:
            found = await self._asset_lookup.resolve(caller, asset.user_input)
        except Refusal as refusal:
            return tuple(_of_asset(problem, asset) for problem in refusal.problems)
        if found.use is None or self._catalogue.review:
            return (AssetNotReviewable(found.name, asset.option),)
        return assign(asset.option, found.use, asset.role)

    def _input_urls(
        self, files: Sequence[AttachmentInput], found: Sequence[AssignedMedium | tuple[Problem, ...]]
    ) -> tuple[InputUrl, ...]:
        now = self._clock.now()
        return tuple(
            InputUrl(each.medium.source.sha256, file.url, now)
            for file, each in zip(files, found, strict=True)
            # What Discord has of a converted file is not what the provider is to get.
            if file.url
            and not file.clip_of
            and isinstance(each, AssignedMedium)
            and isinstance(each.medium.source, StoredFile)
            and not each.medium.source.original
        )


def _of_asset(problem: Problem, asset: AssetInput) -> Problem:
    """Name an asset as its card does, where its name is known, and the option it was given in."""
    match problem:
        case AssetUnknown(user_input):
            return AssetUnknown(asset.name or user_input, asset.option)
        case AssetNotReady():
            return replace(problem, which=asset.option)
        case _:
            return problem
