"""The command `usage`: what was used by day, member, server and model, as tables or as a CSV."""

import csv
import io
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Final

from bot.console import complain, say, write_out
from bot.domain.errors import StoreClosed
from bot.domain.money import MILLION
from bot.domain.usage import Amount, Record
from bot.exits import STORE_ERRORS, Exit, end_of
from bot.log_lines import counted
from bot.storage.usage_store import read_records

STANDARD_OUTPUT: Final = "-"
# Rows of a table; a CSV has all.
_MAX_ROWS: Final = 40
_COLUMNS: Final = ("day", "member", "server", "model", "videos", "seconds", "cost", "currency")
_TABLES: Final[Mapping[str, Callable[[Record], str]]] = {
    "day (UTC)": lambda one: one.day.isoformat(),
    "member": lambda one: str(one.user_id),
    "server": lambda one: "none" if one.guild_id is None else str(one.guild_id),
    "model": lambda one: one.model,
}


def report_usage(database: Path, days: int, target: str | None, url: str | None = None) -> int:
    """Print what was used, or write it into a CSV file, also while the bot runs; returns the exit code.

    `target`: the file, which must not be there yet; "-" for standard output; None: tables. `url`: a database of
    PostgreSQL's, read in place of the file.
    """
    if url is None and not database.is_file():
        return _ended(
            Exit.NO_INPUT, f"There is no database at {database}. Start the bot once, or set DATA_DIR to its folder."
        )
    try:
        records = read_records(database, days, time.time()) if url is None else _from_postgres(url, days)
    except StoreClosed as error:
        return _ended(Exit.NO_SPACE, f"The database can't be read: {error}.")
    except STORE_ERRORS as error:
        return _ended(*end_of(error))
    if target is not None:
        return _write_csv(_as_csv(records), target, len(records))
    for line in _tables(records, days):
        say(line)
    return Exit.WELL


def _from_postgres(url: str, days: int) -> Sequence[Record]:
    from bot.storage import postgres_peek

    return postgres_peek.read_records(url, days, time.time())


def _write_csv(text: str, target: str, rows: int) -> int:
    if target != STANDARD_OUTPUT:
        return _write_file(text, Path(target), rows)
    try:
        write_out(text)
    except OSError as error:
        return _ended(Exit.NO_SPACE, f"Standard output can't be written ({error.strerror}).")
    return Exit.WELL


def _write_file(text: str, target: Path, rows: int) -> int:
    try:
        file = target.open("x", encoding="utf-8", newline="")
    except FileExistsError:
        return _ended(Exit.CANNOT_CREATE, f"{target} already exists. Name another file.")
    except (OSError, ValueError) as error:
        problem = error.strerror if isinstance(error, OSError) else error
        return _ended(Exit.CANNOT_CREATE, f"{target} can't be written ({problem}). Name another file.")
    try:
        with file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with suppress(OSError):
            target.unlink()
        return _ended(Exit.NO_SPACE, f"{target} can't be written ({error.strerror}). Free some space on that disk.")
    say(f"Wrote {counted(rows, 'row')} to {target}.")
    return Exit.WELL


def _as_csv(records: Sequence[Record]) -> str:
    """Write one line for each day, member, server, model and currency; what is not known is empty."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(_COLUMNS)
    for one in records:
        server = "" if one.guild_id is None else one.guild_id
        amount = one.amount
        cost, currency = next(((_exact(price.amount), price.currency) for price in amount.prices), ("", ""))
        lines.writerow((one.day, one.user_id, server, one.model, amount.videos, amount.seconds, cost, currency))
    return text.getvalue()


def _tables(records: Sequence[Record], days: int) -> Iterator[str]:
    total = Amount.together(one.amount for one in records)
    yield f"The last {counted(days, 'day')}: {counted(total.videos, 'video')}, {total.seconds:,} seconds{_costs(total)}"
    if not records:
        return
    for title, name_of in _TABLES.items():
        yield ""
        yield from _table(records, title, name_of, by_name=title.startswith("day"))
    if 0 < total.priced < total.videos:
        yield ""
        yield "A + stands where the price of some videos isn't known."


def _table(records: Sequence[Record], title: str, name_of: Callable[[Record], str], *, by_name: bool) -> Iterator[str]:
    parts: dict[str, list[Amount]] = defaultdict(list)
    for one in records:
        parts[name_of(one)].append(one.amount)
    amounts = {name: Amount.together(each) for name, each in parts.items()}
    rows = sorted(amounts.items(), key=lambda row: row[0] if by_name else (-row[1].seconds, row[0]))
    shown = rows[-_MAX_ROWS:] if by_name else rows[:_MAX_ROWS]
    width = max(len(title), *(len(name) for name, _ in shown))
    yield f"{title:<{width}}  videos   seconds  cost"
    for name, amount in shown:
        yield f"{name:<{width}}  {amount.videos:>6,}  {amount.seconds:>8,}{_costs(amount, '  ')}"
    if len(rows) > len(shown):
        yield f"and {len(rows) - len(shown):,} more; --csv FILE writes all."


def _costs(amount: Amount, before: str = ", ") -> str:
    """Write what is known of the cost, with a + where it is not known of all videos."""
    known = " and ".join(f"{Decimal(price.amount) / MILLION:,.2f} {price.currency}" for price in amount.prices)
    return f"{before}{known}{'+' if amount.priced < amount.videos else ''}" if known else ""


def _exact(amount: int) -> str:
    return f"{Decimal(amount) / MILLION:.6f}"


def _ended(code: Exit, line: str) -> int:
    complain(line)
    return code
