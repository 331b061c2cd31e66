"""The real exports, whole: nothing lost, known defects found, no figure that the source does not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.importer.findings import Defect
from knowledge.importer.pipeline import FileResult, read_export
from knowledge.importer.report import ImportReport
from knowledge.schemas import DurationUnit, FeeKind, Level, Procedure


@pytest.fixture(scope="module")
def national(shared: Path) -> FileResult:
    path = shared / "data" / "procedures" / "national-2026-07.jsonl.gz"
    if not path.exists():
        pytest.skip("the national export is not here")
    return read_export(path)


@pytest.fixture(scope="module")
def defence(shared: Path) -> FileResult:
    path = shared / "data" / "procedures" / "defence-2025-12.jsonl.gz"
    if not path.exists():
        pytest.skip("the defence export is not here")
    return read_export(path)


@pytest.fixture(scope="module")
def report(national: FileResult) -> ImportReport:
    found = ImportReport(read=national.read)
    found.count_defects(national.built)
    return found


@pytest.fixture(scope="module")
def by_code(national: FileResult) -> dict[str, Procedure]:
    return {one.procedure.code: one.procedure for one in national.built}


def kinds(procedure: Procedure) -> set[FeeKind]:
    return {fee.kind for method in procedure.methods for fee in method.fees}


def test_every_record_is_read(national: FileResult, defence: FileResult) -> None:
    assert (len(national.built), national.unreadable) == (2642, [])
    assert (len(defence.built), defence.unreadable) == (207, [])
    assert sum(Level.COMMUNE in one.procedure.levels for one in national.built) == 588


def test_every_record_has_ways_of_filing_and_steps(national: FileResult, defence: FileResult) -> None:
    for one in (*national.built, *defence.built):
        assert one.procedure.methods, one.procedure.code
        assert one.procedure.steps, one.procedure.code
        assert one.procedure.levels, one.procedure.code
        assert all(method.durations and method.fees for method in one.procedure.methods)


@pytest.mark.parametrize("code", ["1.004873", "1.000656", "1.013225", "1.001193", "1.004772", "2.000986"])
def test_what_the_portal_calls_free_and_is_not(by_code: dict[str, Procedure], code: str) -> None:
    assert kinds(by_code[code]) == {FeeKind.VARIES}
    assert all(fee.note for method in by_code[code].methods for fee in method.fees)


def test_a_contradiction_keeps_both_amounts(by_code: dict[str, Procedure]) -> None:
    notes = " ".join(fee.note or "" for method in by_code["1.002755"].methods for fee in method.fees)
    assert "5.000 đồng" in notes
    assert "7.000 đồng" in notes
    assert by_code["1.002755"].needs_check


def test_a_known_fee_is_never_smaller_than_the_smallest_real_one(national: FileResult) -> None:
    for one in national.built:
        for method in one.procedure.methods:
            for fee in method.fees:
                assert fee.amount is None or fee.amount >= 1_000, one.procedure.code


def test_the_misplaced_words_of_the_birth_record_are_back(by_code: dict[str, Procedure]) -> None:
    assert "đăng ký khai sinh tại Trung tâm Phục vụ hành chính công" in by_code["1.001193"].steps[0]
    assert "hoàn tất việc nộp hồ sơ" in by_code["1.001193"].steps[1]
    assert by_code["1.001193"].same_day_after_15h


def test_shuffled_steps_are_in_order(by_code: dict[str, Procedure]) -> None:
    assert [step[:7] for step in by_code["2.000012"].steps] == ["Bước 1:", "Bước 2:", "Bước 3:"]


def test_no_page_furniture_is_left(national: FileResult) -> None:
    for one in national.built:
        for text in (*one.procedure.results, one.procedure.summary or "", *one.procedure.conditions):
            assert "Chọn cơ quan thực hiện" not in text, one.procedure.code
            assert "Từ khóaKhông" not in text, one.procedure.code
            assert "Mã: KQ" not in text, one.procedure.code


def test_no_table_heading_or_file_name_is_left_in_a_paper(national: FileResult) -> None:
    left = []
    for one in national.built:
        for paper in one.procedure.papers:
            assert "Tên giấy tờMẫu đơn" not in paper.name, one.procedure.code
            if paper.name.endswith((".docx", ".doc", ".pdf")):
                left.append(one.procedure.code)
    assert len(left) <= 10, left  # of 2,294 rows with a file


def test_a_time_has_a_unit_exactly_when_it_has_a_number(national: FileResult) -> None:
    for one in national.built:
        for method in one.procedure.methods:
            for duration in method.durations:
                if duration.unit is not DurationUnit.SAME_DAY:
                    assert (duration.unit is None) == (duration.value is None), one.procedure.code


def test_the_known_defects_are_counted(report: ImportReport) -> None:
    at_least = {
        Defect.GLUED_CELL: 2_600,
        Defect.NOT_REALLY_FREE: 300,
        Defect.TIME_WITHOUT_UNIT: 300,
        Defect.TIME_MISSING: 100,
        Defect.CONTRADICTION: 40,
        Defect.PAGE_FURNITURE: 2_251,
        Defect.ABOLISHED_DISTRICT: 53,
        Defect.NAME_NOT_UNIQUE: 15,
        Defect.SCRAMBLED_STEPS: 2,
        Defect.FEE_WITH_END_DATE: 100,
        Defect.SECTION_DISPLACED: 30,
        Defect.AMOUNT_WITHOUT_THOUSANDS: 80,
        Defect.FOREIGN_CURRENCY: 20,
        Defect.TRIAL_RECORD: 1,
    }
    for defect, number in at_least.items():
        assert report.of(defect).records >= number, defect
        assert report.of(defect).examples, defect
    assert set(report.ministries_missing) >= {"Y tế", "Nội vụ", "Công Thương", "Ngoại giao"}
