"""Every sentence that members read stands in the catalogue, under a name that the code uses with the right facts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from bot.ui.language import LOCALES, SOURCE, forms, placeholders
from tests.conventions.catalogue import AREAS, catalogue, messages, named_in, sentences, uses
from tests.conventions.source import ROOT, Source, sources, told, write

SPEAKING = ("bot/ui/", "bot/replies/", "cogs/")
# Texts that look like a sentence, and where nobody reads them.
NEVER_READ = {
    ("bot/replies/api_errors.py", "Via"): "a header",
    ("cogs/conversations.py", "it was answered by another process"): "for the log",
    ("cogs/conversations.py", "it came twice"): "for the log",
    ("cogs/conversations.py", "Discord refused the answer ("): "for the log",
}


def code(root: Path) -> list[Source]:
    return sources(root, ("bot", "cogs"))


def outside(root: Path) -> list[tuple[str, int, str]]:
    """List the sentences that stand in the code: path, line and text."""
    speaking = (source for source in code(root) if str(source.path).startswith(SPEAKING))
    return [(str(source.path), node.lineno, node.value) for source in speaking for node in sentences(source)]


def literal_offences(root: Path) -> list[str]:
    return [
        f"{path}:{line}: {text!r} stands outside the catalogue; move it to bot/ui/locales/en.po"
        for path, line, text in outside(root)
        if (path, text) not in NEVER_READ
    ]


def name_offences(root: Path, english: Path) -> list[str]:
    """List messages that the code names and the catalogue lacks, and the other way round."""
    known, named = messages(english), {}
    for source in code(root):
        for name in named_in(source):
            if name in known or (name.partition(".")[0] in AREAS and str(source.path).startswith(SPEAKING)):
                named.setdefault(name, str(source.path))
    missing = [f"{path}: {name} is not in the catalogue" for name, path in named.items() if name not in known]
    unused = [f"en.po: {name} is said nowhere; remove it" for name in known if name not in named]
    areas = [f"en.po: {name} belongs to no area of {AREAS}" for name in known if name.partition(".")[0] not in AREAS]
    return missing + unused + areas


def fact_offences(root: Path, english: Path) -> list[str]:
    """List calls that give a message other facts than it has places for."""
    known, found = messages(english), []
    for source in code(root):
        for use in uses(source):
            for name in use.names & known.keys():
                wanted = {
                    fact for text in forms(known[name]) for fact in placeholders(text) if not fact.startswith("/")
                }
                wanted |= {"count"} if known[name].pluralizable else set()
                if use.facts is not None and use.facts != wanted:
                    given = ", ".join(sorted(use.facts)) or "nothing"
                    found.append(f"{source.path}:{use.line}: {name} needs {sorted(wanted)} and is given {given}")
    return found


def form_offences(folder: Path) -> list[str]:
    """List what is wrong with the messages of the catalogues themselves."""
    english, found = messages(folder / f"{SOURCE}.po"), []
    for path in sorted(folder.glob("*.po")):
        names = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
        found += [f"{path.name}: {name} stands there twice" for name in {*names} if names.count(name) > 1]
        plurals = catalogue(path).num_plurals
        for name, message in messages(path).items():
            if name in english:
                found += [f"{path.name}: {name} {what}" for what in _wrong_forms(message, english[name], plurals)]
            else:
                found.append(f"{path.name}: {name} is no message of the English catalogue")
            if path.stem == SOURCE and not all(forms(message)):
                found.append(f"{path.name}: {name} says nothing")
    return found


def _wrong_forms(message: Message, source: Message, plurals: int) -> Iterator[str]:
    """Tell what is wrong with one message, beside the English one; nothing for what is not translated."""
    said = forms(message)
    if message.pluralizable != source.pluralizable:
        yield "has a plural in one language alone"
    if message.pluralizable and any(said) and (len(said) != plurals or not all(said)):
        yield f"needs {plurals} plural forms"
    if not message.pluralizable and "{count}" in said[0]:
        yield "counts and has no plural form"
    wanted = {fact for each in forms(source) for fact in placeholders(each)} - {"count"}
    for each in filter(None, said):
        if set(placeholders(each)) - {"count"} != wanted:
            yield f"has other placeholders in {each!r}"
        if set("{}") & set(re.sub(r"\{[^{}]*\}", "", each)):
            yield f"has a brace alone in {each!r}"


def test_no_sentence_stands_outside_the_catalogue():
    assert not literal_offences(ROOT), told(literal_offences(ROOT))


def test_no_exception_is_out_of_date():
    found = outside(ROOT)
    assert NEVER_READ.keys() <= {(path, text) for path, _, text in found}


def test_every_message_is_there_and_is_used():
    offences = name_offences(ROOT, LOCALES / "en.po")
    assert not offences, told(offences)


def test_every_message_gets_the_facts_that_it_names():
    offences = fact_offences(ROOT, LOCALES / "en.po")
    assert not offences, told(offences)


def test_every_catalogue_is_whole():
    assert not form_offences(LOCALES), told(form_offences(LOCALES))


@pytest.mark.parametrize(
    "line",
    [
        'say("Please try again.")',
        'say(f"{count} jobs are left")',
        'say(f"{one} or {two}")',
        'LABEL = "Cancel"',
        'LABELS = {1: "Try again"}',
        'text("### Your videos")',
        'def f(words: str = "just now") -> None: ...',
        'Button(label="Remove", custom_id="x")',
        'command(description="One of your videos")',
    ],
)
def test_a_sentence_in_the_code_is_found(tmp_path, line):
    (offence,) = literal_offences(write(tmp_path, "bot/ui/sample.py", f'"""A module."""\n{line}\n'))
    assert offence.startswith("bot/ui/sample.py:2:")


@pytest.mark.parametrize(
    "line",
    [
        'log.info("It is done: %s.", job)',
        'raise ValueError(f"too long: {name} of it")',
        '"""What it does."""',
        'PATTERN = re.compile("the first (and) last")',
        'def f(x: "Language | None") -> "Card or none": ...',
        'text = f"### {title}\\n-# {words} · {more}"',
        'url = f"https://discord.com/channels/{guild}/{channel}"',
        'language.text("problem.prompt-too-long", length=3)',
        'time = f"<t:{at}:R>"',
        'code = "utf-16-le"',
        'custom = "seedreel:history:1"',
    ],
)
def test_what_nobody_reads_may_stand_in_the_code(tmp_path, line):
    assert literal_offences(write(tmp_path, "cogs/sample.py", f'"""A module."""\n{line}\n')) == []


def test_only_what_speaks_to_members_is_looked_at(tmp_path):
    assert literal_offences(write(tmp_path, "bot/studio/sample.py", 'DETAIL = "the file is gone"\n')) == []


HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plurals}\\n"\n\n'
TWO, THREE = "nplurals=2; plural=(n != 1);", "nplurals=3; plural=(n > 2);"
ENGLISH = """msgid "asset.one"
msgstr "{size} of {/video}"

