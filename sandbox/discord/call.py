"""One REST request, read and ready for its handler, and what comes back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.discord.errors import DiscordError
from sandbox.discord.forms import Posted
from sandbox.discord.model import Json
from sandbox.discord.uploads import Received

Auth = Literal["bot", "token", "none"]


@dataclass(frozen=True, slots=True)
class Call:
    """A request: path parameters, query, JSON body, files."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    files: tuple[Received, ...] = ()

    def number(self, name: str) -> int:
        """Return a snowflake of the path; 50035 when it is none."""
        value = self.path[name]
        if not value.isdigit():
            reason = {"code": "NUMBER_TYPE_COERCE", "message": f'Value "{value}" is not snowflake.'}
            raise DiscordError(50035, more={"errors": {name: {"_errors": [reason]}}})
        return int(value)

    def flag(self, name: str) -> bool:
        """Return whether a query switch is on."""
        return self.query.get(name, "").lower() in ("1", "true")

    @property
    def form(self) -> Json:
        """The JSON object sent, {} when none was."""
        return self.body if isinstance(self.body, dict) else {}

    def posted(self) -> Posted:
        """Return the message in the body."""
        return Posted(self.form, self.files)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: JSON (None for an empty body) and status."""

    body: Any = None
    status: int = 200


EMPTY = Reply(None, 204)
Handler = Callable[[Call], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route: the template is Discord's own, so that its OpenAPI description knows it."""

    method: str
    template: str
    handler: Handler
    auth: Auth = "bot"
    major: tuple[str, ...] = field(default=("channel_id", "guild_id", "webhook_id", "webhook_token"))
