"""The glued table of ways to file: rows, lost units, lost zeros, brackets."""

from __future__ import annotations

import pytest

from knowledge.importer.findings import Defect, Findings
from knowledge.importer.parse_methods import HEADER, cut_run, parse_methods
from knowledge.importer.raw import RawFee, RawMethod
from knowledge.schemas import SubmissionChannel

ONLINE, COUNTER, POST = SubmissionChannel.ONLINE, SubmissionChannel.COUNTER, SubmissionChannel.POST


def rows(cell: str) -> tuple[RawMethod, ...]:
    return parse_methods(HEADER + cell, Findings())


def test_three_glued_rows_come_apart() -> None:
    found = rows(
        "Trực tuyến3 Ngày làm việcMiễn phíDịch vụ bưu chính4 NgàyMiễn phíTrực tiếp2 GiờKhông có thông tin"
    )
    assert [(row.channel, row.time, row.fees[0].stated) for row in found] == [
        (ONLINE, "3 Ngày làm việc", "free"),
        (POST, "4 Ngày", "free"),
        (COUNTER, "2 Giờ", "none"),
    ]


def test_a_number_without_a_unit_is_the_time() -> None:
    assert [(row.channel, row.time) for row in rows("Trực tuyến1Miễn phíTrực tiếp12Miễn phí")] == [
        (ONLINE, "1"),
        (COUNTER, "12"),
    ]


def test_a_channel_named_in_a_description_begins_no_row() -> None:
    found = rows(
        "Trực tuyến5 NgàyMiễn phíNộp hồ sơ tại nhà ga. Trực tiếp: mang theo thẻ.\nTrực tiếp7 NgàyMiễn phí"
    )
    assert [row.channel for row in found] == [ONLINE, COUNTER]
    assert found[0].note == "Nộp hồ sơ tại nhà ga. Trực tiếp: mang theo thẻ."


def test_the_note_in_brackets_belongs_to_the_fee_and_the_rest_to_the_row() -> None:
    (row,) = rows("Trực tiếp2 Ngày30,000 VNĐ(Phí soi đèn (mỗi đèn))Mang đèn đến quầy.")
    assert row.fees == (RawFee("amount", 30_000, note="Phí soi đèn (mỗi đèn)"),)
    assert row.note == "Mang đèn đến quầy."


def test_a_forgotten_bracket_does_not_swallow_the_description() -> None:
    (row,) = rows("Trực tiếp2 Ngày30,000 VNĐ((Phí soi đèn )Mang đèn đến quầy.")
    assert row.fees[0].note == "Phí soi đèn"
    assert row.note == "Mang đèn đến quầy."


def test_several_fees_of_one_row_keep_their_own_notes() -> None:
    (row,) = rows(
        "Trực tuyến2 Ngày40,000 Việt Nam Đồng(- Đèn lớn)25,000 Việt Nam Đồng(- Đèn nhỏ)Gửi ảnh đèn."
    )
    assert [(fee.amount, fee.note) for fee in row.fees] == [(40_000, "- Đèn lớn"), (25_000, "- Đèn nhỏ")]
    assert row.note == "Gửi ảnh đèn."


@pytest.mark.parametrize(
    ("run", "known", "expected"),
    [
        ("120", set(), ("1", "20")),
        ("140,000", set(), ("1", "40,000")),
        ("1200", set(), ("1", "200")),
        ("125", {1}, ("1", "25")),
        ("125", {12}, ("12", "5")),
        ("125", set(), ("", "125")),
    ],
)
def test_a_time_glued_to_an_amount_is_cut_only_where_one_cut_is_possible(
    run: str, known: set[int], expected: tuple[str, str]
) -> None:
    assert cut_run(run, known) == expected


def test_a_row_beside_it_tells_where_to_cut() -> None:
    found = rows("Trực tuyến1Miễn phíTrực tiếp125 VNĐ")
    assert found[1].time == "1"
    assert found[1].fees[0].amount == 25


def test_a_time_in_words_is_kept() -> None:
    (row,) = rows("Trực tuyếnKhông phải trả kết quả cho người soi đènMiễn phí")
    assert row.time == "Không phải trả kết quả cho người soi đèn"


def test_what_cannot_be_taken_apart_is_said() -> None:
    findings = Findings()
    assert parse_methods(HEADER + "Gửi chim câu 3 ngày", findings) == ()
    assert findings.has(Defect.GLUED_CELL)
    assert findings.to_check


def test_equal_rows_appear_once() -> None:
    assert len(rows("Trực tiếp2 NgàyMiễn phíTrực tiếp2 NgàyMiễn phí")) == 1
