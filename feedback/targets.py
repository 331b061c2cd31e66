"""The targets that the index and the other measures are held against: data with a source.

One file of ``content/targets`` is one document and its targets. Every known target has run out in its
letter; the last one that spoke of a city goes on as its yardstick, shown with its year and source, until
the province enters a current one. The former cities are the sum of their wards today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.yaml_shape import ContentShapeError, parse_shape
from feedback.index import Comparator


class City(StrEnum):
    """The former cities whose wards the product serves."""

    QUY_NHON = "quy-nhon"
    LONG_KHANH = "long-khanh"


class Measure(StrEnum):
    """What is measured. Measures are never merged: each has its own denominator."""

    PROCEDURES_SATISFACTION = "procedures_satisfaction"
    SIPAS = "sipas"
    LAND_CONSTRUCTION_SATISFACTION = "land_construction_satisfaction"
    COMPLAINT_SATISFACTION = "complaint_satisfaction"
    HEALTH_EDUCATION_SATISFACTION = "health_education_satisfaction"
    ON_TIME = "on_time"
    LAND_CERTIFICATES_ON_TIME = "land_certificates_on_time"
    ONLINE_SHARE = "online_share"
    ONLINE_SHARE_OF_ONLINE_PROCEDURES = "online_share_of_online_procedures"
    ONLINE_PAYMENT_SHARE = "online_payment_share"
    CASHLESS_SHARE = "cashless_share"
    POST_RETURN_SHARE = "post_return_share"
    WAITING_MINUTES = "waiting_minutes"
    PAPERS_NOT_ASKED_AGAIN = "papers_not_asked_again"
    SAMPLE_FILES = "sample_files"
    ELECTRONIC_RESULTS = "electronic_results"
    REFLECTIONS_ON_TIME = "reflections_on_time"


class Scope(StrEnum):
    """Whom a target binds: the city as a whole, every unit by itself, or its wards."""

    CITY = "city"
    EACH_UNIT = "each_unit"
    WARDS = "wards"


class TargetUnit(StrEnum):
    PERCENT = "percent"
    MINUTES = "minutes"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True)


class Source(_Shape):
    """A document. ``issued`` (``date`` in the file) is as exact as it is known: a year, a month or a day."""

    document: str = Field(min_length=1)
    issuer: str = Field(min_length=1)
    issued: str = Field(alias="date", pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
    verified_on: date | None = None


class TargetEntry(_Shape):
    """One target as written in a file. ``place`` says where in the document it stands, where that matters.

    ``to`` is the last year the document speaks of; none when the year is not known.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    measure: Measure
    denominator: str = Field(min_length=1)
    scope: Scope
    since: int = Field(alias="from", ge=2000, le=2100)
    until: int | None = Field(default=None, alias="to", ge=2000, le=2100)
    comparator: Comparator
    value: float = Field(ge=0)
    unit: TargetUnit
    place: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _years_and_units_make_sense(self) -> TargetEntry:
        if self.until is not None and self.until < self.since:
            raise ValueError(f"năm cuối {self.until} trước năm đầu {self.since}: sửa 'from' hoặc 'to'")
        if self.unit is TargetUnit.PERCENT and self.value > 100:
            raise ValueError(f"tỷ lệ {self.value} lớn hơn 100: sửa 'value'")
        if (self.measure is Measure.WAITING_MINUTES) != (self.unit is TargetUnit.MINUTES):
            raise ValueError(f"{self.measure} không đo bằng {self.unit}: sửa 'unit' hoặc 'measure'")
        return self


class TargetFile(_Shape):
    city: City
    source: Source
    targets: tuple[TargetEntry, ...] = Field(min_length=1)


class Target(TargetEntry):
    """A target with its city and its source."""

    city: City
    source: Source

    @property
    def last_year(self) -> int:
        return self.until or self.since

    @property
    def share(self) -> float:
        """The value as a fraction; only percentages have one."""
        if self.unit is not TargetUnit.PERCENT:
            raise ValueError(f"{self.id} is not a share")
        return self.value / 100


class Targets:
    """Every target on file, in the order of files and entries."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self.all = tuple(targets)

    def __len__(self) -> int:
        return len(self.all)

    def yardsticks(self, city: City, measure: Measure, on: date) -> tuple[Target, ...]:
        """What ``measure`` is held against in ``city`` on a day; empty when no document has spoken yet.

        The document that speaks of the latest year not after ``on`` counts; then one that names its years,
        then the one that began last, then the one issued last. All its entries of that year come back,
        because one document may set different values for the city and its wards, or contradict itself.
        """
        started = [t for t in self.all if (t.city, t.measure) == (city, measure) and t.since <= on.year]

        def rank(target: Target) -> tuple[int, bool, int, str]:
            latest = min(target.last_year, on.year)
            return latest, target.until is not None, target.since, target.source.issued

        best = max(map(rank, started), default=None)
        return tuple(target for target in started if rank(target) == best)


def load_targets(folder: Path) -> Targets:
    """Read every ``*.yaml`` of a folder; ``ContentShapeError`` names file, key and mistake."""
    files = {
        f"targets/{path.name}": path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))
    }
    return parse_targets(files)


def parse_targets(files: Mapping[str, str]) -> Targets:
    """Read the texts of target files by name; the form in which published content comes."""
    found: dict[str, Target] = {}
    for file, text in files.items():
        content = parse_shape(TargetFile, text, file)
        for place, entry in enumerate(content.targets):
            if entry.id in found:
                raise ContentShapeError.one(
                    file, f"targets.{place}.id", f"id '{entry.id}' đã dùng rồi", "đặt một id khác"
                )
            found[entry.id] = Target(**dict(entry), city=content.city, source=content.source)
    return Targets(found.values())


def label(target: Target) -> str:
    """Year and source in Vietnamese, as every use of a target must show them."""
    if target.until is None:
        years = f"từ năm {target.since}"
    elif target.until == target.since:
        years = f"năm {target.since}"
    else:
        years = f"năm {target.since}–{target.until}"
    place = f", {target.place}" if target.place else ""
    return f"chỉ tiêu {years}, {target.source.document}{place}"
