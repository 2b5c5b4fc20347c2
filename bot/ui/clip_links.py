"""What a card holds of a video: its file, or links to it, on buttons where those can hold them."""

from dataclasses import dataclass

from discord.ui import Button, LayoutView

from bot.domain.job import Job
from bot.domain.progress import Forecast
from bot.domain.reply import ShrunkClip
from bot.domain.stages import Reason, Stage
from bot.ui.components import fits_button, link_button, written_link
from bot.ui.language import Language


@dataclass(frozen=True, slots=True)
class Link:
    """A clip that stays with the provider; `dies` in UTC seconds where that is known.

    `limit`: what the place takes, in bytes, where that explains why no file came.
    """

    url: str
    dies: float | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A clip that goes out together with its card, as a file of that name.

    `shrunk`: it was made smaller to fit; then `original` links to the clip as it came, while that lives.
    """

    name: str
    shrunk: ShrunkClip | None = None
    original: Link | None = None


Clip = Attachment | Link

MAX_LINK = 2500
"""Characters of a link that a card has room for, beside everything else on it."""

_NOT_FETCHED = frozenset({Reason.UNUSABLE, Reason.EXPIRED})


def provider_link(job: Job, forecast: Forecast, now: float) -> Link | None:
    """Return the link to a clip that we could not fetch yet, which may work for the member; else None."""
    if job.clip_url is None or (job.clip_dies is not None and job.clip_dies <= now):
        return None
    failed = job.stage is Stage.FAILED and job.reason in _NOT_FETCHED and job.clip_dies is not None
    return Link(job.clip_url, job.clip_dies) if failed or forecast.link else None


def clip_buttons(language: Language, clip: Clip | None) -> list[Button[LayoutView]]:
    """Make the button that opens the clip, where there is something to open and a button can hold it."""
    opens = _link(language, clip)
    return [link_button(*opens)] if opens and fits_button(opens[1]) else []


def opens_original(clip: Clip) -> bool:
    """Tell whether the card can open the clip as it came."""
    return isinstance(clip, Attachment) and _opens(clip) is not None


def picture_buttons(language: Language, job: Job, now: float) -> list[Button[LayoutView]]:
    """Make the button that opens the clip's last picture, where it was asked for and a button can hold it."""
    url = _picture_url(job, now)
    return [link_button(language.text("button.last-frame"), url)] if url and fits_button(url) else []


def written_links(language: Language, job: Job, clip: Clip | None, now: float) -> str:
    """Write the links that no button can hold, as many as a card has room for; empty when there are none."""
    picture = _picture_url(job, now)
    last = (language.text("button.last-frame"), picture) if picture else None
    links = [opens for opens in (_link(language, clip), last) if opens]
    written = ""
    for label, url in links:
        link = "" if fits_button(url) else written_link(label, url)
        if link and (not written or len(written) + len(link) < MAX_LINK):
            written = f"{written}\n{link}".strip()
    return written


def _picture_url(job: Job, now: float) -> str | None:
    """Return where the clip's last picture is, where it was asked for; it dies with the clip's own address."""
    alive = job.clip_dies is None or job.clip_dies > now
    return job.last_picture_url if job.request.last_picture and alive else None


def _link(language: Language, clip: Clip | None) -> tuple[str, str] | None:
    """Return what the card's link says and opens."""
    opens = _opens(clip)
    return (language.text(opens[0]), opens[1]) if opens else None


def _opens(clip: Clip | None) -> tuple[str, str] | None:
    match clip:
        case Link(url):
            return "button.open-video", url
        case Attachment(original=Link(url)) if len(url) <= MAX_LINK:
            return "button.open-original", url
        case _:
            return None
