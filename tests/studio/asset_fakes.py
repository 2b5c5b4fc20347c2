"""Fakes at the ports of assets: a provider and announcements that answer by script."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.domain.assets import (
    Asset,
    AssetSnapshot,
    AssetStage,
    Character,
    Link,
    Verdict,
)
from bot.domain.caller import Caller
from bot.domain.media import AttachmentInput, Kind, MediaFormat, StoredFile
from bot.studio.ports import Outcome, Posted
from tests.studio.fakes import START

MARA, TOMAS, SERVER = 1001, 1002, 2001
HERE = Caller(MARA, SERVER)
PICTURE = StoredFile("a" * 64, MediaFormat.PNG, 1000, 640, 480)
SOUND = StoredFile("b" * 64, MediaFormat.WAV, 1000, seconds=5.0)
OFFERED = AttachmentInput("https://cdn.test/fox.png", "fox.png", 1000, option="file")
ACTIVE = AssetSnapshot(AssetStage.ACTIVE, kind=Kind.IMAGE)
PROCESSING = AssetSnapshot(AssetStage.PROCESSING)


def character(name: str = "Fox", **changes: object) -> Character:
    return replace(Character(f"{name.lower():c<20}", MARA, name, "pg_1", START), **changes)


def asset(number: int = 1, **changes: object) -> Asset:
    made = Asset(f"{number:020d}", character().id, MARA, f"fox {number}", Kind.IMAGE, START, stored=PICTURE)
    return replace(made, **changes)


@dataclass
class ScriptedAssets:
    """The provider: each call takes the next answer of its list, or the usual one; an exception is raised."""

    answers: dict[str, list[object]] = field(default_factory=dict)
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def _answer(self, call: str, usual: object, *arguments: object) -> object:
        self.asked.append((call, *arguments))
        script = self.answers.get(call)
        answer = script.pop(0) if script else usual
        if isinstance(answer, Exception):
            raise answer
        return answer

    def calls(self, call: str) -> list[tuple[object, ...]]:
        return [arguments for name, *arguments in self.asked if name == call]

    async def upload(self, stored: StoredFile, path: Path) -> str:
        return self._answer("upload", "https://files.test/uploads/1.png", stored.sha256)

    async def create_group(self, name: str) -> str:
        return self._answer("group", "pg_1", name)

    async def create_asset(self, group_id: str, kind: Kind, url: str, name: str, *, real: bool) -> str:
        return self._answer("create", "pa_1", group_id, kind, url, name, real)

    async def ask_asset(self, asset_id: str, *, real: bool) -> AssetSnapshot:
        return self._answer("ask", ACTIVE, asset_id, real)

    async def begin_verification(self, callback_url: str, verification_id: str) -> str:
        return self._answer("begin", "vt_1", callback_url, verification_id)

    async def ask_verification(self, task_id: str) -> Link | None:
        return self._answer("link", Link("https://verify.test/1", None), task_id)

    async def verdict(self, task_id: str) -> Verdict:
        return self._answer("verdict", Verdict("rg_1"), task_id)


@dataclass
class ListedAnnouncements:
    """Remembers what was shown and told; tellings are answered from a list."""

    outcomes: list[Outcome] = field(default_factory=list)
    shown: list[AssetStage] = field(default_factory=list)
    told: list[Asset] = field(default_factory=list)

    async def show(self, asset: Asset) -> Outcome:
        self.shown.append(asset.stage)
        return Posted(20, 40)

    async def announce(self, asset: Asset) -> Outcome:
        self.told.append(asset)
        return self.outcomes.pop(0) if self.outcomes else Posted(20, 40)
