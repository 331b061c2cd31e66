"""``column IN (values)`` as each database likes it: PostgreSQL gets one array, whatever the number of values.

With a placeholder for each value, every number of values would be another statement there. Driver and server
take each apart anew, and for a hundred values the driver alone needs more than a millisecond.

What is asked many times a second is built once, with the name of a parameter in place of the values
(``among_given``): to build such a statement costs more than to send it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, ColumnElement, FromClause, String, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement


def among(column: InstrumentedAttribute[Any], values: Iterable[str]) -> ColumnElement[bool]:
    """Whether a text column holds one of these values; never, when there are none."""
    wanted = list(values)
    return _Among(
        column,
        bindparam(None, wanted, type_=ARRAY(String()), unique=True),
        bindparam(None, wanted, type_=String(), expanding=True, unique=True),
    )


def among_given(column: InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    """``among`` for a statement that is kept: values are given by this name, as a list, when it is run."""
    return _Among(
        column, bindparam(name, type_=ARRAY(String())), bindparam(name, type_=String(), expanding=True)
    )


class _Among(FunctionElement[bool]):
    """Column, the values as an array, the values as a list: of the last two each database is given one."""

    name = "among"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> _Among:
        """Not made a comparison with 1 on SQLite, which would then use no index."""
        return self


@compiles(_Among)
def _as_list(element: _Among, compiler: SQLCompiler, **more: Any) -> str:
    column, _, values = element.clauses
    return compiler.process(column.in_(values), **more)


@compiles(_Among, "postgresql")
def _as_array(element: _Among, compiler: SQLCompiler, **more: Any) -> str:
    column, values, _ = element.clauses
    return f"{compiler.process(column, **more)} = ANY ({compiler.process(values, **more)})"


def listed(name: str, *, arrays: bool) -> tuple[FromClause, ColumnElement[str]]:
    """Values as a table beside others in a kept statement, in no order, and its one column. They are given by
    this name, as ``as_listed`` makes them; ``arrays``: see there.
    """
    if arrays:
        rows = func.unnest(bindparam(name, type_=ARRAY(String()))).table_valued("value").render_derived(name)
    else:
        rows = func.json_each(bindparam(name, type_=String())).table_valued("value", name=name)
    return rows, rows.c.value


def has_arrays(session: AsyncSession) -> bool:
    """Whether a list of values is given to this database as an array; else it is given as JSON."""
    return session.get_bind().dialect.name == "postgresql"


def as_listed(values: Iterable[str], *, arrays: bool) -> list[str] | str:
    wanted = sorted(values)
    return wanted if arrays else json.dumps(wanted)
