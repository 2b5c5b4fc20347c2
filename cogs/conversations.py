"""Where conversations are opened, and the one place where a handler may fail.

What a handler raises is logged and becomes what the member reads: a sentence with what they typed, or the card of a
draft that they can fix.
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, assert_never

import aiohttp
import discord

from bot.discord_limits import ALREADY_ACKNOWLEDGED, UNKNOWN_INTERACTION
from bot.domain.caller import Caller
from bot.domain.drafts import RefusedDraft
from bot.domain.errors import Duplicate, Refusal, StoreFull
from bot.domain.ids import new_reference
from bot.domain.money import PriceNotConfirmed
from bot.domain.scenes import ScenesNotConfirmed
from bot.studio.intake.other_processes import OtherProcesses
from bot.studio.lifecycle.health import Health
from bot.ui.fix_form import refused_card
from bot.ui.problem_texts import echo_input, problems_text
from cogs.claim import AnsweredElsewhere
from cogs.conversation import Conversation, Outdated, Record, Sentence
from cogs.preferences import Preferences

log = logging.getLogger(__name__)

# The network, Discord or the disk: what a restart would not help against.
_OUTSIDE: Final = (discord.DiscordException, aiohttp.ClientError, OSError, StoreFull)
# What comes of a request after a yes.
_QUESTIONS: Final = (PriceNotConfirmed, ScenesNotConfirmed)


class Conversations:
    """Opens a conversation for each interaction, and is the one place where a handler may fail.

    `dropped` counts the interactions that are no longer ours to answer: too late, or answered by another process.
    """

    def __init__(
        self,
        health: Health,
        others: OtherProcesses,
        now: Callable[[], float],
        record: Record,
        preferences: Preferences,
        may_spend: Callable[[Caller], None],
        answering: Callable[[], AbstractAsyncContextManager[None]],
    ) -> None:
        self.dropped = 0
        self.preferences, self.languages = preferences, preferences.languages
        self._health = health
        self._answering = answering
        self._of_each = (others, now, record, preferences, may_spend)

    @asynccontextmanager
    async def open(self, interaction: discord.Interaction) -> AsyncIterator[Conversation]:
        """Answer the interaction with a private sentence when the block raises; a shutdown waits for the block."""
        conversation = Conversation(interaction, *self._of_each)
        async with self._answering(), conversation.ending:
            try:
                yield conversation
                self._health.worked()
            except (Refusal, StoreFull, Outdated) as error:
                asks = isinstance(error, RefusedDraft) and isinstance(error.problem, _QUESTIONS)
                await self._tell(conversation, self._sentence(conversation, error), asks=asks)
            except Exception as error:
                if self.is_not_ours(interaction, error):
                    return
                if not isinstance(error, _OUTSIDE):
                    self._health.broke(str(interaction.id))
                reference = new_reference()
                log.exception("Interaction %d failed (reference %s).", interaction.id, reference)
                await self._tell(conversation, conversation.language.text("reply.fault", reference=reference))

    def is_not_ours(self, interaction: discord.Interaction, error: Exception) -> bool:
        """Tell whether an error says that the interaction is not ours to answer, and count it then."""
        match error:
            case AnsweredElsewhere():
                reason = "it was answered by another process"
            case Duplicate():
                reason = "it came twice"
            case discord.HTTPException(code=code) if code in {UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED}:
                reason = f"Discord refused the answer ({code})"
            case _:
                return False
        self.dropped += 1
        log.warning("Interaction %d was dropped: %s. Dropped so far: %d.", interaction.id, reason, self.dropped)
        return True

    def _sentence(self, conversation: Conversation, error: Refusal | StoreFull | Outdated) -> Sentence:
        """Log why a handler could not do its work, and say it to the member."""
        language = conversation.language
        match error:
            case Refusal():
                self._health.worked()
                log.info("Interaction %d was refused: %s.", conversation.id, error)
                if isinstance(error, RefusedDraft):
                    return refused_card(language, error.draft, error.problems)
                return problems_text(language, error.problems)
            case StoreFull():
                log.warning("Interaction %d failed: %s", conversation.id, error)
                return problems_text(language, [error.problem])
            case Outdated():
                log.warning("Interaction %d asks for something that doesn't exist: %s", conversation.id, error)
                return language.text("reply.outdated")
            case _:
                assert_never(error)

    async def _tell(self, conversation: Conversation, sentence: Sentence, *, asks: bool = False) -> None:
        """Tell the member, and give back what they typed, which a card has already; `asks`: it's a question."""
        try:
            answers: list[Sentence] = [sentence]
            if isinstance(sentence, str) and conversation.prompt.strip():
                answers = [*echo_input(conversation.language, sentence, conversation.prompt)]
            for answer in answers:
                await conversation.say(answer, asks=asks)
        except Exception as error:
            if not self.is_not_ours(conversation.interaction, error):
                log.exception("Interaction %d couldn't be answered.", conversation.id)
                conversation.was_answered = False
