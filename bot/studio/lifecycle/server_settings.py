"""What the managers of a server set for it: when media are covered, and where its log is posted."""

import json
import logging
from collections.abc import Mapping
from typing import Any, Final

from bot.domain.audit import Change
from bot.domain.reply import Reply
from bot.domain.server_settings import LogChannel, ServerSettings, Spoilers
from bot.domain.shares import OtherChannel
from bot.studio.lifecycle.remembered import Remembered
from bot.studio.ports import Clock
from bot.studio.ports.stores import ServerSettingsStore

log = logging.getLogger(__name__)

# Stored: these words stay as they are.
_SPOILERS: Final = "spoilers"
_LOG_CHANNEL: Final = "log-channel"
_LOG_CLOSED: Final = "log-closed"
_SHOWCASE: Final = "showcase-channel"


class ServerSettingsService:
    """Remembers them until they change, which is done here, or told by `changed`, and written down with who did it."""

    def __init__(self, store: ServerSettingsStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known = Remembered(self._read)

    async def of(self, guild_id: int) -> ServerSettings:
        """Return the settings of a server; what another version has written there counts as not set."""
        return await self._known.of(guild_id)

    async def _read(self, guild_id: int) -> ServerSettings:
        values = await self._store.of(guild_id)
        try:
            spoilers = Spoilers(values.get(_SPOILERS, Spoilers.NEVER))
            channel = json.loads(values[_LOG_CHANNEL]) if _LOG_CHANNEL in values else None
            log_channel = _log_channel(channel) if channel else None
            showcase = _showcase(guild_id, json.loads(values[_SHOWCASE])) if _SHOWCASE in values else None
            closed = int(values[_LOG_CLOSED]) if _LOG_CLOSED in values else None
        except (ValueError, LookupError, TypeError):
            log.warning("The settings of server %d can't be read by this version; they count as not set.", guild_id)
            return ServerSettings()
        return ServerSettings(spoilers, log_channel, closed, showcase)

    def changed(self, guild_id: int) -> None:
        """Note that another process has changed a server's settings: they are read again."""
        self._known.changed(guild_id)

    def missed_changes(self) -> None:
        """Note that changes of other processes may have been missed: everything is read again."""
        self._known.all_changed()

    async def covers(self, reply: Reply) -> bool:
        """Tell whether what a reply shows is covered until a member clicks on it."""
        if reply.private or reply.guild_id is None:
            return False
        return (await self.of(reply.guild_id)).spoilers.cover_reply(reply)

    def shows_off(self, reply: Reply) -> bool:
        """Tell whether what a reply shows can be shown off, as far as that is known without the database."""
        if reply.private or reply.guild_id is None:
            return False
        known = self._known.known(reply.guild_id)
        return known is not None and known.showcase is not None

    async def set_spoilers(self, guild_id: int, actor_id: int | None, spoilers: Spoilers) -> None:
        """Set when media are covered in a server."""
        before = (await self.of(guild_id)).spoilers
        change = self._change(guild_id, actor_id, _SPOILERS, before.value, spoilers.value)
        await self._put(guild_id, {_SPOILERS: spoilers.value}, change)

    async def set_log_channel(self, guild_id: int, actor_id: int | None, channel: LogChannel | None) -> None:
        """Set where a server's log is posted; None turns it off."""
        before = (await self.of(guild_id)).log_channel
        value = json.dumps(_written(channel)) if channel else None
        was, now = (each.channel_id if each else None for each in (before, channel))
        change = self._change(guild_id, actor_id, _LOG_CHANNEL, was, now)
        await self._put(guild_id, {_LOG_CHANNEL: value, _LOG_CLOSED: None}, change)

    async def set_showcase(self, guild_id: int, actor_id: int | None, channel: OtherChannel | None) -> None:
        """Set where a server's members show their videos off; None: nowhere."""
        before = (await self.of(guild_id)).showcase
        was, now = (each.channel_id if each else None for each in (before, channel))
        change = self._change(guild_id, actor_id, _SHOWCASE, was, now)
        value = None if channel is None else json.dumps({"id": now, "age_restricted": channel.age_restricted})
        await self._put(guild_id, {_SHOWCASE: value}, change)

    async def close_log(self, guild_id: int, channel_id: int) -> None:
        """Turn a server's log off because its channel takes no message any more; its managers read it once."""
        await self._put(guild_id, {_LOG_CHANNEL: None, _LOG_CLOSED: str(channel_id)})

    async def take_closed_log(self, guild_id: int) -> int | None:
        """Return the channel for which the log was turned off, the first time that is asked for; else None."""
        closed = (await self.of(guild_id)).log_closed
        if closed is not None:
            await self._put(guild_id, {_LOG_CLOSED: None})
        return closed

    async def _put(self, guild_id: int, values: Mapping[str, str | None], change: Change | None = None) -> None:
        try:
            await self._store.put(guild_id, values, change)
        finally:
            self._known.changed(guild_id)

    def _change(
        self, guild_id: int, actor_id: int | None, name: str, before: str | int | None, after: str | int | None
    ) -> Change:
        return Change(self._clock.now(), guild_id, actor_id, name, {"before": before, "after": after})


def _showcase(guild_id: int, written: Mapping[str, Any]) -> OtherChannel:
    return OtherChannel(int(written["id"]), age_restricted=bool(written["age_restricted"]), guild_id=guild_id)


def _log_channel(written: Mapping[str, Any]) -> LogChannel:
    return LogChannel(int(written["id"]), bool(written["age_restricted"]), str(written["locale"]))


def _written(channel: LogChannel) -> Mapping[str, Any]:
    return {"id": channel.channel_id, "age_restricted": channel.age_restricted, "locale": channel.locale}
