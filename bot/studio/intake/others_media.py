"""Whether what belongs to other members may go into a video: the operator's rule first, then whether they opted out."""

from collections.abc import Awaitable, Callable, Sequence

from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.ids import id_in
from bot.domain.others_media import OptedOut, OthersMedia, OthersNotUsed
from bot.studio.ports.opt_outs import OptOutStore


class OthersMediaCheck:
    """Finds the authors of media that are not the caller's own; without a `store` no one has opted out.

    `authors_of` returns the owner of the video that a job or share posts, and the authors of the media in it.
    """

    def __init__(
        self,
        rule: OthersMedia = OthersMedia.NAMED,
        store: OptOutStore | None = None,
        authors_of: Callable[[str], Awaitable[Sequence[int]]] | None = None,
    ) -> None:
        self._rule = rule
        self._store = store
        self._authors_of = authors_of

    async def authors_of(self, file_names: Sequence[str]) -> Sequence[int]:
        """Return the owner of the video in a message of our own, by its file names, and the authors of its media."""
        file_id = next((found for found in map(id_in, file_names) if found), None)
        return await self._authors_of(file_id) if file_id and self._authors_of else ()

    async def check_use(self, caller: Caller, author_ids: Sequence[int], *, avatar: bool = False) -> None:
        """Raise Refusal where the caller may not take what these members posted, or the `avatar` of one.

        Without any it is not known whose it is.
        """
        others = [author_id for author_id in author_ids if author_id != caller.user_id]
        if author_ids and not others:
            return
        if self._rule is OthersMedia.NONE:
            raise Refusal(OthersNotUsed())
        if avatar and self._rule is not OthersMedia.AVATARS:
            raise Refusal(OthersNotUsed(avatar=True))
        await self.check_opt_outs(others)

    async def check_opt_outs(self, author_ids: Sequence[int]) -> None:
        """Raise Refusal where one of these members does not let others use their media."""
        if author_ids and self._store is not None:
            for author_id in sorted(await self._store.opted_out(author_ids)):
                raise Refusal(OptedOut(author_id))
