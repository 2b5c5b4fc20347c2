"""Room over a folder of fakes."""

from bot.studio.intake.disk_quota import DiskQuota, Quota
from tests.studio.fakes import JumpingClock, NoAssets, NoDrafts
from tests.studio.folder_media import FolderMedia


class NoJobs:
    """A store without jobs, as far as room goes."""

    async def stored_by(self, user_id: int, since: float) -> tuple[dict[str, int], int]:
        return {}, 0

    async def files_in_use(self, since: float) -> set[str]:
        return set()


def disk_quota_over(
    media: FolderMedia, clock: JumpingClock, jobs: object = None, assets: object = None, drafts: object = None
) -> DiskQuota:
    """Answer for the room of a folder."""
    return DiskQuota(media, jobs or NoJobs(), assets or NoAssets(), drafts or NoDrafts(), clock, Quota(), input_days=30)
