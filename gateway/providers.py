"""Every provider of messages: made from the settings, or visibly off with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.util import find_spec
from typing import Any

import aiohttp

from core.channel_settings import ZaloSettings
from core.database import Database
from core.settings import Settings
from gateway.provider_ports import AlarmEvents, CountedWindows, KnownAccounts, KnownRefusals
from notifications.carriers import InOrder, Routes
from notifications.ladder import OUTBOX_FILE, Ladders, Rung, ladders_of
from notifications.schemas import Channel
from wire.esms import Esms
from wire.outbox_file import OutboxFile
from wire.provider import Provider
from wire.sms_gateways import SmsGateway, SpeedSms, Stringee, VietGuys
from wire.smtp import NAME as SMTP
from wire.smtp import Smtp
from wire.zalo.client import ZaloClient
from wire.zalo.http import ZaloHttp
from wire.zalo.provider import CONVERSATION, TEMPLATES, ZaloConversation, ZaloTemplates
from wire.zalo.rescue import RescueFile
from wire.zalo.token_store import DatabaseTokens
from wire.zalo.tokens import TokenKeeper


class Off(StrEnum):
    """Why a provider is off, for the administrator."""

    NO_SETTINGS = "thiếu cấu hình"
    NO_PACKAGE = "chưa cài gói"
    NO_TEMPLATE = "chưa gắn mẫu tin"
    LEFT_OUT = "không nằm trong danh sách dùng"


@dataclass(frozen=True)
class ProviderRow:
    """One line of ``motcua providers``. ``price_vnd``: of one message or segment, None when unknown."""

    name: str
    channel: Channel
    on: bool
    why_off: str = ""
    price_vnd: int | None = None
    note: str = ""
    foreign: bool = False


@dataclass
class Providers:
    """What sends. ``by_user_id``: Zalo's templates reach a user id too. ``close`` when the process ends."""

    by_name: dict[str, Provider] = field(default_factory=dict)
    rows: list[ProviderRow] = field(default_factory=list)
    zalo: ZaloClient | None = None
    telegram: Any = None
    by_user_id: bool = False
    _closing: list[Any] = field(default_factory=list)

    def on(self, channel: Channel) -> list[str]:
        return [row.name for row in self.rows if row.on and row.channel is channel]

    async def close(self) -> None:
        for one in reversed(self._closing):
            await one.close()
        self._closing.clear()


def public_address(settings: Settings) -> str:
    return (settings.public_url or settings.url or "http://127.0.0.1:8080").rstrip("/")


def make_zalo(settings: Settings, database: Database, session: aiohttp.ClientSession) -> ZaloClient:
    """A client whose tokens stand in the database, so that every process works with the same pair."""
    http = ZaloHttp(session, timeout_seconds=settings.zalo.timeout_seconds)
    keeper = TokenKeeper(
        settings.zalo,
        http,
        DatabaseTokens(database),
        alarm=AlarmEvents(database).token,
        rescue=RescueFile(settings.data_dir / "keys"),
    )
    return ZaloClient(settings.zalo, http, keeper)


def make_providers(settings: Settings, database: Database) -> Providers:
    """To be called in a running event loop; nothing is sent by it."""
    found = Providers()
    session = aiohttp.ClientSession()
    found._closing.append(session)
    watcher, refusals = AlarmEvents(database), KnownRefusals(database)
    accounts = KnownAccounts(database)
    _add_zalo(found, settings, database, session, watcher, refusals, accounts)
    _add_telegram(found, settings, watcher, refusals, accounts)
    _add_sms(found, settings, session, watcher, refusals)
    _add_mail(found, settings, watcher)
    file = OutboxFile(settings.data_dir / "outbox")
    found.by_name[file.name] = file
    found.rows.append(
        ProviderRow(OUTBOX_FILE, Channel.WEB, True, price_vnd=0, note="thư mục outbox trên máy này")
    )
    return found


