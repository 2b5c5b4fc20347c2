"""What commit 8852eb4 wrote into `8852eb4.db.gz`, as values of the domain: every field that there was then.

The database and its backup (`8852eb4-backup.db.gz`) were made once, by that commit's own code: this module was put
beside its tests, and `make.txt` run there, which accepts each job and saves it stage by stage through that commit's
`Store`, and then calls its `backup`. Cards and forms in `8852eb4.json` are what its `ui` drew.
"""

from dataclasses import replace
from itertools import count

from bot.domain.assets import Asset, AssetStage, Character, Verification, VerificationStage
from bot.domain.job import DeliveryAttempt, Job
from bot.domain.media import AssetUse, InputUrl, Kind, MediaFormat, Medium, Role, StoredFile
from bot.domain.models import Model, Ratio, Resolution
from bot.domain.pending_reply import PendingReply
from bot.domain.reply import Reply, Route, ShrunkClip, Variant
from bot.domain.request import VideoRequest
from bot.domain.stages import Reason, Stage

NOW = 1_795_000_000.123457
MARA, TOMAS = 1001, 1002
PAGES = "https://cdn.example"

_numbers = count(1)

ADDRESSES = {
    "public": Reply(1, 3001, 2001, 4001, "token-public", NOW, private=False, bot_reaches=True, limit=10_485_760),
    "private": Reply(1, 3001, 2001, 4002, "token-private", NOW, private=True, bot_reaches=True, limit=10_485_760),
    "no token": Reply(1, 3001, 2001, 4003, None, NOW - 1000, private=False, bot_reaches=True, limit=104_857_600),
    "no message": Reply(1, 3001, 2001, None, "token-early", NOW, private=False, bot_reaches=True, limit=10_485_760),
    "user installed": Reply(1, 3002, None, 4005, "token-own", NOW, private=True, bot_reaches=False, limit=10_485_760),
    "direct": Reply(1, 3003, None, 4006, "token-direct", NOW, private=False, bot_reaches=True, limit=10_485_760),
}
"""An address of each kind."""

FRAME = StoredFile("a" * 64, MediaFormat.PNG, 1000, 640, 480)
LAST = StoredFile("b" * 64, MediaFormat.JPEG, 2000, 480, 640)
RUN = StoredFile("c" * 64, MediaFormat.MP4, 30_000, 1280, 720, 2.5)
HOWL = StoredFile("d" * 64, MediaFormat.WAV, 4000, seconds=2.5)
BORROWED = AssetUse("pa_1", Kind.IMAGE, "Füchsin")

TEXT = VideoRequest("A fox — Füchsin, лиса, 狐 🦊 — runs\nover `snow`", Model.SEEDANCE_2, 5, Ratio.WIDE)
FRAMES = VideoRequest(
    "From dusk to dawn",
    Model.SEEDANCE_2_FAST,
    4,
    Ratio.TALL,
    (Medium(Role.FIRST_FRAME, FRAME), Medium(Role.LAST_FRAME, LAST)),
)
EVERYTHING = VideoRequest(
    "Image 1 and image 2 run like video 1 to audio 1",
    Model.SEEDANCE_2_MINI,
    15,
    Ratio.ADAPTIVE,
    (
        Medium(Role.REFERENCE_IMAGE, FRAME),
        Medium(Role.REFERENCE_IMAGE, BORROWED),
        Medium(Role.REFERENCE_VIDEO, RUN),
        Medium(Role.REFERENCE_AUDIO, HOWL),
    ),
    Resolution.P480,
    sound=False,
    seed=2**31 - 1,
    last_picture=True,
)
SEARCHED = replace(TEXT, prompt="The weather", sound=True, seed=0, web_search=True, resolution=Resolution.UHD)
SHOWN = (
    InputUrl("a" * 64, f"{PAGES}/a.png?ex=1&hm=2%2F", NOW - 5),
    InputUrl("b" * 64, "https://files.example/uploads/b", NOW - 4, uploaded=True),
)


# Reasons that commit did not know, and the one that is never written down.
_LATER = frozenset({"other version", "not taken", "manager", "paused"})


def _job(stage: Stage, request: VideoRequest = TEXT, address: str = "public", **fields: object) -> Job:
    number = next(_numbers)
    plain = Job(
        f"{stage.value.replace(' ', '')}{number:0>20}"[:10] + f"{number:0>10}",
        MARA,
        5_000_000 + number,
        replace(request, prompt=f"{request.prompt} ({number})"),
        ADDRESSES[address],
        NOW - 500 + number,
        stage,
        NOW - 100 + number,
    )
    return replace(plain, **fields)


_SENT: dict[str, object] = {"submitted": NOW - 90}
_RUNS = _SENT | {"task_id": "tsk"}
_READY = _RUNS | {
    "percent": 100,
    "completed": NOW - 20,
    "clip_url": f"{PAGES}/clip.mp4?X-Sig=%2Fa%2Bb",
    "clip_dies": NOW + 86_380,
}
_KEPT = _READY | {"clip_bytes": 1_234_567}


def _drop(route: Route, **fields: object) -> DeliveryAttempt:
    return replace(DeliveryAttempt(route, 3001, f"nonce{route.value[:4]}d", NOW - 10, 4001), **fields)


DROPS = (
    _drop(Route.TOKEN, limit=10_485_760),
    _drop(Route.BOT, variant=Variant.PLAIN),
    _drop(Route.CHANNEL, message_id=None, variant=Variant.LINK),
    _drop(Route.DIRECT, channel_id=3003, message_id=4009, limit=8_000_000, shrunk=ShrunkClip(7_000_000, 960, 540)),
    _drop(Route.ASKED, message_id=4010),
)


