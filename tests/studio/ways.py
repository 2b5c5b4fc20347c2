"""The allowed way from WAITING to any stage, for tests that start in the middle."""

from dataclasses import replace

from bot.domain.job import Job
from bot.domain.stages import Stage

_WAYS = {
    Stage.WAITING: (),
    Stage.SUBMITTING: (Stage.SUBMITTING,),
    Stage.QUEUED: (Stage.SUBMITTING, Stage.QUEUED),
    Stage.RENDERING: (Stage.SUBMITTING, Stage.QUEUED, Stage.RENDERING),
    Stage.READY: (Stage.SUBMITTING, Stage.QUEUED, Stage.READY),
    Stage.DELIVERING: (Stage.SUBMITTING, Stage.QUEUED, Stage.READY, Stage.DELIVERING),
    Stage.DELIVERED: (Stage.SUBMITTING, Stage.QUEUED, Stage.READY, Stage.DELIVERING, Stage.DELIVERED),
    Stage.HELD: (Stage.SUBMITTING, Stage.QUEUED, Stage.READY, Stage.HELD),
    Stage.FAILED: (Stage.SUBMITTING, Stage.FAILED),
    Stage.CANCELLED: (Stage.CANCELLED,),
}


def way_to(job: Job) -> list[tuple[Stage, Job]]:
    """List the moves (from, to) that bring a WAITING row to where this job stands."""
    steps, was = [], Stage.WAITING
    for stage in _WAYS[job.stage] or (Stage.WAITING,):
        steps.append((was, replace(job, stage=stage)))
        was = stage
    return steps
