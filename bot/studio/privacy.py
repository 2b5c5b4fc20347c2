"""What members may ask for about themselves: to be forgotten, and a copy of what is stored about them."""

from dataclasses import dataclass

from bot.studio.exports import Exports
from bot.studio.forgetting import Forgetting


@dataclass(frozen=True, slots=True)
class Privacy:
    """Both, as they are called by members and work in the background."""

    forgetting: Forgetting
    exports: Exports

    def start(self) -> None:
        """Begin to work for members who have asked."""
        self.forgetting.start()
        self.exports.start()

    async def close(self) -> None:
        """Work for them no more; the next start goes on."""
        await self.exports.close()
        await self.forgetting.close()
