"""From events to messages: reads the event log behind a position of its own.

Message rows are written in the same transaction that moves the position, and only if nobody else has moved it
since the events were read. Reading an event twice makes no second message: (event, recipient, purpose) is
unique. Which notice follows from which event stands in ``notifications.rules``.

What is to be said is worked out before the writer's turn, which on SQLite is the only one of the machine.
What changes meanwhile stands in an event that is read afterwards, or is seen at the last look before sending.
Events upon which something is changed, and not only told, are worked out inside the transaction.

When thousands of events have come at once, those that somebody waits for are planned before their turn; when
it comes they are found to be told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import WorkingCalendar
from core.database import Database, utc_now
from core.events import Event, advance, position, read_events, read_own_events
from notifications.draft import WritingDesk
from notifications.facts import UnitName
from notifications.gatekeeper import Gatekeeper
from notifications.pushing import PlannerPolicy
from notifications.rules import Rules
from notifications.wording import Wordings

CONSUMER = "notifications.planner"


class Planner:
    """``wordings`` gives the words as published now; ``unit_name`` the name of a unit from its code."""

    def __init__(
        self,
        database: Database,
        wordings: Callable[[], Wordings],
        *,
        policy: PlannerPolicy | None = None,
        gatekeeper: Gatekeeper | None = None,
        calendar: Callable[[], WorkingCalendar] = WorkingCalendar,
        unit_name: UnitName = str,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._policy = policy or PlannerPolicy()
        self._desk = WritingDesk()
        self._ahead: set[str] = set()
        self._rules = Rules(
            wordings,
            policy=self._policy,
            gatekeeper=gatekeeper,
            calendar=calendar,
            unit_name=unit_name,
            clock=clock,
            write=self._desk.write,
        )

    async def tick(self) -> int:
        """Plan for the next events of the log; how many there were. Another planner at work is harmless."""
        async with self._database.reading() as session:
            after = await position(session, CONSUMER)
            events = await read_events(
                session, after=after, limit=self._policy.batch, types=self._rules.types
            )
            if not events:  # most ticks find nothing: they must not take the writer's turn
                return 0
            ahead = await self._awaited(session, events)
            told = set(self._rules.telling_types).issuperset(event.type for event in events)
            if told:
                await self._plan(session, [*ahead, *events])
        async with self._database.writing() as session:
            if await position(session, CONSUMER, lock=True) != after:
                return 0  # another planner was faster
            if not told:
                await self._plan(session, [*ahead, *events])
            await self._desk.finish(session)
            await self._rules.finish(session)
            await advance(session, CONSUMER, events[-1].position)
        self._ahead.update(event.id for event in ahead)
        return len(events)

    async def _awaited(self, session: AsyncSession, events: Sequence[Event]) -> list[Event]:
        """Of what stands behind these events, what cannot wait until they are planned."""
        if len(events) < self._policy.batch:  # nothing stands behind them
            self._ahead.clear()
            return []
        found = await read_own_events(
            session,
            after=events[-1].position,
            limit=len(self._ahead) + self._policy.batch,
            types=self._rules.awaited_types,
        )
        return [event for event in found if event.id not in self._ahead]

    async def _plan(self, session: AsyncSession, events: Sequence[Event]) -> None:
        await self._desk.begin(session, [event.id for event in events])
        await self._rules.plan(session, events)
