"""The database goes away, the disk fills up, the clock jumps: 201 is never said of what is not kept."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from core.database import Database
from core.event_reading import read_events
from core.events import PublishStatus
from core.settings import REPOSITORY, Settings
from dossiers.intake_desk import IntakeDesk
from gateway.app import create_app
from tests.dossiers.samples import full_event, read
from tests.gateway.asgi import Answer, call
from tests.gateway.conftest import LOCAL_TOKEN, NOBODY
from tests.notifications.helpers import REAL, Clock, StubProvider, messages, planner, post, sender

EVENT = (REPOSITORY / "docs" / "samples" / "dossier-event.json").read_bytes()
HEADERS = {"authorization": f"Bearer {LOCAL_TOKEN}", "content-type": "application/cloudevents+json"}


def _app(url: str, folder: Path) -> FastAPI:
    settings = Settings(data_dir=folder, database_url=url, _env_file=None)
    return create_app(settings, rasa_url=NOBODY, local_token=LOCAL_TOKEN)


async def _post(app: FastAPI) -> Answer:
    return await call(app, "POST", "/v1/dossier-events", body=EVENT, headers=HEADERS)


async def test_without_a_database_nothing_is_taken_and_those_who_watch_are_told(tmp_path: Path) -> None:
    app = _app("postgresql://nobody@127.0.0.1:9/none", tmp_path)
    refused = await _post(app)
    assert (refused.status, refused.headers["retry-after"]) == (503, "30")
    assert "send it again" in refused.json()["detail"]
    page = await call(app, "GET", "/y-kien/khong-co", headers={"accept": "text/html"})
    assert page.status == 503
    assert "thử lại sau ít phút" in page.body.decode()
    assert (await call(app, "GET", "/healthz")).status == 200
    assert b"motcua_database_up 0.0" in (await call(app, "GET", "/metrics")).body
    status = (await call(app, "GET", "/status")).body.decode()
    assert "Có dịch vụ đang tạm nghỉ" in status
    assert (await call(app, "GET", "/readyz")).status == 503


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes to what is read-only")
async def test_a_disk_that_became_read_only_takes_nothing_and_recovers(
    tmp_path: Path, sqlite: Database
) -> None:
    path = Path(sqlite.url.rpartition(":///")[2])
    app = _app(sqlite.url, tmp_path)
    path.chmod(0o444)
    assert (await _post(app)).status == 503
    path.chmod(0o644)
    assert (await _post(_app(sqlite.url, tmp_path))).status == 201


async def test_a_full_disk_keeps_nothing_by_halves_and_takes_all_of_it_afterwards(sqlite: Database) -> None:
    """SQLite's own limit on pages stands in for the disk: the error is the same."""
    desk = IntakeDesk(sqlite)
    steps = [
        {**full_event("received", dossier_code=f"H98.01-261102-{n:04}"), "id": f"full-{n}"}
        for n in range(400)
    ]
    events = read(steps)
    await _pages(sqlite, 1)
    with pytest.raises(OperationalError, match="full"):
        await desk.submit(events)
    async with sqlite.reading() as session:
        assert not await read_events(session, after=0)
    await _pages(sqlite, 1_000_000)
    assert {one.status for one in await desk.submit(events)} == {PublishStatus.NEW}


async def _pages(database: Database, most: int) -> None:
    """How many the file may have; never fewer than it has."""
    async with database.writing() as session:
        await session.execute(text(f"PRAGMA max_page_count = {most}"))


async def test_a_clock_set_back_sends_nothing_twice(database: Database) -> None:
    clock = Clock()
    provider = StubProvider("zalo")
    others = StubProvider("sms"), StubProvider("mail")
    await post(database, full_event("received", dossier_code=REAL), clock)
    await planner(database, clock).tick()
    await sender(database, clock, provider, *others).tick()
    clock.now -= timedelta(hours=1)
    await planner(database, clock).tick()
    await sender(database, clock, provider, *others).tick()
    clock.now += timedelta(hours=3)
    await sender(database, clock, provider, *others).tick()
    assert len(provider.sent) == 1
    assert not others[0].sent
    assert len(await messages(database)) == 1


async def test_what_postgresql_cannot_hold_is_refused_or_left_out_and_crashes_nothing(
    tmp_path: Path, postgresql: Database
) -> None:
    """U+0000, which some programs fill short fields with, and which SQLite takes."""
    app = _app(postgresql.url, tmp_path)
    asked = await call(app, "GET", "/v1/dossiers/H98\0/notifications", headers=HEADERS)
    assert asked.status == 422
    event = full_event("received", dossier_code=REAL, unit="Phường Mẫu\0\0", officer="Trần\0 Thị Mẫu")
    answer = await call(app, "POST", "/v1/dossier-events", body=json.dumps(event).encode(), headers=HEADERS)
    assert answer.status == 201
    async with postgresql.reading() as session:
        (kept,) = await read_events(session, after=0)
    assert kept.body["unit"] == "Phường Mẫu"
