"""A reflection from the citizen's page to its answer and rating; nobody reads what is about themselves."""

from __future__ import annotations

import csv
import io
from datetime import date
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from conversations.models import Conversation, Direction, Turn
from core.calendar import WorkingCalendar
from core.database import Database
from core.events import Event
from core.text.cells import safe_cell
from dossiers import complaint_repository
from dossiers.complaint_terms import ComplaintKind, clock_of
from dossiers.complaints import file_complaint
from dossiers.models import Complaint
from feedback.index import Verdict
from feedback.targets import Measure
from gateway.console.complaint_figures import share_of, yardsticks
from gateway.content_kinds import shipped_complaint_terms
from gateway.public.assets import Assets
from gateway.public.complaints import complaints_router
from gateway.public.pages import Pages
from gateway.public.site import Site
from people.models import Role
from tests.gateway.asgi import Answer, call
from tests.gateway.console.conftest import Browser, Clock, hire
from tests.gateway.opinion_city import CITY

WORDS = "Chờ hai tiếng ở quầy số 3 mà không ai gọi tên."
ANSWER = "Đã xem lại: hôm đó quầy số 3 thiếu người. Từ hôm nay có thêm một cán bộ. Xin lỗi anh/chị."


@pytest.fixture
def citizen(database: Database, clock: Clock):
    app = FastAPI()
    app.include_router(
        complaints_router(
            Pages(Assets(), Site(sample=True)),
            database,
            units=lambda: ["UBND phường A", "UBND phường B"],
            calendar=WorkingCalendar,
            clock=clock,
            terms=shipped_complaint_terms,
        )
    )

    async def ask(method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        kind = {"content-type": "application/x-www-form-urlencoded"} if form else {}
        return await call(app, method, path, body=urlencode(form or {}).encode(), headers=kind)

    return ask


async def file(database: Database, clock: Clock, **more: object) -> Complaint:
    async with database.writing() as session:
        receipt = await file_complaint(
            session,
            terms=shipped_complaint_terms(),
            **{
                "text": WORDS,
                "calendar": WorkingCalendar(),
                "now": clock(),
                "unit": "UBND phường A",
                "kind": ComplaintKind.REFLECTION,
                **more,
            },
        )
    async with database.reading() as session:
        found = await complaint_repository.by_receipt(session, receipt.code)
        assert found is not None
        return found


async def test_a_citizen_sends_a_reflection_follows_it_and_rates_the_answer(
    citizen, browser: Browser, database: Database
) -> None:
    form = {"kind": "reflection", "text": WORDS, "unit": "UBND phường A", "place": "Quầy số 3"}
    sent = await citizen("POST", "/phan-anh", form)
    assert sent.status == 303
    code = sent.headers["location"].split("ma=")[1][:6]
    page = (await citizen("GET", f"/phan-anh?ma={code}")).body.decode()
    assert "Có trả lời chậm nhất" in page
    assert "thứ Năm 17/12/2026" in page  # fifteen working days

    await browser.sign_in("phutrach", await hire(database, "phutrach", Role.HEAD_OF_UNIT))
    page = await browser.get("/console/phan-anh")
    path = page.split('href="/console/phan-anh/')[2].split('"')[0]
    assert WORDS in await browser.get(f"/console/phan-anh/{path}")
    await browser.post(f"/console/phan-anh/{path}/tra-loi", {"text": ANSWER})
    assert browser.status == 303
    page = (await citizen("GET", f"/phan-anh?ma={code}")).body.decode()
    assert ANSWER in page
    await citizen("POST", f"/phan-anh/{code}", {"level": "5"})
    assert "Rất hài lòng" in (await citizen("GET", f"/phan-anh?ma={code}")).body.decode()
    await browser.get(f"/console/phan-anh/{path}")
    await browser.post(
        f"/console/phan-anh/{path}/cong-khai",
        {"question": "Chờ lâu ở quầy số 3", "reply": "Đã thêm một cán bộ."},
    )
    assert "Đã thêm một cán bộ." in (await citizen("GET", "/phan-anh")).body.decode()


async def test_a_denunciation_is_told_where_to_go_and_nothing_is_kept(citizen, database: Database) -> None:
    answer = await citizen("POST", "/phan-anh", {"kind": "denunciation", "text": WORDS})
    assert "Ban Tiếp công dân" in answer.body.decode()
    async with database.reading() as session:
        assert await session.scalar(select(Complaint)) is None
        assert await session.scalar(select(Event)) is None


async def test_a_denunciation_found_later_loses_its_words_and_the_chat_says_where_to_go(
    browser: Browser, database: Database, clock: Clock
) -> None:
    async with database.writing() as session:
        talk = Conversation(channel="zalo", key_hash="k")
        session.add(talk)
        await session.flush()
        talk_id = talk.id
    row = await file(database, clock, conversation_id=talk_id, kind=ComplaintKind.UNSPECIFIED)
    await browser.sign_in("phutrach", await hire(database, "phutrach", Role.HEAD_OF_UNIT))
    await browser.get(f"/console/phan-anh/{row.id}")
    await browser.post(f"/console/phan-anh/{row.id}/to-cao", {})
    page = await browser.get(f"/console/phan-anh/{row.id}")
    assert WORDS not in page
    async with database.reading() as session:
        said = await session.scalar(select(Turn).where(Turn.direction == Direction.OUT))
        assert said is not None
        assert "Ban Tiếp công dân" in said.text


async def test_nobody_reads_what_is_about_themselves(
    browser: Browser, database: Database, clock: Clock
) -> None:
    await browser.sign_in("truong.quay", await hire(database, "truong.quay", Role.HEAD_OF_UNIT))
    row = await file(database, clock, about="ông Truong.Quay")
    assert row.receipt_code not in await browser.get("/console/phan-anh")
    await browser.get(f"/console/phan-anh/{row.id}")
    assert browser.status == 404
    await browser.get("/console/phan-anh/xuat.csv")
    assert row.receipt_code not in browser.html
    leader = Browser(browser.app)
    await leader.sign_in("lanhdao", await hire(database, "lanhdao", Role.LEADER))
    assert row.receipt_code in await leader.get("/console/phan-anh")


async def test_a_matter_of_another_body_is_forwarded_and_the_citizen_told(
    browser: Browser, database: Database, clock: Clock
) -> None:
    row = await file(database, clock)
    await browser.sign_in("phutrach", await hire(database, "phutrach", Role.HEAD_OF_UNIT))
    await browser.get(f"/console/phan-anh/{row.id}")
    await browser.post(f"/console/phan-anh/{row.id}/chuyen", {"to": "Công ty điện lực mẫu"})
    assert browser.status == 303
    async with database.reading() as session:
        found = await complaint_repository.by_id(session, row.id)
        assert found is not None
        assert found.status == "forwarded"
        assert "Công ty điện lực mẫu" in (found.answer or "")
        kinds = set(await session.scalars(select(Event.type)))
    assert {"motcua.complaint.forwarded", "motcua.complaint.answered"} <= kinds


def test_a_reflection_runs_in_working_days_and_a_complaint_in_calendar_days() -> None:
    calendar, day, terms = WorkingCalendar(), date(2026, 11, 26), shipped_complaint_terms()
    reflection = clock_of(ComplaintKind.REFLECTION, day, calendar, terms)
    assert (reflection.forward_by, reflection.due_on) == (date(2026, 12, 3), date(2026, 12, 17))
    complaint = clock_of(ComplaintKind.COMPLAINT, day, calendar, terms)
    assert (complaint.accept_by, complaint.due_on) == (date(2026, 12, 6), date(2026, 12, 26))
    assert clock_of(ComplaintKind.COMPLAINT, day, calendar, terms, is_complex=True).due_on == date(
        2027, 1, 10
    )


async def test_the_export_for_1022_holds_no_phone_and_starts_no_formula(
    browser: Browser, database: Database, clock: Clock
) -> None:
    await file(database, clock, text='=HYPERLINK("x") gọi 0912 345 678 đi', phone="0900000001")
    await browser.sign_in("phutrach", await hire(database, "phutrach", Role.HEAD_OF_UNIT))
    await browser.get("/console/phan-anh/xuat.csv")
    rows = list(csv.reader(io.StringIO(browser.answer.body.decode("utf-8-sig"))))
    assert rows[1][5].startswith("'=HYPERLINK")
    assert "0912" not in browser.html
    assert "900000001" not in browser.html


@pytest.mark.parametrize("cell", ["=1+1", "+84", "-5", "@x", "\t=1", " =1"])
def test_no_cell_starts_a_formula(cell: str) -> None:
    assert safe_cell(cell).startswith("'")


def test_shares_are_held_against_the_targets_on_file_and_few_answers_say_nothing() -> None:
    on = date(2026, 11, 26)
    for units in ({"UBND phường Bình Lộc"}, {"UBND phường Không Biết"}):
        (target,) = yardsticks(CITY, units, Measure.REFLECTIONS_ON_TIME, on)
        assert target.value == 97
    (satisfied,) = yardsticks(CITY, {"UBND phường Bình Lộc"}, Measure.COMPLAINT_SATISFACTION, on)
    assert satisfied.value == 93
    found = share_of(900, 1000, [satisfied])
    assert found is not None
    assert (found.index, found.held[0].verdict) == (90.0, Verdict.NOT_MET)
    assert "112/KH-UBND" in found.held[0].label
    assert share_of(29, 29, [satisfied]) is None
