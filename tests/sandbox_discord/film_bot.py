"""A tiny bot on the real discord.py, so that the stand-in is proven against the library and not against itself."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO
from typing import Any

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from sandbox.discord import DiscordStandIn

Handler = Callable[[discord.Interaction, dict[str, Any]], Awaitable[None]]
FOOTAGE = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 8


class Card(discord.ui.LayoutView):
    """A card as bots make them: text, buttons, and a film when there is one."""

    def __init__(self, text: str, *, film: str | None = None, custom_id: str = "again") -> None:
        super().__init__(timeout=None)
        box: discord.ui.Container = discord.ui.Container(discord.ui.TextDisplay(text))
        if film is not None:
            box.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem(film)))
        row: discord.ui.ActionRow = discord.ui.ActionRow()
        row.add_item(discord.ui.Button(label="Again", custom_id=custom_id))
        box.add_item(row)
        self.add_item(box)


def film(name: str = "clip.mp4") -> discord.File:
    """Return a fresh file."""
    return discord.File(BytesIO(FOOTAGE), filename=name)


class FilmBot(discord.AutoShardedClient):
    """Hands /video, every pressed button and every form to handlers that a test puts in."""

    def __init__(self, intents: discord.Intents, trace: aiohttp.TraceConfig | None = None) -> None:
        super().__init__(
            intents=intents,
            http_trace=trace or aiohttp.TraceConfig(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.tree = app_commands.CommandTree(self)
        self.on_video: Handler | None = None
        self.on_other: Callable[[discord.Interaction], Awaitable[None]] | None = None
        self.raised: list[BaseException] = []
        self.tree.add_command(_video_command(self))

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        commands = (discord.InteractionType.application_command, discord.InteractionType.autocomplete)
        if interaction.type not in commands and self.on_other is not None:
            await self.on_other(interaction)

    async def on_error(self, event: str, *args: Any, **more: Any) -> None:
        raise AssertionError(f"{event} raised")


def _video_command(bot: FilmBot) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="video", description="Make a video")
    @app_commands.describe(prompt="What to show", image="First frame", duration="Seconds")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def video(
        interaction: discord.Interaction,
        prompt: app_commands.Range[str, 1, 6000],
        image: discord.Attachment | None = None,
        duration: app_commands.Range[int, 4, 15] = 5,
        job: str | None = None,
    ) -> None:
        assert bot.on_video is not None
        await bot.on_video(interaction, {"prompt": prompt, "image": image, "duration": duration, "job": job})

    @video.autocomplete("job")
    async def jobs(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"job {current}", value=f"#{current}")]

    return video


@contextlib.asynccontextmanager
async def running(
    stand_in: DiscordStandIn, trace: aiohttp.TraceConfig | None = None, *, intents: discord.Intents | None = None
) -> AsyncIterator[FilmBot]:
    """Run the bot against a stand-in until the block ends."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = f"{stand_in.url}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(stand_in.gateway.url)
    bot = FilmBot(intents or discord.Intents.none(), trace)
    task = asyncio.create_task(bot.start(stand_in.token))
    try:
        ready = asyncio.create_task(stand_in.wait_online())
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            ready.cancel()
            task.result()
        yield bot
    finally:
        await bot.close()
        await asyncio.gather(task, return_exceptions=True)
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway
