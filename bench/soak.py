"""A simulated day: many jobs, 1 % faults everywhere, an odd provider, a gateway that drops every hour.

Run by `python -m bench.soak`.

Counted are the four zeros; sampled are the bot's memory and file descriptors, which must be flat: the median of the
run's last quarter is compared with that of its second one. Lifted, because a day in ten minutes makes them
meaningless: Discord's rate limits and the provider's; tokens, links and the 3 s of an interaction are as ever. The
bot's own pace of 4 submits a second is real, and so are its timeouts.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from sandbox.faults import Cut, Delay, Fault, FaultHandle, Reset, html, status
from tests.faults.crowd import Crowd
from tests.faults.four_zeros import FourZeros, count
from tests.faults.ground import Ground, behave_oddly, ground
from tests.faults.kills import all_settled

# Real seconds of a job, at the pace at which the bot submits, with some room; and so 2000 jobs are a day.
_PER_JOB = 0.32
SCALE = 86_400 / (2000 * _PER_JOB)
_HOUR = 3600 / SCALE
_SHARE = 0.01
_VIA = {"Via": "1.1 google", "Retry-After": "1"}
_SLOW_DOWN = {"message": "You are being rate limited.", "retry_after": 0.3, "global": False}
_ANYWHERE: tuple[Fault, ...] = (
    Reset.BEFORE,
    Reset.EARLY,
    Reset.AFTER,
    Delay(3.0),
    status(500),
    status(502, applied=True),
    status(429, _SLOW_DOWN, _VIA),
    html(503),
)
# These need an answer that is built in memory: everything but a file.
_ANSWERS = ("POST /v1/*", "GET /v1/*", "* /api/*")


@dataclass
class Samples:
    """Resident memory in bytes and open file descriptors of the bot, once a second."""

    memory: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)

    def take(self, pid: int) -> None:
        """Look at the process once."""
        status_text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        kibibytes = next(line.split()[1] for line in status_text.splitlines() if line.startswith("VmRSS:"))
        self.memory.append(int(kibibytes) * 1024)
        self.files.append(sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()))


def growth(values: list[int]) -> float:
    """Return the median of the last quarter over that of the second one."""
    quarter = max(1, len(values) // 4)
    return median(values[-quarter:]) / median(values[quarter : 2 * quarter])


@dataclass(frozen=True)
class Soaked:
    """What a run came to. `seconds` are real."""

    zeros: FourZeros
    jobs: int
    struck: int
    drops: int
    seconds: float
    samples: Samples
    log: str = field(repr=False)

    def __str__(self) -> str:
        memory, files = self.samples.memory, self.samples.files
        return (
            f"{self.jobs} jobs in {self.seconds:.0f} s, {self.seconds * SCALE / 3600:.1f} h of the bot's time; "
            f"{self.struck} requests struck, {self.drops} gateways dropped\n{self.zeros}\n"
            f"memory: {median(memory) / 2**20:.0f} MiB, at most {max(memory) / 2**20:.0f}; "
            f"last quarter / second quarter {growth(memory):.3f}\n"
            f"file descriptors: {median(files):.0f}, at most {max(files)}; "
            f"last quarter / second quarter {growth(files):.3f}"
        )


async def soak(jobs: int, seed: int, folder: Path) -> Soaked:
    """Let that many jobs go by, 2000 in a day."""
    seconds = jobs * _PER_JOB
    async with ground(folder, seed, scale=SCALE, bot={"LOG_LEVEL": "INFO", "TOAPIS_DIALECT": "auto"}) as here:
        # The places in which members order are three; the crowd must be large enough for five waiting jobs each.
        crowd = Crowd(here.discord, here.ledger, here.rng, wanted=jobs, size=60)
        behave_oddly(here)
        await here.bot.start()
        strikes = _strew(here)
        began, samples = here.clock.now(), Samples()
        beside = [asyncio.create_task(_sample(here, samples)), asyncio.create_task(_drop_gateways(here))]
        try:
            await _orders(here, crowd, seconds)
            await all_settled(here, crowd, within=240.0)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        took, drops = here.clock.now() - began, len(here.discord.closes)
        here.faults.clear()
        zeros = await count(here.discord, here.ledger, crowd.orders, here.scale)
        if await here.bot.stop() != 0:
            raise RuntimeError(here.bot.tail())
        struck = sum(strike.fired for strike in strikes)
        return Soaked(zeros, crowd.count, struck, drops, took, samples, here.bot.log)


def _strew(here: Ground) -> list[FaultHandle]:
    each = _SHARE / (len(_ANYWHERE) + 1)
    strikes = [here.faults.add("*", fault, times=None, chance=each) for fault in _ANYWHERE]
    return strikes + [here.faults.add(route, Cut(framed=True), times=None, chance=each) for route in _ANSWERS]


async def _orders(here: Ground, crowd: Crowd, seconds: float) -> None:
    """Let members order at random times over the day; what was not taken is ordered again at its end."""
    under_way: set[asyncio.Task[None]] = set()
    while crowd.count < crowd.wanted:
        await here.clock.until(here.clock.now() + here.rng.expovariate(crowd.wanted / seconds))
        member = here.rng.choice(crowd.members)
        if crowd.count + len(under_way) < crowd.wanted and crowd.free(member):
            ordering = asyncio.create_task(crowd.order(member))
            under_way.add(ordering)
            ordering.add_done_callback(under_way.discard)
    await asyncio.gather(*under_way)


async def _sample(here: Ground, samples: Samples) -> None:
    while here.bot.process is not None:
        samples.take(here.bot.process.pid)
        await here.clock.until(here.clock.now() + 1.0)


async def _drop_gateways(here: Ground) -> None:
    while True:
        await here.clock.until(here.clock.now() + _HOUR)
        await here.discord.drop_gateway()


def main() -> int:
    """Run it by hand; the exit code is 1 where a number is not zero, or something grows."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    wanted = parser.parse_args()
    print(f"seed {wanted.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="seedreel-soak-") as folder:
        soaked = asyncio.run(soak(wanted.jobs, wanted.seed, Path(folder)))
    print(soaked)
    bad = soaked.zeros.said(soaked.log)
    print(bad)
    grows = growth(soaked.samples.memory) > 1.2 or growth(soaked.samples.files) > 1.5
    return 1 if bad or grows else 0


if __name__ == "__main__":
    sys.exit(main())
