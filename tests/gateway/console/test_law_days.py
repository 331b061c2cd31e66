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
from people.models import Role
from tests.gateway.console.conftest import Browser, hire
from tests.gateway.console.test_content import SEED, form_of, publish


def terms(text: str) -> object:
    return content_kinds.complaint_terms([Document("law-days", LAW_DAYS, text, 1)])


def test_where_nothing_is_published_the_shipped_days_count() -> None:
    assert content_kinds.complaint_terms([]) == terms(SEED[LAW_DAYS])


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
