"""All that is told of a period as one table to count with: a line for each row and target."""

from __future__ import annotations

from collections.abc import Iterator

from feedback.definitions import COLUMNS, INDEX
from feedback.factors import FactorRow, FactorShare
from feedback.figures import Held, Row
from feedback.index import Publication, publication
from feedback.overview import Overview


def flat(seen: Overview) -> Iterator[dict[str, object]]:
    """One line for each row and target, with the columns of ``definitions.COLUMNS``."""
    report = seen.report
    days = {"from": report.counted_from.isoformat(), "to": report.counted_to.isoformat()}
    empty: dict[str, object] = dict.fromkeys((name for name, _, _ in COLUMNS), None)
    for row in (report.total, *report.cities, *report.rows):
        base = {**empty, **days, "measure": INDEX, **_of_row(row)}
        for held in row.held or (None,):
            yield {**base, **_of_held(held)}
    for factor_row in seen.factors:
        for share in factor_row.shares:
            yield {**empty, **days, **_of_factor(factor_row, share)}
    for other in seen.others:
        for row in other.rows:
            base = {**empty, **days, "measure": other.instrument, **_of_row(row)}
            for held in row.held or (None,):
                yield {**base, **_of_held(held)}
    for figure in seen.figures:
        base = {
            **empty,
            **days,
            "measure": figure.figure.value,
            "city": figure.city.value if figure.city else None,
            "unit": figure.group,
            "shown": "all" if figure.part is not None else Publication.HIDDEN.value,
            "n": figure.whole,
            "part": figure.part,
            "left_out": figure.left_out,
            "value": figure.value,
            "lower": figure.interval.lower if figure.interval else None,
            "upper": figure.interval.upper if figure.interval else None,
        }
        for held in figure.held or (None,):
            yield {**base, **_of_held(held)}


def _of_row(row: Row) -> dict[str, object]:
    return {
        "city": row.city.value if row.city else None,
        "unit": row.group,
        "shown": row.publication.value,
        "n": row.n,
        "part": row.satisfied,
        "value": row.index,
        "lower": row.interval.lower if row.interval else None,
        "upper": row.interval.upper if row.interval else None,
        "invited": row.invited,
        "delivered": row.delivered,
        "response_rate": row.response_rate,
        "if_silent_unhappy": row.silence.lower if row.silence else None,
        "if_silent_happy": row.silence.upper if row.silence else None,
        "flagged": row.flagged,
        "value_unflagged": row.unflagged.index if row.unflagged else None,
        "value_weighted": row.weighted.index if row.weighted else None,
        "value_12_months": row.rolling.index if row.rolling else None,
        "n_12_months": row.rolling.n if row.rolling else None,
    }


def _of_factor(row: FactorRow, share: FactorShare) -> dict[str, object]:
    return {
        "measure": f"factor_{share.factor.value}",
        "city": row.city.value if row.city else None,
        "unit": row.group,
        "shown": publication(share.n or 0).value,
        "n": share.n,
        "part": share.satisfied,
        "value": share.index,
        "lower": share.interval.lower if share.interval else None,
        "upper": share.interval.upper if share.interval else None,
    }


def _of_held(held: Held | None) -> dict[str, object]:
    if held is None:
        return {}
    return {
        "target": held.value,
        "target_source": held.label,
        "verdict": held.verdict.value if held.verdict else None,
        "answers_needed": held.answers_needed,
    }
