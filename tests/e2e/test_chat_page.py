"""What a citizen meets on the chat page, in a real browser, with a desk that follows a script."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from gateway.channels.webchat import Limits
from tests.e2e.conftest import OpenPage
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


@pytest.fixture
def desk() -> ScriptedDesk:
    return ScriptedDesk()


@pytest.fixture
def site(desk: ScriptedDesk) -> Iterator[Served]:
    with served(build_app(desk, ScriptedSurveys())) as running:
        yield running


def chat(page: Page, site: Served) -> Page:
    page.goto(f"{site.url}/chat", wait_until="networkidle")
    return page


def ask(page: Page, words: str) -> None:
    page.get_by_label("Câu hỏi của anh/chị").fill(words)
    page.keyboard.press("Enter")


def test_a_question_can_be_asked_and_answered_by_keyboard_alone(site: Served, open_page: OpenPage) -> None:
    page = chat(open_page(), site)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến phần hỏi đáp")).to_be_focused()
    page.keyboard.press("Enter")
    field = page.get_by_label("Câu hỏi của anh/chị")
    for _ in range(12):
        page.keyboard.press("Tab")
        if field.evaluate("field => field === document.activeElement"):
            break
    expect(field).to_be_focused()
    page.keyboard.type("làm giấy khai sinh cần gì")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Làm giấy khai sinh cho bé")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value("")


def test_a_screen_reader_hears_who_speaks_what_comes_in_and_what_each_button_does(
    site: Served, desk: ScriptedDesk, open_page: OpenPage
) -> None:
    page = chat(open_page(), site)
    log = page.get_by_role("log", name="Cuộc trò chuyện")
    expect(log).to_have_attribute("aria-live", "polite")
    ask(page, "làm giấy khai sinh cần gì")
    expect(log.get_by_role("article")).to_have_count(2)
    own = log.get_by_role("article").first.text_content() or ""
    assert "Anh/chị: " in own, "one's own words are told apart from the answer by a word"
    for role in ("button", "link", "textbox"):
        for one in page.get_by_role(role).all():  # type: ignore[arg-type]
            assert one.evaluate("e => (e.ariaLabel || e.innerText || e.labels?.[0]?.innerText || '').trim()")


def test_a_line_break_is_shift_enter(site: Served, desk: ScriptedDesk, open_page: OpenPage) -> None:
    page = chat(open_page(), site)
    page.get_by_label("Câu hỏi của anh/chị").fill("dòng một")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("dòng hai")
    assert desk.taken == []
    page.keyboard.press("Enter")
    expect(page.locator(".citizen")).to_have_count(1)
    expect(page.locator(".assistant")).to_have_count(1)
    assert desk.taken[0].text == "dòng một\ndòng hai"


def test_enter_pressed_before_the_page_is_ready_still_sends(
    site: Served, desk: ScriptedDesk, open_page: OpenPage
) -> None:
    page = open_page()
    held: list[Route] = []
    page.route("**/composer.js*", lambda route: held.append(route))
    page.goto(f"{site.url}/chat", wait_until="commit")
    ask(page, "làm giấy khai sinh cần gì")
    expect(page.get_by_label("Câu hỏi của anh/chị")).to_have_value("làm giấy khai sinh cần gì\n")
    assert len(held) == 1, "the script was still under way when Enter was pressed"
    held[0].continue_()
    expect(page.locator(".assistant").get_by_role("heading")).to_be_visible()
    expect(page.get_by_label("Câu hỏi của anh/chị")).to_have_value("")
    assert [taken.text for taken in desk.taken] == ["làm giấy khai sinh cần gì"]


def test_an_option_is_a_button_with_the_number_that_can_be_typed(
    site: Served, desk: ScriptedDesk, open_page: OpenPage
) -> None:
    page = chat(open_page(), site)
    ask(page, "làm lại sổ đỏ")
    option = page.get_by_role("button", name="2. Sổ cũ, rách, muốn đổi sổ mới")
    expect(option).to_be_visible()
    expect(page.locator(".option")).to_have_count(3)
    expect(page.locator(".chip", has_text="Gặp cán bộ")).to_be_visible()
    option.press("Enter")
    expect(page.locator(".citizen").last).to_contain_text("Sổ cũ, rách, muốn đổi sổ mới")
    page.wait_for_timeout(200)
    assert desk.taken[-1].action == "procedure:1.012783"
    assert desk.taken[-1].text == "Sổ cũ, rách, muốn đổi sổ mới"


def test_an_example_asks_at_once(site: Served, desk: ScriptedDesk, open_page: OpenPage) -> None:
    page = chat(open_page(), site)
    page.get_by_role("button", name="Làm giấy khai sinh cần gì").click()
    expect(page.locator(".assistant h2")).to_have_text("Làm giấy khai sinh cho bé")
    assert desk.taken[0].action is None


def test_waiting_says_what_is_being_done(site: Served, desk: ScriptedDesk, open_page: OpenPage) -> None:
    desk.slowness = 1.5
    page = chat(open_page(), site)
    ask(page, "câu này chậm")
    expect(page.get_by_role("status").filter(has_text="Đang tìm trong danh mục thủ tục…")).to_be_visible()
    expect(page.locator(".assistant")).to_have_count(1)
    expect(page.locator(".waiting")).to_be_empty()


def test_a_failure_says_what_to_do_and_the_question_can_be_sent_again(
    site: Served, desk: ScriptedDesk, open_page: OpenPage
) -> None:
    page = chat(open_page(), site)
    desk.failing = True
    ask(page, "khai sinh cần gì")
    failure = page.locator(".failed")
    expect(failure).to_contain_text("Câu hỏi vẫn còn đây")
    expect(failure.get_by_role("link", name="0200 000 000")).to_be_visible()
    desk.failing = False
    failure.get_by_role("button", name="Gửi lại").click()
    expect(page.locator(".assistant h2")).to_be_visible()
    expect(failure).to_have_count(0)
    expect(page.locator(".citizen")).to_have_count(1)


def test_an_officer_looks_different_and_has_a_name(
    site: Served, desk: ScriptedDesk, open_page: OpenPage
) -> None:
    page = chat(open_page(), site)
    ask(page, "cho gặp người thật")
    expect(page.locator(".assistant")).to_have_count(1)
    desk.push(desk.only_key, OFFICER)
    officer = page.locator(".officer")
    expect(officer).to_contain_text("Trần Thị Mẫu")
    expect(officer).to_contain_text("Cán bộ trả lời")
    desk.push(desk.only_key, NOTICE)
    expect(page.locator(".system")).to_contain_text("đã có kết quả")


def test_after_a_break_the_page_comes_back_and_nothing_is_missing_or_doubled(
    desk: ScriptedDesk, open_page: OpenPage
) -> None:
    app = build_app(desk, ScriptedSurveys())
    with served(app) as first:
        page = chat(open_page(), first)
        ask(page, "khai sinh cần gì")
        expect(page.locator(".assistant")).to_have_count(1)
        port = first.port
    ask(page, "câu hỏi lúc mất mạng")
    expect(page.locator("#line")).to_contain_text("Mất kết nối")
    expect(page.locator(".citizen.unsent")).to_have_count(1)
    desk.push(desk.only_key, OFFICER)
    with served(app, _free_again(port)):
        page.get_by_role("button", name="Nối lại ngay").click()
        expect(page.locator(".officer")).to_have_count(1)
        expect(page.locator(".citizen.unsent")).to_have_count(0)
        expect(page.locator(".assistant")).to_have_count(2)
        expect(page.locator("#line")).to_be_empty()
        page.wait_for_timeout(400)
        expect(page.locator(".message")).to_have_count(5)
        assert [message.text for message in desk.taken] == ["khai sinh cần gì", "câu hỏi lúc mất mạng"]


def test_coming_back_later_shows_the_conversation(site: Served, open_page: OpenPage) -> None:
    page = chat(open_page(), site)
    ask(page, "khai sinh cần gì")
    expect(page.locator(".assistant")).to_have_count(1)
    page.reload(wait_until="networkidle")
    expect(page.locator(".message")).to_have_count(2)
    page.wait_for_timeout(300)
    expect(page.locator(".message")).to_have_count(2)


# A socket that never opens, as behind a proxy that does not know them.
NO_SOCKETS = (
    "window.WebSocket = class extends EventTarget {"
    "constructor() { super(); setTimeout(() => this.dispatchEvent(new Event('close')), 10); } };"
    "window.WebSocket.OPEN = 1;"
)


def test_where_sockets_do_not_pass_news_come_by_asking_for_them(
    site: Served, desk: ScriptedDesk, open_page: OpenPage
) -> None:
    desk.slowness = 1.0
    page = open_page()
    page.add_init_script(NO_SOCKETS)
    page.goto(f"{site.url}/chat")
    ask(page, "câu này chậm")  # before it is known that no socket passes
    expect(page.get_by_role("status").filter(has_text="Đang tìm trong danh mục")).to_be_visible()
    expect(page.locator(".assistant")).to_have_count(1)
    expect(page.locator(".citizen.unsent")).to_have_count(0)
    desk.push(desk.only_key, OFFICER)
    expect(page.locator(".officer")).to_contain_text("Trần Thị Mẫu")
    ask(page, "làm lại sổ đỏ")
    page.locator("button.option").first.click()
    expect(page.locator(".assistant")).to_have_count(3)
    page.reload()  # the page knows now, and loses no time with sockets
    ask(page, "khai sinh cần gì")
    expect(page.locator(".assistant h2")).to_be_visible()
    page.wait_for_timeout(300)
    expect(page.locator(".message")).to_have_count(9)
    assert len(desk.taken) == 4


def test_where_nothing_but_pages_passes_the_form_goes_its_plain_way(
    site: Served, open_page: OpenPage
) -> None:
    page = open_page()
    page.add_init_script(NO_SOCKETS)
    page.route(re.compile(r"/chat/poll\?"), lambda route: route.abort())
    page.goto(f"{site.url}/chat")
    ask(page, "khai sinh cần gì")
    page.wait_for_url("**/chat#moi")
    expect(page.locator(".assistant h2")).to_be_visible()


def test_the_whole_page_is_light_enough_for_a_slow_line(
    site: Served, desk: ScriptedDesk, open_page: OpenPage
) -> None:
    """Every byte of the answers, heads and fonts included, until the first question is answered."""
    page = open_page()
    wire = page.context.new_cdp_session(page)
    sizes: list[float] = []
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    chat(page, site)
    ask(page, "khai sinh cần gì")
    expect(page.locator(".assistant h2")).to_be_visible()
    page.wait_for_function("document.fonts.ready")
    page.wait_for_timeout(300)
    assert len(sizes) >= 12
    assert sum(sizes) < 60_000


def test_the_conversation_works_without_scripts(site: Served, open_page: OpenPage) -> None:
    page = open_page(scripts=False)
    page.goto(f"{site.url}/chat")
    page.get_by_label("Câu hỏi của anh/chị").fill("khai sinh cần gì")
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_role("heading", name="Làm giấy khai sinh cho bé")).to_be_visible()
    page.get_by_role("button", name="Lệ phí").click()
    expect(page.locator(".assistant").last).to_contain_text("chưa có mức lệ phí")
    page.locator("summary", has_text="Tùy chọn").click()
    page.get_by_role("button", name="Bắt đầu lại").click()
    expect(page.locator(".message")).to_have_count(0)
    page.get_by_role("button", name="Quay lại cuộc trước").click()
    expect(page.locator(".message")).to_have_count(4)


def test_letters_grow_and_stay_large(site: Served, open_page: OpenPage) -> None:
    page = chat(open_page(width=320), site)
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    assert page.evaluate(size) == 18
    page.locator("summary", has_text="Tùy chọn").click()
    page.get_by_role("button", name="Cỡ chữ: vừa").click()
    assert page.evaluate(size) >= 22
    page.get_by_role("button", name="Cỡ chữ: lớn").click()
    page.goto(site.url)
    assert page.evaluate(size) >= 26
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_escape_closes_the_menu_and_gives_focus_back(site: Served, open_page: OpenPage) -> None:
    page = chat(open_page(), site)
    summary = page.locator("summary", has_text="Tùy chọn")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("details.menu")).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()


def test_too_many_messages_get_a_friendly_no(desk: ScriptedDesk, open_page: OpenPage) -> None:
    with served(build_app(desk, ScriptedSurveys(), limits=Limits(per_minute=2))) as site:
        page = chat(open_page(), site)
        for number in range(3):
            ask(page, f"câu {number}")
            page.wait_for_timeout(150)
        expect(page.locator(".failed")).to_contain_text("chờ một phút")


def _free_again(port: int) -> int:
    """Waits until the port of a stopped server can be taken again."""
    for _ in range(100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                time.sleep(0.05)
            else:
                return port
    return port
