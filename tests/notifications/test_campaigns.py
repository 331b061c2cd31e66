"""A campaign from its file to the phones: checked, priced, sent to who agreed, paused and stopped at once."""

from __future__ import annotations

import pytest

from core.event_reading import read_events
from dossiers.csv_events import csv_table
from notifications.campaign_text import CampaignRefused, check
from notifications.campaigns import PAUSED, CampaignDesk, CampaignRunner, CampaignStatus
from notifications.gatekeeper import Gatekeeper
from notifications.informing import Informing, Policy
from notifications.pushing import PlannerPolicy
from notifications.schemas import MessageStatus, Purpose, Reason
from people.citizen_models import Purpose as Consented
from tests.notifications.helpers import LADDERS, NIGHT, Clock, StubProvider, answer, messages, sender

UNIT = "Ủy ban nhân dân phường Mẫu"
BODY = "Mời ông/bà {{ ten }} thử nộp hồ sơ trực tuyến."
PRICED = Policy(prices={"sms": 800})


def checked(text="phone,ten\n0900000001,Mẫu\n0900000002,Thử\n", body=BODY, policy=PRICED):
    return check(csv_table(text), body, unit=UNIT, public_url="https://motcua.example.gov.vn", policy=policy)


def test_the_law_is_in_every_text():
    found = checked()
    assert found.sample.startswith("[QC] UBND P.Mau: Moi ong/ba Mau")
    assert "Tu choi: https://motcua.example.gov.vn/t/" in found.sample
    assert (len(found.rows), found.problems) == (2, [])
    assert found.cost == 800 * found.parts
    assert checked(body="[QC] " + BODY).sample == found.sample, "the label stands there once"
    assert found.parts == 2


def test_a_word_that_makes_a_text_dear_is_named():
    found = checked(body="Mời ông/bà {{ ten }} dùng dịch vụ công trực tuyến.")
    assert found.parts > 2
    assert "'dùng' dễ đọc thành" in found.warnings[0].problem


@pytest.mark.parametrize(
    ("text", "row", "told"),
    [
        ("phone,ten\n123,Mẫu\n", 2, "không phải số di động"),
        ("phone,ten\n0900000001,\n", 2, "để trống"),
        ("phone,ten\n0900000001,Mẫu\n0900000009," + "dài " * 200 + "\n", 3, "đoạn"),
    ],
)
def test_a_row_that_cannot_go_is_named(text, row, told):
    (problem,) = checked(text).problems
    assert problem.row == row
    assert told in problem.problem
    assert problem.remedy


def test_a_number_twice_gets_one_message():
    found = checked("phone,ten\n0900000001,Mẫu\n+84 900 000 001,Mẫu\n")
    assert len(found.rows) == 1
    assert "trùng số với dòng 2" in found.warnings[0].problem


@pytest.mark.parametrize(
    ("text", "body", "told"),
    [
        ("ten\nMẫu\n", BODY, "cột số điện thoại"),
        ("phone\n0900000001\n", BODY, "không có cột đó"),
        ("phone,ten\n0900000001,Mẫu\n", "  ", "nội dung trống"),
        ("phone,ten\n0900000001,Mẫu\n", "{{ ten.__class__ }}", "không được dùng"),
        ("phone,ten\n", BODY, "không có dòng nào"),
    ],
)
def test_what_cannot_be_a_campaign_is_refused_with_a_remedy(text, body, told):
    with pytest.raises(CampaignRefused, match=told):
        checked(text, body)


def runner(database, clock, policy=PRICED):
    decided = Informing(policy=policy)
    return CampaignRunner(
        database, policy=PlannerPolicy(ladders=LADDERS), gatekeeper=Gatekeeper(lambda: decided), clock=clock
    )


async def planned(database, clock, *phones, name="đợt 1"):
    text = "phone,ten\n" + "".join(f"{phone},Mẫu\n" for phone in phones or ("0900000001", "0900000002"))
    desk = CampaignDesk(database, clock=clock)
    await desk.plan(name, BODY, checked(text), unit=UNIT, by="Người lập")
    return desk


