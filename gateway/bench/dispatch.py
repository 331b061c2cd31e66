"""From events in the log to messages at a carrier: how many a second, how long each takes, who goes first."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, select

from core.database import Database, utc_now
from core.events import Event
from dossiers.event import DossierEvent
from dossiers.intake import read_events_from
from dossiers.intake_desk import IntakeDesk
from dossiers.lookup import CODE_REQUESTED, request_code
from gateway.bench import samples
from gateway.bench.kinds import Kind, Part
from gateway.bench.references import bare_calls, peer_calls
from gateway.bench.world import World, world
from notifications.models import Attempt, Message
from notifications.schemas import MessageStatus
from notifications.send_policy import SendPolicy

PATTERN = r"^H98\.01-\d{6}-\d{7}$"
DECIDED = "vn.motcua.dossier.result_ready"
_PRELOAD = 500
_WARM = 1_000
_POLL_SECONDS = 0.05


async def measure(
    kind: Kind,
    *,
    messages: int = 25_000,
    seconds: int = 20,
    parts: Collection[Part] = tuple(Part),
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """Throughput of ``messages``, latency at 200 a second, priority under a campaign, a brown-out."""
    async with world(kind, redis=True) as made:
        url = await made.start_stub()
        database = made.database()
        try:
            figures: dict[str, Any] = {"database": kind.value}
            if Part.THROUGHPUT in parts:
                figures |= await _throughput(made, database, url, messages, tell)
            if Part.LATENCY in parts:
                figures |= await _latency(made, database, seconds, tell)
            if Part.PRIORITY in parts:
                figures |= await _priority(made, database, messages, seconds, tell)
            if Part.BROWN_OUT in parts:
                figures |= await _brown_out(made, database, tell)
            return figures
        finally:
            await database.dispose()


def one_provider(url: str, **policy: Any) -> dict[str, Any]:
    return {"providers": {"stub": {"url": url}}, "rungs": [["sms", "stub"]], "policy": policy}


def events(numbers: range, make: Callable[[int], dict[str, Any]] = samples.event) -> list[DossierEvent]:
    body = samples.as_body([make(number) for number in numbers])
    return read_events_from(body, content_type="application/json", code_pattern=PATTERN)


async def fill(database: Database, numbers: range) -> None:
    """Put events into the log, as fast as they go."""
    desk = IntakeDesk(database)
    for first in range(numbers.start, numbers.stop, _PRELOAD):
        await desk.submit(events(range(first, min(first + _PRELOAD, numbers.stop))))


async def until(check: Callable[[], Awaitable[bool]], *, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not await check():
            await asyncio.sleep(_POLL_SECONDS)


async def _throughput(
    made: World, database: Database, url: str, messages: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    tell(f"{_WARM} messages to warm up")
    await made.start_workers(one_provider(url))
    await fill(database, range(9 * 10**6, 9 * 10**6 + _WARM))
    await _settled(database)
    await made.stop_workers()
    await asyncio.to_thread(made.analyze)
    tell(f"{messages} events into the log")
    await fill(database, range(messages))
    at_once = SendPolicy().per_provider
    tell("the reference: a bare loop")
    bare = [await bare_calls(url, calls=max(messages // 5, 500), at_once=at_once)]
    await made.forget()
    tell(f"{messages} messages, planned and sent")
    await made.start_workers(one_provider(url))
    started, before = time.perf_counter(), made.workers_cpu_seconds()

    async def all_there() -> bool:
        return await made.count() >= messages

    await until(all_there, seconds=120 + messages / 20)
    passed = time.perf_counter() - started
    cpu = made.workers_cpu_seconds() - before
    await made.stop_workers()
    tell("the reference again, then the peer")
    bare.append(await bare_calls(url, calls=max(messages // 5, 500), at_once=at_once))
    peer = await peer_calls(made, url, calls=max(messages // 5, 500), at_once=at_once)
    reference = sum(bare) / len(bare)
    return {
        "messages": messages,
        "seconds": round(passed, 1),
        "messages_per_s": round(messages / passed),
        "cpu_us_per_message": round(cpu / messages * 1e6),
        "reference_bare_calls_per_s": round(reference),
        "ratio_to_bare": round(messages / passed / reference, 2),
        "peer_taskiq_per_s": round(peer) if peer else None,
    }


async def _latency(
    made: World, database: Database, seconds: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    tell(f"200 events a second for {seconds} s")
    await made.forget()
    await made.start_workers(one_provider(made.stub_url()))
    first = 10**6
    await _at_a_rate(database, range(first, first + 200 * seconds), per_second=200)
    await _settled(database)
    waits = await handed_over_after(made, database)
    await made.stop_workers()
    return {
        "created_to_handed_over_p50_s": _quantile(waits, 0.5),
        "created_to_handed_over_p95_s": _quantile(waits, 0.95),
        "created_to_handed_over_p99_s": _quantile(waits, 0.99),
    }


async def _priority(
    made: World, database: Database, messages: int, seconds: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    """A queue of thousands is planned and goes out slowly. While it is being planned, citizens ask for
    one-time codes and same-day decisions come in; afterwards more of these, beside what waits.
    """
    tell(f"a queue of {messages}, one-time codes and decisions of the same day beside it")
    await made.forget()
    await fill(database, range(2 * 10**6, 2 * 10**6 + messages))
    await made.set_stub(latency_seconds=0.5)
    await made.start_workers(one_provider(made.stub_url()))

    async with database.reading() as session:  # before the codes, which are planned ahead of the queue
        last = await session.scalar(select(Event.id).order_by(Event.position.desc()).limit(1))

    async def planned() -> bool:
        async with database.reading() as session:
            found = await session.scalar(select(Message.id).where(Message.event_id == last))
            return found is not None

    beside = [
        asyncio.create_task(_ask_for_codes(database, 2 * 10**6, per_second=5)),
        asyncio.create_task(_decide(database, 5 * 10**6, per_second=5)),
    ]
    await until(planned, seconds=120 + messages / 50)
    for task in beside:
        task.cancel()
    since = utc_now()
    first = 3 * 10**6
    numbers = range(first, first + 5 * seconds)
    await _at_a_rate(database, numbers, per_second=5, make=samples.same_day)
    await asyncio.sleep(3)
    early = await handed_over_after(made, database, Event.type == DECIDED, Event.recorded_at < since)
    waits = await handed_over_after(made, database, Event.type == DECIDED, Event.recorded_at >= since)
    codes = await handed_over_after(made, database, Event.type == CODE_REQUESTED)
    left = messages - (await made.count() - len(early) - len(waits) - len(codes))
    await made.set_stub(latency_seconds=0.02)
    await until(lambda: is_settled(database), seconds=600)
    await made.stop_workers()
    if len(waits) < len(numbers):
        raise RuntimeError(f"{len(numbers) - len(waits)} urgent messages did not come out of the queue")
    return {
        "queue_left_behind": left,
        "codes": len(codes),
        "code_p99_s": _quantile(codes, 0.99) if codes else None,
        "urgent_while_planning": len(early),
        "urgent_while_planning_p99_s": _quantile(early, 0.99) if early else None,
        "urgent_p50_s": _quantile(waits, 0.5),
        "urgent_p99_s": _quantile(waits, 0.99),
    }


async def _ask_for_codes(database: Database, first: int, *, per_second: float) -> None:
    """Citizens ask for the codes of dossiers from this number on, until it is cancelled."""
    for number in itertools.count(first):
        async with database.writing() as session:
            await request_code(
                session, conversation_id=f"bench-{number}", dossier_code=samples.code(number), now=utc_now()
            )
        await asyncio.sleep(1 / per_second)


async def _decide(database: Database, first: int, *, per_second: float) -> None:
    """Dossiers from this number on are decided on the day they were handed in, until it is cancelled."""
    desk = IntakeDesk(database)
    for number in itertools.count(first):
        await desk.submit(events(range(number, number + 1), samples.same_day))
        await asyncio.sleep(1 / per_second)


async def _brown_out(made: World, database: Database, tell: Callable[[str], None]) -> dict[str, Any]:
    """Two providers in a rung; one begins to fail: half of its answers are errors, half do not come."""
    tell("a brown-out of one of two providers")
    await made.forget()
    other = await made.start_stub("other")
    configuration = {
        "providers": {"stub": {"url": made.stub_url()}, "other": {"url": other}},
        "rungs": [["sms", "both"]],
        "routes": {"both": ["stub", "other"]},
    }
    await made.start_workers(configuration)
    first = 4 * 10**6
    await _at_a_rate(database, range(first, first + 500), per_second=100)
    await made.set_stub("other", error_share=0.5, hang_share=0.5)
    await _at_a_rate(database, range(first + 500, first + 2_000), per_second=100)
    since = utc_now()
    await _at_a_rate(database, range(first + 2_000, first + 3_000), per_second=100)
    await asyncio.sleep(1)
    async with database.reading() as session:
        rows = await session.execute(select(Attempt.provider, Attempt.id).where(Attempt.started_at >= since))
        carriers = [provider for provider, _ in rows]
    await made.stop_workers(number=9)
    await made.stop("other")
    return {"brown_out_share_moved": round(carriers.count("stub") / len(carriers), 3)}


async def _at_a_rate(
    database: Database,
    numbers: range,
    *,
    per_second: float,
    make: Callable[[int], dict[str, Any]] = samples.event,
) -> None:
    desk, started = IntakeDesk(database), time.perf_counter()
    tasks = []
    for place, number in enumerate(numbers):
        await asyncio.sleep(max(0.0, started + place / per_second - time.perf_counter()))
        tasks.append(asyncio.create_task(desk.submit(events(range(number, number + 1), make))))
    await asyncio.gather(*tasks)


async def _settled(database: Database) -> None:
    await until(lambda: is_settled(database), seconds=300)


async def is_settled(database: Database) -> bool:
    """Every event is planned and no message waits. Nobody is told of an alarm."""
    told = select(Event.id).where(Event.type.not_like("motcua.alarm.%"))
    async with database.reading() as session:
        last = await session.scalar(told.order_by(Event.position.desc()).limit(1))
        known = await session.scalar(select(Message.id).where(Message.event_id == last))
        waits = await session.scalar(
            select(Message.id)
            .where(Message.status.in_((MessageStatus.PLANNED, MessageStatus.UNCERTAIN)))
            .limit(1)
        )
    return known is not None and waits is None


async def handed_over_after(made: World, database: Database, *events: ColumnElement[bool]) -> list[float]:
    """Seconds from the commit's own moment to the arrival at the stub, of every message that arrived and
    follows from such ``events``."""
    arrivals: dict[str, list[float]] = (await made.arrivals())["arrivals"]
    query = select(Attempt.reference, Event.recorded_at).join(Message, Message.id == Attempt.message_id)
    query = query.join(Event, Event.id == Message.event_id).where(*events)
    async with database.reading() as session:
        rows = (await session.execute(query)).all()
    return [
        min(arrivals[reference]) - recorded.timestamp()
        for reference, recorded in rows
        if reference in arrivals
    ]


def _quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 3)
