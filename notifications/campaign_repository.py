"""SQL about campaigns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among
from notifications.desk_models import Campaign, CampaignRecipient
from notifications.models import Message
from notifications.schemas import MessageStatus


async def by_name(session: AsyncSession, name: str, *, lock: bool = False) -> Campaign | None:
    query = select(Campaign).where(Campaign.name == name)
    return await session.scalar(query.with_for_update() if lock else query)


async def by_id(session: AsyncSession, campaign_id: str) -> Campaign | None:
    return await session.get(Campaign, campaign_id)


async def all_(session: AsyncSession) -> Sequence[Campaign]:
    return (await session.scalars(select(Campaign).order_by(Campaign.created_at.desc()))).all()


async def in_units(
    session: AsyncSession,
    units: Collection[str],
    *,
    limit: int,
    after: tuple[datetime, str] | None = None,
) -> Sequence[Campaign]:
    """The newest first. ``after``: moment and id of the last one seen."""
    query = select(Campaign).where(among(Campaign.unit, units))
    if after is not None:
        query = query.where(tuple_(Campaign.created_at, Campaign.id) < after)
    query = query.order_by(Campaign.created_at.desc(), Campaign.id.desc()).limit(limit)
    return (await session.scalars(query)).all()


async def ready(session: AsyncSession, now: datetime) -> Sequence[Campaign]:
    """Running campaigns whose time has come."""
    query = select(Campaign).where(
        Campaign.status == "running", or_(Campaign.start_at.is_(None), Campaign.start_at <= now)
    )
    return (await session.scalars(query.order_by(Campaign.created_at))).all()


async def add(session: AsyncSession, campaign: Campaign, recipients: Iterable[CampaignRecipient]) -> None:
    session.add(campaign)
    await session.flush()
    session.add_all(recipients)
    await session.flush()


async def waiting(session: AsyncSession, campaign_id: str, limit: int) -> Sequence[CampaignRecipient]:
    query = (
        select(CampaignRecipient)
        .where(CampaignRecipient.campaign_id == campaign_id, CampaignRecipient.state == "waiting")
        .order_by(CampaignRecipient.number)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(query)).all()


async def first(session: AsyncSession, campaign_id: str) -> Sequence[CampaignRecipient]:
    """Its first row."""
    query = select(CampaignRecipient).where(CampaignRecipient.campaign_id == campaign_id)
    return (await session.scalars(query.order_by(CampaignRecipient.number).limit(1))).all()


async def skip_waiting(session: AsyncSession, campaign_id: str) -> int:
    result = await session.execute(
        update(CampaignRecipient)
        .where(CampaignRecipient.campaign_id == campaign_id, CampaignRecipient.state == "waiting")
        .values(state="skipped")
    )
    return cast("CursorResult[Any]", result).rowcount


async def hold(session: AsyncSession, about: str, now: datetime) -> int:
    """Planned messages that nobody has begun with wait without a time."""
    return await _set_due(session, about, None, Message.due_at.is_not(None), now)


async def release(session: AsyncSession, about: str, due_at: datetime, now: datetime) -> int:
    return await _set_due(session, about, due_at, Message.due_at.is_(None), now)


async def _set_due(
    session: AsyncSession, about: str, due_at: datetime | None, which: Any, now: datetime
) -> int:
    result = await session.execute(
        update(Message)
        .where(
            Message.about == about,
            Message.status == MessageStatus.PLANNED,
            which,
            or_(Message.lease_until.is_(None), Message.lease_until < now),
        )
        .values(due_at=due_at)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", result).rowcount


async def counts(session: AsyncSession, campaign_id: str) -> dict[str, int]:
    """Messages of a campaign by status, and the rows still waiting as ``waiting``."""
    query = (
        select(Message.status, func.count())
        .where(Message.about == f"campaign:{campaign_id}")
        .group_by(Message.status)
    )
    found = {str(status): int(count) for status, count in (await session.execute(query)).all()}
    rest = await session.scalar(
        select(func.count()).where(
            CampaignRecipient.campaign_id == campaign_id, CampaignRecipient.state == "waiting"
        )
    )
    return {**found, "waiting": rest or 0}


async def spent(session: AsyncSession, campaign_id: str) -> int:
    """Đồng: the expected cost of what a carrier has taken."""
    return (await spent_by(session, [campaign_id]))[campaign_id]


async def spent_by(session: AsyncSession, campaign_ids: Collection[str]) -> dict[str, int]:
    """The same for each of several."""
    abouts = {f"campaign:{one}": one for one in campaign_ids}
    query = (
        select(Message.about, func.sum(Message.cost))
        .where(Message.about.in_(list(abouts)), Message.status.in_(_TAKEN))
        .group_by(Message.about)
    )
    found = {abouts[str(about)]: int(cost) for about, cost in await session.execute(query)}
    return {one: found.get(one, 0) for one in campaign_ids}


_TAKEN = (
    MessageStatus.ACCEPTED,
    MessageStatus.SENT,
    MessageStatus.DELIVERED,
    MessageStatus.READ,
    MessageStatus.UNCERTAIN,
)
