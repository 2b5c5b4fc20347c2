"""`read_settings`: every setting read, every mistake told, all at once."""

from pathlib import Path

import pytest

from bot.config import SettingsInvalid, read_database, read_settings
from bot.domain.limits import Limits, OwnerLimits
from bot.domain.models import Dialect
from bot.domain.others_media import OthersMedia
from bot.domain.spending import Elsewhere, SpendingRules
from bot.logs import LogFormat
from bot.secret import Secret
from bot.settings_table import SETTINGS

LIST = Path(__file__).parent / "prices.toml"
TOKEN = "a-token-of-the-bot-0123456789"
KEY = "sk-a-key-of-the-provider-0123456789"
NEEDED = {"DISCORD_TOKEN": TOKEN, "TOAPIS_API_KEY": KEY}

GIVEN = {
    "TOAPIS_BASE_URL": "http://127.0.0.1:4000/v1/",
    "TOAPIS_DIALECT": "videos",
    "PRIVATE_ASSET_REVIEW": "yes",
    "AI_LABEL": "yes",
    "VERIFY_CALLBACK_URL": "https://example.com/verified?from=seedreel",
    "HOME_SERVERS": "200100, 200200 ,",
    "ELSEWHERE": "Nobody",
    "OTHERS_MEDIA": "Avatars",
    "PRICES": str(LIST),
    "CONFIRM_ABOVE": "1.50",
    "MEMBER_VIDEOS_AT_ONCE": "3",
    "MEMBER_SECONDS_A_DAY": "60",
    "MEMBER_SECONDS_A_MONTH": "600",
    "SERVER_SECONDS_A_DAY": "1000",
    "SERVER_SECONDS_A_MONTH": "9000",
    "TOTAL_SECONDS_A_DAY": "2000",
    "TOTAL_SECONDS_A_MONTH": "0",
    "MANAGER_VIDEOS_AT_ONCE": "10",
    "MANAGER_SECONDS_A_DAY": "120",
    "MANAGER_SECONDS_A_MONTH": "1200",
    "LOW_BALANCE": "40",
    "PROVIDER_SLOTS": "12",
    "DISCORD_API_URL": "http://127.0.0.1:5000/api/v10/",
    "MEDIA_ALLOW_HOSTS": "127.0.0.1:5000, Media.Example ,[::1]:80",
    "CLIP_DAYS": "1",
    "INPUT_DAYS": "2",
    "BACKUP_DAYS": "0",
    "MAX_FILES_GB": "3",
    "MAX_CLIPS_GB": "0.05",
    "TIME_SCALE": "62.5",
    "LOG_LEVEL": "debug",
    "LOG_FORMAT": "JSON",
    "HTTP_PORT": "9100",
    "HTTP_HOST": "::1",
    "WEBHOOK_PORT": "9101",
    "WEBHOOK_HOST": "10.0.0.7",
    "MEDIA_URL": "s3://clips-of-a-bot/one/bot/",
    "MEDIA_ENDPOINT": "http://127.0.0.1:9000/",
    "MEDIA_REGION": "eu-north-1",
    "MEDIA_COPIES_GB": "0.5",
}
STORE_KEYS = {"MEDIA_KEY_ID": "AKIA0123456789", "MEDIA_KEY": "a-key-to-the-store"}


def mistakes(given, dotenv=None):
    with pytest.raises(SettingsInvalid) as caught:
        read_settings(given, dotenv)
    return {mistake.name: mistake for mistake in caught.value.mistakes}


def test_the_two_secrets_are_enough():
    settings = read_settings(NEEDED, None)
    assert settings.discord_token.reveal() == TOKEN
    assert settings.toapis_api_key.reveal() == KEY
    assert settings.toapis_base_url == "https://toapis.com"
    assert settings.toapis_dialect is None
    assert (settings.private_asset_review, settings.verify_callback_url) == (False, None)
    assert settings.data_dir == Path("data")
    assert settings.database == Path("data/seedreel.db")
    assert settings.provider_slots == 5
    assert settings.discord_api_url == "https://discord.com/api/v10"
    assert settings.media_allow_hosts == frozenset()
    assert (settings.clip_days, settings.input_days, settings.time_scale) == (7, 30, 1.0)
    assert (settings.max_files_gb, settings.max_clips_gb) == (20, 100)
    assert (settings.log_level, settings.log_format) == ("INFO", LogFormat.TEXT)
    assert (settings.http_port, settings.http_host) == (None, "127.0.0.1")


