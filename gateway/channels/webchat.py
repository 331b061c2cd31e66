"""Web chat: what the page and the socket share. Bytes in, one turn of the desk, messages out.

The cookie is the secret of a conversation; the desk only ever sees its hash, so neither a database row nor a
log line can be turned back into somebody's chat.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import time
import unicodedata
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

import structlog

from core.message import InboundMessage, OutboundMessage
from gateway.limits import PerMinute

log = structlog.get_logger()

CHANNEL = "webchat"

HistoryEntry = tuple[str, InboundMessage | OutboundMessage]

_SECRET = re.compile(r"^[A-Za-z0-9_-]{22}$")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


class Desk(Protocol):
    """The side of the conversation that answers. Identifiers are opaque and stay in order of arrival."""

    async def take(self, message: InboundMessage) -> list[OutboundMessage]:
        """One turn. The same ``external_id`` again is harmless: it gets the replies of the first time."""
        ...

    async def history(self, channel: str, conversation_key: str, after: str | None) -> list[HistoryEntry]:
        """What was said after the message ``after`` (None: all that is kept), oldest first, with its id."""
        ...

    def stream(self, conversation_key: str, after: str | None) -> AsyncIterator[OutboundMessage]:
        """Messages to this citizen after ``after`` as they come, without end: notices, officers, replies.

        Every one has a ``message_id``. What was already sent as a reply may come again; the page knows it
        by its id.
        """
        ...


@dataclass(frozen=True)
class Limits:
    """``characters`` of one message, messages ``per_minute`` and open ``sockets`` of one conversation.

    ``patience_seconds``: how long a page without JavaScript waits for its answer; ``wait_seconds``: how long
    one that polls waits for news, within the thirty seconds after which proxies give up on a silent answer.
    """

    characters: int = 2000
    per_minute: int = 30
    sockets: int = 6
    patience_seconds: float = 25.0
    wait_seconds: float = 20.0


class Trouble(StrEnum):
    EMPTY = "empty"
    TOO_FAST = "too_fast"
    FAILED = "failed"
    SLOW = "slow"


@dataclass(frozen=True)
class Taken:
    """What became of one message: replies, or a trouble; ``notice`` is a remark to show in either case."""

    messages: list[OutboundMessage] = field(default_factory=list)
    trouble: Trouble | None = None
    notice: str | None = None


def new_secret() -> str:
    """A fresh 128-bit secret for the cookie of a conversation."""
    return secrets.token_urlsafe(16)


def known_secret(value: str | None) -> str | None:
    """The cookie's value if it has the shape of one of ours."""
    return value if value and _SECRET.match(value) else None


def conversation_key(secret: str) -> str:
    return hashlib.sha256(f"motcua chat {secret}".encode()).hexdigest()[:40]


def clean_text(text: str) -> str:
    """The words as one would store them: composed letters, no control characters, no broken surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-8", "ignore").decode()
    return _UNPRINTABLE.sub("", unicodedata.normalize("NFC", text)).strip()


def waiting_words(action: str | None) -> str:
    """What is being done while somebody waits for the answer to a text or to a pressed button."""
    kind, _, rest = (action or "").partition(":")
    if kind == "task":
        return {
            "handover": "Đang chuyển cho cán bộ…",
            "dossier_status": "Đang mở phần tra cứu hồ sơ…",
            "complaint": "Đang mở phần phản ánh…",
        }.get(rest, "Đang xem…")
    if kind in ("facet", "procedure"):
        return "Đang mở bản ghi thủ tục…"
    return "Đang tìm trong danh mục thủ tục…"


class Intake:
    """Takes citizens' words to the desk within the limits, and outlives the connection they came by."""

    def __init__(
        self, desk: Desk, limits: Limits | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.desk = desk
        self.limits = limits or Limits()
        self._window = PerMinute(self.limits.per_minute, clock)
        self._turns: set[asyncio.Task[list[OutboundMessage]]] = set()

    async def take(
        self,
        key: str,
        text: str,
        *,
        action: str | None = None,
        external_id: str | None = None,
        patience: float | None = None,
    ) -> Taken:
        """One message to the desk. A turn that began is never cancelled; ``patience`` only ends the wait."""
        text = clean_text(text)
        if not text and not action:
            return Taken(trouble=Trouble.EMPTY, notice=self.words(Trouble.EMPTY))
        if not self._window.admits(key):
            return Taken(trouble=Trouble.TOO_FAST, notice=self.words(Trouble.TOO_FAST))
        notice = None
        if len(text) > self.limits.characters:
            text = text[: self.limits.characters].rstrip()
            notice = self.cut_notice()
        message = InboundMessage(
            channel=CHANNEL,
            conversation_key=key,
            external_id=external_id,
            text=text,
            action=action,
            received_at=datetime.now(UTC),
        )
        turn = asyncio.ensure_future(self.desk.take(message))
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)
        turn.add_done_callback(_report)
        done, _ = await asyncio.wait({turn}, timeout=patience)
        if not done:
            return Taken(trouble=Trouble.SLOW, notice=self.words(Trouble.SLOW))
        if turn.cancelled() or turn.exception() is not None:
            return Taken(trouble=Trouble.FAILED, notice=self.words(Trouble.FAILED))
        return Taken(messages=turn.result(), notice=notice)

    def cut_notice(self) -> str:
        most = f"{self.limits.characters:,}".replace(",", ".")
        return f"Tin dài hơn {most} ký tự nên chỉ đọc được phần đầu. Anh/chị gửi tiếp phần còn lại ở tin sau."

    def words(self, trouble: Trouble) -> str:
        """What is said to the citizen: what happened, then what to do."""
        return {
            Trouble.EMPTY: "Chưa có chữ nào. Anh/chị gõ việc cần hỏi, ví dụ: giấy khai sinh cần gì.",
            Trouble.TOO_FAST: "Tin đến nhanh quá nên chưa đọc kịp. Anh/chị chờ một phút rồi gửi lại.",
            Trouble.FAILED: "Xin lỗi, máy chưa trả lời được câu này. Câu hỏi vẫn còn đây, anh/chị gửi lại.",
            Trouble.SLOW: "Câu trả lời đến chậm hơn mọi khi. Anh/chị bấm “Xem tin mới” sau ít phút.",
        }[trouble]


def _report(turn: asyncio.Task[list[OutboundMessage]]) -> None:
    """A failed turn is an alarm by its kind alone: the words stay out of the log."""
    if not turn.cancelled() and (error := turn.exception()) is not None:
        log.error("webchat_turn_failed", reason=type(error).__name__)
