"""Headers that every answer carries: what a page may load, who may frame it, what it may ask for."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HOST = re.compile(r"^[A-Za-z0-9.\-]+(?::\d{1,5})?$|^\[[0-9A-Fa-f:]+\](?::\d{1,5})?$")

PERMISSIONS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), payment=(), usb=(), browsing-topics=(), interest-cohort=()"
)

_MACHINES = "/v1/"
# A browser that was led to an answer for machines stores it instead of showing it (ASVS 14.4.2).
_NO_PAGE = 'attachment; filename="api.json"'


def same_origin(origin: str | None, host: str | None, allowed: Collection[str] = ()) -> bool:
    """Whether a browser's page may speak here. No origin at all: not a browser, so nobody's cookie.

    ``allowed``: other addresses of the same page, scheme and all.
    """
    if origin is None:
        return True
    return origin in allowed or (bool(host) and urlsplit(origin).netloc == host)


def content_security_policy(host: str | None, *, framed_by: Collection[str] = ()) -> str:
    """Everything from our own address alone, nothing written inside the page.

    The socket is named as well: older Safari does not take ``'self'`` for ``wss:``. ``framed_by``: origins
    of other sites that may show the page inside theirs.
    """
    sockets = f" ws://{host} wss://{host}" if host and _HOST.match(host) else ""
    return (
        f"default-src 'self'; connect-src 'self'{sockets}; img-src 'self' data:; object-src 'none'; "
        f"base-uri 'none'; form-action 'self'; frame-ancestors {' '.join(["'self'", *framed_by])}"
    )


def secure(headers: MutableHeaders, host: str | None) -> None:
    """Put the headers on an answer. One that the page set itself stays as it is."""
    if "Content-Security-Policy" not in headers:
        headers["Content-Security-Policy"] = content_security_policy(host)
        # Says to old browsers what frame-ancestors says, and cannot name other sites.
        headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Permissions-Policy", PERMISSIONS)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store")


def _kept_to_https(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """A cookie of a site that citizens reach by https, whatever the line behind the proxy is."""
    name, value = header
    if name.lower() != b"set-cookie" or b"; secure" in value.lower():
        return header
    return name, value + b"; Secure"


class SecurityHeaders:
    """ASGI middleware around everything but the page of a crash, which is drawn outside it."""

    def __init__(self, app: ASGIApp, *, strict_transport: bool = False) -> None:
        self._app, self._strict_transport = app, strict_transport

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                secure(headers, host)
                if scope["path"].startswith(_MACHINES):
                    headers.setdefault("Content-Disposition", _NO_PAGE)
                if self._strict_transport:
                    MutableHeaders(scope=message).setdefault("Strict-Transport-Security", "max-age=31536000")
                    message["headers"] = [_kept_to_https(header) for header in message["headers"]]
            await send(message)

        await self._app(scope, receive, send_with_headers)
