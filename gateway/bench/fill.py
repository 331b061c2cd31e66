"""Tables as they are after years: filled by the database itself, in a few minutes.

Rows are of the lengths that real ones have; nothing in them can be read, and nothing of them is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, create_engine, text

from core.database import Base
from gateway.bench.world import World
from notifications.planner import CONSUMER

_EACH = 5
"""Messages of a dossier."""
NOTICE_TABLES = (
    "dossier", "event", "dossier_step", "message", "attempt", "receipt", "ledger_entry", "ledger_head",
)  # fmt: skip


def fill_tables(made: World, *, messages: int, tell: Callable[[str], None]) -> None:
    """``messages`` that were sent and arrived within the last three years, and a fifth as many dossiers."""
    with filling(made.url, NOTICE_TABLES, tell) as connection:
        fill_notices(connection, NOTICE_TABLES, messages=messages, tell=tell)


def fill_notices(
    connection: Connection, tables: Sequence[str], *, messages: int, tell: Callable[[str], None]
) -> None:
    """Of ``NOTICE_TABLES``; no planner takes what they tell for news."""
    for table in tables:
        tell(f"filling {table}")
        count = messages if table not in ("dossier", "ledger_head") else messages // _EACH
        # The number of the dossier, whatever the row is of.
        dossier = "i" if count < messages else f"i / {_EACH}"
        insert_series(connection, table, _COLUMNS[table], count, timedelta(days=3 * 365), dossier)
    connection.exec_driver_sql("DELETE FROM event_consumer")
    connection.execute(
        text("INSERT INTO event_consumer (name, position) SELECT :name, max(position) FROM event"),
        {"name": CONSUMER},
    )


@contextmanager
def filling(url: str, tables: Sequence[str], tell: Callable[[str], None]) -> Iterator[Connection]:
    """A connection that fills tables fast: without their indexes, and without waiting for the disk."""
    engine = create_engine(url.replace("+aiosqlite", ""))
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # A crash would only cost this filling.
            for pragma in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-1000000"):
                connection.exec_driver_sql(f"PRAGMA {pragma}")
        else:
            for setting in ("synchronous_commit TO off", "session_replication_role TO replica",
                            "maintenance_work_mem TO '400MB'"):  # fmt: skip
                connection.exec_driver_sql(f"SET {setting}")
        connection.commit()
        indexes = [index for table in tables for index in Base.metadata.tables[table].indexes]
        for index in indexes:
            index.drop(connection)
        yield connection
        connection.commit()
        for index in indexes:
            tell(f"index {index.name}")
            index.create(connection)
            connection.commit()
        tell("what the tables hold is counted")
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
        _settle(engine, connection)
    engine.dispose()


def _settle(engine: Engine, connection: Connection) -> None:
    if engine.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA synchronous=FULL")
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    else:
        raw = connection.execution_options(isolation_level="AUTOCOMMIT")
        raw.exec_driver_sql("VACUUM (ANALYZE)")
        raw.exec_driver_sql("CHECKPOINT")


def insert_series(
    connection: Connection,
    table: str,
    columns: Mapping[str, str],
    count: int,
    since: timedelta,
    dossier: str = "i",
) -> None:
    """``count`` rows whose moments (``{when}``) run from so long ago until now; ``columns`` in the words of
    ``_in_sql``.
    """
    sqlite = connection.dialect.name == "sqlite"
    series = (
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last) "
        if sqlite
        else "WITH n(i) AS (SELECT generate_series(0, :last)) "
    )
    values = {name: _in_sql(value, dossier, sqlite=sqlite) for name, value in columns.items()}
    statement = (
        f"INSERT INTO {table} ({', '.join(values)}) {series if not sqlite else ''}"
        f"{series if sqlite else ''}SELECT {', '.join(values.values())} FROM n"
    )
    now = datetime.now(UTC)
    given = {"last": count - 1, "first": now - since, "span": since.total_seconds() / count}
    wanted = {name: value for name, value in given.items() if f":{name}" in statement}
    if sqlite:
        wanted |= {name: value.timestamp() for name, value in wanted.items() if isinstance(value, datetime)}
    connection.execute(text(statement), wanted)
    connection.commit()


_LOCAL = "(CAST(:first AS timestamptz) + i * :span * interval '1 second') AT TIME ZONE 'Asia/Ho_Chi_Minh'"


def _in_sql(value: str, dossier: str, *, sqlite: bool) -> str:
    """``{id}``, ``{code}``, ``{hash}``, ``{when}`` and the like in the words of each database."""
    if sqlite:
        words = {
            "id": "printf('%026d', i)",
            "dossier_id": f"printf('%026d', {dossier})",
            "code": f"printf('H98.02-200101-%08d', {dossier})",
            "person": f"printf('%08x%056x', ({dossier} * 2654435761) % 4294967296, {dossier})",
            "spread": "printf('%08x%056x', (i * 2654435761) % 4294967296, i)",
            "short": "printf('%08x', (i * 2654435761) % 4294967296)",
            "when": "strftime('%Y-%m-%d %H:%M:%f000', :first + i * :span, 'unixepoch')",
            "no": "0",
            "yes": "1",
            "chance": "((i * 2654435761) % 4294967296 / 4096)",
            "key": "printf('%08x%024x', (i * 2654435761) % 4294967296, i)",
            "month": "strftime('%Y-%m', :first + i * :span + 25200, 'unixepoch')",
            "day": "CAST(strftime('%d', :first + i * :span + 25200, 'unixepoch') AS INTEGER)",
        }
    else:
        words = {
            "id": "lpad(i::text, 26, '0')",
            "dossier_id": f"lpad(({dossier})::text, 26, '0')",
            "code": f"'H98.02-200101-' || lpad(({dossier})::text, 8, '0')",
            "person": f"lpad(to_hex((({dossier})::bigint * 2654435761) % 4294967296), 8, '0') || "
            f"lpad(to_hex({dossier}), 56, '0')",
            "spread": "lpad(to_hex((i::bigint * 2654435761) % 4294967296), 8, '0') || "
            "lpad(to_hex(i), 56, '0')",
            "short": "lpad(to_hex((i::bigint * 2654435761) % 4294967296), 8, '0')",
            "when": "CAST(:first AS timestamptz) + i * :span * interval '1 second'",
            "no": "false",
            "yes": "true",
            "chance": "((i::bigint * 2654435761) % 4294967296 / 4096)",
            "key": "lpad(to_hex((i::bigint * 2654435761) % 4294967296), 8, '0') || lpad(to_hex(i), 24, '0')",
            "month": f"to_char({_LOCAL}, 'YYYY-MM')",
            "day": f"CAST(to_char({_LOCAL}, 'DD') AS integer)",
        }
    return value.format(number=f"i % {_EACH} + 1", **words)


def _text(length: int) -> str:
    return "'k1:" + "x" * (length - 3) + "'"


_COLUMNS: dict[str, dict[str, str]] = {
    "dossier": {
        "id": "{id}", "code": "{code}", "procedure_code": "'9.000001'",
        "procedure_name": "'Thủ tục mẫu đo tốc độ'", "field": "'Lĩnh vực mẫu'",
        "unit": "'Ủy ban nhân dân phường Mẫu'", "officer": "'Trần Thị Mẫu'", "channel": "'counter'",
        "applicant_name": _text(80), "phone": _text(60), "phone_hash": "{person}",
        "received_at": "{when}", "due_at": "{when}", "extension_count": "0", "supplement_count": "0",
        "status": "'returned'", "status_at": "{when}", "closed_at": "{when}", "sample": "{no}",
        "sensitive": "{no}", "created_at": "{when}", "updated_at": "{when}",
    },
    "event": {
        "id": "{id}", "type": "'vn.motcua.dossier.received'", "source": "'https://example.com/years'",
        "external_id": "{spread}", "subject": "{code}", "body": _text(480), "digest": "{spread}",
        "correlation_id": "{id}", "occurred_at": "{when}", "recorded_at": "{when}",
    },
    "dossier_step": {
        "event_id": "{id}", "dossier_code": "{code}", "dossier_id": "{dossier_id}",
        "type": "'vn.motcua.dossier.received'", "occurred_at": "{when}", "recorded_at": "{when}",
        "overtaken": "{no}",
    },
    "message": {
        "id": "{id}", "event_id": "{id}", "event_type": "'vn.motcua.dossier.received'",
        "dossier_code": "{code}", "purpose": "'status'", "recipient_hash": "{person}",
        "recipient_shown": "'…001'", "phone": _text(60), "rungs": "'[]'", "rung": "0", "channel": "'sms'",
        "provider": "'stub'", "wordings": _text(1260), "template_id": "'received/sms'",
        "template_version": "1", "text_hash": "{spread}", "cost": "700", "any_hour": "{no}",
        "verification_code": "{short}", "lane": "1", "status": "'delivered'", "maybe_second_copy": "{no}",
        "attempts": "1", "correlation_id": "{id}", "occurred_at": "{when}", "created_at": "{when}",
        "settled_at": "{when}",
    },
    "attempt": {
        "id": "{id}", "message_id": "{id}", "number": "1", "rung": "0", "channel": "'sms'",
        "provider": "'stub'", "reference": "{id} || '0'", "template_id": "'received/sms'",
        "template_version": "1", "started_at": "{when}", "finished_at": "{when}", "outcome": "'accepted'",
        "provider_message_id": "'s-' || {id}",
    },
    "receipt": {
        "id": "{id}", "message_id": "{id}", "attempt_id": "{id}", "provider": "'stub'",
        "external_id": "'s-' || {id} || ':5:1:0'", "reference": "{id} || '0'",
        "provider_message_id": "'s-' || {id}", "status": "'delivered'", "confidence": "'network'",
        "moved": "{no}", "occurred_at": "{when}", "recorded_at": "{when}",
    },
    "ledger_entry": {
        "id": "{id}", "chain": "{code}", "number": "{number}", "message_id": "{id}", "kind": "'planned'",
        "at": "{when}", "facts": "'{{}}'", "prev_hash": "{spread}", "hash": "{spread}",
    },
    "ledger_head": {
        "chain": "{code}", "count": str(_EACH), "hash": "{person}", "seal": "{person}",
        "updated_at": "{when}",
    },
}  # fmt: skip
