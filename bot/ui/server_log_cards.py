"""A line of a server's log, as a small card that its whole channel sees."""

from dataclasses import replace
from typing import Final, assert_never

import discord
from discord.ui import Item, LayoutView, Section, Thumbnail

from bot.domain.audit import Change
from bot.domain.job import Job
from bot.domain.reply import Route
from bot.domain.server_log import LinesDropped, LogLine, RequestRefused, VideoEnded
from bot.domain.stages import Stage
from bot.ui.admin_cards import change_text
from bot.ui.components import BAD, GOOD, NEUTRAL, Card, public_link, text
from bot.ui.failure_texts import failure
from bot.ui.job_cards import alt_text, request_line
from bot.ui.language import Language
from bot.ui.problem_texts import problems_text
from bot.ui.sanitize import heading

_PROMPT_SHOWN: Final = 90
_REASON_SHOWN: Final = 1000


def log_card(language: Language, line: LogLine, picture: str | None, *, spoiler: bool) -> Card:
    """Draw a line; `picture` is the name of the file with its small picture, covered where it is a `spoiler`."""
    match line:
        case VideoEnded():
            return _video_card(language, line, picture, spoiler=spoiler)
        case RequestRefused(user_id, problems, prompt):
            refused = language.text("admin.log-refused", member=f"<@{user_id}>")
            lines = [refused, *_title(prompt), _quoted(problems_text(language, problems, _REASON_SHOWN))]
            return _card(BAD, "\n".join(lines))
        case Change():
            return _card(NEUTRAL, change_text(language, line))
        case LinesDropped(count):
            return _card(NEUTRAL, language.text("admin.log-dropped", count=count))
        case _:
            assert_never(line)


def blank_card(language: Language) -> Card:
    """Draw what stands in the place of a line that named a member who was forgotten."""
    return _card(NEUTRAL, f"-# {language.text('admin.log-forgotten')}")


def _video_card(language: Language, line: VideoEnded, picture: str | None, *, spoiler: bool) -> Card:
    job, member = line.job, f"<@{line.job.user_id}>"
    small = [request_line(language, job.request, job.price, job.made_seconds), f"`#{job.short}`"]
    title = [] if line.private else _title(job.request.prompt)
    if job.stage is Stage.FAILED:
        # The provider's own sentence may repeat the prompt.
        why = failure(language, replace(job, provider_message="") if line.private else job)
        message = "admin.log-refused-private" if line.private else "admin.log-refused"
        lines = [language.text(message, member=member), *title, _quoted(why), f"-# {' · '.join(small)}"]
        return _card(BAD, "\n".join(lines))
    if not line.private and (link := _link(language, job)):
        small.append(link)
    message = "admin.log-made-private" if line.private else "admin.log-made"
    said = "\n".join([language.text(message, member=member), *title, f"-# {' · '.join(small)}"])
    if picture is None:
        return _card(GOOD, said)
    thumbnail = Thumbnail[LayoutView](f"attachment://{picture}", description=alt_text(language, job), spoiler=spoiler)
    return _card(GOOD, Section[LayoutView](said, accessory=thumbnail))


def _card(colour: discord.Colour, shown: str | Item[LayoutView]) -> Card:
    return Card(colour, [text(shown) if isinstance(shown, str) else shown])


def _title(prompt: str) -> list[str]:
    title = heading(prompt, _PROMPT_SHOWN)
    return [f"**{title}**"] if title else []


def _quoted(words: str) -> str:
    return "\n".join(f"> {line}" for line in words.splitlines())


def _link(language: Language, job: Job) -> str:
    """Link to the message that holds a video, where the channel sees it."""
    directly = job.attempt is not None and job.attempt.route in {Route.DIRECT, Route.ASKED}
    message = job.public_message
    if job.stage is not Stage.DELIVERED or directly or message is None:
        return ""
    return f"[{language.text('button.message')}]({public_link(message)})"
