"""The chat on a ward's own site by one script tag, in a real browser: two servers, two origins."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.e2e.conftest import PICTURES, OpenPage
from tests.e2e.test_look import RULES
from tests.gateway.public.scripted import OFFICER, ScriptedDesk, ScriptedSurveys, Served, build_app, served

pytestmark = pytest.mark.e2e

NAME = "Hỏi đáp thủ tục hành chính"


@pytest.fixture
def desk() -> ScriptedDesk:
    return ScriptedDesk()


class Ward:
    """A ward's own site with a strict policy of its own, and the chat of another server on it."""

    def __init__(self) -> None:
        self.chat_url = ""
        self.app = FastAPI()

        @self.app.get("/{page}")
        async def page(page: str) -> HTMLResponse:
            body = f"""<!doctype html><html lang="vi"><head><title>Phường Mẫu</title>
                <meta name="viewport" content="width=device-width, initial-scale=1"></head><body>
                <main><h1>Phường Mẫu: {page}</h1><p><a href="/tin">Tin tức</a></p>
                <p><label>Tìm <input name="q"></label></p></main>
                <script src="{self.chat_url}/nhung.js" defer></script></body></html>"""
            policy = (
                f"default-src 'self'; script-src {self.chat_url}; frame-src {self.chat_url}; style-src 'self'"
            )
            return HTMLResponse(body, headers={"Content-Security-Policy": policy})


@pytest.fixture
def ward(desk: ScriptedDesk) -> Iterator[Served]:
    site = Ward()
    with (
        served(site.app) as running,
        served(build_app(desk, ScriptedSurveys(), framed_by=(running.url,))) as chat,
    ):
        site.chat_url = chat.url
        yield running


def launch(page: Page) -> None:
    page.get_by_role("button", name="Hỏi đáp thủ tục").click()


def inside(page: Page) -> FrameLocator:
    return page.frame_locator(f"iframe[title='{NAME}']")


def ask(page: Page, words: str) -> None:
    field = inside(page).get_by_label("Câu hỏi của anh/chị")
    field.fill(words)
    field.press("Enter")


def test_one_tag_brings_a_button_and_the_button_a_conversation(
    ward: Served, desk: ScriptedDesk, open_page: OpenPage
) -> None:
    page = open_page(width=1280)
    page.goto(f"{ward.url}/trang-chu")
    assert page.locator("iframe[src]").count() == 0, "nothing of the chat is loaded before somebody wants it"
    launch(page)
    expect(page.get_by_role("dialog", name=NAME)).to_be_visible()
    ask(page, "làm giấy khai sinh cần gì")
    expect(inside(page).get_by_role("heading", name="Làm giấy khai sinh cho bé")).to_be_visible()
    desk.push(desk.only_key, OFFICER)
    expect(inside(page).locator(".officer")).to_contain_text("Trần Thị Mẫu")
    link = inside(page).locator(".basis a").first
    with page.context.expect_page() as opened:
        link.click()
    assert "/p/" in opened.value.url, "a link leads out of the narrow frame"
    opened.value.close()
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / "embedded-1280.png")


def test_it_stays_open_with_its_conversation_from_page_to_page(ward: Served, open_page: OpenPage) -> None:
    page = open_page(width=1280)
    page.goto(f"{ward.url}/trang-chu")
    launch(page)
    ask(page, "khai sinh cần gì")
    expect(inside(page).locator(".assistant")).to_have_count(1)
    page.get_by_role("link", name="Tin tức").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phường Mẫu: tin")
    expect(inside(page).locator(".assistant")).to_have_count(1)
    page.get_by_role("button", name="Đóng").click()
    page.reload()
    expect(page.get_by_role("button", name="Hỏi đáp thủ tục")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_keyboard_opens_it_walks_through_it_and_escape_gives_the_focus_back(
    ward: Served, open_page: OpenPage
) -> None:
    page = open_page(width=1280)
    page.goto(f"{ward.url}/trang-chu")
    button = page.get_by_role("button", name="Hỏi đáp thủ tục")
    button.focus()
    page.keyboard.press("Enter")
    field = inside(page).get_by_label("Câu hỏi của anh/chị")
    expect(field).to_be_visible()
    for _ in range(16):
        page.keyboard.press("Tab")
        if field.evaluate("field => field === document.activeElement"):
            break
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()


def test_news_while_it_is_closed_stand_on_the_button(
    ward: Served, desk: ScriptedDesk, open_page: OpenPage
) -> None:
    page = open_page(width=1280)
    page.goto(f"{ward.url}/trang-chu")
    launch(page)
    ask(page, "cho gặp người thật")
    expect(inside(page).locator(".assistant")).to_have_count(1)
    page.get_by_role("button", name="Đóng").click()
    desk.push(desk.only_key, OFFICER)
    expect(page.get_by_role("button", name="có tin mới")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(320, 640), (320, 256), (768, 900)])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_can_be_read_by_everybody_at_every_size(
    ward: Served, open_page: OpenPage, width: int, height: int, theme: str
) -> None:
    page = open_page(width=width, height=height, theme=theme)
    page.goto(f"{ward.url}/trang-chu")
    launch(page)
    expect(inside(page).get_by_label("Câu hỏi của anh/chị")).to_be_visible()
    ask(page, "làm lại sổ đỏ")
    expect(inside(page).locator(".option")).to_have_count(3)
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"embedded-{theme}-{width}x{height}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    frame = page.frames[1]
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, options=RULES).response["violations"]
    found += Axe().run(frame, options=RULES).response["violations"]  # type: ignore[arg-type]
    assert [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found] == []


def test_where_it_covers_the_page_the_keyboard_stays_in_it(ward: Served, open_page: OpenPage) -> None:
    page = open_page(width=320, height=640)
    page.goto(f"{ward.url}/trang-chu")
    launch(page)
    expect(page.get_by_role("dialog")).to_have_attribute("aria-modal", "true")
    close = page.get_by_role("button", name="Đóng")
    close.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.id") == "motcua-hoi-dap"


def test_a_site_that_nobody_named_gets_an_empty_frame(
    ward: Served, desk: ScriptedDesk, browser: Browser
) -> None:
    with served(build_app(desk, ScriptedSurveys(), framed_by=("https://phuong-khac.gov.example",))) as chat:
        page = browser.new_page()
        refused: list[str] = []
        page.on("console", lambda line: refused.append(line.text))
        page.goto(f"{ward.url}/trang-chu")
        page.evaluate(
            "url => { const f = document.createElement('iframe'); f.src = url; document.body.append(f); }",
            f"{chat.url}/chat/khung",
        )
        page.wait_for_timeout(800)
        assert any("frame-ancestors" in line or "frame-src" in line for line in refused)
        assert page.frames[-1].url != f"{chat.url}/chat/khung" or not page.frames[-1].content()
        page.close()
