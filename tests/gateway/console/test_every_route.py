"""Every route of the console in every role: who may not gets 403 and a line in the audit, nothing breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from core.database import Database
from people import accounts_repository
from people.models import Role
from people.permissions import ROLE_PERMISSIONS, Permission
from tests.gateway.console.conftest import Browser, hire

PUBLIC = {"/console/dang-nhap", "/console/xac-thuc", "/console/static/{path:path}"}
LEAVES = {"/console/dang-xuat"}
VALUES = {"kind": "pdf", "key": "procedures/x/1.000000.yaml", "step": "khong-co"}


def routes(app: FastAPI) -> Iterator[tuple[str, str, Permission | None]]:
    """Method, path with values filled in, and what it asks for."""
    for route in app.routes:
        if not isinstance(route, APIRoute) or not route.path.startswith("/console"):
            continue
        if route.path in PUBLIC | LEAVES:
            continue
        path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda m: VALUES.get(m[1], "x"), route.path)
        for method in sorted(route.methods):
            yield method, path, permission_of(route.dependant)


def permission_of(dependant: Dependant) -> Permission | None:
    for one in dependant.dependencies:
        if hasattr(one.call, "permission"):
            found: Permission | None = one.call.permission
            return found
    raise AssertionError("a route of the console without a door")


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
        body = urlencode({"form_token": token[1]}).encode() if method == "POST" else b""
        await browser._call(method, path, body)
        allowed = permission is None or permission in ROLE_PERMISSIONS[role]
        assert (browser.status != 403) == allowed, (method, path, browser.status)
        assert browser.status < 500, (method, path)
        if not allowed:
            refused.append(f"{method} {path}"[:100])
    async with database.reading() as session:
        entries = await accounts_repository.audit_entries(
            session, actor="nguoi.nay", action="refused", limit=500
        )
    assert sorted(one.subject for one in entries) == sorted(refused)
