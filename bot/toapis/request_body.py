"""The body of a submit, built from the model's row of `toapis.models`. Pure: a request and its media's addresses in.

Keys in a fixed order; media in the order of their roles, by which a prompt counts them: "image 1" is the first image.
"""

import re
from collections.abc import Iterator, Sequence

from bot.domain.chain import Operation
from bot.domain.job import Job
from bot.domain.media import ASSET_SCHEME, AssetUse, Kind, Medium, StoredFile
from bot.domain.models import AUTOMATIC, Dialect
from bot.domain.request import VideoRequest
from bot.toapis.model_table import MODELS, URL, MediumField, ModelRow

Body = dict[str, object]
# As members mention a medium: "image 1", "video 1", "audio 1".
_MENTION = re.compile(r"\b(image|video|audio) (\d{1,2})\b", re.IGNORECASE | re.ASCII)


def medium_url(job: Job, medium: Medium) -> str | None:
    """Return the address that the provider is given for a medium; None while a file has none."""
    if isinstance(medium.source, AssetUse):
        return f"{ASSET_SCHEME}{medium.source.asset_id}"
    hosted = job.input_url_of(medium.source)
    return None if hosted is None else hosted.url


def request_body(request: VideoRequest, urls: Sequence[str], job_id: str, dialect: Dialect, *, review: bool) -> Body:
    """Build the body of a submit; `urls` are the addresses of `request.media`, one for each.

    `review` asks for the review of private media, where the model has one. What the row has no field for is left out:
    see `unsupported_option`.
    """
    row = MODELS[dialect][request.model]
    body: Body = {
        "model": request.model.value,
        "prompt": _prompt(request, row),
        "duration": row.automatic if request.duration == AUTOMATIC else request.duration,
    }
    for path, value in _fields(request, list(zip(request.media, urls, strict=True)), job_id, row, review=review):
        _put(body, path, value)
    return body


def unsupported_option(request: VideoRequest, dialect: Dialect) -> str | None:
    """Name what a body of that dialect would have to leave out; None when it can say everything.

    A job that was accepted in one dialect may be sent in the other, after a restart with another setting.
    """
    row = MODELS[dialect].get(request.model)
    if row is None or not row.enabled:
        return "model"
    capability = row.capability
    left_out = {
        "duration": request.duration == AUTOMATIC and not capability.automatic,
        "ratio": request.ratio not in capability.ratios,
        "resolution": request.resolution is not None and request.resolution not in capability.resolutions,
        "sound": request.sound is not None and not capability.sound,
        "seed": request.seed is not None and not capability.seed,
        "last_picture": request.last_picture and not capability.last_picture,
        "format": request.format is not None and request.format not in capability.formats,
        "web_search": request.web_search and not capability.web_search,
        "operation": request.operation not in (Operation.GENERATE, *capability.operations),
    }
    return next((option for option, gone in left_out.items() if gone), None)


def _fields(
    request: VideoRequest, media: Sequence[tuple[Medium, str]], job_id: str, row: ModelRow, *, review: bool
) -> Iterator[tuple[str, object]]:
    """Yield (path, value) of everything behind the length, in the order in which it stands in the body."""
    if request.operation is not Operation.GENERATE:
        yield row.operation, request.operation.value
    has_images = any(medium.kind is Kind.IMAGE for medium, _ in media)
    if row.ratio and (row.ratio_beside_images or not has_images):
        yield row.ratio, request.ratio.value
    if request.resolution is not None:
        yield row.size, row.sizes.get(request.resolution, request.resolution.value)
    if row.capability.sound:
        # Said even where it is what the provider does by itself.
        yield row.sound, row.sound_default if request.sound is None else request.sound
    yield from _media(media, row)
    chosen = ((row.seed, request.seed), (row.format, request.format and request.format.value))
    yield from ((path, value) for path, value in chosen if value is not None)
    if request.last_picture:
        yield row.last_picture, True
    if request.web_search:
        yield row.web_search, [{"type": "web_search"}]
    # Without media there is nothing to review: the provider's page asks to leave it out.
    if review and row.review and media:
        yield row.review, True
    if row.own_id:
        yield row.own_id, job_id


def _media(media: Sequence[tuple[Medium, str]], row: ModelRow) -> Iterator[tuple[str, object]]:
    fields = row.media
    if len(media) == 1 and isinstance(media[0][0].source, StoredFile):
        fields = {**fields, **row.lone_file}
    lists: dict[str, list[object]] = {}
    for kind in Kind:
        for medium, url in media:
            if medium.kind is not kind:
                continue
            place = fields[medium.role]
            if place.single:
                yield place.path, _entry(place, url)
            else:
                lists.setdefault(place.path, []).append(_entry(place, url))
    yield from lists.items()


def _entry(place: MediumField, url: str) -> object:
    if place.entry is None:
        return url
    return {key: url if value == URL else value for key, value in place.entry.items()}


def _put(body: Body, path: str, value: object) -> None:
    *outer, last = path.split(".")
    for key in outer:
        inner = body.setdefault(key, {})
        if not isinstance(inner, dict):
            raise TypeError(f"{path} goes through a field that holds a value")
        body = inner
    body[last] = value


def _prompt(request: VideoRequest, row: ModelRow) -> str:
    """Write the prompt as the model reads it; a reference that it does not mention is mentioned at its end."""
    template = row.mention
    if template is None:
        return request.prompt
    unmentioned = {
        (kind, number + 1): medium.role.refers
        for kind in Kind
        for number, medium in enumerate(each for each in request.media if each.kind is kind)
    }
    known = frozenset(unmentioned)

    def rewrite_mention(found: re.Match[str]) -> str:
        key = Kind(found[1].lower()), int(found[2])
        unmentioned.pop(key, None)
        return template.format(kind=key[0], number=key[1]) if key in known else found[0]

    prompt = _MENTION.sub(rewrite_mention, request.prompt)
    rest = (template.format(kind=kind, number=number) for (kind, number), refers in unmentioned.items() if refers)
    return " ".join([prompt, *rest])
