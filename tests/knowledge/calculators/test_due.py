"""Due days: working days with feasts, the 15:00 rule only where the record says so, the moon said back."""

from __future__ import annotations

from datetime import date, datetime, time

from core.calendar import LOCAL, WorkingCalendar
from core.calendar_year import parse_calendar_year
from core.content_mirror import read_folder
from core.text.when import find_dates
from knowledge.calculators.counter_days import moon_said, on_day
from knowledge.calculators.due import due_days, late_note
from knowledge.schemas import Duration, DurationUnit, Method, Procedure, SubmissionChannel
from tests.conftest import REPOSITORY

CALENDAR = WorkingCalendar(
    parse_calendar_year(text, f"calendar/{key}")
    for key, text in read_folder(REPOSITORY / "content" / "calendar").items()
)
THURSDAY = date(2026, 11, 26)


def record(*durations: Duration, late_rule: bool = False) -> Procedure:
    return Procedure(
        code="9.1",
        name="Ví dụ",
        field="mẫu",
        methods=(Method(channel=SubmissionChannel.COUNTER, durations=durations),),
        same_day_after_15h=late_rule,
    )


def at(hour: int, minute: int = 0) -> datetime:
    return datetime.combine(THURSDAY, time(hour, minute), LOCAL)


def test_three_working_days_pass_over_the_weekend_and_name_the_weekday() -> None:
    (due,) = due_days(record(Duration(unit=DurationUnit.WORKING_DAY, value=3)), CALENDAR, THURSDAY)
    assert due.day == date(2026, 12, 1)
    assert "thứ Ba 01/12/2026" in due.said
    assert "thứ Năm 26/11/2026" in due.said


def test_tet_on_the_way_is_said() -> None:
    (due,) = due_days(record(Duration(unit=DurationUnit.WORKING_DAY, value=5)), CALENDAR, date(2027, 2, 3))
    assert due.day > date(2027, 2, 10)
    assert "không tính nghỉ từ" in due.said
    assert late_note(CALENDAR, [due]) is not None


def test_after_three_in_the_afternoon_the_day_moves_only_where_the_record_says_so() -> None:
    same_day = Duration(unit=DurationUnit.SAME_DAY)
    (kept,) = due_days(record(same_day), CALENDAR, at(15, 30))
    (moved,) = due_days(record(same_day, late_rule=True), CALENDAR, at(15, 30))
    (early,) = due_days(record(same_day, late_rule=True), CALENDAR, at(14, 59))
    assert (kept.day, moved.day, early.day) == (THURSDAY, date(2026, 11, 27), THURSDAY)
    (after_hours,) = due_days(record(same_day), CALENDAR, at(18))
    assert after_hours.day == date(2026, 11, 27)


def test_plain_days_that_end_on_a_day_off_run_to_the_next_working_day() -> None:
    (due,) = due_days(record(Duration(unit=DurationUnit.DAY, value=2)), CALENDAR, THURSDAY)
    assert due.day == date(2026, 11, 30)
    assert "thứ Bảy 28/11/2026 là ngày nghỉ" in due.said
    (month,) = due_days(record(Duration(unit=DurationUnit.MONTH, value=3)), CALENDAR, date(2026, 11, 30))
    assert month.day == date(2027, 3, 1)  # 28 February is a Sunday


def test_each_case_of_the_record_has_its_own_day() -> None:
    cases = (
        Duration(unit=DurationUnit.WORKING_DAY, value=3, when="đã có trên máy"),
        Duration(unit=DurationUnit.WORKING_DAY, value=7, when="chưa có trên máy"),
        Duration(unit=DurationUnit.WORKING_HOUR, value=4),
        Duration(),
    )
    found = due_days(record(*cases), CALENDAR, THURSDAY)
    assert [due.duration.value for due in found] == [3, 7]
    assert "(đã có trên máy)" in found[0].said


def test_a_day_of_the_moon_is_said_back_as_a_day_of_the_sun() -> None:
    (mention,) = find_dates("mùng 5 tháng chạp nộp thì bữa nào có", THURSDAY)
    assert moon_said(mention) == "Mùng 5 tháng Chạp âm lịch là thứ Ba 12/01/2027."
    (plain,) = find_dates("thứ hai nộp thì bữa nào có", THURSDAY)
    assert moon_said(plain) is None


def test_a_closed_day_comes_with_the_working_days_beside_it() -> None:
    said = on_day(CALENDAR, date(2026, 11, 28), at(9), "anh/chị")
    assert "nghỉ" in said
    assert "thứ Sáu 27/11/2026 hoặc thứ Hai 30/11/2026" in said
