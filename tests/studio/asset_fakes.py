"""Fakes at the ports of assets: a store in memory, a provider and announcements that answer by script."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.domain.asset_problems import NameTaken
from bot.domain.assets import (
    Asset,
    AssetSnapshot,
    AssetStage,
    Character,
    Link,
    Verdict,
    Verification,
    VerificationStage,
)
from bot.domain.caller import Caller
from bot.domain.errors import Refusal, StoreFull
from bot.domain.media import AttachmentInput, Kind, MediaFormat, StoredFile
from bot.studio.ports import Outcome, Posted
from bot.studio.ports.stores import AssetPage
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
class ListedAssets:
    """Keeps everything in lists; `full` makes every write fail."""

    owned: dict[str, Character] = field(default_factory=dict)
    assets: dict[str, Asset] = field(default_factory=dict)
    verifications: dict[str, Verification] = field(default_factory=dict)
    full: bool = False
    log: list[tuple[str, object]] = field(default_factory=list)

    def _write(self, kind: str, value: object) -> None:
        if self.full:
            raise StoreFull
        self.log.append((kind, value))

    def _free(self, name: str, owner_id: int, among: dict) -> None:
        theirs = [one for one in among.values() if one.owner_id == owner_id and not getattr(one, "hidden", False)]
        if any(one.name.lower() == name.lower() for one in theirs):
            raise Refusal(NameTaken(name))

    async def add_character(self, character: Character) -> None:
        self._write("character", character)
        self._free(character.name, character.owner_id, self.owned)
        self.owned[character.id] = character

    async def characters(self, owner_id: int) -> list[Character]:
        return [one for one in self.owned.values() if one.owner_id == owner_id]

    async def character(self, owner_id: int, user_input: str) -> Character | None:
        return next((c for c in await self.characters(owner_id) if user_input.lower() in (c.id, c.name.lower())), None)

    async def share(self, character_id: str, guild_id: int | None) -> None:
        self._write("share", guild_id)
        self.owned[character_id] = replace(self.owned[character_id], shared_in=guild_id)

    async def add(self, asset: Asset) -> None:
        self._write("asset", asset)
        self._free(asset.name, asset.owner_id, self.assets)
        self.assets[asset.id] = asset

    async def save(self, asset: Asset, was: AssetStage) -> bool:
        self._write("save", asset.stage)
        row = self.assets[asset.id]
        if row.stage is not was:
            return False
        self.assets[asset.id] = replace(
            row, stage=asset.stage, asset_id=asset.asset_id, provider_message=asset.provider_message
        )
        return True

    async def save_address(self, asset: Asset) -> None:
        self._write("readdress", asset.reply)
        self.assets[asset.id] = replace(self.assets[asset.id], reply=asset.reply)

    async def mark_notified(self, asset_id: str, at: float) -> None:
        self._write("notified_at", at)
        self.assets[asset_id] = replace(self.assets[asset_id], notified_at=at)

    async def hide(self, owner_id: int, asset_id: str) -> bool:
        found = self.assets.get(asset_id)
        if found is None or found.owner_id != owner_id or found.hidden:
            return False
        self.assets[asset_id] = replace(found, hidden=True)
        return True

    async def find(self, asset_id: str) -> Asset | None:
        return self.assets.get(asset_id)

    async def mine(self, owner_id: int, page: int, size: int) -> AssetPage:
        mine = [one for one in self.assets.values() if one.owner_id == owner_id and not one.hidden]
        pages = max(1, -(-len(mine) // size))
        page = min(max(page, 1), pages)
        return AssetPage(tuple(mine[(page - 1) * size : page * size]), dict(self.owned), page, pages, len(mine))

    def _may(self, one: Asset, user_id: int, guild_id: int | None) -> bool:
        shared = self.owned.get(one.character_id, character()).shared_in
        return not one.hidden and (one.owner_id == user_id or (shared is not None and shared == guild_id))

    async def named(self, user_id: int, guild_id: int | None, user_input: str) -> Asset | None:
        every = [one for one in self.assets.values() if self._may(one, user_id, guild_id)]
        return next((one for one in every if user_input in (one.id, one.name, f"asset://{one.asset_id}")), None)

    async def others_added(self, user_id: int, asset_id: str) -> bool:
        added = [one for one in self.assets.values() if one.stored is not None and one.asset_id == asset_id]
        return any(one.owner_id != user_id for one in added)

    async def unfinished(self) -> list[Asset]:
        return [one for one in self.assets.values() if one.notified_at is None]

    async def files_of(self, owner_id: int) -> dict[str, int]:
        mine = (one.stored for one in self.assets.values() if one.owner_id == owner_id and not one.hidden)
        return {stored.sha256: stored.size for stored in mine if stored}

    async def files_in_use(self) -> set[str]:
        return {one.stored.sha256 for one in self.assets.values() if one.stored and not one.hidden}

    async def begin(self, verification: Verification) -> None:
        self._write("consent", (verification.agreed, verification.consent))
        self.verifications[verification.id] = verification

    async def save_verification(self, verification: Verification, was: VerificationStage) -> bool:
        self._write("verification", verification.stage)
        if self.verifications[verification.id].stage is not was:
            return False
        self.verifications[verification.id] = verification
        return True

    async def verification(self, verification_id: str) -> Verification | None:
        return self.verifications.get(verification_id)

    async def verified(self, verification: Verification, character: Character) -> bool:
        if self.verifications[verification.id].stage is VerificationStage.VERIFIED:
            return False
        await self.add_character(character)
        self.verifications[verification.id] = verification
        return True

    async def consented(self, owner_id: int, character_id: str) -> bool:
        return any((v.owner_id, v.character_id) == (owner_id, character_id) for v in self.verifications.values())


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
