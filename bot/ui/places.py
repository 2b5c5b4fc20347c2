"""Where a job's message can be found by its owner."""

from bot.domain.job import Job
from bot.domain.reply import Rung
from bot.domain.stages import Stage


def message_link(job: Job) -> str | None:
    """Link to the message that holds a job's clip or card, for its owner; None where none can be linked to.

    A private reply has no address that lasts.
    """
    if job.stage is Stage.DELIVERED and job.drop and job.drop.rung is Rung.DIRECT and job.drop.message_id:
        return f"https://discord.com/channels/@me/{job.drop.channel_id}/{job.drop.message_id}"
    if job.reply.private:
        return None
    channel_id, message_id = job.reply.channel_id, job.reply.message_id
    if job.drop and job.drop.message_id:
        match job.drop.rung:
            case Rung.CHANNEL | Rung.FOLLOW_UP:
                channel_id, message_id = job.drop.channel_id, job.drop.message_id
            case Rung.DIRECT | Rung.ASKED:
                pass
            case Rung.TOKEN | Rung.BOT:
                message_id = job.drop.message_id
    if message_id is None:
        return None
    guild = job.reply.guild_id or "@me"
    return f"https://discord.com/channels/{guild}/{channel_id}/{message_id}"
