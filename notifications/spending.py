"""What a month has cost: notices and, where citizens ask by text message, the answers to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import LOCAL, local_day
from notifications import peace_repository, spending_repository, trail_repository
from notifications.gate import midnight_of_month
from notifications.informing import Policy
from notifications.schemas import Channel

_SETTLED = timedelta(days=4)
"""Whether a carrier took a message of so long ago is seldom learnt any more."""
_NONE = (0, 0)

Taken = Mapping[str, tuple[int, int]]


class TakenBefore:
    """What providers took on the days of this month that hardly change any more: counted once a day, with
    whatever did change; the days since are counted every time. Of this process alone.
    """

    def __init__(self) -> None:
        self._span: tuple[datetime, datetime] | None = None
        self._counted: Taken = {}

    async def accepted(self, session: AsyncSession, now: datetime) -> Taken:
        since = midnight_of_month(now)
        until = datetime.combine(local_day(now - _SETTLED), time.min, LOCAL)
        if until <= since:
            return await trail_repository.accepted_by_provider(session, since=since)
        if self._span != (since, until):
            self._counted = await trail_repository.accepted_by_provider(session, since=since, until=until)
            self._span = since, until
        return _sum(self._counted, await trail_repository.accepted_by_provider(session, since=until))


async def spent_this_month(session: AsyncSession, policy: Policy, now: datetime) -> int:
    """In đồng, by the prices that staff published: what the ceiling of the month is held against."""
    answers = await spending_repository.answers_since(session, _first_day(now))
    segments = sum(segments for _, segments in answers.values())
    notices = await peace_repository.spent(session, midnight_of_month(now))
    return notices + policy.price(Channel.SMS, segments)


async def taken_this_month(
    session: AsyncSession, now: datetime, before: TakenBefore | None = None
) -> dict[str, tuple[int, int]]:
    """By provider, how many messages it has taken, answers too, and how many segments they had.

    ``before``: kept by whoever asks often.
    """
    notices = await (before or TakenBefore()).accepted(session, now)
    return _sum(notices, await spending_repository.answers_since(session, _first_day(now)))


def _sum(one: Taken, other: Taken) -> dict[str, tuple[int, int]]:
    return {
        name: (
            one.get(name, _NONE)[0] + other.get(name, _NONE)[0],
            one.get(name, _NONE)[1] + other.get(name, _NONE)[1],
        )
        for name in one.keys() | other.keys()
    }


def _first_day(now: datetime) -> date:
    return local_day(now).replace(day=1)
