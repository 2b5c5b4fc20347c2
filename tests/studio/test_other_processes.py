"""What a sign of another process means: alarm where its database is another, nothing where it is ours."""

import logging

import pytest

from bot.studio.intake.other_processes import OtherProcesses
from tests.studio.fakes import JumpingClock


@pytest.mark.parametrize(("siblings", "level", "claim"), [(False, "CRITICAL", 12.0), (True, "INFO", 3.0)])
def test_an_answer_of_another_process_is_alarming_only_with_another_database(siblings, level, claim, caplog) -> None:
    caplog.set_level(logging.INFO)
    others = OtherProcesses(JumpingClock(), siblings=siblings)
    others.answered()
    assert [record.levelname for record in caplog.records] == [level]
    assert others.claim_seconds == claim


def test_sessions_that_no_process_of_ours_has_counted_are_alarming_in_any_case(caplog) -> None:
    OtherProcesses(JumpingClock(), siblings=True).sessions(2)
    assert "Another process is using this bot's token" in caplog.text
