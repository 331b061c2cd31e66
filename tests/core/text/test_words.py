"""What people type on a phone reads like what they would have written with care."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.words import words


def read(text: str) -> str:
    return " ".join(word.text for word in words(text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("đk kết hôn cần j z", "đăng ký kết hôn cần gì vậy"),
        ("lam gks cho be het bn tien", "làm giấy khai sinh cho bé hết bao nhiêu tiền"),
        ("nộp onl dk ko", "nộp online được không"),
        ("làm đc k ạ", "làm được không ạ"),
        ("làm cccd ntn", "làm căn cước như thế nào"),
        ("fường nào, fai mang jấy tờ jì", "phường nào, phải mang giấy tờ gì"),
        ("cảm ơnnnn", "cảm ơn"),
        ("t mún hỏi mấy h mở cửa, cáj này chx có", "tôi muốn hỏi mấy giờ mở cửa, cái này chưa có"),
        # one abbreviation, two readings
        ("nhập hk cho vợ", "nhập hộ khẩu cho vợ"),
        ("vậy đc hk", "vậy được không"),
        ("xin đc ủy ban", "xin địa chỉ ủy ban"),
        ("tới 500 k", "tới 500 k"),
        ("hết hạn rồi gia hạn s ạ", "hết hạn rồi gia hạn sao ạ"),
        ("làm theo nđ nào", "làm theo nghị định nào"),
    ],
)
def test_chat_spelling_is_written_out(typed: str, meant: str) -> None:
    assert read(typed) == read(meant)


@pytest.mark.parametrize(
    ("spoken", "standard"),
    [
        ("nộp ở mô rứa", "nộp ở đâu vậy"),
        ("mần răng để xin tạm trú", "làm sao để xin tạm trú"),
        ("cần giấy chi hông", "cần giấy gì không"),
        ("mấy bữa có", "mấy ngày có"),
        ("bữa mô lấy rứa", "hôm nào lấy vậy"),
        ("làm giùm được hông", "làm giúp được không"),
        ("bi nhiêu tiền", "bao nhiêu tiền"),
        ("hổng biết", "không biết"),
    ],
)
def test_central_and_southern_speech_is_understood(spoken: str, standard: str) -> None:
    assert read(spoken) == read(standard)


@pytest.mark.parametrize(
    "text",
    [
        "sổ hồng",
        "xe hỏng",
        "mở quán cà phê",
        "ra mở tiệm",
        "chị Lan cần chi tiết",
        "hẻm nhà tôi",
        "đau răng",
        "bữa ăn",
    ],
)
def test_words_that_only_look_like_dialect_stay(text: str) -> None:
    from core.text.fold import fold

    assert read(text) == fold(text)


def test_stop_and_right_are_not_the_same_word_when_marks_tell_them_apart() -> None:
    assert read("dừng") != read("đúng")


def test_words_written_out_of_one_share_its_place_in_the_message() -> None:
    text = "Hết bn tiền?"
    assert [(word.text, text[word.start : word.end]) for word in words(text)] == [
        ("het", "Hết"),
        ("bao", "bn"),
        ("nhieu", "bn"),
        ("tien", "tiền"),
    ]


def test_what_the_gateway_masked_counts_as_a_number() -> None:
    assert words("gọi [số điện thoại] nhé")[1].text.isdigit()


@given(st.text())
def test_every_word_points_into_the_message(text: str) -> None:
    found = words(text)
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    assert [word.start for word in found] == sorted(word.start for word in found)
