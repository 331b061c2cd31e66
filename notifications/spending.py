"""What a month has cost: notices and, where citizens ask by text message, the answers to them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from notifications import peace_repository, spending_repository, trail_repository
from notifications.gate import midnight_of_month
from notifications.informing import Policy
from notifications.schemas import Channel


async def spent_this_month(session: AsyncSession, policy: Policy, now: datetime) -> int:
    """In đồng, by the prices that staff published: what the ceiling of the month is held against."""
    answers = await spending_repository.answers_since(session, _first_day(now))
    segments = sum(segments for _, segments in answers.values())
    notices = await peace_repository.spent(session, midnight_of_month(now))
    return notices + policy.price(Channel.SMS, segments)


async def taken_this_month(session: AsyncSession, now: datetime) -> dict[str, tuple[int, int]]:
    """By provider, how many messages it has taken, answers too, and how many segments they had."""
    notices = await trail_repository.accepted_by_provider(session, since=midnight_of_month(now))
    answers = await spending_repository.answers_since(session, _first_day(now))
    none = (0, 0)
    return {
        name: (
            notices.get(name, none)[0] + answers.get(name, none)[0],
            notices.get(name, none)[1] + answers.get(name, none)[1],
        )
        for name in notices.keys() | answers.keys()
    }


def _first_day(now: datetime) -> date:
    return local_day(now).replace(day=1)
