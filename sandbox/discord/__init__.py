"""Stand-in for Discord: gateway v10, REST, CDN and a member's page, on one port of this machine.

`DiscordStandIn` is what a bot talks to; `member(...)` gives what a person does there. `world` is what exists and may be
changed by a test; `clock` may be moved; `ledger` has everything that happened.
"""

from sandbox.discord.errors import DiscordError, DiscordRefused
from sandbox.discord.member import Member
from sandbox.discord.page import Control
from sandbox.discord.settings import Settings
from sandbox.discord.standin import DiscordStandIn
from sandbox.discord.uploads import Upload
from sandbox.discord.use import Use
from sandbox.discord.views import Message
from sandbox.discord.world import World

__all__ = [
    "Control",
    "DiscordError",
    "DiscordRefused",
    "DiscordStandIn",
    "Member",
    "Message",
    "Settings",
    "Upload",
    "Use",
    "World",
]
