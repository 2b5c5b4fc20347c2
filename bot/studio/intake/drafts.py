"""Keep what a member asked for when it is refused, or is to be completed: as a draft, which they can send once."""

import asyncio
import logging
import math
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from bot.domain.caller import Caller
from bot.domain.disk_problems import CannotSave
from bot.domain.drafts import DRAFT_SECONDS, Draft, Purpose, RefusedDraft, in_order, wrong_fields
from bot.domain.errors import AlreadyRetried, DraftGone, NotYours, Refusal, StoreFull
from bot.domain.ids import new_job_id
from bot.domain.media import StoredFile
from bot.domain.models import DEFAULT_RATIO, Catalogue
from bot.domain.request import RequestDraft
from bot.domain.spending import MembersOnly, NotAllowedHere
from bot.studio.intake.disk_quota import DiskQuota, RequestFiles
from bot.studio.ports import Clock
from bot.studio.ports.stores import DraftStore

log = logging.getLogger(__name__)

# Of one member: so many drafts, since the files of each take room; a form of a menu that was only opened is one too.
_MAX_DRAFTS: Final = 10
# A refusal may be the first response, which Discord waits 3 s for; without a draft it still says what is wrong.
_WRITE_SECONDS: Final = 1.0
# So often a draft is read and changed again where another press has changed it meanwhile.
_CHANGES: Final = 10
# So many drafts are remembered as sent, of all members, until a restart.
_SENT_REMEMBERED: Final = 1000
# There is nothing to fix about these.
_FINAL: Final = (DraftGone, AlreadyRetried, NotAllowedHere, MembersOnly)


class Drafts:
    """The drafts of all members."""

    def __init__(self, store: DraftStore, disk_quota: DiskQuota, clock: Clock) -> None:
        self._store = store
        self._disk_quota = disk_quota
        self._clock = clock
        self._sent: deque[str] = deque(maxlen=_SENT_REMEMBERED)

    def remember_sent(self, draft_id: str) -> None:
        """Remember that a draft has become a job, for when its button is pressed again."""
        self._sent.append(draft_id)

    def gone(self, draft_id: str) -> DraftGone:
        """Say of a draft that is not there whether it was sent, as far as that is known."""
        return DraftGone(draft_id in self._sent)

    async def find(self, caller: Caller, draft_id: str) -> Draft:
        """Find one of the caller's own drafts. Raises Refusal (DraftGone, NotYours)."""
        draft = await self._store.find(draft_id)
        if draft is None or draft.created < self._clock.ago(DRAFT_SECONDS):
            raise Refusal(self.gone(draft_id))
        if draft.user_id != caller.user_id:
            raise Refusal(NotYours())
        return draft

    async def keep(self, draft: Draft) -> Draft:
        """Keep a draft whose form is about to open. Raises Refusal."""
        if not await self._save(draft):
            raise Refusal(CannotSave())
        return replace(draft, is_saved=True)

    async def change(
        self, caller: Caller, draft_id: str | None, change: Callable[[Draft], Draft], catalogue: Catalogue
    ) -> Draft:
        """Keep one of the caller's drafts as changed; without an id the one they collect for, or a new one.

        `change` may be called again: another press may change the draft meanwhile. Raises Refusal.
        """
        try:
            for _ in range(_CHANGES):
                draft = await self._find_or_new(caller, draft_id, catalogue)
                changed = replace(
                    change(draft), created=max(self._clock.now(), math.nextafter(draft.created, math.inf))
                )
                if not draft.is_saved:
                    return await self.keep(changed)
                if await self._store.replace(changed, draft.created):
                    return changed
        except StoreFull as error:
            raise Refusal(error.problem) from error
        raise Refusal(CannotSave())

    async def _find_or_new(self, caller: Caller, draft_id: str | None, catalogue: Catalogue) -> Draft:
        if draft_id is not None:
            return await self.find(caller, draft_id)
        since = self._clock.ago(DRAFT_SECONDS)
        for draft in await self._store.of_member(caller.user_id):
            if draft.purpose is Purpose.COLLECT and draft.created >= since:
                return draft
        model, capability = catalogue.default
        request = RequestDraft(
            "", model, capability.default_seconds, DEFAULT_RATIO, resolution=capability.default_resolution
        )
        return Draft(new_job_id(), caller.user_id, self._clock.now(), request, purpose=Purpose.COLLECT)

    async def discard(self, draft: Draft) -> None:
        """Delete a draft and its files. Raises Refusal (DraftGone), where it was sent meanwhile."""
        try:
            if not await self._store.delete(draft.id):
                raise Refusal(self.gone(draft.id))
        except StoreFull as error:
            raise Refusal(error.problem) from error
        await self._let_go(draft.stored)

    @asynccontextmanager
    async def saved_if_refused(self, draft: Draft, held: RequestFiles | None = None) -> AsyncIterator[None]:
        """Keep the draft where the block refuses it, with the files in `held` that are not at fault.

        Raises RefusedDraft, its problems in the order of the options; the Refusal itself where nothing can be kept.
        """
        try:
            yield
        except RefusedDraft:
            raise
        except Refusal as refusal:
            if isinstance(refusal.problem, DraftGone):
                raise Refusal(self.gone(draft.id)) from refusal
            if isinstance(refusal.problem, _FINAL):
                raise
            problems = in_order(refusal.problems)
            now = self._clock.now()
            draft = replace(draft, created=now, wrong=wrong_fields(problems))
            if draft.purpose is not Purpose.COLLECT:
                draft = replace(draft, purpose=Purpose.FIX)
            if held is not None:
                good = {option: stored for option, stored in held.by_option.items() if option not in draft.wrong}
                draft = draft.with_stored(good)
            if not await self._save(draft):
                raise Refusal(*problems) from refusal
            raise RefusedDraft(draft, *problems) from refusal

    async def _save(self, draft: Draft) -> bool:
        """Write a draft down; False where that fails, or it was sent meanwhile."""
        try:
            async with asyncio.timeout(_WRITE_SECONDS):
                if draft.is_saved:
                    return await self._store.save(draft)
                await self._let_go(await self._store.add(draft, _MAX_DRAFTS))
        except (StoreFull, TimeoutError) as error:
            log.warning("A refused request couldn't be saved as a draft: %s", type(error).__name__)
            return False
        return True

    async def _let_go(self, files: Sequence[StoredFile]) -> None:
        """Delete the files of drafts that are gone, as far as nothing else uses them."""
        held = self._disk_quota.hold()
        for stored in files:
            await held.take(stored)
        await self._disk_quota.discard(held)
