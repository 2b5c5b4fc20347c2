"""What goes along with a prompt: counted as the prompt counts it, and shown while its address lives."""

from dataclasses import replace

import pytest

from bot.domain.media import AssetUse, InputUrl, Kind, MediaFormat, Medium, Original, Role, StoredFile
from bot.domain.models import MAX_SEED, Model, Ratio, Resolution
from bot.domain.progress import Forecast
from bot.domain.reply import Route, ShrunkClip
from bot.domain.stages import Stage
from bot.replies.presenter import Presenter
from bot.ui.clip_links import MAX_LINK, Attachment, Link
from bot.ui.input_media import media_line
from bot.ui.job_cards import job_card, request_line, status_card
from tests.languages import ENGLISH, LANGUAGES
from tests.ui.drawn import assert_fits, buttons, labels, media, parts, words
from tests.ui.jobs import NOW, REQUEST, a_job

FILM = StoredFile("f" * 64, MediaFormat.MP4, 9, 640, 360, 4.24)
SOUND = StoredFile("e" * 64, MediaFormat.MP3, 9, seconds=3.0)
KIRA = AssetUse("a-1", Kind.IMAGE, "Kira ```@everyone")
THUMBNAIL, GALLERY, FILE = 11, 12, 13


def picture(number: int) -> StoredFile:
    return StoredFile(f"{number:064}", MediaFormat.PNG, 9, 640, 360)


def url(stored: StoredFile) -> str:
    return f"https://cdn.example/{stored.file_name}"


def with_media(*media, stage=Stage.RENDERING, **more):
    return a_job(stage, request=replace(REQUEST, media=tuple(Medium(*each) for each in media), **more))


def input_url(job, *, hours=1.0, uploaded=False):
    return job.with_input_urls(
        *(InputUrl(stored.sha256, url(stored), NOW - hours * 3600, uploaded) for stored in job.request.stored)
    )


def drawn(job):
    return job_card(ENGLISH, job, Forecast(), NOW)


def thumbnails(view) -> list[str]:
    return [part["media"]["url"] for part in parts(view) if part["type"] == THUMBNAIL]


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        (StoredFile("a", MediaFormat.JPEG, 9, 640, 360, None, Original("HEIC", 640, 360)), "sent as JPEG"),
        (StoredFile("a", MediaFormat.JPEG, 9, 4000, 3000, None, Original("JPEG", 8064, 6048)), "sent at 4000 × 3000"),
        (StoredFile("a", MediaFormat.JPEG, 9, 640, 360, None, Original("JPEG", 640, 360, turned=True)), "sent upright"),
        (StoredFile("a", MediaFormat.JPEG, 9, 640, 360, None, Original("JPEG", 640, 360)), "sent as a smaller file"),
        (StoredFile("a", MediaFormat.PNG, 9, 640, 360, None, Original("TIFF", 800, 450)), "sent as PNG at 640 × 360"),
        (
            StoredFile("a", MediaFormat.MP4, 9, 1280, 720, 3.0, Original("MP4", 1920, 1080, 3.0)),
            "3 seconds, sent at 1280 × 720",
        ),
        (StoredFile("a", MediaFormat.MP3, 9, 0, 0, 3.0, Original("OGG", 0, 0, 3.0)), "3 seconds, sent as MP3"),
    ],
)
def test_what_goes_out_as_a_copy_says_so(stored, words):
    [role] = [role for role in Role if role.refers and role.kind is stored.kind]
    job = with_media((role, stored))
    assert media_line(ENGLISH, job.request) == f"{stored.kind} 1 ({words})"


def test_media_are_counted_per_kind_in_the_order_in_which_they_go_out():
    job = with_media(
        (Role.REFERENCE_IMAGE, picture(1)),
        (Role.REFERENCE_IMAGE, KIRA),
        (Role.REFERENCE_VIDEO, FILM),
        (Role.REFERENCE_AUDIO, SOUND),
    )
    line = "image 1 · image 2 (asset `Kira ˋˋˋ@everyone`) · video 1 (4.2 seconds) · audio 1 (3 seconds)"
    assert media_line(ENGLISH, job.request) == line
    assert f"-# With {line}" in words(drawn(job))


def test_frames_are_called_what_they_are():
    job = with_media((Role.FIRST_FRAME, picture(1)), (Role.LAST_FRAME, KIRA))
    assert media_line(ENGLISH, job.request) == "image 1 (first frame) · image 2 (last frame, asset `Kira ˋˋˋ@everyone`)"


def test_one_picture_stands_beside_the_words():
    job = input_url(with_media((Role.FIRST_FRAME, picture(1))))
    assert (thumbnails(drawn(job)), media(drawn(job))) == ([url(picture(1))], [])


