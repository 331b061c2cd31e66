"""Whole dialogues without Rasa: what is asked comes from plain cues, the rest from what was said before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.message import Outcome
from knowledge.dialogue.asking import gives_up, none_of_these
from knowledge.dialogue.settling import settle
from tests.knowledge.dialogue.talking import Talk

BIRTH, BIRTH_AGAIN, BIRTH_COPY = "1.001193", "1.004884", "2.000635"
MARRIAGE, SINGLE = "1.000894", "1.004873"
CHILD_CARD, FIRST_CARD = "1.014062", "1.014061"


@pytest.mark.parametrize(
    "reply", ["cái thứ hai", "số 2", "trường hợp 2 nha", "cái thứ hai mấy ngày", "lấy cái thứ 2"]
)
def test_an_option_is_chosen_by_its_place(talk: Talk, reply: str) -> None:
    asked = talk.say("làm lại giấy khai sinh")
    assert asked.outcome is Outcome.CLARIFY
    assert talk.say(reply).code == asked.options[1]


def test_a_place_still_counts_after_another_option_was_answered(talk: Talk) -> None:
    asked = talk.say("làm lại giấy khai sinh")
    talk.say("cái đầu")
    assert talk.say("còn cái thứ hai thì sao").code == asked.options[1]


def test_an_option_is_chosen_by_its_words(talk: Talk) -> None:
    assert talk.say("làm lại sổ đỏ").outcome is Outcome.CLARIFY
    assert talk.say("loại bị mất đó").code == "1.012786"


def test_a_fresh_sentence_may_name_an_option_or_another_subject(talk: Talk) -> None:
    talk.say("làm lại sổ đỏ")
    assert talk.say("sổ cũ rách nát hết rồi", small_talk=True).code == "1.012783"
    talk.say("làm lại sổ đỏ")
    assert talk.say("thôi, đăng ký kết hôn cần giấy gì").code == MARRIAGE


def test_what_is_asked_with_the_choice_is_answered(talk: Talk) -> None:
    talk.say("làm lại sổ đỏ")
    assert talk.say("sổ bị mất, làm lại bao lâu").facets == ["duration"]


def test_what_was_asked_before_the_choice_is_answered_after_it(talk: Talk) -> None:
    talk.say("làm lại sổ đỏ hết bao nhiêu tiền")
    assert talk.say("cái đầu").facets == ["fee"]


def test_a_follow_up_after_a_question_back_is_answered_for_the_likely_option(talk: Talk) -> None:
    asked = talk.say("làm lại sổ đỏ")
    told = talk.say("mấy ngày xong")
    assert (told.outcome, told.code, told.facets) == (Outcome.ANSWER, asked.options[0], ["duration"])
    assert any(button.action == f"procedure:{asked.options[1]}" for button in told.messages[0].buttons)


def test_an_age_decides_between_records(talk: Talk) -> None:
    talk.say("căn cước lần đầu cho người đủ 14 tuổi")
    assert talk.say("bé mới 6 tuổi", small_talk=True).code == CHILD_CARD
    assert talk.say("cháu 17 tuổi rồi", small_talk=True).code == FIRST_CARD


def test_small_talk_after_an_answer_is_no_detail(talk: Talk) -> None:
    talk.say("đăng ký kết hôn")
    question = talk.question("hôm nay trời nắng gắt ghê")
    assert settle(talk.base, question, small_talk=True) is None


@pytest.mark.parametrize(
    "correction",
    ["không, ý tui là xin giấy độc thân", "nhầm, giấy độc thân", "giấy độc thân chứ không phải kết hôn"],
)
def test_a_correction_lets_the_wrong_record_go(talk: Talk, correction: str) -> None:
    talk.say("đăng ký kết hôn mấy ngày có")
    told = talk.say(correction)
    assert (told.code, told.facets) == (SINGLE, ["duration", "overview", "steps"])  # it was never told of
    assert talk.say("bao nhiêu tiền").code == SINGLE


def test_a_recognition_is_a_matter_though_its_words_are_everyday(talk: Talk) -> None:
    asked = talk.say("em muốn nhận con")
    assert asked.outcome is Outcome.CLARIFY
    assert talk.say("cái thứ hai").code == asked.options[1]


def test_what_was_asked_back_and_left_can_be_called_back(talk: Talk) -> None:
    asked = talk.say("làm lại sổ đỏ")
    talk.say("đăng ký kết hôn cần gì")
    assert talk.say("quay lại cái sổ đỏ hồi nãy, mấy ngày có").code in asked.options


def test_with_one_subject_alone_going_back_means_that_one(talk: Talk) -> None:
    talk.say("đăng ký kết hôn cần gì")
    assert talk.say("quay lại chuyện hồi nãy, mấy ngày mới có").code == MARRIAGE
    assert talk.say("bao lâu mới xong").code == MARRIAGE


def test_one_wrong_word_is_put_right_in_what_was_asked(talk: Talk) -> None:
    talk.say("đăng ký thường trú")
    told = talk.say("tạm trú chứ không phải thường trú")
    assert told.code == "1.004194" or told.options[0] == "1.004194"


def test_one_goes_to_another_subject_and_back(talk: Talk) -> None:
    talk.say("đăng ký kết hôn cần giấy tờ gì")
    assert talk.say("khai tử cho ông nội mất bao lâu").code == "1.000656"
    assert talk.say("quay lại cái hồi nãy").code == MARRIAGE
    assert talk.say("mấy ngày có").code == MARRIAGE
    assert talk.say("trở lại vụ khai tử lúc nãy, nộp ở đâu").code == "1.000656"


def test_two_procedures_in_one_sentence_are_both_answered(talk: Talk) -> None:
    told = talk.say("đăng ký kết hôn và khai tử cần giấy gì")
    assert len(told.messages) == 2
    assert set(told.options) == {MARRIAGE, "1.000656"}
    both = talk.say("mấy ngày có")
    assert (len(both.messages), both.facets) == (2, ["duration"])
    assert talk.say("cái thứ hai nộp ở đâu").code == "1.000656"


@pytest.mark.parametrize(
    "text",
    [
        "khai sinh và nhập hộ khẩu cho bé một lần",
        "tui mua đất rồi, giờ sang tên sổ đỏ",
        "vợ và chồng đăng ký kết hôn",
    ],
)
def test_one_matter_told_with_an_and_is_one_answer(talk: Talk, text: str) -> None:
    assert len(talk.say(text).messages) == 1


def test_more_asked_of_a_matter_without_figures_names_the_office_and_no_earlier_record(talk: Talk) -> None:
    talk.say("đăng ký kết hôn")
    unknown = talk.say(next(iter(talk.base.content.matters.values())).name)
    assert unknown.outcome is Outcome.FALLBACK
    more = talk.say("mấy ngày xong")
    assert more.outcome is Outcome.FALLBACK
    assert more.code is None
    assert "Nơi hỏi" in more.messages[0].text
    assert talk.say("quay lại cái hồi nãy").code == MARRIAGE


def test_after_a_question_that_failed_no_earlier_record_is_answered(talk: Talk) -> None:
    talk.say("đăng ký kết hôn")
    assert talk.say("xyzt qwrt plkj").outcome is Outcome.FALLBACK
    assert talk.say("mấy ngày xong").code is None


def test_two_misses_in_a_row_are_enough_and_an_answer_clears_them(talk: Talk) -> None:
    first = talk.say("xyzt qwrt plkj")
    assert not gives_up(first)
    assert gives_up(talk.say("zxcv bnmq tttt"))
    talk.context["misses"] = 1
    assert not gives_up(talk.say("đăng ký kết hôn"))
    assert talk.context["misses"] == 0


def test_none_of_these_counts_as_a_miss_and_keeps_what_was_asked(talk: Talk) -> None:
    talk.say("làm lại sổ đỏ")
    other = talk.say("không có cái nào")
    assert (other.outcome, talk.context["misses"]) == (Outcome.CLARIFY, 1)
    assert gives_up(talk.keep(none_of_these(talk.question("khác"))))


def test_the_plain_case_comes_before_one_that_nobody_mentioned(talk: Talk) -> None:
    assert talk.say("làm khai sinh cho con").code == BIRTH


def test_a_death_is_met_with_comfort_once_asked_back_or_answered(talk: Talk) -> None:
    asked = talk.say("ông nhà mất, giờ làm giấy khai tử ra sao")
    told = talk.say("cái đầu") if asked.outcome is Outcome.CLARIFY else talk.say("cần giấy gì")
    assert "chia buồn" in asked.messages[0].text
    assert "chia buồn" not in told.messages[0].text
    assert asked.messages[0].text.count("Dạ") == 1


def test_whoever_adopts_a_child_is_not_pitied(talk: Talk) -> None:
    assert "chia buồn" not in talk.say("nhận con nuôi cần giấy gì").messages[0].text


def test_another_subject_that_is_announced_is_not_read_into_the_one_at_hand(talk: Talk) -> None:
    talk.say("xin bản sao khai sinh bao nhiêu tiền")
    told = talk.say("thôi, cho tui hỏi qua chuyện kết hôn đi, cần giấy gì")
    assert MARRIAGE in (told.code, *told.options[:1])


@pytest.mark.parametrize("text", ["rồi chờ bao lâu", "lệ phí bao nhiêu hả cháu", "chừng mấy ngày thì xong"])
def test_a_follow_up_in_other_words_stays_with_the_record_at_hand(talk: Talk, text: str) -> None:
    talk.say("đăng ký kết hôn cần giấy gì")
    assert talk.say(text).code == MARRIAGE


@pytest.mark.parametrize("text", ["một tờ nhiêu tiền", "mot ban may ngay", "đóng sao", "bao lâu gọi lên lấy"])
def test_counting_paying_and_calling_name_nothing_new(talk: Talk, text: str) -> None:
    talk.say("đăng ký kết hôn cần gì")
    assert talk.say(text).code == MARRIAGE


def test_a_copy_is_a_matter_of_its_own(talk: Talk) -> None:
    talk.say("đăng ký kết hôn cần gì")
    assert talk.say("chứng thực bản sao bao nhiêu tiền").code == "2.000815"


def test_a_remark_on_the_weather_is_no_detail_of_the_matter_at_hand(talk: Talk) -> None:
    talk.say("xóa đăng ký thường trú cần gì")
    remark = replace(talk.question("trời bữa nay nắng dữ ha"), outside=0.77)
    assert settle(talk.base, remark, small_talk=True) is None


def test_after_an_answer_that_was_not_meant_the_next_one_is_offered(talk: Talk) -> None:
    told = talk.say("đăng ký kết hôn")
    assert told.code == MARRIAGE
    others = talk.say("cái thứ hai")
    assert others.outcome is Outcome.CLARIFY
    assert MARRIAGE not in others.options


def test_what_is_so_for_every_procedure_does_not_hide_the_one_that_was_named(talk: Talk) -> None:
    told = talk.say("tui muốn lập di chúc rồi ra xã chứng, cần đem theo giấy gì")
    assert "2.001019" in (told.code, *told.options)
