"""Why was this (not) sent? Every step of every message, in a chain of hashes, and as shapes for machines.

Nothing here shows who the recipient is: a message names its dossier, and the last digits of a number.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import utc_now
from core.events import canonical_json
from notifications import repository, trail_repository
from notifications.models import LedgerEntry, Message
from notifications.schemas import AttemptOutcome, MessageStatus, Reason

_FIRST = "0" * 64


class EntryKind(StrEnum):
    PLANNED = "planned"
    SUPPRESSED = "suppressed"
    ATTEMPT = "attempt"
    OUTCOME = "outcome"
    CLIMBED = "climbed"
    RECEIPT = "receipt"
    ENDED = "ended"


REASON_WORDS: dict[Reason, str] = {
    Reason.NO_CONTACT: "hồ sơ không có số điện thoại hay địa chỉ thư dùng được",
    Reason.OVERTAKEN: "tin đến sau khi đã có tin mới hơn",
    Reason.NO_WORDING: "chưa có câu mẫu cho tin này",
    Reason.SAD_PROCEDURE: "việc buồn, không mời góp ý",
    Reason.EXPIRED: "đã quá giờ có tác dụng",
    Reason.CHANNELS_EXHAUSTED: "không kênh nào gửi được",
    Reason.INVITATION_OVER: "lời mời góp ý không còn hiệu lực",
    Reason.TOLD_IN_CHAT: "đã trả lời ngay trong trò chuyện",
}


class AttemptView(BaseModel):
    number: int
    channel: str
    provider: str
    reference: str
    template: str | None
    started_at: datetime
    finished_at: datetime | None
    outcome: AttemptOutcome
    provider_message_id: str | None
    confidence: str | None
    code: str | None


class ReceiptView(BaseModel):
    """``moved``: whether this receipt changed the state of the message; a late one does not."""

    provider: str
    status: MessageStatus
    confidence: str
    occurred_at: datetime
    recorded_at: datetime
    moved: bool


class NotificationView(BaseModel):
    """One message with its whole trail. ``why`` says in Vietnamese why it was not sent."""

    id: str
    dossier_code: str | None
    event_id: str
    event_type: str
    purpose: str
    recipient: str
    channel: str
    ladder: list[str]
    status: MessageStatus
    reason: Reason | None
    why: str | None
    maybe_second_copy: bool
    template: str | None
    occurred_at: datetime
    planned_at: datetime
    due_at: datetime | None
    settled_at: datetime | None
    attempts: list[AttemptView]
    receipts: list[ReceiptView]


class DossierLedger(BaseModel):
    """``intact``: every line of the chain still has the hash that the next one was written with."""

    dossier_code: str
    entries: int
    intact: bool
    notifications: list[NotificationView]


def chain_of(message: Message) -> str:
    """The dossier's chain; a message without a dossier has one of its own."""
    return message.dossier_code or f"message:{message.id}"


async def append(
    session: AsyncSession, message: Message, kind: EntryKind, *, at: datetime | None = None, **facts: Any
) -> None:
    """Add a line in the caller's transaction. ``facts`` are plain JSON values without personal data."""
    chain = chain_of(message)
    await trail_repository.lock_chain(session, chain)
    last = await trail_repository.last_entry(session, chain)
    entry = LedgerEntry(
        chain=chain,
        number=last.number + 1 if last else 1,
        message_id=message.id,
        kind=kind,
        at=at or utc_now(),
        facts={name: value for name, value in facts.items() if value is not None},
        prev_hash=last.hash if last else _FIRST,
    )
    entry.hash = _hash(entry)
    await trail_repository.add_entry(session, entry)


def _hash(entry: LedgerEntry) -> str:
    line = {
        "chain": entry.chain,
        "number": entry.number,
        "message_id": entry.message_id,
        "kind": str(entry.kind),
        "at": f"{entry.at.timestamp():.6f}",
        "facts": entry.facts,
        "prev_hash": entry.prev_hash,
    }
    return hashlib.sha256(canonical_json(line).encode()).hexdigest()


async def verify(session: AsyncSession, chain: str) -> tuple[int, bool]:
    """How many lines a chain has, and whether none was changed, added between or taken out."""
    entries = await trail_repository.entries_of(session, chain)
    before = _FIRST
    for number, entry in enumerate(entries, start=1):
        if entry.number != number or entry.prev_hash != before or entry.hash != _hash(entry):
            return len(entries), False
        before = entry.hash
    return len(entries), True


async def for_dossier(session: AsyncSession, dossier_code: str) -> DossierLedger | None:
    """Everything that was told, or not told, about a dossier; None when nothing was ever planned."""
    messages = await repository.messages_of_dossier(session, dossier_code)
    if not messages:
        return None
    count, intact = await verify(session, dossier_code)
    return DossierLedger(
        dossier_code=dossier_code,
        entries=count,
        intact=intact,
        notifications=[await _view(session, message) for message in messages],
    )


async def for_message(session: AsyncSession, message_id: str) -> NotificationView | None:
    message = await repository.message_by_id(session, message_id)
    return await _view(session, message) if message else None


async def _view(session: AsyncSession, message: Message) -> NotificationView:
    attempts = await trail_repository.attempts_of(session, message.id)
    receipts = await trail_repository.receipts_of(session, message.id)
    reason = Reason(message.reason) if message.reason else None
    return NotificationView(
        id=message.id,
        dossier_code=message.dossier_code,
        event_id=message.event_id,
        event_type=message.event_type,
        purpose=message.purpose,
        recipient=message.recipient_shown,
        channel=message.channel,
        ladder=[rung["channel"] for rung in message.rungs],
        status=MessageStatus(message.status),
        reason=reason,
        why=REASON_WORDS[reason] if reason else None,
        maybe_second_copy=message.maybe_second_copy,
        template=_template(message.template_id, message.template_version),
        occurred_at=message.occurred_at,
        planned_at=message.created_at,
        due_at=message.due_at,
        settled_at=message.settled_at,
        attempts=[
            AttemptView(
                template=_template(row.template_id, row.template_version),
                **{name: getattr(row, name) for name in AttemptView.model_fields if name != "template"},
            )
            for row in attempts
        ],
        receipts=[
            ReceiptView(**{name: getattr(row, name) for name in ReceiptView.model_fields}) for row in receipts
        ],
    )


def _template(identity: str | None, version: int | None) -> str | None:
    return f"{identity}.v{version}" if identity else None
