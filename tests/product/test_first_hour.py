"""A clerk's first hour in a real browser: change the hours, answer an unanswered question, correct a fee,
look at the opinion. Taking over a chat is in ``test_console``.

What is published is asked as citizens ask it, of the same running processes: nothing is restarted or trained.
"""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.product.conftest import Product, eventually
from tests.product.test_console import browser, signed_in  # noqa: F401 - a fixture

pytestmark = [pytest.mark.e2e, pytest.mark.rasa]

FEE = "2.000815"
# From approval to the answer, on a machine that does other things too; measured alone it is about a second.
LIVE_SECONDS = 30


def open_content(page: Page, product: Product, kind: str, words: str) -> None:
    """By the way a newcomer finds it: the navigation, the kind, a search without marks, the first hit."""
    page.goto(f"{product.url}/console")
    page.get_by_role("navigation", name="Danh mục việc").get_by_role("link", name="Nội dung trả lời").click()
    page.get_by_role("navigation", name="Loại nội dung").get_by_role("link", name=kind).click()
    page.get_by_label("Tìm theo tên hoặc mã").fill(words)
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.locator("main tbody a").first.click()


def hand_in(page: Page, reason: str) -> None:
    page.get_by_label("Vì sao sửa").fill(reason)
    page.get_by_role("button", name="Lưu bản nháp").click()
    page.get_by_role("button", name=re.compile("gửi duyệt", re.I)).click()
    expect(page.locator(".state", has_text="Chờ duyệt")).to_be_visible(timeout=60_000)


def approve(browser: Browser, product: Product, name: str) -> None:  # noqa: F811
    """The second person finds it in the list of what waits."""
    page = signed_in(browser, product, "mau.duyet")
    page.goto(f"{product.url}/console/noi-dung/cho-duyet")
    page.get_by_role("link", name=name).first.click()
    page.get_by_role("button", name="Duyệt và đăng").click()
    expect(page.get_by_role("button", name="Duyệt và đăng")).to_have_count(0, timeout=30_000)
    page.context.close()


def told(product: Product, question: str) -> str:
    """What somebody is told who has said nothing before."""
    return str(product.say(f"first-hour-{time.monotonic_ns()}", question)["text"])


def test_the_telephone_of_a_ward_is_corrected_and_told(browser: Browser, product: Product) -> None:  # noqa: F811
    page = signed_in(browser, product, "mau.phuong")
    open_content(page, product, "Nơi tiếp nhận", "quy nhon")
    name = page.get_by_role("heading", level=1).inner_text()
    page.get_by_label("Điện thoại", exact=True).fill("02560000000")
    hand_in(page, "phường có số mới")
    page.context.close()
    approve(browser, product, name)
    question = f"số điện thoại trung tâm {name}"
    eventually(lambda: "02560000000" in told(product, question), seconds=LIVE_SECONDS)


def test_the_hours_are_changed_where_days_are_counted_and_where_citizens_read_them(
    browser: Browser,  # noqa: F811
    product: Product,
) -> None:
    page = signed_in(browser, product, "mau.bientap")
    open_content(page, product, "Lịch làm việc", "2026")
    calendar = page.get_by_role("heading", level=1).inner_text()
    page.get_by_label("Đóng cửa").nth(1).fill("17:15")
    hand_in(page, "thông báo giờ mới")
    page.locator(".alert-warning a").first.click()  # the page names the answer that still says the old hours
    answer = page.get_by_role("heading", level=1).inner_text()
    words = page.get_by_label("Câu trả lời", exact=True)
    words.fill(words.input_value().replace("17 giờ", "17 giờ 15"))
    hand_in(page, "thông báo giờ mới")
    page.context.close()
    approve(browser, product, calendar)
    approve(browser, product, answer)
    eventually(lambda: "17 giờ 15" in told(product, "phường làm việc mấy giờ"), seconds=LIVE_SECONDS)


def test_a_fee_is_corrected_approved_and_answered_without_any_restart(
    browser: Browser,  # noqa: F811
    product: Product,
) -> None:
    question = "chứng thực bản sao từ bản chính hết bao nhiêu tiền"
    assert "2.700 đồng" not in told(product, question)
    page = signed_in(browser, product, "mau.bientap")
    open_content(page, product, "Thủ tục", FEE)
    name = page.get_by_role("heading", level=1).inner_text()
    amount = page.locator('input[name*=".fees.0.amount"]').first
    amount.fill("2700")
    basis = page.locator('input[name*=".fees.0.basis"]').first
    kept = basis.input_value()
    basis.fill("")
    page.get_by_label("Vì sao sửa").fill("mức mới")
    page.get_by_role("button", name="Lưu bản nháp").click()
    expect(page.get_by_role("alert").first).to_contain_text("Căn cứ")
    assert amount.input_value() == "2700"  # what was typed is still there
    basis.fill(kept)
    hand_in(page, "mức mới theo nghị quyết mẫu")
    page.context.close()
    approve(browser, product, name)
    eventually(lambda: "2.700 đồng" in told(product, question), seconds=LIVE_SECONDS)


def test_a_question_in_vain_becomes_an_answer(browser: Browser, product: Product) -> None:  # noqa: F811
    question = "bế cu tí ra phường ghi sổ lần đầu xập xình"
    for number in range(2):
        product.say(f"vain-{number}", question)
    page = signed_in(browser, product, "mau.bientap")
    page.goto(f"{product.url}/console/chua-tra-loi")
    page.get_by_role("link", name=re.compile("bế cu tí")).first.click()
    page.get_by_label("Tìm thủ tục khác").fill("dang ky khai sinh")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("radio", name=re.compile("1.001193")).check()
    page.get_by_role("button", name="Soạn bản nháp và hỏi lại các câu cũ").click()
    expect(page.get_by_role("heading", name="Hỏi lại các câu cũ với bản nháp")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="bản nháp").first.click()
    name = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name=re.compile("gửi duyệt", re.I)).click()
    expect(page.locator(".state", has_text="Chờ duyệt")).to_be_visible(timeout=60_000)
    page.context.close()
    approve(browser, product, name)
    eventually(
        lambda: product.say(f"new-{time.monotonic_ns()}", question)["code"] == "1.001193",
        seconds=LIVE_SECONDS,
    )


def test_the_opinion_of_the_week_is_two_clicks_away(browser: Browser, product: Product) -> None:  # noqa: F811
    page = signed_in(browser, product, "mau.phutrach")
    page.get_by_role("navigation", name="Danh mục việc").get_by_role("link", name="Đầu giờ").click()
    section = page.locator("section", has=page.get_by_role("heading", name="Ý kiến người dân"))
    expect(section).to_be_visible()
    section.get_by_role("link", name="Cả trang ý kiến").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ý kiến")
    page.context.close()
