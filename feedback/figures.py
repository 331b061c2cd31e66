"""The shapes of a report, and how one cell of it is drawn and held against targets.

Percentages are rounded to one decimal; verdicts are made before rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from feedback.index import (
    Comparator,
    Interval,
    Publication,
    Verdict,
    answers_needed,
    is_representative,
    publication,
    silence_bounds,
    verdict,
    wilson,
)
from feedback.targets import City, Measure, Scope, Target, Targets, label

_MOST_NEEDED = 20_000


class By(StrEnum):
    """What the rows of the table are."""

    UNIT = "unit"
    FIELD = "field"
    OFFICER_GROUP = "officer-group"
    CHANNEL = "channel"

    @property
    def column(self) -> str:
        return self.value.replace("-", "_")


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class Bounds(_Shape):
    """Percentages."""

    lower: float
    upper: float


class Held(_Shape):
    """A row held against one target; ``verdict`` is none where the row is hidden.

    ``answers_needed``: how many answers would make the share seen a clear pass, where it is above the target
    and the evidence is not enough.
    """

    target: str
    label: str
    comparator: Comparator
    value: float
    verdict: Verdict | None
    answers_needed: int | None = None


class Row(_Shape):
    """A city as a whole (``group`` none), or one group of it. Hidden figures are none.

    ``silence``: the index if all who stayed silent were dissatisfied, and if all were satisfied.
    ``delivered`` is none as long as nobody counts the invitations that reached a handset.
    """

    city: City | None
    group: str | None
    publication: Publication
    n: int | None = None
    satisfied: int | None = None
    index: float | None = None
    interval: Bounds | None = None
    silence: Bounds | None = None
    invited: int = 0
    delivered: int | None = None
    response_rate: float | None = None
    representative: bool | None = None
    held: tuple[Held, ...] = ()


class OnTimeRow(_Shape):
    """Dossiers decided in the period: all of them, so the rate has no interval."""

    city: City | None
    group: str | None
    decided: int
    on_time: int
    undated: int
    rate: float | None
    held: tuple[Held, ...] = ()


class IndexReport(_Shape):
    """``months`` are the whole months (YYYY-MM) that were counted; ``version`` is none without answers."""

    measure: Measure
    instrument: str
    version: int | None
    older_answers: int
    start: date
    end: date
    months: tuple[str, ...]
    by: By
    sample: bool
    total: Row
    cities: tuple[Row, ...]
    rows: tuple[Row, ...]
    on_time: tuple[OnTimeRow, ...]

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


@dataclass
class Count:
    """What is counted of a cell."""

    n: int = 0
    satisfied: int = 0
    invited: int = 0

    def add(self, other: Count) -> None:
        self.n += other.n
        self.satisfied += other.satisfied
        self.invited += other.invited


def for_city(targets: Targets, city: City | None, measure: Measure, on: date) -> Sequence[Target]:
    """The yardsticks of a city as a whole: what is set for the city, else what is set for its units."""
    found = targets.yardsticks(city, measure, on) if city else ()
    return [target for target in found if target.scope is Scope.CITY] or found


def for_unit(targets: Targets, city: City | None, measure: Measure, on: date) -> Sequence[Target]:
    """The yardsticks of one unit: what is set for units or wards, else what is set for the city."""
    found = targets.yardsticks(city, measure, on) if city else ()
    return [target for target in found if target.scope is not Scope.CITY] or found


def draw_row(
    city: City | None, group: str | None, count: Count, *, hidden: bool, against: Sequence[Target]
) -> Row:
    """A row with as much of its count as may be shown."""
    shown = Publication.HIDDEN if hidden else publication(count.n)
    if shown is Publication.HIDDEN:
        held = tuple(hold(target, None) for target in against)
        return Row(city=city, group=group, publication=shown, invited=count.invited, held=held)
    # More answers than invitations happens only while invitations are still to be sent.
    invited = max(count.invited, count.n)
    interval = wilson(count.satisfied, count.n)
    estimate = shown is Publication.ESTIMATE
    share = count.satisfied / count.n
    return Row(
        city=city,
        group=group,
        publication=shown,
        n=count.n,
        satisfied=count.satisfied,
        index=percent(share) if estimate else None,
        interval=_bounds(interval) if estimate else None,
        silence=_bounds(silence_bounds(count.satisfied, count.n, invited)) if estimate else None,
        invited=count.invited,
        response_rate=percent(count.n / invited),
        representative=is_representative(count.n, invited),
        held=tuple(hold(target, interval, share, estimate=estimate) for target in against),
    )


def hold(
    target: Target, interval: Interval | None, share: float | None = None, *, estimate: bool = True
) -> Held:
    """An interval (none: hidden) against a target.

    ``estimate``: whether there are enough answers for any verdict but "not enough evidence".
    """
    found, needed = None, None
    if interval is not None:
        found = (
            verdict(interval, target.share, target.comparator) if estimate else Verdict.NOT_ENOUGH_EVIDENCE
        )
        if found is Verdict.NOT_ENOUGH_EVIDENCE and share and target.comparator is Comparator.AT_LEAST:
            enough = answers_needed(target.share, share, most=_MOST_NEEDED) if share > target.share else None
            needed = enough.first if enough else None
    return Held(
        target=target.id,
        label=label(target),
        comparator=target.comparator,
        value=target.value,
        verdict=found,
        answers_needed=needed,
    )


def percent(share: float) -> float:
    return round(100 * share, 1)


def _bounds(interval: Interval) -> Bounds:
    return Bounds(lower=percent(interval.lower), upper=percent(interval.upper))
