"""The process that works behind the doors: notices sent, receipts read, surveys drawn, deadlines watched."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping

import aiohttp
import structlog
import uvloop
from sqlalchemy.ext.asyncio import AsyncSession

from core import garbage, logging, tracing
from core.database import Database, utc_now
from core.leases import Leader
from core.settings import Settings, settings
from core.wakeup import Topic, WakeUps
from dossiers.deadline_worker import DeadlineWorker
from feedback import flagging, invite, kpis, retention, scattering, tallies
from feedback.links import link_for
from feedback.rates import rates
from feedback.service import Surveys
from gateway.chat_surveys import ChatSurveys
from gateway.content_follower import ContentFollower
from gateway.deadlines import DeadlineDesk, deadline_policy, letter_store
from gateway.drop_folder import DropFolder
from gateway.igate_poller import IgatePoller
from gateway.keys import activate_keys
from gateway.reached import Reached
from gateway.receipts import Receipts
from gateway.retention import Retention
from gateway.schedule import Work, alone, every
from gateway.sending import make_sending
from gateway.staleness import StaleWatch
from gateway.weekly_digest import WeeklyDigest
from gateway.worker_content import WorkerContent
from notifications.models import Message
from notifications.quiet import QuietAsPublished
from notifications.receipts import ReceiptDesk
from notifications.worker import run_receipts, run_sender
from people import audit_seal
from wire.igate import IgateClient
from wire.provider import Attachment

log = structlog.get_logger()

_SURVEY_SECONDS = 2.0
_DROP_SECONDS = 3.0
_IGATE_SECONDS = 30.0
_CONTENT_SECONDS = 1.0
_DEADLINE_SECONDS = 2.0
_EXPIRY_SECONDS = 24 * 3600.0
_FIGURE_SECONDS = 300.0
_DIGEST_SECONDS = 900.0
_CHAT_SURVEY_SECONDS = 60.0
_FLAG_SECONDS = 600.0
_STALE_SECONDS = 60.0
_RETENTION_SECONDS = 24 * 3600.0
_EDITING_SECONDS = 10.0


async def run(configuration: Settings) -> None:
    database = Database(configuration.database)
    content = WorkerContent(database)
    await content.refresh()
    stop = asyncio.Event()
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
    policy = sending.policy
    quiet = QuietAsPublished(lambda: policy.quiet or content.informing().policy.quiet)
    leader = Leader(database, "schedule")  # of several workers
    sender = sending.sender(
        database, quiet=quiet, link_for=survey_link, attachments_for=letters, leads=leader.leads
    )
    drop = DropFolder(configuration.drop_folder, database, code_pattern=configuration.dossier_code_pattern)
    asking = aiohttp.ClientSession()
    igate = IgatePoller(
        database,
        IgateClient(configuration.igate, asking),
        configuration.igate,
        code_pattern=configuration.dossier_code_pattern,
    )
    follower = ContentFollower(database, configuration.mirror)
    needed: dict[str, float] = {}
    digests = WeeklyDigest(database, content=content.opinion, calendar=content.calendar)
    chat_surveys = ChatSurveys(database, plan=content.plan, instruments=content.instruments)
    # One worker does these: twice would be a reminder too many, or a token used up.
    led = [
        Work("survey_rates", _EXPIRY_SECONDS, lambda: _count_rates(database, content, needed)),
        Work("invitations", _SURVEY_SECONDS, lambda: _invite(database, content, needed)),
        Work("weekly_digest", _DIGEST_SECONDS, digests.tick),
        Work("deadlines", _DEADLINE_SECONDS, lambda: _work_off(deadlines, stop, leader)),
        Work("survey_ends", _EXPIRY_SECONDS, Surveys(database).end_expired),
        Work("figures", _FIGURE_SECONDS, lambda: kpis.refresh(database, utc_now(), content.cut_day())),
        Work("tallies", _FIGURE_SECONDS, lambda: tallies.refresh(database, utc_now(), content.areas())),
        Work("sheets", _CONTENT_SECONDS, tallies.SheetKeeper(database, content.areas).tick),
        Work("survey_reminders", _FIGURE_SECONDS, lambda: _remind(database, content)),
        Work("chat_surveys", _CHAT_SURVEY_SECONDS, chat_surveys.tick),
        Work("reached", _FLAG_SECONDS, Reached(database).note),
        Work("answer_flags", _FLAG_SECONDS, lambda: flagging.mark_and_forget(database, utc_now())),
        Work("answers_forgotten", _EXPIRY_SECONDS, lambda: retention.forget(database, utc_now())),
        Work(
            "answers_scattered",
            _EXPIRY_SECONDS,
            lambda: scattering.scatter(database, utc_now(), content.plan()),
        ),
        Work("audit_seal", audit_seal.EVERY.total_seconds(), lambda: audit_seal.seal(database, utc_now())),
        Work("retention", _RETENTION_SECONDS, Retention(database, configuration.retention).run),
        Work("stale_content", _STALE_SECONDS, StaleWatch(database).tick),
        *([] if configuration.igate.missing else [Work("one_stop_asked", _IGATE_SECONDS, igate.tick)]),
        *sending.works,
    ]
    listening = asyncio.create_task(wakes.listen())
    await asyncio.gather(
        # In shadow nothing leaves, not even what was planned before.
        *([] if configuration.shadow else [run_sender(sender, stop, wake=wakes.event(Topic.MESSAGES))]),
        run_receipts(Receipts(database, desk=ReceiptDesk(quiet)).work, stop, one_writer=database.is_sqlite),
        every(Work("content_read", _CONTENT_SECONDS, content.refresh), stop),
        # Folders of this machine: whoever has them reads them.
        every(Work("content_files", _EDITING_SECONDS, follower.tick), stop),
        every(Work("drop_folder", _DROP_SECONDS, drop.tick), stop),
        leader.keep(stop),
        *(alone(work, stop, leader.leads) for work in led),
    )
    listening.cancel()
    await asking.close()
    await wakes.close()
    await sending.close()
    await database.dispose()


async def _count_rates(database: Database, content: WorkerContent, needed: dict[str, float]) -> None:
    async with database.reading() as session:
        found = await rates(session, targets=content.targets(), areas=content.areas(), now=utc_now())
    needed.clear()
    needed.update({unit: rate.share for unit, rate in found.items()})


async def _invite(database: Database, content: WorkerContent, needed: Mapping[str, float]) -> None:
    await invite.tick(
        database,
        plan=content.plan(),
        instruments=content.instruments(),
        calendar=content.calendar(),
        now=utc_now(),
        needed=needed,
    )


async def _remind(database: Database, content: WorkerContent) -> None:
    await invite.remind(
        database,
        plan=content.plan(),
        calendar=content.calendar(),
        now=utc_now(),
    )


async def _work_off(deadlines: DeadlineWorker, stop: asyncio.Event, leader: Leader) -> None:
    while not stop.is_set() and leader.leads() and await deadlines.tick():
        pass


def main() -> None:
    logging.configure(settings().log_level, process="worker")
    tracing.configure("worker")
    activate_keys(settings())
    garbage.seldom()
    uvloop.run(run(settings()))


if __name__ == "__main__":
    main()
