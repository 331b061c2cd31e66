"""Who may see a dossier, and what a stranger learns: nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from core.calendar import WorkingCalendar
from core.event_reading import read_events
from dossiers import repository
from dossiers.complaints import RECEIVED, ComplaintStatus, file_complaint
from dossiers.lookup import (
    CODE_REQUESTED,
    CodeAnswer,
    LookupAnswer,
    check_code,
    code_for,
    not_mine,
    request_code,
)
from dossiers.service import accept
from dossiers.status import status_for
from gateway.content_kinds import shipped_complaint_terms
from tests.dossiers.samples import CODE, full_event, read

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
UNKNOWN = "H99.01-261102-9999"


@pytest.fixture
async def known(database):
    async with database.writing() as session:
        await accept(session, read(full_event()), now=NOW)
    return database


async def ask(database, code, conversation="c1", now=NOW):
    async with database.writing() as session:
        return await request_code(session, conversation_id=conversation, dossier_code=code, now=now)


async def type_in(database, code, digits, conversation="c1", now=NOW):
    async with database.writing() as session:
        return await check_code(
            session,
            conversation_id=conversation,
            channel="webchat",
            dossier_code=code,
            typed=digits,
            now=now,
        )


async def sent(database):
    async with database.reading() as session:
        return await read_events(session, after=0, types=[CODE_REQUESTED])


async def the_code(database):
    return code_for((await sent(database))[-1].body["one_time_code_id"])


async def status(database, conversation="c1", code=CODE):
    async with database.reading() as session:
        return await status_for(
            session, conversation_id=conversation, dossier_code=code, now=NOW, calendar=WorkingCalendar()
        )


async def test_the_right_code_opens_the_dossier_for_this_conversation_only(known):
    assert await ask(known, f" {CODE.lower()} ") is LookupAnswer.CODE_ASKED
    assert await status(known) is None
    digits = await the_code(known)
    assert await type_in(known, CODE, f"{digits[:3]} {digits[3:]}") is CodeAnswer.BOUND
    assert (await status(known)).dossier_code == CODE
    assert await status(known, conversation="c2") is None


async def test_a_stranger_gets_the_same_answers_whether_or_not_the_dossier_exists(known):
    real, unknown = [], []
    for code, heard in ((CODE, real), (UNKNOWN, unknown)):
        conversation = f"stranger-{code}"
        heard.append(await ask(known, code, conversation))
        for _ in range(6):
            heard.append(await type_in(known, code, "000000x1", conversation))
        heard.append(await ask(known, code, conversation))
        heard.append(await status(known, conversation, code))
    assert real == unknown


async def test_a_code_goes_out_only_to_the_phone_on_the_dossier(known):
    await ask(known, UNKNOWN)
    assert await sent(known) == []
    await ask(known, CODE)
    (event,) = await sent(known)
    assert set(event.body) == {"one_time_code_id", "dossier_code"}


async def test_a_number_on_many_applicants_dossiers_proves_nothing(database):
    events = [
        full_event(
            number=n,
            dossier_code=f"H99.01-261102-{n:04}",
            applicant={"name": f"Người Mẫu {n}", "phone": "0900000009"},
        )
        for n in range(1, 6)
    ]
    async with database.writing() as session:
        await accept(session, read(events), now=NOW)
    assert await ask(database, "H99.01-261102-0001") is LookupAnswer.CODE_ASKED
    assert await sent(database) == []


async def test_many_dossiers_of_one_applicant_do_not_lock_them_out(database):
    events = [full_event(number=n, dossier_code=f"H99.01-261102-{n:04}") for n in range(1, 9)]
    async with database.writing() as session:
        await accept(session, read(events), now=NOW)
    await ask(database, "H99.01-261102-0001")
    assert len(await sent(database)) == 1


async def test_a_code_ends_after_five_minutes(known):
    await ask(known, CODE)
    digits = await the_code(known)
    assert await type_in(known, CODE, digits, now=NOW + timedelta(minutes=5)) is CodeAnswer.WRONG


async def test_a_code_works_once(known):
    await ask(known, CODE)
    digits = await the_code(known)
    await type_in(known, CODE, digits)
    assert await type_in(known, CODE, digits) is CodeAnswer.WRONG


async def test_a_code_asked_for_in_one_conversation_does_not_work_in_another(known):
    await ask(known, CODE, "c1")
    assert await type_in(known, CODE, await the_code(known), "c2") is CodeAnswer.WRONG


async def test_after_five_wrong_codes_the_conversation_is_locked_for_an_hour(known):
    await ask(known, CODE)
    digits = await the_code(known)
    wrong = "111111" if digits != "111111" else "222222"
    answers = [await type_in(known, CODE, wrong) for _ in range(5)]
    assert answers == [CodeAnswer.WRONG] * 4 + [CodeAnswer.LOCKED]
    assert await type_in(known, CODE, digits) is CodeAnswer.LOCKED
    assert await ask(known, CODE) is LookupAnswer.LOCKED
    later = NOW + timedelta(minutes=61)
    assert await ask(known, CODE, now=later) is LookupAnswer.CODE_ASKED


async def test_five_lookups_an_hour_whatever_is_behind_them(known):
    answers = [await ask(known, UNKNOWN) for _ in range(6)]
    assert answers == [LookupAnswer.CODE_ASKED] * 5 + [LookupAnswer.LOCKED]


async def test_many_conversations_cannot_flood_one_phone(known):
    for n in range(9):
        assert await ask(known, CODE, f"c{n}") is LookupAnswer.CODE_ASKED
    assert len(await sent(known)) == 5


async def test_the_code_stands_nowhere_in_the_database(known):
    await ask(known, CODE)
    digits = await the_code(known)
    async with known.reading() as session:
        row = await repository.latest_code(session, "c1", CODE)
        assert digits not in str(vars(row))


async def test_not_my_dossier_ends_the_news(known):
    await ask(known, CODE)
    await type_in(known, CODE, await the_code(known))
    async with known.writing() as session:
        assert await not_mine(session, conversation_id="c1", dossier_code=CODE, now=NOW)
        assert not await not_mine(session, conversation_id="c1", dossier_code=CODE, now=NOW)
    assert await status(known) is None


async def test_a_complaint_gets_a_receipt_and_a_day_by_which_it_is_answered(database):
    async with database.writing() as session:
        receipt = await file_complaint(
            session,
            terms=shipped_complaint_terms(),
            text="Chờ lâu quá",
            calendar=WorkingCalendar(),
            now=NOW,
            unit="Ủy ban nhân dân phường Mẫu",
            phone="0900000001",
        )
        assert len(receipt.code) == 6
        # A Sunday: received on Monday 23/11; the 24th is a feast; 15 working days after that.
        assert receipt.due_on == date(2026, 12, 15)
        stored = await repository.complaint_by_receipt(session, receipt.code)
        assert (stored.text, stored.status) == ("Chờ lâu quá", ComplaintStatus.RECEIVED)
        (event,) = await read_events(session, after=0, types=[RECEIVED])
    assert "text" not in event.body
