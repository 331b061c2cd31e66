"""What an office writes down about a year: days off, days worked instead, hours of the counter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.text.spell import spell_time
from core.yaml_shape import ContentShapeError, parse_shape


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class CalendarDay(_Shape):
    date: date
    why: str = Field(min_length=1)


class OfficePeriod(_Shape):
    """Hours without a break; open from ``opens``, closed again at ``closes``."""

    opens: time
    closes: time

    @model_validator(mode="after")
    def _in_order(self) -> OfficePeriod:
        if self.opens >= self.closes:
            raise ValueError("giờ mở cửa không trước giờ đóng cửa: viết opens sớm hơn closes")
        return self


def in_order(periods: Sequence[OfficePeriod]) -> None:
    """The hours of a day, one after the other. Raises ValueError."""
    for earlier, later in pairwise(periods):
        if earlier.closes > later.opens:
            raise ValueError("các khung giờ làm việc chồng nhau: viết lần lượt từ sáng tới chiều")


def spell_hours(periods: Iterable[OfficePeriod]) -> str:
    """``7 giờ 30 đến 11 giờ 30 và 13 giờ 30 đến 17 giờ``."""
    return " và ".join(f"{spell_time(one.opens)} đến {spell_time(one.closes)}" for one in periods)


USUAL_HOURS = (
    OfficePeriod(opens=time(7, 30), closes=time(11, 30)),
    OfficePeriod(opens=time(13, 30), closes=time(17, 0)),
)


class CalendarYear(_Shape):
    """One year's decision: days off and days worked that differ from the plain calendar.

    ``confirmed`` says whether the official plan of that year has been read; until then the package alone
    speaks, and a due date in that year may still move.
    """

    year: int = Field(ge=2015, le=2100)
    confirmed: bool
    source: str = Field(min_length=1)
    office_hours: tuple[OfficePeriod, ...] = Field(default=USUAL_HOURS, min_length=1)
    off: tuple[CalendarDay, ...] = ()
    on: tuple[CalendarDay, ...] = ()

    @model_validator(mode="after")
    def _days_fit(self) -> CalendarYear:
        days = [day.date for day in (*self.off, *self.on)]
        for day in days:
            if day.year != self.year:
                raise ValueError(
                    f"ngày {day:%d/%m/%Y} không thuộc năm {self.year}: chuyển sang tệp của năm đó"
                )
            if days.count(day) > 1:
                raise ValueError(f"ngày {day:%d/%m/%Y} viết hai lần: chỉ để một chỗ, off hoặc on")
        in_order(self.office_hours)
        return self


def parse_calendar_year(text: str, source: str) -> CalendarYear:
    """``content/calendar/<year>.yaml``; ``source`` is its path, and its name must be the year."""
    found = parse_shape(CalendarYear, text, source)
    name = source.rsplit("/", 1)[-1].split(".", 1)[0]
    if name.isdigit() and int(name) != found.year:
        raise ContentShapeError.one(
            source, "year", f"năm {found.year} nằm trong tệp {name}", "sửa year hoặc tên tệp"
        )
    return found