def _add_zalo(
    found: Providers,
    settings: Settings,
    database: Database,
    session: aiohttp.ClientSession,
    watcher: AlarmEvents,
    refusals: KnownRefusals,
    accounts: KnownAccounts,
) -> None:
    missing = settings.zalo.missing
    if missing:
        why = _missing("MOTCUA_ZALO__", missing)
        found.rows.append(ProviderRow(CONVERSATION, Channel.ZALO, False, why))
        found.rows.append(ProviderRow(TEMPLATES, Channel.ZALO, False, why))
        return
    client = found.zalo = make_zalo(settings, database, session)
    conversation = ZaloConversation(
        client, accounts=accounts, windows=CountedWindows(database), refusals=refusals, watcher=watcher
    )
    found.by_name[CONVERSATION] = conversation
    free = f"{settings.zalo.free_messages} tin miễn phí trong {_hours(settings.zalo)} giờ sau tin của dân"
    found.rows.append(ProviderRow(CONVERSATION, Channel.ZALO, True, price_vnd=0, note=free))
    if not settings.zalo.templates:
        found.rows.append(
            ProviderRow(TEMPLATES, Channel.ZALO, False, f"{Off.NO_TEMPLATE} (MOTCUA_ZALO__TEMPLATES)")
        )
        return
    found.by_name[TEMPLATES] = ZaloTemplates(client, refusals=refusals, watcher=watcher, accounts=accounts)
    found.by_user_id = settings.zalo.template_by_user_path is not None
    note = "chế độ thử: chỉ tới quản trị viên" if settings.zalo.development_mode else ""
    found.rows.append(
        ProviderRow(TEMPLATES, Channel.ZALO, True, price_vnd=settings.zalo.price_vnd, note=note)
    )


def _add_telegram(
    found: Providers,
    settings: Settings,
    watcher: AlarmEvents,
    refusals: KnownRefusals,
    accounts: KnownAccounts,
) -> None:
    missing = settings.telegram.missing
    why = _missing("MOTCUA_TELEGRAM__", missing) if missing else ""
    if not why and find_spec("aiogram") is None:
        why = f"{Off.NO_PACKAGE} aiogram (motcua[telegram])"
    if why:
        found.rows.append(ProviderRow("telegram", Channel.TELEGRAM, False, why, foreign=True))
        return
    from wire.telegram import TelegramNotices, make_bot

    provider = TelegramNotices(
        make_bot(settings.telegram), accounts=accounts, refusals=refusals, watcher=watcher
    )
    found.by_name[provider.name] = found.telegram = provider
    found._closing.append(provider)
    found.rows.append(ProviderRow("telegram", Channel.TELEGRAM, True, price_vnd=0, foreign=True))


def _add_sms(
    found: Providers,
    settings: Settings,
    session: aiohttp.ClientSession,
    watcher: AlarmEvents,
    refusals: KnownRefusals,
) -> None:
    public = public_address(settings)

    def gateway(how: Any) -> Provider:
        return SmsGateway(how, session, watcher=watcher)

    def esms() -> Provider:
        secret = settings.esms.callback_secret
        path = secret.get_secret_value() if secret else ""
        return Esms(settings.esms, session, callback_url=f"{public}/webhooks/esms/{path}", watcher=watcher)

    def twilio() -> Provider:
        from wire.twilio_sms import TwilioSms

        provider = TwilioSms(
            settings.twilio,
            callback_url=f"{public}/webhooks/twilio/status",
            refusals=refusals,
            watcher=watcher,
        )
        found._closing.append(provider)
        return provider

    makers: Mapping[str, tuple[Any, Any]] = {
        "esms": (settings.esms, esms),
        "speedsms": (settings.speedsms, lambda: gateway(SpeedSms(settings.speedsms))),
        "vietguys": (settings.vietguys, lambda: gateway(VietGuys(settings.vietguys))),
        "stringee": (settings.stringee, lambda: gateway(Stringee(settings.stringee))),
        "twilio": (settings.twilio, twilio),
    }
    wanted = [name for name in settings.sms_providers if name in makers]
    for name in [*wanted, *(name for name in makers if name not in wanted)]:
        group, make = makers[name]
        why = _missing(f"MOTCUA_{name.upper()}__", group.missing) if group.missing else ""
        if not why and name == "twilio" and find_spec("twilio") is None:
            why = f"{Off.NO_PACKAGE} twilio (motcua[twilio])"
        if not why and name not in wanted:
            why = f"{Off.LEFT_OUT} (MOTCUA_SMS_PROVIDERS)"
        if not why:
            found.by_name[name] = make()
        found.rows.append(
            ProviderRow(name, Channel.SMS, not why, why, price_vnd=group.price_vnd, foreign=name == "twilio")
        )


