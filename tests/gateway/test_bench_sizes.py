"""Sizes are those of the database itself: rows with their indexes, and what a dossier makes of them."""

from __future__ import annotations

from core.database import Database
from gateway.bench.dispatch import fill
from gateway.bench.sizes import TABLES, figures, rows_and_bytes


async def test_rows_are_counted_with_their_indexes(database: Database) -> None:
    before = rows_and_bytes(database.url)
    await fill(database, range(200))
    after = rows_and_bytes(database.url)
    assert {table: rows for table, (rows, _) in after.items() if rows} == {
        "event": 200, "dossier": 200, "dossier_step": 200,
    }  # fmt: skip
    for table in ("event", "dossier", "dossier_step"):
        grown = after[table][1] - before[table][1]
        assert 200 * 200 < grown < 200 * 5_000, f"{table}: {grown} bytes"
    assert after["message"] == before["message"]


def test_a_dossier_is_six_steps_and_six_notices_with_all_that_is_written_about_them() -> None:
    found = dict.fromkeys(TABLES, (100, 100_000)) | {"ledger_entry": (400, 200_000)}
    told = figures(found)
    assert (told["event_bytes"], told["ledger_entry_bytes"]) == (1_000, 500)
    assert told["ledger_lines_a_message"] == 4
    # Dossier and head of its ledger; event and step; message, attempt, receipt and four lines.
    assert told["dossier_of_six_steps_kb"] == 2 + 6 * (2 + 3 + 4 * 0.5)
