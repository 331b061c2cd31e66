"""A slip of the keyboard is read as what was meant, and a word that exists is never touched."""

from __future__ import annotations

import pytest

from core.text.common_syllables import RANK
from core.text.slip import repaired
from core.text.syllable import is_syllable
from core.text.words import words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lamm", "lam"),
        ("xinn", "xin"),
        ("tieens", "tien"),
        ("taangf", "tang"),
        ("bangs", "bang"),
        ("dogn", "dong"),
        ("deiu", "dieu"),
        ("thnh", "thanh"),
        ("khongg", "khong"),
        ("kan", "can"),
        ("ccdc", "cccd"),
    ],
)
def test_a_slip_is_mended(typed: str, meant: str) -> None:
    assert repaired(typed) == meant


@pytest.mark.parametrize("word", ["visa", "vneid", "karaoke", "cccd", "gks", "khoang", "nguech", "b2", "h19"])
def test_what_is_a_word_or_an_abbreviation_stays(word: str) -> None:
    assert repaired(word) == word


def test_every_common_syllable_is_one() -> None:
    assert [word for word in RANK if not is_syllable(word)] == []


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("mất zấy tờ xe", "mat giay to xe"),
        ("cần dấy zì", "can giay gi"),
        ("dì tôi dạy học", "di toi day hoc"),
        ("phí mí ngày", "phi may ngay"),
        ("công ti", "cong ty"),
    ],
)
def test_words_written_as_they_sound_are_read(typed: str, read: str) -> None:
    assert " ".join(word.text for word in words(typed)) == read
