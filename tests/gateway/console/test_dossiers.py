"""One dossier on one page, its person behind a reason, its notices sent again, its late letter to the end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from core.calendar import WorkingCalendar
from core.content import Document
from core.content_mirror import read_folder
from core.database import Database
from dossiers.deadline_worker import DeadlineWorker
from dossiers.models import Dossier
from dossiers.service import accept
from gateway import content_kinds
from notifications.audit import check_chain
from notifications.desk_models import UnitTask
from notifications.models import Message
from notifications.planner import Planner
from notifications.schemas import MessageStatus
from people import audit_repository
from people.models import Role
from tests.dossiers.samples import full_event, read
from tests.dossiers.test_extension import SIGNED
from tests.gateway.console.conftest import Browser, Clock, hire

CODE = "H99.01-261102-0001"


@pytest.fixture
async def dossier(database: Database, clock: Clock, tmp_path) -> str:
    """Due today, by a clock that stands on 26 November."""
    event = full_event(dossier_code=CODE, unit="UBND phường A", due_at="2026-11-26T17:00:00+07:00")
    async with database.writing() as session:
        await accept(session, read(event), now=datetime(2026, 11, 2, 2, tzinfo=UTC))
    worker = DeadlineWorker(database, WorkingCalendar, data_dir=tmp_path, clock=clock)
    while await worker.tick():
        pass
    return CODE


async def plan(database: Database, clock: Clock) -> None:
    seed = read_folder(Path(__file__).resolve().parents[3] / "content")
    documents = [
        Document("messages", key, text, 1) for key, text in seed.items() if key.startswith("messages/")
    ]
    planner = Planner(database, lambda: content_kinds.wordings(documents), clock=clock)
    while await planner.tick():
        pass


async def audited(database: Database, action: str) -> list[tuple[str, str | None]]:
    async with database.reading() as session:
        return [(e.subject, e.reason) for e in await audit_repository.audit_entries(session, action=action)]


async def test_a_dossier_is_found_by_its_whole_code_and_its_person_stays_hidden(
    browser: Browser, database: Database, dossier: str
) -> None:
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    await browser.get("/console/ho-so?ma=H99.01-261102")
    assert browser.status == 404
    await browser.get(f"/console/ho-so?ma=%20{dossier.lower()}")
    page = await browser.get(browser.answer.headers["location"])
    assert "Hồ sơ đã được tiếp nhận" in page
    assert "0900000001" not in page
    assert "Nguyễn Văn Mẫu" not in page
    assert await audited(database, "dossier.read") == [(f"dossier:{CODE}", None)]


async def test_name_and_phone_show_after_a_reason_that_the_audit_keeps(
    browser: Browser, database: Database, dossier: str
) -> None:
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    await browser.get(f"/console/ho-so/{dossier}")
    page = await browser.post(f"/console/ho-so/{dossier}/xem", {"reason": "x"})
    assert browser.status == 422
    assert "0900000001" not in page
    page = await browser.post(f"/console/ho-so/{dossier}/xem", {"reason": "người dân gọi hỏi kết quả"})
    assert "+84900000001" in page
    assert await audited(database, "personal_data.read") == [(f"dossier:{CODE}", "người dân gọi hỏi kết quả")]
    assert "+84900000001" not in await browser.get(f"/console/ho-so/{dossier}")


async def test_another_ward_cannot_tell_whether_a_dossier_is_there(
    browser: Browser, database: Database, dossier: str
) -> None:
    await browser.sign_in("canbo.b", await hire(database, "canbo.b", Role.OFFICER, "phuong-b"))
    there = await browser.get(f"/console/ho-so?ma={dossier}")
    missing = await browser.get("/console/ho-so?ma=H99.01-261102-9999")
    assert there.replace(f'value="{dossier}"', 'value="-"') == missing.replace("H99.01-261102-9999", "-")
    await browser.get(f"/console/ho-so/{dossier}")
    assert browser.status == 404


async def test_a_notice_that_failed_is_sent_again_with_a_reason_and_not_twice_at_once(
    browser: Browser, database: Database, dossier: str, clock: Clock
) -> None:
    await plan(database, clock)
    async with database.writing() as session:
        message = (await session.scalars(select(Message))).first()
        assert message is not None
        message.rungs = [{"channel": "sms", "provider": "esms"}]
        message.status, message.reason = MessageStatus.FAILED, None
        wanted = message.id
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    page = await browser.get(f"/console/ho-so/{dossier}")
    assert "Gửi lại tin này" in page
    reason = {"reason": "số điện thoại vừa sửa xong"}
    await browser.post(f"/console/ho-so/{dossier}/gui-lai/{wanted}", reason)
    assert browser.status == 303
    await browser.get(f"/console/ho-so/{dossier}")
    page = await browser.post(f"/console/ho-so/{dossier}/gui-lai/{wanted}", reason)
    assert "còn đang trên đường" in page
    async with database.reading() as session:
        rows = (await session.scalars(select(Message).order_by(Message.position))).all()
        assert [row.status for row in rows][-1] == MessageStatus.PLANNED
        assert rows[-1].wordings == next(row for row in rows if row.id == wanted).wordings
        assert (await check_chain(session, CODE)).intact
    assert await audited(database, "notice.resend") == [(f"message:{wanted}", reason["reason"])]


def multipart(form: dict[str, str], content: bytes) -> bytes:
    lines = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form.items()
    ]
    lines.append('--x\r\nContent-Disposition: form-data; name="file"; filename="thu.pdf"\r\n\r\n')
    return "".join(lines).encode() + content + b"\r\n--x--\r\n"


async def test_a_late_dossier_gets_its_letter_from_reason_to_sending(
    browser: Browser, database: Database, dossier: str, clock: Clock
) -> None:
    await browser.sign_in("phutrach", await hire(database, "phutrach", Role.HEAD_OF_UNIT))
    page = await browser.get("/console/sap-tre")
    assert dossier in page
    assert "hôm nay" in page
    await browser.post(f"/console/sap-tre/{dossier}/lap", {})
    letter = browser.answer.headers["location"]
    await browser.get(letter)
    page = await browser.post(
        f"{letter}/ly-do", {"version": "1", "reason": "chưa có kết quả đo đạc", "new_due_on": "2026-12-05"}
    )
    assert "là ngày nghỉ" in page
    await browser.post(
        f"{letter}/ly-do", {"version": "1", "reason": "chưa có kết quả đo đạc", "new_due_on": "2026-12-02"}
    )
    assert browser.status == 303

    leader = Browser(browser.app)
    await leader.sign_in("lanhdao", await hire(database, "lanhdao", Role.LEADER))
    page = await leader.get(letter)
    token = page.split('name="form_token" value="')[1][:64]
    await leader.get(f"{letter}/van-ban.pdf")
    assert leader.answer.body.startswith(b"%PDF")
    form = {"form_token": token, "version": "2", "signer": "Lê Thị Mẫu", "position": "Phó Chủ tịch"}
    await leader.upload(f"{letter}/ky", multipart({**form, "kind": "signed_pdf"}, SIGNED))
    assert leader.status == 303

    await browser.get(letter)
    await browser.post(
        f"{letter}/so", {"version": "3", "notice_number": "12/VB-UBND", "numbered_on": "2026-11-26"}
    )
    await browser.get(letter)
    await browser.post(f"{letter}/gui", {"version": "4"})
    assert browser.status == 303
    page = await browser.get(f"/console/ho-so/{dossier}")
    assert "Văn bản số 12/VB-UBND" in page
    async with database.reading() as session:
        row = await session.scalar(select(Dossier))
        assert row is not None
        assert row.new_due_at is not None


async def test_two_who_work_on_one_letter_are_told_of_each_other(
    browser: Browser, database: Database, dossier: str
) -> None:
    await browser.sign_in("phutrach", await hire(database, "phutrach", Role.HEAD_OF_UNIT))
    await browser.get("/console/sap-tre")
    await browser.post(f"/console/sap-tre/{dossier}/lap", {})
    letter = browser.answer.headers["location"]
    await browser.get(letter)
    step = {"version": "1", "reason": "chưa có kết quả đo đạc", "new_due_on": "2026-12-02"}
    await browser.post(f"{letter}/ly-do", step)
    await browser.get(letter)
    page = await browser.post(f"{letter}/ly-do", step)
    assert browser.status == 409
    assert "vừa được người khác sửa" in page


async def test_a_letter_is_given_up_with_a_reason_and_by_nobody_of_another_ward(
    browser: Browser, database: Database, dossier: str
) -> None:
    await browser.sign_in("phutrach", await hire(database, "phutrach", Role.HEAD_OF_UNIT))
    await browser.get("/console/sap-tre")
    await browser.post(f"/console/sap-tre/{dossier}/lap", {})
    letter = browser.answer.headers["location"]
    other = Browser(browser.app)
    await other.sign_in("phutrach.b", await hire(database, "phutrach.b", Role.HEAD_OF_UNIT, "phuong-b"))
    await other.get("/console/sap-tre")
    await other.post(f"{letter}/bo", {"version": "1", "why": "không phải việc của tôi"})
    assert other.status == 404
    await browser.get(letter)
    assert "ghi một câu" in await browser.post(f"{letter}/bo", {"version": "1", "why": " "})
    await browser.post(f"{letter}/bo", {"version": "1", "why": "xong kịp hẹn"})
    assert browser.status == 303
    assert "xong kịp hẹn" in await browser.get(letter)
    await browser.get("/console/sap-tre")
    await browser.post(f"{letter}/xoa", {"version": "1", "why": "thử"})
    assert browser.status == 404


async def test_what_no_channel_carried_is_a_task_that_ends_with_an_outcome(
    browser: Browser, database: Database, dossier: str, clock: Clock
) -> None:
    await plan(database, clock)
    async with database.writing() as session:
        message = (await session.scalars(select(Message))).first()
        assert message is not None
        task = UnitTask(
            message_id=message.id, unit="UBND phường A", dossier_code=CODE, reason="no_contact",
            way="call", due_on=clock.now.date(), status="open",
        )  # fmt: skip
        session.add(task)
        await session.flush()
        wanted = task.id
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    assert CODE in await browser.get("/console/viec-bao-tin")
    await browser.post(
        f"/console/viec-bao-tin/{wanted}", {"outcome": "told_by_phone", "note": "gọi lúc 9 giờ"}
    )
    assert browser.status == 303
    assert CODE not in await browser.get("/console/viec-bao-tin")
    assert "đã báo qua điện thoại" in await browser.get("/console/viec-bao-tin?xong=1")
    other = Browser(browser.app)
    await other.sign_in("canbo.b", await hire(database, "canbo.b", Role.OFFICER, "phuong-b"))
    await other.get("/console/viec-bao-tin")
    await other.post(f"/console/viec-bao-tin/{wanted}", {"outcome": "not_found"})
    assert other.status == 404


async def test_the_leader_sees_at_half_past_seven_what_is_late_who_calls_and_signs_from_there(
    browser: Browser, database: Database, dossier: str
) -> None:
    await browser.sign_in("phutrach", await hire(database, "phutrach", Role.HEAD_OF_UNIT))
    await browser.get("/console/sap-tre")
    await browser.post(f"/console/sap-tre/{dossier}/lap", {})
    letter = browser.answer.headers["location"]
    await browser.get(letter)
    await browser.post(
        f"{letter}/ly-do", {"version": "1", "reason": "chưa có kết quả đo đạc", "new_due_on": "2026-12-02"}
    )
    leader = Browser(browser.app)
    await leader.sign_in("lanhdao", await hire(database, "lanhdao", Role.LEADER))
    page = await leader.get("/console/dau-gio")
    assert "Chờ ký" in page
    assert "Trần Thị Mẫu" in page  # who calls
    assert f'href="{letter}"' in page
    assert "Nguyễn Văn Mẫu" not in page
    assert 'name="signer"' in await leader.get(letter)
