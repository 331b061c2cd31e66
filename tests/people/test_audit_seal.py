"""Whoever changes the audit behind its back is found out, whatever they do to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, text, update

from core.database import Database
from people import audit_seal
from people.audit_models import AuditEntry, AuditSeal

NOON = datetime(2026, 11, 26, 5, tzinfo=UTC)
SEALED = NOON + timedelta(hours=3, minutes=5)


async def looked(database: Database, subject: str, at: datetime) -> None:
    async with database.writing() as session:
        session.add(AuditEntry(actor="canbo", action="dossier.look", subject=subject, reason="việc", at=at))


@pytest.fixture
async def sealed(sqlite: Database) -> Database:
    """Two hours of looks, each sealed; whoever owns the database has taken its refusal away."""
    for hour in range(2):
        for number in range(3):
            await looked(sqlite, f"H99-{hour}{number}", NOON + timedelta(hours=hour, minutes=number))
        assert await audit_seal.seal(sqlite, NOON + timedelta(hours=hour + 2, minutes=5)) == 1
    async with sqlite.writing() as session:
        for what in ("UPDATE", "DELETE"):
            await session.execute(text(f"DROP TRIGGER audit_entry_{what}"))
    return sqlite


async def breaks(database: Database, now: datetime = SEALED) -> list[str]:
    async with database.reading() as session:
        return [one.fault.value for one in (await audit_seal.check(session, now)).breaks]


async def test_what_nobody_touched_fits(sealed: Database) -> None:
    async with sealed.reading() as session:
        found = await audit_seal.check(session, SEALED)
    assert found == audit_seal.SealCheck(seals=2, entries=6, breaks=())


async def test_what_is_too_fresh_is_left_for_the_next_seal(sqlite: Database) -> None:
    await looked(sqlite, "H99", NOON + timedelta(minutes=50))
    assert await audit_seal.seal(sqlite, NOON + timedelta(minutes=59)) == 0
    assert await audit_seal.seal(sqlite, NOON + timedelta(hours=2)) == 1
    assert await audit_seal.seal(sqlite, NOON + timedelta(hours=2)) == 0
    assert await breaks(sqlite) == []


async def test_years_that_nobody_sealed_are_sealed_a_day_at_a_time(sqlite: Database) -> None:
    for day in (9, 5, 0):
        await looked(sqlite, "H99", NOON - timedelta(days=day))
    assert await audit_seal.seal(sqlite, NOON + timedelta(hours=2)) == 10
    async with sqlite.reading() as session:
        assert await audit_seal.check(session, SEALED) == audit_seal.SealCheck(seals=10, entries=3, breaks=())


_TAMPERED = {
    "reason": (
        update(AuditEntry).where(AuditEntry.subject == "H99-01").values(reason="khác"),
        "line_changed",
    ),
    "gone": (delete(AuditEntry).where(AuditEntry.subject == "H99-11"), "lines_differ"),
    "added": (
        insert(AuditEntry).values(
            id="x", actor="a", action="b", subject="c", at=NOON + timedelta(minutes=30)
        ),
        "lines_differ",
    ),
    "added before the beginning": (
        insert(AuditEntry).values(id="x", actor="a", action="b", subject="c", at=NOON - timedelta(days=30)),
        "lines_differ",
    ),
    "moved": (
        update(AuditEntry).where(AuditEntry.subject == "H99-01").values(at=NOON + timedelta(days=9)),
        "lines_differ",
    ),
    "seal counts less": (update(AuditSeal).values(count=2), "seal_changed"),
    "first seal gone": (
        delete(AuditSeal).where(AuditSeal.until == NOON + timedelta(hours=1)),
        "seal_missing",
    ),
}


@pytest.mark.parametrize("how", _TAMPERED)
async def test_whatever_is_changed_shows_and_is_called_by_its_name(sealed: Database, how: str) -> None:
    statement, called = _TAMPERED[how]
    async with sealed.writing() as session:
        await session.execute(statement)
    assert (await breaks(sealed))[0] == called


async def test_a_seal_between_others_that_is_gone_is_missed(sealed: Database) -> None:
    await looked(sealed, "H99-20", NOON + timedelta(hours=2))
    assert await audit_seal.seal(sealed, SEALED + timedelta(hours=1)) == 1
    async with sealed.writing() as session:
        await session.execute(delete(AuditSeal).where(AuditSeal.until == NOON + timedelta(hours=2)))
    assert await breaks(sealed, SEALED + timedelta(hours=1)) == ["seal_missing"]


async def test_the_newest_seals_taken_off_show_until_the_lines_are_sealed_anew(sealed: Database) -> None:
    async with sealed.writing() as session:
        await session.execute(delete(AuditSeal).where(AuditSeal.until == NOON + timedelta(hours=2)))
    later = NOON + timedelta(hours=4, minutes=30)
    assert await breaks(sealed, later) == ["unsealed"]
    await audit_seal.seal(sealed, later)
    assert await breaks(sealed, later) == []


async def test_both_databases_count_alike(postgresql: Database, sqlite: Database) -> None:
    for one in (postgresql, sqlite):
        async with one.writing() as session:
            session.add(AuditEntry(id="a", actor="canbo", action="look", subject="H99", at=NOON))
        await audit_seal.seal(one, NOON + timedelta(hours=3))
        assert await breaks(one) == []
    async with postgresql.reading() as here, sqlite.reading() as there:
        until = NOON + timedelta(hours=2)
        assert (await here.get_one(AuditSeal, until)).seal == (await there.get_one(AuditSeal, until)).seal
