"""`check --live` and `check --spend`: a few real calls to the real services, each with what was answered."""

import asyncio
import io
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import discord
from discord.ui import Container, LayoutView, MediaGallery, TextDisplay

from bot.client import SeedreelClient
from bot.clock import ScaledClock
from bot.config import Settings
from bot.console import say
from bot.discord_limits import FILE_TOO_LARGE, USUAL_FILE_LIMIT
from bot.domain.clip_errors import ClipError
from bot.domain.errors import SubmitError, SubmitUnclear
from bot.domain.ids import new_job_id
from bot.domain.job import Job
from bot.domain.models import Dialect, Model, Ratio, Resolution
from bot.domain.progress import Silence, Snapshot, TaskStatus
from bot.domain.reply import Reply
from bot.domain.request import VideoRequest
from bot.domain.self_test import TriedForm
from bot.finding import Finding
from bot.log_lines import counted
from bot.media.disk_media import DiskMedia
from bot.media.probe import SAMPLE
from bot.replies.api_errors import API_ERRORS
from bot.replies.discord_api import DiscordApi
from bot.replies.messages import Body, Messages
from bot.replies.self_test import SelfTest
from bot.toapis.model_table import catalogue
from bot.toapis.provider import ToapisProvider

_NAME: Final = "seedreel-check.mp4"
_STEP_SECONDS: Final = 120.0
_TOO_LARGE: Final = USUAL_FILE_LIMIT + 512 * 1024
_PERMISSION: Final = "Check the bot's permissions in that channel. If they are fine, report it: see docs/recording.md."
_NETWORK: Final = "If it keeps happening, report it: see docs/recording.md."
_NOWHERE: Final = Reply(0, 0, None, None, None, 0.0, private=True, bot_reaches=False, limit=0)
_PROMPT: Final = "A small red paper boat drifts on calm water."
_CHEAPEST: Final = (Model.SEEDANCE_2_MINI, Model.SEEDANCE_2_FAST, Model.SEEDANCE_2)
# Longer than any video takes, in scaled seconds.
_MAX_SECONDS: Final = 3600.0


def live(channel_id: int) -> Callable[[Settings], AsyncIterator[Finding]]:
    """Look, as the bot and in that channel, at its own messages in every form; they are deleted at the end."""

    async def look(settings: Settings) -> AsyncIterator[Finding]:
        async with SeedreelClient(settings.discord_api_url, _nothing) as client:
            try:
                async with asyncio.timeout(_STEP_SECONDS):
                    await client.login(settings.discord_token.reveal())
            except API_ERRORS as error:
                yield Finding(False, f"Discord can't be reached ({_answer(error)})", "Fix what is wrong above first.")
                return
            async for finding in _forms(client, channel_id, ScaledClock(settings.time_scale)):
                yield finding

    return look


async def _forms(client: discord.Client, channel_id: int, clock: ScaledClock) -> AsyncIterator[Finding]:
    """Try the bot's own messages as `/admin self-test` does, and a file that is too large; take them away again."""
    api = DiscordApi(client, clock)
    test = SelfTest.in_english(api, clock, SAMPLE)
    reply = replace(_NOWHERE, channel_id=channel_id, private=False, bot_reaches=True)
    made: list[int] = []
    async for tried in test.as_bot(test.begin(reply, client.user.id if client.user else 0, 0)):
        yield _finding(tried)
        if tried.message_id is not None and tried.message_id not in made:
            made.append(tried.message_id)
    if made:
        yield await _too_large(api.messages, channel_id, made[0])
        yield _finding(await test.delete(channel_id, tuple(made)))


def _finding(tried: TriedForm) -> Finding:
    if tried.problem:
        return Finding(False, f"{tried.form}: Discord answered {tried.problem}"[:300], _PERMISSION)
    shown = "" if tried.message_id is None else f", message {tried.message_id}"
    return Finding(True, f"{tried.form}: Discord accepted it{shown}")


async def _too_large(messages: Messages, channel_id: int, message_id: int) -> Finding:
    name = f"Send a file that is too large ({_TOO_LARGE / 1024 / 1024:g} MB)"

    async def call() -> discord.Message:
        file = discord.File(io.BytesIO(bytes(_TOO_LARGE)), filename=_NAME)
        return await messages.edit_as_bot(channel_id, message_id, Body(_gallery(), (file,)))

    try:
        async with asyncio.timeout(_STEP_SECONDS):
            await call()
    except discord.HTTPException as error:
        known = error.status == 413 or error.code in FILE_TOO_LARGE
        return Finding(known, f"{name}: Discord answered {_answer(error)}", "Please report it: see docs/recording.md.")
    except API_ERRORS as error:
        return Finding(False, f"{name}: no answer ({type(error).__name__})", "Check the network.")
    return Finding(True, f"{name}: Discord accepted it; this server allows larger files")


