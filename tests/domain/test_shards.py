"""Shards as an operator names them, and what is said where that makes none."""

import pytest

from bot.domain.shards import Shards, ShardsInvalid, parse_shards


@pytest.mark.parametrize(
    ("text", "numbers", "count"),
    [("0-3/16", (0, 1, 2, 3), 16), ("5/6", (5,), 6), ("8-9,0,4-5/16", (0, 4, 5, 8, 9), 16), ("0-0/1", (0,), 1)],
)
def test_shards_are_ranges_of_a_count(text, numbers, count) -> None:
    assert parse_shards(text) == Shards(numbers, count)
    assert parse_shards(str(parse_shards(text))) == Shards(numbers, count)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0-3", "doesn't say how many shards there are"),
        ("0-3/", "doesn't say how many"),
        ("0-3/x", "doesn't say how many"),
        ("/16", "names no shards"),
        ("a-b/16", "names no shards"),
        ("-1/16", "names no shards"),
        ("0-3-5/16", "names no shards"),
        ("0-1,/16", "names no shards"),
        ("0/0", "has no shards"),
        ("12-16/16", "there is no shard 16 of 16: they are numbered 0 to 15"),
        ("0-3,3-5/16", "shard 3 is there twice"),
        ("3-0/16", "goes backwards: write 0-3"),
        ("0-9999999/16", "names no shards"),
    ],
)
def test_what_names_no_shards_is_told_with_its_remedy(text, says) -> None:
    with pytest.raises(ShardsInvalid, match=says):
        parse_shards(text)
