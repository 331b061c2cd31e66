"""The console over a real database, spoken to without a network."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI

from core.calendar import WorkingCalendar
from core.database import Database
from dossiers.extension_files import FileStore
from gateway.console.app import console_router, install_sign_in
from gateway.console.doors import Door
from gateway.console.pages import ConsolePages
from gateway.deadlines import DeadlineDesk
from gateway.opinion_desk import OpinionDesk
from gateway.public.assets import Assets
from gateway.public.errors import install_error_pages
from gateway.public.pages import Pages
from gateway.public.site import Site
from knowledge.base import Content, KnowledgeBase
from people import accounts
from people.models import Role, UnitKind
from people.service import ensure_unit
from tests.gateway.asgi import Answer, call
from tests.gateway.opinion_city import CITY
from tests.waiting import comes_true
from wire.oidc import OidcClient

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


class Browser:
    """One member of staff at a machine: keeps the cookie, sends forms as the pages draw them."""

    def __init__(self, app: FastAPI) -> None:
        self.app, self.cookie, self.answer = app, "", Answer(0, {}, b"")

    async def get(self, path: str) -> str:
        return await self._call("GET", path)

    async def post(self, path: str, form: dict[str, str], *, token: bool = True) -> str:
        if token and (found := re.search(r'name="form_token" value="([0-9a-f]{64})"', self.html)):
            form = {"form_token": found[1], **form}
        return await self._call("POST", path, urlencode(form).encode())

    async def sign_in(self, username: str, password: str) -> str:
        return await self.post("/console/dang-nhap", {"username": username, "password": password})

    async def second_half(self, page: str, code: str) -> str:
        """Six digits into the page that asks for them."""
        hidden = dict(re.findall(r'name="(half|sealed|then)" value="([^"]+)"', page))
        return await self.post("/console/xac-thuc", {**hidden, "code": code})

    async def piece(self, path: str) -> str:
        """A part of a page, as a script of the page asks for it."""
        return await self._call("GET", path, script=True)

    async def upload(self, path: str, body: bytes) -> str:
        """A form with a file, its boundary ``x``."""
        return await self._call("POST", path, body, kind="multipart/form-data; boundary=x")

    async def _call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        kind: str = "application/x-www-form-urlencoded",
        *,
        script: bool = False,
    ) -> str:
        headers = {"accept": "text/html", "cookie": self.cookie} | ({"hx-request": "true"} if script else {})
        if body:
            headers["content-type"] = kind
        self.answer = await call(self.app, method, path, body=body, headers=headers)
        if self.answer.cookies:
            kept = [one.split(";")[0] for one in self.answer.cookies if "max-age=0" not in one.lower()]
            self.cookie = "; ".join(kept)
        return self.html

    @property
    def html(self) -> str:
        return self.answer.body.decode(errors="replace")

    @property
    def status(self) -> int:
        return self.answer.status


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'console.db'}")
    await database.create_all()
    async with database.writing() as session:
        await ensure_unit(session, code="tinh", name="Tỉnh Mẫu", kind=UnitKind.PROVINCE)
        await ensure_unit(
            session, code="phuong-a", name="UBND phường A", kind=UnitKind.WARD, parent_code="tinh"
        )
        await ensure_unit(
            session, code="phuong-b", name="UBND phường B", kind=UnitKind.WARD, parent_code="tinh"
        )
    yield database
    await database.dispose()


@pytest.fixture
def deadlines(database: Database, clock: Clock, tmp_path: Path) -> DeadlineDesk:
    return DeadlineDesk(
        database, WorkingCalendar, FileStore(tmp_path / "letters"), clock=clock, data_dir=tmp_path
    )


def console_app(
    database: Database,
    clock: Clock,
    *,
    deadlines: DeadlineDesk | None = None,
    opinion: OpinionDesk | None = None,
    province: OidcClient | None = None,
) -> FastAPI:
    app = FastAPI()
    assets, site = Assets(), Site(sample=True)
    install_error_pages(app, Pages(assets, site))
    install_sign_in(app)
    app.include_router(
        console_router(
            ConsolePages(assets, site),
            Door(database, secure_cookie=True, clock=clock),
            base=lambda: KnowledgeBase(Content()),
            deadlines=deadlines,
            opinion=opinion,
            province=province,
        )
    )
    return app


@pytest.fixture
def app(database: Database, clock: Clock, deadlines: DeadlineDesk) -> FastAPI:
    opinion = OpinionDesk(database, lambda: CITY, clock=clock)
    return console_app(database, clock, deadlines=deadlines, opinion=opinion)


@pytest.fixture
def browser(app: FastAPI) -> Browser:
    return Browser(app)


async def stay(browser: Browser, path: str, *, until: str | None) -> str:
    """Look at a page again and again until something stands on it, or until it leads elsewhere."""

    async def seen() -> bool:
        page = await browser.get(path)
        return browser.status == 303 if until is None else until in page

    await comes_true(seen)
    return browser.html


async def hand_in(browser: Browser, key: str) -> str:
    """Hand a draft in and wait until its questions are asked; the page that one is then led to."""
    await browser.post(f"/console/noi-dung/gui/{key}", {})
    assert browser.status == 303, browser.html
    if (there := browser.answer.headers["location"]).startswith("/console/noi-dung/thu/"):
        await stay(browser, there, until=None)
    return await browser.get(browser.answer.headers["location"])


async def hire(
    database: Database, username: str, role: Role, unit: str = "phuong-a", *, second_factor: bool = False
) -> str:
    """An account with one post; returns its password."""
    async with database.writing() as session:
        staff, password = await accounts.create_account(
            session,
            username=username,
            display_name=f"{username.title()} (mẫu)",
            actor="test",
            now=NOW,
            second_factor_due=second_factor,
            handed_out=False,
        )
        await accounts.give_post(
            session, staff=staff, unit_code=unit, role=role, actor="test", starts_on=NOW.date()
        )
    return password
