"""A citizen sees, corrects, takes back, goes; and what the law keeps stays, without the person."""

from __future__ import annotations

import json
from datetime import time, timedelta

import pytest
from sqlalchemy import select, update

from conversations.models import Conversation, Direction, Turn
from core.crypto import keyed_hash
from core.database import Base, Database
from core.event_reading import read_events
from core.retention_settings import RetentionSettings
from dossiers.appointment_models import Appointment, CounterPlan
from dossiers.models import Dossier
from dossiers.service import accept
from feedback.case_models import OpinionCase
from feedback.case_models import Reason as OpinionReason
from gateway.person_desk import PersonDesk
from gateway.retention import Retention
from notifications import ledger
from notifications.audit import check_all
from people import consents
from people.audit_repository import audit_entries
from people.chat_accounts import bind_account, ensure_contact, heard_from
from people.citizen_models import Purpose
from tests.dossiers.samples import full_event, read
from tests.notifications.helpers import PHONE, Clock, StubProvider, answer, planner, sender

TYPED, NAME = "0900000001", "Nguyễn Văn Mẫu"
CLOSED, OPEN = "H98.01-261102-0001", "H98.01-261102-0002"
WHO = {"by": "tester", "reason": "phiếu yêu cầu số 1"}
LATER = timedelta(days=1000)


@pytest.fixture
async def city(database: Database) -> tuple[Database, Clock]:
    """Somebody with a closed and an open dossier, notices about both, a linked account and a talk."""
    clock = Clock()
    steps = [
        full_event("received", number=1, dossier_code=CLOSED),
        full_event("returned", number=2, dossier_code=CLOSED),
        full_event("received", number=3, dossier_code=OPEN),
    ]
    await answer(database, clock, Purpose.SURVEY)
    async with database.writing() as session:
        await accept(session, read(steps), now=clock())
        plan = CounterPlan(
            unit="Phường Mẫu", counter="1", weekdays="1", opens=time(8), closes=time(11), minutes=15, places=1
        )
        session.add(plan)
        await session.flush()
        session.add(
            Appointment(
                code="ABC234", plan_id=plan.id, unit="Phường Mẫu", counter="1", starts_at=clock(),
                phone=PHONE, phone_hash=keyed_hash(PHONE, "phone"), status="booked", booked_at=clock(),
            )
        )  # fmt: skip
        contact = await ensure_contact(session, PHONE, now=clock())
        await bind_account(
            session, channel="zalo", account="2468", contact=contact, proved_by="code", now=clock()
        )
        talk = Conversation(channel="zalo", key_hash="x", last_turn_at=clock(), context_at=clock())
        session.add(talk)
        await session.flush()
        await heard_from(session, "zalo", "2468", now=clock(), conversation_id=talk.id)
        session.add(
            Turn(
                conversation_id=talk.id, direction=Direction.IN, text="hỏi cho mẹ tôi", correlation_id="c",
                at=clock(),
            )
        )  # fmt: skip
    await planner(database, clock).tick()
    provider = StubProvider("zalo"), StubProvider("sms"), StubProvider("mail")
    await sender(database, clock, *provider).tick()
    return database, clock


async def test_everything_that_is_held_is_handed_over_and_the_reading_is_written_down(
    city: tuple[Database, Clock],
) -> None:
    database, clock = city
    held = await PersonDesk(database, clock=clock).export(TYPED, **WHO)
    told = json.dumps(held, default=str, ensure_ascii=False)
    for word in (CLOSED, OPEN, NAME, "ABC234", "2468", "hỏi cho mẹ tôi", "Đồng ý nhận lời mời góp ý"):
        assert word in told
    assert len(held["messages"]) >= 2
    async with database.reading() as session:
        (entry,) = await audit_entries(session, action="person.export")
    assert entry.reason == WHO["reason"]
    assert TYPED not in entry.subject


async def test_after_erasing_nobody_is_named_and_the_proof_still_holds(city: tuple[Database, Clock]) -> None:
    database, clock = city
    desk = PersonDesk(database, clock=clock)
    done = await desk.erase(TYPED, **WHO)
    assert done.counts["dossiers"] == 1
    assert any(OPEN in line for line in done.kept)
    held = await desk.export(TYPED, **WHO)
    assert [one["code"] for one in held["dossiers"]] == [OPEN]
    assert held["contacts"] == held["accounts"] == held["turns"] == held["appointments"] == []
    assert held["consents"], "that somebody said yes or no is kept"
    async with database.reading() as session:
        proof = await ledger.for_dossier(session, CLOSED)
        events = await read_events(session, after=0)
    assert proof is not None
    assert proof.notifications[0].recipient == "đã xóa"
    assert proof.notifications[0].attempts
    assert (await check_all(database)).intact
    closed = [event.body for event in events if event.subject == CLOSED]
    assert NAME not in json.dumps(closed, ensure_ascii=False)


