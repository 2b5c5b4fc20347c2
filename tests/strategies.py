"""Hypothesis strategies for the domain's values: anything that their types allow, likely or not."""

from hypothesis import strategies as st

from bot.domain.ids import new_job_id
from bot.domain.job import Drop, Job
from bot.domain.models import ImageFormat, Model, Ratio
from bot.domain.reply import Fitted, Form, Reply, Rung
from bot.domain.request import KeptImage, VideoRequest
from bot.domain.stages import Reason, Stage

_ID_LENGTH = len(new_job_id())

job_ids = st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=_ID_LENGTH, max_size=_ID_LENGTH)
snowflakes = st.integers(1, 2**63 - 1)
times = st.floats(0, 4e9)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
prompts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=200)
urls = st.builds("https://cdn.example/{}.mp4?ex={}".format, job_ids, st.integers(0, 2**32))
sizes = st.integers(0, 2**40)


def images():
    return st.builds(
        KeptImage,
        sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
        format=st.sampled_from(ImageFormat),
        size=sizes,
        width=st.integers(1, 20_000),
        height=st.integers(1, 20_000),
    )


def requests():
    return st.builds(
        VideoRequest,
        prompt=prompts,
        model=st.sampled_from(Model),
        duration=st.integers(4, 15),
        ratio=st.sampled_from(Ratio),
        image=st.none() | images(),
    )


def replies_():
    return st.builds(
        Reply,
        application_id=snowflakes,
        channel_id=snowflakes,
        guild_id=st.none() | snowflakes,
        message_id=st.none() | snowflakes,
        token=st.none() | st.text("abcdefXYZ0123456789_-.", min_size=1, max_size=80),
        token_at=times,
        private=st.booleans(),
        bot_reaches=st.booleans(),
        limit=sizes,
    )


def fitted_clips():
    return st.builds(Fitted, size=sizes, width=st.integers(2, 8000), height=st.integers(2, 8000))


def drops():
    return st.builds(
        Drop,
        rung=st.sampled_from(Rung),
        channel_id=snowflakes,
        nonce=st.text("abcdef0123456789", min_size=1, max_size=25),
        at=times,
        message_id=st.none() | snowflakes,
        form=st.sampled_from(Form),
        limit=st.none() | sizes,
        fitted=st.none() | fitted_clips(),
    )


def jobs(stages=None):
    """Jobs with every field filled or empty; `stages` is a strategy, all of them when None."""
    return st.builds(
        Job,
        id=job_ids,
        user_id=snowflakes,
        interaction_id=snowflakes,
        request=requests(),
        reply=replies_(),
        created=times,
        stage=st.sampled_from(Stage) if stages is None else stages,
        changed=times,
        pressed=st.none() | job_ids,
        source=st.none() | job_ids,
        image_url=st.none() | urls,
        image_url_at=times,
        not_before=times,
        submitted=st.none() | times,
        task_id=st.none() | words,
        percent=st.none() | st.integers(0, 100),
        completed=st.none() | times,
        clip_url=st.none() | urls,
        clip_dies=st.none() | times,
        clip_bytes=st.none() | sizes,
        drop=st.none() | drops(),
        reason=st.none() | st.sampled_from(Reason),
        said=words,
        told=st.none() | times,
    )
