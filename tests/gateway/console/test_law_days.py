"""The days of the law are content with their article; corrected in a form, they count from then on."""

from __future__ import annotations

import re
from datetime import date

import pytest

from core.calendar import WorkingCalendar
from core.content import Document, live_version
from core.database import Database
from core.yaml_shape import ContentShapeError
from dossiers.complaint_terms import LAW_DAYS, ComplaintKind, clock_of
from gateway import content_kinds
from people import person_requests
from people.models import Role
from tests.gateway.console.conftest import Browser, Clock, hire
from tests.gateway.console.test_content import SEED, form_of, publish


def terms(text: str) -> object:
    return content_kinds.complaint_terms([Document("law-days", LAW_DAYS, text, 1)])


def request_terms(text: str) -> object:
    return content_kinds.request_terms([Document("law-days", person_requests.LAW_DAYS, text, 1)])


def test_where_nothing_is_published_the_shipped_days_count() -> None:
    assert content_kinds.complaint_terms([]) == terms(SEED[LAW_DAYS])
    assert content_kinds.request_terms([]) == request_terms(SEED[person_requests.LAW_DAYS])


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("id: answer", "id: reply", "còn thiếu thời hạn này"),
        ("counted: working_days", "counted: calendar_days", "tính sai loại ngày"),
        ("days: 15", "days: 0", "days"),
    ],
)
def test_a_term_that_the_code_would_count_wrongly_is_refused(before: str, after: str, told: str) -> None:
    with pytest.raises(ContentShapeError, match=told):
        terms(SEED[LAW_DAYS].replace(before, after, 1))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("id: erase", "id: xoa", "còn thiếu thời hạn này"),
        ("counted: calendar_days", "counted: working_days", "tính sai loại ngày"),
    ],
)
def test_the_days_for_the_own_data_are_held_to_the_same(before: str, after: str, told: str) -> None:
    key = person_requests.LAW_DAYS
    text = SEED[key].replace(before, after, 1)
    with pytest.raises(ContentShapeError, match=told):
        request_terms(text)
    assert told in (content_kinds.why_not(key, text) or "")


async def test_a_corrected_term_with_its_article_counts_after_approval(
    browser: Browser, database: Database
) -> None:
    await publish(database, LAW_DAYS)
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    page = await browser.get(f"/console/noi-dung/sua/{LAW_DAYS}")
    assert "chưa đối chiếu văn bản gốc" in page
    form = {
        **form_of(page),
        "terms.1.days": "10",
        "terms.1.article": "Khoản 3 Điều 1",
        "terms.1.verified": "on",
    }
    await browser.post(f"/console/noi-dung/sua/{LAW_DAYS}", form)
    await browser.get(f"/console/noi-dung/sua/{LAW_DAYS}")
    await browser.post(f"/console/noi-dung/gui/{LAW_DAYS}", {})
    approver = Browser(browser.app)
    await approver.sign_in("duyet", await hire(database, "duyet", Role.PROVINCIAL_APPROVER, "tinh"))
    page = await approver.get(f"/console/noi-dung/sua/{LAW_DAYS}")
    read = re.search(r'name="read" value="(\w{64})"', page)
    assert read
    await approver.post(f"/console/noi-dung/duyet/{LAW_DAYS}", {"read": read[1]})
    async with database.reading() as session:
        live = await live_version(session, LAW_DAYS)
    assert live
    found = content_kinds.complaint_terms([Document("law-days", LAW_DAYS, live.body, 2)])
    clock = clock_of(ComplaintKind.REFLECTION, date(2026, 11, 2), WorkingCalendar(), found)
    assert clock.due_on == date(2026, 11, 16)


async def test_a_corrected_day_counts_for_the_next_request_about_the_own_data(
    database: Database, clock: Clock
) -> None:
    key = person_requests.LAW_DAYS
    text = SEED[key].replace("days: 20", "days: 12", 1).replace("days: 2\n", "days: 1\n", 1)
    terms = content_kinds.request_terms([Document("law-days", key, text, 1)])
    async with database.writing() as session:
        row = await person_requests.record(
            session, wish=person_requests.Wish.ERASE, contact="0900000001", contact_hash="h",
            contact_shown="09…01", unit="phuong-a", proved=person_requests.Proved.PAPERS, reference="phiếu 1",
            by="canbo", now=clock(), calendar=WorkingCalendar(), terms=terms,
        )  # fmt: skip
    assert (row.answer_by, row.due_on) == (date(2026, 11, 27), date(2026, 12, 8))
