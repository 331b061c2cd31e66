"""Where the web chat lives: on its own page, and inside the pages of sites that we allow to frame it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection


@dataclass(frozen=True)
class Place:
    """``cookie`` holds the secret of its conversation.

    A framed page has cookies of its own: browsers keep those of a frame apart by the site around it, and give
    them out only if they say ``SameSite=None; Partitioned``.
    """

    path: str
    cookie: str
    framed: bool = False

    @property
    def previous(self) -> str:
        """The cookie of the conversation before this one, for a short while."""
        return f"{self.cookie}_prev"

    def cookie_header(self, connection: HTTPConnection, name: str, value: str, seconds: int) -> str:
        encrypted = connection.url.scheme in ("https", "wss")
        across = "None; Partitioned" if self.framed and encrypted else "Lax"
        secure = "; Secure" if encrypted else ""
        return f"{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite={across}{secure}"


OWN_PAGE = Place("/chat", "motcua_chat")
FRAMED = Place("/chat/khung", "motcua_chat_khung", framed=True)
PLACES = (OWN_PAGE, FRAMED)
