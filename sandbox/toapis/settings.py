"""How the stand-in behaves from its start; what changes while it runs is in `provider`."""

from dataclasses import dataclass, field
from enum import StrEnum


class Dialect(StrEnum):
    """The two forms of the provider's API, by the word in their path."""

    VIDEO = "video"
    VIDEOS = "videos"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """Times are seconds of the provider's own pace: `time_scale` of them pass in one second of the clock.

    Attributes:
        dialects: which paths answer; any other path is a proxy's HTML page with 404.
        run_seconds: shortest and longest run of a task ("typical 1 to 5 min").
        time_scale: divides runs and the windows of rate limits, not the life of a URL.
        seed: of the runs' lengths and the ids.
        limited: whether the documented rate limits hold.
        size_scale: share of the documented pixels that footage really has.
        clip_bytes: smallest size of every clip in bytes, zero for whatever it takes.
        clip_content_type: "video/mp4" or "application/octet-stream", both seen.
        url_seconds: life of a result's URL in seconds of the clock.
        replays: whether repeating a POST with the same `client_business_id` answers the existing task.
        no_such_task: the shape of not found: "error" (404) or "task_not_exist" (400).
        chinese: whether errors speak Chinese.
        shape: the form of errors, a key of `errors.SHAPES`.
        asset_shape: the form of the errors of uploads and assets; bad keys and rate limits keep `shape`.
        asset_seconds: shortest and longest processing of an asset.
        review_seconds: shortest and longest time that a private review of media keeps a task queued.
        session_seconds: shortest and longest time until the verification of a person has its link.
        link_seconds: life of that link in seconds of the clock.
        judges_sources_first: whether a bad `source_url` is refused at once, in place of an asset that fails later.
        judges_footage: whether a reference video's pixels and pictures a second are judged, as other sellers of the
            same model do.
        renders: clips made at once.
        render_seconds: real seconds after which making a clip is given up.
        one_film: whether all requests of one form share their pictures, each with its own prompt in a box behind
            them: what many jobs can afford.
        font: path of a font file for prompts; "" finds one.
    """

    dialects: frozenset[Dialect] = field(default_factory=lambda: frozenset(Dialect))
    run_seconds: tuple[float, float] = (60.0, 300.0)
    time_scale: float = 1.0
    seed: int = 1
    limited: bool = True
    size_scale: float = 1.0
    clip_bytes: int = 0
    clip_content_type: str = "video/mp4"
    url_seconds: float = 86_400.0
    replays: bool = True
    no_such_task: str = "error"
    chinese: bool = False
    shape: str = "error"
    asset_shape: str = "success_false"
    asset_seconds: tuple[float, float] = (10.0, 40.0)
    review_seconds: tuple[float, float] = (60.0, 1200.0)
    session_seconds: tuple[float, float] = (0.0, 3.0)
    link_seconds: float = 120.0
    judges_sources_first: bool = False
    judges_footage: bool = False
    renders: int = 1
    render_seconds: float = 90.0
    one_film: bool = False
    font: str = ""
