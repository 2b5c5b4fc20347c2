"""One way for an interaction, from its first response to its last sentence.

Every command, press and form is handled inside `async with conversations.open(interaction) as conversation:`. The
handler answers through the Conversation alone:

* first, once: a loading message (`defer`; `open_reply` where a job or an asset is to come of it), no more than "heard"
  (`acknowledge`), a form (`ask`), or a private sentence (`say`);
* after it: a card where the answer is (`show`) or below it (`add`), and private sentences (`say`).

What the handler raises is logged and becomes the one sentence that the member reads; the prompt of a form goes with it.
A reply that was opened is on record until then: if the bot dies in between, or nothing could be said, the next start
says so there.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from enum import StrEnum
from typing import Any, Final, TypeVar, assert_never

import aiohttp
import discord
from discord.ui import Modal

from bot.discord_limits import ALREADY_ACKNOWLEDGED, UNKNOWN_INTERACTION, UNKNOWN_MESSAGE
from bot.domain.caller import Caller
from bot.domain.errors import Duplicate, Refusal, StoreFull
from bot.domain.ids import new_reference
from bot.domain.reply import Reply
from bot.studio.intake.other_processes import OtherProcesses
from bot.studio.lifecycle.health import Health
from bot.ui.components import Card, text_only
from bot.ui.form import SentForm
from bot.ui.language import Languages
from bot.ui.problem_texts import echo_input, problems_text
from cogs.address import caller_of, reply_at
from cogs.claim import AnsweredElsewhere, claim
from cogs.first_response import First, FirstResponse

log = logging.getLogger(__name__)

# Seconds for any call after the first response; left alone, the library sleeps for 25 s over five server errors.
_CALL_SECONDS: Final = 15.0
# The network, Discord or the disk: what a restart would not help against.
_OUTSIDE: Final = (discord.DiscordException, aiohttp.ClientError, OSError, StoreFull)

_T = TypeVar("_T")
# Records an opened reply while a block answers: the interaction's id, its address, whether it was answered by the end.
Record = Callable[[int, Reply, Callable[[], bool]], AbstractAsyncContextManager[None]]


class Outdated(Exception):
    """A command, a button or a form that this version of the bot does not have; the message is for the log."""


class _Took(StrEnum):
    """What a loading message has taken."""

    SENTENCE = "sentence"  # the sentence itself
    PLACE = "place"  # a word that stands for it, to be removed
    NOTHING = "nothing"  # it was no longer loading


class Conversation:
    """One interaction: who uses the bot, and what is answered to them."""

    def __init__(
        self,
        interaction: discord.Interaction,
        others: OtherProcesses,
        now: Callable[[], float],
        record: Record,
        languages: Languages,
        may_spend: Callable[[Caller], None],
    ) -> None:
        self.interaction = interaction
        self.language = languages.of(interaction.locale.value)  # of what only the member reads
        self.chosen: tuple[str, ...] = ()  # the values, where something was chosen in a message's select
        self._public_language = languages.of((interaction.guild_locale or interaction.locale).value)  # that all read
        self.form = SentForm()  # what was filled in, where a form was sent
        self.was_answered = True  # False once something could not be said
        self.ending = AsyncExitStack()  # what ends after everything was said
        self._first = FirstResponse(interaction, others)
        self._others = others
        self._now = now
        self._record = record
        self._may_spend = may_spend
        self._claimed = False

    @property
    def id(self) -> int:
        """Return the interaction's id."""
        return self.interaction.id

    @property
    def caller(self) -> Caller:
        """Return who uses the bot, and where."""
        return caller_of(self.interaction)

    @property
    def pressed_in_private(self) -> bool:
        """Tell whether a button on a message was pressed that only one member sees."""
        return self.interaction.message is not None and self.interaction.message.flags.ephemeral

    async def open_reply(self, *, private: bool = False) -> Reply:
        """Answer with a loading message that is on record until the conversation is over; return its address.

        Raises Duplicate for an interaction that came before, Refusal where it is known that the caller may not spend.
        """
        self._may_spend(self.caller)
        unopened = self._reply_at(None, private=True)
        await self.ending.enter_async_context(self._record(self.id, unopened, lambda: self.was_answered))
        return await self.defer(private=private)

    async def defer(self, *, private: bool = False) -> Reply:
        """Answer with a loading message, and return its address."""
        made = await self._first.make(First.LOADING, lambda first: first.defer(ephemeral=private, thinking=True))
        if made is not None:
            return self._reply_at(made.message_id, private=made.is_ephemeral())
        async with asyncio.timeout(_CALL_SECONDS):
            message = await self.interaction.original_response()
        if not private:
            # What follows may be paid for.
            self._claimed = await claim(self._public_language, self.interaction, message, self._others)
        return self._reply_at(message.id, private=message.flags.ephemeral)

    async def acknowledge(self) -> Reply:
        """Answer a press with no more than "heard", and return the pressed message's address with the new token."""
        await self._first.make(First.HEARD, lambda first: first.defer())
        pressed = self.interaction.message
        return self._reply_at(pressed.id if pressed else None, private=pressed is None or pressed.flags.ephemeral)

    async def ask(self, form: Modal) -> None:
        """Answer with a form, whose request may be paid for; raises Refusal as `open_reply` does."""
        self._may_spend(self.caller)
        await self._first.make(First.FORM, lambda first: first.send_modal(form))

    async def show(self, card: Card, files: Sequence[discord.File] | None = None) -> None:
        """Put a card where the answer is: into the loading message, or the pressed one, whose files `files` replace."""
        attachments = discord.utils.MISSING if files is None else files
        async with asyncio.timeout(_CALL_SECONDS):
            await self.interaction.edit_original_response(view=card, attachments=attachments)

    async def add(self, card: Card) -> None:
        """Show a card in a private message of its own, below the answer."""
        await self._follow_once(view=card)

    async def say(self, sentence: str) -> None:
        """Tell the member something in private, whatever was answered before.

        A loading message is not left behind: a private one takes the sentence, a public one is removed once the
        sentence was said beside it. Where the loading message is gone, and nothing can follow it, the sentence goes
        into a direct message.
        """
        if self._first.made is None and await self._said_first(sentence):
            return
        if self._first.made is not First.LOADING:
            await self._follow(sentence)
            return
        self._first.made = First.SENTENCE
        took = await self._unless_it_fails(self._took(sentence))
        if took is _Took.SENTENCE:
            return
        await self._follow(sentence)
        if took is _Took.PLACE:
            await self._unless_it_fails(self.interaction.delete_original_response())

    def _reply_at(self, message_id: int | None, *, private: bool) -> Reply:
        return reply_at(self.interaction, message_id, self._now(), private=private)

    async def _said_first(self, sentence: str) -> bool:
        """Make the sentence the first response; False where an earlier attempt at another has arrived after all."""
        await self._first.make(First.SENTENCE, lambda first: first.send_message(sentence, ephemeral=True))
        return self._first.made is First.SENTENCE

    async def _took(self, sentence: str) -> _Took:
        """Give the loading message the sentence, or clear it."""
        message = await self.interaction.original_response()
        if not message.flags.loading and not self._claimed:
            return _Took.NOTHING
        if message.flags.ephemeral:
            # A mark is a text of its own kind, whose message takes no other.
            text = {"view": text_only(sentence)} if self._claimed else {"content": sentence}
            await self.interaction.edit_original_response(**text)
            return _Took.SENTENCE
        if not self._claimed:
            # A follow-up beside a message that still loads would become it, for everybody to read. This may stay there.
            await self.interaction.edit_original_response(content=self._public_language.text("reply.cleared"))
        return _Took.PLACE

    async def _unless_it_fails(self, done: Awaitable[_T]) -> _T | None:
        """Wait for something that the sentence can do without."""
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                return await done
        except discord.HTTPException as error:
            log.warning("The loading message of interaction %d couldn't be deleted: %s", self.id, error)
        except Exception:
            log.exception("The loading message of interaction %d couldn't be deleted.", self.id)
        return None

    async def _follow(self, sentence: str) -> None:
        """Say it in a private follow-up, and again where that may be lost: once too often is better than never."""
        try:
            await self._follow_once(content=sentence)
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            # The loading message was deleted, and nothing can follow it (discord-api-docs #3087).
            async with asyncio.timeout(_CALL_SECONDS):
                await self.interaction.user.send(sentence)
        except (discord.DiscordServerError, aiohttp.ClientError, OSError, TimeoutError):
            log.warning("The answer to interaction %d may be lost; sending it again.", self.id, exc_info=True)
            await self._follow_once(content=sentence)

    async def _follow_once(self, **content: Any) -> None:
        async with asyncio.timeout(_CALL_SECONDS):
            await self.interaction.followup.send(**content, ephemeral=True)


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
        languages: Languages,
        may_spend: Callable[[Caller], None],
    ) -> None:
        self.dropped = 0
        self.languages = languages
        self._health = health
        self._of_each = (others, now, record, languages, may_spend)

    @asynccontextmanager
    async def open(self, interaction: discord.Interaction) -> AsyncIterator[Conversation]:
        """Answer the interaction with a private sentence when the block raises."""
        conversation = Conversation(interaction, *self._of_each)
        async with conversation.ending:
            try:
                yield conversation
                self._health.worked()
            except (Refusal, StoreFull, Outdated) as error:
                await self._tell(conversation, self._sentence(conversation, error))
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

    def _sentence(self, conversation: Conversation, error: Refusal | StoreFull | Outdated) -> str:
        """Log why a handler could not do its work, and say it to the member."""
        match error:
            case Refusal():
                self._health.worked()
                log.info("Interaction %d was refused: %s.", conversation.id, error)
                return problems_text(conversation.language, error.problems)
            case StoreFull():
                log.warning("Interaction %d failed: %s", conversation.id, error)
                return problems_text(conversation.language, [error.problem])
            case Outdated():
                log.warning("Interaction %d asks for something that doesn't exist: %s", conversation.id, error)
                return conversation.language.text("reply.outdated")
            case _:
                assert_never(error)

    async def _tell(self, conversation: Conversation, sentence: str) -> None:
        try:
            prompt = conversation.form.prompt
            for words in echo_input(conversation.language, sentence, prompt) if prompt else [sentence]:
                await conversation.say(words)
        except Exception as error:
            if not self.is_not_ours(conversation.interaction, error):
                log.exception("Interaction %d couldn't be answered.", conversation.id)
                conversation.was_answered = False
