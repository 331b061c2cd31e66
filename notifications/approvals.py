"""What carriers have approved: words under a brand name or as a Zalo template are registered first.

What is registered is the words of one version: a text message with its shorter form, or the template of Zalo.
Each change of state is a row of its own; the newest one of the same words counts, so that the way of a
registration can be read afterwards and a slip is mended by the next row.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession

from core.yaml_shape import ContentShapeError, parse_shape
from notifications import approval_repository as repository
from notifications.approval_models import TemplateApproval
from notifications.schemas import Channel
from notifications.wording import WordingFile

REGISTERED_CHANNELS = (Channel.SMS, Channel.ZALO)
_KEPT = 1024
"""Texts whose registered words are kept in memory: a list of all documents asks for each."""


class ApprovalState(StrEnum):
    REGISTERED = "registered"
    AWAITING = "awaiting"
    APPROVED = "approved"
    REFUSED = "refused"

    @property
    def words(self) -> str:
        return _STATE_WORDS[self]


_STATE_WORDS = {
    ApprovalState.REGISTERED: "đã nộp đăng ký",
    ApprovalState.AWAITING: "đang chờ duyệt",
    ApprovalState.APPROVED: "đã được duyệt",
    ApprovalState.REFUSED: "bị từ chối",
}


class ApprovalError(ValueError):
    """What is missing, in words for whoever writes it down."""


def channel_of(key: str) -> Channel | None:
    """The channel whose carrier approves a document; none where nobody does (mail, our own page)."""
    name = key.rsplit("/", 1)[-1].split(".")[0]
    found = Channel(name) if name in set(Channel) else None
    return found if found in REGISTERED_CHANNELS else None


@lru_cache(_KEPT)
def registered_words(key: str, text: str) -> str | None:
    """sha256 of the words that a carrier sees; none where nothing is registered for this document."""
    channel = channel_of(key)
    if channel is None or not key.startswith("messages/"):
        return None
    try:
        file = parse_shape(WordingFile, text, key)
    except ContentShapeError:
        return None
    if channel is Channel.ZALO:
        if file.zbs is None:
            return None
        seen: object = file.zbs.model_dump(mode="json")
    else:
        seen = [" ".join(file.body.split()), " ".join((file.short or "").split())]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


async def note(
    session: AsyncSession,
    *,
    key: str,
    words_sha: str,
    version: int,
    state: ApprovalState,
    reference: str | None,
    reason: str | None,
    by: str,
    now: datetime,
) -> TemplateApproval:
    """Write down where a registration stands. Raises ApprovalError."""
    reason = " ".join((reason or "").split()) or None
    if state is ApprovalState.REFUSED and reason is None:
        raise ApprovalError("Ghi lý do nhà mạng hoặc Zalo từ chối, để sửa cho đúng.")
    row = TemplateApproval(
        key=key,
        words_sha=words_sha,
        version=version,
        state=state,
        reference=(reference or "").strip()[:60] or None,
        reason=reason,
        by=by,
        at=now,
    )
    await repository.add(session, row)
    return row
