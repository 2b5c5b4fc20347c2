"""Clips are real: what a decoder sees of them."""

from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from sandbox.film.card import drawable, title_card, wrapped
from sandbox.film.fonts import Fonts
from tests.sandbox_toapis.client import client, files, frame, inspected, picture


def difference(one: object, other: object) -> float:
    """Mean difference per channel, 0 to 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


@pytest.mark.parametrize(
    ("ratio", "seconds", "size"),
    [("16:9", 4, (160, 90)), ("9:16", 5, (90, 160)), ("1:1", 4, (120, 120)), ("4:3", 15, (140, 104))],
)
async def test_length_and_size_are_those_ordered(
    tmp_path: Path, ratio: str, seconds: int, size: tuple[int, int]
) -> None:
    async with client(tmp_path) as asks:
        _, url = await asks.finished(ratio=ratio, duration=seconds)
        got = await asks.ask("GET", url)
        assert (got.status, got.headers["Content-Type"]) == (200, "video/mp4")
        codec, seen, length, sound = inspected(got.body, tmp_path)
        assert (codec, seen, sound) == ("h264", size, False)
        assert length == pytest.approx(seconds, abs=0.05)
        (served,) = asks.provider.ledger.of("clip")
        assert served.detail["bytes"] == len(got.body)


async def test_a_documented_size_in_full_with_sound(tmp_path: Path) -> None:
    async with client(tmp_path, size_scale=1.0) as asks:
        answer = await asks.submit("videos", ratio=None, aspect_ratio="16:9", resolution="480p")
        await asks.provider.tasks[answer.json["id"]].footage
        asks.provider.finish_now()
        url = (await asks.look(answer.json["id"])).json["result"]["data"][0]["url"]
        codec, size, _, sound = inspected((await asks.ask("GET", url)).body, tmp_path)
        assert (codec, size, sound) == ("h264", (864, 496), True)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_the_first_frame_is_the_image(tmp_path: Path, kind: str) -> None:
    async with client(tmp_path, size_scale=0.25) as asks, files({"image": picture(kind)}) as place:
        _, url = await asks.finished(image_urls=[f"{place}/image", "http://127.0.0.1:1/never-fetched.png"])
        clip = (await asks.ask("GET", url)).body
        (tmp_path / "given").write_bytes(picture("PNG"))
        with Image.open(tmp_path / "given") as given:
            assert difference(frame(clip, 0, tmp_path), given.convert("RGB")) < 8
            assert difference(frame(clip, 3.8, tmp_path), given.convert("RGB")) > 12


async def test_the_picture_moves_and_the_prompt_comes_into_view(tmp_path: Path) -> None:
    async with client(tmp_path, size_scale=0.25) as asks:
        _, url = await asks.finished(prompt="A lighthouse in the storm, seen from far away")
        clip = (await asks.ask("GET", url)).body
        frames = [frame(clip, at, tmp_path) for at in (0, 1.5, 3.8)]
        assert all(difference(one, other) > 2 for one, other in pairwise(frames))
        head = (10, 10, 300, 50)
        brightest = [max(high for _, high in shown.crop(head).getextrema()) for shown in frames]
        assert brightest[1] > brightest[0] + 40


async def test_an_adaptive_ratio_follows_the_image(tmp_path: Path) -> None:
    async with client(tmp_path) as asks, files({"image": picture(size=(90, 160))}) as place:
        fields = {"ratio": None, "aspect_ratio": "adaptive", "image_urls": [f"{place}/image"], "generate_audio": False}
        answer = await asks.submit("videos", **fields)
        await asks.provider.tasks[answer.json["id"]].footage
        asks.provider.finish_now()
        url = (await asks.look(answer.json["id"])).json["result"]["data"][0]["url"]
        assert inspected((await asks.ask("GET", url)).body, tmp_path)[1] == (90, 160)


async def test_a_clip_of_at_least_so_many_bytes_still_plays(tmp_path: Path) -> None:
    async with client(tmp_path, clip_bytes=12 << 20) as asks:
        _, url = await asks.finished()
        clip = (await asks.ask("GET", url)).body
        assert len(clip) >= 12 << 20
        codec, _, length, _ = inspected(clip, tmp_path)
        assert (codec, length) == ("h264", pytest.approx(4, abs=0.05))
        assert frame(clip, 3.5, tmp_path).size == (160, 90)


async def test_one_request_is_filmed_once(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        one, other, third = await asks.task(), await asks.task(), await asks.task(prompt="another")
        paths = [await asks.provider.tasks[task].footage for task in (one, other, third)]
        assert paths[0] == paths[1] != paths[2]


async def test_a_film_of_an_earlier_run_in_the_same_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        _, url = await asks.finished(prompt="a fox")
        first = (await asks.ask("GET", url)).body
    # What would have to be made anew fails for want of time.
    async with client(tmp_path, render_seconds=0.001) as asks:
        _, url = await asks.finished(prompt="a fox")
        assert (await asks.ask("GET", url)).body == first


async def test_footage_that_cannot_be_made_fails_the_task(tmp_path: Path) -> None:
    async with client(tmp_path, font="/no/such/font.ttf") as asks:
        task = await asks.task()
        await asks.provider.ledger.until(asks.provider.tasks[task].footage.done, what="the end of the making")
        asks.provider.finish_now(task)
        answer = (await asks.look(task)).json
        assert (answer["status"], answer["error"]["code"]) == ("failed", "generation_failed")


async def test_making_that_takes_too_long_fails_the_task(tmp_path: Path) -> None:
    async with client(tmp_path, render_seconds=0.01) as asks:
        task = await asks.task()
        await asks.provider.ledger.until(asks.provider.tasks[task].footage.done, what="the end of the making")
        asks.provider.finish_now(task)
        assert (await asks.look(task)).json["status"] == "failed"
        assert list((tmp_path / "footage").iterdir()) == []


@pytest.mark.parametrize(
    "prompt",
    [
        "一只猫在海边散步," * 40,
        "مرحبا بالعالم שלום abc",
        "🎬🧑‍🚀 emoji only 🇩🇪",
        "🎬",
        "\u202eevil\x00\x07 \ud800 bidi",
        "x" * 6000,
        "日本語 한국어 ไทย हिन्दी",
        "**bold** `code` @everyone <@1> %{pts} ' : \\ , ;",
    ],
)
def test_any_prompt_can_be_drawn(prompt: str) -> None:
    assert title_card(prompt, "SEEDANCE 2 · 5 S · 16:9", (320, 180)).size == (320, 180)


async def test_a_hostile_prompt_is_only_text_to_the_film(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        _, url = await asks.finished(prompt="a' ; [0]null ; movie=/etc/passwd , %{pts} \\ \ud83d\ude00 🎬 \x00 الله")
        assert inspected((await asks.ask("GET", url)).body, tmp_path)[0] == "h264"


def test_lines_fit_and_the_last_says_that_more_would_come() -> None:
    fonts = Fonts(20)
    lines = wrapped("a long prompt that goes on and on " * 20, fonts, 300)
    assert len(lines) == 3
    assert all(fonts.width(line) <= 310 for line in lines)
    assert lines[-1].endswith("…")
    assert drawable("a\x00b\u202ec  🎬 d") == "a b c d"


async def test_requests_of_one_form_may_share_their_pictures_and_keep_their_prompts(tmp_path: Path) -> None:
    async with client(tmp_path, one_film=True) as asks:
        clips = [
            (await asks.ask("GET", (await asks.finished(prompt=prompt))[1])).body for prompt in ("a fox", "שלום 🦊")
        ]
        assert clips[0].endswith(b"free" + b"a fox")
        assert clips[1].endswith(b"free" + "שלום 🦊".encode())
        assert clips[0][: -len(b"....freea fox")] == clips[1][: -len("....freeשלום 🦊".encode())]
        assert [inspected(clip, tmp_path)[0] for clip in clips] == ["h264", "h264"]
