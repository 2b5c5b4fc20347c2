"""What Discord is told about the commands, and what the library is left to remember."""

import pytest

from bot.domain.models import Model, Ratio


async def command(house, name):
    (found,) = [one for one in house.discord.commands.all(None) if one["name"] == name]
    return found, {one["name"]: one for one in found.get("options", [])}


@pytest.mark.parametrize("name", ["video", "status", "history"])
async def test_every_command_is_there_for_servers_and_for_people_everywhere(house, name):
    found, options = await command(house, name)
    assert found["integration_types"] == [0, 1]
    assert found["contexts"] == [0, 1, 2]
    assert all(1 <= len(one["description"]) <= 100 for one in [found, *options.values()])


async def test_the_options_of_video(house):
    _, options = await command(house, "video")
    assert list(options) == ["prompt", "image", "duration", "ratio", "model"]
    assert [name for name, one in options.items() if one.get("required")] == ["prompt"]
    assert (options["prompt"]["min_length"], options["prompt"]["max_length"]) == (1, 6000)
    assert (options["duration"]["min_value"], options["duration"]["max_value"]) == (4, 15)
    for name, words in (("ratio", Ratio), ("model", Model)):
        assert [(one["name"], one["value"]) for one in options[name]["choices"]] == [(word, word) for word in words]


async def test_no_card_stays_in_the_librarys_memory(house):
    for _ in range(3):
        await (await house.member("Mara").use("/status", job="k3f9a2")).replied()
    assert house.client._connection._view_store._views == {}  # noqa: SLF001 - there is no public way to look
