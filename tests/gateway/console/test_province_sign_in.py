"""Coming in by the province: it says who, the posts here say what; nobody is made an account by it."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pyotp
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from core.database import Database
from core.settings import Settings
from gateway.doctor.finding import Level
from gateway.doctor.sign_in import oidc_server_finding, oidc_settings_findings
from people import accounts, accounts_repository, audit_repository, sign_in
from people import province as people_province
from people.accounts import AccountError
from people.models import Role
from people.province import ProvinceMark
from tests.conftest import PROVINCE_BACK
from tests.gateway.console.conftest import Browser, Clock, console_app, hire
from tests.wire.province import ProvinceServer
from wire.oidc import OidcClient

START = "/console/dang-nhap/tinh"
LEFT = f"{START}/da-thoat"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def app(database: Database, clock: Clock, oidc_client: OidcClient) -> FastAPI:
    return console_app(database, clock, province=oidc_client)


async def known_there(database: Database, username: str, account: str) -> None:
    async with database.writing() as session:
        staff = await accounts_repository.staff_by_username(session, username)
        assert staff
        await accounts.name_at_province(session, staff=staff, account=account, actor="test", now=Clock.now)


async def come_in(browser: Browser, province: ProvinceServer, then: str = "") -> str:
    await browser.get(START + (f"?then={then}" if then else ""))
    query = province.browser_goes_to(browser.answer.headers["location"])
    return await browser.get(f"{START}/ve?{query}")


async def noted(database: Database, action: str) -> list[tuple[str, str | None]]:
    async with database.reading() as session:
        found = await audit_repository.audit_entries(session, action=action)
    return [(one.actor, one.reason) for one in found]


async def test_an_officer_comes_in_and_sees_what_the_post_here_allows(
    browser: Browser, database: Database, province: ProvinceServer
) -> None:
    await hire(database, "canbo", Role.OFFICER)
    await known_there(database, "canbo", "Lan.Mau")
    assert 'href="/console/dang-nhap/tinh?then=' in await browser.get("/console/dang-nhap")
    await come_in(browser, province, "/console/tro-chuyen")
    assert (browser.status, browser.answer.headers["location"]) == (303, "/console/tro-chuyen")
    assert "Cán bộ một cửa" in await browser.get("/console")
    await browser.get("/console/tai-khoan")
    assert browser.status == 403
    assert await noted(database, "sign_in") == [("canbo", "province")]


async def test_who_has_no_account_here_gets_none_and_is_told_whom_to_ask(
    browser: Browser, database: Database, province: ProvinceServer
) -> None:
    page = await come_in(browser, province)
    assert browser.status == 403
    assert "người quản trị" in page
    assert await noted(database, "sign_in.refused") == [("province", "account.unknown")]
    async with database.reading() as session:
        assert not await accounts_repository.all_staff(session)


async def test_a_closed_account_is_closed_to_the_province_as_well(
    browser: Browser, database: Database, clock: Clock, province: ProvinceServer
) -> None:
    await hire(database, "canbo", Role.OFFICER)
    await known_there(database, "canbo", "lan.mau")
    async with database.writing() as session:
        staff = await accounts_repository.staff_by_username(session, "canbo")
        assert staff
        await accounts.set_active(session, staff=staff, active=False, actor="test", now=clock.now)
    await come_in(browser, province)
    assert browser.status == 403
    assert await noted(database, "sign_in.refused") == [("canbo", "account.closed")]


async def test_the_second_factor_is_asked_for_here_unless_the_province_did(
    browser: Browser, database: Database, clock: Clock, province: ProvinceServer
) -> None:
    await hire(database, "duyet", Role.PROVINCIAL_APPROVER, "tinh", second_factor=True)
    await known_there(database, "duyet", "lan.mau")
    page = await come_in(browser, province, "/console/noi-dung")
    assert "Thêm lớp xác thực" in page
    assert "motcua_staff" not in browser.answer.headers.get("set-cookie", "")
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert secret
    await browser.second_half(page, pyotp.TOTP(secret[1]).at(clock.now))
    assert (browser.status, browser.answer.headers["location"]) == (303, "/console/noi-dung")
    # The next time six digits are enough, and none where the province asked for them itself.
    again = Browser(browser.app)
    assert "Nhập sáu số" in await come_in(again, province)
    province.person.claims["amr"] = ["pwd", "otp", "mfa"]
    await come_in(again, province)
    assert again.status == 303


async def test_who_comes_by_the_province_needs_no_password_here_and_ends_other_places_without_one(
    browser: Browser, database: Database, clock: Clock, province: ProvinceServer
) -> None:
    await hire(database, "canbo", Role.OFFICER)
    await known_there(database, "canbo", "lan.mau")
    async with database.writing() as session:
        staff = await accounts_repository.staff_by_username(session, "canbo")
        assert staff
        await accounts.reset_password(session, staff=staff, actor="quantri", now=clock.now)
    elsewhere = Browser(browser.app)
    await come_in(elsewhere, province)
    await come_in(browser, province)
    page = await browser.get("/console/mat-khau")
    assert 'name="known"' not in page
    await browser.post("/console/mat-khau/noi-khac", {"which": ""})
    await elsewhere.get("/console")
    assert (browser.status, elsewhere.status) == (200, 303)


async def test_an_answer_that_comes_twice_opens_once(
    browser: Browser, database: Database, province: ProvinceServer
) -> None:
    province.codes_work_once = False
    await hire(database, "canbo", Role.OFFICER)
    await known_there(database, "canbo", "lan.mau")
    await browser.get(START)
    cookie = browser.cookie
    query = province.browser_goes_to(browser.answer.headers["location"])
    found = []
    for _ in range(2):
        browser.cookie = cookie
        await browser.get(f"{START}/ve?{query}")
        found.append(browser.status)
    assert found == [303, 401]
    assert ("province", "state_spent") in await noted(database, "sign_in.refused")


async def test_an_answer_is_taken_only_in_the_browser_that_asked_and_not_for_long(
    browser: Browser, database: Database, clock: Clock, province: ProvinceServer
) -> None:
    await hire(database, "canbo", Role.OFFICER)
    await known_there(database, "canbo", "lan.mau")
    await browser.get(START)
    cookie, query = browser.cookie, province.browser_goes_to(browser.answer.headers["location"])
    other = Browser(browser.app)
    await other.get(f"{START}/ve?{query}")
    assert other.status == 401
    assert "Bấm đăng nhập lại" in other.html
    clock.now += timedelta(minutes=11)
    browser.cookie = cookie
    await browser.get(f"{START}/ve?{query}")
    assert browser.status == 401


async def test_a_province_that_is_away_leaves_the_password(
    browser: Browser, database: Database, province: ProvinceServer
) -> None:
    province.down = True
    page = await browser.get(START)
    assert browser.status == 503
    assert "Dùng mật khẩu" in page
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    assert browser.status == 303


async def test_signing_out_offers_the_provinces_way_out_too(
    browser: Browser, database: Database, province: ProvinceServer
) -> None:
    await hire(database, "canbo", Role.OFFICER)
    await known_there(database, "canbo", "lan.mau")
    await come_in(browser, province)
    await browser.get("/console")
    await browser.post("/console/dang-xuat", {})
    page = await browser.get(browser.answer.headers["location"])
    assert f'href="{START}/thoat"' in page
    await browser.get(f"{START}/thoat")
    assert browser.answer.headers["location"].startswith(f"{province.issuer}/logout?")
    await browser.get("/console")
    assert browser.status == 303
    assert await noted(database, "sign_out") == [("canbo", "province")]


@pytest.mark.parametrize(
    ("said", "inside"),
    [
        ({}, [False, True, True]),
        ({"sid": None}, [False, False, True]),
        ({"sub": None}, [False, True, True]),
        ({"sid": "khac"}, [True, True, True]),
        ({"sub": "khac", "sid": None}, [True, True, True]),
    ],
)
async def test_who_leaves_the_province_is_out_here_too(
    app: FastAPI,
    database: Database,
    province: ProvinceServer,
    said: dict[str, str | None],
    inside: list[bool],
) -> None:
    """Two sessions of the province and one by password: which of them end."""
    password = await hire(database, "canbo", Role.OFFICER)
    await known_there(database, "canbo", "lan.mau")
    browsers = [Browser(app) for _ in range(3)]
    for number, one in enumerate(browsers[:2], 1):
        province.person.claims["sid"] = f"phien-{number}"
        await come_in(one, province)
    await browsers[2].sign_in("canbo", password)
    token = province.logout_token(**said)
    server = Browser(app)
    await server.post(LEFT, {"logout_token": token}, token=False)
    assert (server.status, server.answer.headers["cache-control"]) == (200, "no-store")
    for one, stays in zip(browsers, inside, strict=True):
        await one.get("/console")
        assert (one.status == 200) == stays
    await server.post(LEFT, {"logout_token": token}, token=False)
    assert server.status == 400  # the same word counts once
    ended = [] if all(inside) else [("province", "province")]
    assert await noted(database, "sign_out") == ended


async def waits_for_six_digits(browser: Browser, database: Database, province: ProvinceServer) -> str:
    """The page, of somebody whom the province let in and who has a second factor here."""
    await hire(database, "duyet", Role.PROVINCIAL_APPROVER, "tinh", second_factor=True)
    await known_there(database, "duyet", "lan.mau")
    async with database.writing() as session:
        staff = await accounts_repository.staff_by_username(session, "duyet")
        assert staff
        staff.totp_secret = SECRET
    return await come_in(browser, province)


@pytest.mark.parametrize(
    ("sid", "said", "opens"),
    [
        ("phien-1", {}, False),
        ("phien-1", {"sid": None}, False),
        ("phien-1", {"sub": None}, False),
        ("phien-1", {"sid": "khac"}, True),
        ("phien-1", {"sub": "khac", "sid": None}, True),
        (None, {}, False),
        (None, {"sid": None}, False),
        (None, {"sub": None}, True),
    ],
)
async def test_six_digits_open_nothing_once_the_person_has_left_the_province(
    browser: Browser,
    database: Database,
    clock: Clock,
    province: ProvinceServer,
    sid: str | None,
    said: dict[str, str | None],
    opens: bool,
) -> None:
    if sid:
        province.person.claims["sid"] = sid
    page = await waits_for_six_digits(browser, database, province)
    clock.now += timedelta(minutes=5)
    server = Browser(browser.app)
    await server.post(LEFT, {"logout_token": province.logout_token(**said)}, token=False)
    assert server.status == 200
    clock.now += timedelta(minutes=4)
    answer = await browser.second_half(page, pyotp.TOTP(SECRET).at(clock.now))
    await browser.get("/console")
    assert (browser.status == 200) == opens
    assert ("Đã thoát tài khoản của tỉnh" in answer) != opens
    assert await noted(database, "sign_in.after_leaving") == ([] if opens else [("duyet", None)])


async def test_who_left_the_province_comes_in_again_by_a_new_session_of_it(
    browser: Browser, database: Database, clock: Clock, province: ProvinceServer
) -> None:
    province.person.claims["sid"] = "phien-1"
    await waits_for_six_digits(browser, database, province)
    server = Browser(browser.app)
    for number, said in enumerate(({}, {"sid": None})):
        token = province.logout_token(jti=f"tu-{number}", **said)
        await server.post(LEFT, {"logout_token": token}, token=False)
        clock.now += timedelta(seconds=30)
    assert "Đã thoát tài khoản của tỉnh" in await come_in(browser, province)
    province.person.claims["sid"] = "phien-2"
    page = await come_in(browser, province)
    await browser.second_half(page, pyotp.TOTP(SECRET).at(clock.now))
    await browser.get("/console")
    assert browser.status == 200


async def test_a_sign_in_and_the_word_that_it_is_over_wait_for_each_other(postgresql: Database) -> None:
    """Whichever comes first, nobody is left inside."""
    mark, now = ProvinceMark.of("6f0c", "phien-1"), Clock.now
    await an_account_there(postgresql)

    async def word() -> int | None:
        async with postgresql.writing() as session:
            return await people_province.leave(
                session, mark, token_id="tu", now=now, keep=timedelta(minutes=10)
            )

    async with postgresql.writing() as session:
        result = await sign_in.vouched_for(session, account="lan.mau", strong=True, now=now, mark=mark)
        assert result.outcome is sign_in.SignIn.DONE
        told = asyncio.create_task(word())
        while not told.done() and not await somebody_waits(postgresql):
            await asyncio.sleep(0.01)
        assert not told.done()
    assert await told == 1


async def an_account_there(database: Database) -> None:
    async with database.writing() as session:
        staff, _ = await accounts.create_account(
            session, username="canbo", display_name="Cán bộ (mẫu)", actor="test", now=Clock.now
        )
        await accounts.name_at_province(session, staff=staff, account="lan.mau", actor="test", now=Clock.now)


async def somebody_waits(database: Database) -> bool:
    async with database.asking() as session:
        return bool(await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


async def test_a_word_of_a_stranger_ends_no_session_and_fills_no_audit(
    browser: Browser, database: Database, province: ProvinceServer
) -> None:
    await hire(database, "canbo", Role.OFFICER)
    await known_there(database, "canbo", "lan.mau")
    await come_in(browser, province)
    stranger = Browser(browser.app)
    for token in ("", "a.b.c", province.signed_by_a_stranger(province.logout_claims())):
        await stranger.post(LEFT, {"logout_token": token}, token=False)
        assert stranger.status == 400
    await browser.get("/console")
    assert browser.status == 200
    assert await noted(database, "sign_out") == []
    province.down = True
    away = OidcClient(province.settings(), PROVINCE_BACK)
    other = Browser(console_app(database, Clock(), province=away))
    await other.post(LEFT, {"logout_token": province.logout_token()}, token=False)
    assert other.status == 503  # to be said again
    await away.close()


async def test_one_account_of_the_province_opens_one_account_here(database: Database) -> None:
    for name in ("canbo", "khac"):
        await hire(database, name, Role.OFFICER)
    await known_there(database, "canbo", "lan.mau")
    with pytest.raises(AccountError, match="đã gắn với 'canbo'"):
        await known_there(database, "khac", " LAN.mau ")
    await known_there(database, "canbo", "")
    await known_there(database, "khac", "lan.mau")


async def test_who_is_no_longer_that_person_at_the_province_is_out(
    browser: Browser, database: Database, province: ProvinceServer
) -> None:
    password = await hire(database, "canbo", Role.OFFICER)
    await known_there(database, "canbo", "lan.mau")
    by_password = Browser(browser.app)
    await by_password.sign_in("canbo", password)
    await come_in(browser, province)
    await known_there(database, "canbo", "")
    for one, status in ((browser, 303), (by_password, 200)):
        await one.get("/console")
        assert one.status == status


async def test_an_administrator_notes_the_account_on_the_page(browser: Browser, database: Database) -> None:
    await browser.sign_in("quantri", await hire(database, "quantri", Role.ADMINISTRATOR, "tinh"))
    await hire(database, "canbo", Role.OFFICER)
    page = await browser.get("/console/tai-khoan")
    found = re.search(r"/console/tai-khoan/(\w{26})/tai-khoan-tinh", page)
    assert found
    await browser.post(f"/console/tai-khoan/{found[1]}/tai-khoan-tinh", {"province_account": "lan.mau"})
    assert browser.status == 303
    assert "Gắn với lan.mau" in await browser.get("/console/tai-khoan")
    assert await noted(database, "account.province") == [("quantri", None)]


async def test_without_settings_there_is_no_such_way(database: Database, clock: Clock) -> None:
    browser = Browser(console_app(database, clock))
    assert START not in await browser.get("/console/dang-nhap")
    await browser.get(START)
    assert browser.status == 404


async def test_the_doctor_says_what_is_missing_and_whether_the_server_is_the_right_one(
    province: ProvinceServer, oidc_client: OidcClient
) -> None:
    def about(**values: object) -> set[str]:
        settings = Settings(_env_file=None, **values)  # type: ignore[arg-type]
        return {one.about for one in oidc_settings_findings(settings)}

    whole = {"issuer": "https://dang-nhap.example", "client_id": "m", "client_secret": "x"}
    assert about() == set()
    assert about(public_url="https://a.example", oidc=whole) == set()
    assert about(oidc=whole) == {"oidc.settings"}
    assert about(public_url="https://a.example", oidc={"issuer": "http://x"}) == {"oidc.settings", "oidc.tls"}
    assert (await oidc_server_finding(oidc_client, linked=3)).level is Level.FINE
    assert (await oidc_server_finding(oidc_client, linked=0)).level is Level.WEAK
    province.discovery = {"issuer": "https://khac.example"}
    fresh = OidcClient(province.settings(), PROVINCE_BACK)
    assert (await oidc_server_finding(fresh, linked=3)).level is Level.BAD
    await fresh.close()
