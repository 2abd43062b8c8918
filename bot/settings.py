"""All settings, read once from the environment and `.env`. Nothing else reads the environment."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.retention import Retention

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{20,}")


class SettingsProblem(Exception):
    """A wrong setting; one line that names it, says what is wrong and gives an example."""


def _url(value: str | None) -> str | None:
    if value and not value.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return value.rstrip("/") if value else None


def _token(value: SecretStr | None) -> SecretStr | None:
    if value is None or not value.get_secret_value():
        return None
    if not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("is not a bot token such as 123456789:AAE... from @BotFather")
    return value


def _numbers(value: object) -> object:
    """ "12, 34" as (12, 34)."""
    if isinstance(value, str):
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise ValueError("must be user ids such as 123456789,987654321")
        return tuple(int(part) for part in parts)
    return value


UserIds = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_numbers)]
Url = Annotated[str | None, AfterValidator(_url)]
Token = Annotated[SecretStr | None, AfterValidator(_token)]


class Settings(BaseSettings):
    """Names, defaults and meanings stand in one table in the README; a test compares them."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    telegram_bot_token: Token = Field(None, alias="TELEGRAM_BOT_TOKEN")
    telegram_api_url: Url = Field(None, alias="TELEGRAM_API_URL")
    data_dir: Path = Field(Path("var"), alias="KAWAN_DATA_DIR")
    database_url: SecretStr | None = Field(None, alias="KAWAN_DATABASE_URL")
    key: SecretStr | None = Field(None, alias="KAWAN_KEY")
    old_key: SecretStr | None = Field(None, alias="KAWAN_OLD_KEY")
    content_dir: Path | None = Field(None, alias="KAWAN_CONTENT_DIR")
    nlu_url: Url = Field(None, alias="KAWAN_NLU_URL")
    nlu_secret: SecretStr | None = Field(None, alias="KAWAN_NLU_SECRET")
    nlu_python: Path | None = Field(None, alias="KAWAN_NLU_PYTHON")
    webhook_url: Url = Field(None, alias="KAWAN_WEBHOOK_URL")
    webhook_listen: str = Field(
        "127.0.0.1:8443", alias="KAWAN_WEBHOOK_LISTEN", pattern=r"^[^:\s]+:\d{1,5}$"
    )
    executor: str = Field("kawan-1", alias="KAWAN_EXECUTOR", pattern=r"^[A-Za-z0-9_.-]{1,64}$")
    keep_days: int = Field(30, alias="KAWAN_KEEP_DAYS", ge=1, le=3650)
    card_chat: int | None = Field(None, alias="KAWAN_CARD_CHAT")
    campaigners: str | None = Field(
        None, alias="KAWAN_CAMPAIGNERS", pattern=r"^\s*(\d+(\s*[,\s]\s*\d+)*)?\s*$"
    )
    keep_message_ids_hours: int = Field(48, alias="KAWAN_KEEP_MESSAGE_IDS_HOURS", ge=1, le=48)
    keep_transcript_days: int = Field(30, alias="KAWAN_KEEP_TRANSCRIPT_DAYS", ge=0, le=3650)
    keep_case_days: int = Field(730, alias="KAWAN_KEEP_CASE_DAYS", ge=1, le=3650)
    keep_advert_days: int = Field(365, alias="KAWAN_KEEP_ADVERT_DAYS", ge=1, le=3650)
    zero_retention: bool = Field(False, alias="KAWAN_ZERO_RETENTION")
    supervisors: UserIds = Field((), alias="KAWAN_SUPERVISORS")
    staff_chat: int | None = Field(None, alias="KAWAN_STAFF_CHAT")
    ladder_critical: float = Field(120, alias="KAWAN_LADDER_CRITICAL", gt=0)
    ladder_high: float = Field(600, alias="KAWAN_LADDER_HIGH", gt=0)
    ladder_all_critical: float = Field(300, alias="KAWAN_LADDER_ALL_CRITICAL", gt=0)
    ladder_all_high: float = Field(1200, alias="KAWAN_LADDER_ALL_HIGH", gt=0)
    ladder_repeat: float = Field(300, alias="KAWAN_LADDER_REPEAT", gt=0)
    silent: float = Field(600, alias="KAWAN_SILENT", gt=0)
    alert_first: int = Field(0, alias="KAWAN_ALERT_FIRST", ge=0)
    duty_hours: str | None = Field(None, alias="KAWAN_DUTY_HOURS")
    time_zone: str = Field("WIB", alias="KAWAN_TIME_ZONE", pattern="^(WIB|WITA|WIT)$")
    holidays: bool = Field(True, alias="KAWAN_HOLIDAYS")
    smtp_url: SecretStr | None = Field(None, alias="KAWAN_SMTP_URL")
    smtp_from: str | None = Field(None, alias="KAWAN_SMTP_FROM")
    smtp_to: str | None = Field(None, alias="KAWAN_SMTP_TO")
    heartbeat_url: Url = Field(None, alias="KAWAN_HEARTBEAT_URL")
    digest_seconds: float = Field(15, alias="KAWAN_DIGEST_SECONDS", gt=0)
    log_level: str = Field("INFO", alias="KAWAN_LOG_LEVEL", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @property
    def organisers(self) -> frozenset[int]:
        """Telegram user ids of those who may send broadcasts."""
        return frozenset(
            int(number) for number in (self.campaigners or "").replace(",", " ").split()
        )

    def retention(self) -> Retention:
        """How long each class of data is kept."""
        kept = Retention(
            message_ids=timedelta(hours=self.keep_message_ids_hours),
            conversation=timedelta(days=self.keep_days),
            transcript=timedelta(days=self.keep_transcript_days),
            case=timedelta(days=self.keep_case_days),
            advert=timedelta(days=self.keep_advert_days),
        )
        return kept.zero() if self.zero_retention else kept


def load_settings() -> Settings:
    """The settings; `SettingsProblem` names the first wrong one."""
    try:
        settings = Settings()  # type: ignore[call-arg]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        message = first["msg"].removeprefix("Value error, ")
        raise SettingsProblem(f"{first['loc'][0]}: {message}") from None
    if settings.nlu_url and not settings.nlu_secret:
        raise SettingsProblem(
            "KAWAN_NLU_SECRET: is needed with KAWAN_NLU_URL; use the secret of that service"
        )
    if settings.smtp_url and not (settings.smtp_from and settings.smtp_to):
        raise SettingsProblem("KAWAN_SMTP_TO: is needed with KAWAN_SMTP_URL, as is KAWAN_SMTP_FROM")
    return settings
