"""Jobs to draw: one plain one, and any that can exist."""

from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from bot.domain.job import DeliveryAttempt, Job
from bot.domain.media import AssetUse, InputUrl, MediaFormat, Medium, Role, StoredFile
from bot.domain.models import MAX_SEED, Model, Ratio, Resolution
from bot.domain.money import Price
from bot.domain.progress import Forecast, Holdup
from bot.domain.reply import Reply, Route, Variant
from bot.domain.request import VideoRequest
from bot.domain.stages import Reason, Stage

JOB_ID = "k3f9a2k3f9a2k3f9a2ab"
NOW = 1_800_000_000.0
REPLY = Reply(11, 22, 33, 44, "token", NOW - 60, private=False, bot_reaches=True, limit=10 * 1024 * 1024)
REQUEST = VideoRequest("a fox in the snow", Model.SEEDANCE_2, 5, Ratio.WIDE)
PLAIN = Job(JOB_ID, 7, 8, REQUEST, REPLY, created=NOW - 60, changed=NOW - 60)


def a_job(stage: Stage, **changes) -> Job:
    return replace(PLAIN, stage=stage, **changes)


_ids = st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=20, max_size=20)
_snowflakes = st.integers(1, 2**64 - 1)
_times = st.floats(0, 4e9)
# Worst cases weigh more than anything else here.
nasty_texts = st.one_of(
    st.text(max_size=300),
    st.text("`\u202e\u200b@<>/:*_~|\\\r\n\x00 e\U0001f600", max_size=300),
    st.sampled_from(["x" * 6000, "`" * 6000, "\n" * 6000, "@everyone " * 600, "\U0001f468\u200d\U0001f469" * 1500]),
)
_sha256s = st.text("0123456789abcdef", min_size=64, max_size=64)


def _files(formats) -> st.SearchStrategy[StoredFile]:
    lengths = st.none() | st.floats(0, 1e6)
    return st.builds(StoredFile, _sha256s, formats, st.integers(1, 10**9), *[st.integers(0, 10**5)] * 2, lengths)


def _media_as(role: Role, maximum: int) -> st.SearchStrategy[list[Medium]]:
    files = _files(st.sampled_from([each for each in MediaFormat if each.kind is role.kind]))
    assets = st.builds(AssetUse, st.text(max_size=40), st.just(role.kind), nasty_texts)
    return st.lists(st.builds(Medium, st.just(role), files | assets), max_size=maximum)


_frames = st.tuples(_media_as(Role.FIRST_FRAME, 1), _media_as(Role.LAST_FRAME, 1))
_references = st.tuples(
    _media_as(Role.REFERENCE_IMAGE, 9), _media_as(Role.REFERENCE_VIDEO, 3), _media_as(Role.REFERENCE_AUDIO, 3)
)
_some_media = (_frames | _references).map(lambda lists: tuple(medium for media in lists for medium in media))
_requests = st.builds(
    VideoRequest,
    nasty_texts,
    st.sampled_from(Model),
    st.integers(4, 15),
    st.sampled_from(Ratio),
    _some_media,
    st.none() | st.sampled_from(Resolution),
    st.none() | st.booleans(),
    st.none() | st.integers(0, MAX_SEED),
    st.booleans(),
    st.booleans(),
)


def _hosted(job: Job, seed: int) -> Job:
    """Give some of the files addresses."""
    rolled = Random(seed)
    where = [
        InputUrl(
            stored.sha256,
            f"https://cdn.example/{'i' * 900}{at}",
            NOW - rolled.choice([9, 90_000]),
            rolled.random() < 0.5,
        )
        for at, stored in enumerate(job.request.stored)
        if rolled.random() < 0.8
    ]
    return job.with_input_urls(*where)


_replies = st.builds(
    Reply,
    _snowflakes,
    _snowflakes,
    st.none() | _snowflakes,
    st.none() | _snowflakes,
    st.none() | st.just("token"),
    _times,
    st.booleans(),
    st.booleans(),
    st.integers(1, 100 * 1024 * 1024),
)
_drops = st.builds(
    DeliveryAttempt,
    st.sampled_from(Route),
    _snowflakes,
    st.just("nonce"),
    _times,
    st.none() | _snowflakes,
    st.sampled_from(Variant),
)
_unhosted_jobs = st.builds(
    Job,
    _ids,
    _snowflakes,
    _snowflakes,
    _requests,
    _replies,
    created=_times,
    stage=st.sampled_from(Stage),
    changed=_times,
    submitted=st.none() | _times,
    percent=st.none() | st.integers(0, 100),
    clip_url=st.integers(20, 2500).map(lambda length: "https://files.example/v.mp4?".ljust(length, "s")),
    clip_dies=st.none() | _times,
    clip_bytes=st.none() | st.integers(1, 2**29),
    attempt=st.none() | _drops,
    reason=st.none() | st.sampled_from(Reason),
    provider_message=nasty_texts,
    incomplete=st.booleans(),
    price=st.none() | st.builds(Price, st.integers(0, 10**15), st.sampled_from(("USD", "JPY", "EUR"))),
    last_picture_url=st.none() | st.integers(10, 2500).map(lambda length: "https://x.example/l".ljust(length, "s")),
)
any_job = st.builds(_hosted, _unhosted_jobs, st.integers(0, 2**32))
any_forecast = st.builds(
    Forecast,
    st.none() | st.integers(1, 10**6),
    st.none() | _times,
    st.booleans(),
    st.booleans(),
    st.none() | st.sampled_from(Holdup),
    st.booleans(),
)
