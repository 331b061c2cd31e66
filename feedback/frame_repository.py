"""SQL of the cells that the index is weighted by: unit, field and channel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from feedback.count_repository import SATISFIED, Asked, answered, invited, tallied
from feedback.models import SurveyAnswer, SurveyInvitation, SurveyTally
from feedback.span import Slice
from feedback.tally_counting import FRAME, read_frame_group
from feedback.tally_repository import source

type FrameKey = tuple[str, str | None, str | None]
"""Unit, field and channel."""


@dataclass
class FrameCount:
    """Answers and satisfied answers of one unit, field and channel; ``drawn``: invitations, one random part
    of all that closed.
    """

    n: int = 0
    satisfied: int = 0
    drawn: int = 0


async def frame_counts(
    session: AsyncSession, *, slices: Sequence[Slice], asked: Asked, now: datetime
) -> dict[FrameKey, FrameCount]:
    months = list(dict.fromkeys(one.month for one in slices))
    known = await source(session, months, now)
    found: dict[FrameKey, FrameCount] = defaultdict(FrameCount)
    if known.months_of_rows(months):
        within = tuple_(SurveyAnswer.month, SurveyAnswer.half).in_(halves(slices))
        columns = (SurveyAnswer.unit, SurveyAnswer.field, SurveyAnswer.channel)
        rows = await session.execute(
            select(*columns, func.count(), func.count().filter(SATISFIED))
            .where(*answered(asked, months, known), within)
            .group_by(*columns)
        )
        for unit, field, channel, n, satisfied in rows:
            found[unit, field, channel].n += n
            found[unit, field, channel].satisfied += satisfied
        within = tuple_(SurveyInvitation.closed_month, SurveyInvitation.closed_half).in_(halves(slices))
        asked_of = (SurveyInvitation.unit, SurveyInvitation.field, SurveyInvitation.channel)
        drawn = await session.execute(
            select(*asked_of, func.count())
            .where(*invited(asked, months, now, known), within)
            .group_by(*asked_of)
        )
        for unit, field, channel, n in drawn:
            found[unit, field, channel].drawn += n
    numbers = await session.execute(
        select(
            SurveyTally.unit,
            SurveyTally.grp,
            func.sum(SurveyTally.n),
            func.sum(SurveyTally.satisfied),
            func.sum(SurveyTally.invited),
        )
        .where(
            *tallied(FRAME, months, asked, known),
            tuple_(SurveyTally.month, SurveyTally.half).in_(halves(slices)),
        )
        .group_by(SurveyTally.unit, SurveyTally.grp)
    )
    for unit, group, n, satisfied, drawn_ in numbers:
        one = found[(unit, *read_frame_group(group or ""))]
        one.n += int(n)
        one.satisfied += int(satisfied)
        one.drawn += int(drawn_)
    return found


def halves(slices: Sequence[Slice]) -> list[tuple[str, int]]:
    return [(one.month, one.half) for one in slices]
