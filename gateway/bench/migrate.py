"""Migrations back and forward over a full database, while somebody goes on reading and writing.

What counts is the longest time that one small write had to wait: that is how long a running gateway stands
still.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

from alembic import command
from sqlalchemy import create_engine, text

from core.crypto import key_ring
from gateway import schema
from gateway.bench.fill import fill_tables
from gateway.bench.kinds import Kind
from gateway.bench.world import World, world
from gateway.schema import alembic_config

_PROBES = (
    "UPDATE attempt SET code = code WHERE id = (SELECT id FROM attempt LIMIT 1)",
    "UPDATE message SET reason = reason WHERE position = (SELECT max(position) FROM message)",
    "UPDATE conversation SET owner = owner WHERE id = 'bench-0'",
    "SELECT count(*) FROM (SELECT 1 FROM turn LIMIT 10) AS t",
)
_TALKS = 1000


async def measure(
    kind: Kind, *, rows: int = 1_000_000, back_to: str = "0017", tell: Callable[[str], None]
) -> dict[str, Any]:
    """``rows`` messages and attempts, half as many turns. Seconds of each way, and the longest wait of a
    write.
    """
    async with world(kind) as made:
        await asyncio.to_thread(fill_tables, made, messages=rows, tell=tell)
        await asyncio.to_thread(_talks, made, rows // 2)
        found: dict[str, Any] = {"rows": rows}
        for name, way in (
            ("back", lambda config: command.downgrade(config, back_to)),
            ("forward", lambda config: command.upgrade(config, "head")),
        ):
            tell(f"{name}…")
            seconds, waited = await asyncio.to_thread(_watched, made, way)
            found |= {f"{name}_s": round(seconds, 1), f"{name}_longest_wait_s": round(waited, 2)}
            if name == "back":  # as the earlier release wrote them
                await asyncio.to_thread(_clear_names, made)
        found["at_head"] = schema.current_revision(made.url) == schema.newest_revision()
    return found


def _watched(made: World, way: Callable[[Any], None]) -> tuple[float, float]:
    """How long the migrations took, and the longest that one statement beside them waited."""
    longest, done = [0.0], threading.Event()
    probing = threading.Thread(target=_probe, args=(made.url, longest, done))
    probing.start()
    started = time.monotonic()
    try:
        way(alembic_config(made.url))
        took = time.monotonic() - started
    finally:
        done.set()
        probing.join()
    return took, longest[0]


def _probe(url: str, longest: list[float], done: threading.Event) -> None:
    sqlite = url.startswith("sqlite")
    engine = create_engine(
        alembic_config(url).get_main_option("sqlalchemy.url") or "",
        connect_args={"timeout": 600} if sqlite else {},
    )
    while not done.is_set():
        for statement in _PROBES:
            started = time.monotonic()
            with engine.begin() as connection:
                connection.execute(text(statement))
            longest[0] = max(longest[0], time.monotonic() - started)
        time.sleep(0.02)
    engine.dispose()


def _talks(made: World, turns: int) -> None:
    engine = create_engine(alembic_config(made.url).get_main_option("sqlalchemy.url") or "")
    sealed = key_ring().encrypt("lời của người dân, dài chừng này thôi")
    moment = "2026-11-26 00:00:00+00:00"
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO conversation (id, channel, key_hash, owner, context, context_at, created_at,"
                " last_turn_at) VALUES (:id, 'telegram', :id, 'bot', :sealed, :moment, :moment, :moment)"
            ),
            [{"id": f"bench-{n}", "sealed": sealed, "moment": moment} for n in range(_TALKS)],
        )
        for first in range(0, turns, 5000):
            connection.execute(
                text(
                    "INSERT INTO turn (id, conversation_id, direction, external_id, text, correlation_id, at)"
                    " VALUES (:id, :talk, 'in', :id, :sealed, :id, :moment)"
                ),
                [
                    {"id": f"turn-{n}", "talk": f"bench-{n % _TALKS}", "sealed": sealed, "moment": moment}
                    for n in range(first, min(first + 5000, turns))
                ],
            )
    engine.dispose()


def _clear_names(made: World) -> None:
    engine = create_engine(alembic_config(made.url).get_main_option("sqlalchemy.url") or "")
    with engine.begin() as connection:
        connection.execute(text("UPDATE turn SET external_id = '900000004:' || number"))
    engine.dispose()