def _gallery() -> LayoutView:
    box: Container[LayoutView] = Container(TextDisplay("With a video"))
    box.add_item(MediaGallery(discord.MediaGalleryItem(f"attachment://{_NAME}")))
    return LayoutView(timeout=None).add_item(box)


def _answer(error: BaseException) -> str:
    if isinstance(error, discord.HTTPException):
        text = error.text if error.response.content_type == "application/json" else "a web page instead of JSON"
        return f"{error.status}/{error.code} {text}"[:300]
    return type(error).__name__


async def _nothing() -> None:
    """Prepare nothing: no gateway is needed."""


async def spend(settings: Settings) -> AsyncIterator[Finding]:
    """Make one cheapest video at the provider, after asking; nothing is posted in Discord."""
    key, clock = settings.toapis_api_key.reveal(), ScaledClock(settings.time_scale)
    async with ToapisProvider(settings.toapis_base_url, key, settings.toapis_dialect, clock) as provider:
        request = _cheapest(await provider.choose_dialect())
        say(f"This makes one real video, which costs credits: {request.model}, {request.duration} s, {_size(request)}.")
        if not await asyncio.to_thread(_agreed):
            yield Finding(True, "Nothing was sent, so this cost nothing")
            return
        yield Finding(True, f"Credits before: {await provider.balance()}")
        now = clock.now()
        job = Job(new_job_id(), 0, 0, request, _NOWHERE, created=now, changed=now, submitted=now)
        try:
            task_id = await provider.submit(job)
        except SubmitError as error:
            unclear = " This may have cost credits." if isinstance(error, SubmitUnclear) else ""
            yield Finding(False, f"Send: not accepted ({error})", _NETWORK + unclear)
            yield Finding(True, f"Credits after: {await provider.balance()}")
            return
        yield Finding(True, f"Send: the provider accepted it as task {task_id}")
        async for finding in _made(provider, replace(job, task_id=task_id), settings):
            yield finding
        yield Finding(True, f"Credits after: {await provider.balance()}")


async def _made(provider: ToapisProvider, job: Job, settings: Settings) -> AsyncIterator[Finding]:
    answers, last = 0, None
    try:
        async with asyncio.timeout(_MAX_SECONDS / settings.time_scale):
            async for answer in provider.follow(job):
                answers += 1
                last = answer
    except TimeoutError:
        yield Finding(False, f"Progress: not finished after {counted(answers, 'answer')}, task {job.task_id}", _NETWORK)
        return
    done = isinstance(last, Snapshot) and last.status is TaskStatus.COMPLETED
    yield Finding(done, f"Progress: {counted(answers, 'answer')}, the last one: {_described(last)}", _NETWORK)
    if not (done and isinstance(last, Snapshot) and last.clip_url):
        return
    with tempfile.TemporaryDirectory(prefix="seedreel-check-") as folder:
        async with DiskMedia(Path(folder), settings.media_allow_hosts) as media:
            try:
                size = await media.fetch_clip(last.clip_url, job.id)
            except (ClipError, OSError) as error:
                yield Finding(False, f"Download: {error}", _NETWORK)
                return
    yield Finding(True, f"Download: {size:,} bytes, and it plays")
    yield Finding(size <= USUAL_FILE_LIMIT, f"Delivery: {size:,} bytes", "The bot makes it smaller before it posts it.")


def _described(last: Snapshot | Silence | None) -> str:
    return f"{last.status} {last.provider_message}".strip() if isinstance(last, Snapshot) else "no answer"


def _cheapest(dialect: Dialect) -> VideoRequest:
    available = catalogue(dialect).capabilities
    model = next(model for model in _CHEAPEST if model in available)
    capability = available[model]
    resolution = Resolution.P480 if Resolution.P480 in capability.resolutions else None
    return VideoRequest(_PROMPT, model, capability.min_seconds, Ratio.WIDE, resolution=resolution)


def _size(request: VideoRequest) -> str:
    return str(request.resolution or "the provider's own resolution")


def _agreed() -> bool:
    say("Type yes to continue:")
    return sys.stdin.readline().strip().lower() == "yes"
