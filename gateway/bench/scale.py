"""One gateway, planner and worker, then two of each, then four: what a message costs in processor time.

Not how many messages a second: that is bounded by the cores of the machine. What would make more machines
useless is a cost that grows with their number: waiting for each other's rows, asking in vain, waking up for
nothing. Measured between the same two states, from the first event at the doors to the last message at the
carrier with nothing left to do, in every process and in the database; once as it is, and once without what
the same processes cost while nothing happens, which is measured apart: how long a run takes on a machine that
has other work to do says nothing about a message.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

from gateway.bench import samples
from gateway.bench.dispatch import is_settled, one_provider, until
from gateway.bench.kinds import PLANNER, WORKER, Kind
from gateway.bench.load import as_fast_as_possible, request_bytes
from gateway.bench.world import TOKEN, World, answers, world
from gateway.supervisor import free_port

_BATCH = 20
_WARM_UP = 400
_CONNECTIONS = 2
_IDLE_SECONDS = 5.0
_HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/cloudevents+json"}


async def measure(
    *, messages: int = 6_000, steps: Sequence[int] = (1, 2, 4), tell: Callable[[str], None]
) -> dict[str, Any]:
    """Microseconds of processor time a message, by how many of each process there are, and each as a share
    of the first. On PostgreSQL: more than one worker needs it.
    """
    found: dict[str, Any] = {"messages": messages}
    first: tuple[float, float] | None = None
    for count in steps:
        tell(f"{count} of each")
        costs, idle = await _costs(count, messages, tell)
        for name, cost in costs.items():
            found[f"{name}_us_per_message_{count}"] = round(cost)
        whole = sum(costs.values())
        first = first or (whole, whole - idle)
        found[f"whole_us_per_message_{count}"] = round(whole)
        found[f"ratio_{count}"] = round(whole / first[0], 2)
        found[f"ratio_without_idling_{count}"] = round((whole - idle) / first[1], 2)
    return found


async def _costs(count: int, messages: int, tell: Callable[[str], None]) -> tuple[dict[str, float], float]:
    """By kind of process, in microseconds a message; and how much of all of it was idling."""
    async with world(Kind.POSTGRESQL, redis=True) as made:
        ports, names = await _start(made, count)
        await _through(made, ports, range(10**6, 10**6 + _WARM_UP * count), _WARM_UP * count)
        rest = _spent(made, names)
        await asyncio.sleep(_IDLE_SECONDS)
        before, began = _spent(made, names), time.monotonic()
        await _through(made, ports, range(messages), _WARM_UP * count + messages)
        after, passed = _spent(made, names), time.monotonic() - began
    each = 1e6 / messages
    costs = {kind: (after[kind] - before[kind]) * each for kind in before}
    idle = {kind: (before[kind] - rest[kind]) / _IDLE_SECONDS * passed * each for kind in before}
    tell(", ".join(f"{kind} {cost:.0f} µs, idling {idle[kind]:.0f}" for kind, cost in costs.items()))
    return costs, sum(idle.values())


async def _start(made: World, count: int) -> tuple[list[int], dict[str, list[str]]]:
    """Ports of the gateways, and the names of the processes by kind."""
    url = await made.start_stub()
    await made.start_gateway()
    await made.start_workers(one_provider(url))
    ports = [made.gateway_port]
    names = {"gateway": ["gateway"], PLANNER: [PLANNER], WORKER: [WORKER]}
    for number in range(2, count + 1):
        ports.append(free_port())
        names["gateway"].append(f"gateway-{number}")
        await made.start(f"gateway-{number}", "gateway.processes.gateway", "--port", str(ports[-1]))
        await answers(f"http://127.0.0.1:{ports[-1]}/healthz")
        beside = made.folder / f"machine-{number}"
        beside.mkdir()
        for kind in (PLANNER, WORKER):
            ready = beside / f"{kind}.ready"
            names[kind].append(f"{kind}-{number}")
            await made.start(
                f"{kind}-{number}", "gateway.bench.worker", str(made.folder / "worker.json"), str(ready)
            )
            while not ready.exists():
                await asyncio.sleep(0.05)
    return ports, names


def _spent(made: World, names: dict[str, list[str]]) -> dict[str, float]:
    assert made.postgres is not None  # noqa: S101 - asked for above
    spent = {kind: sum(made.cpu_seconds(name) for name in those) for kind, those in names.items()}
    return spent | {"database": made.postgres.cpu_seconds()}


async def _through(made: World, ports: Sequence[int], numbers: range, whole: int) -> None:
    """Events in through every gateway alike, until the carrier has ``whole`` messages and nothing waits."""
    parts = [numbers[place :: len(ports)] for place in range(len(ports))]
    times = await asyncio.gather(
        *(
            as_fast_as_possible("127.0.0.1", port, _requests(part), connections=_CONNECTIONS)
            for port, part in zip(ports, parts, strict=True)
        )
    )
    if any(set(one.statuses) != {201} for one in times):
        raise RuntimeError(f"not every event was accepted: {[one.statuses for one in times]}")

    async def all_there() -> bool:
        return await made.count() >= whole

    await until(all_there, seconds=300)
    database = made.database()
    try:
        await until(lambda: is_settled(database), seconds=60)
    finally:
        await database.dispose()


def _requests(numbers: Sequence[int]) -> list[bytes]:
    return [
        request_bytes(
            "POST",
            "/v1/dossier-events",
            body=samples.as_body([samples.event(number) for number in numbers[first : first + _BATCH]]),
            headers=_HEADERS,
        )
        for first in range(0, len(numbers), _BATCH)
    ]
