"""The product in a real browser: what a citizen of Quy Nhơn sees on a small phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.conftest import ARGUMENTS, CHROMIUM
from tests.product.conftest import REPOSITORY, Product

PICTURES = REPOSITORY / "test-results" / "product"

pytestmark = [pytest.mark.e2e, pytest.mark.rasa]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Closed with this module: while it is open, asyncio tests cannot run in this thread.
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser, product: Product) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="vi-VN", device_scale_factor=2
    )
    page = context.new_page()
    strangers: list[str] = []
    page.on("request", lambda r: strangers.append(r.url) if not r.url.startswith(product.url) else None)
    page.goto(f"{product.url}/chat")
    yield page
    context.close()
    assert [url for url in strangers if not url.startswith(("ws://127.0.0.1", "data:"))] == []


def _ask(page: Page, question: str, answers: int) -> str:
    page.get_by_label("Câu hỏi của anh/chị").fill(question)
    page.keyboard.press("Enter")
    sheets = page.locator("article.message.assistant")
    expect(sheets).to_have_count(answers, timeout=60_000)
    return sheets.nth(answers - 1).inner_text()


def test_a_question_without_marks_then_two_follow_ups_are_answered_from_the_right_procedures(
    page: Page,
) -> None:
    first = _ask(page, "lam giay khai sinh can gi", 1)
    assert "1.001193" in first
    assert "Giấy chứng sinh" in first
    _picture(page, "chat")
    second = _ask(page, "con le phi thi sao", 2)
    assert "1.001193" in second
    third = _ask(page, "dang ky lai thi sao", 3)
    assert "1.004884" in third
    assert Axe().run(page).violations_count == 0


def test_a_choice_is_pressed_instead_of_typed(page: Page) -> None:
    told = _ask(page, "làm lại sổ đỏ", 1)
    assert "Khác" in told
    page.locator("button.option").first.click()
    expect(page.locator("article.message.assistant")).to_have_count(2, timeout=60_000)
    assert "Căn cứ" in page.locator("article.message.assistant").nth(1).inner_text()


def test_the_conversation_is_still_there_after_the_page_is_opened_again(page: Page) -> None:
    _ask(page, "đăng ký kết hôn cần giấy tờ gì", 1)
    page.reload()
    expect(page.locator("article.message.assistant")).to_have_count(1)
    expect(page.locator("article.message.citizen")).to_have_count(1)


def test_the_card_of_a_procedure_opens_from_the_answer(page: Page) -> None:
    _ask(page, "đăng ký kết hôn cần giấy tờ gì", 1)
    page.get_by_role("link", name="Xem trọn thủ tục").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("kết hôn", ignore_case=True)
    assert Axe().run(page).violations_count == 0


def _picture(page: Page, name: str) -> Path:
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    return path
