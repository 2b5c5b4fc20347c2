"""The command `usage`: tables for people, a CSV for programs, and a line and a code for what is wrong."""

import csv
import errno
import io
import os
import time
from collections import Counter
from contextlib import redirect_stdout
from datetime import UTC, datetime

import pytest

from bot.console import say
from bot.domain.limits import DAY
from bot.exits import Exit
from bot.storage import Store
from bot.usage import report_usage
from tests.storage.samples import ADA, BO
from tests.storage.test_usage import MODELS, a_row, fill


@pytest.fixture
async def database(tmp_path):
    """Three videos of today, one of yesterday, one of the year before."""
    now = time.time()
    path = tmp_path / "seedreel.db"
    rows = [
        a_row(ADA, now, 5, price=1_250_000, currency="USD"),
        a_row(ADA, now, 10, price=2_500_001, currency="USD"),
        a_row(BO, now, 15, guild_id=None, model=MODELS[1]),
        a_row(BO, now - DAY, 4, price=400_000, currency="EUR"),
        a_row(BO, now - 365 * DAY, 7),
    ]
    async with Store(path) as store:
        await fill(store, rows)
    return path


def day(ago):
    return datetime.fromtimestamp(time.time() - ago * DAY, UTC).date().isoformat()


def test_tables_say_it_by_day_member_server_and_model(database, capsys):
    assert report_usage(database, 30, None) == Exit.WELL
    said = capsys.readouterr().out
    blocks = [block.splitlines() for block in said.strip().split("\n\n")]
    assert blocks[0] == ["The last 30 days: 4 videos, 34 seconds, 0.40 EUR and 3.75 USD+"]
    rows = {block[0].split()[0]: [line.split(maxsplit=3) for line in block[1:]] for block in blocks[1:5]}
    assert rows["day"] == [[day(1), "1", "4", "0.40 EUR"], [day(0), "3", "30", "3.75 USD+"]]
    assert rows["member"] == [[str(BO), "2", "19", "0.40 EUR+"], [str(ADA), "2", "15", "3.75 USD"]]
    assert rows["server"] == [["3", "3", "19", "0.40 EUR and 3.75 USD"], ["none", "1", "15"]]
    assert rows["model"] == [[MODELS[0], "3", "19", "0.40 EUR and 3.75 USD"], [MODELS[1], "1", "15"]]
    assert blocks[5] == ["A + stands where the price of some videos isn't known."]


def test_a_csv_has_every_row_and_the_exact_cost(database, tmp_path, capsys):
    file = tmp_path / "usage.csv"
    assert report_usage(database, 1, str(file)) == Exit.WELL
    assert capsys.readouterr().out == f"Wrote 2 rows to {file}.\n"
    assert file.read_text().splitlines() == [
        "day,member,server,model,videos,seconds,cost,currency",
        f"{day(0)},{ADA},3,seedance-2,2,15,3.750001,USD",
        f"{day(0)},{BO},,seedance-2-fast,1,15,,",
    ]
    assert report_usage(database, 3660, "-") == Exit.WELL
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    seconds = Counter()
    for row in rows:
        seconds[row["day"]] += int(row["seconds"])
    assert seconds == {day(0): 30, day(1): 4, day(365): 7}


async def test_a_long_table_is_cut_and_says_so(tmp_path, capsys):
    async with Store(tmp_path / "seedreel.db") as store:
        await fill(store, [a_row(user_id, time.time()) for user_id in range(100, 145)])
    assert report_usage(tmp_path / "seedreel.db", 30, None) == Exit.WELL
    assert "and 5 more; --csv FILE writes all." in capsys.readouterr().out.splitlines()


async def test_where_nothing_was_made_there_is_one_line(tmp_path, capsys):
    async with Store(tmp_path / "seedreel.db"):
        pass
    assert report_usage(tmp_path / "seedreel.db", 1, None) == Exit.WELL
    assert capsys.readouterr().out == "The last 1 day: 0 videos, 0 seconds\n"


def test_what_is_wrong_is_a_line_and_a_code(database, tmp_path, capsys):
    taken = tmp_path / "taken.csv"
    taken.write_text("mine")
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"no database at all, of no version" * 200)
    before = sorted(tmp_path.iterdir())
    for path, target, code, words in (
        (tmp_path / "none.db", None, Exit.NO_INPUT, "There is no database"),
        (damaged, None, Exit.UNUSABLE, "is damaged"),
        (database, str(taken), Exit.CANNOT_CREATE, "already exists"),
        (database, str(tmp_path), Exit.CANNOT_CREATE, "already exists"),
        (database, str(tmp_path / "no" / "where.csv"), Exit.CANNOT_CREATE, "No such file or directory"),
        (database, "", Exit.CANNOT_CREATE, "exists"),
        (database, "a\0b", Exit.CANNOT_CREATE, "null"),
        (database, "x" * 300, Exit.CANNOT_CREATE, "name too long"),
    ):
        assert report_usage(path, 30, target) == code, (path, target)
        said = capsys.readouterr()
        assert (said.out, len(said.err.splitlines())) == ("", 1)
        assert words in said.err, said.err
    assert taken.read_text() == "mine"
    assert sorted(tmp_path.iterdir()) == before


class Full(io.StringIO):
    def flush(self):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_standard_output_that_takes_nothing_is_told(database, capsys):
    with redirect_stdout(Full()):
        assert report_usage(database, 30, "-") == Exit.NO_SPACE
    assert capsys.readouterr().err == "Standard output can't be written (No space left on device).\n"


@pytest.mark.parametrize(("encoding", "said"), [("ascii", "\\u2713 5 s \\xb7 \\udcff"), ("utf-8", "✓ 5 s · \\udcff")])
def test_a_line_is_said_in_any_encoding(encoding, said) -> None:
    written = io.BytesIO()
    with redirect_stdout(io.TextIOWrapper(written, encoding)):
        say("✓ 5 s · \udcff")
        assert written.getvalue().decode(encoding) == f"{said}\n"
