"""Tasks of units and answers of citizens, as the software of a counter reads and writes them."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from gateway.api.auth import Doorkeeper
from gateway.api.desk import desk_router
from notifications import ledger
from notifications.desk_models import UnitTask
from notifications.schemas import MessageStatus, Reason
from people.audit_models import AuditEntry
from people.citizen_models import Consent, Purpose
from people.consents import WORDS
from people.service import Scope, create_key
from tests.dossiers.samples import full_event
from tests.gateway.asgi import call
from tests.notifications.helpers import REAL, Clock, messages, planner, post

UNIT = "UBND phường Mẫu"


@pytest.fixture
async def app(database):
    async with database.writing() as session:
        for scope in (Scope.PEOPLE_READ, Scope.PEOPLE_WRITE):
            await create_key(session, name=scope.value, scopes={scope}, secret=scope.value)
    door = Doorkeeper(database)
    app = FastAPI()
    app.include_router(
        desk_router(database, reader=door.require(Scope.PEOPLE_READ), writer=door.require(Scope.PEOPLE_WRITE))
    )
    return app


async def ask(app, method, path, *, scope=Scope.PEOPLE_WRITE, **body):
    headers = {"authorization": f"Bearer {scope.value}"}
    return await call(app, method, f"/v1{path}", body=body if method == "POST" else b"", headers=headers)


async def read(app, path):
    return await ask(app, "GET", path, scope=Scope.PEOPLE_READ)


async def nobody_reached(database):
    clock = Clock()
    event = full_event(dossier_code=REAL, unit=UNIT, applicant={"name": "Lê Mẫu", "phone": "123"})
    await post(database, event, clock)
    for _ in range(2):
        await planner(database, clock).tick()


async def test_a_citizen_whom_no_channel_reached_is_a_task_until_somebody_says_what_came_of_it(database, app):
    await nobody_reached(database)
    (task,) = (await read(app, "/tasks")).json()
    assert (task["dossier_code"], task["way"], task["reason"], task["status"]) == (
        REAL, "visit", "no_contact", "open",
    )  # fmt: skip
    assert task["due_on"] == "2026-11-25"  # the 24th is a holiday
    assert "Lê Mẫu" not in json.dumps(task)
    done = await ask(
        app,
        "POST",
        f"/tasks/{task['id']}/outcome",
        outcome="told_in_person",
        by="Trần Thị Mẫu",
        note="gặp con gái",
    )
    assert done.status == 200
    assert (done.json()["status"], done.json()["outcome"]) == ("done", "told_in_person")
    assert (await read(app, "/tasks")).json() == []
    assert [one["id"] for one in (await read(app, "/tasks?status=done")).json()] == [task["id"]]
    async with database.reading() as session:
        (row,) = await session.scalars(select(UnitTask))
        assert row.note == "gặp con gái"
        assert (await ledger.for_dossier(session, REAL)).intact


async def test_tasks_are_read_by_unit(database, app):
    await nobody_reached(database)
    (task,) = (await read(app, "/tasks")).json()
    assert (await read(app, f"/tasks?{urlencode({'unit': UNIT})}")).json() == [task]
    assert (await read(app, "/tasks?unit=another")).json() == []


async def test_a_task_that_is_done_or_unknown_is_said_to_be_so(database, app):
    await nobody_reached(database)
    (task,) = (await read(app, "/tasks")).json()
    path = f"/tasks/{task['id']}/outcome"
    assert (await ask(app, "POST", path, outcome="told_by_phone", by="Mẫu")).status == 200
    for again in (path, "/tasks/nothing/outcome"):
        refused = await ask(app, "POST", again, outcome="not_found", by="Mẫu")
        assert (refused.status, refused.json()["detail"]) == (404, "Không có việc nào đang mở mang mã này.")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"outcome": "whatever", "by": "Mẫu"}, "outcome"),
        ({"outcome": "not_found"}, "by"),
        ({"outcome": "not_found", "by": "Mẫu", "more": 1}, "more"),
    ],
)
async def test_a_mistake_in_an_outcome_is_named(database, app, body, field):
    await nobody_reached(database)
    (task,) = (await read(app, "/tasks")).json()
    refused = await ask(app, "POST", f"/tasks/{task['id']}/outcome", **body)
    assert refused.status == 422
    assert [error["loc"][-1] for error in refused.json()["detail"]] == [field]
    assert len((await read(app, "/tasks")).json()) == 1


async def test_a_key_for_reading_changes_nothing_and_none_reads_nothing(app):
    assert (await call(app, "GET", "/v1/tasks")).status == 401
    assert (await ask(app, "GET", "/tasks", scope=Scope.PEOPLE_WRITE)).status == 403
    given = {"contact": "0900000001", "purpose": "survey", "granted": True, "source": "counter", "by": "Mẫu"}
    assert (await ask(app, "POST", "/consents", scope=Scope.PEOPLE_READ, **given)).status == 403


async def test_a_yes_is_kept_with_the_words_it_was_given_to_and_who_wrote_it_down(database, app):
    said = await ask(
        app, "POST", "/consents", contact="0900 000 001", purpose="survey", granted=True, source="counter",
        by="Trần Thị Mẫu",
    )  # fmt: skip
    assert said.json() == {"wording": WORDS[Purpose.SURVEY, True]}
    async with database.reading() as session:
        (row,) = await session.scalars(select(Consent))
        assert (row.granted, row.actor, row.wording) == (True, "Trần Thị Mẫu", WORDS[Purpose.SURVEY, True])
        (entry,) = await session.scalars(select(AuditEntry).where(AuditEntry.action == "consent.grant"))
    assert "0900" not in f"{entry.subject} {row.contact_hash}"


async def test_a_refused_channel_is_left_out_of_the_next_notice(database, app):
    said = await ask(
        app, "POST", "/consents", contact="0900000001", purpose="status", granted=False, source="hotline",
        by="Mẫu", channel="zalo",
    )  # fmt: skip
    assert said.status == 200
    clock = Clock()
    await post(database, full_event(dossier_code=REAL), clock)
    await planner(database, clock).tick()
    (message,) = await messages(database)
    assert [rung["channel"] for rung in message.rungs] == ["sms", "email"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"contact": "nhà chú Ba"}, "không phải số di động hay địa chỉ thư: gõ như 0900000001"),
        ({"purpose": "status"}, "chỉ từ chối được từng kênh"),
        ({"purpose": "anything"}, "purpose"),
        ({"channel": "pigeon"}, "channel"),
    ],
)
async def test_a_mistake_in_an_answer_is_told_and_nothing_is_kept(database, app, changed, told):
    body = {"contact": "0900000001", "purpose": "survey", "granted": False, "source": "counter", "by": "Mẫu"}
    refused = await ask(app, "POST", "/consents", **(body | changed))
    assert refused.status == 422
    assert told in json.dumps(refused.json(), ensure_ascii=False)
    async with database.reading() as session:
        assert (await session.scalars(select(Consent))).all() == []


async def test_a_wrong_number_hears_nothing_more_and_saying_it_twice_is_no_mistake(database, app):
    body = {"contact": "0900000001", "dossier_code": REAL.lower(), "source": "hotline", "by": "Mẫu"}
    assert (await ask(app, "POST", "/contacts/not-mine", **body)).json() == {"new": True}
    assert (await ask(app, "POST", "/contacts/not-mine", **body)).json() == {"new": False}
    clock = Clock()
    await post(database, full_event(dossier_code=REAL), clock)
    await planner(database, clock).tick()
    (message,) = await messages(database)
    assert (message.status, message.reason) == (MessageStatus.SUPPRESSED, Reason.NOT_THEIRS)
