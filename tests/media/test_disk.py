"""Work on a file beside what blocks on it."""

import threading

import pytest

from bot.media.disk import beside


async def test_work_and_what_blocks_are_both_over_before_either_is_told():
    begun, ended = threading.Event(), []

    async def work():
        ended.append("work")
        begun.set()
        raise ValueError("the work's")

    def blocks():
        assert begun.wait(30)
        ended.append("blocks")
        raise OSError("the disk's")

    with pytest.raises(ValueError, match="the work's"):
        await beside(work(), blocks)
    assert ended == ["work", "blocks"]


async def test_what_the_disk_refuses_is_told_where_the_work_was_fine():
    async def work():
        return 7

    def fails():
        raise OSError("the disk's")

    with pytest.raises(OSError, match="the disk's"):
        await beside(work(), fails)
    assert await beside(work(), lambda: None) == 7
