"""What leaves no doubt is seen, and nothing that a citizen may honestly ask is taken for it."""

from __future__ import annotations

import pytest

from core.text.signs import sure_intent


@pytest.mark.parametrize(
    "text", ["H99.12-260803-07", "hồ sơ 260803-0007 phường", "H99.01-261102-0001 xong chưa"]
)
def test_a_dossier_code_even_a_torn_one_asks_about_the_dossier(text: str) -> None:
    assert sure_intent(text) == "dossier_status"


@pytest.mark.parametrize("text", ["quy hoạch 2025-2030", "20/11/2026", "0912345678", "đất 500 mét"])
def test_other_numbers_are_no_dossier(text: str) -> None:
    assert sure_intent(text) != "dossier_status"


def test_a_number_alone_asks_nothing() -> None:
    assert sure_intent("12345") == "out_of_scope"
    assert sure_intent("2") is None


@pytest.mark.parametrize("text", ["số 5", "5 sao", "cho 4 điểm", "hài lòng", "rất không hài lòng ạ"])
def test_a_bare_mark_is_an_opinion(text: str) -> None:
    assert sure_intent(text) == "rate_service"
