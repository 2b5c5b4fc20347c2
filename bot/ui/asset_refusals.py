"""Why something about assets, characters and verifications cannot be done, one sentence a mistake."""

from typing import assert_never

from bot.domain.asset_problems import (
    AssetProblem,
    ConsentMissing,
    ImportNotActive,
    ImportUnknown,
    NameInvalid,
    NameTaken,
    NeedsManageServer,
    NoSuchAsset,
    NoSuchCharacter,
    OnlyImages,
    ProviderNotAnswering,
    ProviderRefused,
    ServerOnly,
    TooManyAssets,
    VerificationOver,
)
from bot.ui.disarm import code_line

_NAME_SHOWN = 60
_MAX_MESSAGE = 240
# Who gives no reason may mean the key or the account, which no member can mend.
_TELL_OWNER = "It gave no reason. If that stays so, please tell the person who runs me."


def asset_refusal(problem: AssetProblem) -> str:  # noqa: C901, PLR0911, PLR0912 - one sentence a case
    """Say why it cannot be done, and what to do."""
    match problem:
        case NameInvalid(0, _):
            return "A name needs something that can be read. Please give another one."
        case NameInvalid(length, maximum):
            return f"That name has {length:,} characters, and {maximum} is the most. Please give a shorter one."
        case NameTaken(name):
            return f"You already have {code_line(name, _NAME_SHOWN)}. Please give another name."
        case NoSuchCharacter(name):
            return f"You have no character {code_line(name, _NAME_SHOWN)}. Make one with `/asset create-character`."
        case NoSuchAsset():
            return "There is no such asset of yours. `/asset list` shows them all."
        case ConsentMissing():
            return "A real person's picture goes nowhere before consent is on record. Use `/asset verify` first."
        case OnlyImages():
            return "A real person's assets are pictures. Please send an image."
        case NeedsManageServer():
            return "Only people who may manage this server can do that."
        case ServerOnly():
            return "That can only be done in a server."
        case ImportUnknown(asset_id, words):
            told = f" It said: {code_line(words, _MAX_MESSAGE)}" if words.strip() else " Please look at the id again."
            return f"The provider gives me no asset {code_line(asset_id, _NAME_SHOWN)}.{told}"
        case ImportNotActive(asset_id, status):
            now = code_line(status, 30)
            return f"The asset {code_line(asset_id, _NAME_SHOWN)} is not active at the provider; it is {now}."
        case ProviderRefused(words):
            told = f"It said: {code_line(words, _MAX_MESSAGE)}" if words.strip() else _TELL_OWNER
            return f"The provider did not take it. {told}"
        case ProviderNotAnswering():
            return "The provider does not answer just now. Nothing was done; please try again in a minute."
        case VerificationOver():
            return "That verification is over. Begin a new one with `/asset verify`."
        case TooManyAssets(maximum):
            kept = "`/asset list` removes assets; characters stay."
            return f"You have {maximum} of these already, which is the most. {kept}"
        case _:
            assert_never(problem)
