"""When a ward is open, for who asks: the calendar's hours, or the ward's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from core.calendar_year import OfficePeriod
from core.content import Document
from core.content_mirror import read_folder
from core.message import Outcome
from knowledge.base import Content, KnowledgeBase
from knowledge.dialogue import whereabouts
from knowledge.dialogue.context import Topic
from knowledge.dialogue.matters import general_reply, hours_reply
from knowledge.holds import without_held
from knowledge.published import read_content
from tests.conftest import REPOSITORY

USUAL, OWN = "7 giờ 30 đến 11 giờ 30", "8 giờ đến 12 giờ và 13 giờ đến 17 giờ"
PERIODS = (
    OfficePeriod(opens=time(8), closes=time(12)),
    OfficePeriod(opens=time(13), closes=time(17)),
)


@pytest.fixture(scope="module")
def content() -> Content:
    documents = [
        Document(key.split("/", 1)[0], key, text, 1)
        for key, text in read_folder(REPOSITORY / "content").items()
        if key.startswith(("places/", "general/office-hours"))
    ]
    return read_content(documents, {})


def with_own(content: Content, *wards: str) -> KnowledgeBase:
    """``wards`` keep hours of their own."""
    places = [
        place.model_copy(update={"office_hours": PERIODS}) if place.id in wards else place
        for place in content.places
    ]
    return KnowledgeBase(replace(content, places=places))


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("phường Quy Nhơn làm việc mấy giờ", True),
        ("phuong quy nhon may gio mo cua", True),
        ("phường Hải Cảng làm tới mấy giờ", True),  # an old name of it
        ("phường Quy Nhơn Đông làm việc mấy giờ", False),
    ],
)
def test_a_ward_that_is_named_answers_with_its_own_hours_and_is_remembered(
    content: Content, text: str, own: bool
) -> None:
    base = with_own(content, "quy-nhon")
    reply = hours_reply(base, text, Topic())
    assert reply is not None
    assert reply.outcome is Outcome.TASK
    assert (OWN in reply.text, USUAL in reply.text.replace("Sáng ", "")) == (own, not own)
    again = hours_reply(base, "chiều làm tới mấy giờ", Topic.model_validate(reply.context))
    assert again is None  # no ward is named: the general answer is found, and knows the ward
    entry = content.general["office-hours"]
    later = general_reply(base, entry, Topic.model_validate(reply.context), "chiều làm tới mấy giờ")
    assert (OWN in later.text) == own


def test_where_nobody_said_which_ward_those_with_other_hours_are_named_before_the_question(
    content: Content,
) -> None:
    entry = content.general["office-hours"]
    plain = general_reply(with_own(content), entry, Topic(), "mấy giờ làm việc")
    assert plain.text == entry.text
    lines = general_reply(with_own(content, "quy-nhon"), entry, Topic(), "mấy giờ làm việc").text.split("\n")
    assert lines[-2:] == [f"Riêng phường Quy Nhơn: {OWN}.", "Anh/chị định ra ngày nào ạ?"]
    many = with_own(content, *(place.id for place in content.places))
    assert "nói tên nơi muốn đến" in general_reply(many, entry, Topic(), "mấy giờ làm việc").text


def test_a_question_that_is_not_about_hours_is_left_to_others(content: Content) -> None:
    base = with_own(content, "quy-nhon")
    assert hours_reply(base, "phường Quy Nhơn ở đâu", Topic()) is None
    reply = whereabouts.reply(base, "phường Quy Nhơn nộp hồ sơ ở đâu", Topic())
    assert reply is not None
    assert f"Giờ làm việc: {OWN}." in reply.text
    assert reply.context["ward"] == "quy-nhon"


def test_of_a_place_on_hold_only_the_name_is_told(content: Content) -> None:
    places = [
        place.model_copy(update={"phone": "02560000000", "office_hours": PERIODS}) for place in content.places
    ]
    held = without_held(replace(content, places=places), frozenset({"places/quy-nhon.yaml"}))
    told = {place.id: whereabouts.received_at(place) for place in held.places}
    assert told["quy-nhon"] == "Hồ sơ nộp tại Trung tâm Phục vụ hành chính công phường Quy Nhơn."
    assert "02560000000" in told["quy-nhon-bac"]
