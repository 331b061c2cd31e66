"""What a citizen is told about a dossier of theirs."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from core.calendar import WorkingCalendar
from dossiers import repository
from dossiers.service import accept
from dossiers.status import told_steps
from dossiers.status_text import STATE_WORDS, facts_of, status_lines
from dossiers.vocabularies import DossierStatus
from tests.dossiers.samples import CODE, cloud_event, full_event, read

NOW = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)


async def facts(database, events, today):
    async with database.writing() as session:
        await accept(session, read(events), now=NOW)
        dossier = await repository.dossier_by_code(session, CODE)
        steps = await told_steps(session, dossier)
    return facts_of(dossier, steps, today=today, calendar=WorkingCalendar())


def test_every_state_has_words():
    assert set(STATE_WORDS) == set(DossierStatus)


async def test_work_in_progress_says_state_and_date(database):
    found = await facts(database, [full_event(), cloud_event("processing", number=2)], date(2026, 11, 20))
    lines = status_lines(found, today=date(2026, 11, 20))
    assert lines[0] == f"Hồ sơ {CODE} đang được xử lý, từ thứ Hai 02/11/2026."
    assert "Hẹn trả kết quả: thứ Tư 25/11/2026" in lines
    assert found.overdue_days == 0


async def test_an_announced_delay_comes_with_apology_reason_new_date_and_letter(database):
    delayed = cloud_event(
        "delayed",
        number=3,
        reason="Chưa có kết quả đo đạc",
        new_due_at="2026-12-02T17:00:00+07:00",
        notice_number="12/VB-UBND",
    )
    found = await facts(database, [full_event(), delayed], date(2026, 11, 24))
    lines = status_lines(found, today=date(2026, 11, 24))
    assert lines[:4] == [
        f"Hồ sơ {CODE} sẽ không xong đúng hẹn thứ Tư 25/11/2026. Ủy ban nhân dân phường Mẫu xin lỗi ông/bà.",
        "Lý do: Chưa có kết quả đo đạc",
        "Ngày hẹn mới: thứ Tư 02/12/2026",
        "Văn bản xin lỗi số 12/VB-UBND",
    ]


async def test_a_date_that_passed_in_silence_is_admitted_and_no_reason_is_made_up(database):
    found = await facts(database, [full_event()], date(2026, 11, 30))
    assert found.overdue_days == 3
    lines = status_lines(found, today=date(2026, 11, 30))
    assert "đã quá ngày hẹn thứ Tư 25/11/2026" in lines[0]
    assert "xin lỗi" in lines[0]
    assert not any(line.startswith(("Lý do", "Ngày hẹn mới")) for line in lines)


async def test_waiting_for_the_citizen_is_no_delay_of_the_office(database):
    asked = cloud_event("supplement_requested", number=2, items=["Giấy chứng sinh", "Căn cước"])
    found = await facts(database, [full_event(), asked], date(2026, 11, 30))
    assert (found.overdue_days, found.delay) == (0, None)
    assert "Cần bổ sung: Giấy chứng sinh; Căn cước" in status_lines(found, today=date(2026, 11, 30))


async def test_fees_are_listed_with_their_total(database):
    due = cloud_event(
        "fee_due", number=2, fees=[{"name": "Lệ phí", "amount": 25000}, {"name": "Phí", "amount": 150000}]
    )
    found = await facts(database, [full_event(), due], date(2026, 11, 10))
    lines = status_lines(found, today=date(2026, 11, 10))
    assert lines[-3:] == ["Lệ phí: 25.000 đồng", "Phí: 150.000 đồng", "Tổng cộng: 175.000 đồng"]


@pytest.mark.parametrize("kind", ["result_ready", "returned", "posted", "withdrawn"])
async def test_a_finished_dossier_is_never_called_late(database, kind):
    found = await facts(database, [full_event(), cloud_event(kind, number=2)], date(2027, 1, 5))
    assert found.delay is None
