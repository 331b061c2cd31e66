"""A clerk's first hour in a real browser: change the hours, answer an unanswered question, correct a fee,
look at the opinion. Taking over a chat is in ``test_console``.

What is published is asked as citizens ask it, of the same running processes: nothing is restarted or trained.
"""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.product.conftest import Product, eventually
from tests.product.test_console import browser, signed_in  # noqa: F401 - a fixture

pytestmark = [pytest.mark.e2e, pytest.mark.rasa]

FEE = "2.000815"
BIRTH = "1.001193"


def open_content(page: Page, product: Product, kind: str, words: str) -> str:
    """By the way a newcomer finds it: the navigation, the kind, a search without marks, the first hit; its
    name."""
    page.goto(f"{product.url}/console")
    page.get_by_role("navigation", name="Danh mục việc").get_by_role("link", name="Nội dung trả lời").click()
    page.get_by_role("navigation", name="Loại nội dung").get_by_role("link", name=kind).click()
    page.get_by_label("Tìm theo tên hoặc mã").fill(words)
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.locator("main tbody a").first.click()
    return page.get_by_role("heading", level=1).inner_text()


def save(page: Page, reason: str) -> None:
    page.get_by_label("Vì sao sửa").fill(reason)
    page.get_by_role("button", name="Lưu bản nháp").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu bản nháp")


def hand_in(page: Page) -> None:
    """From here the trial questions are asked, which takes its time."""
    page.get_by_role("button", name=re.compile("gửi duyệt", re.I)).click()
    expect(page.locator(".state", has_text="chờ duyệt")).to_be_visible(timeout=60_000)


def approve(browser: Browser, product: Product, name: str) -> None:  # noqa: F811
    """The second person finds it in the list of what waits."""
    page = signed_in(browser, product, "mau.duyet")
    page.goto(f"{product.url}/console/noi-dung/cho-duyet")
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("button", name="Duyệt và đăng").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã đăng")
    page.context.close()


def told(product: Product, question: str) -> str:
    """What somebody is told who has said nothing before."""
    return str(product.say(f"first-hour-{time.monotonic_ns()}", question)["text"])


def test_a_ward_corrects_its_hours_and_its_telephone_and_citizens_are_told(
    browser: Browser,  # noqa: F811
    product: Product,
) -> None:
    question = "phường Quy Nhơn làm việc mấy giờ"
    assert "8 giờ đến 11 giờ 30" not in told(product, question)
    page = signed_in(browser, product, "mau.phuong")
    name = open_content(page, product, "Nơi tiếp nhận", "quy nhon")
    assert name == "Quy Nhơn", "the own ward comes first"
    page.get_by_label("Điện thoại", exact=True).fill("02560000000")
    for row, (opens, closes) in enumerate((("08:00", "11:30"), ("13:30", "17:15"))):
        page.get_by_label("Mở cửa").nth(row).fill(opens)
        page.get_by_label("Đóng cửa").nth(row).fill(closes)
    save(page, "phường có số mới, giờ mới")
    hand_in(page)
    page.context.close()
    approve(browser, product, name)
    eventually(lambda: "8 giờ đến 11 giờ 30" in told(product, question))
    assert "17 giờ 15" in told(product, question)
    assert "17 giờ 15" not in told(product, "phường Quy Nhơn Bắc làm việc mấy giờ")
    assert "02560000000" in told(product, "phường Quy Nhơn nộp hồ sơ ở đâu")


def test_a_fee_is_corrected_over_a_bad_line_approved_and_answered_without_any_restart(
    browser: Browser,  # noqa: F811
    product: Product,
) -> None:
    question = "chứng thực bản sao từ bản chính hết bao nhiêu tiền"
    assert "2.700 đồng" not in told(product, question)
    page = signed_in(browser, product, "mau.bientap")
    name = open_content(page, product, "Thủ tục", FEE)
    address = page.url
    amount = page.locator('input[name*=".fees.0.amount"]').first
    basis = page.locator('input[name*=".fees.0.basis"]').first
    kept = basis.input_value()
    amount.fill("2700")
    basis.fill("")
    page.get_by_label("Vì sao sửa").fill("mức mới")
    page.get_by_role("button", name="Lưu bản nháp").click()
    expect(page.get_by_role("alert").first).to_contain_text("Căn cứ")
    assert amount.input_value() == "2700"  # what was typed is still there
    basis.fill(kept)

    # The line is cut before the words arrive: they are offered again.
    page.route("**/console/noi-dung/sua/**", cut_before)
    with page.expect_event("requestfailed", timeout=60_000):
        page.get_by_role("button", name="Lưu bản nháp").click()
    page.unroute_all()
    page.goto(address)
    assert amount.input_value() != "2700"
    page.get_by_role("button", name="Đưa lại phần đã gõ").click()
    assert amount.input_value() == "2700"

    # The line is cut after they arrived: saved once, and once again changes nothing.
    page.route("**/console/noi-dung/sua/**", cut_after)
    with page.expect_event("requestfailed", timeout=60_000):
        page.get_by_role("button", name="Lưu bản nháp").click()
    page.unroute_all()
    page.goto(address)
    assert amount.input_value() == "2700"
    drafts = page.locator(".history li", has_text="bản nháp")
    expect(drafts).to_have_count(1)
    save(page, "mức mới theo nghị quyết mẫu")
    expect(drafts).to_have_count(1)
    hand_in(page)
    page.context.close()
    approve(browser, product, name)
    eventually(lambda: "2.700 đồng" in told(product, question))


def cut_before(route: Route) -> None:
    if route.request.method == "POST":
        route.abort("connectionreset")
    else:
        route.continue_()


def cut_after(route: Route) -> None:
    if route.request.method == "POST":
        route.fetch(max_redirects=0)
        route.abort("connectionreset")
    else:
        route.continue_()


def test_a_question_in_vain_becomes_an_answer(browser: Browser, product: Product) -> None:  # noqa: F811
    question = "thằng tèo lọt lòng phải trình ai"
    for number in range(2):
        product.say(f"vain-{number}", question)
    page = signed_in(browser, product, "mau.bientap")
    page.get_by_role("navigation", name="Danh mục việc").get_by_role(
        "link", name="Câu hỏi chưa trả lời được"
    ).click()
    page.get_by_role("link", name=re.compile("thằng tèo")).first.click()
    page.get_by_label("Tìm thủ tục khác").fill("dang ky khai sinh")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("radio", name=re.compile(BIRTH)).check()
    page.get_by_role("button", name="Soạn bản nháp và hỏi lại các câu cũ").click()
    expect(page.get_by_role("heading", name="Hỏi lại các câu cũ với bản nháp")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="bản nháp").first.click()
    name = page.get_by_role("heading", level=1).inner_text()
    hand_in(page)
    page.context.close()
    approve(browser, product, name)
    eventually(lambda: product.say(f"new-{time.monotonic_ns()}", question)["code"] == BIRTH)


def test_the_opinion_of_the_week_is_two_clicks_away(browser: Browser, product: Product) -> None:  # noqa: F811
    page = signed_in(browser, product, "mau.phutrach")
    page.get_by_role("navigation", name="Danh mục việc").get_by_role("link", name="Đầu giờ").click()
    section = page.locator("section", has=page.get_by_role("heading", name="Ý kiến người dân"))
    expect(section).to_be_visible()
    section.get_by_role("link", name="Cả trang ý kiến").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ý kiến")
    page.context.close()