msgid "asset.many"
msgid_plural "asset.many"
msgstr[0] "{count} asset"
msgstr[1] "{count} assets"
"""


def po(root: Path, name: str, text: str, plurals: str = TWO) -> Path:
    return write(root, f"{name}.po", HEADER.format(plurals=plurals) + text) / f"{name}.po"


GOOD = """_MESSAGES = {1: "asset.one"}
def f(language):
    message = "asset.many" if language else "asset.many"
    language.text(_MESSAGES[1], size="x")
    say(message, count=2)
    language.text("asset.many", **facts)
"""


def test_messages_are_found_where_they_are_used(tmp_path):
    english = po(tmp_path, "en", ENGLISH)
    root = write(tmp_path, "cogs/sample.py", GOOD)
    assert (name_offences(root, english), fact_offences(root, english)) == ([], [])


@pytest.mark.parametrize(
    ("text", "offence"),
    [
        (GOOD + 'language.text("asset.none")\n', "cogs/sample.py: asset.none is not in the catalogue"),
        (GOOD.replace('"asset.many"', "other"), "en.po: asset.many is said nowhere; remove it"),
    ],
)
def test_a_missing_and_an_unused_message_are_found(tmp_path, text, offence):
    root = write(tmp_path, "cogs/sample.py", text)
    assert name_offences(root, po(tmp_path, "en", ENGLISH)) == [offence]


@pytest.mark.parametrize(
    "line",
    [
        'language.text("asset.one")',
        'language.text("asset.one", size=1, sides=2)',
        'language.text("asset.one", count=1)',
        'language.text("asset.many")',
        'language.text({1: "asset.one"}[1], length=1)',
        "say(MESSAGES.get(1), length=1)",
    ],
)
def test_a_call_with_other_facts_is_found(tmp_path, line):
    root = write(tmp_path, "bot/ui/sample.py", f'MESSAGES = {{1: "asset.one"}}\n{line}\n')
    (offence,) = fact_offences(root, po(tmp_path, "en", ENGLISH))
    assert offence.startswith("bot/ui/sample.py:2: asset.")


@pytest.mark.parametrize(
    ("text", "offence"),
    [
        (ENGLISH + '\nmsgid "asset.one"\nmsgstr "again {size} {/video}"\n', "stands there twice"),
        (ENGLISH.replace('msgstr[1] "{count} assets"', 'msgstr[1] ""'), "needs 2 plural forms"),
        (ENGLISH.replace('"{size} of {/video}"', '""'), "says nothing"),
        (ENGLISH.replace("{size}", "{count}"), "counts and has no plural form"),
        (ENGLISH.replace("{count} assets", "{count} assets of {owner}"), "has other placeholders"),
        (ENGLISH.replace("{size} of", "{size of"), "has a brace alone"),
    ],
)
def test_a_broken_message_is_found(tmp_path, text, offence):
    po(tmp_path, "en", text)
    assert offence in told(form_offences(tmp_path))


@pytest.mark.parametrize(
    ("text", "plurals", "offence"),
    [
        ('msgid "asset.one"\nmsgstr "{size} von {/asset}"\n', TWO, "has other placeholders"),
        ('msgid "asset.one"\nmsgstr "{große} von {/video}"\n', TWO, "has other placeholders"),
        ('msgid "asset.two"\nmsgstr "zwei"\n', TWO, "is no message of the English catalogue"),
        (
            'msgid "asset.many"\nmsgid_plural "asset.many"\nmsgstr[0] "a"\nmsgstr[1] "b"\n',
            THREE,
            "needs 3 plural forms",
        ),
        ('msgid "asset.many"\nmsgstr "viele"\n', TWO, "has a plural in one language alone"),
    ],
)
def test_a_broken_translation_is_found(tmp_path, text, plurals, offence):
    po(tmp_path, "en", ENGLISH)
    po(tmp_path, "de", text, plurals)
    assert offence in told(form_offences(tmp_path))


def test_a_good_translation_is_fine(tmp_path):
    po(tmp_path, "en", ENGLISH)
    forms_of_three = (
        'msgid "asset.many"\nmsgid_plural "asset.many"\nmsgstr[0] "keins"\nmsgstr[1] "{count}"\nmsgstr[2] "x"\n'
    )
    po(tmp_path, "de", 'msgid "asset.one"\nmsgstr "Mit {/video}: {size}"\n\n' + forms_of_three, THREE)
    assert form_offences(tmp_path) == []
