"""The buttons on the answers of `/asset`. Whose asset or verification it is, the studio checks."""

from bot.domain.assets import VerificationStage
from bot.studio.assets.service import AssetService
from bot.studio.assets.verification import VerificationService
from bot.ui import custom_ids
from bot.ui.asset_cards import list_card
from bot.ui.custom_ids import AssetOnPage, Consent
from bot.ui.verification_cards import link_card, preparing_card, unverified_card, verified_card
from cogs.conversation import Conversation
from cogs.router import Router


class AssetButtons:
    """Handlers of the buttons on the list of assets and on the cards of a verification."""

    def __init__(self, assets: AssetService, verifications: VerificationService, router: Router) -> None:
        self._assets = assets
        self._verifications = verifications
        router.press(custom_ids.ASSETS, self._turn)
        router.press(custom_ids.REMOVE, self._ask)
        router.press(custom_ids.REMOVE_NOW, self._remove)
        router.press(custom_ids.CONSENT, self._agree)
        router.press(custom_ids.AGREE, self._agree)
        router.press(custom_ids.OPEN_LINK, self._open_link)
        router.press(custom_ids.NEW_LINK, self._new_link)
        router.press(custom_ids.FINISHED, self._finished)

    async def _turn(self, conversation: Conversation, page: int) -> None:
        await conversation.acknowledge()
        await show_assets(conversation, self._assets, page)

    async def _ask(self, conversation: Conversation, on: AssetOnPage) -> None:
        await conversation.acknowledge()
        await show_assets(conversation, self._assets, on.page, asked=on.asset_id)

    async def _remove(self, conversation: Conversation, on: AssetOnPage) -> None:
        await conversation.acknowledge()
        await self._assets.remove(conversation.caller, on.asset_id)
        await show_assets(conversation, self._assets, on.page)

    async def _agree(self, conversation: Conversation, consent: Consent) -> None:
        if await self._is_possible(conversation):
            agree = self._verifications.agree
            verification = await agree(conversation.caller, consent.name, consent.wording, consent.language)
            await conversation.show(preparing_card(conversation.language, verification))
            await self._show_link(conversation, verification.id)

    async def _open_link(self, conversation: Conversation, verification_id: str) -> None:
        if await self._is_possible(conversation):
            await self._show_link(conversation, verification_id)

    async def _new_link(self, conversation: Conversation, verification_id: str) -> None:
        if await self._is_possible(conversation):
            verification = await self._verifications.again(conversation.caller, verification_id)
            await conversation.show(preparing_card(conversation.language, verification))
            await self._show_link(conversation, verification.id)

    async def _finished(self, conversation: Conversation, verification_id: str) -> None:
        if await self._is_possible(conversation):
            verification = await self._verifications.finished(conversation.caller, verification_id)
            card = verified_card if verification.stage is VerificationStage.VERIFIED else unverified_card
            await conversation.show(card(conversation.language, verification))

    async def _is_possible(self, conversation: Conversation) -> bool:
        """Acknowledge the press; say so where the bot's owner has not set verification up."""
        if self._verifications.possible:
            await conversation.acknowledge()
        else:
            await conversation.say(conversation.language.text("verify.not-set-up"))
        return self._verifications.possible

    async def _show_link(self, conversation: Conversation, verification_id: str) -> None:
        verification = await self._verifications.link(conversation.caller, verification_id)
        await conversation.show(link_card(conversation.language, verification))


async def show_assets(conversation: Conversation, assets: AssetService, page: int, asked: str | None = None) -> None:
    """Show a page of the caller's assets; at the one that is `asked` about, the button asks once more."""
    listed = await assets.page(conversation.caller, page)
    await conversation.show(list_card(conversation.language, listed.page, listed.pictures, asked, listed.empty))
