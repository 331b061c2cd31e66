"""Sending a notice once more because somebody asked for it: a new message with the same words.

The first one keeps its history. What the citizen refused, and a code that was good once, is never repeated.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.database import new_id
from core.events import publish
from notifications import repository
from notifications.chain import EntryKind, Line, append_all, words_digest
from notifications.ladder import CHAT
from notifications.models import Message
from notifications.schemas import MessageStatus, Purpose, Reason

RESENT = "motcua.notice.resent"
"""Somebody had a notice sent again; body {"message_id", "again_of", "by"}."""

_UNDER_WAY = (MessageStatus.PLANNED, MessageStatus.UNCERTAIN)
_REFUSED = (Reason.NO_CONSENT, Reason.OPTED_OUT, Reason.NOT_THEIRS, Reason.GUESTS_ONLY, Reason.OVERTAKEN)
_ONCE = (Purpose.ONE_TIME_CODE, Purpose.SURVEY, Purpose.CAMPAIGN)


class NotAgain(ValueError):
    """Why this is not sent again, in words for the officer."""


def why_not_again(message: Message) -> str | None:
    if message.purpose in _ONCE:
        return "Loại tin này chỉ gửi một lần."
    if message.status in _UNDER_WAY:
        return "Tin này còn đang trên đường: chờ kết quả đã."
    if message.reason in _REFUSED:
        return "Người dân đã từ chối, hoặc tin đã có tin khác thay."
    if not any(rung["provider"] != CHAT for rung in message.rungs):
        return "Không có kênh nào gửi được: xem lại số điện thoại trên hồ sơ ở phần mềm một cửa."
    return None


async def send_again(session: AsyncSession, message: Message, *, by: str, now: datetime) -> Message:
    """A copy on its first rung that is not the chat, planned for now. Raises NotAgain."""
    if problem := why_not_again(message):
        raise NotAgain(problem)
    # Two presses within the life of one copy give one copy.
    for other in await repository.messages_of_dossier(session, message.dossier_code or ""):
        if other.about == f"again:{message.id}" and other.status in _UNDER_WAY:
            raise NotAgain("Tin này vừa được gửi lại và còn đang trên đường.")
    copy_id = new_id()
    published = await publish(
        session,
        type=RESENT,
        subject=message.dossier_code or message.id,
        body={"message_id": copy_id, "again_of": message.id, "by": by},
        external_id=f"again:{copy_id}",
        occurred_at=now,
    )
    rungs = [rung for rung in message.rungs if rung["provider"] != CHAT]
    words = message.wordings.get(rungs[0]["channel"], {})
    again = Message(
        id=copy_id,
        event_id=published.event_id,
        rungs=rungs,
        rung=0,
        channel=rungs[0]["channel"],
        provider=rungs[0]["provider"],
        template_id=words.get("template_id"),
        template_version=words.get("template_version"),
        about=f"again:{message.id}",
        cost=words.get("cost", 0),
        status=MessageStatus.PLANNED,
        due_at=now,
        created_at=now,
        **{name: getattr(message, name) for name in _KEPT},
    )
    await repository.add_messages(session, [again])
    facts = {
        "event_type": again.event_type,
        "purpose": again.purpose,
        "channel": again.channel,
        "words": words_digest(again.wordings) if again.wordings else None,
        "again_of": message.id,
        "by": by,
        "due_at": now.isoformat(),
    }
    await append_all(session, [Line(again, EntryKind.PLANNED, now, facts)])
    return again


_KEPT = (
    "event_type",
    "dossier_code",
    "purpose",
    "recipient_hash",
    "recipient_shown",
    "conversation_id",
    "phone",
    "email",
    "wordings",
    "link_ref",
    "any_hour",
    "verification_code",
    "lane",
    "correlation_id",
    "occurred_at",
)
