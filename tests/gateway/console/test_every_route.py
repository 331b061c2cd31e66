"""Every route of the console in every role: who may not gets 403 and a line in the audit, nothing breaks.

The routes are those of the application itself, so that none can be forgotten.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from core.database import Database
from core.settings import Settings
from core.sign_in_settings import OidcSettings
from gateway.app import create_app
from gateway.deadlines import DeadlineDesk
from gateway.opinion import opinion_content
from gateway.opinion_desk import OpinionDesk
from people import audit_repository
from people.accounts import give_post
from people.accounts_repository import staff_by_username
from people.models import Role
from people.permissions import ROLE_PERMISSIONS, Permission
from tests.gateway.asgi import api_routes
from tests.gateway.console.conftest import NOW, Browser, Clock, console_app, hire
from tests.gateway.opinion_city import CITY
from wire.oidc import OidcClient

PUBLIC = {
    "/console/dang-nhap",
    "/console/dang-nhap/tinh",
    "/console/dang-nhap/tinh/ve",
    "/console/dang-nhap/tinh/thoat",
    "/console/dang-nhap/tinh/da-thoat",
    "/console/xac-thuc",
    "/console/static/{path:path}",
}
LEAVES = {"/console/dang-xuat"}
VALUES = {"kind": "pdf", "key:path": "procedures/x/1.000000.yaml", "step": "khong-co"}
PROVINCE = OidcSettings(issuer="https://dang-nhap.example", client_id="m", client_secret="x" * 32)


@pytest.fixture
def app(database: Database, clock: Clock, deadlines: DeadlineDesk) -> FastAPI:
    """With everything that can be turned on."""
    opinion = OpinionDesk(database, lambda: CITY, clock=clock)
    province = OidcClient(PROVINCE, "https://motcua.example/console/dang-nhap/tinh/ve")
    return console_app(database, clock, deadlines=deadlines, opinion=opinion, province=province)


def of_the_console(app: FastAPI) -> list[APIRoute]:
    return [one for one in api_routes(app.routes) if one.path.startswith("/console")]


def routes(app: FastAPI) -> Iterator[tuple[str, str, Permission | None]]:
    """Method, path with values filled in, and what it asks for."""
    for route in of_the_console(app):
        if route.path in PUBLIC:
            continue
        path = re.sub(r"\{(\w+(?::\w+)?)\}", lambda m: VALUES.get(m[1], "x"), route.path)
        for method in sorted(route.methods):
            yield method, path, permission_of(route.dependant)


def permission_of(dependant: Dependant) -> Permission | None:
    for one in dependant.dependencies:
        if hasattr(one.call, "permission"):
            found: Permission | None = one.call.permission
            return found
    raise AssertionError("a route of the console without a door")


def test_the_routes_tried_here_are_those_of_the_product(app: FastAPI, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, public_url="https://motcua.example", oidc=PROVINCE.model_dump(), _env_file=None
    )
    product = create_app(settings, rasa_url="http://127.0.0.1:9")
    known = {(one.path, *sorted(one.methods)) for one in of_the_console(product)}
    assert known == {(one.path, *sorted(one.methods)) for one in of_the_console(app)}
    assert {path for path, *_ in known} >= PUBLIC | LEAVES


def test_a_link_puts_no_words_of_its_writer_on_a_page_and_chooses_no_status(app: FastAPI) -> None:
    """Such words are for pages that were just drawn; an address that took them would speak for the office."""
    for route in of_the_console(app):
        assert not {"trouble", "told", "done", "status", "problem"} & asked_by(route.dependant), route.path


def asked_by(dependant: Dependant) -> set[str]:
    """Names of what an address may say behind its question mark."""
    inner = (asked_by(one) for one in dependant.dependencies)
    return {one.alias for one in dependant.query_params}.union(*inner)


async def test_nothing_opens_without_somebody_signed_in(app: FastAPI) -> None:
    for method, path, _ in routes(app):
        browser = Browser(app)
        await browser._call(method, path, b"a=b" if method == "POST" else b"")
        assert browser.status == 303, (method, path)
        assert browser.answer.headers["location"].startswith("/console/dang-nhap?"), (method, path)


@pytest.mark.parametrize("role", list(Role))
async def test_each_route_opens_for_its_roles_and_is_refused_on_record_to_others(
    role: Role, app: FastAPI, browser: Browser, database: Database
) -> None:
    await browser.sign_in("nguoi.nay", await hire(database, "nguoi.nay", role))
    page = await browser.get("/console")
    token = re.search(r'name="form_token" value="([0-9a-f]{64})"', page)
    assert token
    refused = []
    for method, path, permission in routes(app):
        if path in LEAVES:
            continue
        if method == "POST":  # a form from elsewhere does nothing, whoever is signed in
            await browser._call(method, path, b"form_token=" + b"0" * 64)
            assert browser.status == 403, (method, path)
        body = urlencode({"form_token": token[1]}).encode() if method == "POST" else b""
        await browser._call(method, path, body)
        allowed = permission is None or permission in ROLE_PERMISSIONS[role]
        assert (browser.status != 403) == allowed, (method, path, browser.status)
        assert browser.status < 500, (method, path)
        if not allowed:
            refused.append(f"{method} {path}"[:100])
    async with database.reading() as session:
        entries = await audit_repository.audit_entries(
            session, actor="nguoi.nay", action="refused", limit=500
        )
    assert sorted(one.subject for one in entries) == sorted(refused)
    assert refused, "no role may do everything"


async def test_on_an_empty_database_every_page_says_what_is_missing_and_none_breaks(
    database: Database, clock: Clock, deadlines: DeadlineDesk
) -> None:
    """Nothing shipped, nothing asked, no dossier: for somebody in the province who may do everything.

    Each address of the product, and wherever the pages themselves lead from there.
    """
    desk = OpinionDesk(database, lambda: opinion_content([]), clock=clock)
    app = console_app(database, clock, deadlines=deadlines, opinion=desk)
    browser = Browser(app)
    await browser.sign_in("tat.ca", await hire(database, "tat.ca", Role.ADMINISTRATOR, "tinh"))
    async with database.writing() as session:
        staff = await staff_by_username(session, "tat.ca")
        assert staff is not None
        for role in set(Role) - {Role.ADMINISTRATOR}:
            await give_post(
                session, staff=staff, unit_code="tinh", role=role, actor="test", starts_on=NOW.date()
            )
    own = [path for method, path, _ in routes(app) if method == "GET" and path not in LEAVES]
    led_to: dict[str, None] = {}
    for address in own:
        page = await browser.get(address)
        assert browser.status < 500, (address, page)
        if address in {"/console/cham-diem", "/console/phieu-giay"}:
            assert "chưa có trong nội dung đang dùng" in page
            assert "motcua content check" in page
        for link in re.findall(r'href="(/console[^"#]*)"', page):
            led_to[html.unescape(link)] = None
    onward = [one for one in led_to if one not in own and not one.startswith(("/console/static/", *LEAVES))]
    assert onward
    for address in onward:
        page = await browser.get(address)
        assert browser.status < 400, (address, browser.status, page)
