"""One gateway, planner and worker, then two of each, then four: what a message costs in processor time.

Not how many messages a second: that is bounded by the cores of the machine. What would make more machines
useless is a cost that grows with their number: waiting for each other's rows, asking in vain, waking up for
nothing. Measured between the same two states, from the first event at the doors to the last message at the
carrier with nothing left to do, in every process and in the database, and held against what a fixed piece of
work cost in the same minutes (``yardstick``): twelve processes keep both cores of a small machine busy where
three leave gaps, and a busy core does less in a second. Once as it is, and once without what the same
processes cost while nothing happens, which is measured apart: how long a run takes on a machine that has
other work to do says nothing about a message. Rounds take turns, the median of them counts.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from gateway.bench import samples, yardstick
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


@dataclass(frozen=True)
class Cost:
    """Microseconds of processor time: of a message by kind of process, how much of it all was idling,
    and of a piece of the yardstick's work in the same minutes."""

    kinds: dict[str, float]
    idle: float
    piece: float

    @property
    def whole(self) -> float:
        return sum(self.kinds.values())

    def against(self, first: Cost) -> dict[str, float]:
        """As shares of what one of each cost."""
        worth = first.piece / self.piece
        return {
            "ratio": self.whole / first.whole * worth,
            "ratio_without_idling": (self.whole - self.idle) / (first.whole - first.idle) * worth,
            "ratio_unweighed": self.whole / first.whole,
        }


async def measure(
    *, messages: int = 6_000, steps: Sequence[int] = (1, 2, 4), rounds: int = 3, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Microseconds of processor time a message, by how many of each process there are, and each as a share
    of the first; medians of ``rounds``. On PostgreSQL: more than one worker needs it.
    """
    costs: dict[int, list[Cost]] = {count: [] for count in steps}
    for turn in range(1, rounds + 1):
        for count in steps:
            tell(f"round {turn} of {rounds}, {count} of each")
            costs[count].append(await _cost(count, messages, tell))
    found: dict[str, Any] = {"messages": messages, "rounds": rounds}
    for count, those in costs.items():
        for kind in those[0].kinds:
            found[f"{kind}_us_per_message_{count}"] = round(median(cost.kinds[kind] for cost in those))
        found[f"whole_us_per_message_{count}"] = round(median(cost.whole for cost in those))
        found[f"yardstick_us_{count}"] = round(median(cost.piece for cost in those))
        shares = [cost.against(first) for cost, first in zip(those, costs[steps[0]], strict=True)]
        found |= {f"{name}_{count}": round(median(one[name] for one in shares), 2) for name in shares[0]}
    return found


async def _cost(count: int, messages: int, tell: Callable[[str], None]) -> Cost:
    async with world(Kind.POSTGRESQL, redis=True) as made:
        ports, names = await _start(made, count)
        sticks = await _yardsticks(made)
        await _through(made, ports, range(10**6, 10**6 + _WARM_UP * count), _WARM_UP * count)
        rest = _spent(made, names)
        await asyncio.sleep(_IDLE_SECONDS)
        before, began, stick = _spent(made, names), time.monotonic(), _sticks(made, sticks)
        await _through(made, ports, range(messages), _WARM_UP * count + messages)
        after, passed, stuck = _spent(made, names), time.monotonic() - began, _sticks(made, sticks)
    each = 1e6 / messages
    idle = {kind: (before[kind] - rest[kind]) / _IDLE_SECONDS * passed * each for kind in before}
    cost = Cost(
        kinds={kind: (after[kind] - before[kind]) * each for kind in before},
        idle=sum(idle.values()),
        piece=(stuck[0] - stick[0]) / (stuck[1] - stick[1]) * 1e6,
    )
    tell(", ".join(f"{kind} {cost.kinds[kind]:.0f} µs, idling {idle[kind]:.0f}" for kind in idle))
    tell(f"yardstick {cost.piece:.0f} µs a piece, {stuck[1] - stick[1]} of them")
    return cost


async def _yardsticks(made: World) -> list[str]:
    """One for each core."""
    names = [f"yardstick-{number}" for number in range(os.cpu_count() or 1)]
    for name in names:
        await made.start(name, "gateway.bench.yardstick", str(made.folder / name))
    for name in names:  # their beginning is no part of what is measured
        await made.at_work(name, made.folder / name)
    return names


def _sticks(made: World, names: Sequence[str]) -> tuple[float, int]:
    """Seconds of processor time, and pieces of work done in them, by all yardsticks."""
    return sum(map(made.cpu_seconds, names)), sum(yardstick.done(made.folder / name) for name in names)


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
            await made.at_work(names[kind][-1], ready)
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
