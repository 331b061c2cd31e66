"""Every citizen page in both themes and three widths: pictures to look at, and what can be measured."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from gateway.public.papers_mail import NoPost
from tests.e2e.conftest import PICTURES, OpenPage
from tests.gateway.public.scripted import (
    NOTICE,
    OFFICER,
    ScriptedDesk,
    ScriptedSurveys,
    Served,
    build_app,
    served,
)

pytestmark = pytest.mark.e2e

THEMES = ("light", "dark")
WIDTHS = (320, 768, 1280)
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}

# Text lines on the page with the letters on them: for the measure of 65.
_LONGEST_LINE = """() => {
  let longest = 0;
  for (const block of document.querySelectorAll('main p, main li, main h1, main h2, main legend')) {
    const range = document.createRange();
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    const lines = new Map();
    while (walker.nextNode()) {
      for (let at = 0; at < walker.currentNode.length; at++) {
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + 1);
        const box = range.getBoundingClientRect();
        if (box.width) lines.set(Math.round(box.bottom), (lines.get(Math.round(box.bottom)) || 0) + 1);
      }
    }
    longest = Math.max(longest, ...lines.values());
  }
  return longest;
}"""
_SMALL_TARGETS = """() => Array.from(document.querySelectorAll('button, summary, textarea, input, a'))
  .filter((each) => each.offsetParent && each.type !== 'hidden' && !each.matches('.skip, p a, label input'))
  .filter((each) => each.getBoundingClientRect().height < 44)
  .map((each) => each.outerHTML.slice(0, 120))"""


class BusyPost(NoPost):
    on = True


@pytest.fixture(scope="module")
def desk() -> ScriptedDesk:
    return ScriptedDesk(slowness=20)


@pytest.fixture(scope="module")
def site(desk: ScriptedDesk) -> Iterator[Served]:
    with served(build_app(desk, ScriptedSurveys(), post=BusyPost())) as running:
        yield running


def _talk(page: Page, site: Served, desk: ScriptedDesk) -> None:
    page.goto(f"{site.url}/chat", wait_until="networkidle")
    field = page.get_by_label("Câu hỏi của anh/chị")
    field.fill("lam giay khai sinh cho be can nhung gi vay")
    field.press("Enter")
    expect(page.locator(".assistant")).to_have_count(1)
    field.fill("làm lại sổ đỏ")
    field.press("Enter")
    expect(page.locator(".option")).to_have_count(3)
    key = desk.taken[-1].conversation_key
    desk.push(key, OFFICER)
    desk.push(key, NOTICE)
    expect(page.locator(".system")).to_have_count(1)


def _wait_and_fail(page: Page, site: Served, desk: ScriptedDesk) -> None:
    page.goto(f"{site.url}/chat", wait_until="networkidle")
    field = page.get_by_label("Câu hỏi của anh/chị")
    field.fill("câu này hỏng")
    field.press("Enter")
    expect(page.locator(".failed")).to_be_visible()
    field.fill("câu này chậm")
    field.press("Enter")
    expect(page.locator(".waiting p")).to_be_visible()


def _menu(page: Page, site: Served, desk: ScriptedDesk) -> None:
    page.goto(f"{site.url}/chat", wait_until="networkidle")
    page.locator("summary", has_text="Tùy chọn").click()


def _survey_after(page: Page, site: Served, desk: ScriptedDesk) -> None:
    page.goto(f"{site.url}/k/moi")
    if page.locator(".ask-now").count():
        page.get_by_role("button", name="Hài lòng", exact=True).click()
    expect(page.locator(".recorded")).to_be_visible()


def _papers_by_mail(page: Page, site: Served, desk: ScriptedDesk) -> None:
    """The mail server is busy: what is said then, with the address still there."""
    page.goto(f"{site.url}/p/9.000001/giay-to/000000.q")
    address = f"mau{secrets.token_hex(4)}@example.com"
    page.get_by_label("Địa chỉ thư").fill(address)
    page.get_by_role("button", name="Gửi bản in vào thư").click()
    expect(page.get_by_role("alert")).to_contain_text("thư chưa đi")
    expect(page.get_by_label("Địa chỉ thư")).to_have_value(address)


def _plain(path: str) -> Callable[[Page, Served, ScriptedDesk], None]:
    def visit(page: Page, site: Served, desk: ScriptedDesk) -> None:
        page.goto(site.url + path)

    return visit


SCENES: dict[str, Callable[[Page, Served, ScriptedDesk], None]] = {
    "landing": _plain("/"),
    "chat-first": _plain("/chat"),
    "chat": _talk,
    "chat-trouble": _wait_and_fail,
    "chat-menu": _menu,
    "procedure": _plain("/p/9.000001"),
    "procedure-check": _plain("/p/9.000002"),
    "procedure-bare": _plain("/p/9.000003"),
    "procedure-none": _plain("/p/0.000000"),
    "papers-form": _plain("/p/9.000001/giay-to?xong=1"),
    "papers-list": _plain("/p/9.000001/giay-to/000000.q"),
    "papers-by-mail": _papers_by_mail,
    "life-events": _plain("/su-kien"),
    "life-event": _plain("/su-kien/vi-du"),
    "survey-en": _plain("/k/moi?lang=en"),
    "survey": _plain("/k/moi"),
    "survey-after": _survey_after,
    "survey-done": _plain("/k/moi?done=1"),
    "survey-expired": _plain("/k/het-han"),
    "survey-unknown": _plain("/k/khong-co"),
    "error-404": _plain("/khong-co-trang-nay"),
    "error-500": _plain("/test/crash"),
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scene", SCENES)
def test_a_page_can_be_read_by_everybody(
    scene: str, theme: str, width: int, site: Served, desk: ScriptedDesk, open_page: OpenPage
) -> None:
    page = open_page(width=width, height=720 if width < 700 else 900, theme=theme)
    SCENES[scene](page, site, desk)
    page.wait_for_function("document.fonts.ready")
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{scene}-{theme}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(_SMALL_TARGETS) == []
    assert page.evaluate(_LONGEST_LINE) <= 65
    if width == 768:  # the same elements as at 1280
        return
    findings: list[Any] = Axe().run(page, options=RULES).response["violations"]
    told = [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in findings]
    assert told == []


def test_at_400_percent_the_words_have_the_screen(
    site: Served, desk: ScriptedDesk, open_page: OpenPage
) -> None:
    page = open_page(width=320, height=256)
    _talk(page, site, desk)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate("getComputedStyle(document.querySelector('.dock')).position") == "static"


def test_the_card_prints_on_a4(site: Served, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{site.url}/p/9.000001")
    PICTURES.mkdir(exist_ok=True)
    page.emulate_media(media="print")
    expect(page.locator(".print-head")).to_be_visible()
    expect(page.locator(".ask-about")).not_to_be_visible()
    page.pdf(path=PICTURES / "procedure.pdf", prefer_css_page_size=True)
