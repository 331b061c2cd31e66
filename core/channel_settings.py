"""Accounts and limits of the channels: what an administrator fills in, and what nobody could verify.

A number that was not read in a vendor's own documentation is here and not in the code: it can be wrong for a
real account, so it must be changeable without a release. Its comment says where it comes from; "remembered"
means that nobody has checked it. A secret may be given as ``file:/path`` and is then read from that file.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator

_FROM_FILE = "file:"


def _read_secret(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FROM_FILE):
        path = Path(value.removeprefix(_FROM_FILE))
        try:
            return path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ValueError(f"không đọc được tệp bí mật {path} ({error.strerror})") from None
    return value


Secret = Annotated[SecretStr, BeforeValidator(_read_secret)]


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ZaloTemplateBinding(_Group):
    """Which approved template carries an event, and which of our values fills each of its parameters."""

    template_id: str
    parameters: dict[str, str] = Field(description="template parameter: our variable")


class ZaloSettings(_Group):
    """A Zalo Official Account and the app linked to it."""

    app_id: str | None = None
    app_secret: Secret | None = None
    oa_id: str | None = None
    # The key in the webhook settings, which is not the app's secret (hainh.me, tinhoc88.com).
    webhook_secret: Secret | None = None
    # While a secret is being changed, deliveries signed with the old one are still under way.
    webhook_secret_before: Secret | None = None
    oauth_url: str = "https://oauth.zaloapp.com"
    openapi_url: str = "https://openapi.zalo.me"
    business_url: str = "https://business.openapi.zalo.me"

    # A refresh token lives three months (haus07/n8n-zaloOA); the alarm comes this long before its end.
    refresh_token_life: timedelta = timedelta(days=90)
    refresh_token_alarm: timedelta = timedelta(days=14)
    refresh_before_expiry: timedelta = timedelta(hours=1)
    timeout_seconds: float = Field(default=15.0, gt=0)

    # Eight free answers within 48 hours of the citizen's last message (zalo.cloud).
    free_messages: int = Field(default=8, ge=0)
    free_window: timedelta = timedelta(hours=48)
    # Paid until seven days after the last interaction (haus07/n8n-zaloOA, remembered).
    paid_window: timedelta = timedelta(days=7)
    pay_in_window: bool = Field(default=False, description="send in the paid part of the window too")
    # 2000 by elizaos-plugin-zalo, 500 by haus07/n8n-zaloOA.
    text_limit: int = Field(default=2000, ge=200)
    # The shape of a list is read in @warriorteam/redai-zalo-sdk; buttons in a consultation message and
    # their number are remembered. "numbers" writes the choices into the text instead.
    choices: Literal["list", "numbers"] = "list"
    most_buttons: int = Field(default=5, ge=1)
    button_title_limit: int = Field(default=100, ge=10)
    card_image_url: str | None = None

    # Error codes whose meaning sources disagree on are settled by the words beside them.
    token_error_words: tuple[str, ...] = ("expired", "access token", "invalid token")
    no_account_recheck: timedelta = timedelta(days=30)
    template_info_life: timedelta = timedelta(hours=6)
    development_mode: bool = Field(default=False, description="template messages reach administrators only")
    # The template endpoint for a user id was not found in any source.
    template_by_user_path: str | None = None
    # The parameter's name is remembered.
    status_parameter: str = "message_id"
    templates: dict[str, ZaloTemplateBinding] = Field(
        default_factory=dict, description="event: template; '*' for every other event"
    )
    price_vnd: int | None = Field(default=None, description="price of one delivered template message")
    # A telephone that is online shows a message within seconds; one on a motorbike or in a dead spot is given
    # half an hour before a text message is paid for. 0: an accepted message counts as told.
    receipt_minutes: float = Field(default=30, ge=0, le=7 * 24 * 60)
    # No limit is documented; clients pause 100 to 200 ms (haus07/n8n-zaloOA).
    per_second: float = Field(default=10.0, gt=0)
    paid_message_vnd: int | None = None
    # Whether the number of request_user_info can be typed over by the sender is not documented. "code" asks
    # for a one-time code by SMS as well.
    submitted_phone: Literal["proof", "code"] = "proof"

    @property
    def missing(self) -> list[str]:
        return _missing(self, "app_id", "app_secret", "oa_id", "webhook_secret")


class TwilioSettings(_Group):
    """Text messages through Twilio: a company abroad, so personal data leaves the country with each one."""

    account_sid: str | None = None
    auth_token: Secret | None = None
    # Of webhooks that are signed with a SharedKey instead of the account's token.
    webhook_shared_key: Secret | None = None
    sender: str | None = Field(default=None, description="the registered alphanumeric sender")
    messaging_service_sid: str | None = None
    base_url: str | None = Field(default=None, description="another address of the API, for the sandbox")
    timeout_seconds: float = Field(default=15.0, gt=0)
    validity_seconds: int = Field(default=4 * 3600, ge=1)
    # Registered texts of Vietnam must contain the sender's name (twilio.com/en/guidelines/vn/sms).
    sender_in_text: bool = True
    # Carriers' caps differ (459 and 612 characters seen); remembered.
    most_segments: int = Field(default=3, ge=1)
    receipt_after: timedelta = timedelta(minutes=5)
    # A carrier tries for hours while a telephone is off; the mail that follows costs nothing.
    receipt_minutes: float = Field(default=120, ge=0, le=7 * 24 * 60)
    # Of an alphanumeric sender (remembered).
    per_second: float = Field(default=10.0, gt=0)
    price_vnd: int | None = Field(default=None, description="price of one segment")

    @property
    def missing(self) -> list[str]:
        found = _missing(self, "account_sid", "auth_token")
        return found if self.sender or self.messaging_service_sid else [*found, "sender"]


class EsmsSettings(_Group):
    """Text messages through eSMS.vn (ViHAT)."""

    api_key: Secret | None = None
    secret_key: Secret | None = None
    brandname: str | None = None
    # Callbacks carry no signature: the last part of their path is the proof.
    callback_secret: Secret | None = None
    base_url: str = "https://rest.esms.vn"
    sms_type: Literal["2", "8"] = "2"
    campaign: str = "hoso"
    test_only: bool = Field(default=False, description="eSMS takes the message and sends nothing")
    timeout_seconds: float = Field(default=15.0, gt=0)
    refuses_duplicates_for: timedelta = timedelta(hours=24)
    hand_over_again: int = Field(default=2, ge=0, description="how often after an answer that was lost")
    most_segments: int = Field(default=3, ge=1)
    receipt_minutes: float = Field(default=120, ge=0, le=7 * 24 * 60)
    # Not documented: ask the account's manager.
    per_second: float = Field(default=20.0, gt=0)
    price_vnd: int | None = Field(default=None, description="price of one segment")

    @property
    def missing(self) -> list[str]:
        return _missing(self, "api_key", "secret_key", "brandname", "callback_secret")


class SmsGatewaySettings(_Group):
    """Another gateway for text messages. ``user`` and ``secret`` mean what that gateway calls them."""

    user: str | None = None
    secret: Secret | None = None
    sender: str | None = None
    base_url: str | None = None
    timeout_seconds: float = Field(default=15.0, gt=0)
    per_second: float = Field(default=10.0, gt=0)
    price_vnd: int | None = None


class SpeedSmsSettings(SmsGatewaySettings):
    # 2 care, 3 brandname, 4 notification, 5 own gateway: the numbers are read, their meanings remembered.
    sms_type: int = 3

    @property
    def missing(self) -> list[str]:
        return _missing(self, "secret", "sender")


class VietGuysSettings(SmsGatewaySettings):
    # VietGuys registers the address for receipts by hand: set this, to 120 say, when it has.
    receipt_minutes: float = Field(default=0, ge=0, le=7 * 24 * 60)

    @property
    def missing(self) -> list[str]:
        return _missing(self, "user", "secret", "sender")


class StringeeSettings(SmsGatewaySettings):
    @property
    def missing(self) -> list[str]:
        return _missing(self, "user", "secret", "sender")


class InboundSmsSettings(_Group):
    """Text messages that citizens send to a short code of the province."""

    # The words in front of a dossier code; "HCC DN <code>" is how Đồng Nai's short code is asked.
    keywords: tuple[str, ...] = ("HCC DN", "HCC")
    # What hands us the messages knows this secret; without it the route does not exist.
    secret: Secret | None = None
    provider: str | None = Field(default=None, description="which SMS provider carries the answers")
    per_number_per_hour: int = Field(default=5, ge=1)
    office: str = Field(default="UBND phường", description="who answers, in front of every text")
    # A question in free words costs as many segments as its answer has.
    conversations: bool = Field(default=False, description="answer questions too, not dossiers alone")
    most_segments: int = Field(default=3, ge=1)


class TelegramSettings(_Group):
    """A Telegram bot: a company abroad, and blocked by Vietnamese carriers since May 2025 (remembered)."""

    token: Secret | None = None
    username: str | None = None
    # Telegram sends it back with every delivery. Without one, anybody could speak for a citizen.
    webhook_secret: Secret | None = None
    mode: Literal["webhook", "polling"] = "webhook"
    base_url: str | None = None
    timeout_seconds: float = Field(default=15.0, gt=0)
    link_minutes: int = Field(default=30, ge=1)
    # One a second in a chat, thirty in all (remembered).
    per_second: float = Field(default=30.0, gt=0)

    @property
    def missing(self) -> list[str]:
        needed = ("token", "webhook_secret") if self.mode == "webhook" else ("token",)
        return _missing(self, *needed)


_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?")


class WebchatSettings(_Group):
    """The chat on the web. ``framed_by``: sites on whose pages it may be shown, as ``https://ten-mien``."""

    framed_by: tuple[str, ...] = ()

    @field_validator("framed_by")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        found = tuple(one.strip().lower().rstrip("/") for one in value)
        for one in found:
            if not _ORIGIN.fullmatch(one):
                raise ValueError(f"{one!r} is no origin: write https:// and the host, without a path")
        return found


class SmtpSettings(_Group):
    """A mail server that takes our mails for delivery."""

    host: str | None = None
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: Secret | None = None
    sender: str | None = Field(default=None, description="the address that mails come from")
    sender_name: str = "Trung tâm Phục vụ hành chính công"
    reply_to: str | None = None
    connections: int = Field(default=4, ge=1, le=50, description="lines to the server at once")
    per_second: float = Field(default=10.0, gt=0)
    timeout_seconds: float = Field(default=20.0, gt=0)

    @property
    def missing(self) -> list[str]:
        found = _missing(self, "host", "sender")
        return [*found, "password"] if self.user and not self.password else found


class MailReportSettings(_Group):
    """The mailbox to which reports of failed mails come back: as a rule the one of the mails' sender."""

    host: str | None = None
    port: int = Field(default=993, ge=1, le=65535)
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str | None = None
    password: Secret | None = None
    folder: str = "INBOX"
    timeout_seconds: float = Field(default=20.0, gt=0)

    @property
    def missing(self) -> list[str]:
        return _missing(self, "host", "user", "password")


def _missing(group: BaseModel, *names: str) -> list[str]:
    return [name for name in names if not getattr(group, name)]
