"""What a message shows that can go into a video: its attachments, and the media of its components and embeds.

Read from what Discord sends along with a message command ("Interactions", "Resolved Data Structure"; "Message
Resource"; "Component Reference"). Under Components V2 a message lists no attachments: its files stand in components.
"""

import mimetypes
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from bot.domain.media import AttachmentInput, Kind

# What phones and editors make, and the standard library's table may not know.
_SUFFIXES: Final = {
    ".heic": Kind.IMAGE, ".heif": Kind.IMAGE, ".webp": Kind.IMAGE, ".avif": Kind.IMAGE,
    ".mkv": Kind.VIDEO, ".m4v": Kind.VIDEO, ".3gp": Kind.VIDEO, ".webm": Kind.VIDEO,
    ".m4a": Kind.AUDIO, ".ogg": Kind.AUDIO, ".opus": Kind.AUDIO, ".flac": Kind.AUDIO, ".aac": Kind.AUDIO,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MessageMedium:
    """One of a message's media, as Discord describes it.

    `width` and `height` in pixels, 0 where they are not known; `seconds` of a voice message.
    """

    kind: Kind
    file: AttachmentInput
    width: int = 0
    height: int = 0
    seconds: float | None = None


def media_of(message: Mapping[str, Any], authors: Sequence[int] = ()) -> list[MessageMedium]:
    """List the media of a message in their order, each address once, attributed to these `authors`."""
    described = [
        *message.get("attachments", ()),
        *_shown_in(message.get("components", ())),
        *(each for embed in message.get("embeds", ()) for each in _of_embed(embed)),
    ]
    found: dict[str, MessageMedium] = {}
    for each in described:
        kind, url = _kind_of(each), str(each.get("url") or "")
        if kind is None or not url.startswith(("https://", "http://")):
            continue
        file = AttachmentInput(url, _name_of(each), int(each.get("size") or 0), author_ids=tuple(authors))
        sides = int(each.get("width") or 0), int(each.get("height") or 0)
        found.setdefault(url.partition("?")[0], MessageMedium(kind, file, *sides, each.get("duration_secs")))
    return list(found.values())


def files_of(message: Mapping[str, Any], authors: Sequence[int] = ()) -> list[AttachmentInput]:
    """List the media of a message as files, as `media_of`; of a voice message the length is known."""
    return [replace(each.file, seconds=each.seconds) for each in media_of(message, authors)]


async def find_authors(
    message: Mapping[str, Any], bot_id: int | None, authors_of: Callable[[Sequence[str]], Awaitable[Sequence[int]]]
) -> tuple[int, ...]:
    """List the members a message belongs to, each once; none where no member wrote it.

    What the bot itself has posted is of who asked for it, of its owner, and of those whose media went into it:
    `authors_of` finds them by the names of its files.
    """
    author = author_of(message)
    known = () if author is None else (author,)
    if bot_id is None or str(message.get("author", {}).get("id")) != str(bot_id):
        return known
    return tuple(dict.fromkeys((*known, *await authors_of([each.file.name for each in media_of(message)]))))


def author_of(message: Mapping[str, Any]) -> int | None:
    """Return the message's author, or for a bot's message the member who asked for it; None where there is none."""
    author = message.get("author", {})
    if not author.get("bot") and "webhook_id" not in message:
        return int(author["id"])
    asked_by = (message.get("interaction_metadata") or {}).get("user") or {}
    return int(asked_by["id"]) if "id" in asked_by else None


def _shown_in(components: Any) -> Iterator[Mapping[str, Any]]:
    for component in components:
        match component.get("type"):
            case 12:
                yield from (item.get("media", {}) for item in component.get("items", ()))
            case 13:
                yield {"filename": component.get("name"), "size": component.get("size")} | component.get("file", {})
            case 11:
                yield component.get("media", {})
            case _:
                pass
        yield from _shown_in(component.get("components", ()))
        if accessory := component.get("accessory"):
            yield from _shown_in([accessory])


def _of_embed(embed: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the image of an embed, and its video where Discord passes the file itself on and not a player's page.

    By Discord's own address of it, so that no other server is asked.
    """
    if image := embed.get("image") or (embed.get("thumbnail") if embed.get("type") == "image" else None):
        yield {"content_type": "image/"} | image | {"url": image.get("proxy_url") or image.get("url")}
    if (video := embed.get("video")) and video.get("proxy_url"):
        yield {"content_type": "video/"} | video | {"url": video["proxy_url"]}


def _kind_of(described: Mapping[str, Any]) -> Kind | None:
    stated = str(described.get("content_type") or "")
    suffix = PurePosixPath(_name_of(described)).suffix.lower()
    guessed = stated or mimetypes.guess_type(f"x{suffix}")[0] or ""
    group = guessed.split("/")[0]
    return Kind(group) if group in set(Kind) else _SUFFIXES.get(suffix)


def _name_of(described: Mapping[str, Any]) -> str:
    path = urlsplit(str(described.get("url") or "")).path
    return str(described.get("filename") or PurePosixPath(unquote(path)).name or "file")
