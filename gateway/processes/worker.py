"""The process that works behind the doors: notices planned and sent, surveys drawn."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace

import aiohttp
import structlog
import uvloop
from sqlalchemy.ext.asyncio import AsyncSession

from core import garbage, logging, metrics
from core.calendar import WorkingCalendar
from core.content import Document, generation, published
from core.database import Database, utc_now
from core.settings import Settings, settings
from core.wakeup import Topic, WakeUps
from dossiers.deadline_worker import DeadlineWorker
from feedback import flagging, invite, kpis, retention
from feedback.service import Surveys, link_for
from gateway import content_kinds
from gateway.content_follower import ContentFollower
from gateway.deadlines import DeadlineDesk, deadline_policy, letter_store
from gateway.drop_folder import DropFolder
from gateway.igate_poller import IgatePoller
from gateway.keys import activate_keys
from gateway.receipts import Receipts
from gateway.retention import Retention
from gateway.sending import make_sending
from gateway.staleness import StaleWatch
from notifications.campaigns import CampaignRunner
from notifications.gatekeeper import Gatekeeper
from notifications.informing import Informing
from notifications.models import Message
from notifications.planner import Planner
from notifications.quiet import QuietAsPublished
from notifications.receipts import ReceiptDesk
from notifications.wording import Wordings
from notifications.worker import run_planner, run_receipts, run_sender
from wire.igate import IgateClient
from wire.provider import Attachment

log = structlog.get_logger()

_SURVEY_SECONDS = 2.0
_CAMPAIGN_SECONDS = 1.0
_DROP_SECONDS = 3.0
_IGATE_SECONDS = 30.0
_CONTENT_SECONDS = 1.0
_DEADLINE_SECONDS = 2.0
_EXPIRY_SECONDS = 24 * 3600.0
_FIGURE_SECONDS = 300.0
_FLAG_SECONDS = 600.0
_STALE_SECONDS = 60.0
_RETENTION_SECONDS = 24 * 3600.0
_EDITING_SECONDS = 10.0


class WorkerContent:
    """The published documents that the worker needs, renewed when their generation changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._generation = -1
        self.documents: list[Document] = []
        self._wordings: Wordings | None = None
        self._informing = Informing()
        self._calendar = WorkingCalendar()

    async def refresh(self) -> None:
        async with self._database.reading() as session:
            number = await generation(session, "content")
            if number == self._generation:
                return
            documents = await published(session)
        self._wordings = content_kinds.wordings(documents)
        self._informing = content_kinds.informing(documents)
        self._calendar = content_kinds.calendar(documents)
        self.documents, self._generation = documents, number

    def informing(self) -> Informing:
        return self._informing

    def calendar(self) -> WorkingCalendar:
        return self._calendar

    def cut_day(self) -> int:
        return content_kinds.invitation_plan(self.documents).cut_day

    def wordings(self) -> Wordings:
        assert self._wordings is not None, "refresh() comes first"  # noqa: S101
        return self._wordings


