"""Who comes in, who does not, and what an intruder learns."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pyotp

from core.database import Database
from people import accounts, accounts_repository, audit_repository, staff_sessions
from people.models import Role
from tests.gateway.console.conftest import NOW, Browser, Clock, hire

OWN = "mèo nhà tôi sợ mưa"


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
    assert cookie.startswith("__host-")
    assert {"httponly", "secure", "path=/", "samesite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert "domain" not in cookie
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
    assert "đã dùng một lần" in await browser.second_half(page, pyotp.TOTP(secret[1]).at(clock.now))
    assert browser.status == 422, "the code opened once already"
    clock.now += timedelta(seconds=30)
    await browser.second_half(page, pyotp.TOTP(secret[1]).at(clock.now))
    assert browser.status == 303


async def test_a_code_that_was_seen_over_a_shoulder_opens_nothing_and_is_noted(
    browser: Browser, database: Database, clock: Clock
) -> None:
    password = await hire(database, "duyet", Role.PROVINCIAL_APPROVER, "tinh", second_factor=True)
    page = await browser.sign_in("duyet", password)
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert secret
    earlier = pyotp.TOTP(secret[1]).at(clock.now - timedelta(seconds=30))
    await browser.second_half(page, pyotp.TOTP(secret[1]).at(clock.now))
    stranger = Browser(browser.app)
    for code in (pyotp.TOTP(secret[1]).at(clock.now), earlier):  # the one before it runs late as well
        await stranger.second_half(await stranger.sign_in("duyet", password), code)
        assert stranger.status == 422
    async with database.reading() as session:
        noted = await audit_repository.audit_entries(session, action="second_factor.again")
    assert [one.actor for one in noted] == ["duyet", "duyet"]


async def test_one_code_sent_twice_at_once_opens_once(postgresql: Database) -> None:
    async with postgresql.writing() as session:
        staff, _ = await accounts.create_account(
            session, username="duyet", display_name="Duyệt (mẫu)", actor="test", now=NOW
        )

    async def spend() -> bool:
        async with postgresql.writing() as session:
            return await accounts_repository.spend_step(session, staff.id, 7)

    assert sorted(await asyncio.gather(*(spend() for _ in range(4)))) == [False, False, False, True]


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
    clock.now += timedelta(seconds=30)
    for _ in range(5):
        await browser.second_half(page, "000000")
    await browser.second_half(page, pyotp.TOTP(secret[1]).at(clock.now))
    assert browser.status == 429


async def _newcomer(database: Database, clock: Clock) -> str:
    """An account whose password was just handed out."""
    await hire(database, "moi", Role.OFFICER)
    async with database.writing() as session:
        staff = await accounts_repository.staff_by_username(session, "moi")
        assert staff
        return await accounts.reset_password(session, staff=staff, actor="quantri", now=clock.now)


async def test_a_password_that_was_handed_out_opens_nothing_but_the_page_for_ones_own(
    browser: Browser, database: Database, clock: Clock
) -> None:
    first = await _newcomer(database, clock)
    await browser.sign_in("moi", first)
    for path in ("/console", "/console/tro-chuyen"):
        await browser.get(path)
        assert (browser.status, browser.answer.headers["location"]) == (303, "/console/mat-khau")
    page = await browser.get("/console/mat-khau")
    assert "riêng anh/chị" in page
    assert "Được cấp lại mật khẩu (bởi quantri)" in page, "whoever did it, its owner sees it"
    for new, why in (
        ("matkhau123456", "ai cũng dùng"),
        (first, "giống mật khẩu cũ"),
        ("ngan", "từ 12 ký tự"),
    ):
        assert why in await browser.post("/console/mat-khau", {"old": first, "new": new})
    await browser.post("/console/mat-khau", {"old": first, "new": OWN})
    assert (browser.status, browser.answer.headers["location"]) == (303, "/console")
    await browser.get("/console/tro-chuyen")
    assert browser.status == 200


async def test_a_password_that_was_handed_out_runs_out_after_a_week(
    browser: Browser, database: Database, clock: Clock
) -> None:
    first = await _newcomer(database, clock)
    clock.now += timedelta(days=7, minutes=1)
    assert "Nhờ quản trị cấp lại" in await browser.sign_in("moi", first)
    assert browser.status == 401


async def test_a_new_password_ends_every_other_session(browser: Browser, database: Database) -> None:
    password = await hire(database, "canbo", Role.OFFICER)
    elsewhere = await _signed_in(browser, password)
    await browser.sign_in("canbo", password)
    await browser.get("/console/mat-khau")
    await browser.post("/console/mat-khau", {"old": password, "new": OWN})
    assert browser.status == 200
    await elsewhere.get("/console")
    assert elsewhere.status == 303
    assert "nơi khác</h2>" not in await browser.get("/console/mat-khau")


async def test_one_sees_where_one_is_signed_in_and_ends_one_place_or_all(
    browser: Browser, database: Database
) -> None:
    password = await hire(database, "canbo", Role.OFFICER)
    others = [await _signed_in(browser, password) for _ in range(3)]
    await browser.sign_in("canbo", password)
    page = await browser.get("/console/mat-khau")
    ids = re.findall(r'name="which" value="(\w{26})"', page)
    assert len(ids) == 3
    await browser.post("/console/mat-khau/noi-khac", {"known": "sai hoan toan roi", "which": ids[0]})
    assert (browser.status, await _open(others)) == (422, 3)
    await browser.post("/console/mat-khau/noi-khac", {"known": password, "which": ids[0]})
    assert (browser.status, await _open(others)) == (200, 2)
    await browser.post("/console/mat-khau/noi-khac", {"known": password, "which": ""})
    assert (browser.status, await _open(others)) == (200, 0)


async def test_a_place_of_somebody_else_cannot_be_ended(browser: Browser, database: Database) -> None:
    victim = Browser(browser.app)
    await victim.sign_in("khac", await hire(database, "khac", Role.OFFICER))
    password = await hire(database, "canbo", Role.OFFICER)
    await browser.sign_in("canbo", password)
    async with database.reading() as session:
        theirs = await accounts_repository.session_by_hash(
            session, staff_sessions.session_hash(victim.cookie.partition("=")[2])
        )
    assert theirs
    await browser.get("/console/mat-khau")
    await browser.post("/console/mat-khau/noi-khac", {"known": password, "which": theirs.id})
    assert await _open([victim]) == 1


async def test_a_stolen_session_cannot_guess_the_password(browser: Browser, database: Database) -> None:
    password = await hire(database, "canbo", Role.OFFICER)
    await browser.sign_in("canbo", password)
    await browser.get("/console/mat-khau")
    for _ in range(5):
        await browser.post("/console/mat-khau", {"old": "sai hoan toan roi", "new": OWN})
    assert "15 phút" in await browser.post("/console/mat-khau", {"old": password, "new": OWN})
    assert browser.status == 422


async def _signed_in(browser: Browser, password: str) -> Browser:
    other = Browser(browser.app)
    await other.sign_in("canbo", password)
    return other


async def _open(browsers: list[Browser]) -> int:
    for one in browsers:
        await one.get("/console")
    return sum(one.status == 200 for one in browsers)


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


async def test_a_first_half_is_worth_nothing_once_the_password_is_another_one(
    browser: Browser, database: Database, clock: Clock
) -> None:
    """Somebody who knows the old password could otherwise set up a second factor of their own."""
    password = await hire(database, "duyet", Role.PROVINCIAL_APPROVER, "tinh", second_factor=True)
    page = await browser.sign_in("duyet", password)
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert secret
    async with database.writing() as session:
        staff = await accounts_repository.staff_by_username(session, "duyet")
        assert staff
        await accounts.reset_password(session, staff=staff, actor="quantri", now=clock.now)
    await browser.second_half(page, pyotp.TOTP(secret[1]).at(clock.now))
    assert browser.status == 401
    assert "tài khoản vừa được đổi" in browser.html
