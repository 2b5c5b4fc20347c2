"""Requests as the provider got them, with a name in the place of every address that only one run has."""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Any

from sandbox.discord import Upload
from tests.journeys.pictures import picture
from tests.journeys.scene import Scene
from tests.sandbox_toapis.samples import sound, video

Case = tuple[Mapping[str, Any], Mapping[str, Any]]

FOX = Upload("fox.png", picture("PNG"))
DEN = Upload("den.jpg", picture("JPEG", 480, 640))
RUN = Upload("run.mp4", video(2.5))
HOWL = Upload("howl.wav", sound(2.5))
# The ordering document's own ids, as assets that were made elsewhere with the same key.
ELSEWHERE = {"asset_img_01KXXXXXXX": "image", "asset_vid_01KXXXXXXX": "video", "asset_aud_01KXXXXXXX": "audio"}


def roles(**media: str) -> list[dict[str, str]]:
    """Write a list of media: each role with what stands for its address."""
    return [{"url": url, "role": role} for role, url in media.items()]


async def asked_for(scene: Scene, cases: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Let members ask for all of these at once; returns the bodies that were paid for, by prompt."""
    names = [scene.joins(f"Member {number}") for number in range(1 + len(cases) // 4)]
    asking = [
        names[at % len(names)].use("/video", prompt=prompt, **options)
        for at, (prompt, options) in enumerate(cases.items())
    ]
    uses = dict(zip(cases, await asyncio.gather(*asking), strict=True))
    for prompt, use in uses.items():
        assert (await scene.video(use)).file(), prompt
    return {body["prompt"]: named(scene, body) for body in scene.paid()}


def named(scene: Scene, value: Any) -> Any:
    """Put a file's name in the place of its address: as it is in Discord, or "uploaded" where the provider has it."""
    match value:
        case dict():
            return {key: named(scene, one) for key, one in value.items()}
        case list():
            return [named(scene, one) for one in value]
        case str() if value.startswith("http"):
            return _file_of(scene, value)
        case _:
            return value


def _file_of(scene: Scene, url: str) -> str:
    kept = scene.discord.cdn.known(url)
    if kept is not None:
        return str(kept.name)
    [upload] = [entry.detail for entry in scene.ledger.of("upload") if entry.detail["url"] == url]
    return f"uploaded {_NAMES[upload['sha256']]}"


_NAMES: dict[str, str] = {}


def remember(*files: Upload) -> None:
    """Know files by their content again."""
    _NAMES.update({hashlib.sha256(file.data).hexdigest(): file.name for file in files})
