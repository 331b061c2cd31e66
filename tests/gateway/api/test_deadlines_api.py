"""The letter of apology by the machine API: every step, who may take it, and what a mistake is told."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from dossiers.extension_files import FileStore
from dossiers.service import accept
from gateway.api.auth import Doorkeeper
from gateway.api.deadlines import deadlines_router
from gateway.deadlines import DeadlineDesk
from people.audit_models import AuditEntry
from people.service import Scope, create_key
from tests.core.test_calendar import CALENDAR, at
from tests.dossiers.samples import full_event, read
from tests.dossiers.test_deadlines import Office
from tests.dossiers.test_extension import SIGNED, UNSIGNED
from tests.gateway.asgi import call

CODE = "H98.01-261102-0001"


@pytest.fixture
async def office(database, tmp_path):
    async with database.writing() as session:
        for scope in (Scope.DEADLINES_READ, Scope.DEADLINES_WRITE):
            await create_key(session, name=scope.value, scopes={scope}, secret=scope.value)
        await accept(session, read(full_event(dossier_code=CODE)), now=at("2026-11-02T08:00"))
    found = Office(database, tmp_path)
    await found.at("2026-11-23T09:00")
    return found


@pytest.fixture
def desk(office, database, tmp_path):
    return DeadlineDesk(
        database,
        lambda: CALENDAR,
        FileStore(tmp_path / "letters"),
        clock=lambda: office.now,
        data_dir=tmp_path,
    )


@pytest.fixture
def app(database, desk):
    door = Doorkeeper(database)
    app = FastAPI()
    app.include_router(
        deadlines_router(
            desk, reader=door.require(Scope.DEADLINES_READ), writer=door.require(Scope.DEADLINES_WRITE)
        )
    )
    return app


def key(scope=Scope.DEADLINES_WRITE, **more):
    return {"authorization": f"Bearer {scope.value}", **more}


async def get(app, path):
    return await call(app, "GET", f"/v1{path}", headers=key(Scope.DEADLINES_READ))


async def post(app, path, **body):
    return await call(app, "POST", f"/v1{path}", body=body, headers=key())


async def sign(app, letter, content=SIGNED, version=2):
    fields = {"version": str(version), "by": "Mẫu", "signer": "Lê Thị Mẫu", "position": "Phó Chủ tịch",
              "kind": "signed_pdf"}  # fmt: skip
    lines = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    lines.append('--x\r\nContent-Disposition: form-data; name="file"; filename="thu.pdf"\r\n\r\n')
    body = "".join(lines).encode() + content + b"\r\n--x--\r\n"
    headers = key(**{"content-type": "multipart/form-data; boundary=x", "content-length": str(len(body))})
    return await call(app, "POST", f"/v1/extensions/{letter}/signature", body=body, headers=headers)


async def test_from_the_list_of_the_morning_to_the_letter_in_the_mail(app, desk, office):
    (entry,) = (await get(app, "/deadlines")).json()
    letter = entry["extension"]["id"]
    path = f"/extensions/{letter}"
    answer = await post(app, f"{path}/reason", version=1, by="Mẫu", reason="chưa có kết quả đo đạc",
                        new_due_on="2026-12-02")  # fmt: skip
    assert (answer.status, answer.json()["next_steps"]) == (200, ["reason", "sign", "cancel"])
    draft = await get(app, f"{path}/letter.pdf")
    assert draft.body.startswith(b"%PDF-")
    assert draft.headers["content-disposition"] == f'attachment; filename="xin-loi-{CODE}.pdf"'
    assert (await get(app, f"{path}/letter.docx")).body.startswith(b"PK")
    assert (await sign(app, letter)).json()["state"] == "signed"
    assert (await get(app, f"{path}/signed")).body == SIGNED
    number = {"version": 3, "by": "Văn thư", "notice_number": "12/VB-UBND", "numbered_on": "2026-11-23"}
    assert (await post(app, f"{path}/number", **number)).json()["state"] == "numbered"
    sent = await post(app, f"{path}/send", version=4, by="Văn thư")
    assert (sent.status, sent.json()["state"], sent.json()["next_steps"]) == (200, "sent", [])
    await office.tick()
    assert (await get(app, "/deadlines")).json() == []

    async with office.database.reading() as session:
        found = await session.scalars(select(AuditEntry).order_by(AuditEntry.at, AuditEntry.id))
        trail = [(row.actor, row.action) for row in found if row.action.startswith("extension")]
        event = (await get(app, path)).json()
        (attachment,) = await desk.attachments(session, (await office.letters())[0].sent_event_id)
    assert trail[-1] == ("deadlines:write: Văn thư", "extension.send")
    assert ("deadlines:read", "extension.letter_read") in trail
    assert event["notice_number"] == "12/VB-UBND"
    assert (attachment.name, attachment.content) == (f"xin-loi-{CODE}.pdf", SIGNED)


async def test_the_lists_of_a_morning_and_the_reminder_of_a_week_can_be_fetched(app, office):
    (morning,) = (await get(app, "/deadline-lists?day=2026-11-23")).json()
    assert (morning["count"], morning["document"]) == (1, False)
    assert morning["entries"][0]["dossier_code"] == CODE
    (weekly,) = (await get(app, "/deadline-lists?day=2026-11-23&kind=weekly")).json()
    document = await get(app, f"/deadline-lists/{weekly['id']}/document")
    assert (document.status, document.body[:2]) == (200, b"PK")
    assert (await get(app, f"/deadline-lists/{morning['id']}/document")).status == 404
    assert (await get(app, "/deadline-lists?day=2026-11-22")).json() == []


async def test_a_mistake_names_field_problem_and_remedy(app, office):
    letter = (await get(app, "/deadlines")).json()[0]["extension"]["id"]
    tries = [
        (await post(app, f"/extensions/{letter}/send", version=1, by="Mẫu"), 409, "state"),
        (await post(app, f"/extensions/{letter}/send", version=7, by="Mẫu"), 409, "version"),
        (await post(app, "/extensions/none/send", version=1, by="Mẫu"), 404, "id"),
        (await post(app, "/dossiers/H98.01-261102-0009/extensions", by="Mẫu"), 404, "dossier_code"),
        (
            await post(app, f"/dossiers/{CODE}/deadline/recount", by="Mẫu", reason="chờ dân"),
            409,
            "dossier_code",
        ),
        (await sign(app, letter, UNSIGNED, version=1), 422, "file"),
        (await get(app, "/deadlines?days=99"), 422, "days"),
    ]
    for answer, status, field in tries:
        (error,) = answer.json()["errors"]
        assert (answer.status, error["field"]) == (status, field)
        assert error["problem"]
        assert error["remedy"]


async def test_a_key_that_may_only_read_takes_no_step(app, office):
    letter = (await office.letters())[0].id
    body = {"version": 1, "by": "Mẫu", "why": "thử"}
    for headers, status in ((key(Scope.DEADLINES_READ), 403), ({}, 401)):
        answer = await call(app, "POST", f"/v1/extensions/{letter}/cancel", body=body, headers=headers)
        assert answer.status == status
