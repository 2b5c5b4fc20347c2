"""The command `migrate`: everything from the file to PostgreSQL, or back; each row is compared before any is kept."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bot.console import complain, say
from bot.exits import STORE_ERRORS, Exit, end_of
from bot.log_lines import counted
from bot.parse import Unreadable
from bot.parse_addresses import database as read_url


def migrate(file: Path, url: str | None, *, back: bool, dry: bool) -> int:
    """Move everything while no bot runs on either; returns the exit code. `dry`: look at both, change nothing."""
    try:
        secret = read_url(url or "")
    except Unreadable as wrong:
        return _ended(Exit.MISCONFIGURED, f"DATABASE_URL {wrong.problem}: {wrong.remedy}.")
    if secret is None:
        return _ended(Exit.NO_INPUT, "Name the database: `python -m bot migrate postgresql://user:password@host/name`.")
    try:
        for line in _moved(file, secret.reveal(), back=back, dry=dry):
            say(line)
    except ModuleNotFoundError:
        return _ended(Exit.MISCONFIGURED, "PostgreSQL's library isn't installed: `pip install -e '.[scale]'`.")
    except STORE_ERRORS as error:
        return _ended(*end_of(error))
    return Exit.WELL


def _moved(file: Path, url: str, *, back: bool, dry: bool) -> Iterator[str]:
    from bot.storage.moving import TABLES, Side, check_empty, move
    from bot.storage.moving_sides import postgres_side, sqlite_side

    with ExitStack() as stack:
        source: Side
        target: Side
        if back:
            source = stack.enter_context(postgres_side(url, is_source=True, dry=dry))
            target = stack.enter_context(sqlite_side(file, is_source=False, dry=dry))
        else:
            source = stack.enter_context(sqlite_side(file, is_source=True, dry=dry))
            target = stack.enter_context(postgres_side(url, is_source=False, dry=dry))
        if dry:
            check_empty(target)
            for table in TABLES:
                yield f"{table}: {counted(source.count(table), 'row')} to copy"
            yield f"Nothing was changed. Everything can be moved from {source.name} to {target.name}."
            return
        rows = seconds = 0.0
        for one in move(source, target):
            yield f"{one.table}: {counted(one.rows, 'row')}, copied in {one.copying:.1f} s, the same on both sides"
            rows, seconds = rows + one.rows, seconds + one.copying + one.comparing
        done = f"{counted(int(rows), 'row')} are in {target.name} now, each compared, in {seconds:.1f} s."
        here = "remove DATABASE_URL" if back else "set DATABASE_URL"
        yield f"{done} Now {here} for every bot, and keep {source.name} as a backup: it was stamped like one."


def _ended(code: Exit, line: str) -> int:
    complain(line)
    return code
