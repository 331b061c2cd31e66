"""What the office's page says about a verification code: what was sent, when, by whom; nothing personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from dossiers import repository as dossiers
from notifications import repository, trail_repository, verification
from notifications.facts import UnitName
from notifications.ladder import CHAT
from notifications.telling import about, channel_words


@dataclass(frozen=True)
class KnownMessage:
    """``dossier_tail``: the last four digits of its code, to be compared with what the reader has."""

    what: str
    sent_at: datetime
    channel: str
    unit: str | None
    dossier_tail: str | None


async def known_messages(
    session: AsyncSession, typed: str, *, unit_name: UnitName = str
) -> list[KnownMessage]:
    """Messages that carry this code and left the house, the newest first."""
    code = verification.normal(typed)
    if code is None:
        return []
    found = []
    for message in await repository.messages_by_verification(session, code):
        attempts = await trail_repository.attempts_of(session, message.id)
        if not attempts and message.provider != CHAT:
            continue
        dossier = (
            await dossiers.dossier_by_code(session, message.dossier_code) if message.dossier_code else None
        )
        found.append(
            KnownMessage(
                what=about(message.event_type, message.purpose),
                sent_at=attempts[-1].started_at if attempts else message.created_at,
                channel=channel_words(message.channel),
                unit=unit_name(dossier.unit) if dossier and dossier.unit else None,
                dossier_tail=message.dossier_code[-4:] if message.dossier_code else None,
            )
        )
    return found
