"""The staff's pages in a real browser, with something on them: readable on a laptop and on a phone, in light
and dark, without a word from the accessibility checker. Pictures go to ``test-results/console``.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from conversations import unanswered
from conversations.models import Conversation, Direction, Handover, Turn, UnansweredReason
from core import editing
from core.calendar import LOCAL, WorkingCalendar
from core.content import ContentStatus, Document, add_version, digest
from core.content_mirror import read_folder
from core.database import Database, utc_now
from dossiers.appointment_models import Appointment, CounterPlan
from dossiers.complaint_terms import ComplaintKind
from dossiers.complaints import file_complaint
from dossiers.csv_events import csv_table
from dossiers.deadline_worker import DeadlineWorker
from dossiers.extension_files import FileStore
from dossiers.service import accept
from gateway import content_kinds
from gateway.console.app import console_router, install_sign_in
from gateway.console.doors import Door
from gateway.console.pages import ConsolePages
from gateway.content_kinds import shipped_complaint_terms
from gateway.deadlines import DeadlineDesk
from gateway.knowledge import take_snapshot
from gateway.public.appointments import appointments_router
from gateway.public.assets import Assets, assets_router
from gateway.public.complaints import complaints_router
from gateway.public.errors import install_error_pages
from gateway.public.pages import Pages
from gateway.public.site import Site
from gateway.security import SecurityHeaders
from notifications.campaign_text import check
from notifications.campaigns import CampaignDesk
from notifications.informing import Policy
from notifications.planner import Planner
from people.models import Role, UnitKind
from people.service import ensure_unit
from tests.dossiers.samples import full_event, read
from tests.gateway.console.conftest import hire
from tests.gateway.public.scripted import Served, served

REPOSITORY = Path(__file__).resolve().parents[2]
# Pictures of the staff's guide: made here, so that they never go stale.
GUIDE = REPOSITORY / "docs" / "images" / "can-bo"
IN_THE_GUIDE = {
    "head-dau-gio": "dau-gio",
    "head-quay-noi-dang-ky-khai-sinh": "tai-quay",
    "head-ho-so-H99-01-261102-0001": "ho-so",
    "editor-noi-dung-hoi-thu": "hoi-thu",
    "head-tro-chuyen": "tro-giup",
    "editor-noi-dung-sua-legal-working-time-yaml": "van-ban-can-cu",
    "ward-noi-dung-sua-places-phuong-a-yaml": "noi-tiep-nhan",
    "admin-tai-khoan": "nguoi-thay",
}
WITH_HELP = "head-tro-chuyen"
PICTURES = REPOSITORY / "test-results" / "console"
SEED = read_folder(REPOSITORY / "content")
KINDS = (
    "procedures/ho-tich/",
    "procedures/chung-thuc/",
    "general/",
    "lexicon/",
    "legal/",
    "messages/",
    "places/quy-nhon",
    "calendar/",
    "targets/",
)
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
DOSSIER = "H99.01-261102-0001"
UNIT = "UBND phường A"
WAITING = "procedures/chung-thuc/2.000884.yaml"
"""A draft in review."""
QUESTION = "bế cu tí ra phường ghi sổ lần đầu"

pytestmark = pytest.mark.e2e


async def furnish(database: Database, folder: Path) -> dict[str, str]:
    """A ward with something waiting on every page; returns passwords and addresses."""
    now = utc_now()
    await database.create_all()
    ward = SEED["places/quy-nhon.yaml"].replace("id: quy-nhon", "id: phuong-a", 1)
    async with database.writing() as session:
        key = "places/phuong-a.yaml"
        await add_version(session, key=key, text=ward, status=ContentStatus.PUBLISHED, author="seed")
        await ensure_unit(session, code="tinh", name="Tỉnh Mẫu", kind=UnitKind.PROVINCE)
        await ensure_unit(session, code="phuong-a", name=UNIT, kind=UnitKind.WARD, parent_code="tinh")
        for key, text in SEED.items():
            if key.startswith(KINDS):
                await add_version(session, key=key, text=text, status=ContentStatus.PUBLISHED, author="seed")
        changed = SEED[WAITING].replace("amount: 10000", "amount: 12000", 1)
        draft = await editing.save_draft(
            session, key=WAITING, text=changed, author="mau", started_from=digest(SEED[WAITING]),
            reason="theo nghị quyết mới",
        )  # fmt: skip
        editing.submit(draft)
        due = now.astimezone(LOCAL) + timedelta(hours=8)
        event = full_event(dossier_code=DOSSIER, unit=UNIT, due_at=due.isoformat())
        await accept(session, read(event), now=now - timedelta(days=10))
        talk = Conversation(channel="zalo", key_hash="k")
        session.add(talk)
        await session.flush()
        session.add(Turn(conversation_id=talk.id, direction=Direction.IN, text=QUESTION, correlation_id="c"))
        session.add(Handover(receipt="K7M2QD", conversation_id=talk.id, answer_by=now + timedelta(hours=4)))
        await unanswered.keep(
            session, talk, UnansweredReason.FALLBACK, QUESTION, {}, before=["dạ chào phường"], now=now
        )
        await file_complaint(
            session, text="Chờ hai tiếng ở quầy số 3 mà không ai gọi tên.", calendar=WorkingCalendar(),
            terms=shipped_complaint_terms(), now=now,
            unit=UNIT, kind=ComplaintKind.REFLECTION, dossier_code=DOSSIER,
        )  # fmt: skip
        plan = CounterPlan(
            unit=UNIT, counter="quầy số 3", weekdays="12345", opens=time(7, 30),
            closes=time(11), minutes=30, places=2, created_at=now,
        )  # fmt: skip
        session.add(plan)
        await session.flush()
        session.add(
            Appointment(
                code="ABCDEF",
                plan_id=plan.id,
                unit=UNIT,
                counter="quầy số 3",
                service="Đăng ký khai sinh",
                starts_at=now + timedelta(minutes=40),
                status="booked",
                booked_at=now,
            )
        )
    worker = DeadlineWorker(database, WorkingCalendar, data_dir=folder)
    while await worker.tick():
        pass
    messages = [
        Document("messages", key, text, 1) for key, text in SEED.items() if key.startswith("messages/")
    ]
    planner = Planner(database, lambda: content_kinds.wordings(messages))
    while await planner.tick():
        pass
    body = "{{ ten }} ơi, tuần này phường làm căn cước lưu động."
    found = check(
        csv_table("phone,ten\n0900000001,Lan\n"), body, unit=UNIT, public_url="http://x", policy=Policy()
    )
    await CampaignDesk(database).plan("Đổi căn cước", body, found, unit=UNIT, by="mau")
    desk = DeadlineDesk(database, WorkingCalendar, FileStore(folder / "letters"), data_dir=folder)
    letter = await desk.draft(DOSSIER, by="mau")
    return {
        "letter": letter.id,
        "head": await hire(database, "phutrach", Role.HEAD_OF_UNIT),
        "leader": await hire(database, "lanhdao", Role.LEADER),
        "editor": await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"),
        "approver": await hire(database, "duyet", Role.PROVINCIAL_APPROVER, "tinh"),
        "ward": await hire(database, "phuong", Role.WARD_EDITOR),
        "admin": await hire(database, "quantri", Role.ADMINISTRATOR, "tinh"),
    }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("console")
    url = f"sqlite+aiosqlite:///{folder / 'console.db'}"

    async def prepare() -> tuple[dict[str, str], object]:
        database = Database(url)
        known = await furnish(database, folder)
        base = (await take_snapshot(database)).base
        await database.dispose()
        return known, base

    # In a thread of its own: the browser of these tests keeps a loop in this one.
    with ThreadPoolExecutor(1) as beside:
        known, base = beside.submit(lambda: asyncio.run(prepare())).result()
    database = Database(url)
    app = FastAPI()
    assets, site = Assets(), Site(sample=True)
    pages = Pages(assets, site)
    app.add_middleware(SecurityHeaders)
    install_error_pages(app, pages)
    install_sign_in(app)
    app.include_router(
        console_router(
            ConsolePages(assets, site),
            Door(database, secure_cookie=False),
            base=lambda: base,  # type: ignore[arg-type, return-value]
            deadlines=DeadlineDesk(database, WorkingCalendar, FileStore(folder / "letters"), data_dir=folder),
            public_url="https://motcua.example.gov.vn",
        )
    )
    app.include_router(assets_router(assets))
    app.include_router(
        complaints_router(
            pages,
            database,
            units=lambda: [UNIT],
            calendar=WorkingCalendar,
            clock=utc_now,
            terms=shipped_complaint_terms,
        )
    )
    app.include_router(appointments_router(pages, database, calendar=WorkingCalendar, clock=utc_now))
    with served(app) as running:
        yield running, known


def sign_in(page: Page, url: str, username: str, password: str) -> None:
    page.goto(f"{url}/console")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def look(page: Page, url: str, path: str, name: str) -> list[str]:
    """What is wrong with a page, on a laptop and on a phone."""
    problems = []
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(url + path)
        for one in Axe().run(page, options=RULES).response["violations"]:
            problems.append(f"{path} {width}: {one['id']} {one['nodes'][0]['html'][:200]}")
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            problems.append(f"{path} {width}: scrolls sideways")
        page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True, timeout=120_000)
        if width > 1000 and name in IN_THE_GUIDE and os.environ.get("MOTCUA_GUIDE"):
            if name == WITH_HELP:
                page.get_by_text("Trang này để làm gì").click()
            page.screenshot(path=GUIDE / f"{IN_THE_GUIDE[name]}.jpg", type="jpeg", quality=70)
    return problems


def details(page: Page, url: str) -> list[str]:
    """Pages behind the lists: the first link of each."""
    found = []
    for path in ("/console/chua-tra-loi", "/console/phan-anh", "/console/dot-tin", "/console/tro-chuyen"):
        page.goto(url + path)
        link = page.locator("main tbody a").first
        if link.count():
            found.append(str(link.get_attribute("href")))
    return found


@pytest.mark.parametrize(
    ("username", "who", "theme"),
    [
        ("phutrach", "head", "light"),
        ("lanhdao", "leader", "dark"),
        ("bientap", "editor", "light"),
        ("phuong", "ward", "dark" if not os.environ.get("MOTCUA_GUIDE") else "light"),
        ("quantri", "admin", "light"),
        ("duyet", "approver", "light"),
    ],
)
def test_every_page_with_something_on_it_is_readable_on_a_laptop_and_on_a_phone(
    browser: Browser, house: tuple[Served, dict[str, str]], username: str, who: str, theme: str
) -> None:
    running, known = house
    PICTURES.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(color_scheme=theme, locale="vi-VN")  # type: ignore[arg-type]
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda line: problems.append(line.text) if "Content Security" in line.text else None)
    sign_in(page, running.url, username, known[who])
    paths = {
        "leader": ["/console/dau-gio", "/console/phan-anh"],
        "editor": ["/console/van-ban"],
        "approver": ["/console/noi-dung/cho-duyet", f"/console/noi-dung/sua/{WAITING}"],
        "ward": ["/console/noi-dung/sua/places/phuong-a.yaml", "/console/noi-dung/sua/places/quy-nhon.yaml"],
    }.get(who, [])
    if who == "head":
        links = page.locator(".jobs a").evaluate_all("links => links.map((link) => link.href)")
        paths += [address.removeprefix(running.url) for address in links]
        paths += [
            f"/console/ho-so/{DOSSIER}",
            f"/console/xin-loi/{known['letter']}",
            "/console/mau-tin/received",
            "/console/quay?noi=dang+ky+khai+sinh",
            *details(page, running.url),
        ]
    if who == "admin":  # the form in which somebody is named to stand in for another
        page.goto(f"{running.url}/console/tai-khoan")
        giving = page.get_by_role("link", name="Giao thêm vai trò cho Phutrach").get_attribute("href")
        paths.append(str(giving))
    if who == "editor":
        key = "procedures/chung-thuc/2.000815.yaml"
        paths += [
            f"/console/noi-dung/sua/{key}",
            f"/console/noi-dung/so-quoc-gia/{key}",
            "/console/noi-dung/moi",
            "/console/noi-dung/sua/calendar/2027.yaml",
            "/console/noi-dung/sua/targets/long-khanh-112.yaml",
            "/console/noi-dung/sua/legal/working-time.yaml",
            "/console/noi-dung/chi-tieu-moi",
            "/console/noi-dung/excel",
            "/console/mau-tin",
            "/console/mau-tin/received",
            "/console/noi-dung/sua/messages/received/zalo.v1.yaml",
            "/console/noi-dung/so-quoc-gia",
        ]
        paths += [f"/console/noi-dung/hoi-thu/{key}?cau=sao+y+bao+nhieu+tien"]
    for path in paths:
        plain = re.sub(r"/procedures/.*|\?ten=.*", "", path.removeprefix("/console"))
        name = re.sub(r"\W+", "-", plain).strip("-")
        problems += look(page, running.url, path, f"{who}-{name}")
    context.close()
    assert problems == []


@pytest.mark.parametrize("path", ["/hen", "/phan-anh"])
def test_citizens_forms_are_readable_on_a_phone(
    browser: Browser, house: tuple[Served, dict[str, str]], path: str
) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = browser.new_context(locale="vi-VN").new_page()
    problems = look(page, house[0].url, path, f"citizen{path.replace('/', '-')}")
    page.context.close()
    assert problems == []


def test_on_a_phone_the_decision_lies_under_the_thumb_and_what_changed_right_above_it(
    browser: Browser, house: tuple[Served, dict[str, str]]
) -> None:
    running, known = house
    context = browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True, locale="vi-VN")
    page = context.new_page()
    sign_in(page, running.url, "duyet", known["approver"])
    page.goto(f"{running.url}/console/noi-dung/sua/{WAITING}")
    changes = page.locator(".decide li")
    changes.last.scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "approver-decides-360.png")
    buttons = [page.get_by_role("button", name="Duyệt và đăng"), page.locator("summary", has_text="Trả lại")]
    for one in buttons:
        box = one.bounding_box()
        assert box is not None
        assert 320 <= box["y"] <= 640 - box["height"], "in the half of the screen that a thumb reaches"
        assert box["height"] >= 44
    above = changes.last.bounding_box()
    assert above is not None
    assert above["y"] + above["height"] <= min(box["y"] for one in buttons if (box := one.bounding_box()))
    buttons[1].click()
    page.get_by_label("Cần sửa gì").fill("ghi thêm số nghị quyết")
    page.get_by_role("button", name="Trả lại người soạn").click()
    page.get_by_text("Đã trả lại người soạn").wait_for()
    context.close()
