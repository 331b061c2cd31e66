"""Lengths of time: units, lost units, missing times, a description that says otherwise."""

from __future__ import annotations

import pytest

from knowledge.importer.findings import Defect, Findings
from knowledge.importer.parse_durations import UNIT_LOST, duration_mentions, parse_duration
from knowledge.schemas import DurationUnit


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [
        ("5 Ngày làm việc", DurationUnit.WORKING_DAY, 5),
        ("20 Ngày", DurationUnit.DAY, 20),
        ("02 Giờ", DurationUnit.HOUR, 2),
        ("8 Giờ làm việc", DurationUnit.WORKING_HOUR, 8),
        ("4 Tháng", DurationUnit.MONTH, 4),
        ("1 Năm", DurationUnit.YEAR, 1),
    ],
)
def test_a_time_with_its_unit(cell: str, unit: DurationUnit, value: int) -> None:
    found = parse_duration(cell, "", Findings())
    assert (found.unit, found.value, found.note) == (unit, value, None)


def test_a_lost_unit_is_read_as_the_printout_reads_it_and_says_so() -> None:
    findings = Findings()
    found = parse_duration("1", "", findings)
    assert (found.unit, found.value, found.note) == (DurationUnit.DAY, 1, UNIT_LOST)
    assert findings.has(Defect.TIME_WITHOUT_UNIT)


def test_the_description_gives_a_lost_unit_back() -> None:
    found = parse_duration("6", "Không quá 06 ngày làm việc kể từ ngày nhận đèn.", Findings())
    assert (found.unit, found.value) == (DurationUnit.WORKING_DAY, 6)


def test_a_missing_time_is_taken_from_a_description_that_says_one_thing() -> None:
    found = parse_duration("Không có thông tin", "09 (chín) ngày làm việc kể từ ngày nhận đủ đèn", Findings())
    assert (found.unit, found.value) == (DurationUnit.WORKING_DAY, 9)


@pytest.mark.parametrize(
    "description",
    [
        "",
        "03 ngày kể từ ngày nhận đèn lớn; 05 ngày kể từ ngày nhận đèn nhỏ",
        "Đèn phải sáng trong 05 năm.",
    ],
)
def test_a_missing_time_stays_missing_when_nothing_settles_it(description: str) -> None:
    findings = Findings()
    found = parse_duration("Không có thông tin", description, findings)
    assert (found.unit, found.value) == (None, None)
    assert findings.has(Defect.TIME_MISSING)


def test_a_description_in_another_unit_is_shown_beside_the_cell() -> None:
    findings = Findings()
    found = parse_duration("20 Ngày", "Không quá 20 ngày làm việc, kể từ ngày nộp đủ đèn.", findings)
    assert (found.unit, found.value) == (DurationUnit.DAY, 20)
    assert "20 ngày làm việc" in (found.note or "")
    assert findings.has(Defect.CONTRADICTION)
    assert findings.to_check


def test_a_half_day_keeps_its_words() -> None:
    found = parse_duration("1.5 Ngày làm việc", "", Findings())
    assert (found.unit, found.note) == (None, "1,5 ngày làm việc")


def test_a_time_in_words_keeps_its_words() -> None:
    found = parse_duration("Trước khi tàu rời bến", "", Findings())
    assert (found.unit, found.note) == (None, "Trước khi tàu rời bến")


def test_dates_are_no_lengths_of_time() -> None:
    assert duration_mentions("Thông tư ngày 14 tháng 8 năm 2022, hiệu lực 30/6/2026") == []
