"""Messages of the catalogue in a member's language, with what a translation may lack or get wrong."""

import pytest

from bot.domain.money import Price
from bot.ui.language import LOCALES, Languages

HEADER = """msgid ""
msgstr ""
"Language: {tag}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plural}\\n"

"""
ENGLISH = """
msgid "a.left"
msgid_plural "a.left"
msgstr[0] "{count} video is left of {limit}"
msgstr[1] "{count} videos are left of {limit}"

msgid "a.help"
msgstr "Type {/video} or {/asset list}, {name}."

msgid "a.plain"
msgstr "Plain"
"""
RUSSIAN = """
msgid "a.left"
msgid_plural "a.left"
msgstr[0] "{limit}: осталось {count} видео-один"
msgstr[1] "{limit}: осталось {count} видео-два"
msgstr[2] "{limit}: осталось {count} видео-пять"

msgid "a.help"
msgstr "Напиши {/video}, {nome}."

msgid "a.plain"
msgstr ""
"""


@pytest.fixture
def languages(tmp_path):
    def write(tag, plural, text):
        (tmp_path / f"{tag}.po").write_text(HEADER.format(tag=tag, plural=plural) + text, encoding="utf-8")

    write("en", "nplurals=2; plural=(n != 1);", ENGLISH)
    slavic = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
    write("ru", slavic, RUSSIAN)
    write("pt-BR", "nplurals=2; plural=(n > 1);", 'msgid "a.plain"\nmsgstr "Simples"\n')
    write("klingon!", "nplurals=1; plural=0;", 'msgid "a.plain"\nmsgstr "nuqneH"\n')
    return Languages.read(tmp_path)


def test_facts_stand_in_their_places_and_counts_choose_the_form(languages):
    english = languages.of("en-GB")
    assert english.text("a.left", count=1, limit=1200) == "1 video is left of 1,200"
    assert english.text("a.left", count=0, limit=5) == "0 videos are left of 5"
    russian = languages.of("ru")
    assert [russian.text("a.left", count=n, limit=9)[-4:] for n in (1, 2, 5, 11, 21)] == [
        "один", "-два", "пять", "пять", "один",
    ]  # fmt: skip


def test_a_fact_that_looks_like_a_placeholder_is_left_alone(languages):
    said = languages.english.text("a.help", name="{limit} {/video} {0.__class__}")
    assert said == "Type `/video` or `/asset list`, {limit} {/video} {0.__class__}."


def test_commands_can_be_clicked_on_once_their_ids_are_known(languages):
    languages.commands.learn({"video": 11, "asset": 12})
    assert languages.of("pt-BR").text("a.help", name="you") == "Type </video:11> or </asset list:12>, you."


def test_what_a_translation_lacks_or_gets_wrong_is_said_in_english(languages):
    russian = languages.of("ru")
    assert russian.text("a.plain") == "Plain"
    assert russian.text("a.help", name="Mara").startswith("Type")


def test_a_language_is_found_by_its_tag_or_its_main_language(languages):
    assert languages.of("pt-BR").text("a.plain") == "Simples"
    assert [languages.of(tag).tag for tag in ("pt-BR", "pt-PT", "ru-RU", "", "klingon!", "en-US")] == [
        "pt-BR", "en-US", "ru", "en-US", "en-US", "en-US",
    ]  # fmt: skip


SAFE = HEADER.format(tag="de", plural="nplurals=2; plural=(n != 1);")
PLAIN = 'msgid "a.plain"\nmsgstr "Schlicht"\n'


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)),
        f"{SAFE}{PLAIN}ü".encode("latin-1"),
        f"{SAFE}{PLAIN}".replace("utf-8", "klingon").encode(),
        f"{SAFE}{PLAIN}".replace("Language: de", "POT-Creation-Date: soon").encode(),
        *(HEADER.format(tag="de", plural=f"nplurals=2; plural={rule};").encode() for rule in ("import os", "n%0", "n")),
    ],
)
def test_a_translation_that_cannot_be_read_is_left_out_alone(tmp_path, languages, content):
    (tmp_path / "de.po").write_bytes(content)
    read = Languages.read(tmp_path)
    assert read.of("de").text("a.left", count=7, limit=9) == "7 videos are left of 9"
    assert read.of("pt-BR").text("a.plain") == "Simples"


@pytest.mark.parametrize(
    "entry",
    [
        'msgid "a.plain"\nmsgid_plural "a.plain"\nmsgstr[0] "Eins"\nmsgstr[1] "Viele"\n',
        'msgctxt "a list"\nmsgid "a.plain"\nmsgstr "Schlicht"\n',
    ],
)
def test_a_message_with_more_forms_than_the_english_one_is_said_in_english(tmp_path, languages, entry):
    (tmp_path / "de.po").write_text(SAFE + entry, encoding="utf-8")
    assert Languages.read(tmp_path).of("de").text("a.plain") == "Plain"


def test_a_mark_at_the_beginning_of_a_translation_does_no_harm(tmp_path, languages):
    (tmp_path / "de.po").write_text(SAFE + PLAIN, encoding="utf-8-sig")
    assert Languages.read(tmp_path).of("de").text("a.plain") == "Schlicht"


@pytest.mark.parametrize(
    ("message", "facts"),
    [("a.none", {}), ("a.help", {}), ("a.plain", {"name": "x"}), ("a.left", {"limit": 2})],
)
def test_a_wrong_message_or_fact_is_an_error(languages, message, facts):
    with pytest.raises(KeyError):
        languages.of("ru").text(message, **facts)


def test_numbers_sizes_lengths_and_lists_are_written_as_the_language_does(languages):
    english, brazilian = languages.english, languages.of("pt-BR")
    assert (english.number(1234567), brazilian.number(1234567)) == ("1,234,567", "1.234.567")
    assert (english.size(11 * 1024 * 1024), english.size(1536 * 1024), brazilian.size(1536 * 1024)) == (
        "11 MB", "1.5 MB", "1,5 MB",
    )  # fmt: skip
    assert [english.seconds(each) for each in (1, 8, 2.04, 2.5)] == [
        "1 second",
        "8 seconds",
        "2 seconds",
        "2.5 seconds",
    ]
    assert [english.duration(each) for each in (5, 90, 7300, 200000)] == ["5 seconds", "1 minute", "2 hours", "2 days"]
    assert english.one_of(["a", "b", "c"]) == "a, b, or c"
    assert (english.one_of(["a"]), english.all_of(["a", "b"]), english.all_of([])) == ("a", "a and b", "")


def test_money_is_written_as_the_language_does_and_never_reads_as_nothing(languages):
    english, brazilian = languages.english, languages.of("pt-BR")
    amounts = (0, 4_500, 12_345, 500_000, 505_000, 1_234_500_000)
    written = ["$0.00", "$0.0045", "$0.012", "$0.50", "$0.51", "$1,234.50"]
    assert [english.money(Price(amount, "USD")) for amount in amounts] == written
    assert [english.money(Price(amount, "JPY")) for amount in (5_000_000, 12_250_000)] == ["¥5", "¥12"]
    assert brazilian.money(Price(1_234_500_000, "EUR")) == "€\N{NO-BREAK SPACE}1.234,50"


def test_the_real_catalogue_can_be_read():
    assert Languages.read(LOCALES).english.text("history.count", count=2) == "2 videos"