def test_every_setting_is_read_from_what_is_given(tmp_path):
    given = {**GIVEN, "DATA_DIR": str(tmp_path), "RECORD": str(tmp_path / "recorded"), "MEDIA_DIR": str(tmp_path)}
    assert set(given) == {setting.name for setting in SETTINGS if not setting.is_secret}
    settings = read_settings({**NEEDED, **STORE_KEYS, **given, "WEBHOOK_SECRET": "signs-it-0123456789"}, None)
    assert settings.media_url == ("clips-of-a-bot", "one/bot")
    assert (settings.media_endpoint, settings.media_region) == ("http://127.0.0.1:9000", "eu-north-1")
    assert settings.media_copies_gb == 0.5
    assert {Secret(value) for value in STORE_KEYS.values()} <= set(settings.secrets)
    assert settings.toapis_base_url == "http://127.0.0.1:4000"
    assert (settings.toapis_dialect, settings.private_asset_review) == (Dialect.VIDEOS, True)
    assert settings.verify_callback_url == "https://example.com/verified?from=seedreel"
    assert settings.spending == SpendingRules(frozenset({200100, 200200}), Elsewhere.NO_ONE)
    assert settings.others_media is OthersMedia.AVATARS
    assert settings.ai_label
    assert (settings.prices.currency, settings.confirm_above, settings.low_balance) == ("EUR", 1_500_000, 40)
    assert settings.limits == OwnerLimits(
        Limits(3, 60, 600), Limits(None, 1000, 9000), Limits(None, 2000, 0), Limits(10, 120, 1200)
    )
    assert settings.data_dir == tmp_path
    assert settings.provider_slots == 12
    assert settings.discord_api_url == "http://127.0.0.1:5000/api/v10"
    assert settings.media_allow_hosts == {"127.0.0.1:5000", "media.example", "[::1]:80"}
    assert (settings.clip_days, settings.input_days, settings.time_scale) == (1, 2, 62.5)
    assert (settings.log_level, settings.log_format, settings.record) == (
        "DEBUG",
        LogFormat.JSON,
        tmp_path / "recorded",
    )
    assert (settings.max_files_gb, settings.max_clips_gb) == (3, 0.05)
    assert (settings.http_port, settings.http_host) == (9100, "::1")
    assert (settings.webhook_port, settings.webhook_host) == (9101, "10.0.0.7")
    assert settings.webhook_secret == Secret("signs-it-0123456789")


def test_a_database_of_postgresql_is_a_secret_and_has_a_name():
    url = "postgresql://seedreel:hunter22@db.example:5433/seedreel?sslmode=require"
    settings = read_settings({**NEEDED, "DATABASE_URL": url}, None)
    assert settings.database_url == Secret(url)
    assert settings.database_url in settings.secrets
    for wrong in ("mysql://u:hunter22@h/n", "postgresql://u:hunter22@h", "postgresql://u:hunter22@h:x/n", "db.sqlite"):
        found = mistakes({**NEEDED, "DATABASE_URL": wrong})["DATABASE_URL"]
        assert found.remedy == "write it like postgresql://user:password@host/name"
        assert "hunter22" not in str(found)


def test_who_may_spend_elsewhere_depends_on_whether_there_are_home_servers():
    assert read_settings(NEEDED, None).spending == SpendingRules(frozenset(), Elsewhere.ALL)
    at_home = read_settings({**NEEDED, "HOME_SERVERS": "2001"}, None).spending
    assert at_home == SpendingRules(frozenset({2001}), Elsewhere.MEMBERS)
    found = mistakes({**NEEDED, "ELSEWHERE": "members"})
    assert found["ELSEWHERE"].remedy == "set HOME_SERVERS too"


@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/", "/v1/v1", "//v1//v1/"])
def test_the_providers_address_is_the_same_however_it_ends(end):
    settings = read_settings({**NEEDED, "TOAPIS_BASE_URL": f"https://toapis.cn{end}"}, None)
    assert settings.toapis_base_url == "https://toapis.cn"


def test_nothing_set_names_both_secrets_at_once():
    found = mistakes({})
    assert set(found) == {"DISCORD_TOKEN", "TOAPIS_API_KEY"}
    assert found["DISCORD_TOKEN"].problem == "is missing"
    assert "DISCORD_TOKEN_FILE" in found["DISCORD_TOKEN"].remedy


