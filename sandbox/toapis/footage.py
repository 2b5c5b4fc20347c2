"""Make real H.264 clips for requests: in processes of low priority, a few at a time, each request once."""

import asyncio
import hashlib
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from sandbox.film.order import Order
from sandbox.toapis.ffmpeg import ffmpeg
from sandbox.toapis.media import Kind, Role, Seen
from sandbox.toapis.operations import source_of
from sandbox.toapis.request import GenerationRequest, Operation
from sandbox.toapis.settings import ProviderSettings

log = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[2]
_ANY = "Any prompt"


class FootageBroken(Exception):
    """A clip could not be made; ffmpeg's own words."""


class Footage:
    """Clips on disk by request, made in the background.

    Args:
        folder: where clips are kept, and found again under the same settings; made when missing.
        settings: size, font, and how many at once for how long.
    """

    def __init__(self, folder: Path, settings: ProviderSettings) -> None:
        self._folder = folder
        self._settings = settings
        self._turns = asyncio.Semaphore(settings.renders)
        self._made: dict[str, asyncio.Task[Path]] = {}

    def start(self, request: GenerationRequest, seen: Sequence[Seen], min_bytes: int) -> asyncio.Task[Path]:
        """Return the making of the request's clip, begun now or long done; it ends in the file's path.

        `seen` is what is behind the request's media, in their order.
        """
        key = f"{_key(request, seen, min_bytes)}.{request.output_format}"
        making = self._made.get(key)
        if making is None or (making.done() and (making.cancelled() or making.exception() is not None)):
            shared = self._settings.one_film and not seen and request.prompt != _ANY
            if request.output_format == "mov":
                work = self._as_mov(key, request, seen, min_bytes)
            else:
                work = self._stamp(key, request, min_bytes) if shared else self._make(key, request, seen, min_bytes)
            making = asyncio.create_task(work, name=f"footage {key}")
            making.add_done_callback(_say_what_broke)
            self._made[key] = making
        return making

    async def last_frame(self, clip: Path) -> Path:
        """Return the last picture of a finished clip, a JPEG beside it. Raises FootageBroken."""
        picture = clip.with_suffix(".jpg")
        async with self._turns:
            if not await asyncio.to_thread(picture.exists):
                command = (ffmpeg(), "-v", "error", "-nostdin", "-y", "-sseof", "-0.5", "-i", str(clip))
                await _run((*command, "-update", "1", "-q:v", "3", str(picture)), self._settings.render_seconds)
        return picture

    async def close(self) -> None:
        """Stop whatever is being made."""
        for making in self._made.values():
            making.cancel()
        await asyncio.gather(*self._made.values(), return_exceptions=True)

    async def _make(self, key: str, request: GenerationRequest, seen: Sequence[Seen], min_bytes: int) -> Path:
        clip = self._folder / key
        if await asyncio.to_thread(clip.exists):
            return clip
        async with self._turns:
            work = Path(await asyncio.to_thread(self._workplace))
            try:
                order = self._order(request, seen, work, min_bytes)
                await asyncio.to_thread(_write_down, order, work / "order.json")
                await _run(
                    (sys.executable, "-m", "sandbox.film.paint", str(work / "order.json")),
                    self._settings.render_seconds,
                )
                await asyncio.to_thread(_keep, work / "clip.mp4", clip, min_bytes)
            finally:
                await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)
        return clip

    def _order(self, request: GenerationRequest, seen: Sequence[Seen], work: Path, min_bytes: int) -> Order:
        plain = request.operation is Operation.GENERATE
        source = None if plain else source_of(seen)
        shape = source.size if source else next((one.size for one in seen if one.kind is Kind.IMAGE), None)
        width, height = request.size(shape, self._settings.size_scale)
        frames = {medium.role: str(one.picture) for medium, one in zip(request.media, seen, strict=True)}
        return Order(
            prompt=request.prompt,
            label=f"{request.model.replace('-', ' ').upper()} · {request.duration} S · {request.ratio}",
            width=width,
            height=height,
            seconds=request.duration,
            source=str(source.file.path) if source else "",
            head=source.seconds if source and request.operation is Operation.EXTEND else 0.0,
            folder=str(work),
            out=str(work / "clip.mp4"),
            ffmpeg=ffmpeg(),
            image=frames.get(Role.FIRST_FRAME, ""),
            last=frames.get(Role.LAST_FRAME, ""),
            references=tuple(_references(request, seen)) if plain else (),
            font=self._settings.font,
            audio=request.audio,
            min_bytes=min_bytes,
        )

    async def _stamp(self, key: str, request: GenerationRequest, min_bytes: int) -> Path:
        """Give the film that all requests of this form share a box with the prompt at its end."""
        film = await asyncio.shield(self.start(replace(request, prompt=_ANY), (), min_bytes))
        clip = self._folder / key
        await asyncio.to_thread(_copy_with_box, film, clip, request.prompt.encode("utf-8", "surrogatepass"))
        return clip

    async def _as_mov(self, key: str, request: GenerationRequest, seen: Sequence[Seen], min_bytes: int) -> Path:
        """Put the same film into a QuickTime file, its streams as they are."""
        film = await asyncio.shield(self.start(replace(request, output_format="mp4"), seen, min_bytes))
        clip = self._folder / key
        if not await asyncio.to_thread(clip.exists):
            command = (ffmpeg(), "-v", "error", "-nostdin", "-y", "-i", str(film), "-c", "copy")
            await _run((*command, "-movflags", "+faststart", "-f", "mov", str(clip)), self._settings.render_seconds)
        return clip

    def _workplace(self) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        return tempfile.mkdtemp(dir=self._folder, prefix="making-")


