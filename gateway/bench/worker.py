"""A planner and a worker like the product's, with stubs instead of carriers."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from core import garbage, logging
from core.database import Database
from core.leases import Leader
from core.relay import Relay
from core.settings import REPOSITORY, settings
from core.wakeup import Topic, WakeUps
from gateway.bench.kinds import PLANNER
from gateway.keys import activate_keys
from gateway.receipts import Receipts
from gateway.sending import NEVER_QUIET
from notifications.ladder import Rung
from notifications.planner import Planner
from notifications.pushing import PlannerPolicy
from notifications.schemas import Channel, Purpose
from notifications.send_policy import SendPolicy
from notifications.sender import Sender
from notifications.wording import load_templates
from notifications.worker import run_planner, run_receipts, run_sender
from wire.http_stub import HttpStub
from wire.provider import Provider


async def run(configuration: dict[str, Any], ready: Path) -> None:
    """``configuration``: ``providers`` by name with ``url`` and traits, ``rungs`` [channel, route],
    ``routes``, ``policy`` in seconds. The name of ``ready`` says which of the two processes this is."""
    database = Database(settings().database)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    wakes = WakeUps(settings().redis_url)
    wordings = load_templates(REPOSITORY / "content")
    rungs = tuple(Rung(Channel(channel), route) for channel, route in configuration["rungs"])
    leader = Leader(database, "schedule")
    planner = Planner(
        database,
        lambda: wordings,
        policy=PlannerPolicy(ladders=dict.fromkeys(Purpose, rungs), quiet=NEVER_QUIET),
        relay=Relay(),
    )
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        providers: dict[str, Provider] = {
            name: HttpStub(session, traits.pop("url"), name=name, **traits)
            for name, traits in configuration["providers"].items()
        }
        sender = Sender(
            database,
            providers,
            routes=configuration.get("routes"),
            policy=policy_of(configuration.get("policy", {})),
            leads=leader.leads,
        )
        listening = asyncio.create_task(wakes.listen())
        ready.touch()
        if ready.stem == PLANNER:
            await run_planner(
                planner,
                stop,
                wake=wakes.event(Topic.EVENTS),
                planned=lambda: wakes.notify(Topic.MESSAGES),
            )
        else:
            await asyncio.gather(
                leader.keep(stop),
                run_sender(sender, stop, wake=wakes.event(Topic.MESSAGES)),
                run_receipts(Receipts(database).work, stop, one_writer=database.is_sqlite),
            )
        listening.cancel()
    await wakes.close()
    await database.dispose()


def policy_of(given: dict[str, Any]) -> SendPolicy:
    policy = SendPolicy(quiet=NEVER_QUIET)
    changes: dict[str, Any] = {
        name: timedelta(seconds=value) if isinstance(getattr(policy, name), timedelta) else value
        for name, value in given.items()
    }
    return replace(policy, **changes)


def main() -> None:
    logging.configure(settings().log_level, process="worker")
    activate_keys(settings())
    configuration = json.loads(Path(sys.argv[1]).read_text())
    garbage.seldom()
    uvloop.run(run(configuration, Path(sys.argv[2])))


if __name__ == "__main__":
    main()
