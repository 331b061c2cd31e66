"""Puts a simulated year into the database, every row marked as a sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import LOCAL, WorkingCalendar, local_day
from core.crypto import keyed_hash
from core.database import insert_new
from dossiers.models import Dossier
from dossiers.vocabularies import DossierStatus, PaymentWay
from feedback import case_repository
from feedback.case_models import CaseStatus, OpinionCase, Reason
from feedback.flags import find_flags, spell
from feedback.instruments import SERVICE_FACTORS, Instrument, LevelQuestion
from feedback.models import InvitationState, SurveyAnswer, SurveyInvitation, SurveyTally
from feedback.simulation.people import NOT_ASKED, Ask
from feedback.simulation.year import traces_of
from feedback.span import half_of
from feedback.tally_repository import forget_all
from feedback.warnings import warning_in
from feedback.wording import freeze

_BATCH = 500
_RECENT = timedelta(days=12)
_PREFIX = "H99.77"


async def clear_sample(session: AsyncSession) -> None:
    """Take earlier samples of opinions away; what citizens said is never touched."""
    for table in (SurveyAnswer, SurveyInvitation, SurveyTally, OpinionCase):
        await session.execute(delete(table).where(table.sample))
    await forget_all(session)
    await session.execute(delete(Dossier).where(Dossier.sample, Dossier.code.like(f"{_PREFIX}-%")))


async def plant_year(
    session: AsyncSession,
    instrument: Instrument,
    asks: Sequence[Ask],
    *,
    calendar: WorkingCalendar,
    now: datetime,
) -> int:
    """Add invitations, answers, dossiers and the cases of the last days; how many answers.

    Flags are found as the worker finds them, a week at a time.
    """
    await freeze(session, instrument, now)
    flags = _flags(asks)
    answers = 0
    for part in _parts([ask for ask in asks if ask.sent_at <= now]):
        given = [ask for ask in part if ask.answered_at is not None and ask.answered_at <= now]
        await insert_new(session, [invitation_of(ask, instrument, f"simulated {ask.key}") for ask in part])
        await insert_new(session, [_answer(ask, instrument, flags.get(ask.key, "")) for ask in given])
        await insert_new(session, [_dossier(ask) for ask in part])
        answers += len(given)
        for ask in given:
            if ask.answered_at and now - ask.answered_at < _RECENT:
                await _open_case(session, ask, calendar)
    await forget_all(session)
    return answers


def _flags(asks: Sequence[Ask]) -> dict[str, str]:
    traces = sorted(traces_of(asks), key=lambda trace: trace.at)
    found: dict[str, set[Any]] = {}
    first = 0
    for last, trace in enumerate(traces):
        if last + 1 < len(traces) and traces[last + 1].at.date() == trace.at.date():
            continue
        while trace.at - traces[first].at > timedelta(days=7):
            first += 1
        for key, flags in find_flags(traces[first : last + 1]).items():
            found.setdefault(key, set()).update(flags)
    return {key: spell(flags) for key, flags in found.items()}


def invitation_of(ask: Ask, instrument: Instrument, name: str) -> SurveyInvitation:
    """``name`` is told apart from every other."""
    local = local_day(ask.closed_at)
    return SurveyInvitation(
        dossier_hash=keyed_hash(name, "survey-dossier"),
        unit=ask.unit,
        field=ask.field,
        procedure_code=ask.procedure,
        channel=ask.channel,
        officer_group=ask.group,
        closed_at=ask.closed_at,
        closed_month=f"{local:%Y-%m}",
        closed_half=half_of(local),
        instrument=instrument.id,
        instrument_version=instrument.version,
        token_hash=keyed_hash(name, "survey-token-hash"),
        send_at=ask.sent_at,
        expires_at=ask.sent_at + timedelta(days=30),
        state=InvitationState.ENDED,
        reached=ask.reached,
        sample=True,
    )


def _answer(ask: Ask, instrument: Instrument, flags: str) -> SurveyAnswer:
    local = local_day(ask.closed_at)
    headline, factors = int(ask.pattern[0]), ask.pattern[1:]
    given = zip(SERVICE_FACTORS, factors, strict=True)
    levels = {factor: int(level) for factor, level in given if level != NOT_ASKED}
    answers: dict[str, int | str] = {instrument.headline or "overall": headline}
    for question in instrument.questions:
        if isinstance(question, LevelQuestion) and question.factor in levels:
            answers[question.id] = levels[question.factor]
    return SurveyAnswer(
        answer_key=keyed_hash(f"simulated {ask.key}", "survey-sample-answer"),
        month=f"{local:%Y-%m}",
        half=half_of(local),
        unit=ask.unit,
        field=ask.field,
        procedure_code=ask.procedure,
        channel=ask.channel,
        officer_group=ask.group,
        instrument=instrument.id,
        instrument_version=instrument.version,
        headline=headline,
        factors=factors,
        flags=flags,
        answers=answers,
        comment=ask.comment,
        change_until=(ask.answered_at or ask.sent_at).isoformat(),
        sample=True,
    )


def _dossier(ask: Ask) -> Dossier:
    """Closed on the day; the dissatisfied more often late."""
    closed = ask.closed_at
    late = ask.number % (7 if not ask.truly else 40) == 0
    due = closed - timedelta(days=2) if late else closed + timedelta(days=1)
    local = closed.astimezone(LOCAL)
    return Dossier(
        code=f"{_PREFIX}-{local:%y%m%d}-{ask.number % 10_000_000:07d}",
        procedure_code=ask.procedure,
        procedure_name="Cấp Giấy chứng nhận (mẫu)" if ask.field == "Đất đai" else "Thủ tục mẫu",
        field=ask.field,
        unit=ask.unit,
        channel="online" if ask.channel == "online" else "counter",
        received_at=closed - timedelta(days=6),
        due_at=due,
        status=DossierStatus.POSTED if ask.channel == "post" else DossierStatus.RETURNED,
        status_at=closed,
        closed_at=closed,
        paid_at=closed - timedelta(days=6) if ask.number % 3 else None,
        paid_how=_paid_how(ask) if ask.number % 3 else None,
        sample=True,
    )


def _paid_how(ask: Ask) -> PaymentWay | None:
    """Whoever files online mostly pays there; of some nobody says."""
    if ask.number % 11 == 0:
        return None
    if ask.channel == "online":
        return PaymentWay.ONLINE if ask.number % 5 else PaymentWay.TRANSFER
    return (PaymentWay.TRANSFER, PaymentWay.CARD, PaymentWay.CASH, PaymentWay.CASH)[ask.number % 4]


async def _open_case(session: AsyncSession, ask: Ask, calendar: WorkingCalendar) -> None:
    level = int(ask.pattern[0])
    reason = warning_in(ask.comment) or (Reason.LOW if level <= 2 else None)
    if reason is None or ask.answered_at is None:
        return
    await case_repository.add(
        session,
        OpinionCase(
            citizen_key=keyed_hash(f"simulated {ask.key}", "survey-case"),
            unit=ask.unit,
            field=ask.field,
            reason=reason,
            level=level,
            words=ask.comment,
            phone=f"+8490000{ask.number % 10_000:04d}" if ask.number % 3 == 0 else None,
            status=CaseStatus.OPEN,
            opened_at=ask.answered_at,
            due_at=calendar.add_working_time(ask.answered_at, timedelta(hours=16)),
            sample=True,
        ),
    )


def _parts(asks: Sequence[Ask]) -> Iterator[Sequence[Ask]]:
    for first in range(0, len(asks), _BATCH):
        yield asks[first : first + _BATCH]
