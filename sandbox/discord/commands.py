"""Application commands: kept, listed, overwritten."""

from collections.abc import Callable, Iterator

from sandbox.clock import Clock
from sandbox.discord.call import EMPTY, Call, Endpoint, Reply
from sandbox.discord.command_rules import check_commands
from sandbox.discord.errors import DiscordError
from sandbox.discord.model import Json
from sandbox.discord.settings import Settings
from sandbox.discord.world import World

_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
_OPTION_KEYS = (
    "required", "autocomplete", "choices", "min_value", "max_value", "min_length", "max_length", "channel_types",
    "name_localizations", "description_localizations", "file_types",
)  # fmt: skip


class Commands:
    """The commands of the one application, globally and per server (guild id as key, None for global)."""

    def __init__(self, world: World, clock: Clock, settings: Settings) -> None:
        self._world = world
        self._clock = clock
        self._settings = settings
        self._commands: dict[int | None, dict[int, Json]] = {None: {}}
        self._created: dict[int | None, list[float]] = {}
        self._watchers: list[Callable[[], None]] = []

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call `watcher` after every change."""
        self._watchers.append(watcher)

    def all(self, guild_id: int | None = None) -> list[Json]:
        """Return the global commands, and those of a server before them."""
        own = list(self._commands.get(guild_id, {}).values()) if guild_id is not None else []
        names = {one["name"] for one in own}
        return own + [one for one in self._commands[None].values() if one["name"] not in names]

    def endpoints(self) -> list[Endpoint]:
        """Return the routes."""
        return list(self._endpoints())

    def _endpoints(self) -> Iterator[Endpoint]:
        for base in (_GLOBAL, _GUILD):
            yield Endpoint("GET", base, self.listed)
            yield Endpoint("PUT", base, self.overwrite)
            yield Endpoint("POST", base, self.create)
            yield Endpoint("GET", base + "/{command_id}", self.fetch)
            yield Endpoint("PATCH", base + "/{command_id}", self.change)
            yield Endpoint("DELETE", base + "/{command_id}", self.delete)

    async def listed(self, call: Call) -> Reply:
        """Return all commands of a place."""
        return Reply(list(self._place(call).values()))

    async def overwrite(self, call: Call) -> Reply:
        """Put exactly these commands in place; those whose name is known keep their id."""
        place, asked = self._place(call), call.body if isinstance(call.body, list) else []
        check_commands(asked)
        old = {(one["type"], one["name"]): one for one in place.values()}
        made = [self._made(call, one, old.get((one.get("type") or 1, one["name"]))) for one in asked]
        self._count(call, sum((one["type"], one["name"]) not in old for one in made))
        place.clear()
        place.update({int(one["id"]): one for one in made})
        self._changed()
        return Reply(made)

    async def create(self, call: Call) -> Reply:
        """Add one command, or replace that of the same name."""
        place = self._place(call)
        check_commands([call.form], prefix=False)
        key = (call.form.get("type") or 1, call.form["name"])
        old = next((one for one in place.values() if (one["type"], one["name"]) == key), None)
        self._count(call, int(old is None))
        made = self._made(call, call.form, old)
        place[int(made["id"])] = made
        self._changed()
        return Reply(made, 200 if old else 201)

    async def fetch(self, call: Call) -> Reply:
        """Return one command."""
        return Reply(self._one(call))

    async def change(self, call: Call) -> Reply:
        """Change one command."""
        old = self._one(call)
        new = {key: value for key, value in old.items() if key not in ("id", "version")} | call.form
        check_commands([new], prefix=False)
        made = self._made(call, new, old)
        self._place(call)[int(made["id"])] = made
        self._changed()
        return Reply(made)

    async def delete(self, call: Call) -> Reply:
        """Delete one command."""
        self._place(call).pop(int(self._one(call)["id"]))
        self._changed()
        return EMPTY

    def _one(self, call: Call) -> Json:
        found = self._place(call).get(call.number("command_id"))
        if found is None:
            raise DiscordError(10063)
        return found

    def _place(self, call: Call) -> dict[int, Json]:
        if call.number("application_id") != self._world.bot.id:
            raise DiscordError(20012, status=403, text="You are not authorized to use this application")
        if "guild_id" not in call.path:
            return self._commands[None]
        guild = self._world.guilds.get(call.number("guild_id"))
        if guild is None or not guild.bot_member:
            raise DiscordError(50001)
        return self._commands.setdefault(guild.id, {})

    def _count(self, call: Call, new: int) -> None:
        place = call.number("guild_id") if "guild_id" in call.path else None
        today = [when for when in self._created.get(place, []) if when > self._clock.now() - 86_400]
        if len(today) + new > self._settings.command_creations_a_day:
            raise DiscordError(30034)
        self._created[place] = today + [self._clock.now()] * new

    def _changed(self) -> None:
        for watcher in tuple(self._watchers):
            watcher()

    def _made(self, call: Call, asked: Json, old: Json | None) -> Json:
        place = {"guild_id": call.path["guild_id"]} if "guild_id" in call.path else {}
        permissions = asked.get("default_member_permissions")
        made: Json = {
            "id": old["id"] if old else str(self._world.new_id()),
            "application_id": str(self._world.bot.id),
            "version": str(self._world.new_id()),
            "type": asked.get("type") or 1,
            "name": asked["name"],
            "name_localizations": asked.get("name_localizations"),
            "description": asked.get("description") or "",
            "description_localizations": asked.get("description_localizations"),
            "default_member_permissions": None if permissions is None else str(permissions),
            "dm_permission": asked.get("dm_permission", True) is not False,
            "contexts": asked.get("contexts"),
            "integration_types": asked.get("integration_types") or [0],
            "nsfw": bool(asked.get("nsfw")),
        }
        if asked.get("options"):
            made["options"] = [_option(one) for one in asked["options"]]
        return made | place


def _option(asked: Json) -> Json:
    stored = {"type": asked["type"], "name": asked["name"], "description": asked["description"]}
    stored |= {key: asked[key] for key in _OPTION_KEYS if asked.get(key) not in (None, [])}
    if asked.get("options"):
        stored["options"] = [_option(one) for one in asked["options"]]
    return stored
