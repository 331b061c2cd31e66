"""Actions that calculate: fees by the page, paying less, due days, and a death that is no complaint."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.actions import hours, own_list, sums
from bot.actions.answering import AnswerAction
from bot.actions.checklist import ChecklistAction
from bot.actions.heard import Heard
from bot.actions.services import Services
from bot.actions.tasks import ComplaintAction, DueDateAction
from core.calendar import WorkingCalendar
from core.calendar_year import parse_calendar_year
from core.content import Document
from core.content_mirror import read_folder
from core.message import Outcome, Reply, Task
from gateway.content_kinds import shipped_complaint_terms
from knowledge.base import KnowledgeBase
from knowledge.dialogue.context import Topic
from knowledge.published import read_content
from knowledge.schemas import Facet
from tests.conftest import REPOSITORY

FILES = read_folder(REPOSITORY / "content")
BASE = KnowledgeBase(
    read_content([Document(key.split("/", 1)[0], key, text, 1) for key, text in FILES.items()], {})
)
CALENDAR = WorkingCalendar(
    parse_calendar_year(text, key) for key, text in FILES.items() if key.startswith("calendar/")
)
SERVICES = Services(
    database=cast(Any, None),  # nothing here writes
    base=lambda: BASE,
    calendar=lambda: CALENDAR,
    complaint_terms=shipped_complaint_terms,
    clock=lambda: datetime(2026, 11, 26, 2, tzinfo=UTC),  # Thursday, nine in the morning in Vietnam
)


def heard(
    text: str, facets: Sequence[Facet] = (), *, code: str | None = None, context: dict[str, Any] | None = None
) -> Heard:
    """One message as Rasa hands it over, with what is remembered of the conversation."""
    tracker = SimpleNamespace(
        sender_id="c",
        latest_message={
            "text": text,
            "intent": {"name": "ask_overview", "confidence": 0.9},
            "entities": [{"entity": "facet", "value": facet.value} for facet in facets],
            "metadata": {"conversation": "c", "context": {**Topic(code=code).patch(), **(context or {})}},
        },
        get_slot=lambda _name: None,
        active_loop_name=None,
    )
    return Heard.of(tracker)


async def answer(text: str, *facets: Facet, code: str | None = None) -> Reply:
    return await AnswerAction(SERVICES).reply(heard(text, facets, code=code))


@pytest.mark.parametrize(
    "text",
    ["chứng thực 3 bản mỗi bản 5 trang hết bao nhiêu", "sao y 3 ban moi ban 5 trang bao nhieu tien"],
)
async def test_copies_by_the_page_are_worked_out_in_the_answer(text: str) -> None:
    reply = await answer(text, Facet.FEE)
    assert (reply.outcome, reply.code) == (Outcome.ANSWER, "2.000815")
    assert "3 bản × 7.000 đồng = 21.000 đồng" in reply.text
    assert len(reply.text) <= 700


async def test_a_subject_in_doubt_is_settled_by_what_its_fee_is_counted_in() -> None:
    text = "chứng thực 3 bản mỗi bản 5 trang hết bao nhiêu"
    said = heard(text, [Facet.FEE])
    lost = Reply(outcome=Outcome.FALLBACK, facets=["fee"])
    reply = sums.with_sums(SERVICES, said, AnswerAction(SERVICES).question(said), lost)
    assert reply.code == "2.000815"
    assert "21.000 đồng" in reply.text
    no_pages = heard("chứng thực 3 bản hết bao nhiêu", [Facet.FEE])
    assert sums.with_sums(SERVICES, no_pages, AnswerAction(SERVICES).question(no_pages), lost) is lost


async def test_who_asks_to_pay_less_without_a_subject_is_asked_for_it() -> None:
    reply = await answer("tui là hộ nghèo có được giảm phí không", Facet.FEE)
    assert (reply.outcome, reply.options) == (Outcome.CLARIFY, [])
    assert "hộ nghèo" in reply.text
    known = await answer("tui là hộ nghèo có được giảm phí không", Facet.FEE, code="1.004873")
    assert known.code == "1.004873"
    assert "Hộ nghèo có trong diện được miễn, giảm" in known.text


async def test_the_rate_of_the_day_is_said_with_its_source() -> None:
    reply = await answer("đổi thẻ căn cước hết bao nhiêu tiền", Facet.FEE)
    assert "Ngày 26/11/2026 áp dụng mức 25.000 đồng/thẻ (theo 64/2025/TT-BTC)" in reply.text
    assert "sau 31/12/2026 là 50.000 đồng/thẻ" in reply.text
    later = await answer("ngày 5/1/2027 đổi thẻ căn cước hết bao nhiêu tiền", Facet.FEE, code="1.014063")
    assert "Ngày 05/01/2027 áp dụng mức 50.000 đồng/thẻ" in later.text


async def test_a_day_of_the_moon_is_counted_from_and_said_back() -> None:
    said = heard("mùng 5 tháng chạp nộp thì bữa nào có", code="1.014063")
    assert hours.asks_when_ready(SERVICES, said)
    reply = await DueDateAction(SERVICES).reply(said)
    assert reply.code == "1.014063"
    assert "Mùng 5 tháng Chạp âm lịch là thứ Ba 12/01/2027." in reply.text
    assert "hẹn trả thứ Năm 21/01/2027" in reply.text


async def test_a_list_is_asked_for_step_by_step() -> None:
    action = ChecklistAction(SERVICES)
    unknown = await action.reply(heard("lập danh sách giấy tờ"))
    assert (unknown.outcome, unknown.task) == (Outcome.TASK, Task.CHECKLIST)
    assert "cho việc gì" in unknown.text
    begun = await action.reply(heard("lập danh sách cho trường hợp của tôi", code="1.001193"))
    assert begun.code == "1.001193"
    context = {"papers": begun.context["papers"]}
    following = own_list.pressed(SERVICES, heard("", context=context), "paper", "0.0")
    assert following is not None
    assert "Câu 2" in following.text
    assert own_list.pressed(SERVICES, heard(""), "facet", "fee") is None
    plain = await action.reply(heard("làm khai sinh cho bé cần những giấy gì"))
    assert plain.outcome is Outcome.ANSWER


async def test_a_death_in_the_family_is_never_filed_as_a_complaint() -> None:
    reply = await ComplaintAction(SERVICES).reply(heard("nhà có người mất"))
    assert reply.text.startswith("Dạ, xin chia buồn")
    assert reply.options[0] == "1.000656"


def test_nothing_is_added_to_an_answer_that_asks_for_no_fee() -> None:
    reply = Reply(outcome=Outcome.ANSWER, code="1.014063", facets=["place"])
    said = heard("đổi căn cước ở đâu", (Facet.PLACE,))
    assert sums.with_sums(SERVICES, said, AnswerAction(SERVICES).question(said), reply) is reply
