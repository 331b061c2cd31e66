"""What the worker sends with: providers, ladders, and the small loops that keep accounts alive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit

import aiohttp
import structlog

from core.database import Database, utc_now
from core.settings import Settings
from gateway.mail_reports import MailReports
from gateway.pace import Pace, receipts_within
from gateway.provider_ports import AlarmEvents
from gateway.providers import Providers, chats, ladders, make_providers, routes
from gateway.ratings import TemplateRatings
from gateway.receipt_poller import ReceiptPoller
from gateway.schedule import Work
from notifications.letter import AttachmentsFor, LinkFor
from notifications.pushing import PlannerPolicy
from notifications.quiet import Quiet, QuietHours
from notifications.send_policy import SendPolicy
from notifications.sender import Sender
from wire.mail_reports import ReportMailbox
from wire.receipt import Pollable
from wire.zalo.client import ZaloClient
from wire.zalo.pair import consent_page
from wire.zalo.tokens import NoToken

log = structlog.get_logger()

NEVER_QUIET = QuietHours(starts=time.max, ends=time.min)

"""Seconds between two rounds, and the round."""


@dataclass(frozen=True)
class Sending:
    providers: Providers
    policy: PlannerPolicy
    works: list[Work]
    pace: Pace
    settings: Settings

    def sender(
        self,
        database: Database,
        *,
        quiet: Quiet,
        link_for: LinkFor | None = None,
        attachments_for: AttachmentsFor | None = None,
        leads: Callable[[], bool] = lambda: True,
        clock: Callable[[], datetime] = utc_now,
    ) -> Sender:
        """The sender of this deployment. ``quiet``: the hours, where ``policy`` has none of its own.

        ``leads``: whether it is the first of several.
        """
        return Sender(
            database,
            self.providers.by_name,
            routes=routes(self.providers),
            policy=SendPolicy(
                quiet=self.policy.quiet or quiet,
                receipt_within=receipts_within(self.settings),
                ask_after=timedelta(seconds=self.settings.doubt_asked_after_seconds),
                receipt_wait=timedelta(minutes=self.settings.doubt_minutes),
            ),
            wardens=self.pace.wardens,
            link_for=link_for,
            attachments_for=attachments_for,
            watcher=AlarmEvents(database),
            leads=leads,
            clock=clock,
        )

    async def close(self) -> None:
        await self.providers.close()
        await self.pace.close()


async def make_sending(settings: Settings, database: Database) -> Sending:
    """Everything for a worker; ``close`` when it ends."""
    providers = make_providers(settings, database)
    works: list[Work] = []
    zalo = providers.zalo
    if zalo is not None:
        if settings.sandbox_url is not None:
            await consent_in_sandbox(zalo)
        works.append(Work("zalo_token", 60.0, zalo.tokens.tick))
        ratings = TemplateRatings(database)
        works.append(Work("template_ratings", 3600.0, lambda: ratings.reconcile(zalo)))
    pollable: list[Pollable] = [one for one in providers.by_name.values() if hasattr(one, "ask")]  # type: ignore[misc]
    if pollable:
        poller = ReceiptPoller(database, pollable, patience=settings.twilio.receipt_after)
        works.append(Work("receipts_asked_for", 60.0, poller.tick))
    if not settings.mail_reports.missing:
        reports = MailReports(database, ReportMailbox(settings.mail_reports), AlarmEvents(database))
        works.append(Work("mail_reports", 60.0, reports.tick))
    for row in providers.rows:
        log.info("provider", provider=row.name, on=row.on, why=row.why_off or None)
    return Sending(providers, planner_policy(settings, providers), works, Pace(settings), settings)


def planner_policy(settings: Settings, providers: Providers) -> PlannerPolicy:
    # News of the sample city stays on this machine: the sandbox is on it, a real account is not.
    # Nor is anybody woken by it.
    return PlannerPolicy(
        ladders=ladders(providers),
        chats=chats(providers),
        samples_stay=settings.sandbox_url is None,
        shadow=settings.shadow,
        quiet=None if settings.sandbox_url is None else NEVER_QUIET,
    )


async def consent_in_sandbox(zalo: ZaloClient) -> None:
    """The sandbox's consent page says yes at once; a pair of an earlier sandbox would be worth nothing."""
    settings = zalo.settings
    asked = consent_page(
        settings.oauth_url, app_id=settings.app_id or "", redirect_uri="http://sandbox.invalid/"
    )
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
            session.get(asked.url, allow_redirects=False) as answer,
        ):
            code = parse_qs(urlsplit(answer.headers.get("Location", "")).query)["code"][0]
        await zalo.tokens.first(code, asked.verifier)
    except (aiohttp.ClientError, TimeoutError, KeyError, NoToken) as error:
        log.warning("sandbox_consent_failed", reason=type(error).__name__)
