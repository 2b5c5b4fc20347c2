"""A bare discord.py client, as a yardstick: its `/video` only defers. Run by `python -m bench.bare_client`.

It reads DISCORD_TOKEN and DISCORD_API_URL as the bot does, begins as many shards as Discord recommends, with no intents
and no caches, and runs until it is killed.
"""

import os

import discord
from discord import app_commands
from discord.http import Route


def _client() -> discord.AutoShardedClient:
    client = discord.AutoShardedClient(
        intents=discord.Intents.none(),
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
        max_messages=None,
        guild_ready_timeout=0.0,
    )
    tree = app_commands.CommandTree(client)

    @tree.command(name="video", description="Make a video")
    async def _video(interaction: discord.Interaction, prompt: str, duration: int = 5) -> None:  # noqa: ARG001
        await interaction.response.defer(thinking=True)

    return client


def main() -> None:
    """Run it."""
    Route.BASE = os.environ["DISCORD_API_URL"]
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    _client().run(os.environ["DISCORD_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
