"""What today's rules, words and prices would have made of past events, beside what was sent; nothing is kept.

The dossiers and what people have said are taken as they are now: a replay answers "what if these rules had
held", not "what did we know then". The database is asked in a transaction that cannot write.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database
from core.text.sms import measure
from notifications import replay_repository
from notifications.draft import WritingDesk
from notifications.ledger import REASON_WORDS
from notifications.models import Message
from notifications.rules import Rules
from notifications.schemas import Channel, MessageStatus, Reason
from notifications.telling import about, channel_words

_PAGE = 200
_LINK = re.compile(r"https?://\S+")
_NOT_SENT = (MessageStatus.SUPPRESSED, MessageStatus.CANCELLED, MessageStatus.FAILED)

Price = Callable[[Channel, int], int]
"""Đồng for a message on a channel that takes so many parts."""
MakeRules = Callable[[WritingDesk, Callable[[], datetime]], Rules]
"""Today's rules, writing through this desk and looking at this clock."""


class Rehearsal(WritingDesk):
    """Composes what would be written and keeps it for the reader, whatever stands there already."""

    async def _ask(self, session: AsyncSession, event_ids: Collection[str]) -> None:
        self._asked.update(event_ids)

    async def finish(self, session: AsyncSession) -> None:
        raise NotImplementedError("a rehearsal writes nothing")

    def take(self) -> list[Message]:
        """What was composed since the last time."""
        made = [composed.message for composed, _, _ in self._composed]
        self._asked, self._known, self._composed = set(), set(), []
        return made


class Change(StrEnum):
    NEW = "new"
    GONE = "gone"
    CHANNEL = "channel"
    WORDS = "words"


CHANGE_WORDS: Mapping[Change, str] = {
    Change.NEW: "trước không gửi, nay sẽ gửi",
    Change.GONE: "trước đã gửi, nay sẽ không gửi",
    Change.CHANNEL: "nay đi kênh khác",
    Change.WORDS: "nay lời khác",
}


@dataclass(frozen=True)
class Difference:
    """``then`` and ``now``: the channel, or why nothing was sent. No words of a message."""

    event_id: str
    dossier_code: str | None
    what: str
    change: Change
    then: str
    now: str


@dataclass
class Tally:
    """``parts`` of text messages; other channels count one a message. ``cost`` in đồng."""

    messages: int = 0
    parts: int = 0
    cost: int = 0

    def add(self, parts: int, cost: int) -> None:
        self.messages, self.parts, self.cost = self.messages + 1, self.parts + parts, self.cost + cost


@dataclass
class Replay:
    """``now`` and ``then`` by what a message was about and its channel; both at today's prices."""

    events: int = 0
    now: dict[tuple[str, str], Tally] = field(default_factory=dict)
    then: dict[tuple[str, str], Tally] = field(default_factory=dict)
    held_back: Counter[str] = field(default_factory=Counter)
    changes: Counter[Change] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def cost(self, side: Mapping[tuple[str, str], Tally]) -> int:
        return sum(tally.cost for tally in side.values())

    def as_json(self) -> dict[str, Any]:
        def rows(side: Mapping[tuple[str, str], Tally]) -> list[dict[str, Any]]:
            return [
                {
                    "what": what,
                    "channel": channel,
                    "messages": t.messages,
                    "parts": t.parts,
                    "cost_vnd": t.cost,
                }
                for (what, channel), t in sorted(side.items())
            ]

        return {
            "events": self.events,
            "now": rows(self.now),
            "then": rows(self.then),
            "cost_now_vnd": self.cost(self.now),
            "cost_then_vnd": self.cost(self.then),
            "held_back": dict(self.held_back),
            "changes": {change.value: count for change, count in self.changes.items()},
            "differences": [{**one.__dict__, "change": one.change.value} for one in self.differences],
        }


