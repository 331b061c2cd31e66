"""SQL about what text messages of the chat were billed by, apart from notices, which have attempts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.models import AnswerTally


async def count_answer(session: AsyncSession, provider: str, *, day: date, segments: int) -> None:
    """One answer more that a provider took on that day."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    statement = (postgresql_insert if on_postgresql else sqlite_insert)(AnswerTally)
    await session.execute(
        statement.values(day=day, provider=provider, messages=1, segments=segments).on_conflict_do_update(
            index_elements=["day", "provider"],
            set_={
                "messages": AnswerTally.messages + 1,
                "segments": AnswerTally.segments + statement.excluded.segments,
            },
        )
    )


async def answers_since(session: AsyncSession, day: date) -> dict[str, tuple[int, int]]:
    """By provider, how many answers it has taken from that day on, and how many segments they had."""
    query = (
        select(AnswerTally.provider, func.sum(AnswerTally.messages), func.sum(AnswerTally.segments))
        .where(AnswerTally.day >= day)
        .group_by(AnswerTally.provider)
    )
    rows = (await session.execute(query)).all()
    return {str(provider): (int(messages), int(segments)) for provider, messages, segments in rows}
