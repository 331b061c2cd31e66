"""What a head of unit sees of opinions: on a laptop and on a phone, light and dark."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser

from core.database import Database
from dossiers.models import Dossier
from feedback.case_models import OpinionCase
from feedback.draw import InvitationPlan
from gateway.console.app import console_router, install_sign_in
from gateway.console.doors import Door
from gateway.console.pages import ConsolePages
from gateway.opinion_desk import OpinionDesk
from gateway.public.assets import Assets, assets_router
from gateway.public.errors import install_error_pages
from gateway.public.pages import Pages
from gateway.public.site import Site
from gateway.security import SecurityHeaders
from knowledge.base import KnowledgeBase
from people.models import Role, UnitKind
from people.service import ensure_unit
from tests.e2e.conftest import PICTURES
from tests.e2e.test_console_pages import look, sign_in
from tests.gateway.console.conftest import NOW as AT_WORK
from tests.gateway.console.conftest import Content, hire
from tests.gateway.opinion_city import BIG, CITY, NOW, settle
from tests.gateway.public.scripted import Served, served

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def office(sqlite_template: Path) -> Iterator[tuple[Served, str]]:
    path = sqlite_template.with_name("opinion-console.db")
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite+aiosqlite:///{path}")

    async def plant() -> str:
        await settle(database)
        async with database.writing() as session:
            await ensure_unit(session, code="phuong-a", name=BIG, kind=UnitKind.WARD)
            session.add(
                Dossier(
                    code="H99.01-260601-0001",
                    procedure_name="Đăng ký khai sinh",
                    unit=BIG,
                    status="returned",
                    status_at=NOW,
                    due_at=NOW,
                    closed_at=AT_WORK,
                    sample=True,
                )
            )
            session.add(
                OpinionCase(
                    citizen_key="x",
                    unit=BIG,
                    field="Hộ tịch",
                    reason="rude",
                    level=1,
                    words="Nói trống không với người già.",
                    opened_at=NOW,
                    due_at=NOW + timedelta(hours=20),
                )
            )
        password = await hire(database, "phutrach", Role.HEAD_OF_UNIT)
        await database.dispose()
        return password

    with ThreadPoolExecutor(1) as aside:
        password = aside.submit(lambda: asyncio.run(plant())).result()
    app = FastAPI()
    assets, site = Assets(), Site(sample=True)
    content = replace(CITY, plan=InvitationPlan(rating_rate=1.0))
    install_error_pages(app, Pages(assets, site))
    install_sign_in(app)
    app.add_middleware(SecurityHeaders)
    app.include_router(assets_router(assets))
    app.include_router(
        console_router(
            ConsolePages(assets, site),
            Door(database, secure_cookie=False, clock=lambda: AT_WORK),
            base=lambda: KnowledgeBase(Content()),
            opinion=OpinionDesk(database, lambda: content, clock=lambda: NOW),
        )
    )
    with served(app) as running:
        yield running, password


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_opinion_pages_of_the_console_can_be_read_by_everybody(
    theme: str, browser: Browser, office: tuple[Served, str]
) -> None:
    running, password = office
    PICTURES.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(color_scheme=theme, locale="vi-VN")  # type: ignore[arg-type]
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda line: problems.append(line.text) if "Content Security" in line.text else None)
    sign_in(page, running.url, "phutrach", password)
    paths = [
        "/console/y-kien?ky=2026-6T",
        "/console/cham-diem",
        "/console/viec-y-kien",
        "/console/phieu-giay",
    ]
    for path in paths:
        name = path.removeprefix("/console/").partition("?")[0]
        problems += look(page, running.url, path, f"opinion-{theme}-{name}")
    assert "Năm yếu tố" in page.goto(running.url + paths[0]).text()  # type: ignore[union-attr]
    context.close()
    assert problems == []
