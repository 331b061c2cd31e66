"""Whose a document is: a ward keeps its own place, the province what binds everybody, nobody another's."""

from __future__ import annotations

import re

import pytest

from core import editing
from core.content import ContentStatus, Document, add_version, live_version
from core.database import Database
from gateway.content_kinds import calendar
from gateway.content_rights import unit_of
from people import audit_repository
from people.models import Role
from tests.gateway.console.conftest import Browser, hire
from tests.gateway.console.test_content import FEE, PLACE, SEED, TEXTS, form_of, publish

OTHERS = "places/phuong-b.yaml"
CALENDAR = "calendar/2027.yaml"
TARGETS = "targets/long-khanh-112.yaml"
MESSAGE = "messages/received/zalo.v1.yaml"
LEGAL = "legal/working-time.yaml"
LAW = "law-days/complaints.yaml"
GENERAL = "general/parking.md"


async def refusals(database: Database, username: str) -> list[tuple[str, str | None]]:
    async with database.reading() as session:
        found = await audit_repository.audit_entries(session, actor=username, action="refused")
    return [(one.subject, one.reason) for one in reversed(found)]


async def put_in(database: Database, *keys: str) -> None:
    for key in keys:
        text = TEXTS[PLACE].replace("id: phuong-a", "id: phuong-b", 1) if key == OTHERS else TEXTS[key]
        async with database.writing() as session:
            await add_version(session, key=key, text=text, status=ContentStatus.PUBLISHED, author="seed")


@pytest.mark.parametrize(
    ("key", "role", "unit", "allowed"),
    [
        (PLACE, Role.WARD_EDITOR, "phuong-a", True),
        (OTHERS, Role.WARD_EDITOR, "phuong-a", False),
        (OTHERS, Role.PROVINCIAL_EDITOR, "tinh", True),
        (OTHERS, Role.PROVINCIAL_EDITOR, "phuong-a", False),
        (CALENDAR, Role.WARD_EDITOR, "phuong-a", False),
        (TARGETS, Role.WARD_EDITOR, "phuong-a", False),
        (MESSAGE, Role.WARD_EDITOR, "phuong-a", False),
        (LEGAL, Role.WARD_EDITOR, "phuong-a", False),
        (LAW, Role.WARD_EDITOR, "phuong-a", False),
        (CALENDAR, Role.PROVINCIAL_EDITOR, "tinh", True),
        (GENERAL, Role.WARD_EDITOR, "phuong-a", True),
        (FEE, Role.WARD_EDITOR, "phuong-a", True),
    ],
)
async def test_a_document_is_changed_by_whose_it_is_and_a_try_of_others_is_on_record(
    browser: Browser, database: Database, key: str, role: Role, unit: str, allowed: bool
) -> None:
    await put_in(database, key)
    await browser.sign_in("nguoi.nay", await hire(database, "nguoi.nay", role, unit))
    page = await browser.get(f"/console/noi-dung/sua/{key}")
    assert browser.status == 200  # everybody may read
    assert ("Lưu bản nháp</button>" in page) == allowed
    assert ("chỉ xem" in page) != allowed
    for step in ("sua", "gui"):
        await browser.get(f"/console/noi-dung/sua/{key}")
        await browser.post(f"/console/noi-dung/{step}/{key}", form_of(page))
        assert (browser.status == 403) != allowed, step
    permission = "content_edit" if key in (PLACE, OTHERS, GENERAL, FEE) else "content_figures"
    tried = [(f"POST /console/noi-dung/{step}/{key}"[:100], permission) for step in ("sua", "gui")]
    assert await refusals(database, "nguoi.nay") == ([] if allowed else tried)
    async with database.reading() as session:
        assert (await editing.open_version(session, key) is not None) == allowed


