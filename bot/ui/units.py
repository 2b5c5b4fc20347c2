"""Write sizes, lengths and formats as people do."""

from collections.abc import Iterable

from bot.domain.media import MediaFormat


def megabytes(size: int) -> str:
    """Write a size in bytes, rounded so that a larger size never reads as a smaller one."""
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0") + " MB"


def seconds_text(length: float) -> str:
    """Write a length in seconds with one decimal at most."""
    return f"{length:.1f}".removesuffix(".0") + " s"


def format_names(formats: Iterable[MediaFormat]) -> str:
    """List formats by the names that people use."""
    return one_of([_name(each) for each in formats])


def one_of(words: list[str]) -> str:
    """List words of which one can be chosen."""
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else "".join(words)


def _name(each: MediaFormat) -> str:
    if each is MediaFormat.JPEG:
        return "JPEG"
    return "WebP" if each is MediaFormat.WEBP else each.suffix.removeprefix(".").upper()
