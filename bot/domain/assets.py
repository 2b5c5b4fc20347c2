"""Assets: files that the provider keeps for re-use, each of a character; and the verification of real persons.

Every verb returns the value as it would be; only the store's compare-and-set makes it so. Times are UTC seconds.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from bot.domain.media import AssetUse, Kind, StoredFile
from bot.domain.reply import Reply

MAX_NAME = 60
"""Characters of a character's or an asset's name."""
MAX_CHARACTERS = 50
"""Characters of one member."""
MAX_ASSETS = 200
"""Assets of one member."""
LINK_LIVES = 120.0
"""Seconds that a verification's link lives, from the provider's pages on real persons."""

CONSENT = 2
"""The wording that a member agrees to before a real person's picture goes anywhere; raised when it changes.

What each number says stands in docs/consent.md.
"""


class AssetStage(StrEnum):
    """Where an asset stands."""

    UPLOADING = "uploading"  # written down; its file is on its way to the provider, or about to be
    PROCESSING = "processing"  # the provider has it and looks at it
    ACTIVE = "active"  # it can be chosen
    FAILED = "failed"  # the provider did not take it, with its reason


@dataclass(frozen=True, slots=True)
class Character:
    """A group of assets: a virtual character, or a real person who was verified.

    `group_id` is the provider's; empty for what was imported. `shared_in`: the server whose members may use its assets
    too. `guild_id`: where it was made. `hidden`: its member does not want to be offered it, nor its assets.
    """

    id: str
    owner_id: int
    name: str
    group_id: str
    created: float
    real: bool = False
    guild_id: int | None = None
    shared_in: int | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that the provider keeps, or is to keep.

    `asset_id` is the provider's once it has one. `stored` is our own copy of the file; None for what was imported.
    `reply` is where its member waits for the news. `hidden`: removed from its owner's list.
    """

    id: str
    character_id: str
    owner_id: int
    name: str
    kind: Kind
    created: float
    stage: AssetStage = AssetStage.UPLOADING
    asset_id: str | None = None
    stored: StoredFile | None = None
    real: bool = False
    reply: Reply | None = field(default=None, repr=False)
    provider_message: str = ""  # the provider's own sentence on a failure, to be sanitized before it is shown
    notified_at: float | None = None  # when its member was notified of the end
    hidden: bool = False
    other_version: bool = False  # it only stands for a row that another version wrote and this one cannot read

    @property
    def ended(self) -> bool:
        """Tell whether the provider has made up its mind."""
        return self.stage in {AssetStage.ACTIVE, AssetStage.FAILED}

    @property
    def use(self) -> AssetUse | None:
        """Return it as it goes into a request; None while it cannot."""
        return AssetUse(self.asset_id, self.kind, self.name) if self.asset_id and not self.hidden else None

    def registered(self, asset_id: str) -> Self:
        """Move to PROCESSING: the provider has given its id."""
        return replace(self, stage=AssetStage.PROCESSING, asset_id=asset_id)

    def active(self) -> Self:
        """Move to ACTIVE."""
        return replace(self, stage=AssetStage.ACTIVE)

    def failed(self, provider_message: str) -> Self:
        """Move to FAILED."""
        return replace(self, stage=AssetStage.FAILED, provider_message=provider_message)


@dataclass(frozen=True, slots=True)
class AssetSnapshot:
    """What the provider says of an asset; `stage` is never UPLOADING, `provider_message` its reason for a failure."""

    stage: AssetStage
    provider_message: str = ""
    kind: Kind | None = None


class VerificationStage(StrEnum):
    """Where the verification of a real person stands."""

    AGREED = "agreed"  # consent is on record, nothing has been asked of the provider
    STARTED = "begun"  # the provider has a task, and its link may be alive
    VERIFIED = "verified"  # it became a character
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Verification:
    """One attempt of a member to have a real person verified, with the consent that it rests on.

    `consent` is the wording agreed to, at `agreed`, read in `language`: a tag such as "pt-BR", or empty
    in rows of wording 1, which was in English. `link` dies at `link_dies`, in UTC seconds.
    """

    id: str
    owner_id: int
    name: str  # of the character that it is to become
    agreed: float
    consent: int = 1  # what is written down leaves defaults out: of wording 1 rows say nothing
    stage: VerificationStage = VerificationStage.AGREED
    guild_id: int | None = None
    task_id: str | None = None
    link: str | None = field(default=None, repr=False)
    link_dies: float | None = None
    character_id: str | None = None
    provider_message: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A verification's link as the provider gave it; `dies` in UTC seconds, by the provider's clock."""

    url: str
    dies: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification came to: `group_id` where the person was verified, else the provider's sentence."""

    group_id: str | None = None
    provider_message: str = ""
