"""Whether what belongs to other members may go into a video: the operator's rule first, then whether they opted out."""

from collections.abc import Awaitable, Callable, Sequence

from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.ids import id_in
from bot.domain.others_media import OptedOut, OthersMedia, OthersNotUsed
from bot.studio.ports.opt_outs import OptOutStore


class OthersMediaCheck:
    """Answers for what is not the caller's own; without a `store` no one has opted out.

    `owner_of` returns whose video a job or a share with that id posts.
    """

    def __init__(
        self,
        rule: OthersMedia = OthersMedia.NAMED,
        store: OptOutStore | None = None,
        owner_of: Callable[[str], Awaitable[int | None]] | None = None,
    ) -> None:
        self._rule = rule
        self._store = store
        self._owner_of = owner_of

    async def owner_of(self, file_names: Sequence[str]) -> int | None:
        """Return whose video a message of our own shows, by the names of its files; None where that is not known."""
        file_id = next((found for found in map(id_in, file_names) if found), None)
        return await self._owner_of(file_id) if file_id and self._owner_of else None

    async def check_use(self, caller: Caller, author_id: int | None, *, avatar: bool = False) -> None:
        """Raise Refusal where the caller may not take what that member posted, or their `avatar`."""
        if author_id == caller.user_id:
            return
        if self._rule is OthersMedia.NONE:
            raise Refusal(OthersNotUsed())
        if avatar and self._rule is not OthersMedia.AVATARS:
            raise Refusal(OthersNotUsed(avatar=True))
        await self.check_opt_outs(() if author_id is None else (author_id,))

    async def check_opt_outs(self, author_ids: Sequence[int]) -> None:
        """Raise Refusal where one of these members does not want others to use what is theirs."""
        if author_ids and self._store is not None:
            for author_id in sorted(await self._store.opted_out(author_ids)):
                raise Refusal(OptedOut(author_id))
