"""What is looked up keeps its subject, however the question around it is put."""

from __future__ import annotations

import pytest

from knowledge.search.tokens import topic


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        ("sao y bằng đại học ở đâu", "sao y bang dai hoc"),
        ("xin bản sao khai sinh thì sao", "xin ban sao khai sinh"),
        ("muốn điều chỉnh dự án đầu tư", "dieu chinh du an dau tu"),
        ("xin vay vốn vậy", "xin vay von"),
        ("khắc con dấu công ty", "khac con dau cong ty"),
        ("tình trạng hôn nhân", "tinh trang hon nhan"),
        ("nộp ở đâu", "o dau"),
    ],
)
def test_the_subject_is_kept(said: str, subject: str) -> None:
    assert subject in topic(said)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("em muốn làm căn cước", "lam can cuoc"),
        ("dạ cháu đang cần làm hộ chiếu", "dang can lam ho chieu"),
        ("con muon dang ky ket hon", "dang ky ket hon"),
        ("con căn cước", "con can cuoc"),
        ("con cần căn cước", "can can cuoc"),
        ("em gái tôi làm căn cước", "em gai toi lam can cuoc"),
    ],
)
def test_whoever_speaks_of_themselves_as_em_or_con_asks_for_no_child(text: str, left: str) -> None:
    assert topic(text) == left
