"""The process that works out what is to be told to whom: events and campaigns become messages.

It stands beside the worker, which sends, so that each has a core of its own (docs/adr, "Planning beside
sending"); several of each may run.
"""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace

import uvloop

from core import garbage, logging, tracing
from core.database import Database
from core.relay import Relay
from core.settings import Settings, settings
from core.wakeup import Topic, WakeUps
from gateway.keys import activate_keys
from gateway.providers import make_providers
from gateway.schedule import Work, every
from gateway.sending import planner_policy
from gateway.worker_content import WorkerContent
from notifications.campaigns import CampaignRunner
from notifications.gatekeeper import Gatekeeper
from notifications.planner import Planner
from notifications.worker import run_planner

_CAMPAIGN_SECONDS = 1.0
_CONTENT_SECONDS = 1.0


async def run(configuration: Settings) -> None:
    database = Database(configuration.database)
    content = WorkerContent(database, approved_only=configuration.approved_words_only)
    await content.refresh()
    stop = asyncio.Event()
    wakes = WakeUps(configuration.redis_url)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    providers = make_providers(configuration, database)  # which of them there are makes the ladders
    policy = replace(
        planner_policy(configuration, providers),
        public_url=configuration.public_url or configuration.url or "http://127.0.0.1:8080",
    )
    planner = Planner(
        database,
        content.wordings,
        policy=policy,
        gatekeeper=Gatekeeper(content.informing),
        calendar=content.calendar,
        relay=Relay(),
    )
    campaigns = CampaignRunner(database, policy=policy, gatekeeper=Gatekeeper(content.informing))

    def planned() -> None:
        wakes.notify(Topic.MESSAGES)

    async def some_of_campaigns() -> None:
        if await campaigns.tick():
            planned()

    listening = asyncio.create_task(wakes.listen())
    await asyncio.gather(
        run_planner(planner, stop, wake=wakes.event(Topic.EVENTS), planned=planned),
        every(Work("campaigns", _CAMPAIGN_SECONDS, some_of_campaigns), stop),
        every(Work("content_read", _CONTENT_SECONDS, content.refresh), stop),
    )
    listening.cancel()
    await wakes.close()
    await providers.close()
    await database.dispose()


def main() -> None:
    logging.configure(settings().log_level, process="planner")
    tracing.configure("planner")
    activate_keys(settings())
    garbage.seldom()
    uvloop.run(run(settings()))


if __name__ == "__main__":
    main()
