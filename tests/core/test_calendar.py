"""Working days as the law and the yearly decisions set them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import LOCAL, WorkingCalendar
from core.calendar_year import OfficePeriod, parse_calendar_year
from core.text.spell import spell_date, spell_time
from core.yaml_shape import ContentShapeError

FOLDER = Path(__file__).resolve().parents[2] / "content" / "calendar"
YEARS = [
    parse_calendar_year(path.read_text(encoding="utf-8"), f"calendar/{path.name}")
    for path in sorted(FOLDER.glob("*.yaml"))
]
CALENDAR = WorkingCalendar(YEARS)
DAYS = st.dates(min_value=date(2025, 1, 1), max_value=date(2027, 12, 31))
COUNTS = st.integers(min_value=0, max_value=90)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        ("2025-12-29", 5, "2026-01-07"),
        ("2026-02-11", 10, "2026-03-04"),
        ("2026-04-24", 3, "2026-05-04"),
        ("2026-08-20", 5, "2026-08-26"),
        ("2026-11-20", 5, "2026-11-30"),
    ],
)
def test_due_dates_across_feasts(start: str, count: int, due: str) -> None:
    assert CALENDAR.add_working_days(date.fromisoformat(start), count) == date.fromisoformat(due)
    assert CALENDAR.due_date(date.fromisoformat(start), count) == date.fromisoformat(due)


@pytest.mark.parametrize("day", ["2026-01-02", "2026-08-31", "2026-11-24", "2026-04-27", "2026-02-18"])
def test_days_off(day: str) -> None:
    assert not CALENDAR.is_working_day(date.fromisoformat(day))
    assert CALENDAR.why_closed(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-01-10", "2026-08-22", "2026-11-23", "2026-11-25"])
def test_days_worked(day: str) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day))
    assert CALENDAR.why_closed(date.fromisoformat(day)) is None


def test_24_november_is_a_feast_only_from_2026() -> None:
    assert CALENDAR.is_working_day(date(2025, 11, 24))
    assert CALENDAR.why_closed(date(2026, 11, 24)) == "Ngày Văn hóa Việt Nam"
    assert not CALENDAR.is_working_day(date(2027, 11, 24))


def test_a_weekend_is_named_by_its_weekday() -> None:
    assert CALENDAR.why_closed(date(2026, 11, 22)) == "Chủ nhật"


def test_2027_is_marked_as_not_announced_yet() -> None:
    assert CALENDAR.is_confirmed(date(2026, 5, 5))
    assert not CALENDAR.is_confirmed(date(2027, 5, 5))
    assert not CALENDAR.is_confirmed(date(2031, 5, 5))


@pytest.mark.parametrize(
    ("received", "accepted"),
    [
        ("2026-11-20T10:00", "2026-11-20"),
        ("2026-11-20T16:59", "2026-11-20"),
        ("2026-11-20T17:00", "2026-11-23"),  # after hours on a Friday
        ("2026-11-20T22:15", "2026-11-23"),
        ("2026-11-21T09:00", "2026-11-23"),  # Saturday
        ("2026-11-23T20:00", "2026-11-25"),  # the next day is a feast
        ("2026-11-20T06:10", "2026-11-20"),  # before opening: the office opens on that very day
        ("2026-11-20T12:15", "2026-11-20"),  # over lunch
        ("2026-08-22T09:00", "2026-08-22"),  # a Saturday that is worked
    ],
)
def test_when_a_dossier_counts_as_received(received: str, accepted: str) -> None:
    assert CALENDAR.acceptance_day(at(received)) == date.fromisoformat(accepted)


def test_the_15_hour_rule_only_for_what_is_settled_within_the_day() -> None:
    late = at("2026-11-20T15:20")
    assert CALENDAR.due_date(late, 0, same_day=True) == date(2026, 11, 23)
    assert CALENDAR.due_date(at("2026-11-20T15:00"), 0, same_day=True) == date(2026, 11, 20)
    assert CALENDAR.due_date(late, 5) == date(2026, 11, 30)


def test_a_time_of_another_zone_is_read_as_vietnamese() -> None:
    evening_in_vietnam = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
    assert CALENDAR.acceptance_day(evening_in_vietnam) == date(2026, 11, 23)


def test_a_naive_time_is_vietnamese() -> None:
    assert CALENDAR.acceptance_day(datetime(2026, 11, 20, 17, 30)) == date(2026, 11, 23)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("moment", "is_open", "opening"),
    [
        ("2026-11-23T07:29", False, "2026-11-23T07:30"),
        ("2026-11-23T07:30", True, "2026-11-23T07:30"),
        ("2026-11-23T11:30", False, "2026-11-23T13:30"),
        ("2026-11-23T14:00", True, "2026-11-23T14:00"),
        ("2026-11-23T17:00", False, "2026-11-25T07:30"),
        ("2026-11-22T20:40", False, "2026-11-23T07:30"),
        ("2026-01-10T08:00", True, "2026-01-10T08:00"),
    ],
)
def test_opening_hours(moment: str, is_open: bool, opening: str) -> None:
    assert CALENDAR.is_open(at(moment)) is is_open
    assert CALENDAR.next_opening(at(moment)) == at(opening)


def test_hours_are_spelled_for_an_answer() -> None:
    assert CALENDAR.spell_office_hours(date(2026, 11, 23)) == (
        "7 giờ 30 đến 11 giờ 30 và 13 giờ 30 đến 17 giờ"
    )


def test_the_feast_that_stretches_a_deadline_is_named() -> None:
    feasts = CALENDAR.feasts_between(date(2026, 11, 20), date(2026, 11, 30))
    assert [(day.date, day.why) for day in feasts] == [(date(2026, 11, 24), "Ngày Văn hóa Việt Nam")]


@pytest.mark.parametrize("count", [-1, 2001, 10**9])
def test_an_impossible_number_of_days_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="từ 0 đến 2000"):
        CALENDAR.add_working_days(date(2026, 1, 1), count)


@given(DAYS, COUNTS)
def test_the_due_day_is_worked_and_counts_exactly(day: date, count: int) -> None:
    due = CALENDAR.add_working_days(day, count)
    between = (day + timedelta(days=n) for n in range(1, (due - day).days + 1))
    assert sum(CALENDAR.is_working_day(each) for each in between) == count
    assert count == 0 or CALENDAR.is_working_day(due)


@given(DAYS, COUNTS, COUNTS)
def test_waiting_twice_is_waiting_the_sum(day: date, first: int, second: int) -> None:
    there = CALENDAR.add_working_days(CALENDAR.add_working_days(day, first), second)
    assert there == CALENDAR.add_working_days(day, first + second)


@given(DAYS, st.times(), st.times(), COUNTS)
def test_coming_later_is_never_due_earlier(day: date, one: time, other: time, count: int) -> None:
    earlier, later = sorted((one, other))
    for same_day in (False, True):
        assert CALENDAR.due_date(datetime.combine(day, earlier, LOCAL), count, same_day) <= (
            CALENDAR.due_date(datetime.combine(day, later, LOCAL), count, same_day)
        )


@given(DAYS, st.times())
def test_the_office_is_open_when_it_opens_next(day: date, clock: time) -> None:
    moment = datetime.combine(day, clock, LOCAL)
    opening = CALENDAR.next_opening(moment)
    assert opening >= moment
    assert CALENDAR.is_open(opening)


@given(DAYS)
def test_every_day_off_has_a_reason(day: date) -> None:
    assert CALENDAR.is_working_day(day) is (CALENDAR.why_closed(day) is None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("year: 2026\nconfirmed: true\nsource: x\noff: [{date: 2027-01-01, why: Tết}]", "01/01/2027"),
        ("year: 2026\nconfirmed: true\nsource: x\non: [{date: 2026-01-10}]", "on.0.why"),
        ("year: 2026\nconfirmed: true\nsource: x\nngay_nghi: []", "ngay_nghi"),
        ("year: 2027\nconfirmed: true\nsource: x", "tên tệp"),
        (
            "year: 2026\nconfirmed: true\nsource: x\noffice_hours: [{opens: '17:00', closes: '13:30'}]",
            "opens sớm hơn closes",
        ),
        (
            "year: 2026\nconfirmed: true\nsource: x\n"
            "off: [{date: 2026-01-02, why: a}]\non: [{date: 2026-01-02, why: b}]",
            "viết hai lần",
        ),
    ],
)
def test_a_mistake_in_the_calendar_names_file_and_remedy(text: str, said: str) -> None:
    with pytest.raises(ContentShapeError) as caught:
        parse_calendar_year(text, "calendar/2026.yaml")
    assert "calendar/2026.yaml" in str(caught.value)
    assert said in str(caught.value)


def test_dates_and_hours_as_they_are_said() -> None:
    assert spell_date(date(2026, 12, 2)) == "thứ Tư 02/12/2026"
    assert spell_date(date(2026, 11, 22)) == "Chủ nhật 22/11/2026"
    assert [spell_time(time(7, 30)), spell_time(time(17)), spell_time(time(8, 5))] == [
        "7 giờ 30",
        "17 giờ",
        "8 giờ 05",
    ]


@given(DAYS, st.times(), st.integers(min_value=1, max_value=3000))
def test_going_back_by_working_time_is_undone_by_going_forward(day: date, hour: time, minutes: int) -> None:
    end, amount = datetime.combine(day, hour, LOCAL), timedelta(minutes=minutes)
    assert CALENDAR.working_time(CALENDAR.subtract_working_time(end, amount), end) == amount


def test_a_unit_keeps_its_own_hours_and_everybodys_days() -> None:
    own = (OfficePeriod(opens=time(8), closes=time(12)),)
    calendar = WorkingCalendar(hours={"quy-nhon": own})
    ward = calendar.for_unit("quy-nhon")
    assert not ward.is_open(at("2026-11-26T13:30"))
    assert calendar.is_open(at("2026-11-26T13:30"))
    assert ward.closing(date(2026, 11, 26)) == at("2026-11-26T12:00")
    assert ward.acceptance_day(at("2026-11-26T12:30")) == date(2026, 11, 27)
    assert not ward.is_working_day(date(2026, 11, 29))
    for unit in (None, "khac"):
        assert calendar.for_unit(unit) is calendar
        assert ward.for_unit(unit).is_open(at("2026-11-26T13:30"))
