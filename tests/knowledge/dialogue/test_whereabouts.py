"""Which office receives now, for somebody who says the old name."""

from __future__ import annotations

import pytest

from core.content import Document
from core.content_mirror import read_folder
from core.message import Outcome, Task
from knowledge.base import KnowledgeBase
from knowledge.dialogue import whereabouts
from knowledge.dialogue.context import Topic
from knowledge.dialogue.respond import Question, respond, tell
from knowledge.published import read_content
from knowledge.schemas import Facet
from tests.conftest import REPOSITORY


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    documents = [
        Document(key.split("/", 1)[0], key, text, 1)
        for key, text in read_folder(REPOSITORY / "content").items()
        if key.startswith(("places/", "procedures/ho-tich/", "lexicon/synonyms", "lexicon/abbrev"))
    ]
    return KnowledgeBase(read_content(documents, {}))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("xã Nhơn Lý nộp hồ sơ ở đâu", "Trung tâm Phục vụ hành chính công phường Quy Nhơn Đông"),
        ("phuong ghenh rang gio nhap ve dau", "Ghềnh Ráng nay thuộc phường Quy Nhơn Nam."),
        ("phường Đống Đa giờ thuộc đâu", "thành phố Pleiku cũ"),
        ("UBND thành phố Quy Nhơn còn nhận hồ sơ không", "không còn thành phố Quy Nhơn"),
        ("ubnd tp long khanh con lam viec khong", "Bảo Vinh"),
        ("UBND huyện giờ nộp ở đâu", "không còn cấp huyện"),
        ("uy ban nhan dan thi xa An Khe bo roi hoi ai", "không còn cấp huyện"),
    ],
)
def test_an_old_office_is_answered_with_the_one_that_receives_now(
    base: KnowledgeBase, text: str, said: str
) -> None:
    reply = whereabouts.reply(base, text, Topic())
    assert reply is not None
    assert (reply.outcome, reply.task) == (Outcome.TASK, Task.OFFICE_INFO)
    assert said in reply.text
    assert len(reply.text) <= 700
    assert reply.text.count("?") <= 1


@pytest.mark.parametrize("text", ["phường Đống Đa", "UBND quận", "UBND thành phố Long Khánh"])
def test_where_two_offices_are_possible_it_asks_back(base: KnowledgeBase, text: str) -> None:
    reply = whereabouts.reply(base, text, Topic())
    assert reply is not None
    assert "ạ?" in reply.text


@pytest.mark.parametrize(
    "text", ["làm khai sinh ở phường Ghềnh Ráng", "UBND thành phố Hà Nội", "phường mình mở cửa mấy giờ", ""]
)
def test_anything_else_that_is_asked_is_left_alone(base: KnowledgeBase, text: str) -> None:
    assert whereabouts.reply(base, text, Topic()) is None


def test_a_procedure_asked_with_an_old_name_says_what_the_name_means_now(base: KnowledgeBase) -> None:
    question = Question("Làm giấy khai sinh cho con ở Ghềnh Ráng nộp ở đâu", (Facet.PLACE,), Topic())
    reply = respond(base, question)
    assert reply.outcome is Outcome.ANSWER
    assert reply.text.startswith("Ghềnh Ráng nay thuộc phường Quy Nhơn Nam.")


def test_a_procedure_asked_at_the_district_says_that_there_is_none(base: KnowledgeBase) -> None:
    marriage = base.procedure("1.000894")
    assert marriage is not None
    asked = Question("đăng ký kết hôn có ra UBND huyện không", (Facet.PLACE,), Topic())
    reply = tell(base, asked, marriage)
    assert "không còn cấp huyện" in reply.text
    assert reply.text.index("không còn cấp huyện") < reply.text.index("nộp tại")
