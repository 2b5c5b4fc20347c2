"""Message components of a form: what Discord refuses about them, and what is stored."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sandbox.discord.components import (
    BUTTON,
    CONTAINER,
    FILE,
    GALLERY,
    ROW,
    SECTION,
    SELECTS,
    SEPARATOR,
    TEXT,
    THUMBNAIL,
    walk,
)
from sandbox.discord.control_form import ControlForm
from sandbox.discord.errors import FormErrors
from sandbox.discord.model import Json, StoredFile

_MAX_COMPONENTS, _MAX_CHARACTERS = 40, 4000
_IN_MESSAGE_V2 = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER)
_IN_CONTAINER = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)


class ComponentForm:
    """Check the components of one message and turn them into what is stored.

    Args:
        form: where mistakes are noted.
        files: files the message will have, by name: what attachment:// may name.
        known: gives the file behind one of the CDN's own URLs.
        refused_spoilers: as in `World`.
    """

    def __init__(
        self,
        form: FormErrors,
        files: Mapping[str, StoredFile],
        known: Callable[[str], StoredFile | None],
        refused_spoilers: Collection[str] = (),
    ) -> None:
        self._form = form
        self._files = files
        self._known = known
        self._refused_spoilers = refused_spoilers
        controls = ControlForm(form)
        self._readers: Mapping[int, Callable[[Json, str], Json]] = {
            ROW: self._row,
            BUTTON: controls.button,
            SECTION: self._section,
            TEXT: self._text,
            THUMBNAIL: self._thumbnail,
            GALLERY: self._gallery,
            FILE: self._shown_file,
            SEPARATOR: self._separator,
            CONTAINER: self._container,
        } | dict.fromkeys(SELECTS, controls.select)
        self._taken: set[int] = set()
        self._next = 0

    def read(self, components: list[Json], *, v2: bool) -> list[Json]:
        """Return the components as stored; mistakes go to the form."""
        everything = list(walk(components))
        self._taken = {one["id"] for one in everything if one.get("id")}
        if v2:
            self._sums(everything)
        elif len(components) > 5:
            self._form.add("components", "BASE_TYPE_MAX_LENGTH", "Must be 5 or fewer in length.")
        allowed = _IN_MESSAGE_V2 if v2 else (ROW,)
        return [self._one(one, f"components.{at}", allowed) for at, one in enumerate(components)]

    def _sums(self, everything: list[Json]) -> None:
        if len(everything) > _MAX_COMPONENTS:
            self._form.add(
                "components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The maximum number of components is 40"
            )
        written = sum(len(str(one.get("content", ""))) for one in everything if one.get("type") == TEXT)
        if written > _MAX_CHARACTERS:
            self._form.add(
                "components",
                "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
                "The total size of displayable text must be 4000 or fewer",
            )

    def _one(self, one: Json, path: str, allowed: tuple[int, ...]) -> Json:
        kind = one.get("type")
        if kind not in allowed:
            self._form.add(f"{path}.type", "UNION_TYPE_CHOICES", f'Value of field "type" must be one of {allowed}.')
            return one
        stored: Json = {"type": kind, "id": one.get("id") or self._new_id()}
        return stored | self._readers[int(kind)](one, path)

    def _text(self, one: Json, path: str) -> Json:
        content = str(one.get("content") or "")
        self._form.length(f"{path}.content", content, 1, _MAX_CHARACTERS)
        return {"content": content.strip()}

    def _thumbnail(self, one: Json, path: str) -> Json:
        return self._described(one, path) | {"media": self._media(one.get("media"), f"{path}.media")}

    def _separator(self, one: Json, _path: str) -> Json:
        return {"spacing": one.get("spacing") or 1, "divider": one.get("divider", True) is not False}

    def _shown_file(self, one: Json, path: str) -> Json:
        return {"file": self._file(one, path), "spoiler": bool(one.get("spoiler"))}

    def _row(self, one: Json, path: str) -> Json:
        inside = one.get("components") or []
        selects = [part for part in inside if part.get("type") in SELECTS]
        if not inside or len(inside) > 5:
            self._form.add(f"{path}.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
        if selects and len(inside) > 1:
            self._form.add(
                f"{path}.components",
                "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                "The specified component exceeds the maximum width",
            )
        return {"components": self._inside(inside, path, (BUTTON, *SELECTS))}

    def _inside(self, parts: list[Json], path: str, allowed: tuple[int, ...]) -> list[Json]:
        return [self._one(part, f"{path}.components.{at}", allowed) for at, part in enumerate(parts)]

    def _section(self, one: Json, path: str) -> Json:
        inside = one.get("components") or []
        if not 1 <= len(inside) <= 3:
            self._form.add(f"{path}.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 3 in length.")
        accessory = one.get("accessory")
        if not accessory:
            self._form.required(f"{path}.accessory")
            accessory = {"type": 0}
        return {
            "components": self._inside(inside, path, (TEXT,)),
            "accessory": self._one(accessory, f"{path}.accessory", (BUTTON, THUMBNAIL)),
        }

    def _container(self, one: Json, path: str) -> Json:
        inside = one.get("components") or []
        if not inside:
            self._form.add(f"{path}.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 40 in length.")
        return {
            "accent_color": one.get("accent_color"),
            "components": self._inside(inside, path, _IN_CONTAINER),
            "spoiler": bool(one.get("spoiler")),
        }

    def _gallery(self, one: Json, path: str) -> Json:
        items = one.get("items") or []
        if not 1 <= len(items) <= 10:
            self._form.add(f"{path}.items", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 10 in length.")
        stored = []
        for at, item in enumerate(items):
            here = f"{path}.items.{at}"
            if item.get("spoiler") and "gallery" in self._refused_spoilers:
                self._form.add(f"{here}.spoiler", "BASE_TYPE_INVALID", "This field cannot be used here")
            stored.append(self._described(item, here) | {"media": self._media(item.get("media"), f"{here}.media")})
        return {"items": stored}

    def _described(self, one: Json, path: str) -> Json:
        if one.get("description"):
            self._form.length(f"{path}.description", one["description"], 1, 1024)
        return {"description": one.get("description"), "spoiler": bool(one.get("spoiler"))}

    def _file(self, one: Json, path: str) -> Json:
        url = str((one.get("file") or {}).get("url") or "")
        if not url.startswith("attachment://") and self._known(url) is None:
            self._form.add(
                f"{path}.file.url", "UNFURLED_MEDIA_ITEM_ATTACHMENT_REQUIRED", "Must be an attachment:// reference"
            )
            return {"url": url}
        return self._media(one.get("file"), f"{path}.file")

    def _media(self, media: Any, path: str) -> Json:
        url = str((media or {}).get("url") or "")
        if url.startswith("attachment://"):
            file = self._files.get(url.removeprefix("attachment://"))
            if file is None:
                self._form.add(
                    f"{path}.url",
                    "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
                    f"The referenced attachment {url} was not found",
                )
                return {"url": url}
            return {"attachment_id": file.id}
        ours = self._known(url)
        if ours is not None:
            return {"attachment_id": ours.id}
        if not url.startswith(("http://", "https://")):
            self._form.add(f"{path}.url", "URL_TYPE_INVALID_SCHEME", "Scheme must be one of http, https, attachment.")
        return {
            "url": url,
            "proxy_url": url,
            "id": str(self._new_id()),
            "width": None,
            "height": None,
            "content_type": None,
        }

    def _new_id(self) -> int:
        self._next += 1
        while self._next in self._taken:
            self._next += 1
        return self._next
