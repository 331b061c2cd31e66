"""All SQL about questions that got no answer, and about what citizens said of answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import SQLColumnExpression, case, func, select, tuple_, update
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
from core.among import among

_OPEN = (HandoverStatus.WAITING, HandoverStatus.TAKEN)
_BETWEEN, _WITHIN = "|", ":"
"""Between what the items of a group tell, and between reason and channel; neither stands in any of these."""
_KINDS_OF = 100
"""Items of a group that tell of what kinds it is."""
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
    session: AsyncSession,
    limit: int,
    statuses: Sequence[GroupStatus] = TO_DO,
    *,
    after: tuple[int, datetime, str] | None = None,
) -> Sequence[UnansweredGroup]:
    """The most frequent first. ``after``: count, last moment and key of the last one seen."""
    order = UnansweredGroup.count.desc(), UnansweredGroup.last_at.desc(), UnansweredGroup.key.desc()
    found: list[UnansweredGroup] = []
    for status in statuses:  # each in the order of its index
        query = select(UnansweredGroup).where(UnansweredGroup.status == status)
        if after is not None:
            query = query.where(
                tuple_(UnansweredGroup.count, UnansweredGroup.last_at, UnansweredGroup.key) < after
            )
        found += await session.scalars(query.order_by(*order).limit(limit))
    return sorted(found, key=lambda one: (one.count, one.last_at, one.key), reverse=True)[:limit]


async def count_groups(session: AsyncSession) -> int:
    """How many groups are still to be dealt with."""
    query = select(func.count()).where(UnansweredGroup.status.in_(TO_DO))
    return await session.scalar(query) or 0


async def newest_of(session: AsyncSession, key: str, limit: int) -> list[Unanswered]:
    return (await newest_of_each(session, [key], limit))[key]


async def newest_of_each(
    session: AsyncSession, keys: Sequence[str], limit: int
) -> dict[str, list[Unanswered]]:
    """The newest items of each group, so many of each."""
    found: dict[str, list[Unanswered]] = {key: [] for key in keys}
    ids = [one for _, joined in await _of_newest(session, keys, limit, Unanswered.id) for one in joined]
    for item in await session.scalars(select(Unanswered).where(among(Unanswered.id, ids))):
        found[item.group_key or ""].append(item)
    return {key: sorted(items, key=lambda one: one.at, reverse=True) for key, items in found.items()}


async def kinds_of(session: AsyncSession, keys: Sequence[str]) -> dict[str, set[tuple[str, str | None]]]:
    """Reasons and channels of the newest items of each group, each pair once."""
    found: dict[str, set[tuple[str, str | None]]] = {key: set() for key in keys}
    kind = Unanswered.reason + _WITHIN + func.coalesce(Unanswered.channel, "")
    for key, kinds in await _of_newest(session, keys, _KINDS_OF, kind):
        found[key] = {
            (reason, channel or None) for reason, _, channel in (one.partition(_WITHIN) for one in kinds)
        }
    return found


async def _of_newest(
    session: AsyncSession, keys: Sequence[str], limit: int, told: SQLColumnExpression[str]
) -> list[tuple[str, list[str]]]:
    """By group, what the newest so many of its items tell, each thing once.

    One statement, the same for any number of groups; each is looked up in the index from its newest end.
    """
    newest = (
        select(told.label("told"))
        .where(Unanswered.group_key == UnansweredGroup.key)
        .order_by(Unanswered.at.desc())
        .limit(limit)
        .correlate(UnansweredGroup)
        .subquery()
    )
    once = select(newest.c.told).distinct().subquery()
    joined = select(func.aggregate_strings(once.c.told, _BETWEEN)).scalar_subquery()
    query = select(UnansweredGroup.key, joined).where(among(UnansweredGroup.key, keys))
    rows = await session.execute(query)
    return [(str(key), str(text).split(_BETWEEN)) for key, text in rows if text]


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
        .where(Unanswered.group_key == key, Handover.status.in_(_OPEN))
        .order_by(Unanswered.at.desc())
    )
    found: dict[str, tuple[Handover, str]] = {}
    for handover, question in rows:
        found.setdefault(handover.id, (handover, question))
    return list(found.values())
