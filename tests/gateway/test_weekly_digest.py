"""On the first working day of the week a unit's mailbox gets its week, once, unless it wants none."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from core.calendar import WorkingCalendar
from dossiers.models import Dossier
from gateway.weekly_digest import WeeklyDigest
from notifications.informing import Desk, Informing
from notifications.notice_page import NoticePages, PageOutcome, Step
from people.models import UnitKind
from people.service import ensure_unit
from tests.gateway.opinion_city import CITY
from tests.notifications.helpers import Clock, StubProvider, messages, planner, sender

MONDAY = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
WARD, ABOVE = "UBND phường Ví Dụ", "Tỉnh Mẫu"


@pytest.fixture
async def office(sqlite):
    async with sqlite.writing() as session:
        await ensure_unit(session, code="tinh", name=ABOVE, kind=UnitKind.PROVINCE)
        await ensure_unit(session, code="vi-du", name=WARD, kind=UnitKind.WARD, parent_code="tinh")
        session.add(
            Dossier(
                code="Z99.01-261102-0001",
                unit=WARD,
                status="processing",
                status_at=MONDAY,
                due_at=MONDAY - timedelta(days=2),
            )
        )
    return sqlite


def weekly(database, clock):
    return WeeklyDigest(database, content=lambda: CITY, calendar=WorkingCalendar, clock=clock)


async def mailed(database, clock, *desks):
    informing = Informing(desks=desks)
    while await planner(database, clock, informing=informing).tick():
        pass
    mail = StubProvider("mail")
    while await sender(database, clock, mail).tick():
        pass
    return [(one.to, one.text) for one in mail.sent]


async def test_the_head_gets_the_week_of_the_unit_and_who_stands_above_that_of_all(office):
    clock = Clock(MONDAY)
    assert await weekly(office, clock).tick() == 2
    assert await weekly(office, clock).tick() == 2  # another process, the same week
    sent = await mailed(
        office,
        clock,
        Desk(unit=WARD, head="truong@example.vn"),
        Desk(unit=ABOVE, digest_to=("a@example.vn", "b@example.vn")),
    )
    assert sorted(to for to, _ in sent) == ["a@example.vn", "b@example.vn", "truong@example.vn"]
    assert all("1 hồ sơ đã trễ hẹn" in text for _, text in sent)


async def test_a_unit_that_wants_none_gets_none(office):
    clock = Clock(MONDAY)
    await weekly(office, clock).tick()
    assert await mailed(office, clock, Desk(unit=WARD, head="truong@example.vn", digest=False)) == []
    assert await messages(office) == []


async def test_one_reader_stops_it_by_the_link_in_the_mail_and_the_other_goes_on_reading(office):
    clock = Clock(MONDAY)
    readers = Desk(unit=WARD, digest_to=("a@example.vn", "b@example.vn"))
    await weekly(office, clock).tick()
    first = dict(await mailed(office, clock, readers))
    token = re.search(r"/t/(\w+)", first["a@example.vn"])[1]
    pages = NoticePages(office, clock=clock)
    assert (await pages.open(token)).stops == "tóm tắt đầu tuần"
    assert await pages.act(token, Step.STOP) is PageOutcome.DONE
    clock.pass_(days=7)
    await weekly(office, clock).tick()
    assert [to for to, _ in await mailed(office, clock, readers)] == ["b@example.vn"]
    await pages.act(token, Step.RESUME)
    clock.pass_(days=7)
    await weekly(office, clock).tick()
    assert sorted(to for to, _ in await mailed(office, clock, readers)) == ["a@example.vn", "b@example.vn"]


@pytest.mark.parametrize(
    ("at", "count"),
    [
        (MONDAY - timedelta(hours=1), 0),  # seven in the morning
        (MONDAY + timedelta(days=1), 0),  # Tuesday
        (datetime(2026, 8, 31, 2, tzinfo=UTC), 0),  # a Monday off
    ],
)
async def test_it_comes_when_the_week_begins_and_not_at_any_time(office, at, count):
    assert await weekly(office, Clock(at)).tick() == count
