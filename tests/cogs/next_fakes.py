"""What comes after a finished video, as the cogs call it."""

from bot.domain.job import Job
from tests.cogs.fakes import WAITING, Scripted


class FakeNextVideos(Scripted):
    """Next videos of the one job."""

    async def find(self, caller, job_id, step) -> Job:
        self.note("find", job_id, caller.user_id, step)
        return WAITING

    async def make(self, caller, job_id, step, step_input, interaction_id, reply) -> Job:
        self.note("make", job_id, caller.user_id, step, step_input, interaction_id, reply)
        return WAITING
