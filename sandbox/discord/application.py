"""What the bot may ask and change about itself, and what it may ask about the gateway."""

from collections.abc import Callable

from sandbox.discord import shapes
from sandbox.discord.call import Call, Endpoint, Reply
from sandbox.discord.errors import FormErrors
from sandbox.discord.gateway import Gateway
from sandbox.discord.model import Json
from sandbox.discord.world import World

_MAX_DESCRIPTION = 400


class Application:
    """Serve /users/@me, /applications/@me, /oauth2/applications/@me, /gateway and /gateway/bot.

    `shards` are recommended; `changed` is called when the bot's profile says something new.
    """

    def __init__(self, world: World, gateway: Gateway, shards: int, changed: Callable[[], None]) -> None:
        self._world = world
        self._gateway = gateway
        self._shards = shards
        self._changed = changed

    def endpoints(self) -> list[Endpoint]:
        """Return the routes."""
        return [
            Endpoint("GET", "/users/@me", self.me),
            Endpoint("GET", "/applications/@me", self.application),
            Endpoint("PATCH", "/applications/@me", self.change),
            Endpoint("GET", "/oauth2/applications/@me", self.application),
            Endpoint("GET", "/gateway", self.gateway, auth="none"),
            Endpoint("GET", "/gateway/bot", self.gateway_bot),
        ]

    async def me(self, _call: Call) -> Reply:
        """Return the bot's user."""
        return Reply(shapes.user(self._world.bot) | {"mfa_enabled": False, "locale": "en-US", "verified": True})

    async def application(self, _call: Call) -> Reply:
        """Return the application."""
        shape: Json = {
            "id": str(self._world.bot.id),
            "name": self._world.bot.name,
            "icon": None,
            "description": self._world.bot.about,
            "type": None,
            "bot": shapes.user(self._world.bot),
            "bot_public": self._world.bot_public,
            "bot_require_code_grant": False,
            "integration_types_config": {"0": {}, "1": {}},
            "verify_key": "0" * 64,
            "flags": 0,
            "flags_new": "0",
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "owner": shapes.owner(self._world),
            "approximate_guild_count": sum(one.bot_member for one in self._world.guilds.values()),
            "approximate_user_install_count": sum(one.app_installed for one in self._world.users.values()) - 1,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "team": shapes.team(self._world),
            "eligible_oauth2_scopes": [],
        }
        return Reply(shape)

    async def change(self, call: Call) -> Reply:
        """Change what the bot's profile says; Discord's other fields of an application are left as they are.

        Its documentation ("Edit Current Application") says that `description` is text; its OpenAPI description says
        that it is an object with the text as `default`, of 400 characters at most. Both are taken.
        """
        if "description" in call.form:
            given = call.form["description"]
            about = str((given or {}).get("default") if isinstance(given, dict) else given or "")
            form = FormErrors()
            form.length("description", about, 0, _MAX_DESCRIPTION)
            form.raise_if_any()
            self._world.bot.about = about
            self._changed()
        return await self.application(call)

    async def gateway(self, _call: Call) -> Reply:
        """Return where the gateway is."""
        return Reply({"url": self._gateway.url})

    async def gateway_bot(self, _call: Call) -> Reply:
        """Return where the gateway is, and how many sessions may still be started."""
        limit = self._gateway.start_limit()
        return Reply({"url": self._gateway.url, "shards": self._shards, "session_start_limit": limit})
