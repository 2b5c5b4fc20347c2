"""Where a job comes from: the video that it was made again from."""

from dataclasses import dataclass

from bot.domain.reply import PublicMessage


@dataclass(frozen=True, slots=True)
class Origin:
    """What a job's card says of the video that Again or Edit was pressed on, as that was then.

    `user_id`: whose it was. `message`: where its whole channel saw it. `edited`: it was changed for this one.
    """

    user_id: int
    message: PublicMessage | None = None
    edited: bool = False
