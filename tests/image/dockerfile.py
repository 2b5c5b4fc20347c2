"""A Dockerfile read as Docker reads it, as far as this project's goes, and the build context it may copy from."""

import json
import re
import shutil
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath


@dataclass(frozen=True)
class Step:
    """One instruction: its word in capitals and its text."""

    word: str
    text: str

    @property
    def exec_form(self) -> list[str] | None:
        """Return the list of an exec form, and None for a shell's line."""
        found = re.search(r"(?:^|CMD )(\[.*\])$", self.text)
        return json.loads(found[1]) if found else None


def steps(text: str) -> list[Step]:
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#")).replace("\\\n", " ")
    parts = (line.strip().partition(" ") for line in lines.splitlines() if line.strip())
    return [Step(word.upper(), rest.strip()) for word, _, rest in parts]


def is_let_through(dockerignore: str, path: PurePosixPath) -> bool:
    """Tell whether a file of the project reaches the build: the last pattern that matches decides."""
    through = True
    for line in dockerignore.splitlines():
        pattern = line.strip()
        if pattern and not pattern.startswith("#") and _matches(pattern.removeprefix("!"), path):
            through = pattern.startswith("!")
    return through


def _matches(pattern: str, path: PurePosixPath) -> bool:
    """Match a path or a folder above it; `*` stays inside a name and `**/` stands for any folders."""
    wanted = pattern.strip("/").split("/")
    for end in range(1, len(path.parts) + 1):
        parts = path.parts[:end]
        if wanted[0] == "**":
            parts, names = parts[-len(wanted[1:]) :], wanted[1:]
        else:
            names = wanted
        if len(parts) == len(names) and all(map(fnmatchcase, parts, names)):
            return True
    return False


def copy(step: Step, context: Path, workdir: Path) -> None:
    """Do what COPY does, into a folder that stands for the image's working directory."""
    *origins, target = step.text.split()
    ignored = (context / ".dockerignore").read_text(encoding="utf-8")
    for origin in origins:
        files = [context / origin] if (context / origin).is_file() else sorted((context / origin).rglob("*"))
        through = [file for file in files if file.is_file() and is_let_through(ignored, _below(file, context))]
        assert through, f"COPY {origin}: nothing is let through by .dockerignore"
        for file in through:
            place = workdir / target / (file.name if file == context / origin else file.relative_to(context / origin))
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)


def _below(file: Path, context: Path) -> PurePosixPath:
    return PurePosixPath(file.relative_to(context).as_posix())
