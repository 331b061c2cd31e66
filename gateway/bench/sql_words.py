"""SQL by which a database fills its own tables, in the words of each: rows are numbered, all else follows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from core.crypto import key_ring


@dataclass(frozen=True)
class Rows:
    """``count`` rows numbered from ``first`` on; ``columns``: SQL of each, in which ``i`` is the number."""

    table: str
    count: int
    columns: Mapping[str, str]
    first: int = 0


class Words:
    """Expressions over numbers. What ``sealed`` gives is encrypted once: rows repeat it, and can be read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"
        self._given: dict[str, str] = {}
        self._now = datetime.now(UTC)
        self.no, self.yes = ("0", "1") if self._sqlite else ("false", "true")

    def padded(self, number: str, digits: int, before: str = "") -> str:
        if self._sqlite:
            return f"printf('{before}%0{digits}d', {number})"
        return f"'{before}' || lpad(({number})::text, {digits}, '0')"

    def id(self, number: str = "i") -> str:
        return self.padded(number, 26)

    def hash(self, number: str = "i") -> str:
        """Sixty-four hex digits that do not come in the order of the numbers."""
        # The number is cut short first: a bigint holds no product of two such.
        mixed = f"((({number}) % 2147483648) * 2654435761) % 4294967296"
        if self._sqlite:
            return f"printf('%08x%056x', {mixed}, {number})"
        return f"lpad(to_hex({mixed}), 8, '0') || lpad(to_hex({number}), 56, '0')"

    def moment(self, seconds: str) -> str:
        """So many seconds after now; before, where there are fewer than none."""
        if self._sqlite:
            return f"strftime('%Y-%m-%d %H:%M:%f000', :now + ({seconds}), 'unixepoch')"
        return f"CAST(:now AS timestamptz) + ({seconds}) * interval '1 second'"

    def day(self, days: str) -> str:
        """So many days after today."""
        if self._sqlite:
            return f"date(:now + ({days}) * 86400, 'unixepoch')"
        return f"CAST(CAST(:now AS timestamptz) + ({days}) * interval '1 day' AS date)"

    def one_of(self, number: str, *values: str) -> str:
        """One of some texts by the number."""
        cases = " ".join(f"WHEN {at} THEN '{value}'" for at, value in enumerate(values))
        return f"CASE ({number}) % {len(values)} {cases} END"

    def sealed(self, value: Any) -> str:
        """A text, or what JSON is made of, as encrypted columns hold it."""
        clear = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        name = f"sealed_{len(self._given)}"
        self._given[name] = key_ring().encrypt(clear)
        return f"CAST(:{name} AS text)"

    def fill(self, rows: Rows) -> None:
        if rows.count < 1:
            return
        numbers = (
            "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
            if self._sqlite
            else "WITH n(i) AS (SELECT generate_series(CAST(:first AS bigint), CAST(:last AS bigint)))"
        )
        statement = (
            f"INSERT INTO {rows.table} ({', '.join(f'{chr(34)}{name}{chr(34)}' for name in rows.columns)}) "
            f"{numbers} SELECT {', '.join(rows.columns.values())} FROM n"
        )
        now = self._now.timestamp() if self._sqlite else self._now
        given = {"first": rows.first, "last": rows.first + rows.count - 1, "now": now, **self._given}
        self._connection.execute(
            text(statement), {name: value for name, value in given.items() if f":{name}" in statement}
        )
        self._connection.commit()
