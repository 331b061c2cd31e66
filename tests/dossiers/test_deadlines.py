"""Who is warned before a date is missed, and that no date moves by itself."""

from __future__ import annotations

from datetime import date, time

import pytest
from docx import Document
from sqlalchemy import select

from core.calendar import LOCAL, WorkingCalendar
from core.calendar_year import OfficePeriod
from core.events import Event
from dossiers import deadline_repository, repository
from dossiers.deadline_models import DeadlineReport, DossierDeadline, Extension
from dossiers.deadline_worker import DeadlineWorker
from dossiers.deadlines import (
    LISTED,
    MISSED,
    MOVED,
    NEAR,
    UNSIGNED,
    DeadlinePolicy,
    NothingToRecount,
    recount,
)
from dossiers.due_list import Cause, due_list
from dossiers.extension import AGAIN
from dossiers.extension_states import ExtensionState
from dossiers.service import accept
from people.audit_models import AuditEntry
from tests.core.test_calendar import CALENDAR, YEARS, at
from tests.dossiers.samples import full_event, read

CODE = "H98.01-261102-0001"
UNIT = "Ủy ban nhân dân phường Mẫu"
POLICY = DeadlinePolicy()


class Office:
    """A database, a clock and the worker of deadlines."""

    def __init__(self, database, folder):
        self.database, self.folder, self.now, self.number = database, folder, at("2026-11-02T08:00"), 0
        self.worker = DeadlineWorker(database, lambda: CALENDAR, data_dir=folder, clock=lambda: self.now)

    async def post(self, kind, when, code=CODE, **data):
        self.now, self.number = at(when), self.number + 1
        event = full_event(
            kind, number=self.number, dossier_code=code, occurred_at=self.now.isoformat(), **data
        )
        async with self.database.writing() as session:
            await accept(session, read(event), now=self.now)
        await self.tick()

    async def at(self, when):
        self.now = at(when)
        await self.tick()

    async def tick(self):
        while await self.worker.tick():
            pass

    async def events(self, kind):
        async with self.database.reading() as session:
            rows = await session.scalars(select(Event).where(Event.type == kind).order_by(Event.position))
            return [row.body for row in rows]

    async def row(self):
        async with self.database.reading() as session:
            return await session.scalar(select(DossierDeadline))

    async def letters(self):
        async with self.database.reading() as session:
            return list(await session.scalars(select(Extension).order_by(Extension.id)))

    async def listed(self, today, **more):
        async with self.database.reading() as session:
            return await due_list(
                session, today=date.fromisoformat(today), calendar=CALENDAR, policy=POLICY, **more
            )

    async def recount(self, when):
        self.now = at(when)
        async with self.database.writing() as session:
            dossier = await repository.dossier_by_code(session, CODE)
            return await recount(
                session, dossier, by="Lê Thị Mẫu", reason="đã nộp bổ sung", calendar=CALENDAR,
                policy=POLICY, now=self.now,
            )  # fmt: skip


@pytest.fixture
def office(database, tmp_path):
    return Office(database, tmp_path)


async def test_two_working_days_before_the_head_is_warned_once_and_a_letter_is_drafted(office):
    await office.post("received", "2026-11-02T08:00")  # due Wednesday 25 November; the 24th is a feast
    await office.at("2026-11-20T07:29")
    assert await office.events(NEAR) == []
    await office.at("2026-11-20T07:30")
    await office.at("2026-11-23T09:00")
    (told,) = await office.events(NEAR)
    (letter,) = await office.letters()
    assert told == {
        "dossier_code": CODE, "unit": UNIT, "officer": "Trần Thị Mẫu", "who_calls": "Trần Thị Mẫu",
        "due_on": "2026-11-25", "days_left": 2, "recount_to": None,
        "extension_id": letter.id, "extension_state": "drafted",
    }  # fmt: skip
    assert (letter.ordinal, letter.old_due_on, letter.drafted_by) == (1, date(2026, 11, 25), "system")


async def test_unsigned_on_the_last_afternoon_is_an_alarm_and_so_is_the_day_after(office):
    await office.post("received", "2026-11-02T08:00")
    await office.at("2026-11-23T09:00")
    await office.at("2026-11-25T14:59")
    assert await office.events(UNSIGNED) == []
    await office.at("2026-11-25T15:00")
    (called,) = await office.events(UNSIGNED)
    assert (called["extension_state"], called["who_calls"]) == ("drafted", "Trần Thị Mẫu")
    assert await office.events(MISSED) == []
    await office.at("2026-11-26T07:30")
    await office.at("2026-11-30T15:00")
    (missed,) = await office.events(MISSED)
    assert (missed["days_late"], missed["due_on"]) == (1, "2026-11-25")
    assert len(await office.events(UNSIGNED)) == 1
    async with office.database.reading() as session:
        kept = list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.at)))
    assert kept == ["extension.draft", "deadline.unsigned", "deadline.missed"]


