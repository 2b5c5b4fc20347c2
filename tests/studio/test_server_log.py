"""The log of a server: what is told, once, to its own channel, and never in the way of anything."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from bot.domain.audit import Change
from bot.domain.server_log import LinesDropped, LogLine, RequestRefused, VideoEnded, line_of
from bot.domain.server_settings import LogChannel, Spoilers
from bot.domain.spending import Blocked
from bot.domain.stages import Reason, Stage
from bot.storage import SqliteAudit, SqliteLogLines, SqliteServerSettings, Store
from bot.storage.note_store import SqliteNotes
from bot.studio.lifecycle.poster_maker import PosterMaker
from bot.studio.lifecycle.server_log import MAX_LINES, ServerLog
from bot.studio.lifecycle.server_settings import ServerSettingsService
from bot.studio.ports import Closed, NotNow, Outcome, Posted, Unclear
from tests.studio.fakes import JumpingClock, job, reply, until
from tests.studio.folder_media import FolderMedia

SERVER, OTHER, MARA = 30, 31, 1001
REFUSED = RequestRefused(MARA, (Blocked(SERVER),), "a fox")


@dataclass
class ScriptedMessages:
    """Takes lines with the outcomes of a list; posts them when that is empty."""

    outcomes: list[Outcome] = field(default_factory=list)
    posted: list[tuple[int, LogLine, str, bool]] = field(default_factory=list)

    def reserve_line(self, _: int) -> float:
        return 0.0

    async def post_line(
        self, channel: LogChannel, line: LogLine, nonce: str, _: bytes | None, *, spoiler: bool
    ) -> Outcome:
        self.posted.append((channel.channel_id, line, nonce, spoiler))
        return self.outcomes.pop(0) if self.outcomes else Posted(channel.channel_id, 1)

    def lines(self) -> list[LogLine]:
        return [line for _, line, *_ in self.posted]


@dataclass
class Logging:
    settings: ServerSettingsService
    messages: ScriptedMessages
    new: Callable[[], ServerLog]


@pytest.fixture
async def logging(store: Store, tmp_path) -> Logging:
    """Build the log of a server whose channel is 20."""
    clock, messages = JumpingClock(), ScriptedMessages()
    settings = ServerSettingsService(SqliteServerSettings(store), clock)
    await settings.set_log_channel(SERVER, MARA, LogChannel(20))
    posters = PosterMaker(FolderMedia(tmp_path), clock)

    def new() -> ServerLog:
        return ServerLog(
            settings, SqliteAudit(store), SqliteNotes(store), SqliteLogLines(store), posters, messages, clock
        )

    return Logging(settings, messages, new)


async def test_each_server_reads_its_own_lines_and_what_came_too_fast_is_counted(logging: Logging) -> None:
    log = logging.new()
    await logging.settings.set_spoilers(SERVER, MARA, Spoilers.ALWAYS)
    for _ in range(MAX_LINES + 3):
        log.refused(SERVER, REFUSED)
    log.refused(OTHER, REFUSED)
    log.refused(None, REFUSED)
    await until(lambda: len(logging.messages.posted) == MAX_LINES + 1)
    assert logging.messages.lines() == [*[REFUSED] * MAX_LINES, LinesDropped(3)]
    assert {(channel, spoiler) for channel, _, _, spoiler in logging.messages.posted} == {(20, True)}
    log.refused(SERVER, REFUSED)
    await until(lambda: len(logging.messages.posted) == MAX_LINES + 2)
    await log.close()


async def test_an_unclear_line_is_repeated_under_its_nonce_and_a_closed_channel_ends_the_log(
    logging: Logging, store: Store
) -> None:
    log = logging.new()
    logging.messages.outcomes = [Unclear("reset"), NotNow(1.0, "429"), Posted(20, 1), Closed("50013")]
    made = replace(job(), stage=Stage.DELIVERED)
    log.ended(made)
    log.refused(SERVER, REFUSED)
    log.refused(SERVER, REFUSED)
    await until(lambda: len(logging.messages.posted) == 4)
    assert [nonce for *_, nonce, _ in logging.messages.posted[:3]] == [made.nonce("l")] * 3
    while (await logging.settings.of(SERVER)).log_closed != 20:
        await store.run(lambda _: None)
    log.refused(SERVER, REFUSED)
    await log.close()
    assert len(logging.messages.posted) == 4


async def test_what_was_changed_is_told_once_also_what_changed_while_the_bot_was_down(
    logging: Logging, store: Store
) -> None:
    first = logging.new()
    first.start()
    note = SqliteNotes(store)
    await logging.settings.set_spoilers(SERVER, MARA, Spoilers.ALWAYS)
    while not logging.messages.posted:
        await note.get("")
        # What was there before the first start is not told.
        await logging.settings.set_spoilers(SERVER, MARA, Spoilers.NEVER)
    await first.close()
    told = len(logging.messages.posted)
    last = await SqliteAudit(store).last_id()
    await logging.settings.set_spoilers(SERVER, None, Spoilers.OUTSIDE)
    second = logging.new()
    second.start()
    while not any(isinstance(line, Change) and line.id > last for line in logging.messages.lines()):
        await note.get("")
    await second.close()
    ids = [line.id for line in logging.messages.lines() if isinstance(line, Change)]
    assert len(ids) == len(set(ids)) > told - 1


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        ({"stage": Stage.DELIVERED}, "public"),
        ({"stage": Stage.HELD}, "public"),
        ({"stage": Stage.DELIVERED, "reply": reply(private=True)}, "private"),
        # It counts in the server's account, and was asked for elsewhere.
        ({"stage": Stage.DELIVERED, "reply": reply(guild_id=None), "charged_to": SERVER}, "private"),
        ({"stage": Stage.FAILED, "reason": Reason.REFUSED}, "public"),
        ({"stage": Stage.FAILED, "reason": Reason.GENERATION}, None),
        ({"stage": Stage.CANCELLED, "reason": Reason.OWNER}, None),
    ],
)
def test_what_is_told_of_a_job(ended: dict[str, object], told: str | None) -> None:
    found = replace(job(), **ended)
    assert line_of(found) == (VideoEnded(found, private=told == "private") if told else None)
