"""SQLite through sqlite-utils: a connection that writes, one that reads lists, numbered migrations, backups.

What a job means is the domain's business, and what happens next is the studio's. Here a move is one statement that
takes place or does not.
"""

from collections.abc import Callable

from bot.storage.asset_store import SqliteAssets
from bot.storage.audit_store import SqliteAudit
from bot.storage.character_store import SqliteCharacters
from bot.storage.charges import SqliteCharges
from bot.storage.database import Defer, not_deferred
from bot.storage.deletion_store import SqliteDeletions
from bot.storage.draft_store import SqliteDrafts
from bot.storage.export_store import SqliteExports
from bot.storage.favourite_store import SqliteFavourites
from bot.storage.forget_store import SqliteForgetting
from bot.storage.job_store import SqliteJobs
from bot.storage.lease_store import SqliteLeases
from bot.storage.line_store import SqliteLine
from bot.storage.log_line_store import SqliteLogLines
from bot.storage.member_settings_store import SqliteMemberSettings
from bot.storage.note_store import SqliteNotes
from bot.storage.opt_out_store import SqliteOptOuts
from bot.storage.own_job_store import SqliteOwnJobs
from bot.storage.pause_store import SqlitePauses
from bot.storage.pending_reply_store import SqlitePendingReplies
from bot.storage.privacy_store import SqlitePrivacy
from bot.storage.queries import OpenStore, QueryRunner
from bot.storage.rule_store import SqliteRules
from bot.storage.scene_store import SqliteScenes
from bot.storage.server_job_store import SqliteServerJobs
from bot.storage.server_settings_store import SqliteServerSettings
from bot.storage.share_store import SqliteShares
from bot.storage.shared_pending_replies import SharedPendingReplies
from bot.storage.take_store import SqliteTakes
from bot.storage.thread import Store
from bot.storage.upload_store import SqliteUploads
from bot.storage.usage_store import SqliteUsage
from bot.studio.ports.stores import PendingReplyStore

__all__ = [
    "OpenStore",
    "SharedPendingReplies",
    "SqliteAssets",
    "SqliteAudit",
    "SqliteCharacters",
    "SqliteCharges",
    "SqliteDeletions",
    "SqliteDrafts",
    "SqliteExports",
    "SqliteFavourites",
    "SqliteForgetting",
    "SqliteJobs",
    "SqliteLeases",
    "SqliteLine",
    "SqliteLogLines",
    "SqliteMemberSettings",
    "SqliteNotes",
    "SqliteOptOuts",
    "SqliteOwnJobs",
    "SqlitePauses",
    "SqlitePendingReplies",
    "SqlitePrivacy",
    "SqliteRules",
    "SqliteScenes",
    "SqliteServerJobs",
    "SqliteServerSettings",
    "SqliteShares",
    "SqliteTakes",
    "SqliteUploads",
    "SqliteUsage",
    "Store",
    "Tables",
]


class Tables:
    """What is written down in an open store, by what it is about.

    `process` names this process, where several have the store open or a file beside it would not outlive a machine.
    `defer` has a job driven by some process, where there are many.
    """

    def __init__(
        self, store: QueryRunner, process: Callable[[], str] | None = None, defer: Defer = not_deferred
    ) -> None:
        self.jobs = SqliteJobs(store, defer)
        self.own_jobs = SqliteOwnJobs(store)
        self.charges = SqliteCharges(store)
        self.rules = SqliteRules(store)
        self.assets = SqliteAssets(store)
        self.characters = SqliteCharacters(store)
        self.pending_replies: PendingReplyStore = (
            SqlitePendingReplies(store) if process is None else SharedPendingReplies(store, process)
        )
        self.drafts = SqliteDrafts(store)
        self.uploads = SqliteUploads(store)
        self.usage = SqliteUsage(store)
        self.notes = SqliteNotes(store)
        self.audit = SqliteAudit(store)
        self.server_jobs = SqliteServerJobs(store, defer)
        self.server_settings = SqliteServerSettings(store)
        self.member_settings = SqliteMemberSettings(store)
        self.pauses = SqlitePauses(store)
        self.leases = SqliteLeases(store, defer)
        self.line = SqliteLine(store, defer)
        self.scenes = SqliteScenes(store)
        self.shares = SqliteShares(store, process or str)
        self.deletions = SqliteDeletions(store)
        self.favourites = SqliteFavourites(store)
        self.takes = SqliteTakes(store, defer)
        self.opt_outs = SqliteOptOuts(store)
        self.privacy = SqlitePrivacy(store)
        self.log_lines = SqliteLogLines(store)
        self.exports = SqliteExports(store)
        self.forgetting = SqliteForgetting(store)
