"""Say why something about assets, characters and verifications cannot be done, and what to do."""

from typing import Final, assert_never

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
from bot.ui.language import Language
from bot.ui.sanitize import MAX_PROVIDER_MESSAGE, code_line

_NAME_SHOWN: Final = 60


def asset_problem_text(language: Language, problem: AssetProblem) -> str:  # noqa: C901, PLR0911, PLR0912 - a case each
    """Say why an action is not possible; what the provider said is sanitized here."""
    match problem:
        case NameInvalid(0, _):
            return language.text("problem.name-empty")
        case NameInvalid(length, maximum):
            return language.text("problem.name-too-long", length=length, limit=maximum)
        case NameTaken(name):
            return language.text("problem.name-taken", name=code_line(name, _NAME_SHOWN))
        case NoSuchCharacter(name):
            return language.text("problem.no-such-character", name=code_line(name, _NAME_SHOWN))
        case NoSuchAsset():
            return language.text("problem.no-such-asset")
        case ConsentMissing():
            return language.text("problem.consent-missing")
        case OnlyImages():
            return language.text("problem.only-images")
        case NeedsManageServer():
            return language.text("problem.needs-manage-server")
        case ServerOnly():
            return language.text("problem.server-only")
        case ImportUnknown(asset_id, message):
            return _unknown_text(language, code_line(asset_id, _NAME_SHOWN), message)
        case ImportNotActive(asset_id, status):
            named = code_line(asset_id, _NAME_SHOWN)
            return language.text("problem.import-not-active", id=named, status=code_line(status, 30))
        case ProviderRefused(message):
            if message.strip():
                return language.text("problem.provider-refused", reason=_reason(message))
            return language.text("problem.provider-refused-silently")
        case ProviderNotAnswering():
            return language.text("problem.provider-not-answering")
        case VerificationOver():
            return language.text("problem.verification-over")
        case TooManyAssets(maximum):
            return language.text("problem.too-many-assets", count=maximum)
        case _:
            assert_never(problem)


def _unknown_text(language: Language, asset_id: str, message: str) -> str:
    if message.strip():
        return language.text("problem.import-refused", id=asset_id, reason=_reason(message))
    return language.text("problem.import-unknown", id=asset_id)


def _reason(message: str) -> str:
    return code_line(message, MAX_PROVIDER_MESSAGE)
