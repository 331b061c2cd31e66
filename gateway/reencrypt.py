"""Writing everything anew with the key that writes now, while the product runs; may be stopped anywhere.

A row is only changed while it still holds what was read, so nobody's work is overwritten; what was written
with the current key is passed over, so a second run finds only what the first one did not reach.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Column, Table, Text, case, func, literal, select, type_coerce, update

from core.crypto import EncryptedJson, EncryptedText, KeyRing
from core.database import Base, Database

_AT_ONCE = 200
_BREATH_SECONDS = 0.02
"""Between two batches, so that citizens' writes come first."""

Told = Callable[[str, int], None]


def encrypted_columns() -> dict[Table, list[Column[Any]]]:
    """Every column that holds an encrypted value, by table."""
    found: dict[Table, list[Column[Any]]] = {}
    for table in Base.metadata.sorted_tables:
        columns = [one for one in table.columns if isinstance(one.type, EncryptedText | EncryptedJson)]
        if columns:
            found[table] = columns
    return found


async def reencrypt(database: Database, ring: KeyRing, *, told: Told = lambda table, rows: None) -> int:
    """Bring every value to the current key; how many rows were written."""
    whole = 0
    for table, columns in encrypted_columns().items():
        done = 0
        after: Any = None
        while True:
            rows, after = await _batch(database, table, columns, ring, after)
            done += rows
            if after is None:
                break
            told(table.name, done)
            await asyncio.sleep(_BREATH_SECONDS)
        whole += done
    return whole


async def _batch(
    database: Database, table: Table, columns: Sequence[Column[Any]], ring: KeyRing, after: Any
) -> tuple[int, Any]:
    """The next rows behind a primary key: how many were written, and the key to go on from."""
    (key,) = table.primary_key.columns
    query = select(key, *(type_coerce(one, Text) for one in columns)).order_by(key).limit(_AT_ONCE)
    if after is not None:
        query = query.where(key > after)
    async with database.reading() as session:
        rows = (await session.execute(query)).all()
    if not rows:
        return 0, None
    old = [row for row in rows if any(_is_old(ring, value) for value in row[1:])]
    if old:
        async with database.writing() as session:
            for row in old:
                await session.execute(_renewed(table, key, columns, row, ring))
    return len(old), rows[-1][0]


def _is_old(ring: KeyRing, value: str | None) -> bool:
    return bool(value) and not ring.is_current(value or "")


def _renewed(table: Table, key: Column[Any], columns: Sequence[Column[Any]], row: Any, ring: KeyRing) -> Any:
    """The update of one row, which does nothing when somebody has written it meanwhile."""
    changed = {column: value for column, value in zip(columns, row[1:], strict=True) if _is_old(ring, value)}
    still = [type_coerce(column, Text) == value for column, value in changed.items()]
    return (
        update(table)
        .where(key == row[0], *still)
        .values(
            {column: literal(ring.encrypt(ring.decrypt(value)), Text) for column, value in changed.items()}
        )
    )


async def count_by_key(database: Database) -> Counter[str]:
    """How many values were written with each key of the ring."""
    found: Counter[str] = Counter()
    for table, columns in encrypted_columns().items():
        for column in columns:
            text = type_coerce(column, Text)
            name = func.substr(text, 1, _name_length(text))
            query = select(name, func.count()).select_from(table).where(text.is_not(None), text != "")
            async with database.reading() as session:
                for one, count in (await session.execute(query.group_by(name))).all():
                    found[one] += count
    return found


def _name_length(text: Any) -> Any:
    """Where the name of the key ends, in both kinds of database."""
    return case((func.substr(text, 3, 1) == ":", 2), (func.substr(text, 4, 1) == ":", 3), else_=4)
