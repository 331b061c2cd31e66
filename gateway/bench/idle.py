"""What the product costs while nobody asks and nothing comes in: processor time of each process that waits.

On many machines this is what grows with their number alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from core.content_mirror import sync
from gateway.bench.kinds import Kind
from gateway.bench.world import World, answers, world
from gateway.content_kinds import why_not
from gateway.knowledge import SEED
from gateway.supervisor import free_port
from gateway.units import ensure_units

_SETTLE_SECONDS = 30.0
"""Until indexes are built and what is done once at the start is done."""
PROCESSES = ("gateway", "planner", "worker", "actions")


async def measure(kind: Kind, *, seconds: float, tell: Callable[[str], None]) -> dict[str, Any]:
    """Milliseconds of processor time a second, over ``seconds``."""
    async with world(kind, redis=kind is Kind.POSTGRESQL) as made:
        await _start(made)
        tell(f"settling for {_SETTLE_SECONDS:.0f} s, then {seconds:.0f} s of nothing")
        await asyncio.sleep(_SETTLE_SECONDS)
        before = _spent(made)
        await asyncio.sleep(seconds)
        after = _spent(made)
    return {
        "database": kind.value,
        **{f"{name}_ms_per_s": round((after[name] - before[name]) / seconds * 1000, 2) for name in after},
    }


async def _start(made: World) -> None:
    database = made.database()
    try:
        await sync(database, seed=SEED, mirror=made.folder / "content", acceptable=why_not)
        await ensure_units(database)
    finally:
        await database.dispose()
    await made.start_gateway()
    port = free_port()
    await made.start("actions", "gateway.processes.actions", "--port", str(port))
    for name in ("planner", "worker"):
        await made.start(name, f"gateway.processes.{name}")
    await answers(f"http://127.0.0.1:{port}/healthz")


def _spent(made: World) -> dict[str, float]:
    spent = {name: made.cpu_seconds(name) for name in PROCESSES}
    return spent | ({"database": made.postgres.cpu_seconds()} if made.postgres else {})
