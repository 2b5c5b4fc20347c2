"""A translation is a file beside the English catalogue: the bot speaks it from then on, to whom and where it is due."""

import shutil
from pathlib import Path

from sandbox.discord import Message
from tests.journeys.bot_process import ROOT
from tests.journeys.scene import Scene, labels
from tests.journeys.script import with_script

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
GERMAN = {
    "asset.list": "Deine Assets",
    "problem.asset-unknown": "Du hast kein Asset namens {name}. Sieh in {/asset list} nach.",
    "button.again": "Nochmal",
    "command.video": "Macht ein Video aus deinem Prompt",
    "option.image": "Das erste Bild, bis {limit}",
    "option.prompt": "Zu lang für Discord: " + "sehr " * 20,
    "choice.ratio-tall": "9:16 · Handy",
}
FRENCH = {"button.again": "Encore", "asset.list": "Tes assets"}


def translate(folder: Path, tag: str, messages: dict[str, str]) -> None:
    """Write a translation with a few messages, as a stranger would."""
    entries = (f'msgid "{name}"\nmsgstr "{text}"\n' for name, text in messages.items())
    (folder / f"{tag}.po").write_text("\n".join((HEADER, *entries)), encoding="utf-8")


async def see_translated_commands(scene: Scene) -> None:
    """See what Discord was told of `/video` in other languages, and what was left out of it."""
    videos = scene.mara.channel("videos")
    [video] = await scene.until(
        lambda: [one for one in scene.mara.commands(videos) if one["name"] == "video"], "/video"
    )
    assert video["description_localizations"] == {"de": GERMAN["command.video"]}
    options = {option["name"]: option for option in video["options"]}
    assert options["image"]["description_localizations"] == {"de": "Das erste Bild, bis 50 MB"}
    assert "description_localizations" not in options["prompt"], "Discord would refuse every command for it"
    assert {"de": GERMAN["choice.ratio-tall"]} in [one.get("name_localizations") for one in options["ratio"]["choices"]]
    assert "image" in options["image"]["file_types"]
    assert scene.bot.log.count("A text of a command in de.po is left out") == 1


async def chosen_in_settings(scene: Scene, tag: str) -> None:
    """Let Tomas set the language of what only he reads; "-" is Discord's."""
    use = await scene.tomas.use("/settings")
    card = await scene.says(use, "Your settings")
    await scene.tomas.press(card, label="Privacy and pings")
    await scene.says(use, "Language of what only you see")
    await scene.tomas.press(card, custom_id="seedreel:setting:language", values=[tag])
    await scene.until(lambda: default_of(card) == tag, "the language")


def default_of(card: Message) -> str:
    [select] = [one for one in card.pressable() if one["custom_id"] == "seedreel:setting:language"]
    return next(option["value"] for option in select["options"] if option.get("default"))


@with_script(starts=False)
async def test_a_translation_is_spoken_to_its_members_and_in_its_servers(scene: Scene, tmp_path: Path) -> None:
    for package in ("bot", "cogs"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    translate(tmp_path / "bot" / "ui" / "locales", "de", GERMAN)
    translate(tmp_path / "bot" / "ui" / "locales", "fr", FRENCH)
    scene.bot.root = tmp_path
    scene.discord.world.user("Mara").locale = "de"
    scene.discord.world.guild("Film Club").locale = "fr"
    await scene.bot.start()

    await see_translated_commands(scene)

    listed = await scene.says(await scene.mara.use("/asset list"), "Deine Assets")
    assert "You don't have any assets yet." in listed.texts(), "what is not translated is said in English"
    await scene.says(await scene.tomas.use("/asset list"), "Your assets")
    await chosen_in_settings(scene, "fr")
    await scene.says(await scene.tomas.use("/asset list"), "Tes assets")
    await chosen_in_settings(scene, "-")
    await scene.says(await scene.tomas.use("/asset list"), "Your assets")
    refused = await scene.mara.use("/video", prompt="wer?", asset="Fuchs")
    await scene.follows(refused, "Du hast kein Asset namens `Fuchs`", "</asset list:")

    public = await scene.video(await scene.mara.use("/video", prompt="ein Fuchs"))
    assert "Encore" in labels(public), "everybody reads it: in the server's language"
