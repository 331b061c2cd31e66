"""Whatever stands in an address, behind it or in a form: every route answers, and none breaks over it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant

from core.database import Database, utc_now
from core.settings import Settings
from gateway.app import create_app
from people import accounts
from people.models import Role, UnitKind
from people.service import ensure_unit
from tests.gateway.asgi import api_routes, call
from tests.gateway.conftest import LOCAL_TOKEN, NOBODY
from tests.gateway.console.conftest import Browser

ODD = ["x\0y", "9" * 40]
"""PostgreSQL stores no U+0000, and a number of forty digits fits no column."""
NEED_CONTENT = {"/console/cham-diem", "/console/phieu-giay"}
"""Pages of a form that an empty database does not have."""
LEAVES = "/console/dang-xuat"


@pytest.fixture
async def app(tmp_path: Path, postgresql: Database) -> AsyncIterator[FastAPI]:
    settings = Settings(data_dir=tmp_path, database_url=postgresql.url, _env_file=None)
    app = create_app(settings, rasa_url=NOBODY, local_token=LOCAL_TOKEN)
    async with app.router.lifespan_context(app):
        yield app


async def everybody(database: Database) -> str:
    """The password of ``moi.vai``, who holds every role."""
    async with database.writing() as session:
        await ensure_unit(session, code="tinh", name="Tỉnh Mẫu", kind=UnitKind.PROVINCE)
        staff, password = await accounts.create_account(
            session, username="moi.vai", display_name="Mọi vai (mẫu)", actor="test", now=utc_now(),
            second_factor_due=False, handed_out=False,
        )  # fmt: skip
        today = utc_now().date()
        for role in Role:
            await accounts.give_post(
                session, staff=staff, unit_code="tinh", role=role, actor="test", starts_on=today
            )
    return password


def asked(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for one in dependant.dependencies:
        yield from asked(one)


async def test_no_route_breaks_over_what_is_put_into_it(app: FastAPI, postgresql: Database) -> None:
    browser = Browser(app)
    await browser.get("/console/dang-nhap")
    await browser.sign_in("moi.vai", await everybody(postgresql))
    token = re.search(r'name="form_token" value="([0-9a-f]{64})"', await browser.get("/console"))
    assert token
    headers = {"accept": "text/html", "cookie": browser.cookie, "authorization": f"Bearer {LOCAL_TOKEN}"}
    as_form = {"content-type": "application/x-www-form-urlencoded"}
    tried, broken = 0, []
    for route in api_routes(app.routes):
        if route.path in NEED_CONTENT or route.path == LEAVES:
            continue
        parts = list(asked(route.dependant))
        query = [one.alias for part in parts for one in part.query_params]
        form = [one.alias for part in parts for one in part.body_params]
        for odd in ODD:
            path = re.sub(r"\{[^}]+\}", odd[:300], route.path)
            behind = f"?{urlencode(dict.fromkeys(query, odd))}" if query else ""
            for method in sorted(route.methods):
                body, more = b"", {}
                if method != "GET":
                    body = urlencode({"form_token": token[1], **dict.fromkeys(form, odd)}).encode()
                    more = as_form
                answer = await call(app, method, path + behind, body=body, headers=headers | more)
                tried += 1
                rasa_away = answer.status == 503 and "retry-after" not in answer.headers
                if answer.status >= 500 and not rasa_away:
                    broken.append(f"{method} {route.path} {odd[:9]!r}: {answer.status}")
    assert tried > 300
    assert not broken, "\n".join(broken)
