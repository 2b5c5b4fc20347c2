"""What a process costs and writes, seen from outside: its processor time, its children's, its commits."""

import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

_HEADER, _FRAME = struct.Struct(">8I"), struct.Struct(">4I8x")


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor that a process has used, and those of its children that have ended."""

    own: float
    children: float

    def __sub__(self, before: "Spent") -> "Spent":
        return Spent(self.own - before.own, self.children - before.children)


def spent(pid: int) -> Spent:
    """Read what a process has used so far (proc(5): utime, stime, cutime, cstime), to a clock tick of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    user, system, of_children, in_system = (int(field) / os.sysconf("SC_CLK_TCK") for field in fields[11:15])
    return Spent(user + system, of_children + in_system)


def has_children(pid: int) -> bool:
    """Tell whether a process waits for programs that it has started."""
    return any(file.read_bytes() for file in Path(f"/proc/{pid}/task").glob("*/children"))


class Commits:
    """Counts the transactions that were written to a database since `counting` began."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._before = self._written()

    @property
    def count(self) -> int:
        """Count them; each is one fsync, as the bot opens its database."""
        return self._written() - self._before

    def _written(self) -> int:
        """Count the frames that end a transaction (SQLite's "WAL-mode File Format"): they state the database's size."""
        data = self._log.read_bytes() if self._log.is_file() else b""
        if len(data) < _HEADER.size:
            return 0
        _, _, page_size, _, *salts, _, _ = _HEADER.unpack_from(data)
        frames = (_FRAME.unpack_from(data, at) for at in range(_HEADER.size, len(data), _FRAME.size + page_size))
        return sum(bool(size) for _, size, *own in frames if own == salts)


@contextmanager
def counting(database: Path) -> Iterator[Commits]:
    """Keep a database's log from beginning again, by reading an old state of it, and count what is added to it."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        yield Commits(Path(f"{database}-wal"))