def _key(request: GenerationRequest, seen: Sequence[Seen], min_bytes: int) -> str:
    digest = hashlib.sha256()
    of_all = request.prompt, request.model, request.duration, request.ratio, request.resolution, request.audio
    shown = of_all if request.operation is Operation.GENERATE else (*of_all, str(request.operation))
    media = [(str(medium.role), one.file.sha256) for medium, one in zip(request.media, seen, strict=True)]
    digest.update(repr((shown, media, min_bytes)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:24]


def _references(request: GenerationRequest, seen: Sequence[Seen]) -> Iterator[tuple[str, str]]:
    """Yield label and picture of each reference, numbered as prompts name them: "image 1", "video 1", "audio 1"."""
    numbers: Counter[Kind] = Counter()
    for medium, one in zip(request.media, seen, strict=True):
        if medium.role.is_reference:
            numbers[one.kind] += 1
            yield f"{one.kind} {numbers[one.kind]}", str(one.picture)


def _write_down(order: Order, path: Path) -> None:
    path.write_text(json.dumps(asdict(order)), encoding="utf-8")


def _keep(made: Path, clip: Path, min_bytes: int) -> None:
    """Move the clip to its place, filled up with an empty MP4 box where it is still too small."""
    lacking = min_bytes - made.stat().st_size
    if lacking > 0:
        with made.open("ab") as file:
            file.write(_box(bytes(max(0, lacking - 8))))
    made.replace(clip)


def _copy_with_box(film: Path, clip: Path, content: bytes) -> None:
    clip.write_bytes(film.read_bytes() + _box(content))


def _box(content: bytes) -> bytes:
    """Return an MP4 box that every player passes over."""
    return (8 + len(content)).to_bytes(4, "big") + b"free" + content


async def _run(command: tuple[str, ...], seconds: float) -> None:
    """Run a command; raises FootageBroken when it fails or takes longer than `seconds`."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=_ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(seconds):
            _, said = await process.communicate()
    except TimeoutError:
        raise FootageBroken(f"ffmpeg took longer than {seconds:g} s") from None
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode != 0:
        raise FootageBroken(said.decode("utf-8", "replace")[-500:])


def _say_what_broke(making: "asyncio.Task[Path]") -> None:
    if not making.cancelled() and making.exception() is not None:
        log.error("footage: %s", making.exception())
