"""Every page in every role: who may, may; who may not gets 403 and a line in the audit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.database import Database
from gateway.console.pages import JOBS
from people import accounts_repository, audit_repository
from people.models import Role
from people.permissions import ROLE_PERMISSIONS
from tests.gateway.console.conftest import NOW, Browser, Clock, hire


@pytest.mark.parametrize("role", list(Role))
async def test_the_navigation_shows_what_may_be_opened_and_nothing_else(
    role: Role, browser: Browser, database: Database
) -> None:
    await browser.sign_in("nguoi.nay", await hire(database, "nguoi.nay", role, "tinh"))
    page = await browser.get("/console")
    for job in JOBS:
        allowed = job.permission is None or job.permission in ROLE_PERMISSIONS[role]
        assert (f'href="{job.path}"' in page) == allowed, job.path
        await browser.get(job.path)
        assert browser.status == (200 if allowed else 403), job.path
        if not allowed:
            async with database.reading() as session:
                entries = await audit_repository.audit_entries(session, actor="nguoi.nay", action="refused")
            assert entries[0].subject == f"GET {job.path}"


async def test_a_form_from_another_page_does_nothing(browser: Browser, database: Database) -> None:
    await browser.sign_in("quantri", await hire(database, "quantri", Role.ADMINISTRATOR, "tinh"))
    await browser.post(
        "/console/tai-khoan",
        {"username": "ke.gian", "display_name": "Kẻ Gian", "role": "administrator", "unit": "tinh"},
        token=False,
    )
    assert browser.status == 403
    async with database.reading() as session:
        assert await accounts_repository.staff_by_username(session, "ke.gian") is None


async def test_a_post_counts_below_its_unit_and_not_beside_it(database: Database) -> None:
    from people import staff_sessions
    from people.permissions import Permission
    from tests.gateway.console.conftest import NOW

    await hire(database, "phutrach", Role.HEAD_OF_UNIT, "phuong-a")
    await hire(database, "giamsat", Role.AUDITOR, "tinh")
    async with database.reading() as session:
        head = await accounts_repository.staff_by_username(session, "phutrach")
        auditor = await accounts_repository.staff_by_username(session, "giamsat")
        assert head
        assert auditor
        ward = await staff_sessions.actor_for(session, head, now=NOW)
        province = await staff_sessions.actor_for(session, auditor, now=NOW)
    assert ward.may(Permission.COMPLAINTS, "phuong-a")
    assert not ward.may(Permission.COMPLAINTS, "phuong-b")
    assert province.units_for(Permission.OPINION) == {"tinh", "phuong-a", "phuong-b"}


async def test_an_administrator_opens_an_account_that_can_sign_in(
    browser: Browser, database: Database
) -> None:
    await browser.sign_in("quantri", await hire(database, "quantri", Role.ADMINISTRATOR, "tinh"))
    await browser.get("/console/tai-khoan")
    page = await browser.post(
        "/console/tai-khoan",
        {"username": "lan.mau", "display_name": "Lan (mẫu)", "role": "officer", "unit": "phuong-a"},
    )
    password = page.split("dùng trong bảy ngày: ")[1].split("<")[0].strip()
    other = Browser(browser.app)
    await other.sign_in("lan.mau", password)
    assert other.status == 303


async def test_a_bad_name_is_said_with_its_remedy(browser: Browser, database: Database) -> None:
    await browser.sign_in("quantri", await hire(database, "quantri", Role.ADMINISTRATOR, "tinh"))
    await browser.get("/console/tai-khoan")
    page = await browser.post(
        "/console/tai-khoan",
        {"username": "Lan Mẫu", "display_name": "Lan (mẫu)", "role": "officer", "unit": "phuong-a"},
    )
    assert browser.status == 422
    assert "chữ thường không dấu" in page


async def test_a_deputy_acts_for_somebody_from_a_day_to_a_day_and_no_longer(
    browser: Browser, database: Database, clock: Clock
) -> None:
    await browser.sign_in("quantri", await hire(database, "quantri", Role.ADMINISTRATOR, "tinh"))
    await hire(database, "truong", Role.HEAD_OF_UNIT)
    password = await hire(database, "pho", Role.OFFICER)
    async with database.reading() as session:
        ids = {one.username: one.id for one in await accounts_repository.all_staff(session)}
    await browser.get("/console/tai-khoan")
    post = {"role": "head_of_unit", "unit": "phuong-a", "deputy_for": ids["truong"], "position": "Phó phòng"}
    page = await browser.post(f"/console/tai-khoan/{ids['pho']}/vai-tro", post)
    assert browser.status == 422
    assert "phải có ngày thôi" in page
    days = {"starts_on": "2026-11-27", "ends_on": "2026-11-30"}
    await browser.post(f"/console/tai-khoan/{ids['pho']}/vai-tro", post | days)
    page = await browser.get("/console/tai-khoan")
    assert "(Phó phòng), thay Truong (mẫu), từ 27/11/2026, đến hết 30/11/2026" in page
    deputy = Browser(browser.app)
    found = []
    for day in (26, 27, 30, 31):
        clock.now = NOW + timedelta(days=day - 26)
        await deputy.sign_in("pho", password)
        await deputy.get("/console/phan-anh")
        found.append(deputy.status)
    assert found == [403, 200, 200, 403]


async def test_an_administrator_of_a_ward_cannot_make_an_approver_of_the_province(
    browser: Browser, database: Database
) -> None:
    """Neither by a new account, nor by another post, nor by the password of who is one."""
    await browser.sign_in("quantri", await hire(database, "quantri", Role.ADMINISTRATOR))
    password = await hire(database, "duyet", Role.PROVINCIAL_APPROVER, "tinh")
    await hire(database, "canbo", Role.OFFICER)
    async with database.reading() as session:
        ids = {one.username: one.id for one in await accounts_repository.all_staff(session)}
        posts = await accounts_repository.posts_of(session, list(ids.values()), NOW.date())
    above = {"role": "provincial_approver", "unit": "tinh"}
    home = "/console/tai-khoan"
    tries = {
        home: {"username": "toi.moi", "display_name": "Tôi Mới", **above},
        f"{home}/{ids['canbo']}/vai-tro": above,
        f"{home}/{ids['duyet']}/vai-tro": {"role": "officer", "unit": "phuong-a"},
        f"{home}/{ids['duyet']}/cap-lai": {},
        f"{home}/{ids['duyet']}/khoa": {"active": "false"},
        f"{home}/{ids['duyet']}/tai-khoan-tinh": {"province_account": "toi"},
        f"{home}/vai-tro/{posts[ids['duyet']][0].id}/thoi": {},
    }
    for path, form in tries.items():
        await browser.get(home)
        assert 'value="tinh"' not in browser.html
        await browser.post(path, form)
        assert browser.status == 403, path
    async with database.reading() as session:
        refused = await audit_repository.audit_entries(session, actor="quantri", action="refused")
    assert len(refused) == len(tries)
    other = Browser(browser.app)
    await other.sign_in("duyet", password)
    assert other.status == 303  # nothing of it was changed
    await browser.get(home)
    await browser.post(f"{home}/{ids['canbo']}/vai-tro", {"role": "head_of_unit", "unit": "phuong-a"})
    assert browser.status == 303
