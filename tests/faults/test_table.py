"""Faults by stages: in every cell the video comes once and is paid once, or it is told what nobody can know."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.cells import CELLS, CLIP_TROUBLES, Cell, Due, Stage
from tests.faults.conftest import seed_of
from tests.faults.four_zeros import count
from tests.faults.ground import Ground, ground
from tests.faults.table import Table

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    folder: Path = tmp_path_factory.mktemp("table")
    async with ground(folder, seed_of(request.config), bot={"PROVIDER_SLOTS": "100"}) as here:
        await here.bot.start()
        yield here


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def table(request: pytest.FixtureRequest, here: Ground) -> AsyncIterator[Table]:
    """Begin all cells that this run asks for, at once."""
    wanted = {one.callspec.params["cell"] for one in request.session.items if _is_cell(one)}
    table = Table(here, [cell for cell in CELLS if cell in wanted])
    yield table
    await table.close()


def _is_cell(item: pytest.Item) -> bool:
    return item.nodeid.split("::")[0].endswith("test_table.py") and "cell" in getattr(item, "fixturenames", ())


@pytest.mark.parametrize("cell", CELLS, ids=str)
async def test_a_fault_at_a_stage(here: Ground, table: Table, cell: Cell) -> None:
    came = await table.came(cell)
    assert came.due is cell.due, f"{came}\n{here.bot.tail()}"
    assert came.paid == (1 if cell.due in {Due.VIDEO, Due.UNCLEAR_PAID} else 0)
    assert came.copies == (1 if cell.due is Due.VIDEO and not cell.linked else 0)
    assert came.pings <= 1
    if cell.stage is not Stage.CLIP or cell.name not in CLIP_TROUBLES:
        assert came.struck == 1


async def test_the_four_zeros_of_the_whole_table(here: Ground, table: Table) -> None:
    zeros = await count(here.discord, here.ledger, table.orders, here.scale)
    zeros.hold(here.seed, here.bot.log)
    assert await here.bot.stop() == 0, here.bot.tail()
