"""What a newcomer sees: a story is pressed, and a Zalo card, a text message and a mail come by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from gateway.sandbox.stories import STORIES
from tests.e2e.test_look import RULES
from tests.product.citizens import Phones
from tests.product.conftest import Product, eventually
from tests.product.test_browser import PICTURES, browser

__all__ = ["browser"]
pytestmark = [pytest.mark.e2e, pytest.mark.rasa]

# By the name of a story: the channels on which its citizen got something, and words of the ledger.
TOLD = {
    "ba-kenh": (["zalo-zbs", "sms", "email"], ["chuyển sang tin nhắn SMS", "chuyển sang thư điện tử"]),
    "zalo": (["zalo-zbs"], ["Nay: đã đến máy người nhận"]),
    "khong-zalo": (["sms"], ["số này không dùng Zalo", "Nay: đã đến máy người nhận"]),
    "sms-treo": (["email"], ["không rõ kênh trước đã chuyển tin hay chưa", "Có thể người nhận đã được hai"]),
    "bien-nhan-muon": (["zalo-zbs"], ["không gửi tin nhắn SMS nữa", "Nay: đã đến máy người nhận"]),
    "tu-dau-toi-cuoi": (["zalo-zbs"] * 3, ["đã tiếp nhận hồ sơ", "cần nộp phí", "đã có kết quả"]),
}


@pytest.fixture
def page(browser: Browser, phones: Phones) -> Iterator[Page]:
    phones.heal()
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda r: problems.append(r.url) if not r.url.startswith(phones.url) else None)
    page.goto(phones.url)
    yield page
    context.close()
    assert problems == []


def _looks(page: Page, name: str) -> None:
    """Pictures on a small phone and a desk, by day and by night, and what can be measured."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.screenshot(path=PICTURES / f"{name}-{theme}-{width}.png", full_page=True)
        findings: list[Any] = Axe().run(page, options=RULES).response["violations"]
        assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in findings] == []


def test_every_story_is_told_on_the_phones_and_in_the_ledger(
    page: Page, phones: Phones, product: Product
) -> None:
    assert {story.name for story in STORIES} == set(TOLD)
    told: dict[str, Locator] = {}
    for count, story in enumerate(STORIES, start=1):
        page.get_by_role("button", name=story.title).click()
        runs = page.locator(".run")
        expect(runs).to_have_count(count)
        told[story.name] = page.locator(f"#{runs.first.get_attribute('id')}")
        expect(told[story.name].get_by_role("heading", level=3)).to_have_text(story.title)
        expect(told[story.name]).to_be_focused()
    for name, (channels, words) in TOLD.items():
        run = told[name]
        expect(run.locator(".message")).to_have_count(len(channels), timeout=60_000)
        for one in words:
            expect(run.locator(".ledger")).to_contain_text(one, timeout=60_000)
        code = (run.locator("a").get_attribute("href") or "").rpartition("/")[2]
        status, ledger = product.get(f"/v1/dossiers/{code}/notifications")
        assert status == 200
        assert ledger.count('"purpose":"status"') == len(next(s for s in STORIES if s.name == name).events)
    for name, (channels, _) in TOLD.items():  # and nothing more came meanwhile
        who = told[name].locator(".columns > .phone > h4").all_inner_texts()
        owners = [one.rpartition(" ")[2] for one in who]
        arrived = [one["channel"] for one in phones.arrivals() if one["who"] in owners]
        assert arrived == channels, name
    _looks(page, "sandbox-stories")


def test_a_page_opened_later_shows_the_stories_that_were_told(page: Page, phones: Phones) -> None:
    phones.tell("/api/story", name="zalo")
    newest = page.locator(".run").first
    page.reload()
    expect(newest.get_by_role("heading", level=3)).to_have_text("Zalo nhận là xong")
    expect(newest.locator(".message h4")).to_have_text("Hồ sơ cần nộp phí, lệ phí")
    expect(newest.locator(".now")).to_contain_text("đã đến máy", timeout=60_000)
    assert eventually(lambda: newest.get_by_role("link").get_attribute("href"))
