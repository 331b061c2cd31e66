"""Sending: an attempt committed before the call, the outcome written down after it.

If the process dies between the two commits, the attempt stays open. Once its lease has run out the message is
``uncertain``: the provider is asked by our reference, and only a clear "no" lets it be sent again. Where
nobody can be asked it waits for a receipt, then goes to the next rung, marked as perhaps a second copy.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import structlog

from core.database import Database, new_id, utc_now
from core.tracing import thread
from notifications import due_repository
from notifications.buckets import Wardens
from notifications.carriers import Carriers, Routes
from notifications.chain import append_all
from notifications.due_repository import Due, Left
from notifications.letter import AttachmentsFor, LetterDesk, LinkFor
from notifications.outbox import Outbox, Ready, begun
from notifications.outcomes import Outcomes, Returned
from notifications.schemas import MessageStatus, Reason
from notifications.send_policy import SendPolicy
from notifications.uncertain import Settler
from notifications.ways import end
from wire.alarms import Watcher
from wire.provider import Ambiguous, Outcome, Provider

log = structlog.get_logger()

_STRANGE_ROUTES = timedelta(seconds=30)


class Sender:
    """Several may run, in one process or many.

    ``leads``: whether this one is the first to be asked. The others leave what is not urgent to it: a queue
    that two turns empty is one sender's work; a longer one, or one that waits for more than
    ``SendPolicy.head_start`` because the first sender has died, is everybody's.
    """

    def __init__(
        self,
        database: Database,
        providers: Mapping[str, Provider],
        *,
        routes: Routes | None = None,
        policy: SendPolicy | None = None,
        wardens: Wardens | None = None,
        link_for: LinkFor | None = None,
        attachments_for: AttachmentsFor | None = None,
        watcher: Watcher | None = None,
        leads: Callable[[], bool] = lambda: True,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._leads = leads
        self._database = database
        self._policy = policy or SendPolicy()
        self._clock = clock
        self._carriers = Carriers(providers, routes)
        self._outbox = Outbox(
            self._carriers,
            LetterDesk(link_for, attachments_for),
            policy=self._policy,
            owner=new_id(),
            wardens=wardens,
        )
        self._outcomes = Outcomes(self._carriers, policy=self._policy)
        self._settler = Settler(database, providers, policy=self._policy, clock=clock, watcher=watcher)
        self._left = Left(2 * self._policy.at_once, self._policy.head_start)
        self._looked = datetime.min.replace(tzinfo=UTC)
        self._under_way: set[asyncio.Task[Returned]] = set()
        self._returned: list[Returned] = []
        self._unsaved: list[Returned] = []
        self.came_back = asyncio.Event()
        """Set when a call has ended and its outcome waits to be written down."""

    @property
    def leads(self) -> bool:
        return self._leads()

    async def tick(self) -> int:
        """One round, to its end: what is in doubt, what is too late, what is due; how many messages."""
        dealt = await self.look_after()
        started = await self.turn(most=self._policy.batch)
        while self._under_way:
            await asyncio.gather(*self._under_way)
        await self.turn(most=0)
        return dealt + started

    async def look_after(self) -> int:
        """Deserted attempts, uncertain messages, receipts that did not come, messages that are too late."""
        if not self._looked <= self._clock() < self._looked + _STRANGE_ROUTES:
            self._looked = self._clock()
            async with self._database.asking() as session:
                await self._outbox.look_for_strange_routes(session)
        return await self._settler.tick() + await self._expire(self._clock())

    async def turn(self, *, most: int | None = None) -> int:
        """One transaction: outcomes are written down, calls are begun. How many of both."""
        unsaved, self._unsaved = self._unsaved, []
        await self._save(unsaved)
        returned, self._returned = self._returned, []
        if most is None:
            free = self._policy.at_once - len(self._under_way)
            room, urgent = max(free, 0), self._policy.urgent + min(free, 0)
        else:
            room, urgent = most, 0
        if not returned and not await self._any_due(room + urgent):
            return 0
        now = self._clock()
        try:
            async with self._database.writing() as session:
                lines = await self._outcomes.write_down(session, returned, now=now)
                ready = (
                    await self._outbox.take_up(session, self._due(now), room=room, urgent=urgent)
                    if room + urgent > 0
                    else []
                )
                await append_all(session, [*lines, *begun(ready, now)])
        except Exception:
            await self._save(returned)
            raise
        for one in ready:
            self._start(one)
        return len(returned) + len(ready)

    async def _any_due(self, room: int) -> bool:
        if room <= 0:
            return False
        async with self._database.asking() as session:
            return bool(await due_repository.where_due(session, self._due(self._clock())))

    def _due(self, now: datetime) -> Due:
        return self._outbox.due(now, left=None if self.leads else self._left)

    async def _save(self, returned: list[Returned]) -> None:
        """Something in the transaction failed: what came back is written alone, one by one.

        While the database is away it is remembered: who died knows nothing of a call, but we know.
        """
        for one in returned:
            try:
                async with self._database.writing() as session:
                    await append_all(
                        session, await self._outcomes.write_down(session, [one], now=self._clock())
                    )
            except Exception:
                log.exception("outcome not written", provider=one.attempt.provider)
                # After the lease its attempt, which has stayed open, is taken over.
                if self._clock() < one.attempt.started_at + self._policy.lease:
                    self._unsaved.append(one)

    def _start(self, ready: Ready) -> None:
        self._carriers.begin(ready.provider.name, ready.notice.reference)
        task = asyncio.create_task(self._call(ready))
        self._under_way.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[Returned]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is None:
            self._returned.append(task.result())
        self.came_back.set()

    async def _call(self, ready: Ready) -> Returned:
        outcome: Outcome = Ambiguous("died")
        try:
            with thread("send", ready.message.correlation_id, provider=ready.provider.name):
                outcome = await self._send(ready)
        finally:
            self._carriers.done(ready.provider.name, ready.notice.reference, outcome)
        return Returned(ready.message, ready.attempt, outcome)

    async def _send(self, ready: Ready) -> Outcome:
        """Whatever goes wrong here may have gone wrong after the message left: nobody can tell."""
        try:
            async with asyncio.timeout(self._policy.call_timeout.total_seconds()):
                return await ready.provider.send(ready.notice)
        except TimeoutError:
            return Ambiguous("timeout")
        except Exception as error:
            log.warning("provider failed", provider=ready.provider.name, error=type(error).__name__)
            return Ambiguous(type(error).__name__)

    async def finish(self) -> None:
        """Let what is under way come to its end and write it down; nothing new is begun."""
        while self._under_way:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            await self.turn(most=0)
        await self.turn(most=0)

    async def _expire(self, now: datetime) -> int:
        async with self._database.asking() as session:
            if not await due_repository.expired(session, now, limit=1):
                return 0
        async with self._database.writing() as session:
            rows = await due_repository.expired(session, now, limit=self._policy.batch)
            for row in rows:
                await end(session, row, to=MessageStatus.CANCELLED, reason=Reason.EXPIRED, now=now)
        return len(rows)
