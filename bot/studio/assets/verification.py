"""The verification of a real person: consent on record first, then a link, then what came of it.

Every step starts from the row, so each button works after a restart.
"""

import logging
from dataclasses import replace

from bot.domain.asset_problems import NameTaken, ProviderNotAnswering, VerificationOver
from bot.domain.assets import LINK_LIVES, Character, Link, Verdict, Verification, VerificationStage
from bot.domain.backoff import jittered
from bot.domain.caller import Caller
from bot.domain.errors import Refusal, UploadRefused
from bot.domain.ids import new_job_id as new_id
from bot.domain.naming import fit_name, numbered
from bot.studio.assets.provider_calls import asked
from bot.studio.intake.spending import Spending
from bot.studio.lifecycle.shutdown import ShutdownGuard
from bot.studio.ports import Clock
from bot.studio.ports.asset_provider import AssetProvider
from bot.studio.ports.stores import Verifications

log = logging.getLogger(__name__)

# How often the link is asked for, and how far apart in scaled seconds, before the member has to ask again.
_LINK_TRIES, _LINK_APART = 15, 2.0
# What the person did may take the provider a moment to see.
_VERDICT_TRIES, _VERDICT_APART = 3, 2.0
_NAMES_TRIED = 50


class VerificationService:
    """Leads a member through it. `callback_url` is where the provider sends the person's browser; empty: not set up."""

    def __init__(
        self,
        verifications: Verifications,
        provider: AssetProvider,
        shutdown: ShutdownGuard,
        clock: Clock,
        callback_url: str,
        spending: Spending,
    ) -> None:
        self._verifications = verifications
        self._provider = provider
        self._shutdown = shutdown
        self._clock = clock
        self._callback_url = callback_url
        self._spending = spending

    @property
    def possible(self) -> bool:
        """Tell whether the operator has set it up."""
        return bool(self._callback_url)

    async def check(self, caller: Caller, user_input: str) -> str:
        """Return the name that the character would get. Raises Refusal (NameUnfit, NameTaken)."""
        name = fit_name(user_input)
        if await self._verifications.character(caller.user_id, name) is not None:
            raise Refusal(NameTaken(name))
        return name

    async def agree(self, caller: Caller, user_input: str, consent: int, language: str) -> Verification:
        """Write the caller's consent down, with its time, its wording and the language that it was read in.

        Nothing has been asked of the provider. Raises Refusal (NameUnfit, NameTaken, NoSpace).
        """
        await self._spending.check(caller)
        name = await self.check(caller, user_input)
        now = self._clock.now()
        return await self._begin(
            Verification(new_id(), caller.user_id, name, now, consent, guild_id=caller.guild_id, language=language)
        )

    async def again(self, caller: Caller, verification_id: str) -> Verification:
        """Begin another attempt that rests on the same consent. Raises Refusal (VerificationOver, NoSpace)."""
        await self._spending.check(caller)
        last = await self._own(caller, verification_id)
        if last.stage is VerificationStage.VERIFIED:
            raise Refusal(VerificationOver())
        if last.stage is VerificationStage.AGREED:
            return last
        if last.stage is VerificationStage.STARTED:
            async with asked():
                await self._verifications.save_verification(replace(last, stage=VerificationStage.FAILED), last.stage)
        fresh = Verification(new_id(), last.owner_id, last.name, last.agreed, last.consent, guild_id=last.guild_id)
        return await self._begin(replace(fresh, language=last.language))

    async def link(self, caller: Caller, verification_id: str) -> Verification:
        """Return an attempt with a living link: this one, or another one where its link has died.

        Raises Refusal (VerificationOver, ProviderRefused, ProviderAway, NoSpace).
        """
        await self._spending.check(caller)
        verification = await self._own(caller, verification_id)
        if verification.stage is not VerificationStage.FAILED:
            verification = await self._opened(caller, verification_id)
        if not self._has_working_link(verification):
            verification = await self.again(caller, verification.id)
            verification = await self._opened(caller, verification.id)
        if not self._has_working_link(verification):
            raise Refusal(VerificationOver())
        return verification

    async def finished(self, caller: Caller, verification_id: str) -> Verification:
        """Ask what came of it, as the person says that they have finished.

        Returns it VERIFIED, or still BEGUN with the provider's sentence, its link only while that lives.

        Raises Refusal (VerificationOver, ProviderRefused, ProviderAway, NoSpace).
        """
        verification = await self._own(caller, verification_id)
        if verification.stage is VerificationStage.VERIFIED:
            return verification
        if verification.stage is not VerificationStage.STARTED or verification.task_id is None:
            raise Refusal(VerificationOver())
        provider_message = ""
        async with self._shutdown.visit(), asked():
            for attempt in range(_VERDICT_TRIES):
                if attempt:
                    await self._pause(_VERDICT_APART)
                verdict = await self._verdict(verification.task_id)
                if verdict.group_id is not None:
                    return await self._verified(caller, verification, verdict.group_id)
                provider_message = verdict.provider_message
        return replace(
            verification,
            provider_message=provider_message,
            link=verification.link if self._has_working_link(verification) else None,
        )

    async def _opened(self, caller: Caller, verification_id: str) -> Verification:
        """Bring an attempt to where it has a link, alive or dead."""
        verification = await self._own(caller, verification_id)
        async with self._shutdown.visit(), asked():
            fresh = verification.stage is VerificationStage.AGREED
            if fresh:
                verification = await self._started(caller, verification)
            if verification.stage is not VerificationStage.STARTED:
                raise Refusal(VerificationOver())
            if verification.link is None:
                verification = await self._linked(verification, fresh=fresh)
        return verification

    def _has_working_link(self, verification: Verification) -> bool:
        if verification.link_dies is None:
            return False
        # One that would live longer than any does was made by another calendar.
        return 0 < verification.link_dies - self._clock.now() <= LINK_LIVES

    async def _started(self, caller: Caller, verification: Verification) -> Verification:
        task_id = await self._provider.begin_verification(self._callback_url, verification.id)
        started = replace(verification, stage=VerificationStage.STARTED, task_id=task_id)
        if await self._verifications.save_verification(started, VerificationStage.AGREED):
            log.info("Verification %s started.", verification.id)
            return started
        # Another press was quicker.
        return await self._own(caller, verification.id)

    async def _linked(self, verification: Verification, *, fresh: bool) -> Verification:
        for attempt in range(_LINK_TRIES):
            if attempt:
                await self._pause(_LINK_APART)
            try:
                link = await self._provider.ask_verification(verification.task_id or "")
            except UploadRefused:
                # That session gives no link any more: the next press begins another.
                failed = replace(verification, stage=VerificationStage.FAILED)
                await self._verifications.save_verification(failed, VerificationStage.STARTED)
                raise
            if link is not None:
                linked = replace(verification, link=link.url, link_dies=self._dies(link, fresh=fresh))
                await self._verifications.save_verification(linked, VerificationStage.STARTED)
                return linked
        log.warning("Verification %s: the provider gave no link.", verification.id)
        raise Refusal(ProviderNotAnswering())

    async def _verdict(self, task_id: str) -> Verdict:
        try:
            return await self._provider.verdict(task_id)
        except UploadRefused as error:
            # Some servers call an unfinished verification an error.
            return Verdict(provider_message=error.provider_message)

    def _dies(self, link: Link, *, fresh: bool) -> float:
        """Say when a link dies; that a fresh one is dead already only says that the provider's clock is far off."""
        latest = self._clock.now() + LINK_LIVES
        if link.dies is None or (fresh and link.dies <= self._clock.now()):
            return latest
        return min(link.dies, latest)

    async def _verified(self, caller: Caller, verification: Verification, group_id: str) -> Verification:
        """Make the character; its name gets a number where it was taken meanwhile."""
        character = Character(
            new_id(),
            verification.owner_id,
            verification.name,
            group_id,
            self._clock.now(),
            real=True,
            guild_id=verification.guild_id,
        )
        for number in range(2, _NAMES_TRIED):
            verified = replace(
                verification, stage=VerificationStage.VERIFIED, name=character.name, character_id=character.id
            )
            try:
                if not await self._verifications.verified(verified, character):
                    return await self._own(caller, verification.id)
            except Refusal as refusal:
                if not isinstance(refusal.problem, NameTaken):
                    raise
                character = replace(character, name=numbered(verification.name, number))
            else:
                log.info("Verification %s became character %s.", verification.id, character.id)
                return verified
        raise Refusal(NameTaken(verification.name))

    async def _begin(self, verification: Verification) -> Verification:
        async with asked():
            await self._verifications.begin(verification)
        log.info("Verification %s: the member agreed to consent text %d.", verification.id, verification.consent)
        return verification

    async def _own(self, caller: Caller, verification_id: str) -> Verification:
        verification = await self._verifications.verification(verification_id)
        if verification is None or verification.owner_id != caller.user_id:
            raise Refusal(VerificationOver())
        return verification

    async def _pause(self, seconds: float) -> None:
        await self._clock.sleep(jittered(seconds))
