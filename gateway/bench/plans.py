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
    url: str, heard: Heard, *, small: bool = False, growing: Collection[str] = GROWING
) -> dict[str, str]:
    """By statement, what of its plan reads a whole table that grows.

    ``small``: the tables hold so little that PostgreSQL would rightly read them whole; it is asked to do so
    only where there is no other way.
    """
    engine = create_engine(url.replace("+aiosqlite", ""))
    found = {}
    try:
        with engine.connect() as connection:
            few = _partial_indexes(connection)
            if small and engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET enable_seqscan = off")
            for statement, parameters in heard.statements.items():
                if why := _why(connection, statement, parameters, few, growing):
                    found[statement] = why
    finally:
        engine.dispose()
    return found


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
    connection: Connection, statement: str, parameters: Any, few: set[str], growing: Collection[str]
) -> str | None:
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(parameters)).all()
        for row in rows:
            read = _SCAN.match(row.detail)
            if read is not None and read[1] in growing and read[2] not in few:
                return str(row.detail)
        return None
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    for node in _nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]):
        if node["Node Type"] == "Seq Scan" and node.get("Relation Name") in growing:
            return f"Seq Scan {node['Relation Name']}"
        whole = node["Node Type"] in ("Index Scan", "Index Only Scan") and "Index Cond" not in node
        if whole and node.get("Relation Name") in growing and node["Index Name"] not in few:
            return f"{node['Node Type']} {node['Index Name']}"
    return None


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)
