"""Connections to PostgreSQL, set up to lose nothing and to wait for no one without an end."""

from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bot.storage.postgres_database import Connection, adapted

_CONNECT_SECONDS: Final = 5
# A process that stands still inside of a transaction must not keep all others waiting: its session is ended.
_SETTINGS: Final = """
SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '5s'; SET statement_timeout = '60s'; SET jit = off;
SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3;
SET tcp_user_timeout = '10s'; SET client_connection_check_interval = '5s';
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
"""
# The death of a machine or of the way to it is noticed within ten seconds: here; and there, by what is set above.
_WATCHED: Final[dict[str, str | int]] = {
    "connect_timeout": _CONNECT_SECONDS,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "client_encoding": "utf8",
}


def connection_parameters(url: str, application: str = "seedreel") -> dict[str, Any]:
    """Return the parameters that a connection is opened with."""
    known = conninfo_to_dict(url) | {"application_name": application} | _WATCHED
    return {**known, "autocommit": True, "context": adapted()}


def name_of(url: str) -> str:
    """Name a database without its password."""
    words = conninfo_to_dict(url)
    return f"{words.get('dbname') or 'of PostgreSQL'} on {words.get('host') or 'this machine'}"


def connect(url: str, application: str = "seedreel") -> Connection:
    """Open a connection outside of a pool. Raises psycopg.Error."""
    connection: Connection = psycopg.connect(**connection_parameters(url, application))
    set_up(connection)
    return connection


def set_up(connection: Connection) -> None:
    """Set a new connection up."""
    connection.execute(_SETTINGS, prepare=False)
