"""How figures are said in Vietnamese, for pages and reports alike."""

from __future__ import annotations

from collections.abc import Iterable

from feedback.factors import FactorRow
from feedback.figure_rows import FigureRow
from feedback.figures import Held, Row
from feedback.index import Comparator
from feedback.kpi_models import Figure
from feedback.overview import Overview
from feedback.report_text import CITY_NAMES

_SIGNS = {Comparator.AT_LEAST: "từ", Comparator.MORE_THAN: "trên", Comparator.AT_MOST: "tối đa"}


def by_figure(rows: Iterable[FigureRow]) -> list[tuple[Figure, list[FigureRow]]]:
    found: dict[Figure, list[FigureRow]] = {}
    for row in rows:
        found.setdefault(row.figure, []).append(row)
    return list(found.items())


class Words:
    """How figures are said in Vietnamese; for templates."""

    @staticmethod
    def percent(value: float | None) -> str:
        return "–" if value is None else f"{value:.1f}".replace(".", ",").removesuffix(",0") + "\u00a0%"

    @staticmethod
    def number(value: float | None) -> str:
        if value is None:
            return "–"
        if value % 1:
            return f"{value:.1f}".replace(".", ",")
        return f"{int(value):,}".replace(",", ".")

    @staticmethod
    def place(row: Row | FigureRow | FactorRow) -> str:
        if row.group is not None:
            return row.group or "(chưa rõ đơn vị)"
        return CITY_NAMES[row.city] if row.city else "Đơn vị khác"

    @staticmethod
    def target(held: Held) -> str:
        return f"{_SIGNS[held.comparator]} {Words.number(held.value)} {held.unit}, {held.label}"

    @staticmethod
    def verdict(held: Held) -> str:
        """With what is missing for one."""
        if held.verdict is None:
            return "giữ kín"
        if held.answers_needed:
            return f"{held.verdict.value}: cần khoảng {Words.number(held.answers_needed)} phiếu"
        return held.verdict.value

    @staticmethod
    def days(seen: Overview) -> str:
        report = seen.report
        return f"{report.counted_from:%d/%m/%Y} – {report.counted_to:%d/%m/%Y}"


words = Words()
