"""What "giấy đó", "ý tui là cấp lại" and "còn cái kia" mean because of what was said before."""

from __future__ import annotations

import pytest

from core.message import Outcome
from tests.knowledge.dialogue.talking import Talk

MARRIAGE, MARRIAGE_AGAIN, MARRIAGE_ABROAD, SINGLE = "1.000894", "1.004746", "2.000806", "1.004873"
SHOP, SHOP_AGAIN, SHOP_ENDED = "1.001612", "2.000575", "1.001266"
STAY, STAY_LONGER, REGISTER, STRUCK_OFF = "1.004194", "1.002755", "1.004222", "1.003197"
DEATH = "1.000656"
CHILD_CARD, FIRST_CARD, LOST_CARD = "1.014062", "1.014061", "1.014064"


@pytest.mark.parametrize(
    "text",
    [
        "giấy đó mai mốt có phải đem đi đâu xác nhận nữa không",
        "giay do lam o xa ben nha vo duoc khong",
        "cái ni ba má có phải ký tên không",
        "thủ tục đó có cần sổ hộ khẩu không",
        "thu tuc nay co can giay doc than ko",
    ],
)
def test_whatever_is_said_of_what_is_pointed_at_stays_with_it(talk: Talk, text: str) -> None:
    talk.say("đăng ký kết hôn cần gì")
    assert talk.say(text).code == MARRIAGE


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("giấy đó lỡ mất thì xin lại kiểu gì", MARRIAGE_AGAIN),
        ("cái đó mà lấy người Hàn Quốc thì sao", MARRIAGE_ABROAD),
    ],
)
def test_another_case_of_what_is_pointed_at_is_its_sibling(talk: Talk, text: str, code: str) -> None:
    talk.say("đăng ký kết hôn cần gì")
    assert talk.say(text).code == code


def test_a_paper_named_in_the_same_sentence_is_nearer_than_the_one_at_hand(talk: Talk) -> None:
    talk.say("đăng ký kết hôn cần gì")
    assert talk.say("vậy phải có giấy độc thân, cái đó xin ở đâu").code == SINGLE


def test_what_comes_after_what_is_pointed_at_is_another_matter(talk: Talk) -> None:
    talk.say("khai tử cho bà nội cần gì")
    assert talk.say("làm xong cái đó rồi xóa tên khỏi hộ khẩu cần giấy gì").code == STRUCK_OFF


@pytest.mark.parametrize(
    ("first", "correction", "code"),
    [
        ("đăng ký hộ kinh doanh cần giấy tờ gì", "ý tui là cấp lại", SHOP_AGAIN),
        (
            "đăng ký hộ kinh doanh cần giấy tờ gì",
            "không phải, tui làm mất giấy đó, xin cấp lại kìa",
            SHOP_AGAIN,
        ),
        ("đăng ký hộ kinh doanh cần giấy tờ gì", "không phải, tui nghỉ bán luôn kìa", SHOP_ENDED),
        ("dang ky tam tru o tro can giay to gi", "k, y e la gia han", STAY_LONGER),
        ("đăng ký kết hôn cần giấy tờ gì", "ủa không, có rồi mà bị cháy, đăng ký lại kia", MARRIAGE_AGAIN),
        ("căn cước lần đầu cho người lớn cần giấy tờ gì", "không, tui làm mất thẻ đó rồi", LOST_CARD),
    ],
)
def test_a_correction_that_only_tells_a_case_means_the_sibling(
    talk: Talk, first: str, correction: str, code: str
) -> None:
    talk.say(first)
    told = talk.say(correction)
    assert told.code == code
    assert told.facets[0] == "documents"


def test_a_correction_that_names_another_paper_leaves_the_family(talk: Talk) -> None:
    talk.say("đăng ký kết hôn cần gì")
    assert talk.say("không, ý tui là cấp lại căn cước bị mất").code == LOST_CARD
    talk.say("chứng thực chữ ký cần gì")
    assert talk.say("không, ý tui là sao y giấy tờ").code == "2.000815"


def test_the_other_one_of_two_and_back(talk: Talk) -> None:
    talk.say("chứng thực chữ ký và chứng thực di chúc phí nhiêu")
    assert talk.say("còn cái kia mấy ngày").code == "2.001019"
    assert talk.say("con cai kia").code == "2.000884"


def test_the_other_one_is_else_what_was_talked_about_before(talk: Talk) -> None:
    talk.say("đăng ký tạm trú mấy ngày có")
    talk.say("đăng ký kết hôn cần gì")
    told = talk.say("còn cái kia nộp ở đâu")
    assert (told.code, told.facets) == (STAY, ["place"])


def test_where_one_of_two_is_unsure_the_other_is_answered_and_it_is_named(talk: Talk) -> None:
    told = talk.say("đăng ký tạm trú với hộ khẩu thì cần gì")
    assert told.code == STAY
    assert any(button.action == f"procedure:{REGISTER}" for button in told.messages[0].buttons)


@pytest.mark.parametrize("text", ["em gái tôi muốn làm căn cước", "em trai tui lam can cuoc"])
def test_a_younger_one_of_unknown_age_is_asked_about_the_grown_first(talk: Talk, text: str) -> None:
    asked = talk.say(text)
    assert asked.outcome is Outcome.CLARIFY
    assert asked.options[0] == FIRST_CARD
    assert CHILD_CARD in asked.options
    assert talk.say("nó mới 9 tuổi", small_talk=True).code == CHILD_CARD


def test_whoever_is_grown_or_a_child_is_not_asked_about(talk: Talk) -> None:
    assert talk.say("em gái tôi 20 tuổi làm căn cước lần đầu").code == FIRST_CARD
    assert talk.say("con gái tôi 8 tuổi làm căn cước").code == CHILD_CARD


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cưới xong nhập hộ khẩu về nhà chồng cần gì", REGISTER),
        ("bà ngoại mất rồi thì xóa tên khỏi hộ khẩu cần gì", STRUCK_OFF),
    ],
)
def test_what_came_before_is_told_and_not_asked_about(talk: Talk, text: str, code: str) -> None:
    told = talk.say(text)
    assert code in (told.code, *told.options[:1])
