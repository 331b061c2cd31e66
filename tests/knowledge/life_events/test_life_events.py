"""A life event is answered with its list, and never covers up a procedure that was asked for by name."""

from __future__ import annotations

import re

import pytest

from core.content import Document
from core.content_mirror import read_folder
from core.message import Outcome
from core.text.fold import fold
from knowledge.answer.guard import figures, figures_of
from knowledge.base import KnowledgeBase
from knowledge.dialogue.context import Topic
from knowledge.dialogue.respond import Question, respond
from knowledge.life_events.check import check_life_events
from knowledge.life_events.recognise import find_life_event
from knowledge.life_events.schemas import parse_life_event
from knowledge.published import read_content
from knowledge.schemas import Facet
from tests.conftest import REPOSITORY

CONTENT = read_content(
    [
        Document(key.split("/", 1)[0], key, text, 1)
        for key, text in read_folder(REPOSITORY / "content").items()
    ],
    {},
)
BASE = KnowledgeBase(CONTENT)
EVENTS = list(CONTENT.life_events.values())


def reply_to(text: str, *facets: Facet):  # type: ignore[no-untyped-def]
    return respond(BASE, Question(text, facets, Topic()))


def test_the_six_events_are_there_and_read_well_with_their_records() -> None:
    assert {event.id for event in EVENTS} >= {
        "sinh-con", "ket-hon", "mat-nguoi-than", "chuyen-nha", "xay-nha", "mo-quan",
    }  # fmt: skip
    assert check_life_events(EVENTS, CONTENT.procedures, CONTENT.matters) == []


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.id)
def test_an_event_is_understood_without_marks_and_answers_with_a_list_in_order(event) -> None:  # type: ignore[no-untyped-def]
    for question in event.golden:
        found = find_life_event(fold(question), EVENTS)
        assert found is not None, question
        assert found.id == event.id, question
    reply = reply_to(event.golden[0], Facet.DOCUMENTS)
    assert reply.outcome is Outcome.CLARIFY
    assert reply.options == list(event.codes[:3])
    message = reply.messages[0]
    assert len(message.text) <= 700
    assert message.text.count("?") <= 1
    labels = [step.label for step in event.steps][: len(message.buttons)]
    assert [button.title for button in message.buttons] == labels
    numbered = re.findall(r"^(\d)\. (.+)$", message.text, re.MULTILINE)
    assert [int(number) for number, _ in numbered] == list(range(1, len(labels) + 1))
    assert all(line.startswith(label) for (_, line), label in zip(numbered, labels, strict=True))
    assert message.card is not None
    assert message.card.link == f"/su-kien/{event.id}"


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.id)
def test_a_list_holds_no_figure_that_its_records_do_not_hold(event) -> None:  # type: ignore[no-untyped-def]
    text = re.sub(r"^\d\. ", "", reply_to(event.golden[0]).text, flags=re.MULTILINE)
    allowed: set[str] = set()
    for code in event.codes:
        allowed |= figures_of(CONTENT.procedures[code])
    assert figures(text) <= allowed


def test_a_death_is_met_with_condolence_and_without_cheer() -> None:
    text = reply_to("Nhà tôi có người mất thì cần làm những gì").text
    assert text.startswith("Dạ, xin chia buồn cùng")
    assert "!" not in text
    assert "Khai tử" in text
    assert not re.search(r"[\U0001F300-\U0001FAFF]", text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("làm giấy khai sinh cho bé mới sinh cần gì", "1.001193"),
        ("ba tui mới mất, đi làm giấy khai tử cần gì", "1.000656"),
        ("sắp cưới, đăng ký kết hôn cần giấy tờ gì", "1.000894"),
        ("sắp xây nhà xin giấy phép xây dựng cần gì", "1.013225"),
        ("mở quán ăn đăng ký hộ kinh doanh cần gì", "1.001612"),
    ],
)
def test_a_procedure_asked_for_by_name_is_answered_itself(text: str, code: str) -> None:
    assert BASE.life_event(text) is None
    assert code in [hit.code for hit in BASE.search(text, 3)]


@pytest.mark.parametrize("facet", [Facet.FEE, Facet.PLACE, Facet.DURATION, Facet.ONLINE])
def test_a_figure_or_a_place_is_never_answered_with_a_list(facet: Facet) -> None:
    reply = reply_to("nhà có người mất", facet)
    assert not any("/su-kien/" in (message.card.link or "") for message in reply.messages if message.card)


def test_what_somebody_wrote_as_the_name_of_a_procedure_wins_over_the_event() -> None:
    text = "làm giấy tờ cho con mới đẻ"  # one of the phrases of 1.001193
    assert find_life_event(text, EVENTS) is not None
    assert BASE.life_event(text) is None


def test_a_step_with_a_figure_of_its_own_is_named_with_its_remedy() -> None:
    event = CONTENT.life_events["sinh-con"]
    step = event.steps[1].model_copy(update={"why": "trong 45 ngày", "code": "1.001193"})
    wrong = event.model_copy(update={"steps": (step, *event.steps[2:])})
    (problem,) = check_life_events([wrong], CONTENT.procedures, CONTENT.matters)
    assert "45" in str(problem)
    assert "Cách sửa" in str(problem)


def test_a_file_must_be_called_like_its_event() -> None:
    text = (REPOSITORY / "content/life-events/sinh-con.yaml").read_text("utf-8")
    with pytest.raises(ValueError, match="sửa id hoặc đổi tên tệp"):
        parse_life_event(text, "life-events/khac.yaml")
