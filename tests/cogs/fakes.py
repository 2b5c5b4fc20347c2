"""The studio's use cases, as the cogs call them: they list their calls, and fail as a test sets it."""

from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace

from bot.domain.asset_problems import NoSuchAsset, VerificationOver
from bot.domain.assets import Asset, AssetStage
from bot.domain.caller import Caller
from bot.domain.drafts import Draft
from bot.domain.errors import DraftGone, NoSuchJob, NotYours, Refusal
from bot.domain.job import Job
from bot.domain.limits import Scope
from bot.domain.media import Kind
from bot.domain.models import Catalogue, Model, Ratio
from bot.domain.progress import Forecast
from bot.domain.reply import Reply
from bot.domain.request import VideoRequest, check_draft
from bot.domain.stages import Reason, Stage
from bot.domain.takes import Cancelled
from bot.domain.usage import Amount, Picture, Usage, UsageReport, Used
from bot.studio.intake.others_media import OthersMediaCheck
from bot.studio.lifecycle.health import Health
from bot.studio.ports.pages import JobPage, Listed, ListedPage, Place

MARA, TOMAS = 1001, 1002
VIDEOS = 3001
NOW = 1_800_000_000.0
POSTER = b"\xff\xd8 a small picture"
JOB_ID = "k3f9a2k3f9a2k3f9a2ab"
ADDRESS = Reply(1, VIDEOS, 2001, None, "token", NOW - 60, private=False, bot_reaches=True, limit=10 * 1024 * 1024)
WAITING = Job(
    JOB_ID, MARA, 5, VideoRequest("a fox in the snow", Model.SEEDANCE_2, 5, Ratio.WIDE), ADDRESS, created=NOW - 60
)


class Scripted:
    """Each use case fails with what is set for it, else succeeds; `asked` lists (name, arguments)."""

    def __init__(self) -> None:
        self.asked: list[tuple] = []
        self.fails: dict[str, Exception] = {}
        self.heard = lambda: None

    def note(self, name: str, *arguments) -> None:
        self.asked.append((name, *arguments))
        self.heard()
        if error := self.fails.get(name):
            raise error

    def calls(self, name: str) -> list[tuple]:
        return [arguments for asked, *arguments in self.asked if asked == name]


class FakeIntake(Scripted):
    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self.catalogue = catalogue
        self.others_media = OthersMediaCheck()
        self.caller: Caller | None = None
        self.draft: Draft | None = None
        self.drafts: dict[str, Draft] = {}
        self.source = WAITING

    @asynccontextmanager
    async def record_reply(self, interaction_id, reply, told):
        self.note("record_reply", interaction_id, reply)
        yield
        self.note("answered" if told() else "left untold", interaction_id)

    def new_draft(self, caller, request, *, private=False) -> Draft:
        return Draft("d" * 20, caller.user_id, NOW, request, private=private)

    async def check(self, _caller, draft) -> None:
        self.check_choices(draft.request)

    def check_choices(self, request) -> None:
        self.note("check", request)
        check_draft(request, self.catalogue)

    async def submit(self, caller, draft, interaction_id, reply) -> Job:
        self.caller, self.draft = caller, draft
        self.note("submit", draft.request, caller.user_id, interaction_id, reply)
        return WAITING

    async def find_draft(self, caller, draft_id) -> Draft:
        self.note("find_draft", draft_id, caller.user_id)
        if draft_id in self.drafts:
            return self.drafts[draft_id]
        raise Refusal(DraftGone())

    async def keep_draft(self, _caller, draft) -> Draft:
        self.note("keep_draft", draft)
        self.drafts[draft.id] = draft
        return draft

    async def discard_draft(self, caller, draft_id) -> None:
        self.note("discard_draft", draft_id, caller.user_id)

    async def find_source(self, caller, job_id) -> Job:
        self.note("find_source", job_id, caller.user_id)
        return self.source

    async def find_scenes(self, caller, job_id) -> list[Job]:
        self.note("find_scenes", job_id, caller.user_id)
        return [self.source]

    async def check_again(self, caller, job_id, edit=None, *, takes=False, private) -> None:
        self.note("check_again", job_id, caller.user_id, *([edit] if edit else []))

    async def submit_again(self, caller, job_id, interaction_id, reply, edit=None, *, takes=False) -> Job:
        of_all = ["takes"] if takes else []
        self.note("submit_again", job_id, caller.user_id, interaction_id, reply, *([edit] if edit else []), *of_all)
        return WAITING


