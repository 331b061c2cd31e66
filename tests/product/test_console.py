"""The console of the running product in a real browser: every page in every role."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from gateway.sample_staff import STAFF
from tests.e2e.conftest import ARGUMENTS, CHROMIUM
from tests.product.conftest import REPOSITORY, Product, eventually

PICTURES = REPOSITORY / "test-results" / "console"
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

pytestmark = [pytest.mark.e2e, pytest.mark.rasa]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


def signed_in(
    browser: Browser, product: Product, username: str, *, width: int = 1280, theme: str = "light"
) -> Page:
    password = (product.data_dir / "run" / "sample-staff.txt").read_text().splitlines()[0]
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=theme,  # type: ignore[arg-type]
        locale="vi-VN",
    )
    page = context.new_page()
    page.goto(f"{product.url}/console")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Việc hôm nay")
    return page


@pytest.mark.parametrize("username", [username for username, *_ in STAFF])
def test_every_page_that_a_role_may_open_is_readable_on_a_laptop_and_on_a_phone(
    browser: Browser, product: Product, username: str
) -> None:
    theme = "dark" if username in ("mau.lanhdao", "mau.quantri") else "light"
    page = signed_in(browser, product, username, theme=theme)
    addresses = page.locator(".jobs a").evaluate_all("links => links.map((link) => link.href)")
    assert addresses
    for address in addresses:
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            found = Axe().run(page, options=RULES).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == [], address
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, width)
        PICTURES.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"\W+", "-", address.removeprefix(product.url)).strip("-")
        page.screenshot(path=PICTURES / f"{username}-{name}-{theme}.png", full_page=True)
    page.context.close()


def test_an_officer_answers_a_citizen_who_asked_for_a_person(browser: Browser, product: Product) -> None:
    citizen = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN").new_page()
    citizen.goto(f"{product.url}/chat")
    citizen.get_by_label("Câu hỏi của anh/chị").fill("cho tôi gặp cán bộ nói chuyện cái giếng")
    citizen.keyboard.press("Enter")
    expect(citizen.locator("article.message.assistant")).to_have_count(1, timeout=60_000)
    officer = signed_in(browser, product, "mau.canbo")
    officer.goto(f"{product.url}/console/tro-chuyen")
    officer.get_by_role("link", name="cho tôi gặp cán bộ nói chuyện cái giếng").first.click()
    officer.get_by_role("button", name="Nhận cuộc trò chuyện này").click()
    officer.get_by_label("Trả lời").fill("Chào anh/chị, sáng mai ra quầy số 2 giúp nhé.")
    officer.get_by_role("button", name="Gửi", exact=True).click()
    heard = citizen.locator("article.message.officer")
    expect(heard).to_contain_text("Trần Thị Cán Bộ (mẫu)", timeout=60_000)
    expect(heard).to_contain_text("quầy số 2")
    citizen.get_by_label("Câu hỏi của anh/chị").fill("dạ cảm ơn cô")
    citizen.keyboard.press("Enter")
    expect(officer.locator(".turns")).to_contain_text("dạ cảm ơn cô", timeout=60_000)
    expect(citizen.locator("article.message.assistant")).to_have_count(1)  # the assistant is silent
    officer.get_by_role("button", name="Trả lại cho trợ lý").click()
    expect(officer.get_by_role("heading", level=1)).to_have_text("Người dân đang chờ")
    citizen.context.close()
    officer.context.close()


def test_a_hold_stops_the_answer_within_seconds_and_lifting_it_brings_it_back(
    browser: Browser, product: Product
) -> None:
    ward = signed_in(browser, product, "mau.phuong")
    ward.goto(f"{product.url}/console/noi-dung?q=2.000815")
    ward.get_by_role("link", name=re.compile("sao y|bản sao", re.I)).first.click()
    ward.get_by_label("Tạm dừng trả lời ngay, vì").fill("nghi mức thu đã đổi")
    ward.get_by_role("button", name="Tạm dừng").click()

    def answer() -> str:
        return str(product.say("tam-dung", "chứng thực bản sao từ bản chính hết bao nhiêu tiền")["text"])

    eventually(lambda: "đang được cơ quan kiểm tra lại" in answer())
    ward.get_by_role("button", name="Cho trả lời lại").click()
    eventually(lambda: "đồng" in answer())
    ward.context.close()
