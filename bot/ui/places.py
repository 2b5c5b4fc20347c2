"""Where a job's message can be found by its owner."""

from bot.domain.job import Job
from bot.domain.reply import Rung


def message_link(job: Job) -> str | None:
    """Link to the public message that holds a job's card or clip; None where there is none, or only its owner sees it.

    A direct message has none either: its channel is not among what a job remembers.
    """
    if job.reply.private:
        return None
    channel_id, message_id = job.reply.channel_id, job.reply.message_id
    if job.drop and job.drop.message_id:
        match job.drop.rung:
            case Rung.CHANNEL:
                channel_id, message_id = job.drop.channel_id, job.drop.message_id
            case Rung.DIRECT | Rung.ASKED:
                return None
            case Rung.TOKEN | Rung.BOT:
                message_id = job.drop.message_id
    if message_id is None:
        return None
    guild = job.reply.guild_id or "@me"
    return f"https://discord.com/channels/{guild}/{channel_id}/{message_id}"
