"""Who comes in, who does not, and what an intruder learns."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp

from core.database import Database
from people.models import Role
from tests.gateway.console.conftest import Browser, Clock, hire


async def test_a_page_leads_to_the_sign_in_and_back(browser: Browser, database: Database) -> None:
    password = await hire(database, "canbo", Role.OFFICER)
    await browser.get("/console/mat-khau")
    assert browser.status == 303
    assert browser.answer.headers["location"] == "/console/dang-nhap?then=/console/mat-khau"
    await browser.post(
        "/console/dang-nhap", {"username": "canbo", "password": password, "then": "/console/mat-khau"}
    )
    assert (browser.status, browser.answer.headers["location"]) == (303, "/console/mat-khau")
    cookie = browser.answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "secure" in cookie
    assert "path=/console" in cookie
    assert "Cán bộ một cửa" in await browser.get("/console")


async def test_an_address_elsewhere_is_never_followed(browser: Browser, database: Database) -> None:
    password = await hire(database, "canbo", Role.OFFICER)
    for then in ("https://evil.example", "//evil.example", "/console\\@evil.example"):
        await browser.post("/console/dang-nhap", {"username": "canbo", "password": password, "then": then})
        assert browser.answer.headers["location"] == "/console"


async def test_five_wrong_passwords_lock_for_a_while_even_for_the_right_one(
    browser: Browser, database: Database, clock: Clock
) -> None:
    password = await hire(database, "canbo", Role.OFFICER)
    for _ in range(5):
        await browser.sign_in("canbo", "khong phai mat khau")
        assert browser.status == 401
    await browser.sign_in("canbo", password)
    assert browser.status == 429
    assert "15 phút" in browser.html
    clock.now += timedelta(minutes=16)
    await browser.sign_in("canbo", password)
    assert browser.status == 303


async def test_a_wrong_name_reads_like_a_wrong_password(browser: Browser, database: Database) -> None:
    await hire(database, "canbo", Role.OFFICER)
    wrong_password = await browser.sign_in("canbo", "sai hoan toan roi")
    wrong_name = await browser.sign_in("khongco", "sai hoan toan roi")
    assert re.sub(r'value="\w*"', "", wrong_name) == re.sub(r'value="\w*"', "", wrong_password)


async def test_an_idle_session_ends_and_so_does_a_long_one(
    browser: Browser, database: Database, clock: Clock
) -> None:
    password = await hire(database, "canbo", Role.OFFICER)
    await browser.sign_in("canbo", password)
    clock.now += timedelta(minutes=46)
    await browser.get("/console")
    assert browser.status == 303
    await browser.sign_in("canbo", password)
    for _ in range(18):
        clock.now += timedelta(minutes=40)
        await browser.get("/console")
    assert browser.status == 303


async def test_an_approver_sets_up_the_second_factor_before_the_first_page(
    browser: Browser, database: Database, clock: Clock
) -> None:
    password = await hire(database, "duyet", Role.PROVINCIAL_APPROVER, "tinh", second_factor=True)
    page = await browser.sign_in("duyet", password)
    assert "Thêm lớp xác thực" in page
    assert "set-cookie" not in browser.answer.headers
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert secret
    again = await browser.second_half(page, "000000")
    assert browser.status == 422
    assert secret[1] in again
    await browser.second_half(again, pyotp.TOTP(secret[1]).at(clock.now))
    assert browser.status == 303
    browser.cookie = ""
    page = await browser.sign_in("duyet", password)
    assert "Sáu số" in page
    assert "set-cookie" not in browser.answer.headers
    await browser.second_half(page, pyotp.TOTP(secret[1]).at(clock.now))
    assert browser.status == 303


async def test_six_digits_are_not_guessed_and_the_first_half_does_not_last(
    browser: Browser, database: Database, clock: Clock
) -> None:
    password = await hire(database, "duyet", Role.PROVINCIAL_APPROVER, "tinh", second_factor=True)
    page = await browser.sign_in("duyet", password)
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert secret
    await browser.second_half(page, pyotp.TOTP(secret[1]).at(clock.now))
    late = await browser.sign_in("duyet", password)
    clock.now += timedelta(minutes=11)
    await browser.second_half(late, pyotp.TOTP(secret[1]).at(clock.now))
    assert browser.status == 401
    assert "Đăng nhập lại từ đầu" in browser.html
    page = await browser.sign_in("duyet", password)
    for _ in range(5):
        await browser.second_half(page, "000000")
    await browser.second_half(page, pyotp.TOTP(secret[1]).at(clock.now))
    assert browser.status == 429


async def test_a_closed_account_is_out_at_once(browser: Browser, app: object, database: Database) -> None:
    password = await hire(database, "canbo", Role.OFFICER)
    await browser.sign_in("canbo", password)
    admin = Browser(browser.app)
    await admin.sign_in("quantri", await hire(database, "quantri", Role.ADMINISTRATOR, "tinh"))
    page = await admin.get("/console/tai-khoan")
    staff = re.search(r"/console/tai-khoan/(\w{26})/khoa", page)
    assert staff
    await admin.post(f"/console/tai-khoan/{staff[1]}/khoa", {"active": "false"})
    await browser.get("/console")
    assert browser.status == 303


async def test_signing_out_ends_the_session_itself(browser: Browser, database: Database) -> None:
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    await browser.get("/console")
    stolen = browser.cookie
    await browser.post("/console/dang-xuat", {})
    browser.cookie = stolen
    await browser.get("/console")
    assert browser.status == 303


async def test_a_post_begins_at_midnight_of_the_wards_calendar_and_not_at_seven_in_the_morning(
    browser: Browser, database: Database, clock: Clock
) -> None:
    password = await hire(database, "canbo", Role.OFFICER)
    found = []
    for clock.now in (datetime(2026, 11, 25, 16, 59, tzinfo=UTC), datetime(2026, 11, 25, 17, 1, tzinfo=UTC)):
        await browser.sign_in("canbo", password)
        await browser.get("/console/tro-chuyen")
        found.append(browser.status)
    assert found == [403, 200]
