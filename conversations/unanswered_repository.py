"""All SQL about questions that got no answer, and about what citizens said of answers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import (
    Direction,
    GroupStatus,
    Handover,
    HandoverStatus,
    Turn,
    Unanswered,
    UnansweredGroup,
)

TO_DO = (GroupStatus.OPEN, GroupStatus.DRAFTED)


async def latest_groups(session: AsyncSession, limit: int) -> Sequence[UnansweredGroup]:
    rows = await session.scalars(
        select(UnansweredGroup).order_by(UnansweredGroup.last_at.desc()).limit(limit)
    )
    return rows.all()


async def group(session: AsyncSession, key: str) -> UnansweredGroup | None:
    return await session.get(UnansweredGroup, key)


async def add_group(session: AsyncSession, fresh: UnansweredGroup) -> None:
    """Another process may have made the same group a moment ago; then that one stays."""
    try:
        async with session.begin_nested():
            session.add(fresh)
    except IntegrityError:
        session.expunge_all()


async def count_one_more(session: AsyncSession, item: Unanswered) -> None:
    session.add(item)
    await session.execute(
        update(UnansweredGroup)
        .where(UnansweredGroup.key == item.group_key)
        .values(
            count=UnansweredGroup.count + 1,
            last_at=item.at,
            # Asked again after its mend: the mend did not reach this way of asking.
            status=case(
                (UnansweredGroup.status == GroupStatus.MENDED, GroupStatus.OPEN), else_=UnansweredGroup.status
            ),
        )
    )
    await session.flush()


async def biggest_groups(
    session: AsyncSession, limit: int, statuses: Sequence[GroupStatus] = TO_DO
) -> Sequence[UnansweredGroup]:
    rows = await session.scalars(
        select(UnansweredGroup)
        .where(UnansweredGroup.status.in_(statuses))
        .order_by(UnansweredGroup.count.desc(), UnansweredGroup.last_at.desc())
        .limit(limit)
    )
    return rows.all()


async def newest_of(session: AsyncSession, key: str, limit: int) -> Sequence[Unanswered]:
    rows = await session.scalars(
        select(Unanswered).where(Unanswered.group_key == key).order_by(Unanswered.at.desc()).limit(limit)
    )
    return rows.all()


async def kinds_of(session: AsyncSession, key: str) -> Sequence[tuple[str, str | None]]:
    """Reasons and channels of a group's items, each pair once."""
    rows = await session.execute(
        select(Unanswered.reason, Unanswered.channel).where(Unanswered.group_key == key).distinct()
    )
    return [(reason, channel) for reason, channel in rows]


async def answer_turn(session: AsyncSession, conversation_id: str, turn_id: str) -> Turn | None:
    """An answer or an officer's words in this conversation; none of anybody else's, no citizen's words."""
    return await session.scalar(
        select(Turn).where(
            Turn.id == turn_id,
            Turn.conversation_id == conversation_id,
            Turn.direction == Direction.OUT,
        )
    )


async def turn(session: AsyncSession, turn_id: str) -> Turn | None:
    return await session.scalar(select(Turn).where(Turn.id == turn_id))


async def said_before(session: AsyncSession, conversation_id: str, turn_id: str, limit: int) -> list[str]:
    """The citizen's messages before a turn, the latest first."""
    number = select(Turn.number).where(Turn.id == turn_id).scalar_subquery()
    rows = await session.scalars(
        select(Turn.text)
        .where(
            Turn.conversation_id == conversation_id,
            Turn.direction == Direction.IN,
            Turn.number < number,
        )
        .order_by(Turn.number.desc())
        .limit(limit)
    )
    return list(rows.all())


async def lock_group(session: AsyncSession, key: str) -> UnansweredGroup | None:
    return await session.get(UnansweredGroup, key, with_for_update=True, populate_existing=True)


async def groups_of_version(session: AsyncSession, version_id: str) -> Sequence[UnansweredGroup]:
    """Groups that this draft mends once it is live."""
    rows = await session.scalars(
        select(UnansweredGroup)
        .where(UnansweredGroup.mend_version == version_id, UnansweredGroup.status == GroupStatus.DRAFTED)
        .with_for_update()
    )
    return rows.all()


async def waiting_versions(session: AsyncSession) -> Sequence[str]:
    """Drafts that groups wait for."""
    rows = await session.scalars(
        select(UnansweredGroup.mend_version).where(UnansweredGroup.status == GroupStatus.DRAFTED).distinct()
    )
    return [one for one in rows if one]


async def receipts_of(session: AsyncSession, key: str) -> Sequence[tuple[Handover, str]]:
    """Citizens who asked a question of this group and hold a receipt code: it, and what they asked."""
    rows = await session.execute(
        select(Handover, Unanswered.question)
        .join(Unanswered, Unanswered.conversation_id == Handover.conversation_id)
        .where(Unanswered.group_key == key, Handover.status != HandoverStatus.CLOSED)
        .order_by(Unanswered.at.desc())
    )
    found: dict[str, tuple[Handover, str]] = {}
    for handover, question in rows:
        found.setdefault(handover.id, (handover, question))
    return list(found.values())
