"""Where a job comes from: the video that it was made again from, or of."""

from dataclasses import dataclass

from bot.domain.chain import NextStep
from bot.domain.reply import PublicMessage


@dataclass(frozen=True, slots=True)
class Origin:
    """What a job's card says of the video that a button was pressed on, as that was then.

    `user_id`: whose it was. `message`: where its whole channel saw it. `edited`: its request was changed for this one.
    `step`: what was made of the video itself; None: the request once more.
    """

    user_id: int
    message: PublicMessage | None = None
    edited: bool = False
    step: NextStep | None = None