async def test_a_result_in_time_ends_the_watch_and_the_draft(office):
    await office.post("received", "2026-11-02T08:00")
    await office.at("2026-11-23T09:00")
    await office.post("result_ready", "2026-11-25T14:00")
    await office.at("2026-11-26T09:00")
    assert await office.row() is None
    assert await office.events(MISSED) == []
    (letter,) = await office.letters()
    assert (letter.state, letter.ended_reason) == (ExtensionState.CANCELLED, "hồ sơ đã xong")


async def test_nobody_is_warned_while_the_citizen_is_waited_for(office):
    await office.post("received", "2026-11-02T08:00")
    await office.post("supplement_requested", "2026-11-16T07:30", items=["Giấy mẫu"])
    await office.at("2026-11-30T09:00")
    assert (await office.events(NEAR), await office.events(MISSED)) == ([], [])
    assert await office.listed("2026-11-30") == []


async def test_after_a_wait_the_printed_date_stays_until_somebody_confirms_the_new_one(office):
    await office.post("received", "2026-11-02T08:00")
    await office.post("supplement_requested", "2026-11-16T07:30", items=["Giấy mẫu"])
    await office.post("processing", "2026-11-23T07:30")  # five working days
    row = await office.row()
    assert (row.due_on, row.lawful_at.astimezone(row.lawful_at.tzinfo).date()) == (
        date(2026, 11, 25), date(2026, 12, 2)
    )  # fmt: skip
    (told,) = await office.events(NEAR)
    assert (told["recount_to"], told["extension_id"]) == ("2026-12-02", None)
    (entry,) = await office.listed("2026-11-23")
    assert (entry.cause, entry.recount_to) == (Cause.WAITED, date(2026, 12, 2))

    assert await office.recount("2026-11-23T10:00") == date(2026, 12, 2)
    async with office.database.reading() as session:
        dossier = await repository.dossier_by_code(session, CODE)
        audit = await session.scalar(select(AuditEntry).where(AuditEntry.action == "deadline.recount"))
    assert dossier.due_at == at("2026-11-25T17:00")
    assert dossier.new_due_at == at("2026-12-02T17:00")
    assert dossier.extension_count == 0
    assert (audit.actor, audit.reason) == ("Lê Thị Mẫu", "2026-11-25 → 2026-12-02: đã nộp bổ sung")
    (moved,) = await office.events(MOVED)
    assert (moved["old_due_on"], moved["due_on"]) == ("2026-11-25", "2026-12-02")
    with pytest.raises(NothingToRecount):  # the same wait does not count twice
        await office.recount("2026-11-23T11:00")
    await office.at("2026-11-30T07:30")
    assert [one["due_on"] for one in await office.events(NEAR)] == ["2026-11-25", "2026-12-02"]


async def test_a_second_new_date_raises_an_alarm(office):
    await office.post("received", "2026-11-02T08:00")
    await office.post(
        "delayed", "2026-11-24T10:00", new_due_at="2026-12-02T17:00:00+07:00", reason="đo lại đất"
    )
    assert await office.events(AGAIN) == []
    await office.at("2026-11-30T08:00")
    (alarm,) = await office.events(AGAIN)
    assert (alarm["dossier_code"], alarm["ordinal"]) == (CODE, 2)


async def test_a_new_date_from_the_one_stop_software_ends_our_draft(office):
    await office.post("received", "2026-11-02T08:00")
    await office.at("2026-11-23T08:00")
    await office.post(
        "delayed", "2026-11-23T10:00", new_due_at="2026-12-09T17:00:00+07:00", reason="đo lại đất"
    )
    (letter,) = await office.letters()
    assert (letter.state, letter.ended_reason) == (ExtensionState.CANCELLED, "ngày hẹn đã đổi")
    assert (await office.row()).due_on == date(2026, 12, 9)


