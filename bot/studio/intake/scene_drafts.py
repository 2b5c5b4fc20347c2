"""Drafts of scenes: of new ones, and of those that are missing after others."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.caller import Caller
from bot.domain.drafts import Draft
from bot.domain.errors import NotYours, Refusal
from bot.domain.media import AttachmentInput, Role
from bot.domain.models import Catalogue
from bot.domain.origin import Origin
from bot.domain.request import RequestDraft, asked_again
from bot.domain.scenes import NoScenesLeft, Scene
from bot.domain.shares import SHAREABLE
from bot.domain.stages import ENDS
from bot.studio.intake.accept import Intake


class SceneDrafts:
    """Makes drafts that `Intake` takes."""

    def __init__(self, intake: Intake, catalogue: Catalogue) -> None:
        self._intake = intake
        self._catalogue = catalogue

    def new(self, caller: Caller, request: RequestDraft, lines: Sequence[str]) -> Draft:
        """Make a draft of several scenes, each with one of these prompts; how many there may be, `check` says."""
        first, *others = lines or [""]
        draft = self._intake.new_draft(caller, replace(request, prompt=first))
        return replace(draft, scene=Scene(1, tuple(others)))

    async def again(self, caller: Caller, job_id: str, *, edited: bool = False) -> Draft:
        """Make a draft of all scenes up to one, the last of a message with them, for the caller.

        `edited`: they are to be changed; of one that failed, it and those after it. Raises Refusal (SceneGone, and as
        `Intake.find_source` and `missing`).
        """
        first, *others = await self._intake.find_scenes(caller, job_id)
        last = others[-1] if others else first
        if edited and last.stage in ENDS - SHAREABLE:
            return await self.missing(caller, job_id)
        draft = self._intake.new_draft(caller, asked_again(first.request, self._catalogue))
        origin = Origin(last.user_id, last.public_message, edited=edited)
        return replace(
            draft, source=last.id, origin=origin, scene=Scene(1, tuple(scene.request.prompt for scene in others))
        )

    async def missing(self, caller: Caller, job_id: str) -> Draft:
        """Make a draft of a scene that failed and of those after it, or of those after one that is done.

        Raises Refusal (NotYours, NoScenesLeft, and as `Intake.find_source`).
        """
        source = await self._intake.find_source(caller, job_id)
        if source.user_id != caller.user_id:
            raise Refusal(NotYours())
        scene, is_done = source.scene, source.stage in SHAREABLE
        if scene is None or not (is_done or source.stage in ENDS) or (is_done and not scene.to_come):
            raise Refusal(NoScenesLeft())
        request, parent, part = asked_again(source.request, self._catalogue), source.parent, source.part
        if is_done:
            authors = source.request.authors
            frame = AttachmentInput("", "frame.jpg", 0, Role.FIRST_FRAME, author_ids=authors, clip_of=source.id)
            request = replace(request, prompt=scene.to_come[0], files=(frame,), assets=(), web_search=False)
            scene, parent, part = scene.following(0), source.id, part + 1
        draft = self._intake.new_draft(caller, request)
        return replace(draft, source=source.id, scene=scene.without_reserve(), parent=parent, part=part)
