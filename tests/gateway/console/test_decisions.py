"""The working calendar and the targets in forms; no unit is asked for less than its city."""

from __future__ import annotations

import re
from datetime import date

from core.calendar import WorkingCalendar
from core.calendar_year import parse_calendar_year
from core.content import live_version
from core.database import Database
from core.editing import open_version
from people.models import Role
from tests.gateway.console.conftest import Browser, hire
from tests.gateway.console.test_content import SEED, form_of, publish

YEAR, THIS_YEAR = "calendar/2027.yaml", "calendar/2026.yaml"
TARGETS = "targets/long-khanh-112.yaml"


async def approve(browser: Browser, database: Database, key: str) -> None:
    await browser.post(f"/console/noi-dung/gui/{key}", {})
    assert browser.status == 303, browser.html
    approver = Browser(browser.app)
    await approver.sign_in("duyet", await hire(database, "duyet", Role.PROVINCIAL_APPROVER, "tinh"))
    page = await approver.get(f"/console/noi-dung/sua/{key}")
    read = re.search(r'name="read" value="(\w{64})"', page)
    assert read
    await approver.post(f"/console/noi-dung/duyet/{key}", {"read": read[1]})


async def test_a_swap_day_of_the_new_year_is_written_in_a_form_and_moves_due_dates(
    browser: Browser, database: Database
) -> None:
    await publish(database, YEAR)
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    page = await browser.get(f"/console/noi-dung/sua/{YEAR}")
    assert "Ngày làm bù" in page
    assert "office_hours:" not in page
    form = {
        **form_of(page),
        "confirmed": "on",
        "source": "Thông báo 1/TB-BNV",
        "off.0.date": "2027-03-05",
        "off.0.why": "hoán đổi với thứ Bảy 20/02/2027",
        "on.0.date": "2027-02-20",
        "on.0.why": "làm bù cho thứ Sáu 05/03/2027",
    }
    page = await browser.post(f"/console/noi-dung/sua/{YEAR}", {**form, "off.0.date": "2026-03-05"})
    assert "không thuộc năm 2027" in page
    await browser.post(f"/console/noi-dung/sua/{YEAR}", form)
    page = await browser.get(f"/console/noi-dung/sua/{YEAR}")
    assert "thứ Sáu 05/03/2027: hoán đổi với thứ Bảy 20/02/2027" in page
    assert "Đã có thông báo chính thức của năm này: trước “không”, nay “có”." in page
    await approve(browser, database, YEAR)
    async with database.reading() as session:
        live = await live_version(session, YEAR)
    assert live
    calendar = WorkingCalendar([parse_calendar_year(live.body, YEAR)])
    assert calendar.is_working_day(date(2027, 2, 20))
    assert not calendar.is_working_day(date(2027, 3, 5))


async def test_whoever_wrote_the_calendar_does_not_approve_it(browser: Browser, database: Database) -> None:
    await publish(database, YEAR)
    await browser.sign_in("duyet", await hire(database, "duyet", Role.PROVINCIAL_APPROVER, "tinh"))
    form = form_of(await browser.get(f"/console/noi-dung/sua/{YEAR}"))
    await browser.post(f"/console/noi-dung/sua/{YEAR}", {**form, "source": "Thông báo 1/TB-BNV"})
    await browser.get(f"/console/noi-dung/sua/{YEAR}")
    await browser.post(f"/console/noi-dung/gui/{YEAR}", {})
    page = await browser.get(f"/console/noi-dung/sua/{YEAR}")
    assert "phải do người khác duyệt" in page
    assert "Duyệt và đăng" not in page
    async with database.reading() as session:
        draft = await open_version(session, YEAR)
    assert draft
    assert "không tự duyệt" in await browser.post(f"/console/noi-dung/duyet/{YEAR}", {"read": draft.sha256})


async def test_the_next_year_opens_with_the_hours_of_the_last_one(
    browser: Browser, database: Database
) -> None:
    await publish(database, YEAR)
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    await browser.get("/console/noi-dung?loai=calendar")
    await browser.post("/console/noi-dung/nam-moi", {})
    page = await browser.get("/console/noi-dung/sua/calendar/2028.yaml")
    assert 'value="07:30"' in page
    assert "Chưa đối chiếu thông báo chính thức" in page


async def test_a_unit_is_not_asked_for_less_than_its_city(browser: Browser, database: Database) -> None:
    await publish(database, TARGETS)
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    page = await browser.get("/console/noi-dung/chi-tieu-moi")
    form = {
        **form_of(page),
        "city": "long-khanh",
        "source.document": "Kế hoạch 9/KH-UBND",
        "source.issuer": "UBND phường Mẫu",
        "source.issued": "2024-03-01",
        "targets.0.measure": "on_time",
        "targets.0.denominator": "hồ sơ đã giải quyết",
        "targets.0.scope": "wards",
        "targets.0.since": "2024",
        "targets.0.comparator": ">=",
        "targets.0.unit": "percent",
    }
    page = await browser.post("/console/noi-dung/chi-tieu-moi", {**form, "targets.0.value": "95"})
    assert "thấp hơn 97 của cấp trên" in page
    assert 'value="Kế hoạch 9/KH-UBND"' in page, "nothing that was typed is lost"
    await browser.post("/console/noi-dung/chi-tieu-moi", {**form, "targets.0.value": "98.5"})
    key = "targets/long-khanh-ke-hoach-9-kh-ubnd.yaml"
    await browser.get(f"/console/noi-dung/sua/{key}")
    await approve(browser, database, key)
    async with database.reading() as session:
        live = await live_version(session, key)
    assert live
    assert "long-khanh-ke-hoach-9-kh-ubnd-on-time" in live.body


async def test_a_document_that_contradicts_itself_since_it_was_issued_can_still_be_corrected(
    browser: Browser, database: Database
) -> None:
    """Its annex asks the wards for 30 where its plan asks the city for 40; both are kept as issued."""
    await publish(database, TARGETS)
    assert "value: 30" in SEED[TARGETS]
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    form = form_of(await browser.get(f"/console/noi-dung/sua/{TARGETS}"))
    await browser.post(f"/console/noi-dung/sua/{TARGETS}", {**form, "targets.0.note": "Đã xem lại."})
    await browser.get(f"/console/noi-dung/sua/{TARGETS}")
    await browser.post(f"/console/noi-dung/gui/{TARGETS}", {})
    assert browser.status == 303


async def test_new_hours_name_the_answer_that_still_says_the_old_ones(
    browser: Browser, database: Database
) -> None:
    answer = "general/office-hours.md"
    for key in (THIS_YEAR, answer):
        await publish(database, key)
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    page = await browser.get(f"/console/noi-dung/sua/{THIS_YEAR}")
    assert "còn khác ở" not in page
    await browser.post(
        f"/console/noi-dung/sua/{THIS_YEAR}", {**form_of(page), "office_hours.1.closes": "16:30"}
    )
    page = await browser.get(f"/console/noi-dung/sua/{THIS_YEAR}")
    assert f'<a href="/console/noi-dung/sua/{answer}">' in page
    wrong = {**form_of(page), "office_hours.1.closes": "mười sáu rưỡi"}
    await browser.post(f"/console/noi-dung/sua/{THIS_YEAR}", wrong)
    assert browser.status == 422
