"""How many events a second the gateway commits, and how long one waits for its answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import create_engine

from core.database import Base
from gateway.bench import samples
from gateway.bench.kinds import Kind
from gateway.bench.load import Times, as_fast_as_possible, at_a_rate, request_bytes
from gateway.bench.world import TOKEN, World, world

_HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/cloudevents+json"}
_BATCH = 50
_CONNECTIONS = 32


async def measure(
    kind: Kind, *, events: int = 15_000, requests: int = 6_000, seconds: int = 15, tell: Callable[[str], None]
) -> dict[str, Any]:
    """``events`` in batches, ``requests`` one by one as fast as possible, then 300 a second for a while."""
    async with world(kind) as made:
        tell("starting the gateway")
        await made.start_gateway()
        await _post(made, range(10**6, 10**6 + 500), size=1)
        tell(f"{events} events in batches of {_BATCH}")
        before = made.cpu_seconds("gateway")
        batches = await _post(made, range(events), size=_BATCH, connections=4)
        batch_cpu = made.cpu_seconds("gateway") - before
        bare_batches = await asyncio.to_thread(bare, made, events, _BATCH)
        tell(f"{requests} requests of one event")
        before = made.cpu_seconds("gateway")
        singles = await _post(made, range(events, events + requests), size=1, connections=_CONNECTIONS)
        single_cpu = made.cpu_seconds("gateway") - before
        bare_singles = await asyncio.to_thread(bare, made, min(requests, 2_000), 1)
        tell(f"300 a second for {seconds} s")
        first = events + requests
        numbers = range(first, first + 300 * seconds)
        paced = await at_a_rate(
            "127.0.0.1", made.gateway_port, _requests(numbers, 1), per_second=300, connections=64
        )
    for times in (batches, singles, paced):
        if set(times.statuses) != {201}:
            raise RuntimeError(f"not every event was accepted: {times.statuses}")
    return {
        "database": kind.value,
        "batch_events_per_s": round(batches.per_second * _BATCH),
        "reference_batch_rows_per_s": round(bare_batches),
        "ratio_batches": round(batches.per_second * _BATCH / bare_batches, 2),
        "cpu_us_per_event_in_batch": round(batch_cpu / events * 1e6),
        "single_requests_per_s": round(singles.per_second),
        "reference_single_rows_per_s": round(bare_singles),
        "ratio_singles": round(singles.per_second / bare_singles, 2),
        "cpu_us_per_single_request": round(single_cpu / requests * 1e6),
        "at_300_p50_ms": paced.quantile(0.5),
        "at_300_p95_ms": paced.quantile(0.95),
        "at_300_p99_ms": paced.quantile(0.99),
    }


def _requests(numbers: range, size: int) -> list[bytes]:
    made = []
    for first in range(numbers.start, numbers.stop, size):
        events = [samples.event(number) for number in range(first, min(first + size, numbers.stop))]
        made.append(
            request_bytes("POST", "/v1/dossier-events", body=samples.as_body(events), headers=_HEADERS)
        )
    return made


async def _post(made: World, numbers: range, *, size: int, connections: int = 4) -> Times:
    return await as_fast_as_possible(
        "127.0.0.1", made.gateway_port, _requests(numbers, size), connections=connections
    )


_TABLES = ("event", "dossier", "dossier_step")


def bare(made: World, count: int, per_commit: int, tables: Sequence[str] = _TABLES) -> float:
    """Events a second when the same rows are put into empty tables by a bare loop with the same commits."""
    address = made.url.replace("+aiosqlite", "")
    source = create_engine(address)
    with source.connect() as connection:
        # As they are stored: nothing is encrypted again.
        plain = [
            [dict(row._mapping) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")][:count]
            for table in tables
        ]
    source.dispose()
    if made.postgres is not None:
        made.postgres.sql("DROP DATABASE IF EXISTS bare")
        made.postgres.sql("CREATE DATABASE bare")
        target = create_engine(made.postgres.url("bare"))
    else:
        (made.folder / "bare.db").unlink(missing_ok=True)
        target = create_engine(f"sqlite:///{made.folder / 'bare.db'}")
    Base.metadata.create_all(target)
    passed = _insert(target, tables, plain, per_commit)
    target.dispose()
    return count / passed


def _insert(target: Any, tables: Sequence[str], plain: list[list[dict[str, Any]]], per_commit: int) -> float:
    raw = target.raw_connection()
    cursor = raw.cursor()
    sqlite = target.dialect.name == "sqlite"
    if sqlite:
        raw.driver_connection.isolation_level = None
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
    else:  # as on SQLite, no foreign keys are checked: the rows come in the order of the tables
        cursor.execute("SET session_replication_role = replica")
        raw.commit()
    statements = []
    for table, rows in zip(tables, plain, strict=True):
        names = list(rows[0])
        marks = ", ".join(["?" if sqlite else "%s"] * len(names))
        statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
        statements.append((statement, [tuple(row.values()) for row in rows]))
    started = time.perf_counter()
    for first in range(0, len(plain[0]), per_commit):
        if sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        for statement, values in statements:
            cursor.executemany(statement, values[first : first + per_commit])
        if sqlite:
            cursor.execute("COMMIT")
        else:
            raw.commit()
    passed = time.perf_counter() - started
    raw.close()
    return passed
