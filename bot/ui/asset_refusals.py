"""Why something about assets, characters and verifications cannot be done, one sentence a mistake."""

from typing import assert_never

from bot.domain.asset_whys import (
    AssetWhy,
    ConsentMissing,
    ImportNotActive,
    ImportUnknown,
    NameTaken,
    NameUnfit,
    NeedsManageServer,
    NoSuchAsset,
    NoSuchCharacter,
    OnlyPictures,
    ProviderAway,
    ProviderRefused,
    ServersOnly,
    TooManyAssets,
    VerificationOver,
)
from bot.ui.disarm import code_line

_NAME_SHOWN = 60
_MESSAGE_MOST = 240
# Who gives no reason may mean the key or the account, which no member can mend.
_TELL_OWNER = "It gave no reason. If that stays so, please tell the person who runs me."


def asset_refusal(why: AssetWhy) -> str:  # noqa: C901, PLR0911, PLR0912 - one sentence a case
    """Say why it cannot be done, and what to do."""
    match why:
        case NameUnfit(0, _):
            return "A name needs something that can be read. Please give another one."
        case NameUnfit(length, most):
            return f"That name has {length:,} characters, and {most} is the most. Please give a shorter one."
        case NameTaken(name):
            return f"You already have {code_line(name, _NAME_SHOWN)}. Please give another name."
        case NoSuchCharacter(typed):
            return f"You have no character {code_line(typed, _NAME_SHOWN)}. Make one with `/asset create-character`."
        case NoSuchAsset():
            return "There is no such asset of yours. `/asset list` shows them all."
        case ConsentMissing():
            return "A real person's picture goes nowhere before consent is on record. Use `/asset verify` first."
        case OnlyPictures():
            return "A real person's assets are pictures. Please send an image."
        case NeedsManageServer():
            return "Only people who may manage this server can do that."
        case ServersOnly():
            return "That can only be done in a server."
        case ImportUnknown(asset_id, said):
            told = f" It said: {code_line(said, _MESSAGE_MOST)}" if said.strip() else " Please look at the id again."
            return f"The provider gives me no asset {code_line(asset_id, _NAME_SHOWN)}.{told}"
        case ImportNotActive(asset_id, status):
            now = code_line(status, 30)
            return f"The asset {code_line(asset_id, _NAME_SHOWN)} is not active at the provider; it is {now}."
        case ProviderRefused(said):
            told = f"It said: {code_line(said, _MESSAGE_MOST)}" if said.strip() else _TELL_OWNER
            return f"The provider did not take it. {told}"
        case ProviderAway():
            return "The provider does not answer just now. Nothing was done; please try again in a minute."
        case VerificationOver():
            return "That verification is over. Begin a new one with `/asset verify`."
        case TooManyAssets(most):
            return (
                f"You have {most} of these already, which is the most. `/asset list` removes assets; characters stay."
            )
        case _:
            assert_never(why)
