"""The rating of dossiers by nine indicators, by somebody of the unit who did not handle them.

Which dossiers are rated is drawn: a unit that chose them itself would rate its best. It is the unit's own
word on its own work, so nothing of it is hidden and nothing of it is merged with what citizens say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among
from core.calendar import local_day
from core.crypto import keyed_hash
from dossiers import repository as dossiers
from dossiers.models import Dossier
from dossiers.vocabularies import DossierStatus
from feedback import repository, tally_repository
from feedback.draw import InvitationPlan, is_drawn
from feedback.instruments import UNITS_RATING, Instrument
from feedback.models import Mode, SurveyAnswer, SurveyTally
from feedback.nine_indicators import Band, band_of
from feedback.span import Slice, half_of
from feedback.tally_counting import POINTS
from feedback.token import officer_hash
from feedback.walk_in import BallotRefused
from feedback.wording import freeze

_LOT = "survey-rating-draw"
_DAYS = 45
_MOST = 2
_READ_AT_ONCE, _PARTS = 500, 16


@dataclass(frozen=True)
class ToRate:
    """A dossier that waits for its rating. ``known``: points that its own dates and steps give."""

    code: str
    procedure: str
    closed_at: datetime
    known: Mapping[str, int]


async def to_rate(
    session: AsyncSession,
    units: Collection[str],
    plan: InvitationPlan,
    *,
    by: str,
    now: datetime,
    limit: int = 20,
) -> list[ToRate]:
    """Drawn dossiers of these units that nobody has rated, the oldest first; never the own ones of ``by``."""
    own, found = officer_hash(by), []
    after: tuple[datetime, str] | None = None
    for _ in range(_PARTS):
        rows = await _closed(session, units, now - timedelta(days=_DAYS), after)
        keys = {
            _key(row.code): row
            for row in rows
            if is_drawn(row.code, plan.rating_rate, _LOT)
            and (row.officer is None or officer_hash(row.officer) != own)
        }
        rated = set(
            await session.scalars(select(SurveyAnswer.answer_key).where(among(SurveyAnswer.answer_key, keys)))
        )
        found += [_view(row) for key, row in keys.items() if key not in rated]
        if len(found) >= limit or len(rows) < _READ_AT_ONCE:
            break
        after = rows[-1].closed_at, rows[-1].id
    return found[:limit]


class _Closed(NamedTuple):
    """What is needed of a dossier; who it belongs to stays sealed."""

    id: str
    code: str
    procedure_code: str | None
    procedure_name: str | None
    officer: str | None
    closed_at: datetime
    due_at: datetime | None
    supplement_count: int


async def _closed(
    session: AsyncSession, units: Collection[str], since: datetime, after: tuple[datetime, str] | None
) -> list[_Closed]:
    """The oldest first. ``after``: the last one seen."""
    query = (
        select(
            Dossier.id, Dossier.code, Dossier.procedure_code, Dossier.procedure_name, Dossier.officer,
            Dossier.closed_at, Dossier.due_at, Dossier.supplement_count,
        )
        .where(
            among(Dossier.unit, units),
            Dossier.closed_at >= since,
            Dossier.status.in_((DossierStatus.RETURNED, DossierStatus.POSTED)),
        )
        .order_by(Dossier.closed_at, Dossier.id)
        .limit(_READ_AT_ONCE)
    )  # fmt: skip
    if after is not None:
        query = query.where(tuple_(Dossier.closed_at, Dossier.id) > after)
    return [_Closed(*row) for row in await session.execute(query)]  # type: ignore[arg-type]


async def rate(
    session: AsyncSession,
    instrument: Instrument,
    answers: Mapping[str, Any],
    *,
    code: str,
    units: Collection[str],
    by: str,
    plan: InvitationPlan,
    now: datetime,
) -> BallotRefused | None:
    """Keep a rating, or put it in the place of the earlier one; ``AnswerError`` where a point is missing."""
    dossier = await dossiers.dossier_by_code(session, code)
    if dossier is None or dossier.unit not in units or not is_drawn(dossier.code, plan.rating_rate, _LOT):
        return BallotRefused.NO_DOSSIER
    if dossier.closed_at is None:
        return BallotRefused.NOT_CLOSED
    if dossier.officer and officer_hash(dossier.officer) == officer_hash(by):
        return BallotRefused.OWN_WORK
    given = instrument.check(answers)
    await freeze(session, instrument, now)
    day = local_day(dossier.closed_at)
    known = await repository.answer_by_key(session, _key(code))
    kept = known or SurveyAnswer(
        answer_key=_key(code),
        month=f"{day:%Y-%m}",
        half=half_of(day, plan.cut_day),
        unit=dossier.unit or "",
        field=dossier.field,
        instrument=instrument.id,
        mode=Mode.PAPER,
        drawn=False,
        change_until=now.isoformat(),
        sample=dossier.sample,
    )
    kept.instrument_version, kept.answers = instrument.version, given
    kept.headline = sum(int(point) for point in given.values())
    if known is None:
        await repository.add_answer(session, kept)
    await tally_repository.touch(session, [Slice(kept.month, kept.half)])
    return None


async def bands(
    session: AsyncSession, months: Sequence[str], *, sample: bool, now: datetime
) -> dict[str, dict[Band, int]]:
    """By unit, how many rated dossiers fell into each band."""
    known = await tally_repository.source(session, months, now)
    tallied = await session.execute(
        select(SurveyTally.unit, SurveyTally.grp, func.sum(SurveyTally.n))
        .where(
            SurveyTally.axis == POINTS,
            SurveyTally.month.in_(months),
            SurveyTally.sample == sample,
            known.tallies(),
        )
        .group_by(SurveyTally.unit, SurveyTally.grp)
    )
    rows = await session.execute(
        select(SurveyAnswer.unit, SurveyAnswer.headline, func.count())
        .where(
            SurveyAnswer.instrument == UNITS_RATING,
            known.rows(SurveyAnswer.month, SurveyAnswer.half, months),
            SurveyAnswer.sample == sample,
            SurveyAnswer.headline.is_not(None),
        )
        .group_by(SurveyAnswer.unit, SurveyAnswer.headline)
    )
    found: dict[str, dict[Band, int]] = {}
    for unit, points, count in (*rows, *tallied):
        cells = found.setdefault(unit, dict.fromkeys(Band, 0))
        cells[band_of(int(points or 0))] += int(count)
    return found


def _view(row: _Closed) -> ToRate:
    known: dict[str, int] = {}
    if row.due_at is not None:
        due = local_day(row.due_at)
        closed = local_day(row.closed_at)
        known["total_time"] = 2 if closed < due else 1 if closed == due else 0
    known["contacts"] = max(0, _MOST - row.supplement_count)
    return ToRate(row.code, row.procedure_name or row.procedure_code or "", row.closed_at, known)


def _key(code: str) -> str:
    return keyed_hash(code, "survey-unit-rating")
