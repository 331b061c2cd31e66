"""Fees: free only where nobody pays, both sides of a contradiction, lost zeros, dated reductions."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.importer.fee_truth import not_free_after_all, typed_fee
from knowledge.importer.fee_words import demands_fee, exemptions_in, until, words_of_fee
from knowledge.importer.findings import Defect, Findings
from knowledge.importer.parse_fees import printed_fees, tidy_note
from knowledge.importer.raw import RawFee
from knowledge.schemas import Fee, FeeKind


def typed(raw: RawFee, beside: str = "") -> tuple[Fee, Findings]:
    findings = Findings()
    return typed_fee(raw, beside, findings)[0], findings


@pytest.mark.parametrize(
    "note", ["", "Không", "Không có.", "Không quy định", "Chưa quy định.", "Miễn lệ phí."]
)
def test_free_stays_free_when_the_note_asks_for_nothing(note: str) -> None:
    fee, findings = typed(RawFee("free", note=tidy_note(note)))
    assert fee.kind is FeeKind.FREE
    assert not findings.has(Defect.NOT_REALLY_FREE)


@pytest.mark.parametrize(
    "note",
    [
        "Mức lệ phí soi đèn do Hội đồng nhân dân tỉnh quyết định.",
        "Theo quy định của Hội đồng nhân dân cấp tỉnh",
        "Thông tư số 11/2030/TT-BTC quy định mức thu lệ phí soi đèn",
        "Miễn lệ phí. Phí cấp bản sao thẻ đèn (nếu có yêu cầu) theo quy định.",
        "Miễn lệ phí cho người nuôi đom đóm; hộ nghèo.",
        "30.000 đồng/đèn",
    ],
)
def test_free_with_a_note_about_paying_is_not_free(note: str) -> None:
    fee, findings = typed(RawFee("free", note=note))
    assert fee.kind is FeeKind.VARIES
    assert fee.note == note
    assert findings.has(Defect.NOT_REALLY_FREE)


def test_free_is_taken_back_when_a_step_says_who_pays() -> None:
    findings = Findings()
    steps = ["Nộp đèn tại quầy; nộp lệ phí nếu thuộc trường hợp phải nộp lệ phí soi đèn."]
    (fee,) = not_free_after_all((Fee(kind=FeeKind.FREE),), steps, findings)
    assert fee.kind is FeeKind.VARIES
    assert "nộp lệ phí nếu thuộc trường hợp phải nộp" in (fee.note or "")
    assert findings.has(Defect.NOT_REALLY_FREE)


@pytest.mark.parametrize(
    "text",
    [
        "Nhà nước hỗ trợ chi phí và kinh phí soi đèn.",
        "Người soi đèn không phải nộp lệ phí.",
        "Tổ chức thu phí dán thông báo tại quầy.",
        "Đóng học phí cho thợ đèn.",
        "Nộp thuế và tiền thuê đèn.",
    ],
)
def test_other_money_is_no_fee(text: str) -> None:
    assert words_of_fee(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Bước 4: Người soi đèn nộp lệ phí theo quy định.",
        "Doanh nghiệp nộp phí soi đèn.",
        "Biên lai nộp phí, lệ phí soi đèn.",
        "Tạm thu lệ phí của chủ đèn.",
    ],
)
def test_a_fee_to_pay_is_heard(text: str) -> None:
    assert words_of_fee(text)


def test_a_known_amount_says_for_what_and_per_what() -> None:
    fee, _ = typed(RawFee("amount", 30_000, note="Phí soi đèn: 30.000 đồng/đèn (Thông tư số 11/2030/TT-BTC)"))
    assert (fee.kind, fee.amount, fee.per, fee.name) == (FeeKind.KNOWN, 30_000, "đèn", "Phí soi đèn")
    assert fee.basis == "11/2030/TT-BTC"


@pytest.mark.parametrize(("note", "per"), [("/đèn", "đèn"), ("đồng/lần", "lần"), ("hồ sơ", "hồ sơ")])
def test_a_note_that_only_says_per_what(note: str, per: str) -> None:
    fee, _ = typed(RawFee("amount", 30_000, note=note))
    assert (fee.per, fee.note) == (per, None)


def test_a_note_that_only_says_when() -> None:
    fee, _ = typed(RawFee("amount", 30_000, note="- Đối với đèn dầu"))
    assert (fee.when, fee.note) == ("Đối với đèn dầu", None)


def test_the_council_sets_the_fee_even_where_the_cell_has_an_amount() -> None:
    fee, _ = typed(RawFee("amount", 150_000, note="Mức lệ phí cụ thể do HĐND tỉnh quyết định."))
    assert fee.kind is FeeKind.VARIES
    assert (fee.note or "").startswith("Cổng ghi 150.000 đồng.")


def test_a_contradiction_shows_both_amounts_and_asks_for_a_look() -> None:
    fee, findings = typed(RawFee("amount", 5_000, note="nộp qua mạng thu 7.000 đồng/lần"))
    assert fee.kind is FeeKind.VARIES
    assert "5.000 đồng" in (fee.note or "")
    assert "7.000 đồng" in (fee.note or "")
    assert findings.has(Defect.CONTRADICTION)
    assert "5.000 đồng" in findings.to_check[0]


def test_lost_zeros_come_back_only_when_the_note_has_them() -> None:
    fee, findings = typed(RawFee("amount", 20, note="20.000 đ/tờ khai"))
    assert (fee.kind, fee.amount, fee.per) == (FeeKind.KNOWN, 20_000, "tờ khai")
    fee, findings = typed(RawFee("amount", 20))
    assert fee.kind is FeeKind.UNKNOWN
    assert findings.has(Defect.AMOUNT_WITHOUT_THOUSANDS)
    assert findings.to_check


def test_a_dated_reduction_is_a_fee_of_its_own() -> None:
    note = "áp dụng mức phí 400.000 đồng/hồ sơ kể từ ngày 01/7/2030 đến hết ngày 31/12/2031"
    findings = Findings()
    full, reduced = typed_fee(RawFee("amount", 800_000, note=note), "", findings)
    assert (full.amount, full.until) == (800_000, None)
    assert (reduced.amount, reduced.until) == (400_000, date(2031, 12, 31))
    assert findings.has(Defect.FEE_WITH_END_DATE)


def test_an_amount_that_ends_says_when() -> None:
    fee, _ = typed(RawFee("amount", 25, note="25.000đ/thẻ đèn (áp dụng đến hết ngày 31/12/2031)"))
    assert (fee.amount, fee.until) == (25_000, date(2031, 12, 31))


def test_another_currency_is_never_an_amount_in_dong() -> None:
    fee, findings = typed(RawFee("foreign", words="10 USD", note="/thẻ"))
    assert (fee.kind, fee.amount, fee.note) == (FeeKind.VARIES, None, "Mức thu: 10 USD/thẻ")
    assert findings.has(Defect.FOREIGN_CURRENCY)


def test_nothing_said_is_unknown_unless_the_description_names_the_council() -> None:
    fee, _ = typed(RawFee("none"))
    assert fee.kind is FeeKind.UNKNOWN
    fee, _ = typed(RawFee("none"), "Phí soi đèn do Hội đồng nhân dân cấp tỉnh quyết định. Mang đèn đến quầy.")
    assert fee.kind is FeeKind.VARIES
    assert fee.note == "Phí soi đèn do Hội đồng nhân dân cấp tỉnh quyết định."


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Phí : 0 Đồng", [RawFee("free")]),
        ("Phí : Không Đồng", [RawFee("free")]),
        ("Lệ phí : 8000 Đồng", [RawFee("amount", 8_000, name="Lệ phí")]),
        (
            "Phí : 1.500.000 Đồng (soi đèn biển)",
            [RawFee("amount", 1_500_000, name="Phí", note="soi đèn biển")],
        ),
        ("Lệ phí : 10.00 USD", [RawFee("foreign", words="10.00 USD", name="Lệ phí")]),
        ("", [RawFee("none")]),
        (
            "Phí : 8000 Đồng (đèn)\nLệ phí : 9000 Đồng (thẻ)",
            [
                RawFee("amount", 8_000, name="Phí", note="đèn"),
                RawFee("amount", 9_000, name="Lệ phí", note="thẻ"),
            ],
        ),
    ],
)
def test_the_printed_form_of_a_fee(cell: str, expected: list[RawFee]) -> None:
    assert list(printed_fees(cell)) == expected


def test_exemptions_are_found_in_notes() -> None:
    note = "Mức lệ phí do Hội đồng nhân dân tỉnh quyết định. Miễn lệ phí cho người nuôi đom đóm; hộ nghèo."
    assert exemptions_in(note) == ["Miễn lệ phí cho người nuôi đom đóm; hộ nghèo"]


def test_small_readings() -> None:
    assert until("áp dụng đến hết ngày 31/12/2031") == date(2031, 12, 31)
    assert until("đến ngày 45/12/2031") is None
    assert not demands_fee("Không thu lệ phí")
