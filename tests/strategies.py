"""Hypothesis strategies for the domain's values: anything that their types allow, likely or not."""

from hypothesis import strategies as st

from bot.domain.chain import NextStep, Operation
from bot.domain.ids import new_job_id
from bot.domain.job import DeliveryAttempt, Job
from bot.domain.media import AssetUse, InputUrl, Kind, MediaFormat, Medium, Original, Role, StoredFile
from bot.domain.models import MAX_SEED, Dialect, Model, Ratio, Resolution
from bot.domain.origin import Origin
from bot.domain.reply import Reply, Route, ShrunkClip, Variant
from bot.domain.request import VideoRequest
from bot.domain.stages import Reason, Stage

_ID_LENGTH = len(new_job_id())

job_ids = st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=_ID_LENGTH, max_size=_ID_LENGTH)
snowflakes = st.integers(1, 2**63 - 1)
times = st.floats(0, 4e9)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
prompts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=200)
urls = st.builds("https://cdn.example/{}.mp4?ex={}".format, job_ids, st.integers(0, 2**32))
sizes = st.integers(0, 2**40)


digests = st.text("0123456789abcdef", min_size=64, max_size=64)


def kept_files():
    return st.builds(
        StoredFile,
        sha256=digests,
        format=st.sampled_from(MediaFormat),
        size=sizes,
        width=st.integers(0, 20_000),
        height=st.integers(0, 20_000),
        seconds=st.none() | st.floats(0, 1e6),
        original=st.none() | originals(),
        author_ids=st.lists(snowflakes, max_size=2, unique=True).map(tuple),
    )


def originals():
    return st.builds(
        Original,
        name=words,
        width=st.integers(0, 20_000),
        height=st.integers(0, 20_000),
        seconds=st.none() | st.floats(0, 1e6),
        turned=st.booleans(),
    )


def media():
    """Media of any role; the source's kind is not always the role's."""
    assets = st.builds(AssetUse, asset_id=words, kind=st.sampled_from(Kind), name=words)
    return st.builds(Medium, role=st.sampled_from(Role), source=kept_files() | assets)


def hosted_files():
    return st.builds(InputUrl, sha256=digests, url=urls, at=times, uploaded=st.booleans())


def requests():
    return st.builds(
        VideoRequest,
        prompt=prompts,
        model=st.sampled_from(Model),
        duration=st.integers(4, 15),
        ratio=st.sampled_from(Ratio),
        media=st.lists(media(), max_size=4).map(tuple),
        resolution=st.none() | st.sampled_from(Resolution),
        sound=st.none() | st.booleans(),
        seed=st.none() | st.integers(0, MAX_SEED),
        last_picture=st.booleans(),
        web_search=st.booleans(),
        operation=st.sampled_from(Operation),
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
        attach_files=st.booleans(),
        send_messages=st.booleans(),
        in_thread=st.booleans(),
        bot_added=st.booleans(),
        external_apps=st.booleans(),
    )


def fitted_clips():
    return st.builds(ShrunkClip, size=sizes, width=st.integers(2, 8000), height=st.integers(2, 8000))


def attempts():
    return st.builds(
        DeliveryAttempt,
        route=st.sampled_from(Route),
        channel_id=snowflakes,
        nonce=st.text("abcdef0123456789", min_size=1, max_size=25),
        at=times,
        message_id=st.none() | snowflakes,
        variant=st.sampled_from(Variant),
        limit=st.none() | sizes,
        shrunk=st.none() | fitted_clips(),
        hides_prompt=st.booleans(),
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
        parent=st.none() | job_ids,
        part=st.integers(1, 50),
        parent_seconds=st.integers(0, 30),
        holds_parent=st.booleans(),
        origin=st.none() | st.builds(Origin, step=st.none() | st.sampled_from(NextStep)),
        input_urls=st.lists(hosted_files(), max_size=3).map(tuple),
        not_before=times,
        submitted=st.none() | times,
        dialect=st.none() | st.sampled_from(Dialect),
        task_id=st.none() | words,
        percent=st.none() | st.integers(0, 100),
        completed=st.none() | times,
        clip_url=st.none() | urls,
        clip_dies=st.none() | times,
        clip_bytes=st.none() | sizes,
        attempt=st.none() | attempts(),
        reason=st.none() | st.sampled_from(Reason),
        provider_message=words,
        notified_at=st.none() | times,
        last_picture_url=st.none() | urls,
    )
