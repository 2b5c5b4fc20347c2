"""Whatever is asked for is refused with a sentence, or leaves as a body that keeps the provider's contract."""

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema_rs import Draft202012Validator, meta

from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.job import Job
from bot.domain.media import Kind, StoredFile
from bot.domain.models import Dialect
from bot.studio.intake.collect import MediaCollector
from bot.toapis.request_body import medium_url, request_body, unsupported_option
from bot.ui.problem_texts import problems_text
from tests.languages import ENGLISH
from tests.toapis.contract_schema import FILES, SUBMITS
from tests.toapis.drafts import allowed_cases, any_cases
from tests.toapis.fakes import REPLY, START

for schema in (*SUBMITS.values(), *FILES.values()):
    meta.validate(schema)


SUBMIT_JUDGES = {dialect: Draft202012Validator(schema) for dialect, schema in SUBMITS.items()}
FILE_JUDGES = {dialect: Draft202012Validator(schema) for dialect, schema in FILES.items()}
MANY = settings(max_examples=300, print_blob=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def judged(case) -> Job | Refusal:
    try:
        return taken_on(case)
    except Refusal as refusal:
        return refusal


def taken_on(case) -> Job:
    """Accept a draft as the studio does; raises Refusal."""
    request, collected = asyncio.run(MediaCollector(case, case, case.catalogue).request_of(Caller(5), case.draft, case))
    job = Job("k3f9a2" + "0" * 14, 5, 6, request, REPLY, START)
    return job.with_input_urls(*collected.input_urls)


def keeps_the_contract(case, job: Job) -> None:
    dialect, request = case.catalogue.dialect, job.request
    assert unsupported_option(request, dialect) is None
    urls = [medium_url(job, medium) for medium in request.media]
    body = json.loads(json.dumps(request_body(request, urls, job.id, dialect, review=case.catalogue.review)))
    SUBMIT_JUDGES[dialect].validate(body)
    FILE_JUDGES[dialect].validate(files_of(job))
    sent = body.get("image_urls", [])
    sent += [entry["url"] for field in ("image", "video", "audio") for entry in body.get(f"{field}_with_roles", [])]
    assert sorted(sent) == sorted(urls), "every medium leaves, and none twice"


def files_of(job: Job):
    files = [(medium.role, medium.source) for medium in job.request.media if isinstance(medium.source, StoredFile)]
    seconds = {
        kind: sum(stored.seconds for _, stored in files if stored.kind is kind) for kind in (Kind.VIDEO, Kind.AUDIO)
    }
    described = [
        {
            "role": role.value,
            "format": stored.format.value,
            "bytes": stored.size,
            "aspect": stored.width / stored.height,
            "sides": [stored.width, stored.height],
            "seconds": stored.seconds,
        }
        for role, stored in files
    ]
    return {"files": described, "video_seconds": seconds[Kind.VIDEO], "audio_seconds": seconds[Kind.AUDIO]}


@MANY
@given(any_cases())
def test_any_draft_is_refused_with_a_sentence_or_keeps_the_contract(case) -> None:
    match judged(case):
        case Refusal(problems=problems):
            assert problems_text(ENGLISH, problems).strip()
        case job:
            keeps_the_contract(case, job)


@MANY
@given(allowed_cases())
def test_what_the_contract_allows_is_taken_on_and_keeps_it(case) -> None:
    keeps_the_contract(case, taken_on(case))


BASE = {
    "video": {"model": "seedance-2", "prompt": "p", "duration": 5, "ratio": "16:9"},
    "videos": {
        "model": "seedance-2",
        "prompt": "p",
        "duration": 5,
        "aspect_ratio": "16:9",
        "client_business_id": "j",
    },
}
URL = "https://a.example/b"


def roles(*names, url=URL):
    return [{"url": url, "role": name} for name in names]


ONE_IMAGE = {"image_with_roles": roles("reference_image")}
ONE_VIDEO = {"video_with_roles": roles("reference_video")}
ONE_SOUND = {"audio_with_roles": roles("reference_audio")}
IN_BOTH = [
    {"prompt": " "},
    {"prompt": None},
    {"duration": 3},
    {"duration": 16},
    {"duration": 0},
    {"duration": "5"},
    {"model": "seedance-3"},
    {"callback": URL},
    {"image_urls": []},
    {"image_urls": [URL, URL]},
    {"image_urls": ["http://a.example/b"]},
    {"image_urls": ["data:image/png;base64,AA=="]},
    {"image_urls": [URL], **ONE_IMAGE},
    {"image_urls": [URL], **ONE_VIDEO},
    {"image_with_roles": roles("last_frame")},
    {"image_with_roles": roles("first_frame", "first_frame")},
    {"image_with_roles": roles("first_frame", "reference_image")},
    {"image_with_roles": roles("first_frame"), **ONE_VIDEO},
    {"image_with_roles": roles(*["reference_image"] * 10)},
    {"image_with_roles": roles("reference_video")},
    {"image_with_roles": [{"url": URL}]},
    {"video_with_roles": roles(*["reference_video"] * 4)},
    {"audio_with_roles": roles(*["reference_audio"] * 4), **ONE_IMAGE},
    {"video_with_roles": []},
    ONE_SOUND,
]
IN_VIDEO = [
    {"model": "seedance-2-mini"},
    {"ratio": "3:4"},
    {"ratio": None},
    {"aspect_ratio": "16:9"},
    {"seed": 1},
    {"resolution": "720p"},
    {"client_business_id": "j"},
]
IN_VIDEOS = [
    {"ratio": "16:9"},
    {"aspect_ratio": "2:1"},
    {"client_business_id": ""},
    {"resolution": "2k"},
    {"model": "seedance-2-fast", "resolution": "1080p"},
    {"model": "seedance-2-mini", "resolution": "4k"},
    {"seed": "1"},
    {"generate_audio": "true"},
    {"tools": []},
    {"tools": [{"type": "code"}]},
    {"tools": [{"type": "web_search"}], **ONE_IMAGE},
    {"private_asset_review": True, "image_with_roles": roles("reference_image", url="asset://a")},
    {"private_asset_review": True, **ONE_IMAGE, "video_with_roles": roles("reference_video", url="asset://a")},
]


@pytest.mark.parametrize(
    ("dialect", "change"),
    [
        *((dialect, change) for dialect in SUBMITS for change in IN_BOTH),
        *(("video", change) for change in IN_VIDEO),
        *(("videos", change) for change in IN_VIDEOS),
    ],
)
def test_the_schema_refuses_what_the_contract_does_not_know(dialect, change) -> None:
    body = {key: value for key, value in {**BASE[dialect], **change}.items() if value is not None}
    assert not SUBMIT_JUDGES[dialect].is_valid(body)


@pytest.mark.parametrize("dialect", Dialect)
def test_the_schema_takes_every_mode(dialect) -> None:
    for media in (
        {},
        {"image_urls": [URL]},
        {"image_with_roles": roles("last_frame", "first_frame")},
        {"image_with_roles": roles(*["reference_image"] * 9), **ONE_VIDEO, **ONE_SOUND},
        {"video_with_roles": roles(*["reference_video"] * 3, url="asset://a"), **ONE_SOUND},
    ):
        SUBMIT_JUDGES[dialect].validate({**BASE[dialect], **media})
