"""Whole records and whole files: both formats, displaced sections, broken lines, the report."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from knowledge.importer.build import build, typed_record
from knowledge.importer.findings import Defect, Findings
from knowledge.importer.formats import UnknownFormat, recognise
from knowledge.importer.pipeline import read_export
from knowledge.importer.reader import UnreadableFile, date_of
from knowledge.importer.report import ImportReport
from knowledge.schemas import DurationUnit, FeeKind, Level, Procedure, SubmissionChannel
from tests.knowledge.importer.exports import METHODS, PAPERS, defence, national, write


def read(record: dict[str, object]) -> tuple[Procedure, Findings]:
    findings = Findings()
    raw = recognise(record).make_raw(record, findings)
    return build(raw, findings).procedure, findings


def test_a_national_record_becomes_typed() -> None:
    found = typed_record(national("9.000001"), date(2030, 5, 1))
    assert (found.code, found.name, found.levels) == ("9.000001", "Soi đèn biển", (Level.COMMUNE,))
    assert found.applicants == ("Công dân Việt Nam", "Tổ chức (không bao gồm doanh nghiệp, HTX)")
    assert {method.channel for method in found.methods} == {
        SubmissionChannel.ONLINE,
        SubmissionChannel.COUNTER,
    }
    assert {fee.kind for method in found.methods for fee in method.fees} == {FeeKind.FREE}
    assert found.results == ("Thẻ đèn",)
    assert [document.number for document in found.legal] == ["5/2030/QH15"]
    assert (found.agency, found.authority, found.conditions) == (None, None, ())
    assert found.source_date == date(2030, 5, 1)
    assert found.needs_check == ()


def test_a_defence_record_becomes_typed() -> None:
    found = typed_record(defence("9.100001"))
    assert found.levels == (Level.COMMUNE, Level.PROVINCE)
    assert found.decision == "12/QĐ-BQP"
    assert found.source == "defence"
    counter, post = found.methods
    assert (counter.durations[0].unit, counter.durations[0].value) == (DurationUnit.HOUR, 2)
    assert (counter.fees[0].kind, counter.fees[0].amount) == (FeeKind.KNOWN, 8_000)
    assert post.fees[0].kind is FeeKind.FREE
    assert [(paper.name, paper.originals, paper.copies, paper.form_name) for paper in found.papers] == [
        ("Đơn gác đèn", 1, 2, "MauDon.docx")
    ]
    assert [document.number for document in found.legal] == ["5/2030/QH15", "12/2031/QĐ-TTg"]
    assert found.results == ("Giấy gác đèn", "Sổ gác đèn")
    assert len(found.steps) == 2
    assert found.conditions == ()


def test_the_abolished_district_level_asks_for_a_look() -> None:
    found, findings = read(
        national("9.000001", trinh_tu_thuc_hien="Bước 1: Nộp đèn tại Ủy ban nhân dân huyện.\nBước 2: Về.")
    )
    assert findings.has(Defect.ABOLISHED_DISTRICT)
    assert "cấp huyện" in found.needs_check[0]


def test_a_province_under_the_centre_is_no_district() -> None:
    _, findings = read(
        national("9.000001", trinh_tu_thuc_hien="Tỉnh, thành phố trực thuộc Trung ương soi đèn.")
    )
    assert not findings.has(Defect.ABOLISHED_DISTRICT)


def test_a_free_cell_is_not_free_when_a_condition_names_a_fee() -> None:
    found, findings = read(national("9.000001", yeu_cau_dieu_kien="Đã nộp lệ phí soi đèn."))
    assert {fee.kind for method in found.methods for fee in method.fees} == {FeeKind.VARIES}
    assert findings.has(Defect.NOT_REALLY_FREE)


def test_a_trial_record_of_the_source_is_noticed() -> None:
    found, findings = read(national("9.000001", so_quyet_dinh="Demo/QĐ-BXD"))
    assert findings.has(Defect.TRIAL_RECORD)
    assert found.needs_check


def test_matters_of_grief_are_marked() -> None:
    assert typed_record(national("9.000001", name="Đăng ký khai tử")).sad
    assert not typed_record(national("9.000001")).sad


def test_steps_that_landed_in_the_papers_go_back_and_the_loss_is_said() -> None:
    found, findings = read(
        national(
            "9.000001",
            trinh_tu_thuc_hien="Bước 1. Lập hồ sơ theo mục",
            thanh_phan_ho_so=".\nBước 2. Nộp đèn.\nBước 3. Nhận thẻ.",
        )
    )
    assert found.steps[0] == "Bước 1. Lập hồ sơ theo mục Thành phần hồ sơ."
    assert len(found.steps) == 3
    assert found.papers == ()
    assert findings.has(Defect.SECTION_DISPLACED)
    assert "bảng giấy tờ" in found.needs_check[0]


def test_papers_that_landed_in_the_conditions_go_back() -> None:
    found, findings = read(
        national(
            "9.000001",
            thanh_phan_ho_so="--" + PAPERS + "Giấy chứng minh đáp ứng",
            yeu_cau_dieu_kien="gác đèn.1 bản chínhThẻ gác đèn1 bản chính",
        )
    )
    assert [paper.name for paper in found.papers] == [
        "Giấy chứng minh đáp ứng yêu cầu, điều kiện thực hiện gác đèn",
        "Thẻ gác đèn",
    ]
    assert found.conditions == ()
    assert findings.has(Defect.SECTION_DISPLACED)


def test_ways_of_filing_that_landed_in_the_legal_basis_go_back() -> None:
    found, _ = read(
        national(
            "9.000001",
            cach_thuc_thuc_hien=METHODS + "Trực tuyến1 Ngày8,000 VNĐ(",
            can_cu_phap_ly=": Thông tư 2/2030/TT-BTC.)Trực tiếp2 Ngày8,000 VNĐ"
            "(Căn cứ pháp lý: Thông tư 2/2030/TT-BTC.)",
        )
    )
    assert [(m.channel, m.fees[0].amount, m.fees[0].basis) for m in found.methods] == [
        (SubmissionChannel.ONLINE, 8_000, "2/2030/TT-BTC"),
        (SubmissionChannel.COUNTER, 8_000, "2/2030/TT-BTC"),
    ]
    assert found.legal == ()


def test_plain_text_of_one_province_is_refused_with_a_reason() -> None:
    with pytest.raises(UnknownFormat, match="văn bản thuần"):
        recognise({"ma_tthc": "9.000001", "text": "…"})
    with pytest.raises(UnknownFormat, match="không nhận ra"):
        recognise({"x": 1})


def test_broken_lines_are_listed_with_their_numbers(tmp_path: Path) -> None:
    path = write(
        tmp_path / "national-2030-05.jsonl",
        [
            national("9.000001"),
            '{"ma_thu_tuc": ',
            "",
            "[1, 2]",
            national("9.000002", name=" "),
            national("9.000003"),
            national("9.000001", name="Soi đèn lần hai"),
        ],
    )
    found = read_export(path)
    assert found.source_date == date(2030, 5, 1)
    assert {one.procedure.code for one in found.built} == {"9.000001", "9.000003"}
    assert {(item.line, item.code) for item in found.unreadable} == {
        (2, None),
        (4, None),
        (5, "9.000002"),
        (1, "9.000001"),
    }
    assert all(item.reason for item in found.unreadable)
    assert not found.complete
    assert found.read == 6


def test_a_file_cut_in_the_middle_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "national-2030-05.jsonl.gz", [national(f"9.{n:06d}") for n in range(3000)])
    path.write_bytes(path.read_bytes()[:-400])
    found = read_export(path)
    assert found.cut
    assert found.built
    assert "cắt ngang" in found.unreadable[-1].reason


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.jsonl", None, "không mở được"),
        ("empty.jsonl", b"", "không có bản ghi"),
        ("text.jsonl.gz", b"plain", "gzip"),
        ("other.jsonl", b'{"a": 1}\n', "không nhận ra"),
        ("land.jsonl", b'{"ma_tthc": "1", "text": "x"}\n', "văn bản thuần"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=message) as raised:
        read_export(path)
    assert name in str(raised.value)
    assert "\n" not in str(raised.value)


def test_only_one_level_is_taken_when_asked(tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.jsonl", [national("9.000001"), national("9.000002", cap_thuc_hien="Cấp bộ, Cấp tỉnh")]
    )
    assert [one.procedure.code for one in read_export(path, level=Level.PROVINCE).built] == ["9.000002"]


def test_the_day_of_a_file_is_in_its_name() -> None:
    assert date_of(Path("national-2026-07.jsonl.gz")) == date(2026, 7, 1)
    assert date_of(Path("x-2026-07-15.jsonl")) == date(2026, 7, 15)
    assert date_of(Path("x-2026-02-30.jsonl")) is None
    assert date_of(Path("export.jsonl")) is None


def test_the_report_counts_defects_names_and_ministries(tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.jsonl",
        [
            national("9.000001"),
            national("9.000002", cach_thuc_thuc_hien=METHODS + "Trực tiếp1Miễn phí(30.000 đồng/đèn)"),
            national("9.000003", name="Lau đèn", so_quyet_dinh="9/QĐ-BYT"),
        ],
    )
    found = read_export(path)
    report = ImportReport(read=found.read)
    report.count_defects(found.built)
    report.add_unreadable(found.unreadable)
    assert report.of(Defect.NOT_REALLY_FREE).examples == ["9.000002"]
    assert report.of(Defect.TIME_WITHOUT_UNIT).records == 1
    assert report.of(Defect.NAME_NOT_UNIQUE).records == 2
    assert report.of(Defect.PAGE_FURNITURE).mended == 3
    assert report.of(Defect.CONTRADICTION).records == 0
    assert "Y tế" not in report.ministries_missing
    assert "Nội vụ" in report.ministries_missing
    assert json.loads(json.dumps(report.to_json()))["read"] == 3
    assert "Ghi “Miễn phí” nhưng bản ghi có nói đến khoản phải nộp: 1" in report.to_text()
