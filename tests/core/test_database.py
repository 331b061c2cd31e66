"""Connections to PostgreSQL: what is noticed of a server that went away, and what a question costs."""

from __future__ import annotations

from sqlalchemy import text

from core import database
from core.database import Database


async def scalar(session, statement, **given):
    return await session.scalar(text(statement), given)


async def test_a_connection_that_was_cut_while_it_rested_is_replaced_unseen(postgresql, monkeypatch):
    monkeypatch.setattr(database, "_RESTED_SECONDS", 0.0)
    async with postgresql.reading() as session:
        before = await scalar(session, "SELECT pg_backend_pid()")
    other = Database(postgresql.url)
    async with other.reading() as session:
        assert await scalar(session, "SELECT pg_terminate_backend(:pid, 5000)", pid=before)
    await other.dispose()
    async with postgresql.reading() as session:
        assert await scalar(session, "SELECT pg_backend_pid()") != before


async def test_a_question_opens_no_transaction(postgresql):
    async with postgresql.asking() as session:
        first, second = [await scalar(session, "SELECT transaction_timestamp()") for _ in range(2)]
    assert first < second
    async with postgresql.reading() as session:  # the same connection afterwards
        first, second = [await scalar(session, "SELECT transaction_timestamp()") for _ in range(2)]
    assert first == second
