"""What faces outwards: the address, the channels and their accounts, what leaves the country."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, urlsplit

from core.settings import Settings
from gateway.doctor.finding import Finding, Level, fine
from gateway.providers import Off, Providers
from notifications.schemas import Channel


def address_findings(settings: Settings) -> Iterator[Finding]:
    if not settings.public_url:
        yield Finding(
            "address.missing", Level.BAD, "Chưa đặt MOTCUA_PUBLIC_URL: đường dẫn trong tin không mở được",
            "đặt MOTCUA_PUBLIC_URL=https://<tên miền>",
        )  # fmt: skip
        return
    parts = urlsplit(settings.public_url)
    if parts.scheme != "https":
        yield Finding(
            "address.tls", Level.BAD, f"{settings.public_url} không phải https: ai ở giữa cũng đọc được",
            "đặt máy chủ có chứng chỉ (nginx, Caddy) ở trước và sửa MOTCUA_PUBLIC_URL",
        )  # fmt: skip
    elif parts.hostname in ("localhost", "127.0.0.1", "::1"):
        yield Finding(
            "address.local",
            Level.BAD,
            "MOTCUA_PUBLIC_URL là chính máy này",
            "đặt tên miền mà người dân mở được",
        )
    else:
        yield fine("address", f"Địa chỉ cho người dân: {settings.public_url}")
    if settings.metrics == "loopback":
        yield Finding(
            "address.metrics", Level.NOTE, "/metrics mở cho chương trình trên máy này",
            "máy chủ ở trước không gửi X-Forwarded-For thì đặt MOTCUA_METRICS=key",
        )  # fmt: skip


_TLS = "verify-full"
_HERE = ("localhost", "127.0.0.1", "::1")


def line_findings(settings: Settings) -> Iterator[Finding]:
    """Lines to database and Redis that leave this machine: encrypted, and the other side proves who it is."""
    database = urlsplit(settings.database_url or "")
    if leaves(database) and (mode := dict(parse_qsl(database.query)).get("sslmode")) != _TLS:
        yield Finding(
            "line.database", Level.WEAK,
            "Đường tới cơ sở dữ liệu rời máy này mà "
            + ("không kiểm chứng chỉ" if mode in ("require", "verify-ca") else "không chắc được mã hóa"),
            f"thêm ?sslmode={_TLS}&sslrootcert=/đường/dẫn/ca.pem vào DATABASE_URL",
        )  # fmt: skip
    redis = urlsplit(settings.redis_url or "")
    if leaves(redis) and redis.scheme != "rediss":
        yield Finding(
            "line.redis", Level.WEAK, "Đường tới Redis rời máy này mà không mã hóa",
            "dùng rediss:// trong REDIS_URL, hoặc đi qua đường hầm riêng",
        )  # fmt: skip


def leaves(address: SplitResult) -> bool:
    """Not a socket, not this machine, and no bare name of a container beside it."""
    host = address.hostname or ""
    return bool(host) and host not in _HERE and ("." in host or ":" in host)


def sample_findings(settings: Settings) -> Iterator[Finding]:
    if settings.sample_city:
        yield Finding(
            "sample.city", Level.BAD, "Đang chạy thành phố mẫu: hồ sơ và cán bộ bịa, mật khẩu mẫu",
            "chạy thật bằng thư mục dữ liệu mới, không có --sample",
        )  # fmt: skip
    if settings.sandbox_url:
        yield Finding(
            "sample.sandbox", Level.BAD, "Tin đang đi vào máy chủ thử, không tới người dân",
            "bỏ MOTCUA_SANDBOX_URL và điền tài khoản thật",
        )  # fmt: skip
    if settings.shadow:
        yield Finding(
            "sample.shadow", Level.NOTE, "Đang chạy thầm (MOTCUA_SHADOW=1): ghi sổ mà không gửi cho ai",
            "bỏ MOTCUA_SHADOW khi bắt đầu gửi thật",
        )  # fmt: skip


def channel_findings(providers: Providers) -> Iterator[Finding]:
    """An account that lacks something, channels without any, services abroad."""
    for row in providers.rows:
        if not row.on and row.why_off.startswith(Off.NO_PACKAGE):
            yield Finding(
                f"channel.{row.name}", Level.WEAK, f"{row.name}: {row.why_off}", "chạy: make install"
            )
        if row.on and row.foreign:
            yield Finding(
                f"channel.{row.name}.abroad", Level.NOTE,
                f"{row.name} ở nước ngoài: mỗi tin là một lần chuyển dữ liệu cá nhân ra nước ngoài",
                "lập hồ sơ đánh giá tác động chuyển dữ liệu trong 60 ngày, hoặc tắt kênh này",
            )  # fmt: skip
    for channel, name in ((Channel.ZALO, "Zalo"), (Channel.SMS, "SMS")):
        if not providers.on(channel):
            yield Finding(
                f"channel.none.{channel}", Level.WEAK, f"Không có nhà cung cấp {name} nào đang bật",
                "xem motcua providers và docs/channels.md",
            )  # fmt: skip


def webhook_findings(settings: Settings) -> Iterator[Finding]:
    """Where a provider can report back without proving who it is, its reports are not taken: say so."""
    wanted = {
        "zalo": (settings.zalo.app_id, settings.zalo.webhook_secret, "MOTCUA_ZALO__WEBHOOK_SECRET"),
        "esms": (settings.esms.api_key, settings.esms.callback_secret, "MOTCUA_ESMS__CALLBACK_SECRET"),
        "telegram": (
            settings.telegram.token if settings.telegram.mode == "webhook" else None,
            settings.telegram.webhook_secret,
            "MOTCUA_TELEGRAM__WEBHOOK_SECRET",
        ),
    }
    for name, (account, secret, variable) in wanted.items():
        if account and not secret:
            yield Finding(
                f"webhook.{name}", Level.BAD, f"{name} có tài khoản mà thiếu {variable}",
                "đặt bí mật này rồi khai lại webhook; thiếu nó kênh không chạy",
            )  # fmt: skip
    if not settings.smtp.missing and settings.mail_reports.missing:
        yield Finding(
            "webhook.mail", Level.NOTE, "Thư không tới mà bị trả về sau thì phần mềm không biết",
            "đặt MOTCUA_MAIL_REPORTS__HOST, …__USER, …__PASSWORD của hộp thư gửi; hoặc motcua mail bounce",
        )  # fmt: skip
