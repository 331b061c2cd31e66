"""A citizen asks about the own data at the counter: written down, answered, done by another, proved."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.crypto import keyed_hash
from core.database import Database
from dossiers.service import accept
from feedback.case_models import OpinionCase, Reason
from people import person_request_repository
from people.audit_repository import audit_entries
from people.citizen_models import Consent
from people.models import Role
from people.person_requests import PersonRequest, RequestStatus
from tests.dossiers.samples import full_event, read
from tests.gateway.console.conftest import Browser, Clock, hire

HOME = "/console/du-lieu-ca-nhan"
PHONE = "0900000001"
CODE = "H98.01-261102-0001"
FORM = {
    "contact": PHONE, "unit": "phuong-a", "proved": "papers", "reference": "phiếu số 12/2026",
}  # fmt: skip


@pytest.fixture
async def officer(browser: Browser, database: Database, clock: Clock) -> Browser:
    """At the counter of a ward in which somebody has a closed dossier and asked to be called back."""
    async with database.writing() as session:
        steps = [
            full_event("received", number=1, dossier_code=CODE),
            full_event("returned", number=2, dossier_code=CODE),
        ]
        await accept(session, read(steps), now=clock())
        session.add(
            OpinionCase(
                citizen_key="k", unit="UBND phường A", reason=Reason.CALL, words="gọi giúp tôi",
                phone="+84900000001", opened_at=clock(), due_at=clock(), status="open",
            )
        )  # fmt: skip
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    await browser.get(HOME)
    return browser


@pytest.fixture
async def head(browser: Browser, database: Database) -> Browser:
    other = Browser(browser.app)
    await other.sign_in("phutrach", await hire(database, "phutrach", Role.HEAD_OF_UNIT))
    return other


async def ask(at: Browser, wish: str) -> str:
    """The address of a request that was just written down."""
    await at.get(HOME)
    await at.post(HOME, {**FORM, "wish": wish})
    assert at.status == 303, at.html
    return at.answer.headers["location"]


async def stored(database: Database) -> PersonRequest:
    async with database.reading() as session:
        (row,) = await session.scalars(select(PersonRequest))
    return row


async def test_a_request_has_two_working_days_to_be_answered_and_the_laws_days_to_be_done(
    officer: Browser, database: Database, clock: Clock
) -> None:
    page = await ask(officer, "erase")
    row = await stored(database)
    assert (row.answer_by.isoformat(), row.due_on.isoformat()) == ("2026-11-30", "2026-12-16")
    assert PHONE not in await officer.get(page)
    await officer.post(f"{page}/da-tra-loi", {})
    await officer.get(page)
    await officer.post(f"{page}/gia-han", {"why": "Phải hỏi lại đơn vị phần mềm một cửa."})
    assert (await stored(database)).due_on.isoformat() == "2026-12-31"
    await officer.get(page)
    told = await officer.post(f"{page}/gia-han", {"why": "Phải hỏi lại một lần nữa cho chắc."})
    assert officer.status == 422
    assert "đã gia hạn một lần" in told
    clock.now += timedelta(days=40)
    async with database.reading() as session:
        assert len(await person_request_repository.late(session, clock.now.date())) == 1


async def test_the_counter_writes_it_down_and_only_the_head_reads_and_hands_over(
    officer: Browser, head: Browser, database: Database
) -> None:
    page = await ask(officer, "access")
    await officer.get(page)
    await officer.post(f"{page}/ban-sao", {})
    assert officer.status == 403, "a copy shows complaints about officers"
    await head.get(page)
    copy = await head.post(f"{page}/ban-sao", {})
    assert CODE in copy
    assert "gọi giúp tôi" in copy
    await head.get(page)
    file = await head.post(f"{page}/ban-sao", {"tep": "true"})
    assert '"calls_asked_for"' in file
    await head.get(page)
    await head.post(f"{page}/lam", {"told": "trao tận tay, có ký nhận"})
    row = await stored(database)
    assert (row.status, row.contact, row.done_by) == (RequestStatus.DONE, None, "phutrach")
    async with database.reading() as session:
        assert len(await audit_entries(session, action="person.export")) == 2


async def test_erasing_needs_a_second_person_and_leaves_the_proof_without_the_person(
    officer: Browser, head: Browser, database: Database
) -> None:
    own = await ask(head, "erase")
    await head.get(own)
    refused = await head.post(f"{own}/lam", {"told": "đã gọi báo"})
    assert head.status == 422
    assert "người thứ hai" in refused
    await head.get(own)
    await head.post(f"{own}/khong-lam", {"why": "Ghi nhầm, người khác ghi lại."})
    page = await ask(officer, "erase")
    await head.get(page)
    await head.post(f"{page}/lam", {"told": "gửi thư báo, có dấu bưu điện"})
    done = await head.get(page)
    assert "gửi thư báo" in done
    assert re.search(r"dossiers 1\b", done)
    assert "bằng chứng đồng ý" in done
    async with database.reading() as session:
        case = await session.scalar(select(OpinionCase))
    assert case is not None
    assert (case.phone, case.phone_hash, case.words) == (None, None, None)
    await head.get(page)
    again = await head.post(f"{page}/lam", {"told": "gửi thư báo lần nữa"})
    assert "đã khép lại" in again


async def test_a_number_is_corrected_and_consents_are_taken_back(
    officer: Browser, head: Browser, database: Database
) -> None:
    page = await ask(officer, "correct")
    await head.get(page)
    assert "Ghi số đúng" in await head.post(f"{page}/lam", {"told": "nhắn tin báo"})
    await head.get(page)
    await head.post(f"{page}/lam", {"told": "nhắn tin báo", "new_phone": "0900000002"})
    assert head.status == 303
    async with database.reading() as session:
        case = await session.scalar(select(OpinionCase))
        assert case is not None
        assert case.phone_hash == keyed_hash("+84900000002", "phone")
    page = await ask(officer, "withdraw")
    await head.get(page)
    await head.post(f"{page}/lam", {"told": "nói tại quầy"})
    async with database.reading() as session:
        assert len((await session.scalars(select(Consent))).all()) == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"contact": "không rõ"}, "gõ như 0900000001"),
        ({"reference": ""}, "số phiếu"),
        ({"wish": ""}, "Chọn người dân yêu cầu gì"),
        ({"unit": "phuong-b"}, "Chọn đơn vị"),
    ],
)
async def test_what_is_missing_is_said_and_what_was_typed_stays(
    officer: Browser, change: dict[str, str], words: str
) -> None:
    page = await officer.post(HOME, {**FORM, "wish": "access", **change})
    assert officer.status == 422
    assert words in page
    assert 'value="papers" selected' in page


async def test_another_ward_sees_nothing_of_it(officer: Browser, database: Database) -> None:
    page = await ask(officer, "access")
    other = Browser(officer.app)
    await other.sign_in("benkia", await hire(database, "benkia", Role.HEAD_OF_UNIT, "phuong-b"))
    assert "Không có yêu cầu nào đang chờ" in await other.get(HOME)
    await other.get(page)
    assert other.status == 404
