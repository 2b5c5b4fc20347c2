"""What a member does on the page."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sandbox.discord.core import Core
from sandbox.discord.errors import DiscordError, DiscordRefused
from sandbox.discord.member import Member
from sandbox.discord.model import Json, StoredFile, User
from sandbox.discord.option_rules import converted, find_command
from sandbox.discord.use import Use
from sandbox.discord.views import Message

Tell = Callable[[Json], None]
SILENT = "The application did not respond"


class PageActs:
    """Turn a page's frames into what a member does, and tell the page what became of it."""

    def __init__(
        self,
        core: Core,
        uploads: Mapping[str, StoredFile],
        control: Callable[[str, Any], Awaitable[None]],
    ) -> None:
        self._core = core
        self._uploads = uploads
        self._control = control
        self._forms: dict[tuple[int, str], Use] = {}

    async def act(self, user: User, tell: Tell, text: str) -> None:
        """Do what one frame says; what Discord refuses is sent as "failed"."""
        try:
            frame = json.loads(text)
            if not isinstance(frame, dict):
                raise DiscordRefused("That is no frame of this page")
        except ValueError:
            return
        try:
            await self._done(user, tell, frame)
        except (DiscordRefused, DiscordError, LookupError) as refusal:
            self._failed(tell, frame, str(refusal))

    async def _done(self, user: User, tell: Tell, frame: Json) -> None:
        match frame.get("type"):
            case "command":
                await self._command(user, tell, frame)
            case "menu":
                await self._menu(user, tell, frame)
            case "autocomplete":
                await self._autocomplete(user, tell, frame)
            case "press":
                await self._press(user, tell, frame)
            case "modal_submit":
                await self._submit(user, tell, frame)
            case "say":
                await Member(self._core, user).say(str(frame["text"]), channel=frame["channel"])
            case "dismiss":
                Member(self._core, user).dismiss(self._message(frame))
            case "control":
                await self._control(str(frame["id"]), frame.get("value"))
            case other:
                raise DiscordRefused(f"Unknown frame {other!r}")

    async def _command(self, user: User, tell: Tell, frame: Json) -> None:
        member = Member(self._core, user)
        described = find_command(member.commands(member.channel(frame["channel"])), frame["command"])[2]
        options = converted(described, self._options(frame))
        use = await member.use(frame["command"], channel=frame["channel"], **options)
        self._became(user, tell, frame, use)

    async def _menu(self, user: User, tell: Tell, frame: Json) -> None:
        """Use a command of the menu of a message or a member."""
        on: Message | Member
        if "message" in frame:
            on = self._message(frame)
        else:
            on = Member(self._core, self._core.world.user(str(frame["member"])))
        use = await Member(self._core, user).use_on(str(frame["command"]), on, channel=frame["channel"])
        self._became(user, tell, frame, use)

    async def _autocomplete(self, user: User, tell: Tell, frame: Json) -> None:
        member = Member(self._core, user)
        typed = {key: value for key, value in self._options(frame).items() if not isinstance(value, StoredFile)}
        use = await member.completing(frame["command"], frame["focused"], frame["channel"], typed).answered()
        answer: Json = {"type": "choices", "request": frame.get("request"), "choices": use.choices or []}
        tell(answer | ({"failed": True} if use.state == "failed" else {}))

    async def _press(self, user: User, tell: Tell, frame: Json) -> None:
        member = Member(self._core, user)
        message = self._message(frame)
        use = await member.press(message, custom_id=frame["custom_id"], values=frame.get("values") or ())
        self._became(user, tell, frame, use)

    async def _submit(self, user: User, tell: Tell, frame: Json) -> None:
        form = self._forms.get((user.id, str(frame["custom_id"])))
        if form is None:
            raise DiscordRefused("This form is not open any more")
        fields: dict[str, Any] = {}
        files: dict[str, StoredFile] = {}
        for name, value in frame["fields"].items():
            fields[name] = value
            if isinstance(value, dict) and "values" in value:
                fields[name] = [str(one) for one in value["values"]]
            elif isinstance(value, dict):
                chosen = [str(one) for one in value.get("uploads") or ()]
                if any(one not in self._uploads for one in chosen):
                    raise DiscordRefused(f"{name}: the file is not there")
                files |= {one: self._uploads[one] for one in chosen}
                fields[name] = chosen
        use = await Member(self._core, user).submit_ready(form, fields, files)
        self._became(user, tell, frame, use)

    def _became(self, user: User, tell: Tell, frame: Json, use: Use) -> None:
        if use.state == "failed":
            self._failed(tell, frame, SILENT)
        elif use.modal is not None:
            self._forms[user.id, use.modal["custom_id"]] = use
            shown = {key: use.modal[key] for key in ("custom_id", "title", "components")}
            tell({"type": "modal", "request": frame.get("request"), "modal": shown})

    def _options(self, frame: Json) -> dict[str, Any]:
        options: dict[str, Any] = {}
        for name, value in (frame.get("options") or {}).items():
            given = self._uploads.get(str(value.get("upload"))) if isinstance(value, dict) else value
            if isinstance(value, dict) and given is None:
                raise DiscordRefused(f"{name}: the file is not there")
            options[str(name)] = given
        return options

    def _message(self, frame: Json) -> Message:
        stored = self._core.world.messages.get(int(frame["message"]))
        if stored is None:
            raise DiscordRefused("This message is not there any more")
        return self._core.message(stored)

    def _failed(self, tell: Tell, frame: Json, text: str) -> None:
        channel, request = frame.get("channel"), frame.get("request")
        tell({"type": "failed", "request": request, "channel": channel, "text": text})
