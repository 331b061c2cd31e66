"""A Monday's digest: what must be done first, and never what somebody said this week."""

from datetime import datetime, timedelta

from core.calendar import LOCAL
from dossiers.models import Dossier
from feedback import digest
from feedback.areas import Areas
from feedback.case_models import OpinionCase
from feedback.overview import overview
from feedback.periods import period
from feedback.targets import Targets

NOW = datetime(2026, 11, 30, 8, tzinfo=LOCAL)
WARD = "UBND phường Ví Dụ"


def dossier(number, due_in, closed=False):
    return Dossier(
        code=f"Z99.01-261102-{number:04d}",
        unit=WARD,
        status="returned" if closed else "processing",
        status_at=NOW,
        due_at=NOW + timedelta(days=due_in),
        closed_at=NOW if closed else None,
    )


def case(number, due_in):
    return OpinionCase(
        citizen_key=f"{number}", unit=WARD, reason="low", level=1, words="Lời của một người",
        opened_at=NOW - timedelta(days=3), due_at=NOW + timedelta(days=due_in),
    )  # fmt: skip


async def test_late_things_come_first_and_no_words_are_passed_on(database):
    async with database.writing() as session:
        session.add_all([dossier(1, -2), dossier(2, 3), dossier(3, 30), dossier(4, -9, closed=True)])
        session.add_all([case(1, -1), case(2, 1)])
    async with database.reading() as session:
        seen = await overview(session, period("2026"), targets=Targets(()), areas=Areas({}), now=NOW)
        [found] = await digest.week(session, {WARD, "UBND phường Yên"}, seen, NOW)
    assert (found.late, found.soon, found.cases, found.cases_late) == (1, 1, 2, 1)
    text = digest.as_text([found], NOW)
    assert text.splitlines()[3] == "- 1 ý kiến quá giờ chưa tìm hiểu xong: làm trước tiên."
    assert "Lời của một người" not in text
    assert digest.UnitWeek(WARD, 0, 0, 0, 0, None).lines == [
        "Không có việc gì trễ, không có ý kiến nào đang chờ."
    ]
