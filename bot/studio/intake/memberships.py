"""Who is a member of the home servers: asked of Discord, and remembered for an hour."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from bot.domain.spending import Membership, NoMember
from bot.studio.lifecycle.retry import send
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock, Closed
from bot.studio.ports.members import Members

log = logging.getLogger(__name__)

# Scaled seconds for which an answer is good.
REMEMBERED = 3600.0
# Answers that are kept, the oldest ones forgotten first.
MAX_ANSWERS = 20_000
# Real seconds to wait for an answer: a little longer than a question to Discord may take.
_WAIT_SECONDS = 12.0


@dataclass(frozen=True, slots=True)
class _Answer:
    """What Discord said, at a UTC time."""

    said: Membership | NoMember
    at: float


class Memberships:
    """Memberships of the home servers, and the names of those servers.

    Where Discord does not answer, its last answer counts, however old that is.
    """

    def __init__(self, members: Members, home_servers: Iterable[int], clock: Clock) -> None:
        self._members = members
        self._home_servers = sorted(home_servers)
        self._clock = clock
        self._answers: dict[tuple[int, int], _Answer] = {}
        self._names: dict[int, str] = {}
        self._tasks = BackgroundTasks(clock)

    def start(self) -> None:
        """Learn what the home servers are called, in the background."""
        for guild_id in self._home_servers:
            self._tasks.start(f"name {guild_id}", f"name of server {guild_id}", partial(self._learn, guild_id))

    async def close(self) -> None:
        """Ask no more."""
        await self._tasks.close()

    @property
    def names(self) -> tuple[str, ...]:
        """List the names of the home servers, as far as they are known."""
        return tuple(self._names[guild_id] for guild_id in self._home_servers if guild_id in self._names)

    def remembered(self, user_id: int) -> tuple[Membership, ...] | None:
        """Return a user's memberships where Discord need not be asked; None where it has to be."""
        fresh = [self._fresh(guild_id, user_id) for guild_id in self._home_servers]
        found = _memberships(fresh)
        return found if found or None not in fresh else None

    def ask(self, user_id: int) -> list[asyncio.Task[None]]:
        """Begin to ask Discord, in the background, what is not remembered of a user; return the questions."""
        keys = []
        for guild_id in self._home_servers:
            if self._fresh(guild_id, user_id) is None:
                keys.append(f"{guild_id}/{user_id}")
                self._tasks.start(keys[-1], f"membership {keys[-1]}", partial(self._ask, guild_id, user_id))
        return [task for key in keys if (task := self._tasks.get(key)) is not None]

    def note(self, membership: Membership, user_id: int) -> None:
        """Note a membership that Discord has told by itself: who uses the bot in a server is a member of it."""
        self._keep(membership.guild_id, user_id, membership)

    async def of(self, user_id: int) -> tuple[Membership, ...] | None:
        """Return a user's memberships, asked for where one is not remembered; None where they are not known.

        Of all home servers, since the best of them counts.
        """
        if asked := self.ask(user_id):
            await asyncio.wait(asked, timeout=_WAIT_SECONDS)
        last = [self._last(guild_id, user_id) for guild_id in self._home_servers]
        found = _memberships(last)
        return found if found or None not in last else None

    async def _ask(self, guild_id: int, user_id: int, _again: object) -> None:
        if (said := await self._members.membership(guild_id, user_id)) is not None:
            self._keep(guild_id, user_id, said)

    def _keep(self, guild_id: int, user_id: int, said: Membership | NoMember) -> None:
        self._answers.pop((guild_id, user_id), None)
        self._answers[guild_id, user_id] = _Answer(said, self._clock.now())
        if len(self._answers) > MAX_ANSWERS:
            del self._answers[next(iter(self._answers))]

    async def _learn(self, guild_id: int, _again: object) -> None:
        name = await send(lambda: self._members.server_name(guild_id), self._clock)
        if isinstance(name, str):
            self._names[guild_id] = name
        elif isinstance(name, Closed):
            log.warning("The bot isn't in server %d of HOME_SERVERS: its members can't be told from others.", guild_id)

    def _last(self, guild_id: int, user_id: int) -> Membership | NoMember | None:
        answer = self._answers.get((guild_id, user_id))
        return None if answer is None else answer.said

    def _fresh(self, guild_id: int, user_id: int) -> Membership | NoMember | None:
        answer = self._answers.get((guild_id, user_id))
        # An answer from the future is one of a clock that was set back since.
        fresh = answer is not None and 0 <= self._clock.elapsed(answer.at) < REMEMBERED
        return answer.said if fresh and answer is not None else None


def _memberships(answers: Iterable[Membership | NoMember | None]) -> tuple[Membership, ...]:
    return tuple(answer for answer in answers if isinstance(answer, Membership))