class FakeHistory(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[Job] = [WAITING]
        self.clip = False
        self.with_poster: set[str] = set()
        self.next_steps = lambda _job: ()
        self.starred: set[str] = set()
        self.searched = 0

    async def find(self, caller, text) -> Job:
        self.note("find", caller.user_id, text)
        for job in self.jobs:
            if job.user_id == caller.user_id and text in (job.id, job.short, f"#{job.short}"):
                return job
        raise Refusal(NoSuchJob())

    async def overview(self, caller):
        self.note("overview", caller.user_id)
        mine = [job for job in self.jobs if job.user_id == caller.user_id]
        return [Listed(job, Forecast(place=3), self.clip) for job in mine]

    async def history(self, caller, search, page, before="") -> JobPage:
        """Search `self.searched` jobs at a time, where it is set."""
        self.note("history", caller.user_id, search, page, *([before] if before else []))
        mine = [job for job in self.jobs if job.user_id == caller.user_id]
        begins = next((at + 1 for at, job in enumerate(mine) if job.id == before), 0)
        ends = begins + self.searched if search and self.searched else len(mine)
        found = [job for job in mine[begins:ends] if search in job.request.prompt]
        shown, pages = tuple(found[(page - 1) * 8 : page * 8]), max(1, -(-len(found) // 8))
        places = [Place(mine[at - 1].id, mine[at - 1].created) if 0 < at < len(mine) else None for at in (begins, ends)]
        return JobPage(shown, page, pages, len(found), *places)

    async def complete(self, caller, user_input, maximum):
        self.note("complete", caller.user_id, user_input)
        return [job for job in self.jobs if job.user_id == caller.user_id]

    async def card_facts(self, job) -> Forecast:
        self.note("card_facts", job.id)
        return Forecast(place=3)

    async def posters(self, jobs) -> dict[str, bytes]:
        self.note("posters", *(job.id for job in jobs))
        return {job.id: POSTER for job in jobs if job.id in self.with_poster}

    def has_clip(self, job) -> bool:
        return self.clip

    async def shows_off(self, job) -> bool:
        return False

    async def parts(self, user_id, jobs) -> dict[str, int]:
        return {job.id: job.part for job in jobs}

    async def is_starred(self, job) -> bool:
        return job.id in self.starred

    async def star(self, caller, job_id, *, on) -> Job:
        self.note("star", caller.user_id, job_id, on)
        self.starred = {job_id} if on else set()
        return await self.find(caller, job_id)

    async def favourites(self, caller, search, page) -> JobPage:
        self.note("favourites", caller.user_id, search, page)
        found = tuple(job for job in self.jobs if job.id in self.starred)
        return JobPage(found, page, 1, len(found), starred=frozenset(self.starred))


class FakeUsageReports(Scripted):
    """Reports of five seconds, with pictures for all but a member's own; `open_to` is whose may be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.open_to = (Scope.MEMBER,)
        self.callers: list[Caller] = []

    async def of(self, caller, scope) -> UsageReport:
        self.callers.append(caller)
        self.note("of", caller.user_id, scope)
        usage = Usage.of([Used(0, caller.user_id, Model.SEEDANCE_2, Amount(1, 5))])
        pictures = {} if scope is Scope.MEMBER else {about: about.value.encode() for about in Picture}
        return UsageReport(scope, self.open_to, usage, (), pictures)


class FakeServerVideos(Scripted):
    """One server's videos: the one that waits."""

    async def page(self, guild_id, number) -> ListedPage:
        self.note("page", guild_id, number)
        return ListedPage((Listed(WAITING, Forecast(), has_clip=False),), 1, 1, 1)

    async def cancel(self, guild_id, actor_id, job_id) -> Job:
        self.note("cancel", guild_id, actor_id, job_id)
        return WAITING


class FakeRunner(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.job = WAITING
        self.takes: tuple[tuple[int, ...], ...] = ()
        self.health = Health()

    def answering(self):
        return nullcontext()

    def own(self, job_id, user_id) -> None:
        if job_id != self.job.id:
            raise Refusal(NoSuchJob())
        if user_id != self.job.user_id:
            raise Refusal(NotYours())

    async def cancel(self, caller, job_id) -> Cancelled:
        self.note("cancel", job_id, caller.user_id)
        self.own(job_id, caller.user_id)
        return Cancelled(replace(self.job, stage=Stage.CANCELLED, reason=Reason.OWNER), *self.takes)

    async def send_privately(self, caller, job_id, reply) -> None:
        self.note("send_privately", job_id, caller.user_id, reply)
        self.own(job_id, caller.user_id)

    async def renew(self, caller, job_id, reply) -> None:
        self.note("renew", job_id, caller.user_id, reply)
        self.own(job_id, caller.user_id)

    async def move_here(self, caller, job_id, reply) -> bool:
        self.note("move_here", job_id, caller.user_id, reply)
        self.own(job_id, caller.user_id)
        return not self.job.ended


def an_asset(name: str, kind: Kind = Kind.IMAGE) -> Asset:
    made = name.lower().ljust(20, "0")[:20]
    return Asset(made, "c" * 20, MARA, name, kind, NOW, AssetStage.ACTIVE, asset_id=f"asset-{made}")


class FakeAssetService(Scripted):
    """A member's assets, of which there are none."""

    async def page(self, caller, number):
        self.note("page", caller.user_id, number)
        raise Refusal(NoSuchAsset())

    async def remove(self, caller, asset_id):
        self.note("remove", caller.user_id, asset_id)
        raise Refusal(NoSuchAsset())


class FakeVerificationService(Scripted):
    """Verifications, all of which are over."""

    possible = True

    async def agree(self, caller, name, consent, language):
        self.note("agree", caller.user_id, name, consent, language)
        raise Refusal(VerificationOver())

    async def link(self, caller, verification_id):
        self.note("link", caller.user_id, verification_id)
        raise Refusal(VerificationOver())

    async def again(self, caller, verification_id):
        self.note("again", caller.user_id, verification_id)
        raise Refusal(VerificationOver())

    async def finished(self, caller, verification_id):
        self.note("finished", caller.user_id, verification_id)
        raise Refusal(VerificationOver())


class FakeAssetLookup(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.assets: list[Asset] = []

    async def usable(self, caller, user_input, maximum):
        self.note("usable", caller.user_id, caller.guild_id, user_input)
        return [asset for asset in self.assets if user_input.lower() in asset.name.lower()]
