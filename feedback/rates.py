"""How many of its dossiers a unit invites so that its target can be decided within a quarter.

As few as will do: whoever is asked for nothing is a nuisance, and whoever asks too few never knows. Counted
from the unit's own last twelve months: dossiers handed over, and how many of those invited answered.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from dossiers.models import Dossier
from dossiers.vocabularies import DossierStatus
from feedback.areas import Areas
from feedback.drawing import for_unit
from feedback.index import answers_needed
from feedback.instruments import SHORT_SURVEY
from feedback.models import SurveyAnswer, SurveyInvitation
from feedback.span import Span
from feedback.targets import Measure, Targets

LEAST = 0.05
"""Never fewer: a unit that is asked about hardly at all would learn of nothing that went wrong."""
_QUARTERS = 4
_KNOWN_FROM = 30
_USUAL_RESPONSE = 0.3
_ABOVE = 5.0


@dataclass(frozen=True)
class Rate:
    """``needed`` answers a quarter from ``closings`` dossiers a quarter, of which ``response`` answer."""

    needed: int
    closings: float
    response: float

    @property
    def share(self) -> float:
        """Of all dossiers, rounded up to a hundredth."""
        if not self.closings:
            return 1.0
        wanted = self.needed / (self.response * self.closings)
        return min(1.0, max(LEAST, math.ceil(100 * wanted) / 100))

    @property
    def enough(self) -> bool:
        """Whether a quarter can bring so many answers at all; else twelve months pooled decide."""
        return self.needed <= self.response * self.closings


def assumed(target: float) -> float:
    """The share, in percent, that is to be told from the target: five points above, less near the top."""
    return min(target + _ABOVE, (target + 98) / 2)


@lru_cache(maxsize=64)
def answers_for(target: float) -> int:
    """How many answers tell the assumed share from a target (percent)."""
    found = answers_needed(target / 100, assumed(target) / 100, most=20_000)
    return found.first if found else 20_000


async def rates(session: AsyncSession, *, targets: Targets, areas: Areas, now: datetime) -> dict[str, Rate]:
    """By unit, for those that have a target and handed dossiers over in the last twelve months."""
    today = local_day(now)
    months = Span(today - timedelta(days=365), today).months
    closed = await session.execute(
        select(Dossier.unit, func.count())
        .where(
            Dossier.closed_at >= now - timedelta(days=365),
            Dossier.status.in_((DossierStatus.RETURNED, DossierStatus.POSTED)),
            Dossier.unit.is_not(None),
            ~Dossier.sample,
        )
        .group_by(Dossier.unit)
    )
    invited = await session.execute(
        select(SurveyInvitation.unit, func.count())
        .where(
            SurveyInvitation.closed_month.in_(months),
            SurveyInvitation.instrument == SHORT_SURVEY,
            SurveyInvitation.expires_at <= now,
            ~SurveyInvitation.sample,
        )
        .group_by(SurveyInvitation.unit)
    )
    answered = await session.execute(
        select(SurveyAnswer.unit, func.count())
        .where(
            SurveyAnswer.month.in_(months),
            SurveyAnswer.instrument == SHORT_SURVEY,
            SurveyAnswer.drawn,
            ~SurveyAnswer.sample,
        )
        .group_by(SurveyAnswer.unit)
    )
    asked: dict[str, int] = dict(invited.all())
    said: dict[str, int] = dict(answered.all())
    found: dict[str, Rate] = {}
    for unit, count in closed:
        if unit is None:
            continue
        against = for_unit(targets, areas.city_of(unit), Measure.PROCEDURES_SATISFACTION, today)
        if not against:
            continue
        needed = max(answers_for(target.value) for target in against)
        found[unit] = Rate(needed, count / _QUARTERS, _response(said.get(unit, 0), asked.get(unit, 0)))
    return found


def _response(answered: int, invited: int) -> float:
    if invited < _KNOWN_FROM:
        return _USUAL_RESPONSE
    return min(1.0, max(0.02, answered / invited))
