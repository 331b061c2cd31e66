"""The province's sign-in: whether it is set up whole, and whether its server is the one in the settings."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from core.settings import Settings
from gateway.doctor.finding import Finding, Level, fine
from wire.oidc import OidcClient
from wire.oidc_tokens import OidcError, OidcMisconfigured

_PAGE = "docs/operations/oidc.md"
_WHY = {
    "not_there": "địa chỉ issuer không có /.well-known/openid-configuration",
    "issuer_differs": "máy chủ tự gọi mình bằng issuer khác: chép đúng từng chữ, kể cả dấu / cuối",
    "discovery_shape": "trang khai báo thiếu địa chỉ đăng nhập, đổi mã hoặc khóa",
    "discovery_not_https": "trang khai báo dẫn tới địa chỉ không phải https",
    "keys_shape": "trang khóa không có khóa nào đọc được",
}


def oidc_settings_findings(settings: Settings) -> Iterator[Finding]:
    """What can be said without calling anybody. Nothing where nobody began to set it up."""
    oidc = settings.oidc
    if not oidc.wanted:
        return
    needed = {"ISSUER": oidc.issuer, "CLIENT_ID": oidc.client_id, "CLIENT_SECRET": oidc.client_secret}
    missing = [f"MOTCUA_OIDC__{name}" for name, value in needed.items() if not value]
    if missing or not settings.public_url:
        missing += [] if settings.public_url else ["MOTCUA_PUBLIC_URL"]
        yield Finding(
            "oidc.settings", Level.BAD, f"Đăng nhập bằng tài khoản của tỉnh tắt, thiếu {', '.join(missing)}",
            f"điền cho đủ, hoặc bỏ hết các biến MOTCUA_OIDC__…; xem {_PAGE}",
        )  # fmt: skip
    parts = urlsplit(oidc.issuer or "")
    if oidc.issuer and parts.scheme != "https":
        yield Finding(
            "oidc.tls", Level.BAD, "MOTCUA_OIDC__ISSUER không phải https: ai ở giữa cũng giả làm tỉnh được",
            "hỏi tỉnh địa chỉ https",
        )  # fmt: skip
    if "openid" not in oidc.scopes.split():
        yield Finding(
            "oidc.scope", Level.BAD, "MOTCUA_OIDC__SCOPES thiếu chữ openid", "đặt lại: openid profile"
        )


async def oidc_server_finding(client: OidcClient, *, linked: int) -> Finding:
    """``linked``: open accounts here that name one of the province."""
    try:
        await client.province()
        await client.keys(anew=True)
    except OidcError as error:
        level = Level.BAD if isinstance(error, OidcMisconfigured) else Level.WEAK
        return Finding(
            "oidc.server", level, f"Máy chủ đăng nhập của tỉnh: {_WHY.get(error.code, error.code)}",
            f"xem MOTCUA_OIDC__ISSUER và đường mạng ra ngoài; mật khẩu vẫn dùng được; xem {_PAGE}",
        )  # fmt: skip
    if not linked:
        return Finding(
            "oidc.accounts", Level.WEAK, "Chưa tài khoản nào ở đây gắn với tài khoản của tỉnh",
            "ghi tên ở trang Tài khoản và vai trò, hoặc: motcua staff province TÊN TÊN_Ở_TỈNH",
        )  # fmt: skip
    return fine("oidc", f"Đăng nhập bằng tài khoản của tỉnh: máy chủ đúng, {linked} tài khoản đã gắn.")
