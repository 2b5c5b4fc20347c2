"""One interaction from the member's side."""

from collections.abc import Callable

from sandbox.discord.core import Core
from sandbox.discord.interaction import Interaction, Kind, State
from sandbox.discord.model import Json
from sandbox.discord.views import Message


class Use:
    """What became of a command, a press, a form or an autocomplete."""

    def __init__(self, core: Core, interaction: Interaction) -> None:
        self._core = core
        self.interaction = interaction

    def __repr__(self) -> str:
        return f"<Use {self.kind.name} /{self.interaction.command} {self.state} {self.reply!r}>"

    @property
    def id(self) -> str:
        """The interaction's id."""
        return str(self.interaction.id)

    @property
    def token(self) -> str:
        """The interaction's token."""
        return self.interaction.token

    @property
    def kind(self) -> Kind:
        """Command, component, autocomplete or modal."""
        return self.interaction.kind

    @property
    def state(self) -> State:
        """Waiting, answered, or failed: "The application did not respond"."""
        return self.interaction.state

    @property
    def reply(self) -> Message | None:
        """The message it is answered with: a new one, or the one whose button was pressed."""
        original = self.interaction.original
        return None if original is None else self._core.message(original)

    @property
    def followups(self) -> list[Message]:
        """Further messages, oldest first."""
        return [self._core.message(one) for one in self.interaction.followups]

    @property
    def modal(self) -> Json | None:
        """The form it is answered with."""
        return self.interaction.modal

    @property
    def choices(self) -> list[Json] | None:
        """What autocomplete offers."""
        return self.interaction.choices

    def replay(self) -> None:
        """Let Discord send it to the bot once more, as a resumed session does."""
        self._core.interactions.replay(self.interaction)

    async def answered(self, within: float = 20.0) -> "Use":
        """Wait for the first response, or for its failing to come; see `state`."""
        await self._core.ledger.until(
            lambda: self.state != "waiting", within=within, what=f"an answer to /{self.interaction.command}"
        )
        return self

    async def replied(
        self, predicate: Callable[[Message], object] | None = None, *, within: float = 20.0, what: str = ""
    ) -> Message:
        """Wait until the reply is no longer loading and satisfies the predicate."""

        def fits() -> Message | None:
            reply = self.reply
            if reply is None or reply.deleted or reply.loading:
                return None
            return reply if predicate is None or predicate(reply) else None

        try:
            return await self._core.ledger.until(fits, within=within, what=what or "the reply")
        except AssertionError as error:
            raise AssertionError(f"{error}\nThe reply is {self.reply!r}") from None

    async def followed(
        self, predicate: Callable[[Message], object] | None = None, *, within: float = 20.0, what: str = ""
    ) -> Message:
        """Wait for a follow-up that satisfies the predicate."""

        def fits() -> Message | None:
            return next((one for one in self.followups if predicate is None or predicate(one)), None)

        return await self._core.ledger.until(fits, within=within, what=what or "a follow-up")
