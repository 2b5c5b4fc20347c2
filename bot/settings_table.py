"""The table of settings: what each is called, does and defaults to, and how its text is read.

`.env.example` and the table of `docs/settings.md` are made from it; `bot/config.py` reads the settings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot import parse, parse_addresses


@dataclass(frozen=True, slots=True)
class Setting:
    """Describe one setting: its name, what it does, its default (None: required) and how its text is read.

    The value of one that is secret may also come from a file.
    """

    name: str
    does: str
    default: str | None
    read: Callable[[str], object]
    is_secret: bool = False

    @property
    def file_name(self) -> str:
        """Return the name of the setting that holds the path of a file with this value."""
        return f"{self.name}_FILE"

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names under which this setting may be given."""
        return (self.name, self.file_name) if self.is_secret else (self.name,)


SETTINGS: Final = (
    Setting(
        "DISCORD_TOKEN",
        "The bot's token: Discord's Developer Portal > your application > Bot",
        None,
        parse.token,
        is_secret=True,
    ),
    Setting(
        "TOAPIS_API_KEY", "The key that pays for the videos: toapis.com > API keys", None, parse.api_key, is_secret=True
    ),
    Setting(
        "TOAPIS_BASE_URL",
        "The provider's address, with or without `/v1`",
        "https://toapis.com",
        parse_addresses.provider_url,
    ),
    Setting(
        "TOAPIS_DIALECT",
        "Which of the provider's two APIs is used: `videos` (has resolutions, audio, seeds and more), `video`, or "
        "`auto`, which takes `videos` if the provider supports it",
        "auto",
        parse.dialect,
    ),
    Setting(
        "PRIVATE_ASSET_REVIEW",
        "`yes`: the provider reviews files first, which takes up to 20 minutes; no assets then (`videos` only)",
        "no",
        parse.yes_or_no,
    ),
    Setting(
        "VERIFY_CALLBACK_URL",
        "Your web page that a person's browser opens after `/asset verify`; empty turns the command off",
        "",
        parse_addresses.callback,
    ),
    Setting("HOME_SERVERS", "Servers that may spend your credits: ids, with commas; empty: all", "", parse.servers),
    Setting(
        "ELSEWHERE",
        "Who may spend them elsewhere, also in direct messages: `members` of those servers (the default with "
        "HOME_SERVERS), `nobody` or `everybody`",
        "",
        parse.elsewhere,
    ),
    Setting(
        "OTHERS_MEDIA",
        "What of others members may use with **Animate image**, **Use as reference** and **Animate avatar**: `none`, "
        "`named` (what others posted; the card names them) or `avatars` (their avatars too). Their own they always may",
        "named",
        parse.others_media,
    ),
    Setting("AI_LABEL", "`yes`: each video's card says that it was made with AI", "no", parse.yes_or_no),
    Setting(
        "PRICES",
        "A file with what videos cost, so that members see it: `docs/prices.md`; empty: no price is shown",
        "",
        parse.optional_file,
    ),
    Setting(
        "CONFIRM_ABOVE",
        "What costs more than this, in the currency of PRICES, is only made after its member confirmed the price; "
        "empty: never asked",
        "",
        parse.optional_amount,
    ),
    Setting(
        "MEMBER_VIDEOS_AT_ONCE",
        "How many videos of a member may wait or be made at the same time",
        "5",
        parse.whole(1, 1000),
    ),
    Setting("MEMBER_SECONDS_A_DAY", "Seconds of video that a member may make in 24 hours; empty: any", "", parse.limit),
    Setting("MEMBER_SECONDS_A_MONTH", "The same in 30 days", "", parse.limit),
    Setting(
        "SERVER_SECONDS_A_DAY",
        "Seconds of video that all members of a server may make together in 24 hours; empty: any",
        "",
        parse.limit,
    ),
    Setting("SERVER_SECONDS_A_MONTH", "The same in 30 days", "", parse.limit),
    Setting(
        "TOTAL_SECONDS_A_DAY",
        "Seconds of video that everybody may make together in 24 hours: all that your key pays for; empty: any",
        "",
        parse.limit,
    ),
    Setting("TOTAL_SECONDS_A_MONTH", "The same in 30 days", "", parse.limit),
    Setting(
        "MANAGER_VIDEOS_AT_ONCE",
        "The most that a server's managers may set for a member or a role; empty: MEMBER_VIDEOS_AT_ONCE",
        "",
        parse.limit,
    ),
    Setting("MANAGER_SECONDS_A_DAY", "The same for seconds in 24 hours; empty: MEMBER_SECONDS_A_DAY", "", parse.limit),
    Setting("MANAGER_SECONDS_A_MONTH", "The same in 30 days; empty: MEMBER_SECONDS_A_MONTH", "", parse.limit),
    Setting("LOW_BALANCE", "The bot writes to you if fewer credits are left; 0: never", "500", parse.whole(0, 10**8)),
    Setting("DATA_DIR", "The folder for the database, the finished videos and members' files", "data", parse.folder),
    Setting(
        "DATABASE_URL",
        "A PostgreSQL database in place of the file, like `postgresql://user:password@host/name`, for several "
        "processes together (docs/scale.md); empty: the database is a file in DATA_DIR",
        "",
        parse_addresses.database,
        is_secret=True,
    ),
    Setting(
        "MEDIA_DIR",
        "The folder for finished videos and members' files, which several processes may share (docs/media.md); empty: "
        "DATA_DIR",
        "",
        parse.optional_folder,
    ),
    Setting(
        "MEDIA_URL",
        "An S3-compatible store for them instead, as `s3://bucket/prefix` (docs/media.md); MEDIA_DIR then holds copies",
        "",
        parse_addresses.bucket,
    ),
    Setting("MEDIA_ENDPOINT", "The address of that store; empty: Amazon's own", "", parse_addresses.optional_url),
    Setting("MEDIA_REGION", "The region of that store", "us-east-1", str),
    Setting("MEDIA_KEY_ID", "The id of the key to that store", "", parse.optional_secret, is_secret=True),
    Setting("MEDIA_KEY", "The key to that store", "", parse.optional_secret, is_secret=True),
    Setting(
        "MEDIA_COPIES_GB",
        "How many GB the copies of what lies in that store may take on this machine",
        "5",
        parse.number(0.01, 1_000_000),
    ),
    Setting("PROVIDER_SLOTS", "How many videos are made at the same time, 1 to 100", "5", parse.whole(1, 100)),
    Setting(
        "DISCORD_API_URL",
        "The address of Discord's API",
        "https://discord.com/api/v10",
        parse_addresses.url,
    ),
    Setting(
        "MEDIA_ALLOW_HOSTS",
        "Hosts on a private network that files may be downloaded from: `host` or `host:port`, separated by commas",
        "",
        parse_addresses.hosts,
    ),
    Setting("CLIP_DAYS", "How many days finished videos are kept", "7", parse.whole(1, 3650)),
    Setting("INPUT_DAYS", "How many days the files of a request are kept for Again", "30", parse.whole(1, 3650)),
    Setting(
        "BACKUP_DAYS",
        "How many days your backups of the database are kept, which `/privacy` tells members; 0: there are none",
        "7",
        parse.whole(0, 3650),
    ),
    Setting(
        "MAX_FILES_GB",
        "How many GB the files of requests may take in total, for example 0.5; each member gets a tenth",
        "20",
        parse.number(0.01, 1_000_000),
    ),
    Setting(
        "MAX_CLIPS_GB",
        "How many GB finished videos may take in total before new requests are refused, for example 2.5; each "
        "member gets a tenth",
        "100",
        parse.number(0.01, 1_000_000),
    ),
    Setting("TIME_SCALE", "Divides all waiting times; only for the demo and the tests", "1", parse.scale),
    Setting("LOG_LEVEL", "`DEBUG`, `INFO`, `WARNING` or `ERROR`", "INFO", parse.log_level),
    Setting("LOG_FORMAT", "`text` for people, `json` for machines", "text", parse.log_format),
    Setting(
        "RECORD",
        "The folder for recordings of all traffic, without names, prompts and keys; empty: nothing is recorded",
        "",
        parse.optional_folder,
    ),
    Setting(
        "HTTP_PORT",
        "The port for monitoring: `/healthz`, `/readyz` and `/metrics` (docs/operating.md); empty: none. "
        "Never publish it",
        "",
        parse_addresses.port,
    ),
    Setting("HTTP_HOST", "The address that HTTP_PORT is opened on", "127.0.0.1", parse_addresses.listening_host),
    Setting(
        "WEBHOOK_PORT",
        "The port for ToAPIs' webhooks, which tell when a video is ready: the one to publish, behind HTTPS "
        "(docs/operating.md); empty: none",
        "",
        parse_addresses.port,
    ),
    Setting("WEBHOOK_HOST", "The address that WEBHOOK_PORT is opened on", "127.0.0.1", parse_addresses.listening_host),
    Setting(
        "WEBHOOK_SECRET",
        "The signing secret of the webhooks, as set at the key in ToAPIs' console",
        "",
        parse.webhook_secret,
        is_secret=True,
    ),
)
