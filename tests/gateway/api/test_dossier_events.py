"""What a one-stop system hears when it posts dossier events, and what the ledger then says."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from core.database import utc_now
from dossiers.intake_desk import IntakeDesk
from gateway.api.auth import Doorkeeper
from gateway.api.dossier_events import dossier_events_route
from gateway.api.ledger import ledger_router
from gateway.short_way import ShortWay
from people.service import Scope, create_key
from tests.dossiers.samples import CODE, CODE_PATTERN, SAMPLES, cloud_event, full_event
from tests.gateway.asgi import call
from tests.notifications.helpers import Clock, planner, sender
from wire.outbox_file import OutboxFile

PATH = "/v1/dossier-events"
STORY = "H99.01-260928-0001"


@pytest.fixture
async def app(database):
    async with database.writing() as session:
        for name, scope in (("events", Scope.EVENTS_WRITE), ("reader", Scope.LEDGER_READ)):
            await create_key(session, name=name, scopes={scope}, secret=name)
    door = Doorkeeper(database)
    app = FastAPI()
    route = dossier_events_route(
        IntakeDesk(database), door.require(Scope.EVENTS_WRITE), code_pattern=CODE_PATTERN
    )
    app.add_middleware(ShortWay, routes=[route])
    app.include_router(ledger_router(database, door.require(Scope.LEDGER_READ)))
    return app


def key(secret="events", **more):
    return {"authorization": f"Bearer {secret}", **more}


async def post(app, body, **headers):
    return await call(app, "POST", PATH, body=body, headers=key(**headers))


async def test_the_sample_file_is_taken_once_and_sent_once(app, database, tmp_path):
    body = (SAMPLES / "dossier-events.json").read_bytes()
    kind = {"content-type": "application/cloudevents-batch+json"}
    outbox = OutboxFile(tmp_path)
    for status in (201, 200):
        answer = await post(app, body, **kind)
        assert answer.status == status
        assert len(answer.json()["events"]) == 15
        clock = Clock(utc_now().replace(hour=3))
        await planner(database, clock).tick()
        await sender(database, clock, outbox).tick()
        assert len(list(tmp_path.glob("*.txt"))) == 15
    found = (await call(app, "GET", f"/v1/dossiers/{STORY}/notifications", headers=key("reader"))).json()
    assert found["intact"]
    assert len(found["notifications"]) == 15
    assert {one["status"] for one in found["notifications"]} == {"accepted"}
    one = found["notifications"][0]
    assert one["attempts"][0]["outcome"] == "accepted"
    again = await call(app, "GET", f"/v1/notifications/{one['id']}", headers=key("reader"))
    assert again.json() == one


async def test_the_other_formats_are_taken_at_the_same_door(app):
    for name, kind in (
        ("dossier-event.json", "application/cloudevents+json; charset=utf-8"),
        ("national-dong-bo-ho-so.json", "application/json"),
        ("national-cap-nhat-tien-do.json", "application/json"),
        ("dossier-events.csv", "text/csv"),
    ):
        answer = await post(app, (SAMPLES / name).read_bytes(), **{"content-type": kind})
        assert answer.status == 201, (name, answer.body)


async def test_another_body_under_a_known_id_is_a_conflict_and_nothing_is_stored(app):
    assert (await post(app, full_event())).status == 201
    changed = full_event(reason="khác")
    answer = await post(app, [full_event("processing", number=2), changed])
    assert answer.status == 409
    assert [error["index"] for error in answer.json()["errors"]] == [1]
    assert (await post(app, full_event("processing", number=2))).status == 201


async def test_some_new_among_known_is_201(app):
    await post(app, full_event())
    answer = await post(app, [full_event(), full_event("processing", number=2)])
    assert answer.status == 201
    assert [one["status"] for one in answer.json()["events"]] == ["seen", "new"]


async def test_every_error_of_a_batch_is_named_and_nothing_is_stored(app):
    answer = await post(app, [full_event(), cloud_event(occurred_at="?"), cloud_event("lost")])
    assert answer.status == 422
    assert [(error["index"], error["field"]) for error in answer.json()["errors"]] == [
        (1, "data.occurred_at"),
        (2, "type"),
    ]
    assert (await post(app, full_event())).status == 201


async def test_an_event_that_waits_for_its_dossier_says_so(app):
    answer = await post(app, cloud_event("processing"))
    assert answer.status == 201
    assert answer.json()["events"][0]["waiting"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), (key("reader"), 403), (key("wrong"), 403), ({"authorization": "Basic x"}, 401)],
)
async def test_nobody_posts_without_the_right_key(app, headers, status):
    assert (await call(app, "POST", PATH, body=full_event(), headers=headers)).status == status


async def test_the_ledger_is_not_for_the_key_that_posts(app):
    assert (await call(app, "GET", f"/v1/dossiers/{CODE}/notifications", headers=key())).status == 403
    path = f"/v1/dossiers/{CODE}/notifications"
    assert (await call(app, "GET", path, headers=key("reader"))).status == 404
    assert (await call(app, "GET", "/v1/notifications/x", headers=key("reader"))).status == 404


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {"content-type": "application/json"}, 422),
        (b"<a/>", {"content-type": "application/xml"}, 415),
        (b"{}", {"content-type": "application/json", "ce-specversion": "1.0"}, 415),
        (b" " * (8 * 1024 * 1024 + 1), {"content-type": "application/json"}, 413),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_a_remedy(app, body, headers, status):
    answer = await post(app, body, **headers)
    assert answer.status == status
    assert answer.json()["errors"][0]["remedy"]
