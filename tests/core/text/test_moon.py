"""Days of the moon calendar, and how citizens name them. Dates of Tết and leap months are those that were
announced; a whole century was also compared day by day with two published converters.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.fold import fold
from core.text.moon import MoonDate, last_of_year, moon_date, spell_moon, sun_date
from core.text.when import find_dates, when

THURSDAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    "tet",
    [
        "1985-01-21",  # a month before the Chinese new year
        "2007-02-17",  # a day before it
        "2020-01-25",
        "2021-02-12",
        "2022-02-01",
        "2023-01-22",
        "2024-02-10",
        "2025-01-29",
        "2026-02-17",
        "2027-02-06",
        "2028-01-26",
        "2029-02-13",
        "2030-02-02",  # a day before it
    ],
)
def test_tet_falls_on_the_vietnamese_day(tet: str) -> None:
    day = date.fromisoformat(tet)
    assert moon_date(day) == MoonDate(1, 1, day.year)
    assert sun_date(MoonDate(1, 1, day.year)) == day
    assert last_of_year(day.year - 1) == day - timedelta(1)


@pytest.mark.parametrize(
    ("year", "month"),
    [(2014, 9), (2017, 6), (2020, 4), (2023, 2), (2025, 6), (2028, 5), (2031, 3), (2033, 11), (2036, 6)],
)
def test_a_leap_month_follows_the_month_of_its_number(year: int, month: int) -> None:
    plain, leap = sun_date(MoonDate(1, month, year)), sun_date(MoonDate(1, month, year, leap=True))
    assert plain is not None
    assert leap is not None
    assert 29 <= (leap - plain).days <= 30
    others = [sun_date(MoonDate(1, n, year, leap=True)) for n in range(1, 13) if n != month]
    assert others == [None] * 11


@given(st.dates(min_value=date(1970, 1, 1), max_value=date(2090, 12, 31)))
def test_every_day_has_one_name_in_the_moon_calendar(day: date) -> None:
    assert sun_date(moon_date(day)) == day


def test_there_is_no_thirtieth_in_a_short_month() -> None:
    assert sun_date(MoonDate(30, 12, 2023)) == date(2024, 2, 9)
    assert sun_date(MoonDate(30, 12, 2026)) is None
    assert last_of_year(2026) == date(2027, 2, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mùng 5 tháng chạp nộp thì bữa nào có", "2027-01-12"),
        ("mùng 5 tháng Chạp", "2027-01-12"),
        ("mồng 3 tháng giêng ra được không", "2027-02-08"),
        ("nộp mùng 6 tết thì hôm mô có giấy", "2027-02-11"),
        ("28 tết còn làm không", "2027-02-04"),
        ("30 tết phường có mở cửa không", "2027-02-05"),
        ("nộp ngày 28 tháng chạp thì hôm nào lấy", "2027-02-04"),
        ("23 tháng chạp", "2027-01-30"),
        ("rằm tháng 7 năm sau", "2027-08-16"),
        ("rằm tháng giêng", "2027-02-20"),
        ("nộp hôm rằm thì ngày nào có", "2026-12-23"),
        ("giỗ ông ngày 10/3 âm lịch", "2027-04-16"),
        ("ngày 5 tháng 11 âm", "2026-12-13"),
        ("ông mất hôm rằm tháng 9 âm lịch rồi", "2026-10-24"),
    ],
)
def test_a_day_of_the_moon_is_understood_with_and_without_marks(text: str, expected: str) -> None:
    day = date.fromisoformat(expected)
    assert when(text, THURSDAY) == day
    if "rằm thì" not in text:  # "ram" alone may be anything
        assert when(fold(text), THURSDAY) == day


@pytest.mark.parametrize(
    "text", ["mùng 5 tui ra", "tết này có làm không", "28 ngày", "5 tháng 10 ngày", "âm lịch là gì"]
)
def test_what_may_mean_anything_is_not_guessed(text: str) -> None:
    assert all(mention.moon is None for mention in find_dates(text, THURSDAY))


def test_the_national_holiday_stays_a_day_of_the_sun() -> None:
    (mention,) = find_dates("mùng 2 tháng 9 có làm không", date(2026, 8, 20))
    assert (mention.day, mention.moon) == (date(2026, 9, 2), None)


def test_an_answer_can_say_both_names() -> None:
    (mention,) = find_dates("mùng 5 tháng chạp nộp", THURSDAY)
    assert (mention.text, mention.moon) == ("mùng 5 tháng chạp", "mùng 5 tháng Chạp âm lịch")
    assert spell_moon(MoonDate(15, 7, 2027)) == "rằm tháng 7 âm lịch"
    assert spell_moon(MoonDate(23, 6, 2025, leap=True)) == "ngày 23 tháng 6 nhuận âm lịch"
