"""A fee worked out from the record and what the citizen said, every step shown with its numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.text.fold import fold
from core.text.words import words
from knowledge.answer.figures import money
from knowledge.answer.guard import figures
from knowledge.calculators.engine import FormulaError
from knowledge.calculators.fee_rows import FeeRow, fee_rows, holding
from knowledge.calculators.schemas import Calculator, Quantity
from knowledge.schemas import FeeKind, Procedure, SubmissionChannel

_NUMBER_WORDS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5,
    "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
}  # fmt: skip
_MOST = 500


@dataclass(frozen=True)
class Sum:
    """``total`` in đồng. ``lines``: the sums as they are shown; ``rows``: what they were made of."""

    total: int
    lines: tuple[str, ...]
    rows: tuple[FeeRow, ...]


@dataclass(frozen=True)
class Bound:
    """A calculator joined to a record: its rates and figures found there, for one way of filing."""

    calculator: Calculator
    values: Mapping[str, int]
    rows: tuple[FeeRow, ...]


def bind(
    calculator: Calculator, procedure: Procedure, on: date, way: SubmissionChannel | None = None
) -> Bound | None:
    """None when the record no longer says what the calculator counts on: then nothing is worked out."""
    rows = [row for row in holding(fee_rows(procedure, on, way)) if row.fee.kind is FeeKind.KNOWN]
    values: dict[str, int] = {}
    used: dict[str, FeeRow] = {}
    for rate in calculator.rates:
        fits = [row for row in rows if fold(row.fee.when or "") == fold(rate.when or "")]
        if len({row.fee.amount for row in fits}) != 1 or fits[0].fee.amount is None:
            return None
        values[rate.id], used[rate.id] = fits[0].fee.amount, fits[0]
    for figure in calculator.figures:
        fee = used[figure.of].fee
        if f"number:{figure.number}" not in figures(f"{fee.when or ''} {fee.note or ''}"):
            return None
        values[figure.id] = figure.number
    return Bound(calculator, values, tuple(used.values()))


def work_out(bound: Bound, quantities: Mapping[str, int]) -> Sum | None:
    """The sum for these quantities; None when one is missing or out of all reason."""
    calculator = bound.calculator
    values = dict(bound.values)
    for quantity in calculator.quantities:
        value = quantities.get(quantity.id, quantity.default)
        if value is None or not 1 <= value <= quantity.most:
            return None
        values[quantity.id] = value
    try:
        results = calculator.sheet().work_out(values)
    except FormulaError:
        return None
    spelled = {
        name: money(value) if name in calculator.money_names else str(value)
        for name, value in results.items()
    }
    lines = [
        step.says.format_map(spelled)
        for step in calculator.steps
        if step.says and not (step.unless_same and results[step.unless_same] == results[step.id])
    ]
    return Sum(results[calculator.total], tuple(lines), bound.rows)


def quantities_in(text: str, calculator: Calculator) -> dict[str, int]:
    """Numbers that stand before a unit: "3 bản mỗi bản 5 trang" is three copies of five pages."""
    found: dict[str, int] = {}
    for quantity in calculator.quantities:
        value = _before_unit(text, quantity)
        if value is not None:
            found[quantity.id] = value
    return found


def times_unit(text: str, procedure: Procedure, on: date) -> Sum | None:
    """Plain multiplication where the record has a price per thing and the sentence says how many.

    Only where one row holds: with several the citizen must first say which case is theirs.
    """
    rows = [row for row in holding(fee_rows(procedure, on)) if row.fee.kind is FeeKind.KNOWN]
    if len(rows) != 1 or not rows[0].fee.per or rows[0].fee.amount is None:
        return None
    (row,) = rows
    unit, amount = row.fee.per or "", row.fee.amount or 0
    count = _before_unit(text, Quantity(id="count", label=unit, units=(unit,), most=_MOST))
    if count is None or count < 2:
        return None
    total = count * amount
    return Sum(total, (f"{count} {unit} × {money(amount)} = {money(total)}.",), (row,))


def _before_unit(text: str, quantity: Quantity) -> int | None:
    said = " ".join(word.text for word in words(text))
    for unit in quantity.units:
        for match in re.finditer(rf"\b(\d{{1,3}}|[a-z]+) {re.escape(fold(unit))}\b", said):
            value = int(match[1]) if match[1].isdigit() else _NUMBER_WORDS.get(match[1])
            if value and value <= quantity.most:
                return value
    return None
