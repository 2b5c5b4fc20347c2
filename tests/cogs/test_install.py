"""What Discord is told about the commands, and what the library is left to remember."""

import pytest

from bot.domain.models import Dialect
from bot.toapis.model_table import catalogue


async def command(app, name):
    (found,) = [one for one in app.discord.commands.all(None) if one["name"] == name]
    return found, {one["name"]: one for one in found.get("options", [])}


@pytest.mark.parametrize("name", ["video", "compose", "help", "status", "history", "settings"])
@pytest.mark.parametrize("catalogue", [catalogue(), catalogue(Dialect.VIDEOS)], ids=["video", "videos"])
async def test_every_command_is_there_for_servers_and_for_people_everywhere(app, name):
    found, options = await command(app, name)
    assert found["integration_types"] == [0, 1]
    assert found["contexts"] == [0, 1, 2]
    assert all(1 <= len(one["description"]) <= 100 for one in [found, *options.values()])


BASIC = ["duration", "ratio", "model"]
FURTHER = ["resolution", "sound", "seed", "last_picture"]
REFERENCES = ["reference", "reference_2", "reference_3"]
ASSETS = ["image_asset", "last_frame_asset", "asset", "asset_2", "asset_3"]
VIDEO, VIDEOS, REVIEWED = catalogue(), catalogue(Dialect.VIDEOS), catalogue(Dialect.VIDEOS, review=True)
WIDER = [*FURTHER, "web_search", "format"]


@pytest.mark.parametrize(
    ("catalogue", "further", "last"),
    [(VIDEO, [], ASSETS), (VIDEOS, WIDER, ASSETS), (REVIEWED, WIDER, [])],
)
async def test_what_cannot_be_done_is_not_offered(app, catalogue, further, last):
    found, options = await command(app, "video")
    assert list(options) == ["prompt", "image", "last_frame", *BASIC, *further, "takes", "private", *REFERENCES, *last]
    assert [name for name, one in options.items() if one.get("required")] == ["prompt"]
    assert (options["prompt"]["min_length"], options["prompt"]["max_length"]) == (1, 6000)
    lengths = (options["duration"]["min_value"], options["duration"]["max_value"])
    assert lengths == ((4, 15) if catalogue is VIDEO else (0, 30))
    capability = catalogue.widest
    for name, words in (
        ("ratio", capability.ratios),
        ("model", catalogue.models),
        ("resolution", capability.resolutions),
    ):
        given = options.get(name, {"choices": []})["choices"]
        assert [one["value"] for one in given] == list(words)
        assert all(one["name"].startswith(f"{one['value']} · ") and len(one["name"]) <= 100 for one in given)
    # An automatic length can only be found in the suggestions.
    suggested = last if catalogue is VIDEO else ["duration", *last]
    assert [name for name, one in options.items() if one.get("autocomplete")] == suggested
    assert [name for name, one in options.items() if one["type"] == 11] == ["image", "last_frame", *REFERENCES]
    told = " ".join(one["description"] for one in [found, *options.values()])
    assert ("asset" in told) is bool(last)


@pytest.mark.parametrize(("catalogue", "further"), [(VIDEO, []), (VIDEOS, [*FURTHER, "format"])])
async def test_compose_has_the_same_choices_and_no_media(app, catalogue, further):
    _, options = await command(app, "compose")
    assert list(options) == [*BASIC, *further, "takes", "private"]
    _, of_video = await command(app, "video")
    assert all(of_video[name] == one for name, one in options.items())


async def test_no_card_stays_in_the_librarys_memory(app):
    for _ in range(3):
        await (await app.member("Mara").use("/status", video="k3f9a2")).replied()
    assert app.client._connection._view_store._views == {}  # noqa: SLF001 - there is no public way to look


async def test_attachments_say_which_files_they_take(app):
    _, options = await command(app, "video")
    types = {name: one.get("file_types") for name, one in options.items() if one["type"] == 11}
    assert types == {
        **{frame: ["image", ".heic", ".heif", ".tif", ".tiff", ".bmp"] for frame in ("image", "last_frame")},
        **{each: ["image", "video", "audio", *options["reference"]["file_types"][3:]] for each in REFERENCES},
    }
    assert all(len(each) <= 10 for each in types.values())