async def test_of_somebody_who_is_erased_no_number_name_or_account_can_be_read_with_the_keys_anywhere(
    city: tuple[Database, Clock],
) -> None:
    database, clock = city
    async with database.writing() as session:
        await accept(session, read([full_event("returned", number=4, dossier_code=OPEN)]), now=clock())
        session.add(
            OpinionCase(
                citizen_key="k", unit="Phường Mẫu", reason=OpinionReason.CALL, words="gọi giúp", phone=PHONE,
                opened_at=clock(), due_at=clock(), status="called",
            )
        )  # fmt: skip
    desk = PersonDesk(database, clock=clock)
    told = json.dumps(await desk.export(TYPED, **WHO), default=str, ensure_ascii=False)
    assert "gọi giúp" in told
    touched = await desk.touched(clock() - timedelta(hours=1), clock() + timedelta(hours=1), **WHO)
    assert keyed_hash(PHONE, "phone") in touched.people
    assert PHONE in await everything(database)
    clock.pass_(minutes=1)
    await desk.erase(TYPED, **WHO)
    left = await everything(database)
    assert [one for one in (PHONE, TYPED, NAME, "2468", "gọi giúp", "hỏi cho mẹ tôi") if one in left] == []


async def everything(database: Database) -> str:
    """Every row of every table as whoever has the keys reads it."""
    async with database.reading() as session:
        return repr([(await session.execute(select(table))).all() for table in Base.metadata.sorted_tables])


async def test_the_same_event_again_brings_nobody_back(city: tuple[Database, Clock]) -> None:
    database, clock = city
    desk = PersonDesk(database, clock=clock)
    await desk.erase(TYPED, **WHO)
    async with database.writing() as session:
        again = await accept(
            session, read([full_event("received", number=1, dossier_code=CLOSED)]), now=clock()
        )
    assert again[0].status == "seen"
    assert [one["code"] for one in (await desk.export(TYPED, **WHO))["dossiers"]] == [OPEN]


async def test_a_number_is_put_right_on_every_dossier(city: tuple[Database, Clock]) -> None:
    database, clock = city
    desk = PersonDesk(database, clock=clock)
    codes = await desk.correct(TYPED, new_phone="0900000002", name=None, **WHO)
    assert sorted(codes) == [CLOSED, OPEN]
    held = await desk.export("0900000002", **WHO)
    assert {one["phone"] for one in held["dossiers"]} == {"+84900000002"}


async def test_a_yes_taken_back_counts_at_once(city: tuple[Database, Clock]) -> None:
    database, clock = city
    found = keyed_hash(PHONE, "phone")
    clock.pass_(minutes=1)
    await PersonDesk(database, clock=clock).withdraw(TYPED, **WHO)
    async with database.reading() as session:
        standing = (await consents.standings(session, [found]))[found]
    assert standing.refused(Purpose.SURVEY)
    assert not standing.refused(Purpose.STATUS)


async def test_after_a_leak_those_touched_are_listed_and_shown_in_clear_only_on_demand(
    city: tuple[Database, Clock],
) -> None:
    database, clock = city
    desk = PersonDesk(database, clock=clock)
    start, end = clock() - timedelta(hours=1), clock() + timedelta(hours=1)
    async with database.writing() as session:
        await session.execute(update(Dossier).values(updated_at=clock()))
    found = await desk.touched(start, end, **WHO)
    assert list(found.people.values()) == ["…001"]
    assert (found.messages >= 2, found.conversations, found.full) == (True, 1, [])
    assert (await desk.touched(end, end + timedelta(days=1), **WHO)).people == {}
    clear = await desk.touched(start, end, full=True, **WHO)
    assert (CLOSED, NAME, PHONE) in clear.full


async def test_what_was_kept_long_enough_goes_by_itself_and_is_reported(
    city: tuple[Database, Clock],
) -> None:
    database, clock = city
    keep = RetentionSettings()
    assert not any((await Retention(database, keep, clock=clock).run()).values())
    clock.now += LATER
    report = await Retention(database, keep, clock=clock).run()
    assert report["conversations"] == 1
    assert report["messages"] >= 2
    assert report["dossiers"] == 1
    assert (await check_all(database)).intact
    held = await PersonDesk(database, clock=clock).export(TYPED, **WHO)
    assert [one["code"] for one in held["dossiers"]] == [OPEN], "an open dossier is still worked on"
    async with database.reading() as session:
        (entry,) = await audit_entries(session, action="retention.run")
    assert json.loads(entry.reason or "")["conversations"] == 1
    assert not any((await Retention(database, keep, clock=clock).run()).values())
