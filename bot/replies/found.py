"""Finding in a message of ours what was put into it.

`attachments` is empty on a message whose files sit in Components V2, so the components' media tell; a message in the
old form is read too.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import discord
from discord import components

Part = discord.Component
_LINK = re.compile(r"\]\((https?://[^\s()]+)\)")


def file_url(message: discord.Message, name: str) -> str | None:
    """Return the URL under which the message holds a file of that name; None when it holds none."""
    for url in (*_media(message.components), *(attachment.url for attachment in message.attachments)):
        if PurePosixPath(urlsplit(url).path).name == name:
            return url
    return None


def has_link(message: discord.Message, url: str) -> bool:
    """Tell whether a button or a text of the message links to that URL, whatever its signature is."""
    return any(_place(link) == _place(url) for link in _links(message.components))


def _media(parts: Iterable[Part]) -> Iterator[str]:
    for part in _walk(parts):
        match part:
            case components.MediaGalleryComponent():
                yield from (item.media.url for item in part.items)
            case components.FileComponent() | components.ThumbnailComponent():
                yield part.media.url
            case _:
                continue


def _links(parts: Iterable[Part]) -> Iterator[str]:
    for part in _walk(parts):
        match part:
            case components.Button(url=str(url)):
                yield url
            case components.TextDisplay(content=content):
                yield from _LINK.findall(content)
            case _:
                continue


def _walk(parts: Iterable[Part]) -> Iterator[Part]:
    for part in parts:
        yield part
        if isinstance(part, components.Container | components.ActionRow | components.SectionComponent):
            yield from _walk(part.children)
        if isinstance(part, components.SectionComponent):
            yield part.accessory


def _place(url: str) -> tuple[str, str, str]:
    split = urlsplit(url)
    return split.scheme, split.netloc, unquote(split.path)
