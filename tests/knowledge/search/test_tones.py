"""Tone marks for the encoder."""

from __future__ import annotations

from knowledge.search.tones import Tones

_TONES = Tones(
    [
        "đăng ký tạm trú",
        "trú đông",
        "trụ sở",
        "giấy khai sinh",
        "giày da",
        "khai sinh cho bé",
        "đầu tư",
        "ở đâu",
    ]
)


def test_marks_are_put_back_by_what_stands_beside() -> None:
    assert _TONES.restore("dang ky tam tru".split()) == "đăng ký tạm trú"
    assert _TONES.restore("tru so".split()) == "trụ sở"
    assert _TONES.restore("giay khai sinh".split()) == "giấy khai sinh"


def test_marks_that_the_citizen_wrote_are_kept() -> None:
    assert _TONES.restore("giay da".split(), "giầy da") == "giầy da"
    assert _TONES.restore("o dau".split(), "ở đâu") == "ở đâu"


def test_a_bare_syllable_in_a_marked_sentence_is_meant_bare() -> None:
    assert _TONES.restore("khai sinh cho be".split(), "khai sinh cho bé") == "khai sinh cho bé"


def test_what_the_catalogue_never_uses_stays() -> None:
    assert _TONES.restore("vneid o dau".split()) == "vneid ở đâu"
    assert _TONES.restore([]) == ""
