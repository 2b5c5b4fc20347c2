"""A member's request, and the checks of it that need no I/O."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.chain import Operation
from bot.domain.errors import (
    DurationOutside,
    Problem,
    PromptEmpty,
    PromptTooLong,
    RatioUnknown,
    Refusal,
    SeedOutside,
    Unsupported,
)
from bot.domain.media import ASSET_SCHEME, AssetUse, AttachmentInput, Kind, Medium, Role, StoredFile
from bot.domain.media_problems import (
    FrameGivenTwice,
    MediumTooLarge,
)
from bot.domain.member_settings import NO_DEFAULTS, Defaults, Setting
from bot.domain.models import (
    AUTOMATIC,
    MAX_PROMPT,
    MAX_SEED,
    Capability,
    Catalogue,
    Feature,
    Model,
    OutputFormat,
    Ratio,
    Resolution,
)
from bot.domain.prompts import clean_prompt, shows_something
from bot.domain.rules import features_of, wrong_operation, wrong_together


@dataclass(frozen=True, slots=True)
class VideoRequest:
    """One video as asked for; `duration` in seconds, or AUTOMATIC.

    `media` in the order of their roles. `resolution`, `sound` and `seed` are None where the member left them to the
    provider, or the dialect has none. `defaults`: what of it came from its member's settings.
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
    format: OutputFormat | None = None
    operation: Operation = Operation.GENERATE
    defaults: Defaults = NO_DEFAULTS

    @property
    def stored(self) -> tuple[StoredFile, ...]:
        """List the files among the media, each content once."""
        files = [medium.source for medium in self.media if isinstance(medium.source, StoredFile)]
        return tuple({file.sha256: file for file in reversed(files)}.values())[::-1]

    @property
    def authors(self) -> tuple[int, ...]:
        """List the members whose media go into it, where these are known, each once.

        Two may have posted the same content: both are its authors.
        """
        files = (medium.source for medium in self.media if isinstance(medium.source, StoredFile))
        return tuple(dict.fromkeys(author for file in files for author in file.author_ids))

    def others(self, user_id: int) -> tuple[int, ...]:
        """List the authors beside that member."""
        return tuple(author for author in self.authors if author != user_id)

    @property
    def assets(self) -> tuple[AssetUse, ...]:
        """List the assets among the media."""
        return tuple(medium.source for medium in self.media if isinstance(medium.source, AssetUse))


@dataclass(frozen=True, slots=True)
class AssetInput:
    """An asset as the member named it: by its name, or as `asset://…`. Without a `role` it is a reference.

    `name`: what it is called in a sentence, where that is not what was typed.
    """

    user_input: str
    role: Role | None = None
    option: str = "asset"
    name: str = ""


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """What a member typed; `duration` in seconds, or AUTOMATIC; `defaults`: what came from their settings.

    `takes`: so many videos of it are asked for at once.
    """

    prompt: str
    model: Model
    duration: int
    ratio: Ratio
    files: tuple[AttachmentInput, ...] = ()
    assets: tuple[AssetInput, ...] = ()
    resolution: Resolution | None = None
    sound: bool | None = None
    seed: int | None = None
    last_picture: bool = False
    web_search: bool = False
    format: OutputFormat | None = None
    operation: Operation = Operation.GENERATE
    defaults: Defaults = NO_DEFAULTS
    takes: int = 1


_FRAMES = {Role.FIRST_FRAME: "image", Role.LAST_FRAME: "last_frame"}


def check_draft(draft: RequestDraft, catalogue: Catalogue) -> VideoRequest:
    """Check everything about a draft that needs no I/O.

    Returns the request, without its media. Raises Refusal with everything that is wrong.
    """
    known = catalogue.capabilities.get(draft.model)
    # Beside a model that is not offered, the rest is judged by the one that takes the most.
    capability = (known or catalogue.widest).for_operation(draft.operation)
    text = clean_prompt(draft.prompt)
    problems = [
        *_wrong_prompt(text),
        *_wrong_choices(draft, capability),
        *_wrong_modes(draft, capability),
        *_wrong_sizes(draft, capability),
    ]
    if known is None:
        problems.insert(0, Unsupported("model", draft.model, catalogue.models))
    if problems:
        raise Refusal(*problems)
    ratio = _ratio(draft, capability)
    return VideoRequest(
        text,
        draft.model,
        draft.duration,
        ratio,
        resolution=draft.resolution or capability.default_resolution,
        sound=draft.sound,
        seed=draft.seed,
        last_picture=draft.last_picture,
        web_search=draft.web_search,
        format=draft.format,
        operation=draft.operation,
        defaults=draft.defaults if ratio is draft.ratio else draft.defaults.without(Setting.RATIO),
    )


