"""Changing many rows in a migration without stopping anybody: little by little, each bit committed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

_AT_ONCE = 1000
_BREATH_SECONDS = 0.01
"""Between two bits, so that whoever waits to write goes first."""


def rewrite(
    table: sa.TableClause,
    key: sa.ColumnClause[Any],
    read: tuple[sa.ColumnClause[Any], ...],
    change: Callable[..., dict[str, Any] | None],
    *,
    source: sa.FromClause | None = None,
    where: sa.ColumnElement[bool] | None = None,
    at_once: int = _AT_ONCE,
) -> int:
    """New values of ``table`` for what stands in ``read``; how many rows were written.

    ``change`` gets the values of ``read`` and says what to set, or None. A row is read a moment before it
    is written, so only columns that nobody else writes may be set. May be stopped and begun again: ``change``
    says None for what is done.
    """
    done, after = 0, None
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        begin = "BEGIN IMMEDIATE" if connection.dialect.name == "sqlite" else "BEGIN"
        while True:
            query = sa.select(key, *read).select_from(source if source is not None else table)
            if where is not None:
                query = query.where(where)
            if after is not None:
                query = query.where(key > after)
            rows = connection.execute(query.order_by(key).limit(at_once)).all()
            if not rows:
                return done
            after = rows[-1][0]
            changed = [(row[0], found) for row in rows if (found := change(*row[1:]))]
            if changed:
                _write(connection, table, key, changed, begin)
                done += len(changed)
                time.sleep(_BREATH_SECONDS)


def _write(
    connection: sa.Connection,
    table: sa.TableClause,
    key: sa.ColumnClause[Any],
    changed: list[tuple[Any, dict[str, Any]]],
    begin: str,
) -> None:
    statement = (
        sa.update(table)
        .where(key == sa.bindparam("the_key"))
        .values({name: sa.bindparam(f"new_{name}") for name in changed[0][1]})
    )
    rows = [
        {"the_key": which, **{f"new_{name}": value for name, value in values.items()}}
        for which, values in changed
    ]
    connection.exec_driver_sql(begin)
    try:
        connection.execute(statement, rows)
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")
