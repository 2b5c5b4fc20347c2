"""Jobs to draw: one plain one, and any that can exist."""

from dataclasses import replace

from hypothesis import strategies as st

from bot.domain.job import Drop, Job
from bot.domain.models import ImageFormat, Model, Ratio
from bot.domain.progress import Outlook
from bot.domain.reply import Form, Reply, Rung
from bot.domain.request import KeptImage, VideoRequest
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
_images = st.builds(
    KeptImage,
    st.text("0123456789abcdef", min_size=64, max_size=64),
    st.sampled_from(ImageFormat),
    st.integers(1, 10**7),
    st.integers(1, 10**5),
    st.integers(1, 10**5),
)
_requests = st.builds(
    VideoRequest,
    nasty_texts,
    st.sampled_from(Model),
    st.integers(4, 15),
    st.sampled_from(Ratio),
    st.none() | _images,
)
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
    Drop,
    st.sampled_from(Rung),
    _snowflakes,
    st.just("nonce"),
    _times,
    st.none() | _snowflakes,
    st.sampled_from(Form),
)
any_job = st.builds(
    Job,
    _ids,
    _snowflakes,
    _snowflakes,
    _requests,
    _replies,
    created=_times,
    stage=st.sampled_from(Stage),
    changed=_times,
    image_url=st.none() | st.just("https://cdn.example/" + "i" * 1000 + ".png"),
    image_url_at=_times,
    submitted=st.none() | _times,
    percent=st.none() | st.integers(0, 100),
    clip_url=st.just("https://files.example/v.mp4"),
    clip_dies=st.none() | _times,
    clip_bytes=st.none() | st.integers(1, 2**29),
    drop=st.none() | _drops,
    reason=st.none() | st.sampled_from(Reason),
    said=nasty_texts,
)
any_outlook = st.builds(Outlook, st.none() | st.integers(1, 10**6), st.none() | _times, st.booleans())
