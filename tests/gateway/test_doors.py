"""The doors of the whole application: headers, cookies, how often, and what an expelled key finds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.types import Message

from core.database import Database, utc_now
from core.settings import Settings
from core.text.cells import safe_cell
from gateway.app import create_app
from gateway.floods import Floods
from gateway.public.transparency import csv_response
from people.audit_repository import audit_entries
from people.service import Scope, create_key, end_key, key_allows, rotate_key
from tests.gateway.asgi import call
from tests.gateway.conftest import NOBODY

EVENTS = "/v1/dossier-events"


async def _asked(app: Any, host: str, path: str = "/chat") -> int:
    heard: list[Message] = []

    async def send(message: Message) -> None:
        heard.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    await app(
        {"type": "http", "path": path, "client": (host, 1), "headers": [], "method": "GET"}, receive, send
    )
    return int(heard[0]["status"])


async def _inside(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def test_one_address_that_asks_too_often_waits_and_its_neighbour_does_not() -> None:
    now = 0.0
    app = Floods(_inside, per_minute=3, clock=lambda: now)
    assert [await _asked(app, "203.0.113.7") for _ in range(4)] == [200, 200, 200, 429]
    assert await _asked(app, "203.0.113.8") == 200
    now = 61.0
    assert await _asked(app, "203.0.113.7") == 200


async def test_a_home_of_ipv6_counts_as_one_and_machines_and_the_proxy_pass() -> None:
    app = Floods(_inside, per_minute=1, clock=lambda: 0.0)
    assert [await _asked(app, f"2001:db8::{n}") for n in (1, 2)] == [200, 429]
    assert [await _asked(app, "127.0.0.1") for _ in range(3)] == [200, 200, 200]
    assert [await _asked(app, "203.0.113.7", EVENTS) for _ in range(3)] == [200, 200, 200]


@pytest.mark.parametrize(
    "path", ["/", "/chat", "/status", "/console/dang-nhap", "/khong-co", "/openapi.json"]
)
async def test_every_answer_carries_the_headers_and_https_is_kept(app_settings: Settings, path: str) -> None:
    settings = app_settings.model_copy(update={"public_url": "https://motcua.test"})
    app = create_app(settings, rasa_url=NOBODY)
    async with app.router.lifespan_context(app):
        answer = await call(app, "GET", path)
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers
    for cookie in [value for name, value in answer.headers.items() if name == "set-cookie"]:
        assert "HttpOnly" in cookie
        assert "secure" in cookie.lower()
        assert "samesite" in cookie.lower()


async def test_an_answer_for_machines_is_no_page(app_settings: Settings) -> None:
    answer = await call(create_app(app_settings, rasa_url=NOBODY), "GET", "/v1/dossiers/H99/notifications")
    assert answer.status == 401
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_holes_are_told_where_the_deployment_says(app_settings: Settings) -> None:
    settings = app_settings.model_copy(update={"security_contact": "mailto:an.ninh@example.test"})
    for chosen, status in ((settings, 200), (app_settings, 404)):
        app = create_app(chosen, rasa_url=NOBODY)
        answer = await call(app, "GET", "/.well-known/security.txt")
        assert answer.status == status
    told = await call(create_app(settings, rasa_url=NOBODY), "GET", "/.well-known/security.txt")
    assert b"Contact: mailto:an.ninh@example.test" in told.body


async def test_a_key_that_calls_too_often_is_told_to_wait(app_settings: Settings, sqlite: Database) -> None:
    settings = app_settings.model_copy(update={"calls_per_minute": 2})
    app = create_app(settings, rasa_url=NOBODY)
    async with sqlite.writing() as session:
        secret = await create_key(session, name="một cửa", scopes={Scope.EVENTS_WRITE})
    headers = {"authorization": f"Bearer {secret}"}
    answers = [await call(app, "POST", EVENTS, body=b"{}", headers=headers) for _ in range(3)]
    assert [one.status for one in answers] == [422, 422, 429]
    assert answers[2].headers["retry-after"] == "60"


async def test_a_key_is_exchanged_with_an_overlap_and_taken_away_at_once(database: Database) -> None:
    now = utc_now()
    async with database.writing() as session:
        old = await create_key(session, name="một cửa", scopes={Scope.EVENTS_WRITE})
        new = await rotate_key(
            session, name="một cửa", expires_at=now + timedelta(days=365),
            old_until=now + timedelta(days=7), actor="tester",
        )  # fmt: skip
        assert new is not None
        later = now + timedelta(days=8)
        for secret, moment, opens in (
            (old, now, True),
            (new, now, True),
            (old, later, False),
            (new, later, True),
        ):
            found = await key_allows(session, secret=secret, scope=Scope.EVENTS_WRITE, now=moment)
            assert (found is not None) is opens
        assert await end_key(session, name="một cửa", at=now, actor="tester", reason="nghi lộ")
        assert await key_allows(session, secret=new, scope=Scope.EVENTS_WRITE, now=now) is None
        assert not await end_key(session, name="không có", at=now, actor="tester")
    async with database.reading() as session:
        assert {entry.action for entry in await audit_entries(session)} >= {"api_key.rotate", "api_key.end"}


async def test_a_second_factor_that_is_not_from_our_page_is_refused(whole_app: FastAPI) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    for sealed in ("k1:", "k9:AAAA", "rubbish"):
        body = f"code=1&sealed={sealed}".encode()
        answer = await call(whole_app, "POST", "/console/xac-thuc", body=body, headers=headers)
        assert answer.status == 422, sealed
        body = f"code=1&half={sealed}".encode()
        answer = await call(whole_app, "POST", "/console/xac-thuc", body=body, headers=headers)
        assert answer.status == 401, sealed


@pytest.mark.parametrize("cell", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_a_cell_that_begins_a_formula_is_quoted(cell: str) -> None:
    assert safe_cell(cell).startswith("'")


def test_public_tables_quote_names_and_leave_numbers() -> None:
    answer = csv_response(["đơn vị", "lệch"], [{"đơn vị": "=HYPERLINK(1)", "lệch": -2}], "x.csv")
    assert "'=HYPERLINK(1),-2" in bytes(answer.body).decode()
