"""Where a job's message can be found by its owner."""

from bot.domain.job import Job
from bot.domain.reply import Route
from bot.domain.stages import Stage


def message_link(job: Job) -> str | None:
    """Link to the message that holds a job's clip or card, for its owner; None where none can be linked to.

    A private reply has no address that lasts.
    """
    if job.stage is Stage.DELIVERED and job.attempt and job.attempt.route is Route.DIRECT and job.attempt.message_id:
        return f"https://discord.com/channels/@me/{job.attempt.channel_id}/{job.attempt.message_id}"
    if job.reply.private:
        return None
    channel_id, message_id = job.reply.channel_id, job.reply.message_id
    if job.attempt and job.attempt.message_id:
        match job.attempt.route:
            case Route.CHANNEL | Route.FOLLOW_UP:
                channel_id, message_id = job.attempt.channel_id, job.attempt.message_id
            case Route.DIRECT | Route.ASKED:
                pass
            case Route.TOKEN | Route.BOT:
                message_id = job.attempt.message_id
    if message_id is None:
        return None
    guild = job.reply.guild_id or "@me"
    return f"https://discord.com/channels/{guild}/{channel_id}/{message_id}"
