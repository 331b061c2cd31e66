"""Statements that read a whole table which grows for years: found by asking the database for its plans."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

GROWING = frozenset(
    {"dossier", "dossier_step", "event", "message", "attempt", "receipt", "ledger_entry", "ledger_head"}
)
OFFICE = GROWING | {
    "appointment", "audit_entry", "campaign_recipient", "complaint", "content_version", "conversation",
    "conversation_note", "dossier_deadline", "extension", "handover", "held_answer", "opinion_case",
    "person_request", "staff_session", "survey_answer", "survey_invitation", "turn", "turn_try",
    "unanswered", "unanswered_group", "unit_task",
}  # fmt: skip
"""What grows in an office besides."""
_SCAN = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")


@dataclass
class Heard:
    """Statements with the parameters that they were first seen with."""

    statements: dict[str, Any] = field(default_factory=dict)


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear every statement of this process."""
    heard = Heard()

    def hear(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, executemany: bool
    ) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            heard.statements.setdefault(statement, parameters[0] if executemany else parameters)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def whole_tables(
    url: str,
    heard: Heard,
    *,
    small: bool = False,
    growing: Collection[str] = GROWING,
    walked: bool = False,
) -> dict[str, str]:
    """By statement, what of its plan reads a whole table that grows.

    ``small``: the tables hold so little that a database rightly reads them whole. SQLite is made to forget
    how little, PostgreSQL is told that every row costs much, and to read a table whole only where there is
    no other way; it wants counted tables (``ANALYZE``), and more than a row or two in each. ``walked``: a
    list may follow an index in its order until it has as many rows as it shows.
    """
    engine = create_engine(url.replace("+aiosqlite", ""))
    found = {}
    try:
        with engine.connect() as connection:
            few = _partial_indexes(connection)
            if small:
                _as_if_large(connection)
            for statement, parameters in heard.statements.items():
                if why := _why(connection, statement, parameters, few, growing, walked=walked):
                    found[statement] = why
    finally:
        engine.dispose()
    return found


def _as_if_large(connection: Connection) -> None:
    """For this connection alone."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET enable_seqscan = off")
        # Else a handful of rows is as soon read whole by some index as looked up by the right one.
        connection.exec_driver_sql("SET cpu_tuple_cost = 100")
    else:
        connection.exec_driver_sql("ANALYZE sqlite_schema")  # makes the tables of what was counted
        connection.exec_driver_sql("DELETE FROM sqlite_stat1")
        connection.exec_driver_sql("ANALYZE sqlite_schema")  # and has them read again


def _partial_indexes(connection: Connection) -> set[str]:
    """Indexes over the few rows that are still to be worked on: to read one of these whole is meant."""
    name = connection.dialect.name
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
        if name == "sqlite"
        else "SELECT relname FROM pg_class JOIN pg_index ON indexrelid = oid WHERE indpred IS NOT NULL"
    )
    return set(connection.exec_driver_sql(query.replace("%", "%%") if name != "sqlite" else query).scalars())


def _why(
    connection: Connection,
    statement: str,
    parameters: Any,
    few: set[str],
    growing: Collection[str],
    *,
    walked: bool,
) -> str | None:
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(parameters)).all()
        ends = walked and "LIMIT" in statement and not any("TEMP B-TREE" in row.detail for row in rows)
        for row in rows:
            read = _SCAN.match(row.detail)
            if read is None or read[1] not in growing or read[2] in few:
                continue
            if not (ends and read[2]):
                return str(row.detail)
        return None
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    whole = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    for node, ends in _nodes(whole, ends=False):
        if node.get("Relation Name") not in growing:
            continue
        if node["Node Type"] == "Seq Scan":
            return f"Seq Scan {node['Relation Name']}"
        by_index = node["Node Type"] in ("Index Scan", "Index Only Scan") and "Index Cond" not in node
        if by_index and node["Index Name"] not in few and not (walked and ends):
            return f"{node['Node Type']} {node['Index Name']}"
    return None


_GATHERS = frozenset({"Sort", "Incremental Sort", "Aggregate", "Hash", "Materialize", "Group", "Unique"})
"""Nodes that read all that is below them before they give anything."""


def _nodes(plan: dict[str, Any], *, ends: bool) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every node, and whether what is above it stops it after some rows."""
    yield plan, ends
    ends = plan["Node Type"] == "Limit" or (ends and plan["Node Type"] not in _GATHERS)
    for child in plan.get("Plans", ()):
        yield from _nodes(child, ends=ends)
