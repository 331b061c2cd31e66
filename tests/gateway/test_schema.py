"""The migrations make exactly the tables that the code declares, and can be undone."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect, text

from core.crypto import key_ring, keyed_hash
from core.database import Base
from core.inbox import delivery_hash
from feedback.case_models import caller_hash
from gateway import tables
from gateway.schema import alembic_config, upgrade


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'data' / 'motcua.db'}"


def _tables(url: str) -> set[str]:
    engine = create_engine(url.replace("+aiosqlite", ""))
    try:
        return set(inspect(engine).get_table_names()) - {"alembic_version"}
    finally:
        engine.dispose()


def test_a_new_database_gets_every_table_and_a_second_start_changes_nothing(url: str) -> None:
    upgrade(url)
    upgrade(url)
    assert tables.ROOMS
    assert _tables(url) == set(Base.metadata.tables)
    command.check(alembic_config(url))


def test_the_migrations_can_be_undone(url: str) -> None:
    upgrade(url)
    command.downgrade(alembic_config(url), "base")
    assert _tables(url) == set()


def test_numbers_that_an_earlier_release_kept_in_clear_become_hashes(url: str) -> None:
    Path(url.removeprefix("sqlite+aiosqlite:///")).parent.mkdir()
    command.upgrade(alembic_config(url), "0018")
    engine = create_engine(url.replace("+aiosqlite", ""))
    with engine.begin() as database:
        for statement in (
            "INSERT INTO conversation (id,channel,key_hash,owner,context,context_at,created_at,last_turn_at)"
            " VALUES ('c','telegram','h','bot','x','2026-11-26','2026-11-26','2026-11-26')",
            "INSERT INTO turn (id,conversation_id,direction,external_id,text,correlation_id,at)"
            " VALUES ('t','c','in','900000004:17','x','t','2026-11-26')",
            "INSERT INTO inbound_delivery (channel,identity,body,status,attempts,received_at,due_at)"
            " VALUES ('sms','0900000004:202611261000:xin','','done',1,'2026-11-26','2026-11-26')",
            "INSERT INTO attempt (id,message_id,number,rung,channel,provider,reference,started_at,outcome,"
            "provider_message_id)"
            " VALUES ('a','m',1,0,'telegram','telegram','r','2026-11-26','accepted','900000004:18')",
        ):
            database.execute(text(statement))
        database.execute(
            text(
                "INSERT INTO opinion_case (id,citizen_key,unit,reason,phone,status,opened_at,due_at,sample)"
                " VALUES ('o','k','u','call',:phone,'open','2026-11-26','2026-11-26',0)"
            ),
            {"phone": key_ring().encrypt("+84900000004")},
        )
    upgrade(url)
    with engine.begin() as database:

        def one(question: str) -> object:
            return database.execute(text(question)).scalar_one()

        assert one("SELECT external_id FROM turn") == keyed_hash("message:17", "turn:telegram")
        assert one("SELECT identity FROM inbound_delivery") == delivery_hash(
            "sms", "0900000004:202611261000:xin"
        )
        assert one("SELECT provider_message_id FROM attempt") == "18"
        assert one("SELECT caller_hash FROM opinion_case") == caller_hash(keyed_hash("+84900000004", "phone"))
    engine.dispose()
