"""What Prometheus reads: counted by kind, never by person, and not for strangers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI

from core.calendar import local_day
from core.database import Database, utc_now
from core.events import publish
from core.settings import REPOSITORY, Settings
from dossiers.deadline_models import DossierDeadline
from dossiers.models import Dossier
from gateway.api.metrics import area_of, figures_of
from gateway.app import create_app
from gateway.service_status import ServiceStatus, State
from tests.gateway.asgi import call
from tests.gateway.conftest import LOCAL_TOKEN, NOBODY

EVENT = json.loads((REPOSITORY / "docs" / "samples" / "dossier-event.json").read_text())
KEY = {"authorization": f"Bearer {LOCAL_TOKEN}"}


async def _scrape(app: FastAPI, headers: dict[str, str] | None = None) -> str:
    answer = await call(app, "GET", "/metrics", headers=headers)
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.body.decode()


async def test_an_event_that_is_taken_in_is_counted_and_waits_to_be_planned(whole_app: FastAPI) -> None:
    headers = {**KEY, "content-type": "application/cloudevents+json"}
    posted = await call(
        whole_app, "POST", "/v1/dossier-events", body=json.dumps(EVENT).encode(), headers=headers
    )
    assert posted.status == 201
    told = await _scrape(whole_app)
    assert 'motcua_dossier_events_total{status="new"}' in told
    assert 'motcua_queue_depth{queue="plan"} 1.0' in told
    assert 'motcua_http_seconds_count{answer="2xx",area="v1"}' in told


async def test_no_label_holds_a_person_a_dossier_or_a_path(whole_app: FastAPI) -> None:
    headers = {**KEY, "content-type": "application/cloudevents+json"}
    await call(whole_app, "POST", "/v1/dossier-events", body=json.dumps(EVENT).encode(), headers=headers)
    await call(whole_app, "GET", f"/v1/dossiers/{EVENT['data']['dossier_code']}/notifications", headers=KEY)
    await call(whole_app, "GET", "/0900000001/0900000001")
    told = await _scrape(whole_app)
    data = EVENT["data"]
    for secret in (data["dossier_code"], data["applicant"]["phone"], data["applicant"]["name"], "0900000001"):
        assert secret not in told
    assert area_of("/0900000001/x") == "other"


async def test_a_stranger_behind_a_proxy_needs_a_key(whole_app: FastAPI) -> None:
    passed_on = {"x-forwarded-for": "203.0.113.7"}
    assert (await call(whole_app, "GET", "/metrics", headers=passed_on)).status == 401
    assert "motcua_database_up 1.0" in await _scrape(whole_app, {**passed_on, **KEY})


async def test_a_deployment_may_ask_everybody_for_a_key_or_close_the_page(app_settings: Settings) -> None:
    for choice, status in (("key", 401), ("off", 404)):
        settings = app_settings.model_copy(update={"metrics": choice})
        app = create_app(settings, rasa_url=NOBODY, local_token=LOCAL_TOKEN)
        assert (await call(app, "GET", "/metrics")).status == status


async def test_the_age_of_what_waits_is_told(database: Database) -> None:
    async with database.writing() as session:
        await publish(session, type="vn.motcua.dossier.received", subject="H99", body={})
    figures = await figures_of(database, utc_now() + timedelta(minutes=3))
    (age,) = [f for f in figures if f.name == "motcua_queue_oldest_seconds" and f.label == ("queue", "plan")]
    assert 180 <= age.value < 200


async def test_a_promise_whose_day_passed_without_a_new_one_is_told(sqlite: Database) -> None:
    now = utc_now()
    today = local_day(now)
    async with sqlite.writing() as session:
        for number, (days, stopped) in enumerate([(-1, False), (0, False), (3, False), (-9, True)]):
            dossier = Dossier(
                code=f"H99-{number}", procedure_code="1", procedure_name="Thủ tục", status="received",
                status_at=now,
            )  # fmt: skip
            session.add(dossier)
            await session.flush()
            session.add(
                DossierDeadline(
                    dossier_id=dossier.id, due_on=today + timedelta(days=days), made_at=now, stopped=stopped,
                    updated_at=now,
                )
            )  # fmt: skip
    found = {one.name: one.value for one in await figures_of(sqlite, now)}
    assert (found["motcua_deadlines_running"], found["motcua_deadlines_missed"]) == (3, 1)


async def test_several_processes_are_added_up_in_one_scrape(tmp_path: Path) -> None:
    count = "from core import metrics; metrics.EVENTS.labels('new').inc(2)"
    read = "from core import metrics; print(metrics.exposition().decode())"
    environment = {**os.environ, "MOTCUA_METRICS_DIR": str(tmp_path / "metrics")}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", count], env=environment, check=True, cwd=REPOSITORY)
    told = subprocess.run(
        [sys.executable, "-c", read], env=environment, check=True, cwd=REPOSITORY, capture_output=True
    ).stdout.decode()
    assert 'motcua_dossier_events_total{status="new"} 4.0' in told


async def test_the_public_page_says_that_notices_are_late(sqlite: Database) -> None:
    async def answers() -> bool:
        return True

    async with sqlite.writing() as session:
        await publish(session, type="vn.motcua.dossier.received", subject="H99", body={})
    status = ServiceStatus(sqlite, answers, clock=lambda: utc_now() + timedelta(minutes=9))
    standing = await status.look()
    assert (standing.chat, standing.notices, standing.behind_minutes) == (State.WORKING, State.SLOW, 9)


async def test_the_public_page_stands_when_the_assistant_is_away(whole_app: FastAPI) -> None:
    answer = await call(whole_app, "GET", "/status")
    assert answer.status == 200
    assert "Có dịch vụ đang tạm nghỉ" in answer.body.decode()
    assert (await call(whole_app, "GET", "/status.json")).json()["chat"] == "down"