def test_the_state_has_the_whole_width_beside_a_picture():
    job = replace(input_url(with_media((Role.FIRST_FRAME, picture(1)))), percent=13)
    section, state = list(drawn(job).children[0].children)[:2]
    assert [each.content for each in section.children] == ["### a fox in the snow\nfor <@7>"]
    assert state.content == "**Rendering** ▰▱▱▱▱▱▱▱\N{NO-BREAK SPACE}13%"


def test_several_stand_in_a_gallery_with_their_numbers():
    job = input_url(with_media((Role.REFERENCE_IMAGE, picture(1)), (Role.REFERENCE_VIDEO, FILM)))
    assert (thumbnails(drawn(job)), media(drawn(job))) == ([], [url(picture(1)), url(FILM)])
    (gallery,) = [part for part in parts(drawn(job)) if part["type"] == GALLERY]
    assert [item["description"] for item in gallery["items"]] == [
        "image 1 for: a fox in the snow",
        "video 1 for: a fox in the snow",
    ]


def test_twelve_fill_a_gallery_for_each_kind_and_fit():
    pictures = [(Role.REFERENCE_IMAGE, picture(number)) for number in range(9)]
    films = [(Role.REFERENCE_VIDEO, replace(FILM, sha256=f"{number:x}" * 64)) for number in range(10, 13)]
    card = drawn(input_url(with_media(*pictures, *films)))
    assert [len(part["items"]) for part in parts(card) if part["type"] == GALLERY] == [9, 3]
    assert_fits(card)


def test_fifty_fill_galleries_of_ten_and_fit():
    # Each by another member.
    pictures = [(Role.REFERENCE_IMAGE, replace(picture(at), author_ids=(2**62 + at,))) for at in range(30)]
    given = Original("WEBM", 1920, 1080, 14.9)
    film, sound = replace(FILM, original=given), SOUND
    films = [(Role.REFERENCE_VIDEO, replace(film, sha256=f"f{at:063}", author_ids=(2**61 + at,))) for at in range(10)]
    sounds = [(Role.REFERENCE_AUDIO, replace(sound, sha256=f"e{at:063}", author_ids=(2**60 + at,))) for at in range(10)]
    job = with_media(*pictures, *films, *sounds, prompt="x " * 3000, model=Model.SEEDANCE_2_5)
    card = drawn(input_url(job))
    assert [len(part["items"]) for part in parts(card) if part["type"] == GALLERY] == [10, 10, 10, 10]
    line = media_line(ENGLISH, job.request)
    assert line.startswith("image 1 · image 2 · ")
    assert line.endswith(" · and 2 more")
    assert_fits(card)


def test_all_whose_media_went_into_a_video_are_named():
    pictures = [StoredFile(each * 64, MediaFormat.PNG, 9, author_ids=by) for each, by in (("a", (5, 6)), ("b", (7,)))]
    sound = StoredFile("c" * 64, MediaFormat.MP3, 9, seconds=3.0, author_ids=(8, 5))
    media = tuple(Medium(Role.of_reference(each.kind), each) for each in (*pictures, sound))
    for count, told in ((2, "With media by <@5> and <@6>"), (3, "With media by <@5>, <@6>, and <@8>")):
        job = a_job(Stage.DELIVERED, request=replace(REQUEST, media=media[:count]))
        assert f"-# {told}" in words(drawn(job)).splitlines()


def test_the_same_file_in_two_roles_is_shown_once():
    job = input_url(with_media((Role.FIRST_FRAME, picture(1)), (Role.LAST_FRAME, picture(1))))
    assert thumbnails(drawn(job)) == [url(picture(1))]
    assert "image 1 (first frame) · image 2 (last frame)" in words(drawn(job))


@pytest.mark.parametrize(("hours", "uploaded", "shown"), [(19, False, True), (21, False, False), (2000, True, True)])
def test_a_picture_is_shown_while_its_address_lives(hours, uploaded, shown):
    job = input_url(with_media((Role.FIRST_FRAME, picture(1))), hours=hours, uploaded=uploaded)
    assert thumbnails(drawn(job)) == [url(picture(1))] * shown


@pytest.mark.parametrize("stage", [Stage.DELIVERED, Stage.READY, Stage.FAILED])
def test_beside_a_clip_or_an_end_only_the_words_stay(stage):
    job = input_url(with_media((Role.FIRST_FRAME, picture(1)), stage=stage))
    assert thumbnails(drawn(job)) == []
    assert "image 1 (first frame)" in words(drawn(job))


def test_sounds_and_assets_are_words():
    job = input_url(with_media((Role.REFERENCE_IMAGE, KIRA), (Role.REFERENCE_AUDIO, SOUND)))
    assert (thumbnails(drawn(job)), media(drawn(job))) == ([], [])


