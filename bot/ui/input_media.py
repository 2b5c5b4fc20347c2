"""What goes along with a prompt, as a card shows it: counted as the prompt counts it, with small pictures."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

import discord
from discord.ui import Item, LayoutView, MediaGallery, Section, Thumbnail

from bot.discord_limits import MAX_GALLERY_ITEMS, MAX_MEDIA_URL
from bot.domain.job import Job
from bot.domain.media import AssetUse, Kind, MediaFormat, Medium, Original, Role, StoredFile
from bot.domain.request import VideoRequest
from bot.domain.stages import AT_PROVIDER, Stage
from bot.ui.components import text
from bot.ui.language import Language
from bot.ui.sanitize import code_line

# A file in Discord has a signed address that dies within about a day.
DISCORD_LIVES = 20 * 3600.0
# Fifteen names of this length leave a card room enough; of fifty media the others are counted.
_NAME_SHOWN = 24
_LINE_SHOWN = 1000

_BETWEEN = " · "
# How a card names a file that comes along with it.
_ATTACHED = "attachment://"

_NAMES = {Kind.IMAGE: "card.image", Kind.VIDEO: "card.video", Kind.AUDIO: "card.audio"}
_ROLES = {Role.FIRST_FRAME: "card.first-frame", Role.LAST_FRAME: "card.last-frame"}


@dataclass(frozen=True, slots=True)
class _ViewableMedium:
    """A medium that can be looked at: its word ("image 1"), and an address that lives."""

    word: str
    kind: Kind
    url: str


def media_line(language: Language, request: VideoRequest) -> str:
    """Count the media as the prompt counts them, per kind; empty when there are none. A long line ends in a number."""
    named = [_described(language, word, medium) for word, medium in _numbered(language, request)]
    ends = accumulate(len(name) + len(_BETWEEN) for name in named)
    shown = sum(1 for end in ends if end <= _LINE_SHOWN)
    more = [language.text("card.more-media", count=len(named) - shown)] if shown < len(named) else []
    return _BETWEEN.join([*named[:shown], *more])


def with_media(
    language: Language, title: str, state: str, job: Job, now: float, prompt: str, *, spoiler: bool = False
) -> list[Item[LayoutView]]:
    """Put a card's title beside the one image that goes along, or above all of them with its state, while they live.

    The state always has the card's whole width: beside an image, its bar would break across lines on a phone. `now` in
    UTC seconds; `prompt` says what the images are for, empty where it is not to be shown. `spoiler`: the images are
    covered until a member clicks on them.
    """

    def alt(medium: str) -> str:
        return language.text("card.input-alt", medium=medium, prompt=prompt) if prompt else medium

    match _viewable(language, job, now):
        case []:
            return [text(f"{title}\n{state}")]
        case [_ViewableMedium(word, Kind.IMAGE, url)]:
            thumbnail = Thumbnail[LayoutView](url, description=alt(word), spoiler=spoiler)
            return [Section[LayoutView](title, accessory=thumbnail), text(state)]
        case shown:
            return [text(f"{title}\n{state}"), *(_gallery(each, alt, spoiler=spoiler) for each in _galleries(shown))]


def medium_name(language: Language, kind: Kind, number: int) -> str:
    """Name a medium as the prompt does: "image 1"."""
    return language.text(_NAMES[kind], number=number)


def can_show(url: str) -> bool:
    """Tell whether Discord takes the address of a picture; it refuses the whole card over one that it does not."""
    return len(url) <= MAX_MEDIA_URL and url.isascii() and url.startswith(("https://", "http://")) and " " not in url


def shown_urls(language: Language, job: Job, now: float) -> set[str]:
    """List the addresses of the pictures that a job's card shows; `now` in UTC seconds."""
    return {each.url for each in _viewable(language, job, now)}


def _galleries(shown: list[_ViewableMedium]) -> list[list[_ViewableMedium]]:
    """Share out what is shown to galleries: one for all, or as many for each kind as hold it.

    Of 30 images and 10 videos, which is what a model takes at most, these are four.
    """
    if len(shown) <= MAX_GALLERY_ITEMS:
        return [shown]
    of_kinds = ([each for each in shown if each.kind is kind] for kind in (Kind.IMAGE, Kind.VIDEO))
    return [
        of_kind[start : start + MAX_GALLERY_ITEMS]
        for of_kind in of_kinds
        for start in range(0, len(of_kind), MAX_GALLERY_ITEMS)
    ]


def _gallery(shown: list[_ViewableMedium], alt: Callable[[str], str], *, spoiler: bool) -> MediaGallery[LayoutView]:
    return MediaGallery(
        *(discord.MediaGalleryItem(each.url, description=alt(each.word), spoiler=spoiler) for each in shown)
    )


def _numbered(language: Language, request: VideoRequest) -> list[tuple[str, Medium]]:
    seen: Counter[Kind] = Counter()
    counted = []
    for medium in request.media:
        seen[medium.kind] += 1
        counted.append((medium_name(language, medium.kind, seen[medium.kind]), medium))
    return counted


def _described(language: Language, word: str, medium: Medium) -> str:
    about = [language.text(_ROLES[medium.role])] if medium.role in _ROLES else []
    if isinstance(medium.source, AssetUse):
        about.append(language.text("card.asset", name=code_line(medium.source.name, _NAME_SHOWN)))
    else:
        if medium.source.seconds is not None:
            about.append(language.seconds(medium.source.seconds))
        if medium.source.original is not None:
            about.append(_sent(language, medium.source, medium.source.original))
    return f"{word} ({', '.join(about)})" if about else word


def _sent(language: Language, file: StoredFile, given: Original) -> str:
    """Say how a file goes out that could not go as it is: "sent as JPEG", "sent at 1280 × 720"."""  # noqa: RUF002
    kind = _format_name(file.format) if given.name != file.format.name else ""
    resized = file.width and (given.width, given.height) != (file.width, file.height)
    sides = f"{file.width} × {file.height}" if resized else ""  # noqa: RUF001
    if kind and sides:
        return language.text("card.sent-as-at", format=kind, sides=sides)
    if kind:
        return language.text("card.sent-as", format=kind)
    if sides:
        return language.text("card.sent-at", sides=sides)
    return language.text("card.sent-upright" if given.turned else "card.sent-smaller")


def _viewable(language: Language, job: Job, now: float) -> list[_ViewableMedium]:
    """List what can be looked at while the job is made; the same file in two roles is shown once."""
    if job.stage not in AT_PROVIDER | {Stage.WAITING}:
        return []
    words: dict[str, list[str]] = {}
    kinds: dict[str, Kind] = {}
    for word, medium in _numbered(language, job.request):
        if isinstance(medium.source, AssetUse) or medium.kind is Kind.AUDIO:
            continue
        input_url = job.input_url_of(medium.source)
        if input_url is None or not (can_show(input_url.url) or input_url.url.startswith(_ATTACHED)):
            continue
        if input_url.uploaded or now - input_url.at < DISCORD_LIVES:
            words.setdefault(input_url.url, []).append(word)
            kinds[input_url.url] = medium.kind
    return [_ViewableMedium(", ".join(words[url]), kinds[url], url) for url in words]


def _format_name(each: MediaFormat) -> str:
    """Name a format as people write it, in every language."""
    if each is MediaFormat.JPEG:
        return "JPEG"
    return "WebP" if each is MediaFormat.WEBP else each.suffix.removeprefix(".").upper()
