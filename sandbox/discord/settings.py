"""What a stand-in Discord is like; every value is Discord's own unless a test says otherwise."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and habits of one stand-in.

    Rates are (requests, seconds by the clock); None lifts a limit. Sizes are bytes, spans seconds.
    """

    token: str = "MTAwMDAwMDAwMDAwMDAwMDAwMQ.GstAnd.stand-in-token-of-a-bot-that-lives-here"  # noqa: S105 - opens nothing
    application_id: str = "1000000000000000001"
    application_name: str = "Seedreel"
    response_within: float = 3.0
    token_life: float = 900.0
    link_life: float = 86_400.0
    dropped_shown_online: float = 180.0
    resumable_for: float = 300.0
    default_size_limit: int = 10 * MIB
    request_limit: int = 25 * MIB
    upload_limit: int = 25 * MIB
    webhook_rate: tuple[int, float] | None = (5, 2.0)
    webhook_channel_rate: tuple[int, float] | None = (30, 60.0)
    post_rate: tuple[int, float] | None = (5, 5.0)
    old_edit_rate: tuple[int, float] | None = (3, 6.0)
    global_rate: tuple[int, float] | None = (50, 1.0)
    other_rate: tuple[int, float] = (50, 1.0)
    invalid_requests: tuple[int, float] | None = (10_000, 600.0)
    identifies_a_day: int = 1000
    #: Seconds that must lie between two IDENTIFYs; Discord's is 5. Zero by default: a test restarts its bot at once.
    identify_gap: float = 0.0
    #: How many shards `GET /gateway/bot` recommends, and how many may identify at once ("Max Concurrency").
    shards: int = 1
    max_concurrency: int = 1
    privileged_intents: int = 0
    command_creations_a_day: int = 200
    followups_user_installed: int = 5
    #: Nothing can follow a loading message that was deleted: follow-ups answer 10008 (discord-api-docs #3087).
    followups_need_original: bool = False
    #: Edits take files at all; a fault of Discord's refused those that a gallery shows (discord-api-docs #7529).
    edits_take_files: bool = True
    #: Edits as the bot that carry files need Attach Files, as its posts do; this is not documented.
    edits_need_attach_files: bool = False
    heartbeat_interval: float = 41.25
    #: Real seconds until a heartbeat is acknowledged. Without any, discord.py 2.7.1 hears of it before it has noted
    #: when it sent it, and warns that it is a whole interval behind.
    heartbeat_latency: float = 0.05
    replay_limit: int = 1000
