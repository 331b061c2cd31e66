"""A dossier code is found however it is copied from the slip."""

from __future__ import annotations

import pytest

from core.text.dossier_code import find_dossier_codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("H99.05-260803-0007", "H99.05-260803-0007"),
        ("hồ sơ h99.05-260803-0007 tới đâu rồi", "H99.05-260803-0007"),
        ("HCC H99.01 - 261102 - 0001", "H99.01-261102-0001"),
        ("H99 01 261102 0001", "H99.01-261102-0001"),
        ("H99.01–261102–0001", "H99.01-261102-0001"),
        ("mã 000.00.12.H99-260715-0021 ạ", "000.00.12.H99-260715-0021"),
        ("H99.17.24.02-261102-1234567.", "H99.17.24.02-261102-1234567"),
    ],
)
def test_codes_are_found_in_their_official_writing(text: str, code: str) -> None:
    found = find_dossier_codes(text)
    assert [one.code for one in found] == [code]
    assert text[found[0].start] in "Hh0"
    assert text[found[0].end - 1].isdigit()


@pytest.mark.parametrize(
    "text",
    [
        "thủ tục 1.001193",
        "số 12/2026/NĐ-CP",
        "0912345678",
        "ngày 26-11-2026",
        "H99",
        "XH99.01-261102-0001",
        "",
    ],
)
def test_other_numbers_are_not_codes(text: str) -> None:
    assert find_dossier_codes(text) == []


def test_two_codes_in_one_message_are_both_found() -> None:
    found = find_dossier_codes("H99.05-260803-0007 và H99.05-260803-0008")
    assert [one.code[-4:] for one in found] == ["0007", "0008"]
