"""Many requests at once: those without files are accepted a few at a time, and none waits for another's download."""

import asyncio
from dataclasses import replace

from bot.domain.caller import Caller
from bot.domain.drafts import Draft
from bot.domain.media import AttachmentInput, Role
from bot.domain.spending import Payer
from tests.studio.conftest import Studio
from tests.studio.fakes import START, picture, reply, until
from tests.studio.spending_fakes import spending_for_all
from tests.studio.test_runner import DRAFT, intake_of

FILE = AttachmentInput("https://cdn.test/fox", "fox.png", 100, Role.FIRST_FRAME, "image")


class HeldCharges:
    """Lets every video pass once `held` is set."""

    def __init__(self) -> None:
        self.held = asyncio.Event()
        self.asked: list[int] = []

    async def check(self, payer: Payer, user_id: int, seconds: int | None, now: float, videos: int = 1) -> None:
        """Wait, and refuse nothing."""
        self.asked.append(user_id)
        await self.held.wait()


async def test_a_burst_is_accepted_a_few_at_a_time_and_files_wait_for_no_turn(studio: Studio) -> None:
    charges = HeldCharges()
    intake = intake_of(studio, spending_for_all(studio.clock, charges))

    def submit(number: int, **request: object) -> asyncio.Task[object]:
        draft = Draft(f"{number:020}", number, START, replace(DRAFT, **request))  # type: ignore[arg-type]
        return asyncio.create_task(intake.submit(Caller(number), draft, 100 + number, reply()))

    burst = [submit(number) for number in range(1, 8)]
    await until(lambda: len(charges.asked) == 4)
    studio.media.keeps = [picture("a").source]
    studio.media.copies[picture("a").source.sha256] = studio.media.folder / "fox.png"
    with_file = submit(9, files=(FILE,))
    await until(lambda: 9 in charges.asked)
    assert charges.asked == [1, 2, 3, 4, 9]
    charges.held.set()
    made = await asyncio.gather(*burst, with_file)
    assert len({job.id for job in made}) == 8  # type: ignore[attr-defined]
