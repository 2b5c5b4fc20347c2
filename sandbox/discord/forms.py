"""The body of a message: what Discord refuses, and what it becomes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sandbox.discord import components as parts
from sandbox.discord.cdn import Cdn
from sandbox.discord.component_form import ComponentForm
from sandbox.discord.errors import DiscordError, FormErrors
from sandbox.discord.mentions import check_allowed_mentions
from sandbox.discord.model import Flag, Json, StoredFile, StoredMessage
from sandbox.discord.uploads import Received, store

_SETTABLE = Flag.SUPPRESS_EMBEDS | Flag.SUPPRESS_NOTIFICATIONS | Flag.COMPONENTS_V2
_EMBED_TEXTS = (("title", 256), ("description", 4096))


@dataclass(frozen=True, slots=True)
class Body:
    """What a message says after a form was read."""

    content: str
    flags: Flag
    components: list[Json]
    embeds: list[Json]
    files: dict[int, StoredFile]


@dataclass(frozen=True, slots=True)
class Posted:
    """A form as it came in: its JSON, its files, and the prefix of its errors' paths ("data" in callbacks)."""

    data: Json
    files: Sequence[Received] = ()
    prefix: str = ""


def demand_attachments(posted: Posted, *, takes_files: bool) -> None:
    """Refuse an edit that brings files and does not name them in `attachments` (discord-api-docs #7529)."""
    if posted.files and (not takes_files or "attachments" not in posted.data):
        form = FormErrors(posted.prefix)
        form.add("components", "BASE_TYPE_INVALID", "Referenced attachment not found")
        form.raise_if_any()


class MessageForms:
    """Read the forms of new and edited messages; `refused_spoilers` as in `World`."""

    def __init__(self, cdn: Cdn, new_id: Callable[[], int], refused_spoilers: Collection[str]) -> None:
        self._cdn = cdn
        self._new_id = new_id
        self._refused_spoilers = refused_spoilers

    async def read(self, posted: Posted, channel_id: int, size_limit: int, before: StoredMessage | None) -> Body:
        """Return what a message becomes.

        Args:
            before: the message edited, None for a new one; what the form leaves out stays as it is.
            size_limit: bytes one file may have.

        Raises:
            DiscordError: 40005 for a file above the limit, 50035 for a bad form, 50006 for nothing at all.
        """
        for received in posted.files:
            if received.size > size_limit:
                raise DiscordError(40005, why=f"{received.name} has {received.size} bytes, the limit is {size_limit}")
        form = FormErrors(posted.prefix)
        flags = self._flags(posted.data, before, form)
        check_allowed_mentions(posted.data.get("allowed_mentions"), form)
        files = await self._files(posted, channel_id, before, form)
        content, embeds = self._old_style(posted.data, before, form, v2=Flag.COMPONENTS_V2 in flags)
        shown = self._components(posted.data, before, files, form, v2=Flag.COMPONENTS_V2 in flags)
        form.raise_if_any()
        if Flag.COMPONENTS_V2 in flags:
            named = parts.named_files(shown)
            files = {key: file for key, file in files.items() if key in named}
            if not shown:
                raise DiscordError(50006)
        elif not (content or embeds or files or shown):
            raise DiscordError(50006)
        return Body(content, flags, shown, embeds, files)

    def _flags(self, data: Json, before: StoredMessage | None, form: FormErrors) -> Flag:
        old = Flag(0) if before is None else before.flags
        if data.get("flags") is None:
            return old & ~Flag.LOADING
        asked = Flag(data["flags"])
        if before is not None and before.v2 and Flag.COMPONENTS_V2 not in asked:
            form.add("flags", "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", "The IS_COMPONENTS_V2 flag cannot be removed")
        return (old & ~Flag.LOADING & ~_SETTABLE) | (asked & _SETTABLE)

    def _old_style(
        self, data: Json, before: StoredMessage | None, form: FormErrors, *, v2: bool
    ) -> tuple[str, list[Json]]:
        content = data.get("content", before.content if before else "") or ""
        embeds = data.get("embeds", before.embeds if before else []) or []
        form.length("content", content, 0, 2000)
        if v2:
            for key, value in (("content", content), ("embeds", embeds), ("poll", data.get("poll"))):
                if value:
                    form.add(
                        key,
                        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                        f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
                    )
        self._check_embeds(embeds, form)
        return content, [{"type": "rich"} | {k: v for k, v in one.items() if v is not None} for one in embeds]

    def _check_embeds(self, embeds: list[Json], form: FormErrors) -> None:
        if len(embeds) > 10:
            form.add("embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
        whole = 0
        for at, embed in enumerate(embeds):
            for key, maximum in _EMBED_TEXTS:
                form.length(f"embeds.{at}.{key}", str(embed.get(key) or ""), 0, maximum)
                whole += len(str(embed.get(key) or ""))
            for field in embed.get("fields") or ():
                whole += len(str(field.get("name"))) + len(str(field.get("value")))
            whole += len(str((embed.get("footer") or {}).get("text") or ""))
        if whole > 6000:
            form.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")

    def _components(
        self, data: Json, before: StoredMessage | None, files: Mapping[int, StoredFile], form: FormErrors, *, v2: bool
    ) -> list[Json]:
        by_name = {file.name: file for file in files.values()}
        reader = ComponentForm(form, by_name, self._cdn.known, self._refused_spoilers)
        if "components" in data:
            return reader.read(data["components"] or [], v2=v2)
        stored = [] if before is None else before.components
        lost = parts.named_files(stored) - set(files)
        if lost and before is not None and before.v2:
            form.add("attachments", "ATTACHMENT_STILL_REFERENCED", "A component still shows an attachment left out")
        return stored

    async def _files(
        self, posted: Posted, channel_id: int, before: StoredMessage | None, form: FormErrors
    ) -> dict[int, StoredFile]:
        old = {} if before is None else before.files
        listed = posted.data.get("attachments")
        stored = dict(old) if "attachments" not in posted.data else {}
        uploads = {received.key: received for received in posted.files}
        described: dict[int, Json] = {}
        for at, one in enumerate(listed or ()):
            key = int(one.get("id", -1))
            form.length(f"attachments.{at}.description", str(one.get("description") or ""), 0, 1024)
            if one.get("is_spoiler") and "attachment" in self._refused_spoilers:
                form.add(f"attachments.{at}.is_spoiler", "BASE_TYPE_INVALID", "This field cannot be used here")
            if key in uploads:
                described[key] = one
            elif key in old:
                stored[key] = old[key]
            else:
                form.add(f"attachments.{at}.id", "ATTACHMENT_NOT_FOUND", f"Attachment {key} was not found")
        if len(stored) + len(uploads) > 10:
            form.add("attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
        for key, received in sorted(uploads.items()):
            file = await store(self._cdn, received, self._new_id(), channel_id)
            file.description = described.get(key, {}).get("description")
            file.spoiler = bool(described.get(key, {}).get("is_spoiler"))
            stored[file.id] = file
        return stored
