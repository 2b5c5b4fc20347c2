"""A member's settings as the defaults of their commands."""

import asyncio
import logging
from collections.abc import Collection, Mapping
from typing import Any, Final

from bot.domain.caller import Caller
from bot.domain.defaults import with_defaults
from bot.domain.errors import StoreFull
from bot.domain.member_settings import CHOICES, NOTHING_SET, Setting
from bot.domain.models import Catalogue
from bot.domain.request import RequestDraft
from bot.studio.lifecycle.member_settings import MemberSettingsService

log = logging.getLogger(__name__)

# Seconds before a form opens without them: Discord waits 3 s for the form.
_BEFORE_A_FORM: Final = 1.0
PRIVATE: Final = "private"


def given_in(values: Mapping[str, Any]) -> frozenset[Setting]:
    """List the settings that an option has chosen for this request."""
    return frozenset(each for each in CHOICES if values.get(each) is not None)


class VideoDefaults:
    """Fills in the settings of a member that they have not chosen by an option this time."""

    def __init__(self, settings: MemberSettingsService, catalogue: Catalogue) -> None:
        self._settings = settings
        self._catalogue = catalogue

    def known(self, caller: Caller, request: RequestDraft, given: Collection[Setting]) -> RequestDraft | None:
        """Fill them in without asking the database; None where they are not known for certain."""
        settings = self._settings.known(caller.user_id)
        return None if settings is None else with_defaults(request, given, settings, self._catalogue)

    async def looked_up(self, caller: Caller, request: RequestDraft, given: Collection[Setting]) -> RequestDraft:
        """Fill them in, however long the database takes; raises StoreFull."""
        return with_defaults(request, given, await self._settings.of(caller.user_id), self._catalogue)

    async def in_time(self, caller: Caller, request: RequestDraft, given: Collection[Setting]) -> RequestDraft:
        """Fill them in before a form opens; without the database in that time nothing is set."""
        settings = NOTHING_SET
        try:
            async with asyncio.timeout(_BEFORE_A_FORM):
                settings = await self._settings.of(caller.user_id)
        except (TimeoutError, StoreFull) as error:
            log.warning("A form opens without its member's settings (%s).", type(error).__name__)
        return with_defaults(request, given, settings, self._catalogue)
