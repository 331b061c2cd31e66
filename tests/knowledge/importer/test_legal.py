"""Legal documents: glued pairs of title and number."""

from __future__ import annotations

import pytest

from knowledge.importer.findings import Defect, Findings
from knowledge.importer.parse_legal import HEADER, legal_numbers, normal_number, parse_legal


def pairs(cell: str) -> list[tuple[str, str | None]]:
    return [(document.number, document.title) for document in parse_legal(HEADER + cell, Findings())]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (
            "Nghị định về đèn biển11/2030/NĐ-CPThông tư về đèn dầu12/2031/TT-BXD",
            [("11/2030/NĐ-CP", "Nghị định về đèn biển"), ("12/2031/TT-BXD", "Thông tư về đèn dầu")],
        ),
        ("Luật 60/2030/QH1560/2030/QH15", [("60/2030/QH15", "Luật 60/2030/QH15")]),
        (
            "Luật Đèn ngày 29/6/203043/2030/QH15sửa đổi đèn44/2030/QH15",
            [("43/2030/QH15", "Luật Đèn ngày 29/6/2030"), ("44/2030/QH15", "sửa đổi đèn")],
        ),
        (
            "Thông tư số 3/2030/TT-BTP ngày 02/8/2030 của Bộ Tư phápThông tư số 3/2030/TT-BTP"
            "Luật Đèn5/2031/QH16",
            [
                ("3/2030/TT-BTP", "Thông tư số 3/2030/TT-BTP ngày 02/8/2030 của Bộ Tư pháp"),
                ("5/2031/QH16", "Luật Đèn"),
            ],
        ),
        (
            "Luật Đèn biển 41/2030/QH15Quy định đèn6/2031/NĐ-CP",
            [("41/2030/QH15", "Luật Đèn biển"), ("6/2031/NĐ-CP", "Quy định đèn")],
        ),
        ("Liên tịch đèn5/2030/TTLT-BTP-BCA-BYT", [("5/2030/TTLT-BTP-BCA-BYT", "Liên tịch đèn")]),
        ("Nghị quyết cắt giảm66.7/2030/NQ-CP", [("66.7/2030/NQ-CP", "Nghị quyết cắt giảm")]),
        ("Ưu đãi đèn26/2030/PL-UBTVQH11", [("26/2030/PL-UBTVQH11", "Ưu đãi đèn")]),
        (
            "Luật Đất đèn54/2030/QH15193/2031/NĐ-CP193/2031/NĐ-CP",
            [("54/2030/QH15", "Luật Đất đèn"), ("193/2031/NĐ-CP", "193/2031/NĐ-CP")],
        ),
    ],
)
def test_pairs_come_apart(cell: str, expected: list[tuple[str, str | None]]) -> None:
    assert pairs(cell) == expected


def test_a_document_without_a_number_keeps_its_name_and_is_counted() -> None:
    findings = Findings()
    found = parse_legal(HEADER + "Nghị định về đèn1/2030/NĐ-CPBộ luật Đèn", findings)
    assert [document.number for document in found] == ["1/2030/NĐ-CP", "Bộ luật Đèn"]
    assert findings.has(Defect.LEGAL_NUMBER_MISSING)


def test_a_title_repeated_as_its_number_appears_once() -> None:
    assert pairs("BỘ LUẬT ĐÈN BIỂNBỘ LUẬT ĐÈN BIỂN") == [("BỘ LUẬT ĐÈN BIỂN", None)]


def test_equal_numbers_appear_once() -> None:
    assert len(pairs("Luật Đèn5/2030/QH15Luật Đèn5/2030/QH15")) == 1


def test_numbers_are_made_comparable() -> None:
    assert normal_number("Thông tư số 03/2030/TT-BTP.") == "03/2030/TT-BTP"
    assert normal_number("Bộ luật Đèn") == "Bộ luật Đèn"
    # The last letter is Cyrillic in some cells of the source.
    assert legal_numbers("theo Thông tư số 151/2030/TT-BTС về đèn") == ["151/2030/TT-BTC"]
