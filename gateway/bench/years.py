"""The same figures with empty tables and with those of many years, and statements that read a whole table."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import aiohttp

from core.database import Database
from core.settings import REPOSITORY
from dossiers.intake_desk import IntakeDesk
from gateway.bench.dispatch import events, fill, one_provider, until
from gateway.bench.fill import fill_tables
from gateway.bench.kinds import Kind
from gateway.bench.plans import listening, whole_tables
from gateway.bench.world import World, world
from gateway.receipts import Receipts
from gateway.sending import NEVER_QUIET
from notifications.ladder import Rung
from notifications.planner import Planner
from notifications.pushing import PlannerPolicy
from notifications.schemas import Channel, Purpose
from notifications.send_policy import SendPolicy
from notifications.sender import Sender
from notifications.wording import load_templates
from wire.http_stub import HttpStub
from wire.provider import Confidence
from wire.receipt import Fate, Statement


async def measure(
    kind: Kind, *, rows: int, messages: int = 5_000, tell: Callable[[str], None]
) -> dict[str, Any]:
    """``rows`` messages stand in the tables the second time, with a fifth as many dossiers."""
    async with world(kind, redis=True) as made:
        url = await made.start_stub()
        tell("with empty tables")
        before = await _figures(made, url, range(messages))
        await asyncio.to_thread(fill_tables, made, messages=rows, tell=tell)
        tell("with full tables")
        after = await _figures(made, url, range(10**6, 10**6 + messages))
        database = made.database()
        try:
            with listening() as heard:
                await _walk(database, url)
        finally:
            await database.dispose()
        whole = await asyncio.to_thread(whole_tables, made.url, heard)
    return {
        "database": kind.value,
        "rows": rows,
        **{f"empty_{name}": round(value) for name, value in before.items()},
        **{f"full_{name}": round(value) for name, value in after.items()},
        **{f"ratio_{name}": round(after[name] / before[name], 2) for name in before},
        "statements": len(heard.statements),
        "whole_tables": whole,
    }


async def _figures(made: World, url: str, numbers: range) -> dict[str, float]:
    database = made.database()
    try:
        started = time.perf_counter()
        await fill(database, numbers)
        accepted = len(numbers) / (time.perf_counter() - started)
        await made.forget()
        await made.start_workers(one_provider(url))
        started = time.perf_counter()

        async def all_there() -> bool:
            return await made.count() >= len(numbers)

        await until(all_there, seconds=120 + len(numbers) / 20)
        sent = len(numbers) / (time.perf_counter() - started)
        await made.stop_workers()
    finally:
        await database.dispose()
    return {"accepted_per_s": accepted, "messages_per_s": sent}


async def _walk(database: Database, url: str) -> None:
    """A few notices the whole way, in this process."""
    await IntakeDesk(database).submit(events(range(2 * 10**6, 2 * 10**6 + 50)))
    wordings = load_templates(REPOSITORY / "content")
    rungs = (Rung(Channel.SMS, "stub"),)
    policy = PlannerPolicy(ladders=dict.fromkeys(Purpose, rungs), quiet=NEVER_QUIET)
    planner = Planner(database, lambda: wordings, policy=policy)
    while await planner.tick():
        pass
    async with aiohttp.ClientSession() as session:
        stub = HttpStub(session, url)
        await Sender(database, {"stub": stub}, policy=SendPolicy(quiet=NEVER_QUIET)).tick()
    receipts = Receipts(database)
    await receipts.store(Statement("stub", "r1", Fate.DELIVERED, Confidence.HANDSET, reference="unknown"))
    await receipts.work()
