"""What a member asks for, and the check of it that needs no I/O."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.domain.errors import (
    DurationOutside,
    NotOffered,
    PromptEmpty,
    PromptTooLong,
    RatioUnknown,
    Refusal,
    SeedOutside,
    Why,
)
from bot.domain.media import AssetUse, Kept, Medium, Offered, Role
from bot.domain.media_whys import (
    FramesBesideReferences,
    GivenTwice,
    LastWithoutFirst,
    MediumTooLarge,
    SearchBesideMedia,
)
from bot.domain.models import CAPABILITIES, PROMPT_MOST, SEED_MOST, Capability, Model, Offer, Ratio, Resolution


@dataclass(frozen=True, slots=True)
class VideoRequest:
    """One video as asked for; `duration` in seconds.

    `media` in the order of their roles. `resolution`, `sound` and `seed` are None where the member left them to the
    provider, or the dialect has none.
    """

    prompt: str
    model: Model
    duration: int
    ratio: Ratio
    media: tuple[Medium, ...] = ()
    resolution: Resolution | None = None
    sound: bool | None = None
    seed: int | None = None
    last_picture: bool = False
    web_search: bool = False

    @property
    def kept(self) -> tuple[Kept, ...]:
        """List the files among the media, each content once."""
        return tuple(dict.fromkeys(medium.source for medium in self.media if isinstance(medium.source, Kept)))

    @property
    def assets(self) -> tuple[AssetUse, ...]:
        """List the assets among the media."""
        return tuple(medium.source for medium in self.media if isinstance(medium.source, AssetUse))


@dataclass(frozen=True, slots=True)
class Edit:
    """What of a request is to be different when it is made anew; `duration` in seconds, its media stay."""

    prompt: str
    model: Model
    duration: int
    ratio: Ratio
    resolution: Resolution | None = None

    def of(self, request: VideoRequest) -> VideoRequest:
        """Return the request as edited; a size is only chosen where the dialect has any."""
        return replace(
            request,
            prompt=clean_prompt(self.prompt),
            model=self.model,
            duration=self.duration,
            ratio=self.ratio,
            resolution=self.resolution or request.resolution,
        )


@dataclass(frozen=True, slots=True)
class WithoutSound:
    """Only the sound of a request is to be left out when it is made anew."""

    def of(self, request: VideoRequest) -> VideoRequest:
        """Return the request without sound, otherwise as it is."""
        return replace(request, sound=False)


@dataclass(frozen=True, slots=True)
class AssetWish:
    """An asset as the member named it: by its name, or as `asset://…`. Without a `role` it is a reference."""

    typed: str
    role: Role | None = None
    option: str = "asset"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a member typed; `duration` in seconds."""

    prompt: str
    model: Model
    duration: int
    ratio: Ratio
    files: tuple[Offered, ...] = ()
    assets: tuple[AssetWish, ...] = ()
    resolution: Resolution | None = None
    sound: bool | None = None
    seed: int | None = None
    last_picture: bool = False
    web_search: bool = False

    @property
    def has_media(self) -> bool:
        """Tell whether anything goes along with the prompt."""
        return bool(self.files or self.assets)


# Letters and symbols by Unicode's categories that show nothing: Hangul's fillers, Braille's blank.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def _shows_something(text: str) -> bool:
    return any(unicodedata.category(each)[0] in "LNPS" and each not in _BLANK for each in text)


def clean_prompt(text: str) -> str:
    """Strip what no prompt means to hold: NUL characters, halves of surrogate pairs and the space around it."""
    return "".join(each for each in text if each != "\x00" and not "\ud800" <= each <= "\udfff").strip()


def check_wish(wish: Wish, offer: Offer) -> VideoRequest:
    """Check everything about a wish that needs no I/O.

    Returns the request, without its media. Raises Refusal with everything that is wrong.
    """
    known = CAPABILITIES[offer.dialect].get(wish.model)
    # Beside a model that is not offered, the rest is judged by the one that takes the most.
    able = known or offer.widest
    text = clean_prompt(wish.prompt)
    whys = [*_wrong_prompt(text), *_wrong_choices(wish, able), *_wrong_modes(wish, able), *_wrong_sizes(wish, able)]
    if known is None:
        whys.insert(0, NotOffered("model", wish.model, offer.models))
    if whys:
        raise Refusal(*whys)
    return VideoRequest(
        text,
        wish.model,
        wish.duration,
        wish.ratio,
        resolution=wish.resolution or able.default_resolution,
        sound=wish.sound,
        seed=wish.seed,
        last_picture=wish.last_picture,
        web_search=wish.web_search,
    )


def asked_again(request: VideoRequest, offer: Offer) -> Wish:
    """Write a request as the wish that it came from, without its media.

    What only tunes a video is left out where the model no longer knows it; what the video is about is not.
    """
    able = CAPABILITIES[offer.dialect].get(request.model)
    return Wish(
        request.prompt,
        request.model,
        request.duration,
        request.ratio,
        resolution=request.resolution if able and able.resolutions else None,
        sound=request.sound if able and able.sound else None,
        seed=request.seed if able and able.seed else None,
        last_picture=request.last_picture and bool(able and able.last_picture),
        web_search=request.web_search,
    )


def _wrong_prompt(text: str) -> Iterator[Why]:
    if not _shows_something(text):
        yield PromptEmpty()
    if len(text) > PROMPT_MOST:
        yield PromptTooLong(len(text), PROMPT_MOST)


def _wrong_choices(wish: Wish, able: Capability) -> Iterator[Why]:
    if not able.least_seconds <= wish.duration <= able.most_seconds:
        yield DurationOutside(wish.duration, able.least_seconds, able.most_seconds)
    if wish.ratio not in able.ratios:
        yield RatioUnknown(wish.ratio)
    if wish.resolution is not None and wish.resolution not in able.resolutions:
        yield NotOffered("resolution", wish.resolution, able.resolutions)
    if wish.seed is not None and able.seed and not 0 <= wish.seed <= SEED_MOST:
        yield SeedOutside(wish.seed, SEED_MOST)
    asked = {
        "sound": (wish.sound is not None, able.sound),
        "seed": (wish.seed is not None, able.seed),
        "last_picture": (wish.last_picture, able.last_picture),
        "web_search": (wish.web_search, able.web_search),
    }
    for option, (given, offered) in asked.items():
        if given and not offered:
            yield NotOffered(option, "")


def _wrong_modes(wish: Wish, able: Capability) -> Iterator[Why]:
    given: list[Offered | AssetWish] = [*wish.files, *wish.assets]
    roles = [each.role for each in given]
    for role in (Role.FIRST_FRAME, Role.LAST_FRAME):
        if roles.count(role) > 1:
            yield GivenTwice(next(each.option for each in given if each.role is role))
    frames = {Role.FIRST_FRAME, Role.LAST_FRAME} & set(roles)
    if frames and any(role is None or role.refers for role in roles):
        yield FramesBesideReferences()
    if frames == {Role.LAST_FRAME}:
        yield LastWithoutFirst()
    # Where nothing can be searched for at all, that has been said.
    if wish.web_search and able.web_search and wish.has_media:
        yield SearchBesideMedia()


def _wrong_sizes(wish: Wish, able: Capability) -> Iterator[Why]:
    for file in wish.files:
        most = size_most(file, able)
        if file.size > most:
            yield MediumTooLarge(file.option, file.size, most)


def size_most(file: Offered, able: Capability) -> int:
    """Return how many bytes an offered file may have at most, before its kind is known."""
    if file.role is not None:
        return able.rules[file.role].given_most
    return max(rule.given_most for role, rule in able.rules.items() if role.refers)
