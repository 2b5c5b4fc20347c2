"""What a submit says, in each dialect. Pure: a request and the addresses of its media in, a body out.

Keys in a fixed order; media in the order of their roles, by which a prompt counts them: "image 1" is the first image.
"""

from collections.abc import Iterator, Sequence

from bot.domain.media import Kind, Role, StoredFile
from bot.domain.models import CAPABILITIES, Dialect
from bot.domain.request import VideoRequest

Body = dict[str, object]

_FIELDS = {
    Kind.IMAGE: "image_with_roles",
    Kind.VIDEO: "video_with_roles",
    Kind.AUDIO: "audio_with_roles",
}


def request_body(request: VideoRequest, urls: Sequence[str], job_id: str, dialect: Dialect, *, review: bool) -> Body:
    """Build the body of a submit; `urls` are the addresses of `request.media`, one for each.

    From the provider's pages "POST /v1/video/generations" and "POST /v1/videos/generations". `review` asks for the
    review of private media, in dialect VIDEOS only. The request must be within the dialect: see `unsupported_option`.
    """
    match dialect:
        case Dialect.VIDEO:
            return {**_told(request), "ratio": request.ratio.value, **_media_of_video(request, urls)}
        case Dialect.VIDEOS:
            return {
                **_told(request),
                "aspect_ratio": request.ratio.value,
                **({} if request.resolution is None else {"resolution": request.resolution.value}),
                "generate_audio": request.sound is not False,  # what the provider does by itself, said all the same
                **_with_roles(request, urls),
                # Without media there is nothing to review: the provider's page asks to leave it out.
                **dict(_options(request, review=review and bool(request.media))),
                "client_business_id": job_id,
            }


def unsupported_option(request: VideoRequest, dialect: Dialect) -> str | None:
    """Name what a body of that dialect would have to leave out; None when it can say everything.

    A job that was taken on in one dialect may be sent in the other, after a restart with another setting.
    """
    capability = CAPABILITIES[dialect].get(request.model)
    if capability is None:
        return "model"
    left_out = {
        "ratio": request.ratio not in capability.ratios,
        "resolution": request.resolution is not None and request.resolution not in capability.resolutions,
        "sound": request.sound is not None and not capability.sound,
        "seed": request.seed is not None and not capability.seed,
        "last_picture": request.last_picture and not capability.last_picture,
        "web_search": request.web_search and not capability.web_search,
    }
    return next((option for option, gone in left_out.items() if gone), None)


def _told(request: VideoRequest) -> Body:
    return {"model": request.model.value, "prompt": request.prompt, "duration": request.duration}


def _media_of_video(request: VideoRequest, urls: Sequence[str]) -> Body:
    # The documented place of a first frame alone; assets are documented with their roles only.
    match request.media:
        case [medium] if medium.role is Role.FIRST_FRAME and isinstance(medium.source, StoredFile):
            return {"image_urls": list(urls)}
        case _:
            return _with_roles(request, urls)


def _with_roles(request: VideoRequest, urls: Sequence[str]) -> Body:
    placed = list(zip(request.media, urls, strict=True))
    return {
        field: entries
        for kind, field in _FIELDS.items()
        if (entries := [{"url": url, "role": medium.role.value} for medium, url in placed if medium.kind is kind])
    }


def _options(request: VideoRequest, *, review: bool) -> Iterator[tuple[str, object]]:
    if request.seed is not None:
        yield "seed", request.seed
    if request.last_picture:
        yield "return_last_frame", True
    if request.web_search:
        yield "tools", [{"type": "web_search"}]
    if review:
        yield "private_asset_review", True
