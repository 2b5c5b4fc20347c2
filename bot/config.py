"""Every setting, read once from the environment and `.env`, with all mistakes reported together.

Nothing here reads the environment by itself: `read_settings` is given it. What a setting is called, does and
defaults to stands in `bot/settings_table.py`.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from dotenv import dotenv_values

from bot import heartbeat, parse
from bot.domain.limits import Limits, OwnerLimits
from bot.domain.models import Dialect
from bot.domain.others_media import OthersMedia
from bot.domain.prices import PriceList
from bot.domain.spending import Elsewhere, SpendingRules
from bot.logs import LogFormat
from bot.prices_file import PricesInvalid, read_prices
from bot.secret import Secret
from bot.settings_table import SETTINGS, Setting


@dataclass(frozen=True, slots=True)
class Mistake:
    """Say what is wrong with one setting and how to fix it; never holds a secret."""

    name: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.name} {self.problem}: {self.remedy}"


class SettingsInvalid(Exception):
    """The settings have mistakes; all of them are listed."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


DATABASE: Final = "seedreel.db"

# Names that other programs use in much the same form: in the environment a near miss says nothing about us.
_ORDINARY: Final = frozenset({"RECORD", "PRICES", "DATA_DIR", "TIME_SCALE", "LOG_LEVEL", "LOG_FORMAT"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold every setting, read and checked."""

    discord_token: Secret
    toapis_api_key: Secret
    toapis_base_url: str  # without a slash or `/v1` at its end
    toapis_dialect: Dialect | None  # None: to be found out
    private_asset_review: bool
    verify_callback_url: str | None
    home_servers: frozenset[int]
    elsewhere: Elsewhere | None  # None: as usual with these home servers
    others_media: OthersMedia
    ai_label: bool
    prices: PriceList  # without rates where none is known
    confirm_above: int | None  # millionths of the currency of the prices; None: never
    member_videos_at_once: int
    member_seconds_a_day: int | None  # None, as in the next seven: no limit
    member_seconds_a_month: int | None
    server_seconds_a_day: int | None
    server_seconds_a_month: int | None
    total_seconds_a_day: int | None
    total_seconds_a_month: int | None
    manager_videos_at_once: int | None
    manager_seconds_a_day: int | None
    manager_seconds_a_month: int | None
    low_balance: int  # credits
    data_dir: Path
    provider_slots: int
    discord_api_url: str  # without a slash at its end
    media_allow_hosts: frozenset[str]  # lower case, `host` or `host:port`
    clip_days: int
    input_days: int
    backup_days: int
    max_files_gb: float
    max_clips_gb: float
    time_scale: float
    log_level: str  # a level's name as `logging` spells it
    log_format: LogFormat
    media_dir: Path | None = None  # None: the folder of the data
    media_url: tuple[str, str] | None = None  # a bucket and a prefix; None: files lie in a folder
    media_endpoint: str | None = None  # None: Amazon's own
    media_region: str = "us-east-1"
    media_key_id: Secret | None = None
    media_key: Secret | None = None
    media_copies_gb: float = 5
    record: Path | None = None
    http_port: int | None = None
    http_host: str = "127.0.0.1"
    webhook_port: int | None = None
    webhook_host: str = "127.0.0.1"
    webhook_secret: Secret | None = None
    database_url: Secret | None = None  # None: a file in the folder of the data

    @property
    def database(self) -> Path:
        """Return the path of the database."""
        return self.data_dir / DATABASE

    @property
    def media_folder(self) -> Path:
        """Return the folder of finished videos and members' files."""
        return self.media_dir or self.data_dir

    @property
    def media_is_shared(self) -> bool:
        """Tell whether other processes may use the folder of the files too."""
        return self.media_dir is not None or self.database_url is not None

    @property
    def spending(self) -> SpendingRules:
        """Return who may spend."""
        return SpendingRules.of(self.home_servers, self.elsewhere)

    @property
    def price_list(self) -> PriceList:
        """Return what videos cost, and above what their members are asked."""
        return replace(self.prices, confirm_above=self.confirm_above)

    @property
    def limits(self) -> OwnerLimits:
        """Return how much may be made."""
        return OwnerLimits(
            member=Limits(self.member_videos_at_once, self.member_seconds_a_day, self.member_seconds_a_month),
            server=Limits(None, self.server_seconds_a_day, self.server_seconds_a_month),
            total=Limits(None, self.total_seconds_a_day, self.total_seconds_a_month),
            managers=Limits(self.manager_videos_at_once, self.manager_seconds_a_day, self.manager_seconds_a_month),
        )

    @property
    def heartbeat(self) -> Path:
        """Return the path of the file whose age tells that the bot lives."""
        return self.data_dir / heartbeat.NAME

    @property
    def own_heartbeat(self) -> Path:
        """Return the path of the file that only this machine's, or this container's, process touches."""
        return self.data_dir / heartbeat.own_name()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Return what no log line may show."""
        given = (
            *(self.discord_token, self.toapis_api_key, self.webhook_secret, self.database_url),
            *(self.media_key_id, self.media_key),
        )
        return tuple(secret for secret in given if secret is not None)


def read_settings(environ: Mapping[str, str], dotenv: Path | None) -> Settings:
    """Read the settings; the environment wins over the file `.env`, and an empty value counts as none.

    Raises:
        SettingsInvalid: with every mistake that was found.
    """
    mistakes: list[Mistake] = []
    written = _dotenv(dotenv, mistakes)
    given = {**written, **_filled(environ)}
    values = {setting.name.lower(): _value(setting, given, mistakes) for setting in SETTINGS}
    mistakes.extend(_misspelt(given, written))
    mistakes.extend(_contradictions(values, given))
    prices = _prices(values["prices"] and _placed("PRICES", values["prices"], environ, dotenv), mistakes)
    if mistakes:
        raise SettingsInvalid(tuple(mistakes))
    names = ("DATA_DIR", *(["MEDIA_DIR"] if values["media_dir"] else []))
    placed = {name.lower(): _placed(name, values[name.lower()], environ, dotenv) for name in names}
    return Settings(**values | placed | {"prices": prices})


def _contradictions(values: Mapping[str, Any], given: Mapping[str, str]) -> Iterator[Mistake]:
    """Find settings that do not go together."""
    if values["private_asset_review"] and values["toapis_dialect"] is Dialect.VIDEO:
        remedy = "set TOAPIS_DIALECT=videos, or remove this setting"
        yield Mistake("PRIVATE_ASSET_REVIEW", "doesn't work with TOAPIS_DIALECT=video", remedy)
    if values["elsewhere"] is Elsewhere.MEMBERS and values["home_servers"] == frozenset():
        yield Mistake("ELSEWHERE", "is set to members, but HOME_SERVERS is empty", "set HOME_SERVERS too")
    if values["confirm_above"] is not None and not given.get("PRICES"):
        yield Mistake("CONFIRM_ABOVE", "is set, but PRICES is empty", "set PRICES too")
    for name in ("MEDIA_KEY_ID", "MEDIA_KEY") if values["media_url"] else ():
        if not any(each in given for each in _KNOWN[name].names):
            yield Mistake(name, "is missing, but MEDIA_URL is set", "set it to the one that the store gave you")
    if values["webhook_port"] is None:
        return
    if values["webhook_port"] == values["http_port"]:
        remedy = "use another port: HTTP_PORT is for your own network alone"
        yield Mistake("WEBHOOK_PORT", "is the same as HTTP_PORT", remedy)
    if not any(name in given for name in _KNOWN["WEBHOOK_SECRET"].names):
        remedy = "set it to the signing secret from ToAPIs' console"
        yield Mistake("WEBHOOK_SECRET", "is missing, but WEBHOOK_PORT is set", remedy)


def read_database(environ: Mapping[str, str], dotenv: Path | None) -> tuple[Path, Secret | None]:
    """Read where the database is, whatever else is set: its file, and in place of it PostgreSQL's address.

    Raises SettingsInvalid.
    """
    mistakes: list[Mistake] = []
    given = {**_dotenv(dotenv, mistakes), **_filled(environ)}
    folder = _value(_KNOWN["DATA_DIR"], given, mistakes)
    url = _value(_KNOWN["DATABASE_URL"], given, mistakes)
    if mistakes:
        raise SettingsInvalid(tuple(mistakes))
    return _placed("DATA_DIR", folder, environ, dotenv) / DATABASE, url


def _placed(name: str, path: Path, environ: Mapping[str, str], dotenv: Path | None) -> Path:
    """Take a path that does not come from the environment as one beside the file `.env`, wherever a service runs."""
    there = dotenv is not None and dotenv.exists() and name not in _filled(environ)
    return dotenv.parent / path if there and dotenv is not None else path


def _prices(path: Path | None, mistakes: list[Mistake]) -> PriceList:
    try:
        return read_prices(path) if path else PriceList()
    except PricesInvalid as invalid:
        for key, wrong in invalid.wrong:
            mistakes.append(Mistake(f"PRICES: {key}" if key else "PRICES", wrong.problem, wrong.remedy))
        return PriceList()


def _filled(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: text for name, text in values.items() if text and text.strip()}


def _dotenv(path: Path | None, mistakes: list[Mistake]) -> dict[str, str]:
    if path is None or not path.exists():
        return {}
    try:
        return _filled(dotenv_values(path, interpolate=False))
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(Mistake(str(path), f"can't be read ({type(error).__name__})", "make it a readable UTF-8 file"))
        return {}


def _value(setting: Setting, given: Mapping[str, str], mistakes: list[Mistake]) -> Any:
    """Return the setting's value; with a mistake there is none, and it is not read."""
    from_file = setting.is_secret and setting.file_name in given
    name = setting.file_name if from_file else setting.name
    try:
        text = _from_file(setting, given) if from_file else _from_given(setting, given)
        return setting.read(parse.without_comment(parse.bare(text)))
    except parse.Unreadable as wrong:
        mistakes.append(Mistake(name, wrong.problem, wrong.remedy))
        return None


def _from_given(setting: Setting, given: Mapping[str, str]) -> str:
    text = given.get(setting.name, setting.default)
    if text is None:
        raise parse.Unreadable("is missing", _how_to_set(setting, given))
    return text


def _from_file(setting: Setting, given: Mapping[str, str]) -> str:
    if setting.name in given:
        raise parse.Unreadable(f"and {setting.name} are both set", "remove one of them")
    return parse.file_text(parse.bare(given[setting.file_name]))


def _how_to_set(setting: Setting, given: Mapping[str, str]) -> str:
    guesses = [name for name in given if name not in _KNOWN and _closest_name(name) in setting.names]
    if guesses:
        return f"rename {guesses[0]} to {_closest_name(guesses[0])}"
    return f"set it in .env or in the environment, or name a file in {setting.file_name} ({setting.does})"


_KNOWN: Final = {name: setting for setting in SETTINGS for name in setting.names}


def _closest_name(name: str) -> str | None:
    close = difflib.get_close_matches(name.upper(), _KNOWN, n=1, cutoff=0.8)
    return close[0] if close else None


def _misspelt(given: Mapping[str, str], written: Mapping[str, str]) -> Iterator[Mistake]:
    for name in given:
        meant = None if name in _KNOWN else _closest_name(name)
        if meant is None or (meant in _ORDINARY and name not in written):
            continue
        setting = _KNOWN[meant]
        # A missing required setting has named its misspelling itself.
        if setting.default is not None and not any(known in given for known in setting.names):
            yield Mistake(name, "isn't a known setting", f"did you mean {meant}?")