async def test_every_file_that_is_brought_along_is_named_by_a_component():
    async def nothing(_job):
        return Forecast()

    job = with_media((Role.REFERENCE_IMAGE, picture(1)), (Role.REFERENCE_AUDIO, SOUND), stage=Stage.WAITING)
    card = await Presenter(LANGUAGES, nothing, lambda: NOW, 7).inputs_card(job, {picture(1): "a.png", SOUND: "b.mp3"})
    assert thumbnails(card) == ["attachment://a.png"]
    assert [part["file"]["url"] for part in parts(card) if part["type"] == FILE] == ["attachment://b.mp3"]


def test_choices_are_named_where_they_were_made():
    plain = "seedance-2 · 5 seconds · 16:9"
    assert request_line(ENGLISH, REQUEST) == plain
    chosen = replace(REQUEST, resolution=Resolution.UHD, sound=False, seed=0, last_picture=True, web_search=True)
    assert request_line(ENGLISH, chosen) == f"{plain} · 4k · no sound · seed 0 · plus last frame · web search"
    assert "with sound" in request_line(ENGLISH, replace(REQUEST, sound=True))


LAST = "https://files.example/last.jpg"


@pytest.mark.parametrize(
    ("asked", "at", "dies", "attachment"),
    [(True, LAST, NOW + 9, True), (True, LAST, None, True), (True, LAST, NOW - 9, False), (True, None, None, False)],
)
def test_the_last_picture_is_offered_where_it_was_asked_for_and_lives(asked, at, dies, attachment):
    request = replace(REQUEST, last_picture=asked)
    job = a_job(Stage.DELIVERED, request=request, last_picture_url=at, clip_dies=dies)
    for card in (drawn(job), status_card(ENGLISH, job, Forecast(), NOW, has_clip=True)):
        assert ("Last frame" in labels(card)) is attachment
    assert [button["url"] for button in buttons(drawn(job)) if "url" in button] == [LAST] * attachment


def test_a_last_picture_too_long_for_a_button_stands_in_the_text():
    long = LAST + "?sign=" + "s" * 600
    job = a_job(Stage.DELIVERED, request=replace(REQUEST, last_picture=True), last_picture_url=long)
    assert f"[Last frame]({long})" in words(drawn(job))


def test_the_longest_card_of_all_fits():
    counts = {Role.REFERENCE_IMAGE: 9, Role.REFERENCE_VIDEO: 3, Role.REFERENCE_AUDIO: 3}
    every = [(role, AssetUse("a", role.kind, "`W" * 30)) for role, maximum in counts.items() for _ in range(maximum)]
    chosen = {"resolution": Resolution.P1080, "sound": False, "seed": MAX_SEED, "last_picture": True}
    job = with_media(*every, stage=Stage.DELIVERED, prompt="W" * 6000, **chosen, ratio=Ratio.ADAPTIVE)
    long = replace(job, last_picture_url=LAST.ljust(1000, "s"), clip_bytes=99 * 2**20)
    dies = NOW + 10**8
    for length in (100, 520, 1500, MAX_LINK):
        link = Link("https://x.example/v?".ljust(length, "s"), dies, 10**7)
        shrunk = Attachment("seedreel-x.mp4", ShrunkClip(9 * 2**20, 1920, 1080), link)
        for clip in (link, shrunk):
            assert_fits(job_card(ENGLISH, long, Forecast(), NOW, clip=clip, copy_expires=dies, route=Route.CHANNEL))


@pytest.mark.parametrize(
    "address", [f"https://files.example/{'x' * 2040}", "https://files.example/狐.png", "https://files.example/a b"]
)
def test_a_picture_whose_address_discord_refuses_is_left_out_and_the_card_goes_on(address):
    job = with_media((Role.FIRST_FRAME, picture(1)))
    seen = job.with_input_urls(InputUrl(picture(1).sha256, address, NOW, uploaded=True))
    assert thumbnails(drawn(seen)) == []
    assert "image 1 (first frame)" in words(drawn(seen))
    assert thumbnails(drawn(input_url(job, uploaded=True))) == [url(picture(1))]


@pytest.mark.parametrize("spoiler", [False, True])
@pytest.mark.parametrize("count", [1, 3])
def test_images_that_go_in_are_covered_as_the_video_will_be(count, spoiler):
    role = Role.FIRST_FRAME if count == 1 else Role.REFERENCE_IMAGE
    job = input_url(with_media(*((role, picture(number)) for number in range(count))))
    shown = list(parts(job_card(ENGLISH, job, Forecast(), NOW, spoiler=spoiler)))
    covered = [part["spoiler"] for part in shown if part["type"] == THUMBNAIL]
    covered += [item["spoiler"] for part in shown if part["type"] == GALLERY for item in part["items"]]
    assert covered == [spoiler] * count
