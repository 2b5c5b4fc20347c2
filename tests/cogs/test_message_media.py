"""What of a message can go into a video, read from what Discord sends along with a command of its menu."""

import pytest

from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.media import Kind
from bot.domain.others_media import OptedOut, OthersMedia, OthersNotUsed
from bot.studio.intake.others_media import OthersMediaCheck
from cogs.message_media import MessageMedium, author_of, find_authors, media_of

CDN = "https://cdn.discordapp.com/attachments/3001"
TOMAS = {"id": "1002", "username": "tomas"}
BOT = {"id": "77", "username": "Seedreel", "bot": True}


def message(author=TOMAS, **shown):
    return {"id": "9", "author": author, **shown}


def attachment(name, kind="", **more):
    url = f"{CDN}/{len(name)}/{name}?ex=1"
    return {"id": "5", "url": url, "proxy_url": url, "filename": name, "size": 70, "content_type": kind, **more}


def found(*described, **shown):
    return [(one.kind.value, one.file.name) for one in media_of(message(attachments=list(described), **shown))]


def test_attachments_are_of_the_kind_that_discord_or_their_name_says():
    named = [
        ("a.png", "image/png"),
        ("b.HEIC", ""),
        ("c.mov", "video/quicktime"),
        ("d.mkv", ""),
        ("e.txt", "text/plain"),
    ]
    voice = attachment("voice-message.ogg", "audio/ogg", duration_secs=42.5, waveform="AA==")
    files = [attachment(name, kind) for name, kind in named]
    assert found(*files, voice) == [
        ("image", "a.png"), ("image", "b.HEIC"), ("video", "c.mov"), ("video", "d.mkv"), ("audio", "voice-message.ogg"),
    ]  # fmt: skip
    [heard] = media_of(message(attachments=[voice]), [1002])
    assert (heard.seconds, heard.file.size, heard.file.author_ids) == (42.5, 70, (1002,))


def test_media_of_components_are_found_wherever_they_stand():
    def media(name, kind="image/png"):
        return {
            "url": f"{CDN}/1/{name}?ex=1",
            "proxy_url": "https://media",
            "content_type": kind,
            "width": 8,
            "height": 4,
        }

    gallery = {"type": 12, "items": [{"media": media("one.png")}, {"media": media("two.mp4", "video/mp4")}]}
    file = {"type": 13, "file": media("three.mp3", "audio/mpeg"), "name": "three.mp3", "size": 9}
    section = {
        "type": 9,
        "components": [{"type": 10, "content": "x"}],
        "accessory": {"type": 11, "media": media("4.png")},
    }
    container = {"type": 17, "components": [section, gallery, file, gallery]}
    shown = media_of(message(components=[container, {"type": 999}]))
    assert [one.file.name for one in shown] == ["4.png", "one.png", "two.mp4", "three.mp3"]
    assert [one.kind for one in shown] == [Kind.IMAGE, Kind.IMAGE, Kind.VIDEO, Kind.AUDIO]
    assert (shown[0].width, shown[0].height) == (8, 4)


def test_an_embeds_picture_comes_from_discord_and_not_from_the_page():
    image = {"url": "https://example.com/fox.png", "proxy_url": "https://images-ext-1.discordapp.net/fox.png"}
    embeds = [
        {"type": "rich", "image": image, "thumbnail": {"url": "https://example.com/icon.png"}},
        {"type": "image", "thumbnail": image},
        {"type": "video", "video": {"url": "https://youtube.example/embed"}},
        {"type": "gifv", "video": {"url": "https://t.example/a.mp4", "proxy_url": "https://images-ext-1.discordapp.net/a.mp4"}},
    ]  # fmt: skip
    assert [one.file.url for one in media_of(message(embeds=embeds))] == [
        image["proxy_url"],
        embeds[3]["video"]["proxy_url"],
    ]


def test_what_cannot_be_fetched_is_no_medium():
    assert media_of(message(attachments=[attachment("a.png", "image/png") | {"url": "attachment://a.png"}])) == []
    assert media_of(message()) == []


@pytest.mark.parametrize(
    ("asked", "author"),
    [
        ({"author": TOMAS}, 1002),
        ({"author": BOT}, None),
        ({"author": BOT, "interaction_metadata": {"user": {"id": "1001"}}, "webhook_id": "77"}, 1001),
        ({"author": {"id": "88", "username": "a hook"}, "webhook_id": "88"}, None),
    ],
)
def test_a_message_is_its_authors_and_a_bots_is_of_who_asked_for_it(asked, author):
    assert author_of(asked) == author
    assert all(isinstance(one, MessageMedium) for one in media_of(message(**asked)))


@pytest.mark.parametrize(("name", "authors"), [("mov", (1002, 1003)), ("mp4", (1002, 1003)), ("txt", ())])
async def test_what_the_bot_posted_is_of_the_videos_owner_and_of_those_whose_media_are_in_it(name, authors):
    async def known(file_id):
        return {"k3f9a2k3f9a2k3f9a2k3": (1002, 1003)}.get(file_id, ())

    others = OthersMediaCheck(authors_of=known)
    file = attachment(f"seedreel-k3f9a2k3f9a2k3f9a2k3.{name}")
    posted = message(BOT, attachments=[file])
    assert await find_authors(posted, 77, others.authors_of) == authors
    # Another bot's file may be called anything.
    assert await find_authors(posted, 78, others.authors_of) == ()
    assert [one.file.author_ids for one in media_of(posted, authors)] == [authors] * (name != "txt")
    # Who asked for it, and had it shared by its owner, is one of them too.
    asked = message(BOT, attachments=[file], interaction_metadata={"user": {"id": "1001"}})
    assert await find_authors(asked, 77, others.authors_of) == (1001, *authors)


class OptOuts:
    async def opted_out(self, user_ids):
        return frozenset({1003}.intersection(user_ids))


@pytest.mark.parametrize(
    ("rule", "authors", "refused"),
    [
        (OthersMedia.NAMED, (1001,), None),
        (OthersMedia.NAMED, (1001, 1002), None),
        (OthersMedia.NAMED, (), None),
        (OthersMedia.NAMED, (1001, 1002, 1003), OptedOut(1003)),
        (OthersMedia.NONE, (1001,), None),
        (OthersMedia.NONE, (1001, 1002), OthersNotUsed()),
        (OthersMedia.NONE, (), OthersNotUsed()),
    ],
)
async def test_each_of_several_authors_may_refuse(rule, authors, refused):
    check = OthersMediaCheck(rule, OptOuts())
    if refused is None:
        await check.check_use(Caller(1001), authors)
    else:
        with pytest.raises(Refusal) as raised:
            await check.check_use(Caller(1001), authors)
        assert raised.value.problem == refused
