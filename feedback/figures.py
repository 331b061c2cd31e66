"""The shapes of a report.

Percentages are rounded to one decimal; verdicts are made before rounding.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from feedback.changes import Movement
from feedback.index import Comparator, Publication, Verdict
from feedback.targets import City, Measure


class By(StrEnum):
    """What the rows of the table are."""

    UNIT = "unit"
    FIELD = "field"
    PROCEDURE = "procedure"
    OFFICER_GROUP = "officer-group"
    CHANNEL = "channel"

    @property
    def column(self) -> str:
        return "procedure_code" if self is By.PROCEDURE else self.value.replace("-", "_")


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
    unit: str = "%"
    verdict: Verdict | None
    answers_needed: int | None = None


class Estimate(_Shape):
    """The same row counted another way. Percentages; ``n`` answers, of which ``satisfied`` are satisfied."""

    n: int
    satisfied: int
    index: float
    interval: Bounds
    held: tuple[Held, ...] = ()


class Weighed(_Shape):
    """The index weighted to the closed dossiers of each field and channel; ``effective`` answers (Kish)."""

    index: float
    interval: Bounds
    effective: float
    cells: int


class Moved(_Shape):
    """Points against the period of the same length before, with their interval."""

    points: float
    interval: Bounds
    movement: Movement


class Row(_Shape):
    """A city as a whole (``group`` none), or one group of it. Hidden figures are none.

    ``silence``: the index if all who stayed silent were dissatisfied, and if all were satisfied.
    ``flagged`` answers look made up; ``unflagged`` is the index without them (none where they are too few to
    be set apart). ``rolling``: twelve months up to the end of the period, pooled, for a unit too small for a
    verdict on the period alone. ``delivered`` is none where no receipt
    told of a handset.
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
    flagged: int | None = None
    unflagged: Estimate | None = None
    weighted: Weighed | None = None
    rolling: Estimate | None = None
    change: Moved | None = None


class OnTimeRow(_Shape):
    """Dossiers decided in the period: all of them, so the rate has no interval."""

    city: City | None
    group: str | None
    decided: int
    on_time: int
    undated: int
    rate: float | None
    held: tuple[Held, ...] = ()


class TrendPoint(_Shape):
    """One month of a city, or of everything (``city`` none and ``total``)."""

    city: City | None
    total: bool
    month: str
    estimate: Estimate


class IndexReport(_Shape):
    """``months`` (YYYY-MM) are those counted, from ``counted_from`` to ``counted_to``; ``version`` is none
    without answers.
    """

    measure: Measure | None
    instrument: str
    version: int | None
    older_answers: int
    start: date
    end: date
    counted_from: date
    counted_to: date
    months: tuple[str, ...]
    by: By
    sample: bool
    total: Row
    cities: tuple[Row, ...]
    rows: tuple[Row, ...]
    on_time: tuple[OnTimeRow, ...]
    trend: tuple[TrendPoint, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")
