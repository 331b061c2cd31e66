"""The week in a few lines for a head of unit: what is late, what has to be mended, what people say.

Plain words; what somebody must do comes first. The answers of one week are never counted: so few would tell
who it was.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among
from core.calendar import LOCAL
from core.text.fold import fold
from dossiers.models import Dossier
from feedback import case_repository
from feedback.factors import FactorShare
from feedback.figures import Row
from feedback.index import Verdict
from feedback.overview import Overview
from feedback.report_text import spell_index, spell_share

_LATE_CASES = "{} ý kiến quá giờ chưa tìm hiểu xong: làm trước tiên."
_OPEN_CASES = "{} ý kiến đang được tìm hiểu, còn trong giờ."


@dataclass(frozen=True)
class UnitWeek:
    """``late`` dossiers past the date on their slip, ``soon`` due within five days; cases as they stand.

    ``row``: the year so far. ``weakest``: the lowest of the five factors, where enough people judged them.
    """

    unit: str
    late: int
    soon: int
    cases: int
    cases_late: int
    row: Row | None
    weakest: FactorShare | None = None

    @property
    def presses(self) -> int:
        """How much it wants to be read: late cases first, then a target that was missed, then other cases."""
        missed = self.row is not None and any(held.verdict is Verdict.NOT_MET for held in self.row.held)
        return 3 if self.cases_late else 2 if missed else 1 if self.cases else 0

    @property
    def opinion_lines(self) -> list[str]:
        """Of what people say alone: opinions that wait, the year so far, what to mend first."""
        told = []
        if self.cases_late:
            told.append(_LATE_CASES.format(self.cases_late))
        if self.cases > self.cases_late:
            told.append(_OPEN_CASES.format(self.cases - self.cases_late))
        return [*told, *self._year()] or ["Chưa có ý kiến nào đang chờ; chưa đủ phiếu để tính chỉ số."]

    def _year(self) -> list[str]:
        if self.row is None:
            return []
        told = spell_index(self.row)
        if self.weakest is not None and self.weakest.index is not None:
            told.append(f"Nên sửa trước: {spell_share(self.weakest)}, thấp nhất trong năm yếu tố.")
        return told

    @property
    def lines(self) -> list[str]:
        """Nothing to do gives one line that says so."""
        told = []
        if self.cases_late:
            told.append(_LATE_CASES.format(self.cases_late))
        if self.late:
            told.append(f"{self.late} hồ sơ đã trễ hẹn, còn trong tay đơn vị.")
        if self.soon:
            told.append(f"{self.soon} hồ sơ hẹn trong 5 ngày tới.")
        if self.cases > self.cases_late:
            told.append(_OPEN_CASES.format(self.cases - self.cases_late))
        return [*told, *self._year()] or ["Không có việc gì trễ, không có ý kiến nào đang chờ."]


async def week(
    session: AsyncSession, units: Collection[str], seen: Overview, now: datetime
) -> list[UnitWeek]:
    """``seen`` is the year so far. Units by name, in their order."""
    cases = await case_repository.numbers(session, units, now)
    dossiers = await _dossiers(session, units, now)
    rows = {row.group: row for row in seen.report.rows}
    factors = {row.group: row.shares for row in seen.factors}
    return [
        UnitWeek(
            unit,
            *dossiers.get(unit, (0, 0)),
            *cases.get(unit, (0, 0)),
            rows.get(unit),
            weakest_of(factors.get(unit, ())),
        )
        for unit in sorted(units, key=fold)
        if unit in dossiers or unit in cases or unit in rows
    ]


def weakest_of(shares: Collection[FactorShare]) -> FactorShare | None:
    """The factor with the lowest index, if its whole interval lies below what is said of the others: one of
    five is always the lowest, and chance alone is nobody's fault.
    """
    judged = [one for one in shares if one.index is not None]
    if len(judged) < 2:
        return None
    lowest = min(judged, key=lambda one: one.index or 0.0)
    others = [one for one in judged if one is not lowest]
    asked = sum(one.n or 0 for one in others)
    common = sum((one.index or 0.0) * (one.n or 0) for one in others) / asked if asked else 0.0
    return lowest if lowest.interval and lowest.interval.upper < common else None


def as_lines(weeks: list[UnitWeek]) -> list[str]:
    """For a mail; with the name of the unit in front where there are several."""
    if len(weeks) == 1:
        return weeks[0].lines
    return [f"{one.unit}: {line}" for one in weeks for line in one.lines]


def as_text(weeks: list[UnitWeek], now: datetime) -> str:
    """Ready to be sent or read aloud."""
    parts = [f"Tuần đến {now.astimezone(LOCAL):%d/%m/%Y}"]
    parts += ["\n".join([one.unit, *(f"- {line}" for line in one.lines)]) for one in weeks]
    return "\n\n".join(parts) if weeks else f"{parts[0]}: chưa có số liệu của đơn vị nào."


async def _dossiers(
    session: AsyncSession, units: Collection[str], now: datetime
) -> dict[str, tuple[int, int]]:
    due = func.coalesce(Dossier.new_due_at, Dossier.due_at)
    rows = await session.execute(
        select(
            Dossier.unit,
            func.count().filter(Dossier.due_at < now),
            func.count().filter(due >= now, due < now + timedelta(days=5)),
        )
        .where(among(Dossier.unit, units), Dossier.closed_at.is_(None), Dossier.due_at.is_not(None))
        .group_by(Dossier.unit)
    )
    return {unit: (late, soon) for unit, late, soon in rows if unit and (late or soon)}
