"""Sharing, as the cogs call it."""

from bot.domain.job import Job
from bot.domain.privacy import StorageDays, StoredRows
from tests.cogs.fakes import WAITING, Scripted


class FakeSharing(Scripted):
    """Shares of the one job."""

    async def check(self, caller, text, place) -> Job:
        self.note("check", caller.user_id, text, place)
        return WAITING

    async def check_reel(self, caller, text, place):
        self.note("check_reel", caller.user_id, text, place)
        return WAITING, ["first", WAITING.id]

    async def share(self, job, place, interaction_id, reply, *, spoiler=False, reel=()) -> None:
        self.note("share", job.id, job.user_id, place, interaction_id, reply, spoiler, *reel)


class FakeForgetting(Scripted):
    """A member of whom one video is stored."""

    days = StorageDays(7, 30, 7)

    async def stored(self, caller) -> StoredRows:
        self.note("stored", caller.user_id)
        return StoredRows(videos=1)

    async def opt_out(self, caller, *, out) -> StoredRows:
        self.note("opt_out", caller.user_id, out)
        return StoredRows(opted_out=out)

    async def forget(self, caller) -> StoredRows:
        self.note("forget", caller.user_id)
        return StoredRows(videos=1)


class FakeDeletion(Scripted):
    """Deletions of the one job."""

    async def check(self, caller, text) -> Job:
        self.note("check", caller.user_id, text)
        return WAITING

    async def delete(self, caller, job_id) -> bool:
        self.note("delete", caller.user_id, job_id)
        return True
