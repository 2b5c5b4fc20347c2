"""Why something about assets, characters and verifications cannot be done."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameInvalid:
    """A name is empty or too long; lengths in characters."""

    length: int
    maximum: int


@dataclass(frozen=True, slots=True)
class NameTaken:
    """The member has a character or an asset of that name already."""

    name: str


@dataclass(frozen=True, slots=True)
class NoSuchCharacter:
    """No character of this member has that name."""

    user_input: str


@dataclass(frozen=True, slots=True)
class NoSuchAsset:
    """No asset of this member has that id."""


@dataclass(frozen=True, slots=True)
class ConsentMissing:
    """A real person's picture goes nowhere before consent is on record."""


@dataclass(frozen=True, slots=True)
class OnlyImages:
    """A real person's assets are pictures."""


@dataclass(frozen=True, slots=True)
class NeedsManageServer:
    """Only who may manage the server may do that."""


@dataclass(frozen=True, slots=True)
class ServerOnly:
    """It can only be done in a server."""


@dataclass(frozen=True, slots=True)
class ImportUnknown:
    """The provider knows no asset of that id, or does not let this key use it; `provider_message`: its own sentence."""

    asset_id: str
    provider_message: str = ""


@dataclass(frozen=True, slots=True)
class ImportNotActive:
    """The provider knows the asset, and it is not active."""

    asset_id: str
    status: str


@dataclass(frozen=True, slots=True)
class ProviderRefused:
    """The provider did not take it; `provider_message` is its own sentence, to be sanitized."""

    provider_message: str


@dataclass(frozen=True, slots=True)
class ProviderNotAnswering:
    """The provider does not answer just now."""


@dataclass(frozen=True, slots=True)
class VerificationOver:
    """The link has died, or that verification has ended."""


@dataclass(frozen=True, slots=True)
class TooManyAssets:
    """The member has as many assets or characters as allowed."""

    maximum: int


AssetProblem = (
    NameInvalid
    | NameTaken
    | NoSuchCharacter
    | NoSuchAsset
    | ConsentMissing
    | OnlyImages
    | NeedsManageServer
    | ServerOnly
    | ImportUnknown
    | ImportNotActive
    | ProviderRefused
    | ProviderNotAnswering
    | VerificationOver
    | TooManyAssets
)
