"""What becomes of media files from elsewhere: `python -m bench.media FOLDER...`.

Each file of the folders that is named like a picture, a sound or a video, each content once, is offered as Discord
would offer it: as a reference, and as a first frame. Prints a table of what was taken as it is, converted, or refused
with which sentence, and every exception, which ends it with 1. `--list` prints a line for each file too.
"""

import argparse
import asyncio
import hashlib
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.domain.errors import Problem, Refusal
from bot.domain.media import AttachmentInput, Role, StoredFile
from bot.domain.media_problems import AudioAlone
from bot.domain.models import Dialect, Model
from bot.domain.rules import assign, broken_rules
from bot.media.disk_media import DiskMedia
from bot.toapis.model_table import catalogue
from bot.ui.language import Languages
from bot.ui.problem_texts import problem_text

_SUFFIXES = """
jpg jpeg jpe jfif png apng webp gif tif tiff bmp dib heic heif hif avif jp2 j2k jxl ico icns psd ppm pgm pbm qoi dds tga
pcx sgi xbm xpm svg eps cr2 nef dng mp4 m4v mov webm mkv avi 3gp mpg mpeg ogv wmv flv mp3 wav m4a aac ogg oga opus flac
wma aif aiff au mid amr
"""
SUFFIXES = frozenset(f".{word}" for word in _SUFFIXES.split())
ABLE = catalogue(Dialect.VIDEOS).capabilities[Model.SEEDANCE_2]
ROLES = (None, Role.FIRST_FRAME)
_AT_ONCE = 2


@dataclass(frozen=True)
class Outcome:
    """What became of one file in one role: "taken", "converted", "refused" or "exception", and how."""

    what: str
    how: str


def found_in(folders: Iterable[Path]) -> Iterator[Path]:
    """List the media files in folders, each content once."""
    seen = set()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in SUFFIXES and path.is_file():
                digest = hashlib.sha256(path.read_bytes()).digest()
                if digest not in seen:
                    seen.add(digest)
                    yield path


async def try_all(files: Sequence[Path]) -> dict[tuple[Path, Role | None], Outcome]:
    """Offer every file in every role, from a server of our own."""
    outcomes = {}
    turn = asyncio.Semaphore(_AT_ONCE)
    with tempfile.TemporaryDirectory() as data:
        async with DiskMedia(Path(data), frozenset({"127.0.0.1"})) as media:
            runner = web.AppRunner(_serving(files), access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}"

            async def catalogue(number: int, role: Role | None) -> None:
                path = files[number]
                attachment = AttachmentInput(f"{url}/{number}", path.name, path.stat().st_size, role, "file")
                async with turn:
                    outcomes[path, role] = await _outcome(media, attachment)

            await asyncio.gather(*(catalogue(number, role) for number in range(len(files)) for role in ROLES))
            await runner.cleanup()
    return outcomes


def _serving(files: Sequence[Path]) -> web.Application:
    async def serve(request: web.Request) -> web.StreamResponse:
        return web.FileResponse(files[int(request.match_info["number"])])

    app = web.Application()
    app.router.add_get("/{number}", serve)
    return app


async def _outcome(media: DiskMedia, attachment: AttachmentInput) -> Outcome:
    problems: list[Problem] = []
    stored = None
    try:
        stored = await media.keep(attachment, ABLE)
        media.release([stored])
        judged = broken_rules([assign("file", stored, attachment.role)], ABLE)
        problems += [problem for problem in judged if not isinstance(problem, AudioAlone)]
    except Refusal as refused:
        problems += refused.problems
    except Exception as error:  # noqa: BLE001 - what this is looking for
        return Outcome("exception", f"{type(error).__name__}: {error}")
    if stored is None or problems:
        return Outcome("refused", " ".join(_general(problem) for problem in problems))
    return _sent(stored)


def _general(problem: Problem) -> str:
    """Tell a sentence by its kind, and what it says of formats; its numbers are the file's own."""
    provider_message = problem_text(Languages.read().english, problem)
    return f"{type(problem).__name__}: {provider_message}"


def _sent(stored: StoredFile) -> Outcome:
    given = stored.original
    if given is None:
        return Outcome("taken", stored.format.name)
    sides = "" if (given.width, given.height) == (stored.width, stored.height) else ", other sides"
    return Outcome("converted", f"{given.name} → {stored.format.name}{', upright' if given.turned else ''}{sides}")


def table(outcomes: dict[tuple[Path, Role | None], Outcome]) -> str:
    """Count outcomes, as Markdown."""
    lines = ["| as | result | how | files |", "|---|---|---|---|"]
    for role in ROLES:
        counted = Counter(
            (each.what, each.how.split(": ")[0] if each.what == "refused" else each.how)
            for (_, own), each in outcomes.items()
            if own is role
        )
        name = role.value.replace("_", " ") if role else "a reference"
        order = ("taken", "converted", "refused", "exception")
        rows = sorted(counted.items(), key=lambda row: (order.index(row[0][0]), -row[1], row[0][1]))
        lines += [f"| {name} | {what} | {how} | {count} |" for (what, how), count in rows]
    return "\n".join(lines)


def main() -> int:
    """Run it; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--list", action="store_true", help="print a line for each file too")
    given = parser.parse_args()
    files = list(found_in(given.folders))
    outcomes = asyncio.run(try_all(files))
    wrong = [(path, each) for (path, _), each in outcomes.items() if each.what == "exception"]
    for (path, role), each in sorted(outcomes.items(), key=str) if given.list else ():
        print(f"{path}\t{role or 'reference'}\t{each.what}\t{each.how}")
    for path, each in wrong:
        print(f"{path}: {each.how}")
    print(f"{len(files)} files\n\n{table(outcomes)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
