"""In whose language something is said: in a channel the server's, to the member alone the member's."""

import shutil
from dataclasses import replace

import pytest

from bot.domain.job import DeliveryAttempt
from bot.domain.progress import Forecast
from bot.domain.reply import Route, Variant
from bot.domain.stages import Reason, Stage
from bot.replies.notices import Notices
from bot.replies.presenter import Presenter
from bot.replies.replies import DiscordReplies
from bot.studio.ports import Posted
from bot.ui.language import LOCALES, Languages
from tests.ui.drawn import words
from tests.ui.jobs import NOW, REPLY, a_job

HEADER = """msgid ""
msgstr ""
"Language: {tag}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
TRANSLATED = (
    "state.delivered",
    "state.failed",
    "state.rendering",
    "ping.failed",
    "delivery.plain-prompt",
    "reply.not-taken-on",
)


@pytest.fixture
def languages(tmp_path):
    """Speak German and French, as far as these tests listen: each message is its name in brackets of its own."""
    shutil.copy(LOCALES / "en.po", tmp_path)
    facts = {"ping.failed": " {member} {id}", "delivery.plain-prompt": " {id} {prompt}"}
    for tag in ("de", "fr"):
        entries = [f'msgid "{name}"\nmsgstr "{tag} {name}{facts.get(name, "")}"' for name in TRANSLATED]
        (tmp_path / f"{tag}.po").write_text(HEADER.format(tag=tag) + "\n\n".join(entries), encoding="utf-8")
    return Languages.read(tmp_path)


@pytest.fixture
def presenter(languages):
    async def nothing(_job):
        return Forecast()

    return Presenter(languages, nothing, lambda: NOW, 7)


PUBLIC = replace(REPLY, locale="fr", guild_locale="de")
PRIVATE = replace(PUBLIC, private=True)
AT_HOME = replace(REPLY, locale="fr", guild_locale="", guild_id=None)


@pytest.mark.parametrize(
    ("reply", "route", "tag"),
    [
        (PUBLIC, Route.TOKEN, "de"),
        (PUBLIC, Route.BOT, "de"),
        (PUBLIC, Route.CHANNEL, "de"),
        (PUBLIC, Route.DIRECT, "fr"),
        (PRIVATE, Route.TOKEN, "fr"),
        (PRIVATE, Route.FOLLOW_UP, "fr"),
        (PRIVATE, Route.ASKED, "fr"),
        (AT_HOME, Route.TOKEN, "fr"),
    ],
)
def test_what_ends_a_job_is_said_in_the_language_of_the_place(presenter, reply, route, tag):
    attempt = DeliveryAttempt(route, 22, "nonce", NOW)
    done = a_job(Stage.DELIVERING, reply=reply)
    failed = a_job(Stage.FAILED, reason=Reason.GENERATION, reply=reply)
    assert f"**{tag} state.delivered**" in words(presenter.delivery(done, attempt))
    plain = presenter.delivery(done, replace(attempt, variant=Variant.PLAIN))
    assert f"{tag} delivery.plain-prompt" in words(plain)
    assert f"**{tag} state.failed**" in words(presenter.end_card(failed, route))
    assert presenter.ping(failed, route) == f"{tag} ping.failed <@7> `#k3f9a2`"


@pytest.mark.parametrize(("reply", "tag"), [(PUBLIC, "de"), (PRIVATE, "fr"), (AT_HOME, "fr")])
async def test_progress_is_shown_in_the_language_of_the_place(presenter, reply, tag):
    assert f"**{tag} state.rendering**" in words(await presenter.progress_card(a_job(Stage.RENDERING, reply=reply)))


async def no_address(_job_id, _message_id):
    raise AssertionError("the address is known")


async def test_a_ping_by_direct_message_is_in_the_members_language(scene, presenter):
    job = await scene.asks(stage=Stage.FAILED, reason=Reason.GENERATION, private=True)
    job = replace(job, reply=replace(job.reply, token=None, locale="fr", guild_locale="de"))
    replies = DiscordReplies(scene.api, presenter, scene.port_clock, no_address)
    assert isinstance(await replies.ping(job), Posted)
    assert scene.seen("dm")[-1].content.startswith("fr ping.failed")


async def test_an_apology_is_in_the_members_language(scene, languages):
    job = await scene.asks()
    reply = replace(job.reply, locale="fr")
    await Notices(languages, scene.api, scene.port_clock).apologize(reply)
    assert scene.message(job).texts() == "fr reply.not-taken-on"
