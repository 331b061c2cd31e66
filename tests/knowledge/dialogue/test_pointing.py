"""Words that point instead of naming: with marks and without, of the south and the centre."""

from __future__ import annotations

import pytest

from knowledge.dialogue.pointing import points_in


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("giấy đó xài được mấy tháng", "xài được mấy tháng"),
        ("giay do xai duoc may thang", "xai duoc may thang"),
        ("làm cái thủ tục đó ở đâu", "làm ở đâu"),
        ("cái ni phải nộp mấy bản", "phải nộp mấy bản"),
        ("thủ tục nầy chồng em đi thay dc k", "chồng em đi thay dc k"),
        ("the ay co thoi han khong", "co thoi han khong"),
        ("cuốn đó có hạn bao lâu", "có hạn bao lâu"),
    ],
)
def test_what_is_pointed_at_is_told_from_what_is_said_of_it(text: str, rest: str) -> None:
    found = points_in(text)
    assert found is not None
    assert (found.rest, found.aside, found.other) == (rest, False, False)


@pytest.mark.parametrize(
    "text",
    [
        "lam lai so do bi mat",  # the land book
        "làm giấy do phường cấp",
        "giay do phuong cap co gia tri khong",
        "việc đo đạc đất đai",
        "viec do dac dat dai",
        "đăng ký kết hôn cần gì",
        "trước đó phải có giấy độc thân",
        "xin cấp lại kìa",
        "bữa nay nộp được không",
    ],
)
def test_what_only_sounds_like_pointing_names_its_matter(text: str) -> None:
    assert points_in(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "làm xong cái đó rồi nhập hộ khẩu cần gì",
        "ngoài giấy đó ra còn tờ khai nào",
        "thôi bỏ cái đó, hỏi chứng thực chữ ký",
        "cho hỏi cái này: tạm trú mấy ngày",
    ],
)
def test_what_is_left_behind_is_not_what_is_asked_about(text: str) -> None:
    found = points_in(text)
    assert found is not None
    assert found.aside


@pytest.mark.parametrize(
    "text",
    ["còn cái kia", "con cai kia thi sao", "giấy kia mấy ngày", "thế cái còn lại", "viec con lai nop dau"],
)
def test_the_other_one_of_two(text: str) -> None:
    found = points_in(text)
    assert found is not None
    assert found.other
