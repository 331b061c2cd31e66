"""Campaigns: kept as checked, started by a person, paused and stopped at once, planned a little ahead.

Who has not agreed gets nothing, and the ledger says so; quiet hours, the daily cap and the budget hold as for
every message. A campaign that has used up the month's money pauses by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from core.database import Database, utc_now
from core.events import Event, publish
from dossiers import repository as dossiers
from notifications import campaign_repository as repository
from notifications import peace_repository
from notifications.campaign_text import CampaignCheck, CampaignRefused, wording_of
from notifications.desk_models import Campaign, CampaignRecipient
from notifications.draft import Recipient, WritingDesk
from notifications.further_rules import take_back
from notifications.gatekeeper import Gatekeeper
from notifications.pushing import PlannerPolicy, Telling
from notifications.schemas import Channel, Purpose, Reason
from notifications.vocabulary import short_unit
from notifications.wording import Wordings
from people.citizen_models import Purpose as Consented
from people.consents import standings
from people.repository import add_audit

STARTED = "motcua.campaign.started"
PAUSED = "motcua.campaign.paused"
"""Body {"campaign_id", "name", "why"}."""
TESTED = "motcua.campaign.tested"
"""Somebody wants the text on their own phone; body {"campaign_id", "phone", "by"}."""

_AHEAD = 200
WORDING = "campaign"


class CampaignStatus(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True)
class CampaignView:
    """``counts``: messages by status, and ``waiting`` rows that are not planned yet."""

    name: str
    unit: str
    status: CampaignStatus
    rows: int
    cost: int
    start_at: datetime | None
    counts: dict[str, int]


class CampaignDesk:
    """What people do with campaigns. Every step names who did it."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database, self._clock = database, clock

    async def without_consent(self, check: CampaignCheck) -> int:
        """How many of the good rows have not agreed to campaigns, and will get nothing."""
        async with self._database.reading() as session:
            said = await standings(session, [row.contact_hash for row in check.rows])
        return sum(not one.agreed(Consented.CAMPAIGN) for one in said.values())

    async def plan(self, name: str, body: str, check: CampaignCheck, *, unit: str, by: str) -> None:
        """Keep a campaign whose every row is good; nothing is sent yet."""
        if check.problems:
            raise CampaignRefused(f"tệp còn {len(check.problems)} chỗ phải sửa: xem 'motcua campaign check'")
        async with self._database.writing() as session:
            if await repository.by_name(session, name) is not None:
                raise CampaignRefused(f"đã có đợt tên '{name}': đặt tên khác")
            campaign = Campaign(
                name=name,
                unit=unit,
                body=body,
                digest=hashlib.sha256(body.encode()).hexdigest(),
                status=CampaignStatus.PLANNED,
                rows=len(check.rows),
                cost=check.cost,
                created_by=by,
                created_at=self._clock(),
                changed_at=self._clock(),
            )
            await repository.add(session, campaign, ())
            await repository.add(
                session,
                campaign,
                [
                    CampaignRecipient(
                        campaign_id=campaign.id,
                        number=row.number,
                        contact_hash=row.contact_hash,
                        phone=row.phone,
                        values=dict(row.values),
                        state="waiting",
                    )
                    for row in check.rows
                ],
            )
            await add_audit(session, actor=by, action="campaign.plan", subject=name)

    async def start(self, name: str, *, by: str, at: datetime | None = None) -> CampaignView:
        """Start, or go on after a pause."""
        return await self._step(
            name, {CampaignStatus.PLANNED, CampaignStatus.PAUSED}, CampaignStatus.RUNNING, by=by, at=at
        )

    async def test(self, name: str, phone: str, *, by: str) -> None:
        """The text with the values of the first row, to the phone (E.164) of whoever asks for it."""
        now = self._clock()
        async with self._database.writing() as session:
            campaign = await repository.by_name(session, name)
            if campaign is None:
                raise CampaignRefused(f"không có đợt tên '{name}'")
            await publish(
                session,
                type=TESTED,
                subject=campaign.id,
                body={"campaign_id": campaign.id, "phone": phone, "by": by},
                occurred_at=now,
            )
            await add_audit(session, actor=by, action="campaign.test", subject=name)

    async def pause(self, name: str, *, by: str) -> CampaignView:
        return await self._step(name, {CampaignStatus.RUNNING}, CampaignStatus.PAUSED, by=by)

    async def stop(self, name: str, *, by: str) -> CampaignView:
        """For good: what waits is taken back, each with its line in the ledger."""
        can = {CampaignStatus.PLANNED, CampaignStatus.RUNNING, CampaignStatus.PAUSED}
        return await self._step(name, can, CampaignStatus.STOPPED, by=by)

    async def _step(
        self,
        name: str,
        can: set[CampaignStatus],
        to: CampaignStatus,
        *,
        by: str,
        at: datetime | None = None,
    ) -> CampaignView:
        now = self._clock()
        async with self._database.writing() as session:
            campaign = await repository.by_name(session, name, lock=True)
            if campaign is None:
                raise CampaignRefused(f"không có đợt tên '{name}': xem 'motcua campaign list'")
            if CampaignStatus(campaign.status) not in can:
                raise CampaignRefused(
                    f"đợt '{name}' đang ở trạng thái {campaign.status}, không làm bước này được"
                )
            about = f"campaign:{campaign.id}"
            if to is CampaignStatus.PAUSED:
                await repository.hold(session, about, now)
            elif to is CampaignStatus.RUNNING:
                campaign.start_at = at or campaign.start_at
                await repository.release(session, about, now, now)
            elif to is CampaignStatus.STOPPED:
                await repository.skip_waiting(session, campaign.id)
                for message in await peace_repository.waiting(session, about=about):
                    await take_back(session, message.id, Reason.CAMPAIGN_STOPPED, now=now)
            campaign.status, campaign.changed_at = to, now
            await add_audit(session, actor=by, action=f"campaign.{to}", subject=name)
            return await _view(session, campaign)

    async def list(self) -> list[CampaignView]:
        async with self._database.reading() as session:
            return [await _view(session, one) for one in await repository.all_(session)]


