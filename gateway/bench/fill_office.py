"""An office after three years: what its staff's pages look through, in the shape that it has in life.

A province with its wards; nearly all dossiers are closed, some are late; conversations with their turns,
hand-overs, what the assistant could not answer, complaints, opinions to mend, appointments, letters of
apology, tasks, campaigns, and a line in the audit for every dossier. People in it do not exist.
"""

from __future__ import annotations

from collections.abc import Callable

from core.database import Database
from gateway.bench import office_campaigns, office_citizens, office_dossiers, office_staff, office_talk
from gateway.bench.fill import NOTICE_TABLES, fill_notices, filling
from gateway.bench.office import PROVINCE, Office
from gateway.bench.sql_words import Words
from people.models import UnitKind
from people.service import ensure_unit

_TABLES = (
    "dossier", "dossier_deadline", "extension", "staff", "role_assignment", "audit_entry", "conversation",
    "turn", "handover", "conversation_note", "unanswered_group", "unanswered", "held_answer",
    "reviewed_topic", "complaint", "opinion_case", "counter_plan", "appointment", "unit_task",
    "person_request", "campaign", "campaign_recipient",
)  # fmt: skip
_PARTS = (office_dossiers, office_staff, office_citizens, office_campaigns, office_talk)


async def add_units(database: Database, office: Office) -> None:
    async with database.writing() as session:
        await ensure_unit(session, code=PROVINCE, name="Tỉnh Mẫu", kind=UnitKind.PROVINCE)
        for number in range(1, office.wards + 1):
            await ensure_unit(
                session,
                code=office.code(number),
                name=office.name(number),
                kind=UnitKind.WARD,
                parent_code=PROVINCE,
            )


def fill_office(url: str, office: Office, *, tell: Callable[[str], None]) -> None:
    """Units are there already; nothing is due, and nothing is news to a planner."""
    notices = [table for table in NOTICE_TABLES if table != "dossier"]
    with filling(url, [*notices, *_TABLES], tell) as connection:
        fill_notices(connection, notices, messages=office.dossiers, tell=tell)
        words = Words(connection)
        for part in _PARTS:
            for rows in part.rows(words, office):
                tell(f"filling {rows.table}")
                words.fill(rows)
