"""A citizen is handed to a person: who sees it, who answers, and when the assistant speaks again."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from conversations import inbox, inbox_repository, repository
from conversations.handover import request_handover
from conversations.models import Conversation, Direction, Handover, Owner, Turn
from core.calendar import LOCAL, WorkingCalendar
from core.calendar_year import OfficePeriod
from core.database import Database
from people.models import Role
from tests.gateway.console.conftest import NOW, Browser, hire


async def waiting(
    database: Database,
    *,
    unit: str | None = "phuong-a",
    words: str = "cho gặp cán bộ",
    since: datetime = NOW - timedelta(minutes=6),
) -> Handover:
    async with database.writing() as session:
        conversation = await repository.add_conversation(session, "webchat", words)
        await repository.add_turn(
            session,
            Turn(
                conversation_id=conversation.id,
                direction=Direction.IN,
                text=words,
                correlation_id="1",
                at=NOW,
            ),
        )
        return await repository.add_handover(
            session,
            Handover(
                receipt=f"R{conversation.id[-5:]}",
                conversation_id=conversation.id,
                answer_by=NOW + timedelta(hours=2),
                created_at=since,
                unit=unit,
            ),
        )


async def conversation_of(database: Database, handover: Handover) -> Conversation:
    async with database.reading() as session:
        found = await inbox_repository.conversation_by_id(session, handover.conversation_id)
    assert found
    return found


async def test_an_officer_takes_over_answers_under_their_name_and_gives_back(
    browser: Browser, database: Database
) -> None:
    handover = await waiting(database)
    await browser.sign_in("lan", await hire(database, "lan", Role.OFFICER))
    page = await browser.get("/console/tro-chuyen")
    assert "cho gặp cán bộ" in page
    assert "Lâu, 6 phút" in page
    home = f"/console/tro-chuyen/{handover.id}"
    await browser.get(home)
    await browser.post(f"{home}/nhan", {})
    assert (await conversation_of(database, handover)).owner == Owner.OFFICER
    await browser.get(home)
    await browser.post(f"{home}/tra-loi", {"text": "Chào anh, sáng mai anh ra quầy số 2 giúp."})
    async with database.reading() as session:
        turns = await repository.turns_after(session, handover.conversation_id, 0, 10)
    assert turns[-1].message
    assert turns[-1].message["speaker"] == "officer"
    assert turns[-1].message["speaker_name"] == "Lan (mẫu)"
    await browser.get(home)
    await browser.post(f"{home}/tra-lai", {})
    assert (await conversation_of(database, handover)).owner == Owner.BOT
    assert "Không có ai đang chờ" in await browser.get("/console/tro-chuyen")


async def test_of_two_officers_who_take_one_conversation_only_one_gets_it(
    browser: Browser, database: Database
) -> None:
    handover = await waiting(database)
    other = Browser(browser.app)
    await browser.sign_in("lan", await hire(database, "lan", Role.OFFICER))
    await other.sign_in("hoa", await hire(database, "hoa", Role.OFFICER))
    home = f"/console/tro-chuyen/{handover.id}"
    await browser.get(home)
    await other.get(home)
    await browser.post(f"{home}/nhan", {})
    assert browser.status == 303
    page = await other.post(f"{home}/nhan", {})
    assert other.status == 409
    assert "Người khác vừa nhận" in page
    page = await other.post(f"{home}/tra-loi", {"text": "Để em trả lời"})
    assert other.status == 409
    assert "Để em trả lời" in page or "đang do" in page.lower()


async def test_another_units_conversation_is_not_there(browser: Browser, database: Database) -> None:
    handover = await waiting(database, unit="phuong-b", words="chuyện riêng của phường B")
    await browser.sign_in("lan", await hire(database, "lan", Role.OFFICER, "phuong-a"))
    assert "phường B" not in await browser.get("/console/tro-chuyen")
    await browser.get(f"/console/tro-chuyen/{handover.id}")
    assert browser.status == 404


async def test_passing_on_waits_in_the_other_unit_with_its_notes(
    browser: Browser, database: Database
) -> None:
    handover = await waiting(database)
    await browser.sign_in("lan", await hire(database, "lan", Role.OFFICER, "phuong-a"))
    other = Browser(browser.app)
    await other.sign_in("hoa", await hire(database, "hoa", Role.OFFICER, "phuong-b"))
    home = f"/console/tro-chuyen/{handover.id}"
    await browser.get(home)
    await browser.post(f"{home}/nhan", {})
    await browser.get(home)
    await browser.post(f"{home}/ghi-chu", {"text": "Đã xem giấy, đất bên phường B. Gọi 0900000123."})
    await browser.get(home)
    await browser.post(f"{home}/chuyen", {"unit": "phuong-b"})
    page = await other.get(home)
    assert "đất bên phường B" in page
    assert "0900000123" not in page
    assert (await conversation_of(database, handover)).owner == Owner.OFFICER


@pytest.mark.parametrize(
    ("since", "told"),
    [
        ("2026-11-25T22:00", "Lâu, 150 phút"),  # the night is not counted, the morning is
        ("2026-11-26T09:59", "Mới, 1 phút"),
        ("2026-11-26T09:57", "Sắp lâu, 3 phút"),
    ],
)
async def test_a_night_is_no_waiting_time(
    browser: Browser, database: Database, since: str, told: str
) -> None:
    """Asked at ten in the morning of a Thursday; the office has been open since half past seven."""
    await waiting(database, since=datetime.fromisoformat(f"{since}+07:00"))
    await browser.sign_in("lan", await hire(database, "lan", Role.OFFICER))
    assert told in await browser.get("/console/tro-chuyen")


async def test_a_ward_that_opens_later_is_not_late_yet(database: Database) -> None:
    own = (OfficePeriod(opens=time(9, 57), closes=time(12)),)
    calendar = WorkingCalendar(hours={"phuong-b": own})
    for unit in ("phuong-a", "phuong-b"):
        await waiting(database, unit=unit, words=unit, since=NOW - timedelta(hours=20))
    async with database.reading() as session:
        lines = await inbox.inbox(session, ["phuong-a", "phuong-b"], now=NOW, calendar=calendar)
        found = await inbox.waiting(session, ["phuong-a", "phuong-b"], now=NOW, calendar=calendar)
    assert {line.handover.unit: line.urgency for line in lines} == {"phuong-a": "late", "phuong-b": "soon"}
    assert (found.count, found.late, found.longest) == (2, 1, lines[0].waited)


async def test_who_named_a_ward_waits_there_and_is_promised_an_answer_within_its_hours(
    database: Database,
) -> None:
    own = (OfficePeriod(opens=time(9, 57), closes=time(12)),)
    calendar = WorkingCalendar(hours={"phuong-b": own})
    promised = {}
    for ward in (None, "phuong-b"):
        async with database.writing() as session:
            talk = await repository.add_conversation(session, "webchat", f"k{ward}")
            await repository.save_context(session, talk.id, {"ward": ward}, NOW)
            found = await request_handover(session, conversation_id=talk.id, calendar=calendar, now=NOW)
        promised[found.unit] = f"{found.answer_by.astimezone(LOCAL):%H:%M}"
    assert promised == {None: "11:30", "phuong-b": "12:00"}