def test_empty_values_count_as_not_set():
    found = mistakes({"DISCORD_TOKEN": "", "TOAPIS_API_KEY": "  ", "LOG_LEVEL": ""})
    assert {name: mistake.problem for name, mistake in found.items()} == {
        "DISCORD_TOKEN": "is missing",
        "TOAPIS_API_KEY": "is missing",
    }


WRONG = [
    ("TOAPIS_BASE_URL", ["toapis.com", "ftp://toapis.com", "https://", "https://u:p@toapis.com", "https://x:99999"]),
    ("TOAPIS_BASE_URL", ["http://toapis.com", "https://toapis.com/?a=b", "https://toapis.com/#a", "https://to apis"]),
    ("TOAPIS_DIALECT", ["VIDEO", "image"]),
    ("PRIVATE_ASSET_REVIEW", ["maybe", "1"]),
    ("HOME_SERVERS", ["Film Club", "2001;2002", "0", "-1", "99999999999999999999", "20_01"]),
    ("ELSEWHERE", ["everyone", "nobody else"]),
    ("OTHERS_MEDIA", ["all", "yes"]),
    ("LOW_BALANCE", ["-1", "few", "100000001"]),
    ("VERIFY_CALLBACK_URL", ["example.com", "ftp://example.com", "https://u:p@example.com", "https://example.com/#a"]),
    ("PROVIDER_SLOTS", ["0", "101", "-1", "five", "5.0", "1_0", "٣", "1" * 5000]),
    ("DISCORD_API_URL", ["discord.com", "http://discord.com/api/v10", "https://[::1"]),
    ("MEDIA_ALLOW_HOSTS", ["http://a", "a/b", "a b", "*", "a:port", "a:", "u@a"]),
    ("CLIP_DAYS", ["0", "3651", "week"]),
    ("INPUT_DAYS", ["0", "3651", "month"]),
    ("BACKUP_DAYS", ["-1", "3651", "never"]),
    ("MAX_FILES_GB", ["0", "0.001", "-1", "1000001", "nan", "inf", "much"]),
    ("MAX_CLIPS_GB", ["0", "0,5", "1e7"]),
    ("TIME_SCALE", ["0", "-1", "1001", "nan", "inf", "fast"]),
    ("LOG_LEVEL", ["TRACE", "10"]),
    ("LOG_FORMAT", ["xml"]),
    ("HTTP_PORT", ["0", "65536", "-1", "http"]),
    ("WEBHOOK_PORT", ["web"]),
    ("WEBHOOK_HOST", ["localhost:80"]),
    ("WEBHOOK_SECRET", ["too-short", "Bearer 0123456789abcdef", "with spaces in its middle"]),
    ("HTTP_HOST", ["example.com", "127.0.0.1:9100", "*"]),
    ("DATA_DIR", [__file__, "~no-such-user-here/data", "x" * 300]),
]


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in WRONG for text in texts])
def test_a_wrong_value_is_one_mistake_with_a_remedy(name, text):
    found = mistakes({**NEEDED, name: text})
    assert list(found) == [name]
    assert found[name].problem
    assert found[name].remedy
    assert len(str(found[name])) < 300


def test_all_mistakes_come_together():
    wrong = {name: texts[0] for name, texts in WRONG}
    found = mistakes(wrong)
    assert set(found) == {*wrong, "DISCORD_TOKEN", "TOAPIS_API_KEY"}


def test_a_review_that_the_dialect_does_not_know_is_a_mistake():
    found = mistakes({**NEEDED, "PRIVATE_ASSET_REVIEW": "yes", "TOAPIS_DIALECT": "video"})
    assert list(found) == ["PRIVATE_ASSET_REVIEW"]
    assert "TOAPIS_DIALECT=videos" in found["PRIVATE_ASSET_REVIEW"].remedy


