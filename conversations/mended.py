"""What becomes of a group of unanswered questions: a draft that mends it, then a word to those who wait."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import notices
from conversations import unanswered_repository as repository
from conversations.models import GroupStatus, UnansweredGroup
from core.database import new_id
from core.events import publish
from core.message import Button, OutboundMessage

MENDED = "motcua.conversation.question_mended"
"""A question that somebody holds a receipt for can be answered now; body {"receipt", "code", "turn_id"}."""

DISMISSED = frozenset({GroupStatus.OUT_OF_SCOPE, GroupStatus.SPAM, GroupStatus.OPEN})


class GroupGone(ValueError):
    """Somebody else has dealt with it meanwhile, in words for the editor."""


async def hold_group(session: AsyncSession, key: str) -> UnansweredGroup:
    """The group, locked. Raises GroupGone when it is not there or needs nothing any more."""
    group = await repository.lock_group(session, key)
    if group is None:
        raise GroupGone("Nhóm câu hỏi này không còn.")
    return group


def drafted(group: UnansweredGroup, *, version_id: str, mend: dict[str, Any], by: str, now: datetime) -> None:
    """A draft waits for approval. ``mend``: {"key", "kind", "code", "proof": […]}."""
    if group.status == GroupStatus.MENDED:
        raise GroupGone("Nhóm này vừa được người khác xử lý xong.")
    group.status, group.mend, group.mend_version = GroupStatus.DRAFTED, mend, version_id
    group.handled_by, group.handled_at = by, now


def dismiss(group: UnansweredGroup, *, status: GroupStatus, by: str, now: datetime) -> None:
    """Out of scope, spam, or back to the list."""
    if status not in DISMISSED:
        raise GroupGone("Việc này không có.")
    group.status, group.handled_by, group.handled_at = status, by, now
    group.mend, group.mend_version = None, None


async def note_published(session: AsyncSession, version_id: str, *, now: datetime) -> int:
    """The draft went live: its groups are mended, and whoever holds a receipt is told. Returns how many."""
    told = 0
    for group in await repository.groups_of_version(session, version_id):
        group.status, group.handled_at = GroupStatus.MENDED, now
        code = (group.mend or {}).get("code")
        for handover, question in await repository.receipts_of(session, group.key):
            message = _message(question, handover.receipt, code, now)
            await notices.tell(session, handover.conversation_id, message, at=now)
            await publish(
                session,
                type=MENDED,
                subject=handover.conversation_id,
                body={"receipt": handover.receipt, "code": code, "turn_id": message.message_id},
                external_id=f"mended:{version_id}:{handover.id}",
            )
            told += 1
    return told


def _message(question: str, receipt: str, code: str | None, now: datetime) -> OutboundMessage:
    text = (
        f"Câu anh/chị hỏi trước đây (mã {receipt}) nay đã có câu trả lời:\n“{question[:200]}”\n"
        "Anh/chị nhắn lại câu đó, hoặc bấm nút dưới đây."
    )
    button = Button(title="Xem câu trả lời", action=f"procedure:{code}") if code else None
    if button is None:
        text = text.replace(", hoặc bấm nút dưới đây", "")
    return OutboundMessage(text=text, buttons=[button] if button else [], message_id=new_id(), sent_at=now)
