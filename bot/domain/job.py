"""A job: one member's request for one video, as a frozen value with verbs.

Every verb returns the job as it would be after the move; only the store's compare-and-set makes it so. Times: UTC s.
"""

from dataclasses import dataclass, field, replace
from typing import Self

from bot.domain.chain import Operation, counted, holds_source
from bot.domain.media import InputUrl, StoredFile
from bot.domain.models import Dialect, OutputFormat
from bot.domain.money import Price
from bot.domain.origin import Origin
from bot.domain.progress import Snapshot, TaskStatus
from bot.domain.reply import PublicMessage, Reply, Route, ShrunkClip, Variant
from bot.domain.request import VideoRequest
from bot.domain.scenes import Scene
from bot.domain.stages import AT_PROVIDER, ENDS, RENDERED, Reason, Stage
from bot.domain.storage_limits import REEL

SHORT = 6


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """An upload as it was written down before it left.

    `at`: UTC seconds. `message_id`: the message being edited, or the one that the upload made once that is known.
    `nonce` makes a new message idempotent for some minutes. `limit`: the largest file that the place was believed to
    take, in bytes. `shrunk`: the file that goes out, in either form, is the clip made smaller for that limit.
    `hides_prompt`: it goes out without the prompt, which a filter of the place has blocked. `spoiler`: it's covered.
    """

    route: Route
    channel_id: int
    nonce: str
    at: float
    message_id: int | None = None
    variant: Variant = Variant.FILE
    limit: int | None = None
    shrunk: ShrunkClip | None = None
    hides_prompt: bool = False
    spoiler: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the store; everything else about a job is computed from it."""

    id: str  # 20 characters, made without coordination
    user_id: int  # the requester, its owner
    interaction_id: int  # one interaction, one job, or its takes
    request: VideoRequest
    reply: Reply
    created: float
    stage: Stage = Stage.WAITING
    changed: float = 0.0  # when the stage was entered
    pressed: str | None = None  # the unclear job whose "Try again" made this one; unique
    source: str | None = None  # the job that a button was pressed on for it, or EXAMPLE
    charged_to: int | None = None  # the server that is charged, as well as the member
    charged: int = 0  # seconds that count against limits: of the request, then of the clip; 0 once released
    origin: Origin | None = None  # the video that it was made of, or again, as the card says
    input_urls: tuple[InputUrl, ...] = field(default=(), repr=False)  # where its input files may be fetched from
    not_before: float = 0.0  # while WAITING: not to be sent before this time
    submitted: float | None = None  # when the POST left, or was about to
    dialect: Dialect | None = None  # the one that it was sent in, which it keeps
    task_id: str | None = None  # the provider's
    percent: int | None = None  # the provider's own, 0..100
    completed: float | None = None  # when we saw that the provider was done, by our clock
    clip_url: str | None = field(default=None, repr=False)
    clip_dies: float | None = None  # when the provider's URL dies
    clip_bytes: int | None = None  # size of our own copy; None before it is on the disk
    attempt: DeliveryAttempt | None = None
    reason: Reason | None = None
    provider_message: str = ""  # the provider's own sentence on a failure, to be sanitized before it is shown
    code: str = ""  # the provider's own code on a failure, in lower case
    notified_at: float | None = None  # when the requester was notified of the end
    last_picture_url: str | None = field(default=None, repr=False)  # the clip's last picture, where it was asked for
    incomplete: bool = False  # our own copy is a part of the video: no more of it was handed over
    price: Price | None = None  # what it costs by the list of the day it was accepted; None: not known, or nothing
    tries: int = 0  # submits that the provider did not take for a passing reason of this job alone
    unfetched: int = 0  # how often it could not fetch the files; from the start one more where they are uploaded to it
    fence: int = 0  # rises with each process that drives it; saves by an earlier process are rejected
    slot: bool = False  # where many processes share the line: its turn was granted, and it counts among the slots
    deleted: bool = False  # its prompt, media, message and files were deleted; what it counts stays
    parent: str | None = None  # the job whose video this one goes on from
    holds_parent: bool = False  # its clip begins with its parent's
    deleted_by: int | None = None  # the member whose media it was made from, where they deleted it
    part: int = 1  # its place among those that go on one after the other
    parent_seconds: int = 0  # the length of the video that this one extends or changes; 0: neither, or not known
    scene: Scene | None = None  # which of several scenes it is
    share: str = ""  # the share that this value stands for, where the clip is posted once more; in no row of a job
    reel: tuple[str, ...] = ()  # of such a share: the jobs whose clips are joined to one; in no row of a job
    take: int = 1  # its number among the takes of one request
    takes: int = 1  # how many of them were asked for
    lead_id: str | None = None  # the first of the takes, whose card shows all of them; None for a single video
    chosen: int = 0  # the number of the take that the common message was left to; 0: to all
    group: tuple["Job", ...] = field(default=(), repr=False)  # takes that are shown or posted with it; in no row

    @property
    def short(self) -> str:
        """Shorten the id to what stands on cards and log lines."""
        return self.id[:SHORT]

    @property
    def card_id(self) -> str:
        """Return the id of the job or share whose card shows this job: the first take's card shows all takes."""
        return self.share or self.lead_id or self.id

    @property
    def out_of_message(self) -> bool:
        """Tell whether the message with the takes does not hold this one any more."""
        return self.chosen not in {0, self.take}

    @property
    def ended(self) -> bool:
        """Tell whether the job has reached a final stage."""
        return self.stage in ENDS

    @property
    def at_provider(self) -> bool:
        """Tell whether the job takes one of the provider's slots."""
        return self.stage in AT_PROVIDER

    @property
    def other_version(self) -> bool:
        """Tell whether this only stands for a row that another version wrote and this one cannot read."""
        return self.reason is Reason.OTHER_VERSION

    @property
    def made_seconds(self) -> int | None:
        """Return how many seconds the clip has, in whole ones; None before it is here, or where it was not measured."""
        is_whole = self.clip_bytes is not None and not self.incomplete
        return self._own if is_whole and self._own else None

    @property
    def _own(self) -> int:
        """Return the seconds that count for this video alone."""
        return self.charged - (self.scene.reserved if self.scene else 0)

    @property
    def public_message(self) -> PublicMessage | None:
        """Return the message that holds the clip or the card, where its whole channel sees it."""
        if self.reply.private or self.out_of_message:
            return None
        channel_id, message_id = self.reply.channel_id, self.reply.message_id
        if self.attempt and self.attempt.message_id:
            match self.attempt.route:
                case Route.CHANNEL | Route.FOLLOW_UP:
                    channel_id, message_id = self.attempt.channel_id, self.attempt.message_id
                case Route.DIRECT | Route.ASKED:
                    pass
                case Route.TOKEN | Route.BOT:
                    message_id = self.attempt.message_id
        return PublicMessage(self.reply.guild_id, channel_id, message_id) if message_id is not None else None

    @property
    def clip_message(self) -> PublicMessage | None:
        """Return the message that holds the clip's file, where the bot itself can fetch it."""
        attempt = self.attempt
        if (
            self.stage is not Stage.DELIVERED
            or attempt is None
            or attempt.variant is Variant.LINK
            or self.out_of_message
        ):
            return None
        if attempt.route is Route.DIRECT and attempt.message_id is not None:
            return PublicMessage(None, attempt.channel_id, attempt.message_id)
        return self.public_message if self.reply.bot_reaches and attempt.route is not Route.ASKED else None

    def input_url_of(self, stored: StoredFile) -> InputUrl | None:
        """Return where an input file may be fetched from."""
        return next((input_url for input_url in self.input_urls if input_url.sha256 == stored.sha256), None)

    def file_name(self, number: int, stored: StoredFile) -> str:
        """Name an input file that is attached to the job's own reply, counted from 1."""
        return f"seedreel-{self.id}-input{number}{stored.format.suffix}"

    def name_of(self, input_url: InputUrl) -> str | None:
        """Return the name of a file that is attached to the job's own reply; None where it is elsewhere."""
        name = input_url.url.partition("?")[0].rpartition("/")[2]
        return name if name.startswith(f"seedreel-{self.id}-input") else None

    def with_input_urls(self, *fresh: InputUrl) -> Self:
        """Take in where files may be fetched from; a fresh address takes an older one's place."""
        return replace(self, input_urls=tuple({each.sha256: each for each in (*self.input_urls, *fresh)}.values()))

    @property
    def clip_name(self) -> str:
        """Name the clip's file in Discord; what was made smaller or joined is an MP4 whatever was asked for."""
        form = None if self.reel or (self.attempt and self.attempt.shrunk) else self.request.format
        return f"seedreel-{self.share or self.id}.{form or OutputFormat.MP4}"

    @property
    def clip_id(self) -> str:
        """Name the clip among our files."""
        return f"{self.share}{REEL}" if self.reel else self.id

    def nonce(self, purpose: str) -> str:
        """Make the nonce of a message for this job; `purpose` is one letter."""
        return f"{self.share or self.id}{purpose}"

    def sending(self, now: float, dialect: Dialect | None = None) -> Self:
        """Move to SUBMITTING, just before the POST leaves in that dialect."""
        return replace(self, stage=Stage.SUBMITTING, changed=now, submitted=now, dialect=dialect)

    def not_accepted(self, now: float, not_before: float, tries: int = 0) -> Self:
        """Move back to WAITING, with no turn: the POST definitely did not count. `tries`: as they count by now."""
        back = replace(self, stage=Stage.WAITING, changed=now, submitted=None, not_before=not_before)
        return replace(back, provider_message="", tries=max(tries, self.tries), slot=False)

    def accepted(self, task_id: str, now: float) -> Self:
        """Move to QUEUED: the provider has given the task's id."""
        return replace(self, stage=Stage.QUEUED, changed=now, task_id=task_id, provider_message="")

    def seen(self, snapshot: Snapshot, now: float) -> Self:
        """Take in what the provider says of the task; stages only go forward, the percent never falls.

        Of the provider's times only the death of its URL counts: how long we keep the clip is measured by our clock.
        """
        match snapshot.status:
            case TaskStatus.QUEUED | TaskStatus.MISSING:
                return self
            case TaskStatus.WORKING:
                known = [p for p in (self.percent, snapshot.percent) if p is not None]
                percent = max(known) if known else None
                if self.stage is Stage.RENDERING:
                    return replace(self, percent=percent)
                return replace(self, stage=Stage.RENDERING, changed=now, percent=percent)
            case TaskStatus.FAILED:
                return self.failed(Reason.GENERATION, now, snapshot.provider_message, snapshot.code)
            case TaskStatus.COMPLETED:
                return replace(
                    self,
                    stage=Stage.READY,
                    changed=now,
                    percent=100,
                    completed=now,
                    clip_url=snapshot.clip_url,
                    clip_dies=snapshot.clip_dies,
                    last_picture_url=snapshot.last_picture_url,
                    slot=False,
                )

    def fetched(self, size: int, seconds: float | None = None, *, incomplete: bool = False) -> Self:
        """Note that the clip, or as much of it as there is, is on our disk; `size` in bytes.

        `seconds`: its measured length, where that is known, which is all that counts, and costs, from here on.
        """
        own = self._own if seconds is None or incomplete else counted(self.request.operation, self._own, seconds)
        price, charged = self.price and self.price.settled(self._own, own), self.charged - self._own + own
        made = replace(self, clip_bytes=size, incomplete=incomplete, charged=charged, price=price)
        if seconds is None or incomplete or self.request.operation is not Operation.EXTEND:
            return made
        return replace(made, holds_parent=holds_source(self.request.duration, self.parent_seconds, seconds))

    def refreshed(self, snapshot: Snapshot) -> Self:
        """Take fresh addresses in; the stage stays."""
        fresh = replace(self, clip_url=snapshot.clip_url, clip_dies=snapshot.clip_dies)
        return replace(fresh, last_picture_url=snapshot.last_picture_url or self.last_picture_url)

    def delivering(self, attempt: DeliveryAttempt, now: float) -> Self:
        """Move to DELIVERING (or to another route of it), before the upload leaves."""
        return replace(self, stage=Stage.DELIVERING, changed=now, attempt=attempt)

    def delivered(self, message_id: int, now: float) -> Self:
        """Move to DELIVERED: Discord has accepted the clip, in that message."""
        attempt = replace(self.attempt, message_id=message_id) if self.attempt else None
        return replace(self, stage=Stage.DELIVERED, changed=now, attempt=attempt)

    def held(self, now: float) -> Self:
        """Move to HELD: the clip waits on our disk for its owner."""
        return replace(self, stage=Stage.HELD, changed=now)

    def failed(self, reason: Reason, now: float, provider_message: str = "", code: str = "") -> Self:
        """Move to FAILED. What was not rendered counts and costs no longer, unless the provider may have it."""
        counts = self.stage in RENDERED or reason is Reason.UNCLEAR
        failed = replace(self, stage=Stage.FAILED, changed=now, reason=reason, slot=False)
        failed = replace(failed, provider_message=provider_message, code=code).alone()
        return failed if counts else replace(failed, charged=0, price=None)

    def alone(self) -> Self:
        """Count this video alone: those to come have jobs of their own by now, or will have none."""
        return replace(self, charged=self._own, scene=self.scene.without_reserve()) if self.scene else self

    def erased(self, now: float, by_author: int | None = None) -> Self:
        """Delete of an ended or HELD job what was asked for and made; what it counts and costs stays.

        `by_author`: the member whose media it was made from, where they ask for it.
        """
        job = self if self.ended else self.failed(Reason.EXPIRED, now)
        job = replace(job, request=replace(job.request, prompt="", media=()), provider_message="", origin=None)
        job = replace(job, input_urls=(), clip_url=None, clip_dies=None, clip_bytes=None, last_picture_url=None)
        return replace(job, deleted=True, deleted_by=by_author, scene=None)

    def cancelled(self, reason: Reason, now: float) -> Self:
        """Move to CANCELLED; it counts and costs no longer."""
        over = self.alone()
        return replace(over, stage=Stage.CANCELLED, changed=now, reason=reason, charged=0, price=None, slot=False)
