"""The survey without scripts on a small phone, the kiosk, the poster's page, and the open figures."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import expect

from core.database import Database
from gateway.public.assets import Assets, assets_router
from gateway.public.errors import install_error_pages
from gateway.public.pages import Pages
from gateway.public.site import Site
from gateway.public.transparency import transparency_router
from gateway.public.walk_in import unit_name, walk_in_router
from gateway.security import SecurityHeaders
from people.models import UnitKind
from people.service import ensure_unit
from tests.e2e.conftest import PICTURES, OpenPage
from tests.e2e.test_look import RULES
from tests.gateway.opinion_city import desk_of, settle
from tests.gateway.public.scripted import ScriptedDesk, ScriptedSurveys, Served, build_app, served

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def site() -> Iterator[Served]:
    with served(build_app(ScriptedDesk(), ScriptedSurveys())) as running:
        yield running


@pytest.fixture(scope="module")
def city(sqlite_template: Path) -> Iterator[Served]:
    path = sqlite_template.with_name("opinion-pages.db")
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite+aiosqlite:///{path}")

    async def plant() -> None:
        await settle(database)
        async with database.writing() as session:
            await ensure_unit(session, code="quy-nhon", name="UBND phường Quy Nhơn", kind=UnitKind.WARD)
        await database.dispose()

    # The browser's own loop runs in this thread.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(lambda: asyncio.run(plant())).result()
    app = FastAPI()
    pages = Pages(Assets(), Site(sample=True))
    app.add_middleware(SecurityHeaders)
    app.include_router(assets_router(pages.assets))
    desk = desk_of(database)
    app.include_router(transparency_router(pages, desk))
    app.include_router(walk_in_router(pages, desk, name_of=partial(unit_name, database)))
    install_error_pages(app, pages)
    with served(app) as running:
        yield running


def test_the_survey_works_without_scripts_on_a_small_phone_and_is_light(
    site: Served, open_page: OpenPage
) -> None:
    page = open_page(width=320, height=640, scripts=False)
    answer = page.goto(f"{site.url}/k/moi")
    assert answer is not None
    html = answer.body()
    assert len(html) < 30_000
    assert len(gzip.compress(html)) < 8_000
    page.get_by_role("button", name="Không hài lòng", exact=True).click()
    expect(page.locator(".recorded")).to_be_visible()
    page.locator("#comment").fill("Phải đi lại ba lần")
    page.locator("#phone").fill("0900000001")
    page.get_by_role("button", name="Gửi thêm ý kiến").click()
    expect(page.get_by_role("heading", name="Cảm ơn ông/bà đã góp ý")).to_be_visible()
    page.goto(f"{site.url}/k/goi-lai")
    page.get_by_role("button", name="Chưa ổn").click()
    expect(page.get_by_text("Đã ghi câu trả lời")).to_be_visible()


@pytest.mark.parametrize("path", ["/minh-bach?ky=2026-6T", "/ban-cham/quy-nhon/cho-doi", "/y-kien/quy-nhon"])
@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1280, "light")])
def test_figures_kiosk_and_poster_can_be_read_by_everybody(
    path: str, width: int, theme: str, city: Served, open_page: OpenPage
) -> None:
    page = open_page(width=width, theme=theme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(city.url + path, wait_until="networkidle")
    PICTURES.mkdir(exist_ok=True)
    name = path.strip("/").split("?")[0].replace("/", "-")
    page.screenshot(path=PICTURES / f"{name}-{theme}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [url for url in asked if not url.startswith(city.url)] == []
    findings = Axe().run(page, options=RULES).response["violations"]
    assert [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in findings] == []


def test_the_kiosk_thanks_and_waits_for_the_next_person(city: Served, open_page: OpenPage) -> None:
    page = open_page(width=1024, scripts=False)
    page.goto(f"{city.url}/ban-cham/quy-nhon")
    page.get_by_role("button", name="Rất hài lòng").click()
    expect(page.get_by_text("Đã ghi. Ông/bà không phải làm gì thêm.")).to_be_visible()
    page.get_by_role("link", name="Người tiếp theo").click()
    expect(page.get_by_role("button", name="Bình thường")).to_be_visible()
