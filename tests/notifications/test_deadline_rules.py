"""Dates that are near, missed or moved: what the unit hears, and what the citizen hears."""

from __future__ import annotations

import pytest

from core.events import publish
from dossiers import deadlines, extension
from dossiers.deadlines import LISTED
from notifications.informing import Desk, Informing
from notifications.schemas import Channel, Purpose
from tests.dossiers.samples import full_event
from tests.notifications.helpers import REAL, Clock, messages, planner, post

UNIT = "Ủy ban nhân dân phường Mẫu"
HEAD, OFFICER = "truong@example.gov.vn", "canbo@example.gov.vn"
BODY = {
    "dossier_code": REAL, "unit": UNIT, "officer": "Trần Thị Mẫu", "who_calls": "Trần Thị Mẫu",
    "due_on": "2026-11-25", "extension_id": "x", "extension_state": "drafted",
}  # fmt: skip


@pytest.fixture
async def told(database):
    """What is written for one happening, besides the reception."""
    clock = Clock()
    desk = Desk(unit=UNIT, head=HEAD, officers={"Trần Thị Mẫu": OFFICER})
    await post(database, full_event(dossier_code=REAL), clock)

    async def tell(kind, /, **more):
        async with database.writing() as session:
            await publish(session, type=kind, subject=REAL, body={**BODY, **more}, occurred_at=clock())
        desks = Informing(desks=(desk,))
        while await planner(database, clock, informing=desks).tick():
            pass
        return [one for one in await messages(database) if one.event_type == kind]

    return tell


def to_desk(found):
    return {one.email for one in found if one.purpose == Purpose.ALERT}


def to_citizen(found):
    (message,) = [one for one in found if one.purpose == Purpose.STATUS]
    return {channel: words["text"] for channel, words in message.wordings.items()}


async def test_near_and_missed_go_to_the_officer_and_the_head_alone(told):
    for kind, more in (
        (deadlines.NEAR, {"days_left": 2, "recount_to": None}),
        (deadlines.MISSED, {"days_late": 1}),
    ):
        found = await told(kind, **more)
        assert to_desk(found) == {HEAD, OFFICER}
        assert {one.purpose for one in found} == {Purpose.ALERT}


async def test_unsigned_is_an_alarm_and_tells_the_citizen_only_that_and_who_calls(told):
    found = await told(deadlines.UNSIGNED)
    assert to_desk(found) == {HEAD, OFFICER}
    said = to_citizen(found)
    assert "không kịp" in said[Channel.SMS] or "khong kip" in said[Channel.SMS]
    assert "25/11/2026" in said[Channel.SMS]
    assert "Trần Thị Mẫu sẽ gọi cho ông/bà" in said[Channel.EMAIL]
    for words in said.values():  # no reason and no new date without a signature
        assert "Lý do:" not in words
        assert "Ngày hẹn mới" not in words


async def test_a_day_that_was_confirmed_after_a_wait_is_told_to_the_citizen(told):
    found = await told(deadlines.MOVED, old_due_on="2026-11-25", due_on="2026-12-02", waited_days=5.0)
    words = to_citizen(found)[Channel.EMAIL]
    assert "thứ Tư 02/12/2026, thay cho thứ Tư 25/11/2026" in words
    assert to_desk(found) == set()


async def test_a_second_extension_rings_at_the_desk(told):
    found = await told(extension.AGAIN, ordinal=2)
    assert HEAD in to_desk(found)
    assert "lần thứ 2" in found[0].wordings["email"]["text"]


async def test_the_lists_go_to_the_head(told):
    found = await told(LISTED, report_id="r", kind="weekly", day="2026-11-23", unit=UNIT, count=3)
    assert to_desk(found) == {HEAD}
    assert found[0].wordings["email"]["title"] == "Bản nháp đôn đốc tuần này: 3 hồ sơ"
