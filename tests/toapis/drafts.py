"""Drafts with the files and assets that they name: such as the contract allows, and any others around its limits."""

from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from bot.domain.assets import Asset, AssetStage
from bot.domain.chain import Operation
from bot.domain.media import AttachmentInput, Kind, MediaFormat, Role, StoredFile
from bot.domain.models import AUTOMATIC, Catalogue, Dialect, Model, Ratio, Resolution
from bot.domain.request import AssetInput, RequestDraft
from bot.toapis.model_table import catalogue

MB = 1024 * 1024
SIZES = [1, 1000, *(n * MB + more for n in (10, 15, 30, 50) for more in (-1, 0, 1))]
SIDES = [1, 299, 300, 301, 640, 750, 751, 1000, 5999, 6000, 6001]
SECONDS = [None, 0.0, 1.8, 1.95, 2.0, 5.0, 7.5, 7.8, 13.0, 15.0, 15.05, 15.2]


@dataclass
class Case:
    """A draft, what its files turn out to be by URL, and what its assets are by name."""

    catalogue: Catalogue
    draft: RequestDraft
    stored: dict[str, StoredFile] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)

    async def keep(self, attachment, capability):
        """Stand for the room of media."""
        return self.stored[attachment.url]

    async def resolve(self, caller, user_input):
        """Stand for the asset lookup."""
        asset_id = user_input.removeprefix("asset://")
        return Asset("a", "c", caller.user_id, asset_id, self.kinds[user_input], 0.0, AssetStage.ACTIVE, asset_id)

    def now(self):
        """Stand for the clock."""
        return 1_800_000_000.0


def offers():
    videos = st.booleans().map(lambda review: catalogue(Dialect.VIDEOS, review=review))
    return st.just(catalogue(Dialect.VIDEO)) | videos


def _digests():
    return st.integers(0, 2**16).map("{:064x}".format)


def _any_choices():
    prompts = st.sampled_from(["a", "x" * 6000, "x" * 6001, "", " \u2800", "令\x00"]) | st.text(max_size=20)
    return st.fixed_dictionaries(
        {
            "prompt": prompts,
            "model": st.sampled_from(Model),
            "duration": st.integers(4, 15) | st.sampled_from([-1, 0, 3, 16, 30, 31]),
            "ratio": st.sampled_from(Ratio),
        },
        optional={
            "resolution": st.sampled_from(Resolution),
            "sound": st.booleans(),
            "seed": st.sampled_from([-1, 0, 7, 2**31 - 1, 2**31]),
            "last_picture": st.booleans(),
            "web_search": st.booleans(),
            "operation": st.sampled_from(Operation),
        },
    )


def _any_kept():
    return st.builds(
        StoredFile,
        sha256=st.sampled_from(["aa" * 32, "bb" * 32, "cc" * 32])
        | st.text("0123456789abcdef", min_size=64, max_size=64),
        format=st.sampled_from(MediaFormat),
        size=st.sampled_from(SIZES),
        width=st.sampled_from(SIDES),
        height=st.sampled_from(SIDES),
        seconds=st.sampled_from(SECONDS),
    )


def _roles():
    return st.none() | st.sampled_from(Role)


@st.composite
def _any_parts(draw):
    choices = draw(_any_choices())
    files = draw(st.lists(st.tuples(_any_kept(), _roles()), max_size=4) | st.lists(st.tuples(_any_kept(), st.none())))
    assets = draw(st.lists(st.tuples(st.sampled_from(Kind), _roles()), max_size=3))
    return draw(offers()), choices, files, assets


def _case(catalogue, choices, files, assets) -> Case:
    stored = {f"https://cdn.example/{n}?hm=1": file for n, (file, _) in enumerate(files)}
    names = {f"asset://as_{n}": kind for n, (kind, _) in enumerate(assets)}
    attachments = [
        AttachmentInput(url, "f", file.size, role, f"file {url[-6]}")
        for (url, file), (_, role) in zip(stored.items(), files, strict=True)
    ]
    named = [AssetInput(name, role) for name, (_, role) in zip(names, assets, strict=True)]
    return Case(catalogue, RequestDraft(**choices, files=tuple(attachments), assets=tuple(named)), stored, names)


IMAGES = [MediaFormat.JPEG, MediaFormat.PNG, MediaFormat.WEBP]
VIDEO_RATIOS = [Ratio.WIDE, Ratio.TALL, Ratio.SQUARE, Ratio.CLASSIC]


def _image(maximum: int):
    sides = st.sampled_from([(300, 300), (6000, 6000), (300, 750), (750, 300), (2400, 6000), (6000, 2400), (640, 360)])
    size = st.sampled_from([1, maximum])
    return st.builds(
        lambda kind, size, sides, digest: StoredFile(digest, kind, size, *sides),
        st.sampled_from(IMAGES),
        size,
        sides,
        _digests(),
    )