async def test_an_approver_of_one_ward_approves_and_restores_nothing_of_another(
    browser: Browser, database: Database
) -> None:
    await put_in(database, OTHERS)
    await browser.sign_in("duyet", await hire(database, "duyet", Role.PROVINCIAL_APPROVER, "phuong-a"))
    await browser.get("/console/noi-dung")
    async with database.reading() as session:
        live = await live_version(session, OTHERS)
    assert live
    for path in (f"duyet/{OTHERS}", f"tra/{OTHERS}", f"khoi-phuc/{live.id}", f"tam-dung/{OTHERS}"):
        await browser.get("/console/mat-khau")
        await browser.post(f"/console/noi-dung/{path}", {"read": live.sha256, "reason": "thử"})
        assert browser.status == 403, path
    assert len(await refusals(database, "duyet")) == 4


@pytest.mark.parametrize(
    ("role", "unit", "lifts"),
    [
        (Role.WARD_EDITOR, "phuong-a", True),  # a colleague of the ward that stopped it
        (Role.WARD_EDITOR, "phuong-b", False),
        (Role.HEAD_OF_UNIT, "tinh", True),  # above it
        (Role.PROVINCIAL_APPROVER, "tinh", True),
    ],
)
async def test_any_ward_stops_a_doubtful_answer_and_not_any_lets_it_go_again(
    browser: Browser, database: Database, role: Role, unit: str, lifts: bool
) -> None:
    await publish(database, FEE)
    await browser.sign_in("phuong", await hire(database, "phuong", Role.WARD_EDITOR))
    await browser.get(f"/console/noi-dung/sua/{FEE}")
    await browser.post(f"/console/noi-dung/tam-dung/{FEE}", {"reason": "nghi mức thu đã đổi"})
    other = Browser(browser.app)
    await other.sign_in("kia", await hire(database, "kia", role, unit))
    page = await other.get(f"/console/noi-dung/sua/{FEE}")
    assert ("Cho trả lời lại</button>" in page) == lifts
    await other.post(f"/console/noi-dung/tam-dung/{FEE}", {"lift": "1"})
    async with database.reading() as session:
        assert (await editing.held(session) == {}) == lifts
    assert other.status == (303 if lifts else 403)


async def test_a_ward_keeps_hours_of_its_own_and_deletes_them_again(
    browser: Browser, database: Database
) -> None:
    await publish(database, PLACE)
    await browser.sign_in("phuong", await hire(database, "phuong", Role.WARD_EDITOR))
    address = f"/console/noi-dung/sua/{PLACE}"
    form = form_of(await browser.get(address))
    late = {"office_hours.0.opens": "08:00", "office_hours.0.closes": "07:00"}
    page = await browser.post(address, form | late)
    assert browser.status == 422
    assert "giờ mở cửa không trước giờ đóng cửa" in page
    await browser.post(address, form | {"office_hours.0.opens": "08:00", "office_hours.0.closes": "16:30"})
    page = await browser.get(browser.answer.headers["location"])
    assert "Đã lưu bản nháp" in page
    assert "làm việc 8 giờ đến 16 giờ 30, thứ Hai đến thứ Sáu" in re.sub(r"<[^>]+>", "", page)
    async with database.reading() as session:
        draft = await editing.open_version(session, PLACE)
    assert draft
    year = "calendar/2026.yaml"
    documents = [document(PLACE, draft.body), document(year, SEED[year])]
    day = calendar(documents)
    for name in ("phuong-a", "UBND phường Quy Nhơn"):
        assert day.for_unit(name).spell_office_hours(draft.created_at.date()) == "8 giờ đến 16 giờ 30"
    assert day.for_unit("phuong-b").spell_office_hours(draft.created_at.date()).startswith("7 giờ 30")
    form = form_of(page)
    await browser.post(address, form | {"office_hours.0.opens": "", "office_hours.0.closes": ""})
    async with database.reading() as session:
        draft = await editing.open_version(session, PLACE)
    assert draft
    assert "office_hours" not in draft.body


def test_what_belongs_to_no_ward_has_none() -> None:
    assert [unit_of(key) for key in (PLACE, "places/units/gia-lai.yaml", FEE, GENERAL)] == [
        "phuong-a",
        None,
        None,
        None,
    ]


def document(key: str, text: str) -> Document:
    return Document(key.split("/", 1)[0], key, text, 1)
