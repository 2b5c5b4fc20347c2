"""The buttons on the answers of `/asset`, each answered by what its custom id says."""

from typing import assert_never

import discord
from discord.ext import commands

from bot.domain.assets import VerificationStage
from bot.studio.assets.service import AssetService
from bot.studio.assets.verification import VerificationService
from bot.ui import asset_ids
from bot.ui.asset_cards import list_card
from bot.ui.asset_ids import Agree, Go, Press, Remove, Step, TurnTo
from bot.ui.verify_cards import NOT_SET_UP, link_card, preparing_card, unverified_card, verified_card
from cogs.address import caller_of
from cogs.answers import acknowledge, say, show
from cogs.errors import Answering


class AssetButtonsCog(commands.Cog):
    """The doorman of these buttons. Whose asset or verification it is, the studio checks."""

    def __init__(self, collection: AssetService, verify: VerificationService, answering: Answering) -> None:
        self._collection = collection
        self._verify = verify
        self._answering = answering

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take a press; what is not about assets is left to `cogs.buttons`."""
        if interaction.type is not discord.InteractionType.component:
            return
        press = asset_ids.decode(interaction.custom_id or "")
        if press is None:
            return
        async with self._answering(interaction):
            if isinstance(press, Agree | Go) and not self._verify.possible:
                await say(interaction, NOT_SET_UP)
                return
            await acknowledge(interaction)
            await self._press(interaction, press)

    async def _press(self, interaction: discord.Interaction, press: Press) -> None:
        caller = caller_of(interaction)
        match press:
            case TurnTo(page):
                await self._list(interaction, page)
            case Remove(asset_id, page, sure):
                if sure:
                    await self._collection.remove(caller, asset_id)
                await self._list(interaction, page, asked=None if sure else asset_id)
            case Agree(name):
                verification = await self._verify.agree(caller, name)
                await show(interaction, preparing_card(verification))
                await self._link(interaction, verification.id)
            case Go(step, verification_id):
                await self._go(interaction, step, verification_id)
            case _:
                assert_never(press)

    async def _go(self, interaction: discord.Interaction, step: Step, verification_id: str) -> None:
        match step:
            case Step.OPEN:
                await self._link(interaction, verification_id)
            case Step.AGAIN:
                verification = await self._verify.again(caller_of(interaction), verification_id)
                await show(interaction, preparing_card(verification))
                await self._link(interaction, verification.id)
            case Step.FINISHED:
                verification = await self._verify.finished(caller_of(interaction), verification_id)
                verified = verification.stage is VerificationStage.VERIFIED
                await show(interaction, verified_card(verification) if verified else unverified_card(verification))
            case _:
                assert_never(step)

    async def _link(self, interaction: discord.Interaction, verification_id: str) -> None:
        await show(interaction, link_card(await self._verify.link(caller_of(interaction), verification_id)))

    async def _list(self, interaction: discord.Interaction, number: int, asked: str | None = None) -> None:
        listed = await self._collection.page(caller_of(interaction), number)
        await show(interaction, list_card(listed.page, listed.pictures, asked))
