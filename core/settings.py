"""Settings of a deployment, read from the environment and from an optional ``.env`` file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.channel_settings import (
    EsmsSettings,
    InboundSmsSettings,
    MailReportSettings,
    Secret,
    SmtpSettings,
    SpeedSmsSettings,
    StringeeSettings,
    TelegramSettings,
    TwilioSettings,
    VietGuysSettings,
    WebchatSettings,
    ZaloSettings,
)
from core.intake_settings import IgateSettings
from core.retention_settings import RetentionSettings
from core.sign_in_settings import OidcSettings

REPOSITORY = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every value has a default with which the product runs alone on one machine."""

    model_config = SettingsConfigDict(
        env_prefix="MOTCUA_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_nested_delimiter="__",
        extra="ignore",
        populate_by_name=True,
    )

    data_dir: Path = Path(".motcua")
    content_dir: Path | None = Field(default=None, description="editable mirror of published content")
    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    redis_url: str | None = Field(default=None, validation_alias="REDIS_URL")
    url: str | None = Field(default=None, description="address of a running gateway")
    public_url: str | None = Field(default=None, description="address that citizens see in links")
    keys: SecretStr | None = Field(default=None, description="key ring as JSON, instead of the file")
    master_key: Secret | None = Field(default=None, description="opens a sealed key ring")
    assistant_secret: Secret | None = Field(
        default=None,
        description="what gateway, Rasa and actions prove themselves with to each other; made unless given",
    )
    backup_dir: Path | None = Field(default=None, description="where backups go; best on another disk")
    shadow: bool = Field(default=False, description="plan and write down, send to nobody")
    timezone: str = "Asia/Ho_Chi_Minh"
    city: str | None = Field(default=None, description="quy-nhon or long-khanh: the former city served")
    default_ward: str | None = None
    dossier_code_pattern: str = r"^(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:\.\d{2}){0,3}-\d{6}-\d{4,7}$"
    log_level: str = "INFO"
    sample_city: bool = False
    metrics: Literal["loopback", "key", "off"] = Field(
        default="loopback",
        description="who reads /metrics without a key: programs on this machine, or nobody",
    )
    trusted_proxies: tuple[str, ...] = Field(
        default=(), description="addresses of proxies whose X-Forwarded-For is believed"
    )
    pages_per_minute: int = Field(default=1200, ge=0, description="of one address; 0: as many as it likes")
    calls_per_minute: int = Field(default=0, ge=0, description="of one API key; 0: as many as it likes")
    security_contact: str | None = Field(
        default=None, description="where holes are told: mailto:… or https://…"
    )
    encoder: bool = Field(default=True, description="search by meaning too, where the extra is installed")

    retention: RetentionSettings = Field(default_factory=RetentionSettings)

    oidc: OidcSettings = Field(default_factory=OidcSettings)

    # How much one conversation may ask of us.
    max_question_characters: int = Field(default=2000, ge=100)
    turns_per_minute: int = Field(default=30, ge=1)
    context_hours: int = Field(default=24, ge=1)

    drop_dir: Path | None = Field(default=None, description="folder watched for CSV and Excel files")
    igate: IgateSettings = Field(default_factory=IgateSettings)

    max_extensions: int = Field(default=1, ge=0, description="new dates a dossier may get before an alarm")

    # How many processes of a kind this machine runs. More than one worker or planner needs PostgreSQL.
    rasa_servers: int = Field(default=1, ge=1, le=16)
    workers: int = Field(default=1, ge=1, le=16)

    rasa_timeout_seconds: float = Field(default=8.0, gt=0)

    # Accounts of channels, such as MOTCUA_ZALO__APP_ID. One that lacks something is off and says so.
    zalo: ZaloSettings = Field(default_factory=ZaloSettings)
    twilio: TwilioSettings = Field(default_factory=TwilioSettings)
    esms: EsmsSettings = Field(default_factory=EsmsSettings)
    speedsms: SpeedSmsSettings = Field(default_factory=SpeedSmsSettings)
    vietguys: VietGuysSettings = Field(default_factory=VietGuysSettings)
    stringee: StringeeSettings = Field(default_factory=StringeeSettings)
    sms_in: InboundSmsSettings = Field(default_factory=InboundSmsSettings)
    telegram: TelegramSettings = Field(default_factory=TelegramSettings)
    smtp: SmtpSettings = Field(default_factory=SmtpSettings)
    mail_reports: MailReportSettings = Field(default_factory=MailReportSettings)
    webchat: WebchatSettings = Field(default_factory=WebchatSettings)
    sms_providers: tuple[str, ...] = Field(
        default=("esms", "speedsms", "vietguys", "stringee", "twilio"),
        description="text message providers in the order in which they are tried",
    )
    # One person's telephone must not ring without end: segments that go to them at once, and a minute after.
    # An agent who has filed a hundred dossiers hears of all of them, within half an hour.
    person_segments_at_once: int = Field(default=20, ge=1)
    person_segments_per_minute: float = Field(default=6.0, gt=0)
    # A message of which nobody knows whether it left: when its provider is asked, and when the next channel
    # takes it if nothing is heard.
    doubt_asked_after_seconds: float = Field(default=30, gt=0)
    doubt_minutes: float = Field(default=15, gt=0)
    sandbox_url: str | None = Field(default=None, description="the local servers that stand in for accounts")
    approved_templates_only: bool = Field(
        # Off until the approvals are noted: an upgrade must not silence notices and one-time codes.
        default=False,
        description="a brand name and Zalo carry only words that somebody noted as approved",
    )

    @field_validator("data_dir", "content_dir", "drop_dir", "backup_dir")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().resolve() if value else value

    @property
    def database(self) -> str:
        """SQLAlchemy address of the database: SQLite in the data folder unless told otherwise."""
        if self.database_url:
            return _with_async_driver(self.database_url)
        return f"sqlite+aiosqlite:///{self.data_dir / 'motcua.db'}"

    @property
    def approved_words_only(self) -> bool:
        """The sandbox's own servers approve everything."""
        return self.approved_templates_only and self.sandbox_url is None

    @property
    def mirror(self) -> Path:
        """Folder where published content can be edited as files."""
        return self.content_dir or self.data_dir / "content"

    @property
    def drop_folder(self) -> Path:
        """Where an office puts files of dossier events."""
        return self.drop_dir or self.data_dir / "tha-tep"

    @property
    def backups(self) -> Path:
        """Where copies of everything are put."""
        return self.backup_dir or self.data_dir / "backups"

    @property
    def run_dir(self) -> Path:
        """Addresses and process numbers of what runs on this machine."""
        return self.data_dir / "run"


def _with_async_driver(url: str) -> str:
    for plain, driver in (
        ("postgresql://", "postgresql+psycopg://"),
        ("postgres://", "postgresql+psycopg://"),
        ("sqlite://", "sqlite+aiosqlite://"),
    ):
        if url.startswith(plain):
            return driver + url.removeprefix(plain)
    return url


@lru_cache
def settings() -> Settings:
    return Settings()
