"""From events to messages: reads the event log behind a position of its own.

Message rows are written in the same transaction that moves the position, and only if nobody else has moved it
since the events were read. Reading an event twice makes no second message: (event, recipient, purpose) is
unique. Which notice follows from which event stands in ``notifications.rules``.

What is to be said is worked out before the writer's turn, which on SQLite is the only one of the machine.
What changes meanwhile stands in an event that is read afterwards, or is seen at the last look before sending.
Events upon which something is changed, and not only told, are worked out inside the transaction.

When thousands of events have come at once, the urgent ones among them are planned before their turn, each
behind what happened to the same dossier before; when its turn comes it is found to be told.

Several planners may run. There is one order, so there is work for one of them: the others watch whether it
goes on (``core.relay``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import WorkingCalendar
from core.database import Database, utc_now
from core.event_reading import (
    advance,
    any_event,
    position,
    read_about,
    read_events,
    read_urgent_events,
    stand,
)
from core.events import Event
from core.relay import Relay
from notifications.draft import WritingDesk
from notifications.facts import UnitName
from notifications.gatekeeper import Gatekeeper
from notifications.pushing import PlannerPolicy
from notifications.rules import Rules
from notifications.wording import Wordings

CONSUMER = "notifications.planner"


class Planner:
    """``wordings`` gives the words as published now; ``unit_name`` the name of a unit from its code.

    ``relay``: for one of several planners; without it this one plans whatever others do.
    """

    def __init__(
        self,
        database: Database,
        wordings: Callable[[], Wordings],
        *,
        policy: PlannerPolicy | None = None,
        gatekeeper: Gatekeeper | None = None,
        calendar: Callable[[], WorkingCalendar] = WorkingCalendar,
        unit_name: UnitName = str,
        relay: Relay | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._relay = relay
        self._database = database
        self._policy = policy or PlannerPolicy()
        self._desk = WritingDesk()
        self._ahead = 0
        self._pulse = database.pulse()
        self._nothing_until = 0
        self._rules = Rules(
            wordings,
            policy=self._policy,
            gatekeeper=gatekeeper,
            calendar=calendar,
            unit_name=unit_name,
            clock=clock,
            write=self._desk.write,
        )

    @property
    def watches(self) -> bool:
        """Whether another planner is at work: then there is no use in being woken."""
        return self._relay is not None and self._relay.watches

    @property
    def glances(self) -> bool:
        """Whether a look in vain costs next to nothing."""
        return self._pulse.tells

    async def tick(self) -> int:
        """Plan for the next events of the log; how many there were. Another planner at work is harmless."""
        if not self._pulse.moved() and not self.watches:
            return 0
        try:
            return await self._plan_next()
        except BaseException:
            self._pulse.forget()
            raise

    async def _plan_next(self) -> int:
        async with self._database.asking() as session:
            after, end = await stand(session, CONSUMER)
            # Most ticks find nothing, and what they ask must be small.
            news = end > max(after, self._nothing_until)
            if not await self._our_turn(session, after, news=news) or not news:
                return 0
            events = await read_events(
                session, after=after, limit=self._policy.batch, types=self._rules.types
            )
            if not events:  # whoever finds nothing must not take the writer's turn
                self._nothing_until = end
                return 0
            ahead = await self._ahead_of_their_turn(session, events)
            told = set(self._rules.telling_types).issuperset(event.type for event in events)
            if told:
                await self._plan(session, [*events, *ahead])
        async with self._database.writing() as session:
            if await position(session, CONSUMER, lock=True) != after:
                if self._relay is not None:
                    self._relay.beaten()
                return 0  # another planner was faster
            if not told:
                await self._plan(session, [*events, *ahead])
            await self._desk.finish(session)
            await self._rules.finish(session)
            await advance(session, CONSUMER, events[-1].position)
        self._ahead = max([self._ahead, *(event.position for event in ahead if event.urgent)])
        if self._relay is not None:
            self._relay.moved(events[-1].position)
        return len(events)

    async def _our_turn(self, session: AsyncSession, after: int, *, news: bool) -> bool:
        if self._relay is None or self._relay.works(after):
            return True
        stands = self._relay.stands(after)
        waits = stands and news and await any_event(session, after=after, types=self._rules.types)
        return self._relay.look(after, waits=waits)

    async def _ahead_of_their_turn(self, session: AsyncSession, events: Sequence[Event]) -> list[Event]:
        """Of what stands behind these events, what is urgent, with what has to be told before it."""
        if len(events) < self._policy.batch:  # nothing stands behind them
            return []
        after = events[-1].position
        urgent = await read_urgent_events(session, after=max(after, self._ahead), limit=self._policy.batch)
        urgent = [event for event in urgent if event.type in self._rules.types]
        news = [event for event in urgent if event.type not in self._rules.detached_types]
        earlier: Sequence[Event] = ()
        if news:
            earlier = await read_about(
                session,
                {event.subject for event in news},
                after=after,
                before=news[-1].position,
                types=self._rules.telling_types,
            )
        found = {event.position: event for event in (*earlier, *urgent)}
        return [found[place] for place in sorted(found)]

    async def _plan(self, session: AsyncSession, events: Sequence[Event]) -> None:
        await self._desk.begin(session, [event.id for event in events])
        left = [event for event in events if not (event.urgent and self._desk.has_told(event.id))]
        await self._rules.plan(session, left)
