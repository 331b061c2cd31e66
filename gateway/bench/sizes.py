"""What a row takes on the disk, with its indexes and with pages that are not full, as after years of work.

Events of invented dossiers come in, every message is planned on three channels, sent, and its arrival told.
Counted in the database's own pages: the same on every machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from itertools import batched
from typing import Any

from sqlalchemy import create_engine, func, select, text

from core.database import Base, Database
from dossiers.intake_desk import IntakeDesk
from gateway.bench import samples
from gateway.bench.dispatch import events, is_settled, until
from gateway.bench.kinds import Kind
from gateway.bench.world import world
from gateway.receipts import Receipts
from notifications.models import Attempt, Message, Receipt
from wire.provider import Confidence
from wire.receipt import Fate, Statement

KINDS = ("received", "processing", "result_ready", "returned")
"""What happens to each dossier; of everything there is a notice."""
TABLES = ("event", "dossier_step", "dossier", "message", "attempt", "receipt", "ledger_entry", "ledger_head")
STEPS = 6
"""Of a dossier in life, with a notice each."""
_AT_ONCE = 500
_PATIENCE_SECONDS = 900.0


async def measure(kind: Kind, *, dossiers: int = 3_000, tell: Callable[[str], None]) -> dict[str, Any]:
    """Bytes of a row of each table, and thousands of bytes of a dossier with six steps and six notices."""
    async with world(kind) as made:
        url = await made.start_stub(latency_seconds=0.0)
        database = made.database()
        try:
            tell(f"{len(KINDS) * dossiers} events of {dossiers} dossiers")
            await made.start_workers(
                {
                    "providers": {"stub": {"url": url}},
                    "rungs": [["zalo", "stub"], ["sms", "stub"], ["email", "stub"]],
                }
            )
            for one in KINDS:
                await _happens(database, one, dossiers)
            await until(partial(_all_told, database, len(KINDS) * dossiers), seconds=_PATIENCE_SECONDS)
            tell("their arrival is told")
            await _arrive(database)
            await until(partial(_worked_on, database), seconds=_PATIENCE_SECONDS)
        finally:
            await database.dispose()
        await made.stop_workers()
        found = await asyncio.to_thread(rows_and_bytes, made.url)
    return {"database": kind.value, "dossiers": dossiers, **figures(found)}


def figures(found: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """``found``: rows and bytes by table."""
    each = {table: size / rows for table, (rows, size) in found.items() if rows}
    lines = found["ledger_entry"][0] / found["message"][0]
    step = each["event"] + each["dossier_step"]
    notice = each["message"] + each["attempt"] + each["receipt"] + lines * each["ledger_entry"]
    return {
        **{f"{table}_bytes": round(size) for table, size in each.items()},
        "ledger_lines_a_message": round(lines, 1),
        "dossier_of_six_steps_kb": round(
            (each["dossier"] + each["ledger_head"] + STEPS * (step + notice)) / 1000, 1
        ),
    }


async def _happens(database: Database, kind: str, dossiers: int) -> None:
    def make(number: int) -> dict[str, Any]:
        made = samples.event(number, kind=kind)
        made["data"]["applicant"]["email"] = f"mau.{number}@example.com"
        return made

    desk = IntakeDesk(database)
    for first in range(0, dossiers, _AT_ONCE):
        await desk.submit(events(range(first, min(first + _AT_ONCE, dossiers)), make))


async def _all_told(database: Database, messages: int) -> bool:
    async with database.reading() as session:
        planned = await session.scalar(select(func.count()).select_from(Message)) or 0
    return planned >= messages and await is_settled(database)


async def _arrive(database: Database) -> None:
    """One receipt a message, as from a carrier of text messages."""
    async with database.reading() as session:
        query = select(Attempt.provider, Attempt.reference, Attempt.provider_message_id)
        sent = (await session.execute(query)).all()
    desk = Receipts(database)
    for some in batched(sent, _AT_ONCE):
        await asyncio.gather(
            *(
                desk.store(
                    Statement(
                        provider, f"{name}:5:1:0", Fate.DELIVERED, Confidence.NETWORK,
                        reference=reference, provider_message_id=name,
                    )
                )
                for provider, reference, name in some
            )
        )  # fmt: skip


async def _worked_on(database: Database) -> bool:
    async with database.reading() as session:
        waits = select(Receipt.id).where(Receipt.work_at.is_not(None)).limit(1)
        return await session.scalar(waits) is None


def rows_and_bytes(url: str) -> dict[str, tuple[int, int]]:
    """By table: its rows, and its bytes on the disk with its indexes."""
    engine = create_engine(url.replace("+aiosqlite", ""))
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                sizes = text(
                    "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name "
                    "GROUP BY m.tbl_name"
                )
            else:
                sizes = text("SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r'")
            size_of = {str(name): int(size) for name, size in connection.execute(sizes)}
            return {
                table: (
                    connection.scalar(select(func.count()).select_from(Base.metadata.tables[table])) or 0,
                    size_of[table],
                )
                for table in TABLES
            }
    finally:
        engine.dispose()
