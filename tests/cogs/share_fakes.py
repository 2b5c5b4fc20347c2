"""Sharing, deleting, collecting and the tests of a channel, as the cogs call them."""

from bot.domain.collecting import Collected
from bot.domain.drafts import Draft
from bot.domain.job import Job
from bot.domain.models import Model, Ratio
from bot.domain.privacy import StorageDays, StoredRows
from bot.domain.request import RequestDraft
from bot.domain.self_test import ReplyForm, TriedForm
from bot.domain.shares import OtherChannel, SharePlace
from bot.studio.delivery.deletion import Deleted
from tests.cogs.fakes import NOW, WAITING, Scripted


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


class FakeExports(Scripted):
    """Exports, of which none was asked for before."""

    async def ask(self, caller, reply) -> None:
        self.note("ask", caller.user_id, reply.private)


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


class FakeShowcase(Scripted):
    """The showcase of the one job's server."""

    async def check(self, caller, job_id):
        self.note("check", caller.user_id, job_id)
        return WAITING, SharePlace(3009, channel=OtherChannel(3009))

    async def show(self, job, place, interaction_id, reply) -> None:
        self.note("show", job.id, job.user_id, place, interaction_id, reply)


class FakeDeletion(Scripted):
    """Deletions of the one job."""

    async def check(self, caller, text) -> Job:
        self.note("check", caller.user_id, text)
        return WAITING

    def __init__(self) -> None:
        super().__init__()
        self.reels = False

    async def has_reels_alone(self, caller, job) -> bool:
        return self.reels

    async def others_in_message(self, job) -> int:
        return 0

    async def delete(self, caller, job_id) -> Deleted:
        self.note("delete", caller.user_id, job_id)
        return Deleted(everywhere=True, reels=self.reels)


class FakeCollecting(Scripted):
    """A draft that nothing is in yet."""

    async def choose(self, caller, draft_id, options) -> Collected:
        self.note("choose", caller.user_id, draft_id, *options)
        return Collected(Draft(draft_id, caller.user_id, NOW, RequestDraft("", Model.SEEDANCE_2, 5, Ratio.WIDE)))


class FakeSelfTests(Scripted):
    """Tests that Discord answers in one form."""

    async def of_private_answer(self, reply, user_id, interaction_id) -> list[TriedForm]:
        self.note("of_private_answer", reply, user_id, interaction_id)
        return [TriedForm(ReplyForm.POST_CARD)]

    async def of_public_answer(self, reply, user_id, interaction_id) -> list[TriedForm]:
        self.note("of_public_answer", reply, user_id, interaction_id)
        return [TriedForm(ReplyForm.UPLOAD)]

    async def take_away(self, interaction_id, reply=None) -> None:
        self.note("take_away", interaction_id, reply)


class FakeTakeChoice(Scripted):
    """The choice of the one job among its takes."""

    async def keep(self, caller, job_id, reply) -> None:
        self.note("keep", job_id, caller.user_id, reply)
