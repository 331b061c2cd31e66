"""The other questionnaires of a period: each a measure of its own, beside the index and never in it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from feedback.areas import Areas
from feedback.figures import Row
from feedback.instruments import CHAT_SURVEY, COMPLAINT_SURVEY, LONG_SURVEY
from feedback.report import index_report
from feedback.span import Span
from feedback.targets import Measure, Targets

MEASURED: tuple[tuple[str, Measure | None], ...] = (
    (COMPLAINT_SURVEY, Measure.COMPLAINT_SATISFACTION),
    (LONG_SURVEY, Measure.SIPAS),
    (CHAT_SURVEY, None),
)
NAMES = {
    COMPLAINT_SURVEY: "Hài lòng với cách xử lý phản ánh, kiến nghị",
    LONG_SURVEY: "Phiếu dài theo SIPAS, do đơn vị tự đo",
    CHAT_SURVEY: "Hài lòng với trợ lý trò chuyện (không phải với cơ quan)",
}


class OtherMeasure(BaseModel):
    """One questionnaire: everything together, cities, units. ``sample``: invented."""

    model_config = ConfigDict(frozen=True)

    instrument: str
    name: str
    sample: bool
    rows: tuple[Row, ...]


async def other_measures(
    session: AsyncSession, span: Span, targets: Targets, areas: Areas, now: datetime
) -> tuple[OtherMeasure, ...]:
    """Those that were answered at all in the period or its twelve months."""
    found = []
    for instrument, measure in MEASURED:
        report = await index_report(
            session,
            targets,
            span.first_day,
            span.last_day,
            areas=areas,
            instrument=instrument,
            measure=measure,
            now=now,
            cut_day=span.cut_day,
        )
        if report.version is not None:
            rows = (*report.cities, *report.rows)
            found.append(
                OtherMeasure(instrument=instrument, name=NAMES[instrument], sample=report.sample, rows=rows)
            )
    return tuple(found)