async def run(configuration: Settings) -> None:
    database = Database(configuration.database)
    content = WorkerContent(database)
    await content.refresh()
    stop, planned = asyncio.Event(), asyncio.Event()
    wakes = WakeUps(configuration.redis_url)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    public_url = configuration.public_url or configuration.url or "http://127.0.0.1:8080"

    async def survey_link(session: AsyncSession, invitation_id: str) -> str | None:
        return await link_for(session, invitation_id, public_url=public_url, now=utc_now())

    deadlines = DeadlineWorker(
        database,
        content.calendar,
        data_dir=configuration.data_dir,
        policy=deadline_policy(configuration),
    )
    desk = DeadlineDesk(database, content.calendar, letter_store(configuration))

    async def letters(session: AsyncSession, message: Message) -> tuple[Attachment, ...]:
        return await desk.attachments(session, message.event_id)

    sending = await make_sending(configuration, database)
    policy = replace(sending.policy, public_url=public_url)
    planner = Planner(
        database,
        content.wordings,
        policy=policy,
        gatekeeper=Gatekeeper(content.informing),
        calendar=content.calendar,
    )
    quiet = QuietAsPublished(lambda: policy.quiet or content.informing().policy.quiet)
    sender = sending.sender(database, quiet=quiet, link_for=survey_link, attachments_for=letters)
    campaigns = CampaignRunner(database, policy=policy, gatekeeper=Gatekeeper(content.informing))
    drop = DropFolder(configuration.drop_folder, database, code_pattern=configuration.dossier_code_pattern)
    asking = aiohttp.ClientSession()
    igate = IgatePoller(
        database,
        IgateClient(configuration.igate, asking),
        configuration.igate,
        code_pattern=configuration.dossier_code_pattern,
    )
    listening = asyncio.create_task(wakes.listen())
    await asyncio.gather(
        run_planner(planner, stop, wake=wakes.event(Topic.EVENTS), planned=planned),
        # In shadow nothing leaves, not even what was planned before.
        *([] if configuration.shadow else [run_sender(sender, stop, wake=planned)]),
        run_receipts(Receipts(database, desk=ReceiptDesk(quiet)).work, stop),
        _every(_SURVEY_SECONDS, stop, lambda: _invite(database, content)),
        _every(_DEADLINE_SECONDS, stop, lambda: _work_off(deadlines, stop)),
        _every(_CONTENT_SECONDS, stop, content.refresh),
        _every(_EXPIRY_SECONDS, stop, Surveys(database).end_expired),
        _every(_FIGURE_SECONDS, stop, lambda: kpis.refresh(database, utc_now(), content.cut_day())),
        _every(_FIGURE_SECONDS, stop, lambda: _remind(database, content)),
        _every(_FLAG_SECONDS, stop, lambda: flagging.mark_and_forget(database, utc_now())),
        _every(_EXPIRY_SECONDS, stop, lambda: retention.forget(database, utc_now())),
        _every(_RETENTION_SECONDS, stop, Retention(database, configuration.retention).run),
        _every(_STALE_SECONDS, stop, StaleWatch(database).tick),
        _every(_EDITING_SECONDS, stop, ContentFollower(database, configuration.mirror).tick),
        _every(_DROP_SECONDS, stop, drop.tick),
        _every(_CAMPAIGN_SECONDS, stop, campaigns.tick),
        *([] if configuration.igate.missing else [_every(_IGATE_SECONDS, stop, igate.tick)]),
        *(_every(seconds, stop, work) for seconds, work in sending.loops),
    )
    listening.cancel()
    await asking.close()
    await wakes.close()
    await sending.close()
    await database.dispose()


async def _invite(database: Database, content: WorkerContent) -> None:
    await invite.tick(
        database,
        plan=content_kinds.invitation_plan(content.documents),
        instruments=content_kinds.instruments(content.documents),
        calendar=content.calendar(),
        now=utc_now(),
    )


async def _remind(database: Database, content: WorkerContent) -> None:
    await invite.remind(
        database,
        plan=content_kinds.invitation_plan(content.documents),
        calendar=content.calendar(),
        now=utc_now(),
    )


async def _work_off(deadlines: DeadlineWorker, stop: asyncio.Event) -> None:
    while not stop.is_set() and await deadlines.tick():
        pass


async def _every(seconds: float, stop: asyncio.Event, work: Callable[[], Awaitable[object]]) -> None:
    """Do something again and again; a failure is reported and does not end the loop."""
    while not stop.is_set():
        try:
            await work()
        except Exception as error:
            metrics.LOOP_FAILURES.labels("schedule").inc()
            log.error("worker_loop_failed", exc_info=error)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)


def main() -> None:
    logging.configure(settings().log_level, process="worker")
    activate_keys(settings())
    garbage.seldom()
    uvloop.run(run(settings()))


if __name__ == "__main__":
    main()
