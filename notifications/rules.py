"""What notice follows from which event: whom to tell, in which words, from when on.

The planner hands the events of the log to ``Rules.plan``, many at a time, inside its own transaction. What
rules need to know is read for all of them first, so that a rule itself need not ask the database; it makes a
``Draft`` and writes it. A notice that will not be sent is written too, with its reason.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.database import utc_now
from core.events import Event
from dossiers import repository as dossiers
from dossiers.complaints import RECEIVED as COMPLAINT_EVENT
from dossiers.lookup import CODE_REQUESTED, WatchRole, code_for
from dossiers.models import Dossier
from dossiers.news import News, news_of
from dossiers.schemas import NOTIFIED, DossierEventType
from dossiers.service import MATCHED, data_of
from dossiers.status import told_steps
from notifications.draft import Draft, Recipient, Write, applicant, no_one, watcher, write
from notifications.facts import UnitName, dossier_facts, unit_of
from notifications.ladder import CHAT, Ladders, Rung, climbable, default_ladders
from notifications.lanes import is_same_day_closure
from notifications.quiet import QuietHours
from notifications.schemas import Channel, Purpose, Reason
from notifications.vocabulary import COMPLAINT_RECEIVED, LOOKUP_ADDRESS, OTP, SURVEY_INVITATION, short_unit
from notifications.wording import Wordings

SURVEY_INVITED = "motcua.survey.invited"
LINK_MARK = "[[link]]"
"""Stands in a survey's text until the moment of sending: the link leads to one person's answer."""


@dataclass(frozen=True)
class PlannerPolicy:
    """``survey_delay`` counts from the event when the feedback room names no moment."""

    ladders: Ladders = field(default_factory=default_ladders)
    quiet: QuietHours = field(default_factory=QuietHours)
    lookup_address: str = LOOKUP_ADDRESS
    survey_delay: timedelta = timedelta(days=1)
    batch: int = 100
    chats: Mapping[str, Rung] = field(default_factory=dict)
    samples_stay: bool = True


Rule = Callable[[AsyncSession, Event], Awaitable[None]]


class Rules:
    """``wordings`` gives the words as published now; ``unit_name`` the name of a unit from its code.

    ``write`` is handed in by a replay, which shows what would be planned and keeps nothing.
    """

    def __init__(
        self,
        wordings: Callable[[], Wordings],
        *,
        policy: PlannerPolicy,
        unit_name: UnitName = str,
        clock: Callable[[], datetime] = utc_now,
        write: Write = write,
    ) -> None:
        self._write = write
        self._wordings = wordings
        self._policy = policy
        self._unit_name = unit_name
        self._clock = clock
        self._news: Mapping[str, News] = {}
        self._rules: dict[str, Rule] = {
            **dict.fromkeys(map(str, NOTIFIED), self._dossier),
            MATCHED: self._dossier,
            CODE_REQUESTED: self._code,
            SURVEY_INVITED: self._survey,
            COMPLAINT_EVENT: self._complaint,
        }

    @property
    def types(self) -> list[str]:
        """The types of events for which there is a rule."""
        return list(self._rules)

    async def plan(self, session: AsyncSession, events: Sequence[Event]) -> None:
        """Write the messages of these events in the caller's transaction."""
        self._news = await news_of(session, events)
        for event in events:
            await self._rules[event.type](session, event)

    async def _dossier(self, session: AsyncSession, event: Event) -> None:
        """News of a dossier that is not known yet waits for it: the dossiers room then says so."""
        news = self._news.get(event.id)
        if news is None:
            return
        event, step, dossier = news.event, news.step, news.dossier
        steps = await told_steps(session, dossier) if dossier.new_due_at else []
        context = dossier_facts(
            dossier,
            data_of(event.body),
            happened=step.occurred_at,
            steps=steps,
            unit_name=self._unit_name,
            lookup_address=self._policy.lookup_address,
        )
        draft = self._draft(event, Purpose.STATUS, DossierEventType(event.type).short, context)
        draft.dossier_code, draft.occurred_at = dossier.code, step.occurred_at
        draft.suppressed = Reason.OVERTAKEN if step.overtaken else None
        draft.urgent = is_same_day_closure(step, dossier)
        watchers = [row for row in news.watchers if row.channel == CHAT]
        for row in watchers:
            await self._write(session, draft.to(watcher(row.conversation_id), [Rung(Channel.WEB, CHAT)]))
        for row in news.watchers:
            # The applicant's own account is found by the telephone, on the ladder below.
            rung = self._policy.chats.get(row.channel) if row.role == WatchRole.RELATIVE else None
            if rung is not None:
                await self._write(
                    session, draft.to(watcher(row.conversation_id), [rung]), reached_otherwise=True
                )
        await self._push(session, draft, dossier, told_otherwise=bool(watchers))

    async def _code(self, session: AsyncSession, event: Event) -> None:
        code = await dossiers.code_by_id(session, event.body["one_time_code_id"])
        if code is None or code.dossier_id is None:
            return
        dossier = await dossiers.dossier_by_id(session, code.dossier_id)
        assert dossier is not None  # noqa: S101 - a foreign key
        minutes = round((code.expires_at - code.created_at).total_seconds() / 60)
        draft = self._draft(
            event, Purpose.ONE_TIME_CODE, OTP, {"code": code_for(code.id), "minutes": minutes}
        )
        draft.dossier_code, draft.expires_at = dossier.code, code.expires_at
        await self._push(session, draft, dossier, told_otherwise=False)

    async def _survey(self, session: AsyncSession, event: Event) -> None:
        dossier = await dossiers.dossier_by_code(session, event.body["dossier_code"])
        if dossier is None:
            return
        unit = unit_of(dossier.unit, self._unit_name)
        context = {
            "unit": unit,
            "unit_short": short_unit(unit),
            "closed_on": dossier.closed_at or event.occurred_at,
            "link": LINK_MARK,
        }
        draft = self._draft(event, Purpose.SURVEY, SURVEY_INVITATION, context)
        draft.dossier_code, draft.link_ref = dossier.code, event.body["invitation_id"]
        draft.suppressed = Reason.SAD_PROCEDURE if dossier.sensitive else None
        named = event.body.get("send_at")
        wanted = datetime.fromisoformat(named) if named else event.occurred_at + self._policy.survey_delay
        draft.due_at = self._policy.quiet.earliest(max(wanted, self._clock()), Purpose.SURVEY)
        await self._push(session, draft, dossier, told_otherwise=True)

    async def _complaint(self, session: AsyncSession, event: Event) -> None:
        complaint = await dossiers.complaint_by_id(session, event.body["complaint_id"])
        if complaint is None:
            return
        unit = unit_of(complaint.unit, self._unit_name)
        context = {
            "unit": unit,
            "unit_short": short_unit(unit),
            "receipt_code": complaint.receipt_code,
            "due_on": complaint.due_on,
        }
        draft = self._draft(event, Purpose.COMPLAINT, COMPLAINT_RECEIVED, context)
        ladder = self._policy.ladders.get(Purpose.COMPLAINT, ())
        rungs = climbable(ladder, phone=complaint.phone, email=None, sample=False)
        if complaint.phone is None or complaint.phone_hash is None:
            draft.suppressed = Reason.TOLD_IN_CHAT if complaint.conversation_id else Reason.NO_CONTACT
            recipient = no_one(complaint.id)
        else:
            recipient = Recipient.by_phone(complaint.phone, complaint.phone_hash)
        await self._write(session, draft.to(recipient, rungs))

    def _draft(self, event: Event, purpose: Purpose, wording: str, context: dict[str, object]) -> Draft:
        now = self._clock()
        return Draft(
            event=event,
            purpose=purpose,
            wording=wording,
            context=context,
            wordings=self._wordings(),
            now=now,
            occurred_at=event.occurred_at,
            due_at=self._policy.quiet.earliest(now, purpose),
        )

    async def _push(
        self, session: AsyncSession, draft: Draft, dossier: Dossier, *, told_otherwise: bool
    ) -> None:
        ladder = self._policy.ladders.get(draft.purpose, ())
        stays = dossier.sample and self._policy.samples_stay
        rungs = climbable(ladder, phone=dossier.phone, email=dossier.email, sample=stays)
        await self._write(session, draft.to(applicant(dossier), rungs), reached_otherwise=told_otherwise)