def _jobs() -> list[Job]:
    made = [
        *(_job(Stage.WAITING, address=address) for address in ADDRESSES),
        _job(Stage.WAITING, FRAMES, input_urls=SHOWN, not_before=NOW + 30, provider_message="try later"),
        _job(Stage.WAITING, EVERYTHING, "private", user_id=TOMAS, source="delivered00000000001"),
        _job(Stage.WAITING, SEARCHED, user_id=TOMAS, pressed="failed00000000000001"),
    ]
    for request, address in ((TEXT, "public"), (FRAMES, "private"), (EVERYTHING, "user installed")):
        input_url = SHOWN if request is FRAMES else ()
        plain: dict[str, object] = {"input_urls": input_url}
        made += [
            _job(Stage.SUBMITTING, request, address, **plain | _SENT),
            _job(Stage.QUEUED, request, address, **plain | _RUNS),
            _job(Stage.RENDERING, request, address, **plain | _RUNS, percent=40),
            _job(Stage.READY, request, address, **plain | _READY, last_picture_url=f"{PAGES}/last.png"),
            _job(Stage.READY, request, address, **plain | _KEPT),
            _job(Stage.HELD, request, address, **plain | _KEPT),
            _job(Stage.CANCELLED, request, address, **plain, reason=Reason.OWNER),
            _job(Stage.CANCELLED, request, address, **plain, reason=Reason.TOO_OLD, notified_at=NOW - 1),
        ]
    for attempt in DROPS:
        made += [_job(stage, **_KEPT, attempt=attempt) for stage in (Stage.DELIVERING, Stage.DELIVERED)]
        made += [_job(Stage.DELIVERED, FRAMES, "no token", **_READY, attempt=attempt, notified_at=NOW - 1)]
    reasons = [reason for reason in Reason if reason.value not in _LATER]
    made += [_job(Stage.FAILED, reason=reason, provider_message="“No.”", **_RUNS) for reason in reasons]
    made += [_job(Stage.FAILED, FRAMES, "private", reason=reason, notified_at=NOW, **_SENT) for reason in reasons]
    return [job if job.task_id is None else replace(job, task_id=f"tsk_{job.id}") for job in made]


JOBS = _jobs()
PENDING_REPLIES = [
    PendingReply(9000 + number, Reply(1, 3001, None, None, f"token{number}", NOW - number, True, False, 0))
    for number in range(3)
]

CHARACTERS = [
    Character("character00000000001", MARA, "Füchsin", "pg_1", NOW - 400, guild_id=2001),
    Character("character00000000002", MARA, "Ada", "pg_2", NOW - 300, real=True, guild_id=2001, shared_in=2001),
    Character("character00000000003", TOMAS, "Run", "", NOW - 200, guild_id=2001, shared_in=2001),
]


def _assets() -> list[Asset]:
    made = [
        Asset(
            f"asset{stage.value:0>5.5}{number:0>10}",
            CHARACTERS[0].id,
            MARA,
            f"{stage} Wölfin {number}",
            Kind.IMAGE,
            NOW - 100 + number,
            stage,
            asset_id=None if stage is AssetStage.UPLOADING else f"pa_{stage}{number}",
            stored=FRAME,
            reply=ADDRESSES[address] if address else None,
            provider_message="“No.”" if stage is AssetStage.FAILED else "",
            notified_at=NOW if number % 2 and stage in {AssetStage.ACTIVE, AssetStage.FAILED} else None,
            hidden=number == 0,
        )
        for stage in AssetStage
        for number, address in enumerate((None, *ADDRESSES))
    ]
    imported = Asset(
        "import00000000000001",
        CHARACTERS[2].id,
        TOMAS,
        "Run",
        Kind.VIDEO,
        NOW,
        AssetStage.ACTIVE,
        "pa_else",
        notified_at=NOW,
    )
    ada = ("real0000000000000001", CHARACTERS[1].id, MARA, "Ada 1")
    real = Asset(*ada, Kind.IMAGE, NOW, AssetStage.ACTIVE, "pa_ada", LAST, real=True, notified_at=NOW)
    return [*made, imported, real]


ASSETS = _assets()
VERIFICATIONS = [
    Verification("verify00000000000001", MARA, "Bo", NOW - 50),
    Verification(
        *("verify00000000000002", MARA, "Cy", NOW - 40),
        stage=VerificationStage.STARTED,
        guild_id=2001,
        task_id="vt_2",
        link="https://verify.example/2?x=%2F",
        link_dies=NOW + 80,
    ),
    Verification(
        *("verify00000000000003", MARA, "Ada", NOW - 310),
        stage=VerificationStage.VERIFIED,
        task_id="vt_3",
        link="https://verify.example/3",
        link_dies=NOW - 190,
        character_id=CHARACTERS[1].id,
    ),
    Verification(
        *("verify00000000000004", TOMAS, "Di", NOW - 30),
        stage=VerificationStage.FAILED,
        task_id="vt_4",
        provider_message="“No.”",
    ),
]
UPLOADS = [InputUrl(digest * 64, f"https://files.example/uploads/{digest}", NOW, uploaded=True) for digest in "bcd"]
NOTES = {"commands": "a digest", "recall proved https://toapis.example": "yes", "ratio": "2026-11-01"}
