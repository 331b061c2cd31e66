"""Which words may leave under the office's name: those that the carriers have approved, and no others.

Where the newest version is not approved yet, the newest approved one before it goes on being sent. Where none
ever was, that channel is left out: the next one takes the notice, and when none is left the unit is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from core.content import Document, archived_texts
from notifications.approval_repository import standing
from notifications.approvals import ApprovalState, channel_of, registered_words
from notifications.schemas import Channel


async def approved_only(
    session: AsyncSession, documents: Sequence[Document]
) -> tuple[list[Document], frozenset[tuple[str, Channel]]]:
    """The documents with unapproved words replaced, and the event and channel of those without any."""
    approved = {
        words for words, row in (await standing(session)).items() if row.state == ApprovalState.APPROVED
    }
    wanting = [
        one
        for one in documents
        if (words := registered_words(one.key, one.text)) is not None and (one.key, words) not in approved
    ]
    if not wanting:
        return list(documents), frozenset()
    earlier = await archived_texts(session, [one.key for one in wanting])
    replaced: dict[str, Document] = {}
    missing = set()
    for one in wanting:
        channel = channel_of(one.key)
        old = next(
            (
                text
                for text in earlier.get(one.key, ())
                if (one.key, registered_words(one.key, text)) in approved
            ),
            None,
        )
        if old is not None:
            replaced[one.key] = Document(one.kind, one.key, old, one.version)
        elif channel is not None:
            missing.add((one.key.split("/")[1], channel))
    return [replaced.get(one.key, one) for one in documents], frozenset(missing)
