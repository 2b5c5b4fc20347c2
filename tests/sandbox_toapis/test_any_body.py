"""Whatever comes as JSON is either read or refused with a sentence."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.toapis.dialect_video import read_video
from sandbox.toapis.dialect_videos import read_videos
from sandbox.toapis.errors import Refused
from sandbox.toapis.request import GenerationRequest
from tests.sandbox_toapis.client import client

ODD = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2)
URLS = st.sampled_from(["https://e.com/a", "asset://x", "asset://", "data:,", "https://[", "http://\ud800", "//", ""])
ROLES = st.sampled_from(["first_frame", "last_frame", "reference_image", "reference_video", "reference_audio"])
MEDIA = st.lists(ODD | st.fixed_dictionaries({}, optional={"url": URLS | ODD, "role": ROLES | ODD}), max_size=4)
BODIES = st.fixed_dictionaries(
    {"model": st.sampled_from(["seedance-2", "seedance-2-mini"]) | ODD},
    optional={
        "prompt": st.just("a fox") | ODD,
        "duration": st.integers(-1, 16) | ODD,
        "ratio": st.just("16:9") | ODD,
        "aspect_ratio": st.just("adaptive") | ODD,
        "resolution": st.just("1080p") | ODD,
        "image_urls": st.lists(URLS | ODD, max_size=2) | ODD,
        "image_with_roles": MEDIA | ODD,
        "video_with_roles": MEDIA | ODD,
        "audio_with_roles": MEDIA | ODD,
        "tools": st.just([{"type": "web_search"}]) | ODD,
        "seed": ODD,
        "return_last_frame": ODD,
        "private_asset_review": ODD,
        "client_business_id": ODD,
    },
)


def read_or_refused(
    read: Callable[[Mapping[str, Any]], GenerationRequest], body: Mapping[str, Any]
) -> GenerationRequest | Refused:
    try:
        return read(body)
    except Refused as refused:
        return refused


@given(BODIES)
def test_any_body_is_read_or_refused(body: dict[str, object]) -> None:
    for read in (read_video, read_videos):
        answer = read_or_refused(read, body)
        if isinstance(answer, Refused):
            assert (answer.refusal.status, bool(answer.refusal.message)) == (400, True)
        else:
            assert answer.prompt.strip() or answer.media
            assert all(medium.url for medium in answer.media)


async def test_numbers_and_depths_that_no_parser_likes(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        start = json.dumps({"model": "seedance-2", "prompt": "a"})[:-1]
        for rest in (f', "seed": {"9" * 5000}}}', f', "tools": {"[" * 100_000}'):
            answer = await asks.ask("POST", "/v1/videos/generations", data=(start + rest).encode())
            assert answer.status == 400
