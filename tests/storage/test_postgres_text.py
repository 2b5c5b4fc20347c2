"""One text for both databases: what differs is translated, or stands side by side."""

import pytest

from bot.storage.database import Statement
from bot.storage.postgres_text import in_postgres


@pytest.mark.parametrize(
    ("sql", "params", "sent"),
    [
        ("SELECT :id, ?", {}, "SELECT %(id)s, %s"),
        ("SELECT id::text WHERE a = :a_1", {}, "SELECT id::text WHERE a = %(a_1)s"),
        ("SELECT ':id ? 100%', 5 % 2, \":x\"", [], "SELECT ':id ? 100%%', 5 %% 2, \":x\""),
        ("SELECT 'it''s :id' = :id", {}, "SELECT 'it''s :id' = %(id)s"),
        ("SELECT '?', 5 % 2", None, "SELECT '?', 5 % 2"),
        ("SELECT * FROM jobs INDEXED BY jobs_mine WHERE a = ?", [1], "SELECT * FROM jobs WHERE a = %s"),
        (Statement(sqlite="SELECT 1", postgres="SELECT 2 = ?"), [2], "SELECT 2 = %s"),
    ],
)
def test_a_statement_in_postgresqls_words(sql, params, sent):
    assert in_postgres(sql, params).decode() == sent


def test_as_text_a_statement_is_sqlites():
    both = Statement(sqlite="SELECT 1", postgres="SELECT 2")
    assert both == "SELECT 1"
    assert both.postgres == "SELECT 2"
