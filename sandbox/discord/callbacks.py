"""The first response to an interaction: POST /interactions/{interaction_id}/{interaction_token}/callback."""

from sandbox.discord import shapes
from sandbox.discord.call import EMPTY, Call, Endpoint, Reply
from sandbox.discord.cdn import Cdn
from sandbox.discord.errors import DiscordError, FormErrors
from sandbox.discord.forms import Posted
from sandbox.discord.interaction import Answer, Interaction, Kind
from sandbox.discord.interactions import Interactions
from sandbox.discord.messages import Messages
from sandbox.discord.modal_form import check_modal
from sandbox.discord.model import Flag, Json, StoredMessage
from sandbox.discord.world import World

_ALLOWED = {
    Kind.COMMAND: (Answer.MESSAGE, Answer.DEFERRED, Answer.MODAL),
    Kind.COMPONENT: (Answer.MESSAGE, Answer.DEFERRED, Answer.DEFERRED_UPDATE, Answer.UPDATE, Answer.MODAL),
    Kind.AUTOCOMPLETE: (Answer.CHOICES,),
    Kind.MODAL: (Answer.MESSAGE, Answer.DEFERRED, Answer.DEFERRED_UPDATE, Answer.UPDATE),
}


class Callbacks:
    """Accept first responses."""

    def __init__(self, world: World, cdn: Cdn, messages: Messages, interactions: Interactions) -> None:
        self._world = world
        self._cdn = cdn
        self._messages = messages
        self._interactions = interactions

    def endpoints(self) -> list[Endpoint]:
        """Return the routes."""
        template = "/interactions/{interaction_id}/{interaction_token}/callback"
        return [Endpoint("POST", template, self.respond, auth="none", major=("interaction_token",))]

    async def respond(self, call: Call) -> Reply:
        """Take a first response; 200 with the message under `with_response`, else 204."""
        interaction = self._interactions.to_answer(call.number("interaction_id"), call.path["interaction_token"])
        answer = self._kind(interaction, call.form.get("type"))
        data = call.form.get("data") or {}
        # Noted before the message is made: of two answers at once the second gets 40060.
        interaction.answer = answer
        before, interaction.state = interaction.state, "answered"
        try:
            await self._apply(interaction, answer, data, Posted(data, call.files, "data"))
        except DiscordError:
            interaction.state, interaction.answer = before, None
            raise
        interaction.state = "waiting"
        self._interactions.answered(interaction)
        if not call.flag("with_response"):
            return EMPTY
        return Reply(self._receipt(interaction, answer))

    def _kind(self, interaction: Interaction, asked: object) -> Answer:
        allowed = _ALLOWED[interaction.kind]
        if interaction.kind is Kind.MODAL and interaction.source is None:
            allowed = (Answer.MESSAGE, Answer.DEFERRED)
        if asked not in [int(one) for one in allowed]:
            form = FormErrors()
            choices = ", ".join(str(int(one)) for one in allowed)
            form.add("type", "BASE_TYPE_CHOICES", f"Value must be one of {{{choices}}}.")
            form.raise_if_any()
        return Answer(int(str(asked)))

    async def _apply(self, interaction: Interaction, answer: Answer, data: Json, posted: Posted) -> None:
        match answer:
            case Answer.MESSAGE:
                interaction.original = await self._make(interaction, posted)
            case Answer.DEFERRED:
                interaction.original = self._loading(interaction, data)
            case Answer.DEFERRED_UPDATE:
                interaction.original = interaction.source
            case Answer.UPDATE:
                interaction.original = interaction.source
                await self._messages.edit(self._living(interaction.source), posted)
            case Answer.CHOICES:
                interaction.choices = _choices(data)
            case Answer.MODAL:
                check_modal(data)
                interaction.modal = data

    async def _make(self, interaction: Interaction, posted: Posted) -> StoredMessage:
        made = await self._messages.create(
            interaction.channel,
            self._world.bot.id,
            posted,
            ephemeral_for=self.private(interaction, posted.data),
            interaction=metadata(interaction),
            used=used(interaction),
        )
        interaction.made.append(made)
        return made

    def _loading(self, interaction: Interaction, data: Json) -> StoredMessage:
        flags = Flag(data.get("flags") or 0)
        if flags & ~(Flag.EPHEMERAL | Flag.SUPPRESS_EMBEDS | Flag.SUPPRESS_NOTIFICATIONS):
            form = FormErrors("data")
            form.add("flags", "INTERACTION_DEFERRED_INVALID_FLAGS", "Only EPHEMERAL can be set when deferring.")
            form.raise_if_any()
        made = StoredMessage(
            self._world.new_id(), interaction.channel.id, self._world.bot.id, interaction.created_at, flags=Flag.LOADING
        )
        made.ephemeral_for = self.private(interaction, data)
        made.interaction, made.used = metadata(interaction), used(interaction)
        interaction.made.append(made)
        return self._messages.put(interaction.channel, made)

    def private(self, interaction: Interaction, data: Json) -> int | None:
        """Return the only user who sees a message, None when all do."""
        asked = Flag.EPHEMERAL in Flag(data.get("flags") or 0)
        return interaction.user.id if asked or interaction.forced_private else None

    def _living(self, message: StoredMessage | None) -> StoredMessage:
        if message is None or message.deleted:
            raise DiscordError(10008)
        return message

    def _receipt(self, interaction: Interaction, answer: Answer) -> Json:
        about: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
        about["channel_id"] = str(interaction.channel.id)
        if interaction.channel.guild_id is not None:
            about["guild_id"] = str(interaction.channel.guild_id)
        receipt: Json = {"interaction": about}
        message = interaction.original
        if message is not None:
            about["response_message_id"] = str(message.id)
            about["response_message_loading"] = Flag.LOADING in message.flags
            about["response_message_ephemeral"] = message.ephemeral_for is not None
            # Discord describes the message itself for these two only; a deferral gives just its id.
            if answer in (Answer.MESSAGE, Answer.UPDATE):
                shape = shapes.message(self._world, self._cdn, message)
                receipt["resource"] = {"type": int(answer), "message": shape}
        return receipt


def metadata(interaction: Interaction) -> Json:
    """Return what a message says about the interaction it answers."""
    shape: Json = {
        "id": str(interaction.id),
        "type": int(interaction.kind),
        "user": shapes.user(interaction.user),
        "authorizing_integration_owners": interaction.owners,
    }
    if interaction.kind is Kind.COMPONENT and interaction.source is not None:
        shape["interacted_message_id"] = str(interaction.source.id)
    if interaction.kind is Kind.MODAL and interaction.parent is not None:
        shape["triggering_interaction_metadata"] = metadata(interaction.parent)
    return shape


def used(interaction: Interaction) -> Json | None:
    """Return who used which command, for a message that answers one."""
    if interaction.kind is Kind.MODAL and interaction.parent is not None:
        return used(interaction.parent)
    if interaction.kind is not Kind.COMMAND:
        return None
    is_typed = interaction.data.get("type", 1) == 1
    return {"member": str(interaction.user.id), "command": f"{'/' if is_typed else ''}{interaction.command}"}


def _choices(data: Json) -> list[Json]:
    form = FormErrors("data")
    choices = data.get("choices")
    if not isinstance(choices, list):
        form.required("choices")
        choices = []
    if len(choices) > 25:
        form.add("choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for at, choice in enumerate(choices):
        form.length(f"choices.{at}.name", str(choice.get("name") or ""), 1, 100)
        if isinstance(choice.get("value"), str):
            form.length(f"choices.{at}.value", choice["value"], 1, 100)
    form.raise_if_any()
    return choices
