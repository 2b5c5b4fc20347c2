"""Gateways by themselves: each answers its own servers, and what it accepts waits in its row for those who drive."""

import signal

import psycopg
import pytest

from tests.journeys.scene import says
from tests.journeys.script import Script
from tests.scale.deployment import Deployment, deployment, sharded

ALL = ((0, 4), (1, 4), (2, 4), (3, 4))


@pytest.fixture
async def scene(tmp_path, database_url):
    async with deployment(tmp_path, database_url, Script(discord=sharded())) as made:
        await made.gateway("a", "0-1/4")
        await made.gateway("b", "2-3/4")
        yield made


async def rows(scene: Deployment, columns: str, table: str) -> list[tuple]:
    async with await psycopg.AsyncConnection.connect(scene.database_url) as connection:
        return await (await connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1")).fetchall()  # noqa: S608 - names of ours


async def test_each_gateway_answers_its_own_servers_and_drives_nothing(scene: Deployment) -> None:
    there = scene.server_on(2, "Mara", "Tomas")
    await scene.mara.use("/video", prompt="at the first", duration=4)
    await scene.processes["a"].says("Accepted from member")
    await scene.tomas.use("/video", channel=there, prompt="at the second", duration=4)
    await scene.processes["b"].says("Accepted from member")
    assert [process.log.count("Accepted from member") for process in scene.processes.values()] == [1, 1]
    assert await rows(scene, "stage, slot, holder", "jobs") == [("waiting", 0, None)] * 2
    assert await rows(scene, "interaction_id", "beginnings") == []
    assert await rows(scene, "role", "processes") == [("gateway",)] * 2
    assert scene.paid() == []
    # What is in line is told by either, from the rows.
    status = await scene.mara.use("/status")
    assert await status.replied(says("at the first"))
    assert not (scene.folder / "a" / "data" / "seedreel.db.unsaved").exists()


async def test_a_waiting_job_is_cancelled_in_its_row(scene: Deployment) -> None:
    await scene.mara.use("/video", prompt="a fox", duration=4)
    await scene.processes["a"].says("Accepted from member")
    card = await (await scene.mara.use("/status")).replied(says("a fox"))
    await scene.mara.press(card, label="Cancel")
    await scene.processes["a"].says("Cancelled by its owner")
    assert await rows(scene, "stage", "jobs") == [("cancelled",)]
    # Its end has to be told: the engine brings that to whoever drives.
    assert len(await rows(scene, "status", "procrastinate_jobs")) == 1


async def test_gateways_are_restarted_one_after_the_other_and_never_identify_too_early(scene: Deployment) -> None:
    await scene.discord.gateway.wait_shards(*ALL)
    for name, shards, number in (("a", "0-1/4", signal.SIGTERM), ("b", "2-3/4", signal.SIGKILL)):
        await scene.stop(name, number)
        await scene.gateway(name, shards)
        await scene.discord.gateway.wait_shards(*ALL)
    begun = scene.ledger.of("gateway", "identify")
    assert (len(begun), [one for one in begun if one.detail["early"]]) == (8, [])
