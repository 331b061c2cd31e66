"""What was done stays as it was written, whoever asks for something else."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from core.database import Database
from people.repository import add_audit


async def test_nobody_rewrites_the_audit_not_even_with_sql(database: Database) -> None:
    async with database.writing() as session:
        await add_audit(session, actor="canbo", action="dossier.read", subject="dossier:X", reason="thật")
    for statement in ("UPDATE audit_entry SET reason = 'khác'", "DELETE FROM audit_entry"):
        with pytest.raises(DatabaseError, match="only ever added"):
            async with database.writing() as session:
                await session.execute(text(statement))