async def test_only_who_agreed_gets_it_and_the_rest_is_on_record(database):
    clock = Clock()
    await answer(database, clock, Consented.CAMPAIGN)
    desk = await planned(database, clock)
    run = runner(database, clock)
    assert await run.tick() == 0, "nothing goes before somebody starts it"
    await desk.start("đợt 1", by="Người duyệt")
    assert await run.tick() == 2
    assert await run.tick() == 0
    first, second = await messages(database)
    assert (first.status, first.lane, first.purpose) == (MessageStatus.PLANNED, 3, Purpose.CAMPAIGN)
    assert first.wordings["sms"]["text"].startswith("[QC]")
    assert second.reason == Reason.NO_CONSENT
    sms = StubProvider("sms")
    await sender(database, clock, sms).tick()
    assert len(sms.sent) == 1
    (view,) = await desk.list()
    assert (view.status, view.counts["waiting"]) == (CampaignStatus.DONE, 0)


async def test_a_pause_holds_what_is_planned_and_a_stop_takes_it_back(database):
    clock = Clock()
    await answer(database, clock, Consented.CAMPAIGN)
    await answer(database, clock, Consented.CAMPAIGN, phone="+84900000002")
    desk = await planned(database, clock)
    await desk.start("đợt 1", by="x")
    await runner(database, clock).tick()
    await desk.pause("đợt 1", by="x")
    sms = StubProvider("sms")
    await sender(database, clock, sms).tick()
    assert sms.sent == []
    await desk.start("đợt 1", by="x")
    await desk.stop("đợt 1", by="x")
    await sender(database, clock, sms).tick()
    assert sms.sent == []
    assert {row.reason for row in await messages(database)} == {Reason.CAMPAIGN_STOPPED}
    with pytest.raises(CampaignRefused, match="không làm bước này được"):
        await desk.start("đợt 1", by="x")
    with pytest.raises(CampaignRefused, match="không có đợt"):
        await desk.stop("khác", by="x")


async def test_it_waits_for_its_hour_and_for_the_morning(database):
    clock = Clock(NIGHT)
    await answer(database, clock, Consented.CAMPAIGN)
    desk = await planned(database, clock, "0900000001")
    await desk.start("đợt 1", by="x", at=NIGHT.replace(hour=16))
    run = runner(database, clock)
    assert await run.tick() == 0
    clock.pass_(hours=1)
    assert await run.tick() == 1
    assert not PRICED.quiet.is_quiet((await messages(database))[0].due_at)


async def test_a_month_without_money_pauses_it(database):
    clock = Clock()
    await answer(database, clock, Consented.CAMPAIGN)
    await answer(database, clock, Consented.CAMPAIGN, phone="+84900000002")
    desk = await planned(database, clock, "0900000001")
    poor = Policy(prices={"sms": 800}, budget={"month": 900})
    await desk.start("đợt 1", by="x")
    await runner(database, clock, poor).tick()
    desk = await planned(database, clock, "0900000002", name="đợt 2")
    await desk.start("đợt 2", by="x")
    clock.pass_(minutes=5)
    await runner(database, clock, poor).tick()
    states = {view.name: view.status for view in await desk.list()}
    assert states["đợt 2"] is CampaignStatus.PAUSED
    async with database.reading() as session:
        assert len(await read_events(session, after=0, types=[PAUSED])) == 1


async def test_a_file_with_mistakes_is_not_planned(database):
    desk = CampaignDesk(database, clock=Clock())
    with pytest.raises(CampaignRefused, match="còn 1 chỗ phải sửa"):
        await desk.plan("đợt", BODY, checked("phone,ten\n1,Mẫu\n"), unit=UNIT, by="x")
    await planned(database, Clock())
    with pytest.raises(CampaignRefused, match="đặt tên khác"):
        await planned(database, Clock())