async def replay(
    database: Database,
    make_rules: MakeRules,
    *,
    start: datetime,
    end: datetime,
    price: Price,
    most_differences: int = 200,
    told: Callable[[int], None] | None = None,
) -> Replay:
    """Events recorded from ``start`` up to ``end``, as if the rules of now had met them then."""
    result, clock = Replay(), [start]
    desk = Rehearsal()
    rules = make_rules(desk, lambda: clock[0])
    async with database.reading() as session:
        position = await replay_repository.position_at(session, start) - 1
    while True:
        async with _read_only(database) as session:
            events = await replay_repository.events_between(
                session, position, until=end, types=rules.telling_types, limit=_PAGE
            )
            for event in events:
                clock[0] = event.recorded_at  # quiet hours and windows are those of that moment
                await rules.plan(session, [event])
            planned = desk.take()
            sent = await replay_repository.messages_of_events(
                session, {event.id for event in events} | {message.event_id for message in planned}
            )
        if not events:
            return result
        _compare(result, planned, sent, price, most_differences)
        position, result.events = events[-1].position, result.events + len(events)
        if told:
            told(result.events)


@asynccontextmanager
async def _read_only(database: Database) -> AsyncIterator[AsyncSession]:
    """A transaction in which the database itself refuses to write."""
    async with database.reading() as session:
        await session.execute(
            text("PRAGMA query_only=ON" if database.is_sqlite else "SET TRANSACTION READ ONLY")
        )
        try:
            yield session
        finally:
            if database.is_sqlite:  # the connection goes back to a pool
                session.expunge_all()  # what was read stays readable
                await session.rollback()
                await session.execute(text("PRAGMA query_only=OFF"))


def _compare(
    result: Replay, planned: Sequence[Message], sent: Sequence[Message], price: Price, most: int
) -> None:
    def name(message: Message) -> tuple[str, str, str]:
        return message.event_id, message.recipient_hash, message.purpose

    before, after = {name(one): one for one in sent}, {name(one): one for one in planned}
    for message in planned:
        if message.reason:
            result.held_back[message.reason] += 1
        else:
            _count(result.now, message, price)
    for message in sent:
        if message.status not in _NOT_SENT:
            _count(result.then, message, price)
    for key in sorted(before.keys() | after.keys()):
        then, now = before.get(key), after.get(key)
        change = _change(then, now)
        if change is None:
            continue
        result.changes[change] += 1
        if len(result.differences) < most:
            shown = now or then
            assert shown is not None  # noqa: S101 - the key comes from one of them
            result.differences.append(
                Difference(
                    event_id=shown.event_id,
                    dossier_code=shown.dossier_code,
                    what=about(shown.event_type, shown.purpose),
                    change=change,
                    then=_shown(then),
                    now=_shown(now),
                )
            )


def _change(then: Message | None, now: Message | None) -> Change | None:
    was = then is not None and then.status not in _NOT_SENT
    is_now = now is not None and now.reason is None
    if was != is_now:
        return Change.NEW if is_now else Change.GONE
    if then is None or now is None or not is_now:
        return None
    if then.rungs[:1] != now.rungs[:1]:
        return Change.CHANNEL
    first = now.rungs[0]["channel"]
    return Change.WORDS if _words(then, first) != _words(now, first) else None


def _words(message: Message, channel: str) -> str:
    """What was said, but for what differs in every message: its code and its links."""
    said = message.wordings.get(channel, {}).get("text", "")
    if message.verification_code:
        said = said.replace(message.verification_code, "[code]")
    return _LINK.sub("[link]", said)


def _shown(message: Message | None) -> str:
    if message is None:
        return "không có tin"
    if message.reason:
        return REASON_WORDS[Reason(message.reason)]
    return channel_words(message.rungs[0]["channel"] if message.rungs else message.channel)


def _count(side: dict[tuple[str, str], Tally], message: Message, price: Price) -> None:
    channel = Channel(message.channel)
    words = message.wordings.get(channel.value, {}).get("text", "")
    parts = measure(words).segments if channel is Channel.SMS else 1
    what = about(message.event_type, message.purpose)
    side.setdefault((what, channel_words(channel)), Tally()).add(parts, price(channel, parts))
