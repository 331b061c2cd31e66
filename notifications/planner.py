"""From events to messages: reads the event log behind a position of its own.

Message rows are written in the same transaction that moves the position. Reading an event twice makes no
second message: (event, recipient, purpose) is unique. Which notice follows from which event stands in
``notifications.rules``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from core.calendar import WorkingCalendar
from core.database import Database, utc_now
from core.events import advance, position, read_events
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
            # Most ticks find nothing: they must not take the writer's turn.
            after = await position(session, CONSUMER)
            if not await read_events(session, after=after, limit=1, types=self._rules.types):
                return 0
        async with self._database.writing() as session:
            after = await position(session, CONSUMER)
            events = await read_events(
                session, after=after, limit=self._policy.batch, types=self._rules.types
            )
            if events:
                await self._desk.begin(session, [event.id for event in events])
                await self._rules.plan(session, events)
                await self._desk.finish(session)
                await advance(session, CONSUMER, events[-1].position)
        return len(events)