class CampaignRunner:
    """Plans the next people of every running campaign; for the worker."""

    def __init__(
        self,
        database: Database,
        *,
        policy: PlannerPolicy,
        gatekeeper: Gatekeeper,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database, self._policy = database, policy
        self._gatekeeper, self._clock = gatekeeper, clock

    async def tick(self) -> int:
        """How many messages were planned."""
        now = self._clock()
        async with self._database.reading() as session:
            if not await repository.ready(session, now):
                return 0
        done = 0
        async with self._database.writing() as session:
            for campaign in await repository.ready(session, now):
                done += await self._plan_some(session, campaign, now)
        return done

    async def _plan_some(self, session: AsyncSession, campaign: Campaign, now: datetime) -> int:
        rows = await repository.waiting(session, campaign.id, _AHEAD)
        if not rows:
            campaign.status, campaign.changed_at = CampaignStatus.DONE, now
            return 0
        self._gatekeeper.forget()
        around = await self._gatekeeper.surroundings(session, now)
        await self._gatekeeper.warn(session)
        least = max(around.policy.price(Channel.SMS), 1)
        if around.money_left is not None and around.money_left < least:
            await self._pause(session, campaign, now)
            return 0
        await self._gatekeeper.look_up(session, [row.contact_hash for row in rows], now)
        event = await _event(session, campaign)
        columns = set(rows[0].values)
        wordings = Wordings({(WORDING, Channel.SMS): wording_of(campaign.body, columns)})
        desk = WritingDesk()
        await desk.begin(session, [event.id])
        telling = Telling(
            lambda: wordings,
            policy=self._policy,
            gatekeeper=self._gatekeeper,
            clock=self._clock,
            write=desk.write,
        )
        hotline = found.phone if (found := around.informing.desk(campaign.unit)) else None
        for row in rows:
            context = {**row.values, "unit_short": short_unit(campaign.unit), "hotline": hotline}
            draft = telling.draft(event, Purpose.CAMPAIGN, WORDING, context)
            draft.about, draft.unit = f"campaign:{campaign.id}", campaign.unit
            recipient = Recipient.by_phone(row.phone, row.contact_hash)
            await telling.push(session, draft, recipient, told_otherwise=True)
            row.state = "planned"
        await desk.finish(session)
        return len(rows)

    async def _pause(self, session: AsyncSession, campaign: Campaign, now: datetime) -> None:
        campaign.status, campaign.changed_at = CampaignStatus.PAUSED, now
        await repository.hold(session, f"campaign:{campaign.id}", now)
        await publish(
            session,
            type=PAUSED,
            subject=campaign.id,
            body={"campaign_id": campaign.id, "name": campaign.name, "why": "budget"},
        )
        await add_audit(
            session, actor="system", action="campaign.paused", subject=campaign.name, reason="budget"
        )


async def campaign_tested(session: AsyncSession, event: Event, telling: Telling) -> None:
    """The rule for ``TESTED``: asked for by its reader, so no consent and no cap stand in its way."""
    campaign = await repository.by_id(session, event.body["campaign_id"])
    if campaign is None:
        return
    rows = await repository.first(session, campaign.id)
    values = dict(rows[0].values) if rows else {}
    found = telling.informing.desk(campaign.unit)
    context = {**values, "unit_short": short_unit(campaign.unit), "hotline": found.phone if found else None}
    draft = telling.draft(event, Purpose.CONFIRMATION, WORDING, context)
    words = Wordings({(WORDING, Channel.SMS): wording_of(campaign.body, set(values))})
    draft = replace(draft, wordings=words, about=f"campaign-test:{campaign.id}", unit=campaign.unit)
    phone = event.body["phone"]
    await telling.push(
        session, draft, Recipient.by_phone(phone, keyed_hash(phone, "phone")), told_otherwise=True
    )


async def _event(session: AsyncSession, campaign: Campaign) -> Event:
    """The one event that all messages of a campaign follow from."""
    published = await publish(
        session,
        type=STARTED,
        subject=campaign.id,
        body={"campaign_id": campaign.id},
        external_id=f"campaign:{campaign.id}",
    )
    return (await dossiers.events_by_ids(session, [published.event_id]))[published.event_id]


async def _view(session: AsyncSession, campaign: Campaign) -> CampaignView:
    return CampaignView(
        name=campaign.name,
        unit=campaign.unit,
        status=CampaignStatus(campaign.status),
        rows=campaign.rows,
        cost=campaign.cost,
        start_at=campaign.start_at,
        counts=await repository.counts(session, campaign.id),
    )
