"""The questions about papers in the chat: one at a time, by button, number or word, and then the list."""

from __future__ import annotations

import re
from datetime import date

import pytest

from conversations.choices import chosen as chosen_by_number
from core.content import Document
from core.content_mirror import read_folder
from core.message import Button, Outcome, Reply, Task
from knowledge.answer.guard import figures, figures_of
from knowledge.base import KnowledgeBase
from knowledge.checklist.choices import read_token
from knowledge.dialogue.context import Topic
from knowledge.dialogue.papers import Asking, choice_by_word, pressed, start, wants_list
from knowledge.published import read_content
from tests.conftest import REPOSITORY

CONTENT = read_content(
    [
        Document(key.split("/", 1)[0], key, text, 1)
        for key, text in read_folder(REPOSITORY / "content").items()
        if key.startswith(("procedures/", "checklists/"))
    ],
    {},
)
BASE = KnowledgeBase(CONTENT)
TODAY = date(2026, 11, 26)
TOPIC = Topic(address="bác")


def begin(code: str) -> Reply:
    return start(BASE, CONTENT.procedures[code], TOPIC, TODAY)


def press(reply: Reply, title: str) -> Reply:
    (button,) = [b for b in reply.messages[0].buttons if b.title == title]
    asking = Asking.of(reply.context)
    assert asking is not None
    assert button.action is not None
    following = pressed(BASE, asking, button.action.partition(":")[2], TOPIC, TODAY)
    assert following is not None
    return following


def walk(reply: Reply, *titles: str) -> Reply:
    for title in titles:
        reply = press(reply, title)
    return reply


def test_birth_is_asked_step_by_step_and_ends_in_the_list() -> None:
    reply = begin("1.001193")
    assert (reply.outcome, reply.task, reply.code) == (Outcome.TASK, Task.CHECKLIST, "1.001193")
    assert "trả lời 6 câu" in reply.text
    assert "Câu 1 trên 6." in reply.text
    reply = walk(reply, "Tại quầy", "Nhờ người khác đi thay", "Không", "Chưa rõ", "Không")
    assert "Câu 6 trên 6." in reply.text
    done = press(reply, "Không")
    text = done.text
    assert text.startswith("Dạ, giấy tờ đăng ký khai sinh cho bé của bác:")
    assert "Giấy ủy quyền" in text
    assert "có thể khỏi nộp" in text
    assert "Hỏi quầy xem có cần: giấy chứng minh chỗ ở." in text
    assert len(text) <= 700
    assert done.context["papers"] is None
    card = done.messages[0].card
    assert card is not None
    assert card.link is not None
    code, token = re.fullmatch(r"/p/([\d.]+)/giay-to/(\S+)", card.link).groups()  # type: ignore[union-attr]
    assert code == "1.001193"
    assert read_token(token) is not None
    assert [one.url for one in done.messages[0].buttons[:2]] == [f"{card.link}.pdf", f"{card.link}#thu"]


def test_every_question_can_be_answered_by_its_number() -> None:
    reply = begin("1.004222")
    while Asking.of(reply.context) is not None:
        buttons = reply.messages[0].buttons
        numbered = re.findall(r"^(\d+)\. (.+)$", reply.text, re.MULTILINE)
        assert [title for _, title in numbered] == [button.title for button in buttons]
        found = chosen_by_number("1", buttons)
        assert found == buttons[0]
        reply = press(reply, buttons[0].title)
    assert "nhà đất" in reply.text.lower()


def test_several_things_may_be_ticked_one_after_another() -> None:
    reply = walk(begin("1.013831"), "Tại quầy", "Tự mình đi làm")
    assert reply.messages[0].buttons[-1].title == "Không điều nào"
    reply = press(reply, "Nhiều người cùng nhận đất")
    assert "Còn điều nào nữa không?" in reply.text
    assert "Nhiều người cùng nhận đất" not in [b.title for b in reply.messages[0].buttons]
    reply = walk(reply, "Hết rồi", "Không điều nào")
    assert "Thỏa thuận cấp chung một sổ" in reply.text
    assert "thế chấp" not in reply.text


def test_a_button_of_an_earlier_question_asks_the_present_one_again() -> None:
    second = press(begin("1.001193"), "Tại quầy")
    asking = Asking.of(second.context)
    assert asking is not None
    again = pressed(BASE, asking, "0.1", TOPIC, TODAY)
    assert again is not None
    assert again.text.endswith(second.text.split("\n")[-1])
    assert "Câu 2 trên 6." in again.text


def test_a_record_that_changed_meanwhile_is_asked_afresh() -> None:
    asking = Asking(code="1.001193", token="000000.q", number=3)
    reply = pressed(BASE, asking, "3.0", TOPIC, TODAY)
    assert reply is not None
    assert "Câu 1 trên 6." in reply.text
    assert pressed(BASE, Asking(code="9.9", token="000000"), "0.0", TOPIC, TODAY) is None


def test_papers_that_are_the_same_for_everybody_are_listed_at_once() -> None:
    reply = begin("2.000815")
    assert "Dạ, giấy tờ" in reply.text
    assert Asking.of(reply.context) is None


@pytest.mark.parametrize("code", sorted(CONTENT.procedures))
def test_no_list_in_the_chat_is_too_long_or_holds_a_figure_from_nowhere(code: str) -> None:
    for choice in (0, -1):
        reply = begin(code)
        while (asking := Asking.of(reply.context)) is not None:
            assert len(reply.text) <= 1000
            action = reply.messages[0].buttons[choice].action
            assert action is not None
            following = pressed(BASE, asking, action.partition(":")[2], TOPIC, TODAY)
            assert following is not None
            reply = following
        assert len(reply.text) <= 700
        text = re.sub(r"^\d+\. ", "", reply.text, flags=re.MULTILINE)
        assert figures(text) <= figures_of(CONTENT.procedures[code])


YES_NO = [
    Button(title="Đúng vậy", action="paper:2.0").model_dump(),
    Button(title="Không", action="paper:2.1").model_dump(),
    Button(title="Chưa rõ", action="paper:2.2").model_dump(),
]


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("đúng rồi", "paper:2.0"),
        ("dạ có", "paper:2.0"),
        ("dung vay a", "paper:2.0"),
        ("không có", "paper:2.1"),
        ("dạ không", "paper:2.1"),
        ("ko", "paper:2.1"),
        ("không biết nữa", None),
    ],
)
def test_yes_and_no_are_understood_by_word(text: str, action: str | None) -> None:
    assert choice_by_word(text, YES_NO) == action
    assert choice_by_word(text, [Button(title="Lệ phí", action="facet:fee").model_dump()]) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("lập danh sách giấy tờ cho trường hợp của tôi", True),
        ("in cho tôi tờ giấy cần mang", True),
        ("xem tôi đủ giấy chưa", True),
        ("cần giấy tờ gì", False),
        ("làm khai sinh cần những gì", False),
    ],
)
def test_a_list_is_made_for_those_who_ask_for_one(text: str, wanted: bool) -> None:
    assert wants_list(text) is wanted