def _add_mail(found: Providers, settings: Settings, watcher: AlarmEvents) -> None:
    missing = settings.smtp.missing
    if not missing:
        provider = Smtp(settings.smtp, watcher=watcher)
        found.by_name[provider.name] = provider
        found._closing.append(provider)
    why = _missing("MOTCUA_SMTP__", missing) if missing else ""
    found.rows.append(ProviderRow(SMTP, Channel.EMAIL, not missing, why, price_vnd=0))


SMS_ROUTE = "sms"
"""The name by which a rung means all providers of text messages together, when there are several."""


def ladders(providers: Providers) -> Ladders:
    """Zalo's conversation, Telegram where it is linked, Zalo's template, text message, mail.

    A channel without any provider goes to the folder, so that nothing is lost before accounts exist. Text
    messages are one rung, however many providers there are: what may have gone out with one of them is not
    sent with another, but on another channel.
    """

    def rungs(channel: Channel, names: list[str]) -> list[Rung]:
        return [Rung(channel, name) for name in names or [OUTBOX_FILE]]

    texts = providers.on(Channel.SMS)
    sms = rungs(Channel.SMS, [SMS_ROUTE] if len(texts) > 1 else texts)
    zalo = rungs(Channel.ZALO, [name for name in providers.on(Channel.ZALO) if name != CONVERSATION])
    free = [Rung(Channel.ZALO_CHAT, CONVERSATION)] if CONVERSATION in providers.by_name else []
    email = rungs(Channel.EMAIL, providers.on(Channel.EMAIL))
    everything = (
        *free,
        *(Rung(Channel.TELEGRAM, name) for name in providers.on(Channel.TELEGRAM)),
        *zalo,
        *sms,
        *email,
    )
    return ladders_of(everything, sms=sms, email=email)


def routes(providers: Providers) -> Routes:
    """Text messages go with the first provider of the list, and with the next while that one is sick."""
    texts = providers.on(Channel.SMS)
    return {SMS_ROUTE: InOrder(texts)} if len(texts) > 1 else {}


def chats(providers: Providers) -> dict[str, list[Rung]]:
    """The rungs of a conversation whose telephone nobody knows: on Zalo in its open window, which is free,
    else by a template to the user id where the address for that is known."""
    found: dict[str, list[Rung]] = {}
    if CONVERSATION in providers.by_name:
        found["zalo"] = [Rung(Channel.ZALO_CHAT, CONVERSATION)]
        if providers.by_user_id:
            found["zalo"].append(Rung(Channel.ZALO, TEMPLATES))
    if "telegram" in providers.by_name:
        found["telegram"] = [Rung(Channel.TELEGRAM, "telegram")]
    return found


def _missing(prefix: str, names: list[str]) -> str:
    return f"{Off.NO_SETTINGS}: " + ", ".join(f"{prefix}{name.upper()}" for name in names)


def _hours(settings: ZaloSettings) -> int:
    return round(settings.free_window.total_seconds() / 3600)
