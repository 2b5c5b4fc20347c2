"""Message components: what Discord refuses about them, and how it keeps them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sandbox.discord.errors import FormErrors
from sandbox.discord.model import Json, StoredFile

ROW, BUTTON, STRING_SELECT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 1, 2, 3, 9, 10, 11, 12, 13, 14, 17
SELECTS = (3, 5, 6, 7, 8)
_LINK, _PREMIUM = 5, 6
_MOST_COMPONENTS, _MOST_CHARACTERS = 40, 4000
_IN_MESSAGE_V2 = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER)
_IN_CONTAINER = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)


def walk(components: Any) -> Iterator[Json]:
    """Yield every component, nested ones and accessories too."""
    for one in components or ():
        if not isinstance(one, dict):
            continue
        yield one
        yield from walk(one.get("components"))
        for inner in ("accessory", "component"):
            if isinstance(one.get(inner), dict):
                yield from walk([one[inner]])


def texts(components: Any) -> list[str]:
    """Return the text of every text display, in order."""
    return [str(one.get("content", "")) for one in walk(components) if one.get("type") == TEXT]


def named_files(components: Any) -> set[int]:
    """Return the ids of the files that stored components show."""
    found: set[int] = set()
    for one in walk(components):
        holders = [item.get("media") for item in one.get("items", ())] + [one.get("media"), one.get("file")]
        found |= {holder["attachment_id"] for holder in holders if holder and "attachment_id" in holder}
    return found


class ComponentForm:
    """Check the components of one message and turn them into what is stored.

    Args:
        form: where mistakes are noted.
        files: files the message will have, by name: what attachment:// may name.
        known: gives the file behind one of the CDN's own URLs.
    """

    def __init__(
        self, form: FormErrors, files: Mapping[str, StoredFile], known: Callable[[str], StoredFile | None]
    ) -> None:
        self._form = form
        self._files = files
        self._known = known
        self._custom_ids: set[str] = set()
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
        if len(everything) > _MOST_COMPONENTS:
            self._form.add(
                "components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The maximum number of components is 40"
            )
        written = sum(len(text) for text in texts(everything_top(everything)))
        if written > _MOST_CHARACTERS:
            self._form.add(
                "components",
                "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
                "The total size of displayable text must be 4000 or fewer",
            )

    def _one(self, one: Json, path: str, allowed: tuple[int, ...]) -> Json:
        kind = one.get("type")
        if kind not in allowed:
            self._form.add(f"{path}.type", "UNION_TYPE_CHOICES", f"Value of field \"type\" must be one of {allowed}.")
            return one
        kept: Json = {"type": kind, "id": one.get("id") or self._new_id()}
        match kind:
            case 1:
                return kept | self._row(one, path)
            case 2:
                return kept | self._button(one, path)
            case 9:
                return kept | self._section(one, path)
            case 10:
                self._form.length(f"{path}.content", str(one.get("content") or ""), 1, _MOST_CHARACTERS)
                return kept | {"content": str(one.get("content") or "").strip()}
            case 11:
                return kept | self._described(one, path) | {"media": self._media(one.get("media"), f"{path}.media")}
            case 12:
                return kept | self._gallery(one, path)
            case 13:
                return kept | {"file": self._file(one, path), "spoiler": bool(one.get("spoiler"))}
            case 14:
                return kept | {"spacing": one.get("spacing") or 1, "divider": one.get("divider", True) is not False}
            case 17:
                return kept | self._container(one, path)
            case _:
                return kept | self._select(one, path)

    def _row(self, one: Json, path: str) -> Json:
        inside = one.get("components") or []
        selects = [part for part in inside if part.get("type") in SELECTS]
        if not inside or len(inside) > 5:
            self._form.add(f"{path}.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
        if selects and len(inside) > 1:
            self._form.add(
                f"{path}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width"
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
        kept = []
        for at, item in enumerate(items):
            here = f"{path}.items.{at}"
            kept.append(self._described(item, here) | {"media": self._media(item.get("media"), f"{here}.media")})
        return {"items": kept}

    def _described(self, one: Json, path: str) -> Json:
        if one.get("description"):
            self._form.length(f"{path}.description", one["description"], 1, 1024)
        return {"description": one.get("description"), "spoiler": bool(one.get("spoiler"))}

    def _button(self, one: Json, path: str) -> Json:
        kept: Json = {"style": one.get("style")}
        if one.get("style") not in (1, 2, 3, 4, _LINK, _PREMIUM):
            self._form.add(f"{path}.style", "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5, 6).")
        if one.get("label") is not None:
            self._form.length(f"{path}.label", one["label"], 0, 80)
        elif one.get("emoji") is None and one.get("style") != _PREMIUM:
            self._form.add(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or an emoji is required")
        if one.get("style") == _LINK:
            if not str(one.get("url") or "").startswith(("http://", "https://", "discord://")):
                self._form.add(f"{path}.url", "URL_TYPE_INVALID_SCHEME", "Scheme must be one of http, https, discord.")
            if one.get("custom_id"):
                self._form.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified")
        else:
            self._custom_id(one, path)
        for key in ("custom_id", "label", "url", "emoji", "disabled"):
            if one.get(key) is not None:
                kept[key] = {k: v for k, v in one[key].items() if v is not None} if key == "emoji" else one[key]
        return kept

    def _select(self, one: Json, path: str) -> Json:
        self._custom_id(one, path)
        kept: Json = {"custom_id": one.get("custom_id"), "disabled": bool(one.get("disabled"))}
        kept |= {"min_values": one.get("min_values", 1), "max_values": one.get("max_values", 1)}
        if one.get("placeholder"):
            self._form.length(f"{path}.placeholder", one["placeholder"], 0, 150)
            kept["placeholder"] = one["placeholder"]
        if one.get("type") != STRING_SELECT:
            return kept
        options = one.get("options") or []
        if not 1 <= len(options) <= 25:
            self._form.add(f"{path}.options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
        values = [option.get("value") for option in options]
        for at, option in enumerate(options):
            for key, most in (("label", 100), ("value", 100), ("description", 100)):
                self._form.length(f"{path}.options.{at}.{key}", str(option.get(key) or ""), int(key != "description"), most)
            if option.get("value") in values[:at]:
                self._form.add(f"{path}.options.{at}.value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
        kept["options"] = [{key: value for key, value in option.items() if value is not None} for option in options]
        return kept

    def _custom_id(self, one: Json, path: str) -> None:
        custom_id = str(one.get("custom_id") or "")
        self._form.length(f"{path}.custom_id", custom_id, 1, 100)
        if custom_id and custom_id in self._custom_ids:
            self._form.add(
                f"{path}.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
            )
        self._custom_ids.add(custom_id)

    def _file(self, one: Json, path: str) -> Json:
        url = str((one.get("file") or {}).get("url") or "")
        if not url.startswith("attachment://") and self._known(url) is None:
            self._form.add(f"{path}.file.url", "UNFURLED_MEDIA_ITEM_ATTACHMENT_REQUIRED", "Must be an attachment:// reference")
            return {"url": url}
        return self._media(one.get("file"), f"{path}.file")

    def _media(self, media: Any, path: str) -> Json:
        url = str((media or {}).get("url") or "")
        if url.startswith("attachment://"):
            file = self._files.get(url.removeprefix("attachment://"))
            if file is None:
                self._form.add(
                    f"{path}.url", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", f"The referenced attachment {url} was not found"
                )
                return {"url": url}
            return {"attachment_id": file.id}
        ours = self._known(url)
        if ours is not None:
            return {"attachment_id": ours.id}
        if not url.startswith(("http://", "https://")):
            self._form.add(f"{path}.url", "URL_TYPE_INVALID_SCHEME", "Scheme must be one of http, https, attachment.")
        return {"url": url, "proxy_url": url, "id": str(self._new_id()), "width": None, "height": None, "content_type": None}

    def _new_id(self) -> int:
        self._next += 1
        while self._next in self._taken:
            self._next += 1
        return self._next


def everything_top(everything: list[Json]) -> list[Json]:
    """Return walked components without what they hold, so that nothing is counted twice."""
    return [{"type": one.get("type"), "content": one.get("content", "")} for one in everything]
