"""Lists that grow are shown in pages, led on by a plain link: every row once, also those of one moment."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.database import Database
from feedback.case_models import OpinionCase
from gateway.console.paging import SIZE, numbered, place_of, sheet
from people.audit_models import AuditEntry
from people.models import Role
from people.person_requests import PersonRequest, Proved, RequestStatus, Wish
from tests.gateway.console.conftest import NOW, Browser, hire

ROWS = 2 * SIZE + 7


@given(st.integers(0, 120), st.integers(1, 20))
def test_a_list_in_memory_loses_nothing_and_shows_nothing_twice(count: int, size: int) -> None:
    first = numbered(range(count), 1, size=size)
    shown = [row for page in range(1, first.of + 1) for row in numbered(range(count), page, size=size).rows]
    assert shown == list(range(count))
    assert numbered(range(count), 10**6, size=size).number == first.of


@given(st.datetimes(), st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1))
def test_a_link_says_where_the_next_page_begins(moment: datetime, key: str) -> None:
    found = sheet([(moment, key), (moment, "beyond")], lambda row: row, size=1)
    assert place_of(found.after or "", datetime.fromisoformat, str) == (moment, key)


@pytest.mark.parametrize("text", ["", "x", "a~b", "2026-11-26", "2026-11-26~x~y"])
def test_what_is_no_place_begins_at_the_first_page(text: str) -> None:
    assert place_of(text, date.fromisoformat, str) is None


async def walked(browser: Browser, path: str, row: str) -> list[str]:
    """Every match of ``row`` on the page and on those that its links lead to."""
    found: list[str] = []
    for _ in range(5):
        page = await browser.get(path)
        assert browser.status == 200
        found += re.findall(row, page)
        onward = re.search(r'rel="next" href="([^"]+)"', page)
        if onward is None:
            return found
        path = onward[1].replace("&amp;", "&")
    raise AssertionError("the list does not end")


async def test_cases_of_one_moment_are_all_met_once(browser: Browser, database: Database) -> None:
    async with database.writing() as session:
        session.add_all(
            OpinionCase(
                citizen_key=f"{number:064d}", unit="phuong-b" if number % 3 == 0 else "UBND phường A",
                field=f"việc {number:04d}", reason="low", status="closed" if number % 2 else "open",
                opened_at=NOW, due_at=NOW, closed_at=NOW if number % 2 else None, outcome="mended",
            )
            for number in range(6 * SIZE)
        )  # fmt: skip
    await browser.sign_in("phutrach", await hire(database, "phutrach", Role.HEAD_OF_UNIT))
    for path, rest in (("/console/viec-y-kien", 0), ("/console/viec-y-kien?xong=1", 1)):
        met = await walked(browser, path, r"việc (\d+)")
        mine = [f"{n:04d}" for n in range(6 * SIZE) if n % 3 and n % 2 == rest]
        assert sorted(met) == mine, "the unit's own, each once, and nothing of another"


async def test_requests_that_are_done_are_followed_back_to_the_first(
    browser: Browser, database: Database
) -> None:
    async with database.writing() as session:
        session.add_all(
            PersonRequest(
                wish=Wish.ACCESS, contact=None, contact_hash=f"{number:064d}", contact_shown="đã bỏ",
                unit="phuong-a", proved=Proved.PAPERS, reference=f"phiếu số {number:03d}",
                status=RequestStatus.DONE, received_at=NOW, recorded_by="lan", answer_by=NOW.date(),
                due_on=NOW.date(), done_at=NOW - timedelta(days=number // 4), done_by="lan",
                counts={}, kept=[],
            )
            for number in range(ROWS)
        )  # fmt: skip
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    met = await walked(browser, "/console/du-lieu-ca-nhan?xong=1", r"phiếu số (\d+)")
    assert sorted(met) == [f"{number:03d}" for number in range(ROWS)]


async def test_the_audit_is_followed_back_line_by_line_whatever_it_is_searched_by(
    browser: Browser, database: Database
) -> None:
    async with database.writing() as session:
        session.add_all(
            AuditEntry(
                at=NOW - timedelta(minutes=number // 10), actor="lan" if number % 2 else "minh",
                action="dossier.read" if number % 4 < 2 else "dossier.other", subject=f"dossier:{number:04d}",
            )
            for number in range(4 * SIZE)
        )  # fmt: skip
    await browser.sign_in("giamsat", await hire(database, "giamsat", Role.AUDITOR))

    async def met(query: str) -> list[str]:
        found, before = [], ""
        for _ in range(9):
            page = await browser.get(f"/console/nhat-ky?{query}{before}")
            found += re.findall(r"dossier:(\d+)", page)
            more = re.search(r"before=(\w+)", page)
            if more is None:
                return found
            before = f"&before={more[1]}"
        raise AssertionError("the audit does not end")

    for query, mine in (
        ("actor=lan", lambda n: n % 2),
        ("action=dossier.read", lambda n: n % 4 < 2),
        ("action=dossier", lambda n: True),
        ("action=dossier&actor=minh", lambda n: n % 2 == 0),
        ("action=nothing", lambda n: False),
    ):
        assert sorted(await met(query)) == [f"{n:04d}" for n in range(4 * SIZE) if mine(n)], query
