"""Chatter is turned away; what sounds like a paper or an allowance never is."""

from __future__ import annotations

import pytest

from knowledge.dialogue.office_words import speaks_of_papers


@pytest.mark.parametrize(
    "text",
    [
        "lãnh tiền thất nghiệp ở đâu",
        "xin giay phep ban ruou",
        "làm lại cccd",
        "chuyển trường cho cháu",
        "đk khai sinh",
        "con sinh ở Nhật làm khai sinh",
    ],
)
def test_a_paper_or_an_allowance_is_heard(text: str) -> None:
    assert speaks_of_papers(text)


@pytest.mark.parametrize(
    "text",
    [
        "giá vàng bữa nay",
        "đăng ký thi viên chức",
        "quán phở nào ngon",
        "kể chuyện cười đi",
        "làm thẻ cư trú ở Nhật",
        "giấy kết hôn bên Mỹ",
    ],
)
def test_chatter_is_not(text: str) -> None:
    assert not speaks_of_papers(text)
