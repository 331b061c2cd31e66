"""What notice follows from which event: whom to tell, in which words, from when on.

The planner hands the events of the log to ``Rules.plan``, many at a time, inside its own transaction. What
rules need to know is read for all of them first; a rule makes a ``Draft``, and whether, where and when it is
told is decided in one place (``notifications.pushing``). A notice that will not be sent is written too, with
its reason.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import WorkingCalendar
from core.database import utc_now
from core.events import Event
from dossiers import happenings
from dossiers.complaints import RECEIVED as COMPLAINT_EVENT
from dossiers.deadline_repository import letter_goes_along
from dossiers.deadlines import LISTED
from dossiers.extension_sending import SOURCE as LETTERS
from dossiers.lookup import CODE_REQUESTED, NOT_MINE, WatchRole, code_for
from dossiers.news import Asked, News, codes_asked_for, news_of
from dossiers.same_day import decided_on_the_day
from dossiers.schemas import data_of
from dossiers.service import MATCHED
from dossiers.status import told_steps
from dossiers.vocabularies import NOTIFIED, DossierEventType
from notifications import deadline_rules
from notifications import further_rules as further
from notifications.campaigns import TESTED, campaign_tested
from notifications.draft import UNREACHABLE, Write, watcher, write
from notifications.facts import UnitName, dossier_facts
from notifications.gatekeeper import Gatekeeper
from notifications.ladder import CHAT, Rung
from notifications.pushing import PlannerPolicy, Telling
from notifications.schemas import Channel, Purpose, Reason
from notifications.survey_rules import DIGEST, SURVEY_INVITED, digest, invited
from notifications.vocabulary import OTP
from notifications.wording import Wordings
from people.consents import BLOCKED, CHANGED

_ACTING = frozenset({CHANGED, BLOCKED, NOT_MINE, UNREACHABLE, happenings.APPOINTMENT_CANCELLED})

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
        gatekeeper: Gatekeeper | None = None,
        calendar: Callable[[], WorkingCalendar] = WorkingCalendar,
        unit_name: UnitName = str,
        clock: Callable[[], datetime] = utc_now,
        write: Write = write,
    ) -> None:
        self._policy = policy
        self._unit_name = unit_name
        self._clock = clock
        self._news: Mapping[str, News] = {}
        self._codes: Mapping[str, Asked] = {}
        self._telling = telling = Telling(
            wordings, policy=policy, gatekeeper=gatekeeper, unit_name=unit_name, clock=clock, write=write
        )
        self._rules: dict[str, Rule] = {
            **dict.fromkeys(map(str, NOTIFIED), self._dossier),
            MATCHED: self._dossier,
            CODE_REQUESTED: self._code,
            SURVEY_INVITED: lambda session, event: invited(session, event, telling),
            DIGEST: lambda session, event: digest(session, event, telling),
            COMPLAINT_EVENT: lambda session, event: further.complaint_received(session, event, telling),
            happenings.COMPLAINT_ANSWERED: lambda session, event: further.complaint_answered(
                session, event, telling
            ),
            happenings.APPOINTMENT_BOOKED: lambda session, event: further.appointment(
                session, event, telling
            ),
            happenings.APPOINTMENT_CANCELLED: lambda session, event: further.appointment_off(
                session, event, telling
            ),
            **dict.fromkeys(
                deadline_rules.TYPES, lambda session, event: deadline_rules.deadline(session, event, telling)
            ),
            LISTED: lambda session, event: deadline_rules.listed(session, event, telling),
            TESTED: lambda session, event: campaign_tested(session, event, telling),
            CHANGED: lambda session, event: further.consent_changed(session, event, telling),
            BLOCKED: lambda session, event: further.contact_blocked(session, event, telling, calendar()),
            NOT_MINE: lambda session, event: further.not_mine_in_chat(session, event, telling, calendar()),
            UNREACHABLE: lambda session, event: further.unreachable(session, event, telling, calendar()),
        }

    @property
    def types(self) -> list[str]:
        """The types of events for which there is a rule."""
        return list(self._rules)

    @property
    def telling_types(self) -> list[str]:
        """Those of them whose rules only tell: the others change tasks, or messages that wait."""
        return [kind for kind in self._rules if kind not in _ACTING]

    @property
    def detached_types(self) -> list[str]:
        """Those of them that may be told before what happened earlier to the same dossier."""
        return [CODE_REQUESTED]

    async def plan(self, session: AsyncSession, events: Sequence[Event]) -> None:
        """Write the messages of these events in the caller's transaction."""
        self._news = await news_of(session, events)
        self._codes = await codes_asked_for(session, events)
        gatekeeper = self._telling.gatekeeper
        gatekeeper.forget()
        known = [news.dossier for news in self._news.values()]
        known += [asked.dossier for asked in self._codes.values()]
        hashes = [one for dossier in known for one in (dossier.phone_hash, dossier.email_hash) if one]
        await gatekeeper.look_up(session, hashes, self._clock())
        for event in events:
            await self._rules[event.type](session, event)

    async def finish(self, session: AsyncSession) -> None:
        """In the transaction that writes: warnings that came up while it was worked out what to say."""
        await self._telling.gatekeeper.warn(session)

    async def _dossier(self, session: AsyncSession, event: Event) -> None:
        """News of a dossier that is not known yet waits for it: the dossiers room then says so."""
        news = self._news.get(event.id)
        if news is None:
            return
        event, step, dossier = news.event, news.step, news.dossier
        kind = DossierEventType(event.type)
        steps = await told_steps(session, dossier) if dossier.new_due_at else []
        data = data_of(event.body)
        desk = self._telling.informing.desk(data.unit or dossier.unit)
        context = dossier_facts(
            dossier,
            data,
            happened=step.occurred_at,
            steps=steps,
            unit_name=self._unit_name,
            lookup_address=self._policy.lookup_address,
            kind=kind,
            hotline=desk.phone if desk else None,
            letter_attached=event.source == LETTERS and await letter_goes_along(session, event.id),
        )
        draft = self._telling.draft(event, Purpose.STATUS, kind.short, context)
        draft.dossier_code, draft.occurred_at = dossier.code, step.occurred_at
        draft.suppressed = Reason.OVERTAKEN if step.overtaken else None
        draft.urgent = decided_on_the_day(step.type, dossier.received_at, step.occurred_at)
        watchers = [row for row in news.watchers if row.channel == CHAT]
        for row in watchers:
            await self._telling.show_in_chat(
                session, draft.to(watcher(row.conversation_id), [Rung(Channel.WEB, CHAT)])
            )
        draft.sample = dossier.sample
        told = bool(watchers)
        for row in news.watchers:
            # The applicant's own account is found by the telephone, on the ladder below.
            by_telephone = row.role == WatchRole.APPLICANT and dossier.phone is not None
            rungs = () if by_telephone else self._policy.chats.get(row.channel, ())
            if rungs:
                await self._telling.into_chat(session, draft, watcher(row.conversation_id), rungs)
                told = told or row.role == WatchRole.APPLICANT
        await self._telling.applicant(session, draft, dossier, told_otherwise=told)

    async def _code(self, session: AsyncSession, event: Event) -> None:
        asked = self._codes.get(event.id)
        if asked is None:
            return
        code, dossier = asked.code, asked.dossier
        minutes = round((code.expires_at - code.created_at).total_seconds() / 60)
        context = {"code": code_for(code.id), "minutes": minutes}
        draft = self._telling.draft(event, Purpose.ONE_TIME_CODE, OTP, context)
        draft.dossier_code, draft.expires_at = dossier.code, code.expires_at
        await self._telling.applicant(session, draft, dossier, told_otherwise=False)