def test_the_webhooks_port_needs_a_secret_and_is_not_the_port_for_monitoring(tmp_path):
    found = mistakes({**NEEDED, "HTTP_PORT": "9100", "WEBHOOK_PORT": "9100"})
    assert {name: mistake.problem for name, mistake in found.items()} == {
        "WEBHOOK_PORT": "is the same as HTTP_PORT",
        "WEBHOOK_SECRET": "is missing, but WEBHOOK_PORT is set",
    }
    file = tmp_path / "secret"
    file.write_text("signs-it-0123456789\n")
    given = {"HTTP_PORT": "9100", "WEBHOOK_PORT": "9101", "WEBHOOK_SECRET_FILE": str(file)}
    settings = read_settings({**NEEDED, **given}, None)
    assert settings.webhook_secret in settings.secrets
    assert read_settings(NEEDED, None).webhook_secret is None


def test_the_environment_wins_over_the_file(tmp_path):
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"DISCORD_TOKEN={TOKEN}\nTOAPIS_API_KEY='{KEY}'\nCLIP_DAYS=3\nINPUT_DAYS=4\n")
    settings = read_settings({"CLIP_DAYS": "9", "INPUT_DAYS": ""}, dotenv)
    assert settings.discord_token.reveal() == TOKEN
    assert settings.toapis_api_key.reveal() == KEY
    assert settings.clip_days == 9
    assert settings.input_days == 4


def test_a_dollar_in_the_file_is_a_dollar(tmp_path):
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"DISCORD_TOKEN={TOKEN}\nTOAPIS_API_KEY=sk-${{HOME}}-$1\n")
    assert read_settings({}, dotenv).toapis_api_key.reveal() == "sk-${HOME}-$1"


def test_a_missing_file_is_no_mistake(tmp_path):
    assert read_settings(NEEDED, tmp_path / ".env").clip_days == 7


def test_a_file_that_is_no_text_is_one(tmp_path):
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(b"CLIP_DAYS=\xff\n")
    assert list(mistakes(NEEDED, dotenv)) == [str(dotenv)]


def test_a_misspelt_secret_is_named_where_it_is_missing():
    found = mistakes({"DISCORD_TOKE": TOKEN, "toapis_key": KEY})
    assert found["DISCORD_TOKEN"].remedy == "rename DISCORD_TOKE to DISCORD_TOKEN"
    assert found["TOAPIS_API_KEY"].remedy == "rename toapis_key to TOAPIS_API_KEY"


def test_a_misspelt_setting_is_named():
    found = mistakes({**NEEDED, "PROVIDER_SLOT": "9"})
    assert found["PROVIDER_SLOT"].remedy == "did you mean PROVIDER_SLOTS?"


def test_names_of_other_programs_are_left_alone(tmp_path):
    read_settings({**NEEDED, "LOGLEVEL": "x", "XDG_DATA_DIRS": "x", "DISCORD_TOKENS": "x", "CLIP_DAY": ""}, None)
    dotenv = tmp_path / ".env"
    dotenv.write_text("COMPOSE_PROJECT_NAME=x\nLOGLEVEL=DEBUG\n")
    assert list(mistakes(NEEDED, dotenv)) == ["LOGLEVEL"]


@pytest.mark.parametrize("name", ["DATA_DIR", "PROVIDER_SLOTS", "LOG_LEVEL", "TOAPIS_BASE_URL"])
def test_a_comment_behind_a_value_is_refused_with_a_word(name):
    values = {"DATA_DIR": "/x", "PROVIDER_SLOTS": "5", "LOG_LEVEL": "INFO", "TOAPIS_BASE_URL": "https://toapis.com"}
    with pytest.raises(SettingsInvalid) as found:
        read_settings({**NEEDED, name: f"{values[name]} # here"}, None)
    [mistake] = found.value.mistakes
    assert (mistake.name, "comment" in mistake.problem) == (name, True)


def test_data_stands_beside_the_env_file_wherever_the_service_runs(tmp_path):
    dotenv = tmp_path / ".env"
    dotenv.write_text("PROVIDER_SLOTS=3\n")
    assert read_settings(NEEDED, dotenv).data_dir == tmp_path / "data"
    assert read_database({}, dotenv) == (tmp_path / "data" / "seedreel.db", None)
    dotenv.write_text("DATA_DIR=kept\n")
    assert read_settings(NEEDED, dotenv).data_dir == tmp_path / "kept"
    assert read_database({"DATA_DIR": "here"}, dotenv) == (Path("here/seedreel.db"), None)
    assert read_database({}, tmp_path / "none") == (Path("data/seedreel.db"), None)
    url = "postgresql://mara:secret@db.example/seedreel"
    _, secret = read_database({"DATABASE_URL": url}, dotenv)
    assert secret.reveal() == url