async def test_an_archive_read_in_alarms_nobody_but_is_listed(office):
    office.now = at("2026-11-23T09:00")
    event = full_event(
        dossier_code=CODE, received_at="2025-05-05T08:00:00+07:00", due_at="2025-05-20T17:00:00+07:00"
    )
    async with office.database.writing() as session:
        await accept(session, read(event), now=office.now)
    await office.at("2026-11-23T09:00")
    assert (await office.events(NEAR), await office.events(MISSED)) == ([], [])
    (entry,) = await office.listed("2026-11-23")
    assert entry.days_left < -300


async def test_short_procedures_are_warned_half_way_not_at_the_counter(office):
    await office.post(
        "received", "2026-11-23T08:00", received_at="2026-11-23T08:00:00+07:00",
        due_at="2026-11-23T17:00:00+07:00",
    )  # fmt: skip
    assert await office.events(NEAR) == []
    await office.at("2026-11-23T13:45")
    assert len(await office.events(NEAR)) == 1


async def test_the_morning_list_is_made_once_and_names_cause_caller_and_letter(office):
    await office.post("received", "2026-11-02T08:00")
    await office.post("received", "2026-11-02T08:00", code="H98.01-261102-0002", unit="Phường Khác")
    await office.at("2026-11-23T07:29")
    assert await office.events(LISTED) == []
    await office.at("2026-11-23T07:30")
    await office.at("2026-11-23T11:00")
    async with office.database.reading() as session:
        lists = await deadline_repository.reports_of(session, "morning", date(2026, 11, 23))
    assert [(one.unit, one.count) for one in lists] == [("Phường Khác", 1), (UNIT, 1)]
    (facts,) = lists[1].facts
    (first, _) = await office.letters()
    assert facts["cause_words"] == "đã tiếp nhận, chưa chuyển xử lý"
    assert (facts["who_calls"], facts["days_left"]) == ("Trần Thị Mẫu", 1)
    assert facts["extension"] == {"id": first.id, "state": "drafted", "version": 1}
    assert "Nguyễn" not in str(facts)
    kinds = [one["kind"] for one in await office.events(LISTED)]
    assert sorted(kinds) == ["morning", "morning", "weekly", "weekly"]  # a Monday


async def test_the_weekly_reminder_is_a_document_for_a_person_to_send(office):
    await office.post("received", "2026-11-02T08:00")
    await office.at("2026-11-23T08:00")
    async with office.database.reading() as session:
        report = await session.scalar(select(DeadlineReport).where(DeadlineReport.kind == "weekly"))
    assert report.path == "reminders/2026-W48/uy-ban-nhan-dan-phuong-mau.docx"
    document = Document(str(office.folder / report.path))
    cells = [cell.text for row in document.tables[1].rows for cell in row.cells]
    assert CODE in cells
    assert "thứ Tư 25/11/2026" in cells
    assert "còn 1 ngày làm việc" in cells


async def test_no_list_on_a_day_off_and_the_reminder_comes_on_the_first_working_day(office):
    await office.post("received", "2026-08-20T08:00", due_at="2026-09-03T17:00:00+07:00",
                      received_at="2026-08-20T08:00:00+07:00")  # fmt: skip
    await office.at("2026-08-31T09:00")  # a Monday off, and two more days
    assert await office.events(LISTED) == []
    await office.at("2026-09-03T09:00")
    assert sorted(one["kind"] for one in await office.events(LISTED)) == ["morning", "weekly"]


async def test_following_the_log_again_changes_nothing(office):
    await office.post("received", "2026-11-02T08:00")
    await office.at("2026-11-23T08:00")
    before = await office.row()
    await office.post("processing", "2026-11-23T09:00")
    after = await office.row()
    assert (after.due_on, after.made_at, after.warned_for) == (
        before.due_on,
        before.made_at,
        before.warned_for,
    )
    assert len(await office.events(NEAR)) == 1


async def test_a_ward_with_hours_of_its_own_is_warned_and_measured_by_them(database, tmp_path):
    office = Office(database, tmp_path)
    own = WorkingCalendar(YEARS, {UNIT: (OfficePeriod(opens=time(8), closes=time(16, 30)),)})
    office.worker = DeadlineWorker(database, lambda: own, data_dir=tmp_path, clock=lambda: office.now)
    await office.post("received", "2026-11-02T08:00", due_at="2026-11-25T00:00:00+07:00")
    assert (await office.row()).lawful_at.astimezone(LOCAL) == at("2026-11-25T16:30")
    await office.at("2026-11-20T07:45")
    assert await office.events(NEAR) == []
    await office.at("2026-11-20T08:00")
    assert len(await office.events(NEAR)) == 1