def _footage(formats, maximum: int, seconds):
    return st.builds(
        lambda kind, size, digest: StoredFile(digest, kind, size, 1280, 720, seconds),
        st.sampled_from(formats),
        st.sampled_from([1, maximum]),
        _digests(),
    )


@st.composite
def _references(draw, max_image: int, *, with_assets: bool, newest: bool):
    """Images, videos and sounds within their numbers, as files and as assets."""
    files, assets = [], []
    # Fifteen seconds of a kind hold seven files of two seconds; more of them are assets.
    images, others = (30, 7) if newest else (9, 3)
    numbers = {Kind.IMAGE: draw(st.integers(0, images)), Kind.VIDEO: draw(st.integers(0, others))}
    numbers[Kind.AUDIO] = draw(st.integers(0, others)) if newest or any(numbers.values()) else 0
    for kind, number in numbers.items():
        seconds = draw(st.sampled_from([2.0, 15 / max(number, 1)]))
        for _ in range(number):
            if with_assets and draw(st.booleans()):
                assets.append((kind, None))
            elif kind is Kind.IMAGE:
                files.append((draw(_image(max_image)), None))
            elif kind is Kind.VIDEO:
                video = _footage([MediaFormat.MP4, MediaFormat.MOV], 50 * MB - 1, seconds)
                files.append((draw(video), None))
            else:
                files.append((draw(_footage([MediaFormat.MP3, MediaFormat.WAV], 15 * MB - 1, seconds)), None))
    return files, assets


@st.composite
def _frames(draw, *, with_assets: bool):
    files, assets = [], []
    for role in (Role.FIRST_FRAME, Role.LAST_FRAME)[: draw(st.integers(1, 2))]:
        if with_assets and draw(st.booleans()):
            assets.append((Kind.IMAGE, role))
        else:
            files.append((draw(_image(10 * MB)), role))
    return files, assets


@st.composite
def _allowed_parts(draw):
    catalogue = draw(offers())
    videos = catalogue.dialect is Dialect.VIDEOS
    model = draw(st.sampled_from(catalogue.models))
    newest = model is Model.SEEDANCE_2_5
    lengths = st.integers(4, 30) | st.just(AUTOMATIC) if newest else st.integers(4, 15)
    choices = {"prompt": "Waves, 日出", "model": model, "duration": draw(lengths)}
    choices["ratio"] = draw(st.sampled_from(Ratio if videos else VIDEO_RATIOS))
    if videos:
        small = [None, Resolution.P480, Resolution.P720]
        sizes = {Model.SEEDANCE_2: [None, *Resolution], Model.SEEDANCE_2_5: [*small, Resolution.P1080]}
        choices["resolution"] = draw(st.sampled_from(sizes.get(model, small)))
        choices["sound"] = draw(st.none() | st.booleans())
        choices["seed"] = None if newest else draw(st.none() | st.integers(0, 2**31 - 1))
        choices["last_picture"] = draw(st.booleans())
    max_image = 10 * MB if videos else 30 * MB - 1
    media = st.just(([], [])) | _frames(with_assets=not catalogue.review)
    files, assets = draw(media | _references(max_image, with_assets=not catalogue.review, newest=newest))
    if videos and not files and not assets:
        choices["web_search"] = draw(st.booleans())
    return catalogue, choices, files, assets


@st.composite
def _nearly_allowed_parts(draw):
    """What the contract allows but for some things, which may have become wrong."""
    catalogue, choices, files, assets = draw(_allowed_parts())
    for part in draw(st.lists(st.sampled_from(["choice", "file", "role", "more", "asset"]), min_size=1, max_size=2)):
        at = draw(st.integers(0, 20)) % max(len(files), 1)
        if part == "choice":
            choices = {**choices, **draw(_one_choice())}
        elif part == "asset":
            assets = [*assets, (draw(st.sampled_from(Kind)), draw(_roles()))]
        elif part == "more" or not files:
            files = [*files, (draw(_any_kept()), draw(_roles()))]
        elif part == "role":
            files = [*files[:at], (files[at][0], draw(_roles())), *files[at + 1 :]]
        else:
            files = [*files[:at], (replace(files[at][0], **draw(_one_measure())), files[at][1]), *files[at + 1 :]]
    return catalogue, choices, files, assets


def _one_choice():
    return _any_choices().flatmap(lambda found: st.sampled_from([{key: value} for key, value in found.items()]))


def _one_measure():
    values = {"size": SIZES, "width": SIDES, "height": SIDES, "seconds": SECONDS, "format": list(MediaFormat)}
    return st.sampled_from([{key: value} for key, some in values.items() for value in some])


def allowed_cases():
    """What the contract allows, up to its limits."""
    return _allowed_parts().map(lambda parts: _case(*parts))


def any_cases():
    """Whatever a member could send: near the contract's limits on both sides, or anything."""
    return (_nearly_allowed_parts() | _nearly_allowed_parts() | _any_parts()).map(lambda parts: _case(*parts))
