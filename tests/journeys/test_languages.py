"""A translation is a file beside the English catalogue: the bot speaks it from then on, to whom and where it is due."""

import shutil
from pathlib import Path

from tests.journeys.bot_process import ROOT
from tests.journeys.scene import Scene, labels
from tests.journeys.script import with_script

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
GERMAN = {
    "asset.list": "Deine Assets",
    "problem.asset-unknown": "Du hast kein Asset namens {name}. Sieh in {/asset list} nach.",
    "button.again": "Nochmal",
}
FRENCH = {"button.again": "Encore", "asset.list": "Tes assets"}


def translate(folder: Path, tag: str, messages: dict[str, str]) -> None:
    """Write a translation with a few messages, as a stranger would."""
    entries = (f'msgid "{name}"\nmsgstr "{text}"\n' for name, text in messages.items())
    (folder / f"{tag}.po").write_text("\n".join((HEADER, *entries)), encoding="utf-8")


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

    listed = await scene.says(await scene.mara.use("/asset list"), "Deine Assets")
    assert "You don't have any assets yet." in listed.texts(), "what is not translated is said in English"
    await scene.says(await scene.tomas.use("/asset list"), "Your assets")
    refused = await scene.mara.use("/video", prompt="wer?", asset="Fuchs")
    await scene.follows(refused, "Du hast kein Asset namens `Fuchs`", "</asset list:")

    public = await scene.video(await scene.mara.use("/video", prompt="ein Fuchs"))
    assert "Encore" in labels(public), "everybody reads it: in the server's language"
