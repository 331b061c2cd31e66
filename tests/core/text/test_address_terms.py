"""How a citizen is addressed after one sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.address_terms import DEFAULT, address_from, speak_to


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Cho bác hỏi làm lại sổ đỏ", "bác"),
        ("cho bac hoi lam lai so do", "bác"),
        ("Bác muốn làm giấy ủy quyền", "bác"),
        ("bac muon lam giay uy quyen", "bác"),
        ("Bác 79 tuổi rồi, có được tiền già không", "bác"),
        ("Cháu ơi cho bác hỏi chút", "bác"),
        ("con coi giùm bác cái hồ sơ", "bác"),
        ("cho cô hỏi", "cô"),
        ("cho co hoi thu tuc dang ky ket hon", "cô"),
        ("Cô bị mất thẻ căn cước", "cô"),
        ("em ơi chú muốn sang tên xe", "chú"),
        ("giúp chú với", "chú"),
        ("cho dì hỏi giấy khai sinh", "dì"),
        ("Dì ở khu vực 5, muốn xin giấy", "dì"),
        ("Bà muốn lập di chúc", "bà"),
        ("cho ba hoi may gio lam viec", "bà"),
        ("Ông năm nay yếu lắm không lên phường được", "ông"),
        ("cho ông hỏi tiền già", "ông"),
        ("Tui 79 tuổi ở Ghềnh Ráng, ông nhà mất hôm tháng 9 âm", "bác"),
        ("tui 79 tuoi o Ghenh Rang", "bác"),
        ("Tôi năm nay đã 82 tuổi", "bác"),
        ("toi nay 65 tuoi", "bác"),
        ("tui ngoài bảy mươi tuổi rồi", "bác"),
        ("tôi tám mươi mấy tuổi rồi con", "bác"),
        ("em muốn hỏi thủ tục khai sinh", "bạn"),
        ("Dạ cho em hỏi", "bạn"),
        ("e hỏi chút ạ", "bạn"),
        ("cho e hỏi", "bạn"),
        ("cho con hỏi mất giấy khai sinh thì sao", "bạn"),
        ("Con chào cô, con muốn làm căn cước", "bạn"),
        ("Dạ cháu muốn đăng ký tạm trú", "bạn"),
        ("chú ơi cho cháu hỏi", "bạn"),
        ("bà em muốn chuyển hộ khẩu, em làm thay được không", "bạn"),
        ("vợ em mới sinh", "bạn"),
        ("hồ sơ của em tới đâu rồi", "bạn"),
        ("tôi là nữ mà", "chị"),
        ("tui là đàn ông nha", "anh"),
    ],
)
def test_their_own_word(text: str, term: str) -> None:
    assert address_from(text) == term


@pytest.mark.parametrize(
    "text",
    [
        "con tui mới sinh cần giấy gì",
        "con tôi mất giấy khai sinh",
        "làm khai sinh cho con",
        "lam khai sinh cho con can nhung gi",
        "em bé sinh ở nhà thì làm sao",
        "bà nội tôi mất hôm qua",
        "ông nhà mất rồi",
        "ông xã tôi đi làm xa",
        "bà xã tui quên mang giấy",
        "chú em bên nhà mất xe",
        "chú ba hàng xóm hỏi",
        "mẹ tôi 79 tuổi",
        "ông nội tui 90 tuổi làm căn cước tại nhà được không",
        "người trên 80 tuổi được trợ cấp không",
        "tôi 35 tuổi",
        "con 6 tuổi có làm căn cước được không",
        "bác sĩ ký giấy chứng sinh chưa",
        "cô giáo bảo nộp giấy khai sinh",
        "cô ơi làm giúp với",
        "nhờ cô chú xem giúp",
        "trẻ em dưới 6 tuổi",
        "anh em tôi chia đất",
        "em gái tôi kết hôn",
        "bà con ở khu vực 3 hỏi",
        "có cần bản chính không",
        "co can ban chinh khong",
        "co muon cung khong duoc",
        "đi làm giấy ở đâu",
        "di lam giay o dau",
        "ba tui mất",
        "ba cái giấy này nộp đâu",
        "còn không",
        "con ko",
        "chi can can cuoc thoi ha",
        "chủ hộ có phải đi không",
        "bán con bò có cần giấy gì",
        "con dấu công ty",
        "lam giay to gi",
        "tui muốn đăng ký thường trú",
        "bác bị mất sổ, tui làm thay được không",
        "cho cháu nội nhập hộ khẩu",
        "làm giấy cho bà xin trợ cấp",
        "làm giúp bà nội",
        "",
        "?!",
    ],
)
def test_nothing_is_guessed(text: str) -> None:
    assert address_from(text) is None


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("đừng gọi tôi là bác", DEFAULT),
        ("dung goi toi la bac", DEFAULT),
        ("sao kêu tui bằng bà", DEFAULT),
        ("gọi tôi là chị", "chị"),
        ("goi toi la chi", "chị"),
        ("kêu tui bằng cô đi", "cô"),
        ("gọi tôi là anh được rồi", "anh"),
        ("đừng gọi tôi là bác, gọi tôi là chị", "chị"),
        ("đừng gọi bằng bác nữa, gọi anh thôi", "anh"),
        ("cứ gọi anh", "anh"),
        ("Không, gọi tôi là chị", "chị"),
        ("gọi tôi là bạn", "bạn"),
        ("gọi tôi là anh chị gì cũng được", DEFAULT),
    ],
)
def test_a_correction_is_followed_at_once(text: str, term: str) -> None:
    assert address_from(text, "bác") == term


@pytest.mark.parametrize(
    "text",
    [
        "gọi con gái tôi",
        "gọi cho tôi",
        "gọi tôi ba lần rồi",
        "goi toi co viec gi",
        "goi chi Lan gium toi",
        "gọi em là được",
    ],
)
def test_a_telephone_call_is_no_correction(text: str) -> None:
    assert address_from(text, "bác") == "bác"


def test_what_was_chosen_stays_for_the_conversation() -> None:
    assert address_from("em muốn hỏi tiếp", "bác") == "bác"
    assert address_from("tui 79 tuổi", DEFAULT) == DEFAULT


def test_a_year_of_birth_counts_when_the_year_is_known() -> None:
    assert address_from("tui sinh năm 1950", year=2026) == "bác"
    assert address_from("tui sinh năm 1990", year=2026) is None
    assert address_from("mẹ tui sinh năm 1950", year=2026) is None
    assert address_from("tui sinh năm 1950") is None


def test_a_text_is_turned_to_the_right_person() -> None:
    assert speak_to("Anh/chị mang căn cước của anh/chị.", "bác") == "Bác mang căn cước của bác."
    assert speak_to("Anh/chị", None) == "Anh/chị"
    assert speak_to("Anh/Chị ơi", "dì") == "Dì ơi"


@given(st.text(max_size=80))
def test_any_text_is_read_without_failing(text: str) -> None:
    address_from(text, year=2026)
