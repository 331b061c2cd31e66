"""The calculators on a procedure's page: what it costs for so many pages, and on which day it is ready.

A plain form, worked out by the server. Every result shows its rows, their legal source and the sum itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from core.calendar import MOST_DAYS, WorkingCalendar
from knowledge.answer.figures import capital, sentence
from knowledge.answer.guard import figures, figures_of, invented
from knowledge.base import KnowledgeBase
from knowledge.calculators.due import due_days, late_note
from knowledge.calculators.fee_rows import dated_lines, fee_rows, row_line
from knowledge.calculators.sum_up import bind, work_out
from knowledge.schemas import Procedure

DAY = "ngay"


@dataclass(frozen=True)
class NumberField:
    name: str
    label: str
    value: str
    most: int


@dataclass(frozen=True)
class Sums:
    """``asked``: the form was sent; ``has_day``: the day makes a difference.

    ``sums`` and ``rows``: the fee; ``dates``: the day due; all sentences.
    """

    numbers: tuple[NumberField, ...]
    has_day: bool
    day: str
    least_day: str
    most_day: str
    asked: bool
    problems: tuple[str, ...]
    sums: tuple[str, ...]
    rows: tuple[str, ...]
    dates: tuple[str, ...]

    @property
    def fees(self) -> bool:
        return bool(self.numbers or self.rows)


def sums_for(
    base: KnowledgeBase,
    calendar: WorkingCalendar,
    procedure: Procedure,
    today: date,
    asked: Mapping[str, str],
) -> Sums | None:
    """None where the record has nothing to work out: no length of time, no price by number or by day."""
    calculator = base.calculator(procedure.code)
    problems: list[str] = []
    day = _day(asked.get(DAY, ""), today, problems)
    bound = bind(calculator, procedure, day) if calculator else None
    due = due_days(procedure, calendar, day)
    dated = dated_lines(procedure, day)
    has_dates = any(row.is_dated for row in fee_rows(procedure, day))
    if bound is None and not due and not has_dates:
        return None
    numbers: list[NumberField] = []
    values: dict[str, int] = {}
    for quantity in calculator.quantities if calculator and bound else ():
        text = asked.get(quantity.id, "").strip()
        if text and not (text.isdecimal() and 1 <= int(text) <= quantity.most):
            problems.append(f"{quantity.label}: viết một số từ 1 đến {quantity.most}.")
        elif text:
            values[quantity.id] = int(text)
        default = str(quantity.default) if quantity.default else ""
        numbers.append(NumberField(quantity.id, quantity.label, text or default, quantity.most))
    sent = any(asked.get(field.name) for field in numbers) or DAY in asked
    total = work_out(bound, values) if bound and sent and not problems else None
    shown = tuple(sentence(line) for line in total.lines) if total else ()
    if total and not shown:
        shown = tuple(sentence(capital(row_line(row, with_channels=False))) for row in total.rows)
    rows = tuple(sentence(capital(row_line(row, with_channels=False))) for row in total.rows) if total else ()
    dates = [one.said for one in due] if sent or not numbers else []
    if dates and (note := late_note(calendar, due)):
        dates.append(note)
    allowed = figures_of(procedure) | figures(" ".join((*shown, *dates, f"{day:%d/%m/%Y}")))
    return Sums(
        numbers=tuple(numbers),
        has_day=bool(due) or has_dates,
        day=day.isoformat(),
        least_day=today.isoformat(),
        most_day=(today + timedelta(days=MOST_DAYS)).isoformat(),
        asked=sent,
        problems=tuple(problems),
        sums=shown,
        rows=tuple(line for line in (*rows, *dated) if not invented(line, allowed)),
        dates=tuple(dates),
    )


def _day(text: str, today: date, problems: list[str]) -> date:
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        problems.append("Ngày nộp: chọn trong lịch, hoặc viết dạng 2026-11-30.")
        return today
    if not today <= day <= today + timedelta(days=MOST_DAYS):
        problems.append("Ngày nộp: chọn từ hôm nay trở đi, không quá năm năm.")
        return today
    return day