def _ratio(draft: RequestDraft, capability: Capability) -> Ratio:
    """Return the ratio: where frames or a video decide it, what was chosen or stands there by default says nothing."""
    if draft.operation is not Operation.GENERATE:
        return Ratio.ADAPTIVE
    roles = [*(file.role for file in draft.files), *(asset.role for asset in draft.assets)]
    frames = any(role is not None and not role.refers for role in roles)
    return Ratio.ADAPTIVE if frames and capability.frames_decide_ratio else draft.ratio


def asked_again(request: VideoRequest, catalogue: Catalogue) -> RequestDraft:
    """Write a request as the draft that it came from, its media named as a prompt counts them.

    What only tunes a video is left out where the model no longer knows it; what the video is about is not.
    """
    capability = catalogue.capabilities.get(request.model)
    media = list(_named(request))
    return RequestDraft(
        request.prompt,
        request.model,
        request.duration,
        request.ratio,
        tuple(
            AttachmentInput("", each.source.file_name, each.source.size, each.role, option, each.source)
            for option, each in media
            if isinstance(each.source, StoredFile)
        ),
        tuple(
            AssetInput(f"{ASSET_SCHEME}{each.source.asset_id}", each.role, option, each.source.name)
            for option, each in media
            if isinstance(each.source, AssetUse)
        ),
        resolution=request.resolution if capability and capability.resolutions else None,
        sound=request.sound if capability and capability.sound else None,
        seed=request.seed if capability and capability.seed else None,
        last_picture=request.last_picture and bool(capability and capability.last_picture),
        web_search=request.web_search,
        format=request.format if capability and capability.formats else None,
        operation=request.operation,
    )


def _named(request: VideoRequest) -> Iterator[tuple[str, Medium]]:
    """Name the media of a request: a frame by its option, a reference as the prompt does."""
    counted = Counter[Kind]()
    for medium in request.media:
        counted[medium.kind] += 1
        yield _FRAMES.get(medium.role, f"{medium.kind} {counted[medium.kind]}"), medium


def _wrong_prompt(text: str) -> Iterator[Problem]:
    if not shows_something(text):
        yield PromptEmpty()
    if len(text) > MAX_PROMPT:
        yield PromptTooLong(len(text), MAX_PROMPT)


def _wrong_choices(draft: RequestDraft, capability: Capability) -> Iterator[Problem]:
    automatic = draft.duration == AUTOMATIC and capability.automatic
    if not automatic and not capability.min_seconds <= draft.duration <= capability.max_seconds:
        yield DurationOutside(draft.duration, capability.min_seconds, capability.max_seconds)
    elif not capability.makes(draft.duration):
        yield Unsupported("duration", str(draft.duration), tuple(map(str, capability.seconds)))
    if draft.ratio not in capability.ratios:
        yield RatioUnknown(draft.ratio)
    if draft.resolution is not None and draft.resolution not in capability.resolutions:
        yield Unsupported("resolution", draft.resolution, capability.resolutions)
    # Each take has the next seed.
    last_seed = MAX_SEED - draft.takes + 1
    if draft.format is not None and draft.format not in capability.formats:
        yield Unsupported("format", draft.format, capability.formats)
    if draft.seed is not None and capability.seed and not 0 <= draft.seed <= last_seed:
        yield SeedOutside(draft.seed, last_seed)
    asked = {
        "sound": (draft.sound is not None, capability.sound),
        "seed": (draft.seed is not None, capability.seed),
        "last_picture": (draft.last_picture, capability.last_picture),
        "web_search": (draft.web_search, capability.web_search),
    }
    for option, (given, supported) in asked.items():
        if given and not supported:
            yield Unsupported(option, "")


def _wrong_modes(draft: RequestDraft, capability: Capability) -> Iterator[Problem]:
    given: list[AttachmentInput | AssetInput] = [*draft.files, *draft.assets]
    roles = [each.role for each in given]
    yield from wrong_operation(draft.operation, draft.duration, roles, capability)
    for role in (Role.FIRST_FRAME, Role.LAST_FRAME):
        if roles.count(role) > 1:
            yield FrameGivenTwice(next(each.option for each in given if each.role is role))
    yield from (Unsupported(each.option, "") for each in given if not capability.takes(each.role))
    features = {feature for role in roles for feature in features_of(role)}
    if draft.sound:
        features.add(Feature.SOUND)
    # Where nothing can be searched for at all, that is a mistake of its own.
    if draft.web_search and capability.web_search:
        features.add(Feature.WEB_SEARCH)
    yield from wrong_together(features, capability)


def _wrong_sizes(draft: RequestDraft, capability: Capability) -> Iterator[Problem]:
    for file in draft.files:
        if capability.takes(file.role) and file.size > (maximum := max_size(file, capability)):
            yield MediumTooLarge(file.option, file.size, maximum)


def max_size(file: AttachmentInput, capability: Capability) -> int:
    """Return how many bytes an offered file may have at most, before its kind is known."""
    if file.role is not None:
        return capability.rules[file.role].max_input_bytes
    return max(rule.max_input_bytes for role, rule in capability.rules.items() if role.refers)
