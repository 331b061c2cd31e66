"""Folding: what citizens type with and without marks must meet."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.fold import fold, fold_with_offsets


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Đăng ký khai sinh", "dang ky khai sinh"),
        ("ĐĂNG  KÝ\u00a0kết\thôn\n", "dang ky ket hon"),
        ("hoà giải, hòa giải", "hoa giai, hoa giai"),
        ("Ðất đai", "dat dai"),
        ("thường\u200b trú\ufeff", "thuong tru"),
        ("", ""),
        ("   ", ""),
        ("H99.01-261102-0001", "h99.01-261102-0001"),
    ],
)
def test_marks_case_and_invisible_characters_do_not_matter(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_decomposed_text_from_a_phone_folds_like_composed_text() -> None:
    text = "Giấy xác nhận tình trạng hôn nhân, đường sá"
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text())
def test_folding_twice_changes_nothing_and_offsets_point_into_the_text(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert len(folded) == len(offsets)
    assert offsets == sorted(offsets)
    assert all(0 <= offset < len(text) for offset in offsets)
    assert fold(folded) == folded
