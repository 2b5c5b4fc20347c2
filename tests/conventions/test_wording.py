"""No phrase of the bot's first, stilted English comes back: in the catalogue, the documents or the demo's page."""

import re
from pathlib import Path

import pytest

from bot.ui.language import LOCALES, SOURCE, forms
from tests.conventions.catalogue import messages, texts
from tests.conventions.source import PRODUCT, ROOT, sources, told, write

# What people said in its place is in the catalogue.
PHRASES = (
    "keep me from taking", "taking this on", "whatever its", "exclude each other", "cannot go alone", "goes alone",
    "go along", "goes along", "to go by", "needs a first one", "each side must have", "please scale", "its width must",
    "read to its end", "of that name is open", "open to you", "no such job", "job of yours", "prompt of yours",
    "asset of yours", "character of yours", "asked for on", "to mend", "to be copied",
    "this is what you wrote", "until in", "starts by itself", "the provider has it", "expected in",
    "the provider tried", "could not make it", "make it once more", "nothing was counted", "who runs me", "if it stays",
    "another word", "give me the clip", "bring it here", "make it anew", "anew", "width to height",
    "left out;", "if left out", "a sound", "sounds", "the last picture", "that makes a similar", "hand out",
    "it is made", "looks at it", "nobody's real face", "how they stand", "how it stands", "really remove", "you say:",
    "it dies", "dies in", "settings to mend", "names no dialect", "names no level", "is no setting",
    "does no harm", "no harm", "taken up again",
    "farewell", "turned down", "said beside", "mend", "mends", "mended", "mending", "hands out",
    "handed out", "1 jobs", "the person who runs", "nobody's real",
)  # fmt: skip
# Members read of videos, images and a video service; these words are for logs, code and operators.
NOT_FOR_MEMBERS = ("provider", "job", "jobs", "clip", "clips", "picture", "pictures", "dialect")
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", ".env.example", "docs/*.md", "deploy/*")
# What was released is told as it was told then.
RELEASED = "## [0.3.0]"
PAGES = ("sandbox/discord/page/*.js", "sandbox/discord/page/*.html", "bot/demo.py", "sandbox/toapis/person_pages.py")
# A record of what was once shown word for word.
RECORDS = {"docs/consent.md"}


def found(text: str, phrases: tuple[str, ...]) -> list[str]:
    low = re.sub(r"\s+", " ", text.lower())
    return [phrase for phrase in phrases if re.search(rf"(?<![\w-]){re.escape(phrase)}(?![\w-])", low)]


def catalogue_offences(path: Path) -> list[str]:
    return [
        f"{path.name}: {name}: {phrase!r} is nothing that people would say here"
        for name, message in messages(path).items()
        for text in forms(message)
        for phrase in found(re.sub(r"\{[^{}]*\}", "", text), PHRASES + NOT_FOR_MEMBERS)
    ]


def document_offences(root: Path) -> list[str]:
    files = [
        (path, path.read_text(encoding="utf-8").partition(RELEASED)[0])
        for glob in DOCUMENTS
        for path in sorted(root.glob(glob))
    ]
    files += [(path, _shown(path)) for glob in PAGES for path in sorted(root.glob(glob))]
    return [
        f"{path.relative_to(root)}: {phrase!r} is nothing that people would say"
        for path, text in files
        if str(path.relative_to(root)) not in RECORDS
        for phrase in found(text, PHRASES)
    ]


def _shown(path: Path) -> str:
    """Read what a page shows: no comments, no docstrings."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r'//[^\n]*|/\*.*?\*/|#[^\n]*|"""[\s\S]*?"""|<!--.*?-->', "", text, flags=re.DOTALL)


def code_offences(root: Path) -> list[str]:
    """Look at what the code says to operators and in the stand-ins, too: every text of several words but docstrings."""
    return [
        f"{source.path}:{node.lineno}: {phrase!r} is nothing that people would say"
        for source in sources(root, PRODUCT)
        for node in texts(source)
        for phrase in found(node.value, PHRASES)
        if " " in node.value
    ]


def test_the_code_speaks_as_people_do():
    assert not code_offences(ROOT), told(code_offences(ROOT))


def test_the_catalogue_speaks_as_people_do():
    assert not catalogue_offences(LOCALES / f"{SOURCE}.po"), told(catalogue_offences(LOCALES / f"{SOURCE}.po"))


def test_the_documents_and_the_demo_speak_as_people_do():
    assert not document_offences(ROOT), told(document_offences(ROOT))


@pytest.mark.parametrize(
    "phrase", ["Give me the clip", "Width to\n height", "Please MEND it.", "The provider has it and will start."]
)
def test_a_phrase_is_found_in_the_catalogue(tmp_path, phrase):
    text = phrase.replace("\n", "\\n")
    po = write(
        tmp_path,
        "en.po",
        f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "a.b"\nmsgstr "{text}"\n',
    )
    assert catalogue_offences(po / "en.po")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "An image, a video or a sound\nto go by"),
        ("docs/page.md", "3 settings to mend"),
        ("sandbox/discord/page/app.js", 'el("p", {}, "Make it anew")'),
        ("bot/demo.py", 'Control("restart", "No farewell, then a new start.")'),
    ],
)
def test_a_phrase_is_found_in_a_document_or_a_page(tmp_path, path, text):
    offences = document_offences(write(tmp_path, path, text))
    assert offences
    assert all(offence.startswith(f"{path}: ") for offence in offences)


def test_a_phrase_is_found_in_the_code(tmp_path):
    text = '"""Make it anew."""\nlog.info("Taken up again: %d", count)\n'
    (offence,) = code_offences(write(tmp_path, "bot/sample.py", text))
    assert offence.startswith("bot/sample.py:2: 'taken up again'")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("sandbox/discord/page/app.js", "// A message that came anew.\nshow()"),
        ("bot/demo.py", '"""Make it anew."""\nx = 1  # anew'),
        ("docs/consent.md", "By pressing **I agree** you say:"),
        ("README.md", "Recommended, all of yours, renew."),
    ],
)
def test_other_words_and_what_nobody_reads_are_fine(tmp_path, path, text):
    assert document_offences(write(tmp_path, path, text)) == []
