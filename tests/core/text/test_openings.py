"""The words that tie a message to the one before are taken off, and what they mean is kept."""

import pytest

from core.text.openings import Opened, open_up


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("sẵn cho hỏi luôn đổi bằng lái hết bao nhiêu", "đổi bằng lái hết bao nhiêu"),
        ("à cho em hỏi thêm xin trích lục ở đâu", "xin trích lục ở đâu"),
        ("thôi khỏi tra, cho hỏi tách thửa đất cần gì", "tách thửa đất cần gì"),
        ("khỏi gửi nữa, cho tôi hỏi khai sinh", "khai sinh"),
        ("thôi cho hỏi tách thửa trước đi", "tách thửa"),
        ("mà khoan, chiều nay có làm việc không", "chiều nay có làm việc không"),
        ("tien the cho hoi xin dat", "xin dat"),
    ],
)
def test_a_link_is_taken_off(text: str, rest: str) -> None:
    assert open_up(text) == Opened(rest)


@pytest.mark.parametrize(
    ("text", "rest", "instead_of"),
    [
        ("không, ý tui là khai tử", "khai tử", ""),
        ("nhầm, cấp lại chứ không phải cấp đổi", "cấp lại", "cấp đổi"),
        ("hông phải, bị mất kìa", "bị mất kìa", ""),
        ("mất thẻ chớ không phải đổi, cần gì", "mất thẻ, cần gì", "đổi"),
        ("không phải nhà mà là đất ruộng", "đất ruộng", "nhà"),
        ("tui nói lộn, hộ chiếu cơ", "hộ chiếu cơ", ""),
        ("k, y e la doi ten", "doi ten", ""),
        ("xin lỗi tui nhầm, tui hỏi sổ hồng", "sổ hồng", ""),
        ("tui hỏi tạm trú mà", "tạm trú", ""),
        ("á quên, đăng ký tàu cá", "đăng ký tàu cá", ""),
    ],
)
def test_a_correction_says_what_is_meant_and_what_is_not(text: str, rest: str, instead_of: str) -> None:
    assert open_up(text) == Opened(rest, True, instead_of)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("lệ phí bao nhiêu hả cháu", "lệ phí bao nhiêu hả"),
        ("mấy ngày xong em ơi", "mấy ngày xong"),
        ("làm trên mạng được không con?", "làm trên mạng được không"),
    ],
)
def test_a_word_to_the_reader_is_left_out(text: str, rest: str) -> None:
    assert open_up(text).rest == rest


@pytest.mark.parametrize("text", ["tui hỏi cho má", "tui hỏi giấy khai tử"])
def test_whoever_asks_for_somebody_corrects_nothing(text: str) -> None:
    assert not open_up(text).correction


@pytest.mark.parametrize("text", ["làm khai sinh cho con", "chào cháu", "vợ chồng không con", "cảm ơn em"])
def test_a_relative_who_is_part_of_the_matter_stays(text: str) -> None:
    assert open_up(text).rest == text


@pytest.mark.parametrize("text", ["thôi, hỏi qua chuyện kết hôn đi", "cho hỏi chuyện khác, làm lại căn cước"])
def test_another_matter_is_announced(text: str) -> None:
    assert open_up(text).fresh


@pytest.mark.parametrize("text", ["cho hỏi sang tên xe", "cho tui hỏi qua mạng nộp được không"])
def test_a_matter_that_begins_like_a_change_is_none(text: str) -> None:
    assert not open_up(text).fresh


@pytest.mark.parametrize(
    "text",
    [
        "không có giấy chứng sinh thì sao",
        "không phải đóng tiền đúng không",
        "còn lệ phí thì sao",
        "vậy hỏi ai",
        "hỏi cưới có cần giấy gì",
        "nhầm rồi",
        "dạ cho con hỏi chút ạ",
        "",
    ],
)
def test_what_is_a_message_of_its_own_stays_whole(text: str) -> None:
    assert open_up(text).rest == text
    assert not open_up(text).instead_of
